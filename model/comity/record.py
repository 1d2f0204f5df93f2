"""The record: what a run leaves, as tidy tables that pandas opens."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from comity.between.compact import ANSWERS
from comity.forum.arena import ARENAS
from comity.forum_model import ForumModel
from comity.mechanisms.act import Act
from comity.population.people import Population
from comity.population.world import (
    COOPERATION_PARTS, GROUPS, POSITION_PARTS, SOVEREIGNTY_PARTS, TRUST_PARTS,
)
from comity.scenario.loading import load
from comity.scenario.phases import PHASE_CODES, Phase
from comity.scenario.schema import Scenario
from comity.trace import Keep, MeetingTrace, Snapshot, Trace

if TYPE_CHECKING:
    from comity.provenance import Provenance

__all__ = ["DETAILED_TABLES", "TABLES", "Record", "run"]

TABLES = ("meetings", "interventions", "trust", "sessions", "support", "memberships", "arenas", "votes", "chairs")
"""Tables of every record."""

DETAILED_TABLES = ("actors", "positions", "trust_by_group", "sittings")
"""Tables that need ``keep="all"``."""

_INTERACTIVE = {Phase.ROUND_TABLES, Phase.PREPARATION, Phase.COMMON_SPACE}
_PHASES = list(Phase)
_START = "start"


def run(
    scenario: Scenario | str | Path = "hld_gfmd", *, seed: int = 0, keep: Keep = "all", theory: str | None = None
) -> Record:
    """Run a scenario once and return its record.

    Parameters
    ----------
    scenario
        A scenario, or the name or path of one.
    seed
        Seed of all luck; the same scenario and seed give the same record, to the byte.
    keep
        ``"meetings"``, ``"all"`` or ``"trust"``, see :class:`comity.forum_model.ForumModel`.
    theory
        Preset that replaces the scenario's own: socialisation, institutionalist or rationalist.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, theory=theory)
    elif theory is not None:
        scenario = scenario.model_copy(update={"theory": theory})
        scenario = Scenario.model_validate(scenario.model_dump())
    return Record.of(ForumModel(scenario, seed=seed, keep=keep, agents=False).run())


class Record:
    """One run: its scenario, its seed and its tables, made when they are first asked for.

    Attributes
    ----------
    scenario, seed, keep
        What was run, with which luck and level of detail.
    """

    def __init__(self, scenario: Scenario, seed: int, keep: Keep, population: Population, trace: Trace) -> None:
        self.scenario = scenario
        self.seed = seed
        self.keep = keep
        self._population = population
        self._trace = trace
        self._issues = [issue.id for issue in scenario.issues]

    @classmethod
    def of(cls, model: ForumModel) -> Record:
        """Return the record of a model, also of one that has not run to its end."""
        return cls(model.scenario, model.run_seed, model.keep, model.population, model.trace)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables that this level of detail has, by name."""
        names = TABLES if self.keep == "meetings" else (*TABLES, *DETAILED_TABLES)
        return {name: getattr(self, name) for name in names}

    def provenance(self, command: str = "") -> Provenance:
        """Return what made this record."""
        from comity.provenance import Provenance

        return Provenance.now(self, command)

    def save(self, folder: str | Path, command: str = "") -> Path:
        """Write the record as a folder of Parquet tables with its provenance; see :mod:`comity.storage`."""
        from comity.storage import save_record

        return save_record(self, folder, command)

    @cached_property
    def actors_by_id(self) -> pd.DataFrame:
        """Who the actors are: id, name, kind, role, group and the attributes that a run starts from."""
        return self._population.actors

    @cached_property
    def meetings(self) -> pd.DataFrame:
        """One row per meeting.

        meeting, name, forum, held_as (forum whose rules held), date, city, hosts (ids), states, origin, destination,
        organisations, networks: who came (counts); attendance (share of the states that existed); spoke: states that
        took the floor (count); silent_origin, silent_destination: share of interactive seats without an intervention;
        statements, cooperative, contesting: interventions (counts); topics (categories, ;-separated);
        rights_share, economic_share of government sessions; openness (share); donors (count); contacts, agreements:
        bilateral (counts); practices copied so far (count); cooperation_origin, …_destination, sovereignty_…: means
        of states; trust_origin_destination, trust_destination_origin, trust_states_networks: mean trust (share).
        """
        return pd.DataFrame([self._meeting_row(trace) for trace in self._trace.meetings])

    def _meeting_row(self, trace: MeetingTrace) -> dict[str, Any]:
        meeting = self.scenario.meeting(trace.id)
        records = self._population.world.actors
        group = records["group"]
        is_state = group < 3
        acts = trace.acts
        economic = {c for issue in self.scenario.issues if issue.economic for c in issue.categories}
        categories = [topic.category for topic in trace.topics] if meeting.sessions or meeting.session_count else []
        seats = self._seats(trace, _INTERACTIVE)
        states = trace.present & is_state
        spoke = ((acts > Act.SILENCE) & is_state).any(axis=0).sum()
        row: dict[str, Any] = {
            "meeting": trace.id, "name": meeting.name, "forum": trace.forum, "held_as": trace.held_as,
            "date": pd.Timestamp(trace.start), "city": meeting.city,
            "hosts": ";".join(self._population.ids[row] for row in trace.hosts),
            "states": int(states.sum()),
            "origin": int((trace.present & (group == 0)).sum()),
            "destination": int((trace.present & (group == 1)).sum()),
            "organisations": int((trace.present & (group == 3)).sum()),
            "networks": int((trace.present & (group == 4)).sum()),
            "attendance": float(states.sum() / max((trace.active & is_state).sum(), 1)),
            "spoke": int(spoke),
            "silent_origin": _silent(seats, 0), "silent_destination": _silent(seats, 1),
            "statements": int((acts == Act.STATEMENT).sum()), "cooperative": int((acts == Act.COOPERATION).sum()),
            "contesting": int((acts == Act.CONTESTATION).sum()),
            "topics": ";".join(dict.fromkeys(categories)),
            "rights_share": _share([c == "rights/protection" for c in categories]),
            "economic_share": _share([c in economic for c in categories]),
            "openness": trace.openness, "donors": int(trace.donors.sum()),
            "contacts": int(trace.counts[2].sum() / 2), "agreements": int(trace.counts[3].sum() / 2),
            "practices": trace.practices,
        }
        for g, name in enumerate(GROUPS[:3]):
            row[f"cooperation_{name}"] = trace.cooperation[g]
            row[f"sovereignty_{name}"] = trace.sovereignty[g]
        row["trust_origin_destination"] = trace.group_trust[0, 1]
        row["trust_destination_origin"] = trace.group_trust[1, 0]
        sizes = np.bincount(group, minlength=5)[:3]
        held = trace.group_trust[:3, 4]
        row["trust_states_networks"] = _mean(held, sizes)
        return row

    def _seats(self, trace: MeetingTrace, phases: set[Phase]) -> np.ndarray:
        """Return seats by group and act, shape (5, 4): silence, statement, cooperation, contestation."""
        codes = [PHASE_CODES[phase] for phase in phases]
        wanted = np.repeat(np.isin(trace.phases, codes), trace.rounds)
        acts = trace.acts[wanted]
        group = np.broadcast_to(self._population.world.actors["group"], acts.shape)
        seated = acts >= 0
        return np.bincount(group[seated].astype(np.int64) * 4 + acts[seated], minlength=20).reshape(5, 4)

    @cached_property
    def interventions(self) -> pd.DataFrame:
        """Seats and acts by meeting, phase and group: seats, silence, statement, cooperation, contestation (counts)."""
        rows = []
        for trace in self._trace.meetings:
            for code in dict.fromkeys(int(phase) for phase in trace.phases):
                seats = self._seats(trace, {_PHASES[code]})
                for g, group in enumerate(GROUPS):
                    if seats[g].sum():
                        row = {"meeting": trace.id, "phase": _PHASES[code].value, "group": group, "seats": int(seats[g].sum())}
                        names = ("silence", "statement", "cooperation", "contestation")
                        rows.append(row | {name: int(n) for name, n in zip(names, seats[g], strict=True)})
        return pd.DataFrame(rows, columns=["meeting", "phase", "group", "seats", "silence", "statement", "cooperation", "contestation"])

    @cached_property
    def trust(self) -> pd.DataFrame:
        """Mean trust by meeting and pair of groups: meeting, date, holder, partner, trust (share)."""
        pairs = [(g, h) for g in range(5) for h in range(5)]
        rows = [
            {"meeting": trace.id, "date": pd.Timestamp(trace.start), "holder": GROUPS[g], "partner": GROUPS[h],
             "trust": trace.group_trust[g, h]}
            for trace in self._trace.meetings for g, h in pairs if not np.isnan(trace.group_trust[g, h])
        ]
        return pd.DataFrame(rows)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """One row per room: meeting, sitting, phase, room, code, title, category, issue, seats, speakers, state_speakers,
        organisation_share (of interventions), cooperative (count), contesting (count)."""
        rows = []
        group = self._population.world.actors["group"]
        for trace in self._trace.meetings:
            first_round = np.cumsum(trace.rounds) - trace.rounds
            number = 0
            for r, room in enumerate(trace.rooms):
                number = number + 1 if r and trace.rooms[r - 1].sitting == room.sitting else 0
                seated = trace.tables[room.sitting] == number
                first = first_round[room.sitting]
                acts = trace.acts[first : first + trace.rounds[room.sitting], seated]
                spoke = acts > Act.SILENCE
                rows.append(
                    {
                        "meeting": trace.id, "sitting": room.sitting + 1, "phase": room.phase.value, "room": number + 1,
                        "code": room.code, "title": room.title, "category": room.category,
                        "issue": self._issues[self.scenario.issue_of(room.category)], "seats": int(seated.sum()),
                        "speakers": int(spoke.any(axis=0).sum()),
                        "state_speakers": int((spoke.any(axis=0) & (group[seated] < 3)).sum()),
                        "organisation_share": _share(np.broadcast_to(group[seated] == 3, acts.shape)[spoke]),
                        "cooperative": int((acts == Act.COOPERATION).sum()),
                        "contesting": int((acts == Act.CONTESTATION).sum()),
                    }
                )
        return pd.DataFrame(rows)

    @cached_property
    def support(self) -> pd.DataFrame:
        """Support for organisations by meeting: meeting, organisation, normative_mandate, support (mean over states), rank,
        support_origin, support_destination, support_both."""
        rows = []
        sizes = np.bincount(self._population.world.actors["group"], minlength=5)[:3]
        normative = self._population.world.actors["normative"]
        for trace in self._trace.meetings:
            if trace.support is None:
                continue
            found = [o for o in np.flatnonzero(~np.isnan(trace.support).all(axis=0)) if trace.active[o]]
            mean = {o: _mean(trace.support[:, o], sizes) for o in found}
            ranked = sorted(found, key=lambda o: (-mean[o], o))
            for rank, o in enumerate(ranked, 1):
                rows.append(
                    {"meeting": trace.id, "organisation": self._population.ids[o], "normative_mandate": normative[o],
                     "support": mean[o], "rank": rank}
                    | {f"support_{name}": trace.support[g, o] for g, name in enumerate(GROUPS[:3])}
                )
        return pd.DataFrame(rows)

    @cached_property
    def memberships(self) -> pd.DataFrame:
        """Memberships at the end of each year: year, treaty (crmw, iom), group, members (count)."""
        rows = []
        group = self._population.world.actors["group"]
        for year in self._trace.years:
            for treaty, members in (("crmw", year.crmw_party), ("iom", year.iom_member)):
                for g, name in enumerate(GROUPS[:3]):
                    rows.append({"year": year.year, "treaty": treaty, "group": name, "members": int(members[group == g].sum())})
        return pd.DataFrame(rows, columns=["year", "treaty", "group", "members"])

    @cached_property
    def joiners(self) -> pd.DataFrame:
        """Who joined what when: actor, treaty, year."""
        rows = []
        start = self._population.world.actors
        before = {"crmw": start["crmw_party"], "iom": start["iom_member"]}
        for year in self._trace.years:
            for treaty, members in (("crmw", year.crmw_party), ("iom", year.iom_member)):
                rows += [
                    {"actor": self._population.ids[row], "treaty": treaty, "year": year.year}
                    for row in np.flatnonzero(members > before[treaty])
                ]
                before[treaty] = members
        return pd.DataFrame(rows, columns=["actor", "treaty", "year"])

    @cached_property
    def arenas(self) -> pd.DataFrame:
        """What each state thinks of the arenas after a dialogue: meeting, actor, group, first (un, informal, nowhere),
        utility of un, informal, nowhere and of a norm-setting body."""
        rows = []
        records = self._population.world.actors
        states = np.flatnonzero(records["group"] < 3)
        for trace in self._trace.meetings:
            if trace.arena is None:
                continue
            for row, utility in zip(states, trace.arena, strict=True):
                rows.append(
                    {"meeting": trace.id, "actor": self._population.ids[row], "group": GROUPS[records["group"][row]],
                     "first": ARENAS[int(np.argmax(utility[:3]))]}
                    | dict(zip((*ARENAS, "norm_setting"), map(float, utility), strict=True))
                )
        return pd.DataFrame(rows, columns=["meeting", "actor", "group", "first", *ARENAS, "norm_setting"])

    @cached_property
    def votes(self) -> pd.DataFrame:
        """Answers and probabilities: meeting, vote, actor, group, answer, p_yes, p_abstain, p_no, p_absent."""
        rows = []
        group = self._population.world.actors["group"]
        for trace in self._trace.meetings:
            for vote in trace.votes:
                for row, chance, choice in zip(vote.rows, vote.probabilities, vote.answers, strict=True):
                    rows.append(
                        {"meeting": trace.id, "vote": vote.vote, "actor": self._population.ids[row],
                         "group": GROUPS[group[row]], "answer": ANSWERS[choice]}
                        | {f"p_{name}": float(p) for name, p in zip(ANSWERS, chance, strict=True)}
                    )
        return pd.DataFrame(rows, columns=["meeting", "vote", "actor", "group", "answer", *(f"p_{a}" for a in ANSWERS)])

    @cached_property
    def chairs(self) -> pd.DataFrame:
        """The chain of chairs and the meetings that were not held: date, meeting, event, state, text."""
        rows = [
            {"date": pd.Timestamp(e.date), "meeting": e.meeting, "event": e.event, "state": e.state, "text": e.text}
            for e in self._trace.chairs
        ]
        rows += [
            {"date": pd.Timestamp(self.scenario.meeting(meeting).start), "meeting": meeting, "event": "cancelled",
             "state": "", "text": reason}
            for meeting, reason in self._trace.cancelled
        ]
        table = pd.DataFrame(rows, columns=["date", "meeting", "event", "state", "text"])
        return table.sort_values(["date", "meeting", "event", "state"], kind="stable", ignore_index=True)

    def _snapshots(self) -> list[tuple[str, Any, MeetingTrace | None, Snapshot]]:
        if self._trace.start is None:
            from comity.errors import InputError

            raise InputError("record: this table must be kept, got keep='meetings'. Run again with keep='all'.")
        result: list[tuple[str, Any, MeetingTrace | None, Snapshot]] = [
            (_START, pd.Timestamp(self.scenario.start), None, self._trace.start)
        ]
        result += [(t.id, pd.Timestamp(t.start), t, t.snapshot) for t in self._trace.meetings if t.snapshot is not None]
        return result

    @cached_property
    def actors(self) -> pd.DataFrame:
        """Every actor when each meeting closed, the first row of each being the start.

        meeting, date, actor, present, seats, interventions, cooperative; cooperation, sovereignty, capacity, authority,
        pressure, practices, attachment (to the forum of the meeting), trust_held (mean in all others); and the parts
        of the change since the row before: cooperation_by_…, sovereignty_by_…, trust_by_….
        """
        frames = []
        n = len(self._population.ids)
        for meeting, day, trace, snap in self._snapshots():
            acts = np.empty((0, n)) if trace is None else trace.acts
            forum = 0 if trace is None else [f.id for f in self.scenario.forums].index(trace.held_as)
            columns: dict[str, Any] = {
                "meeting": meeting, "date": day, "actor": self._population.ids,
                "present": np.zeros(n, bool) if trace is None else trace.present,
                "seats": (acts >= 0).sum(axis=0), "interventions": (acts > Act.SILENCE).sum(axis=0),
                "cooperative": (acts == Act.COOPERATION).sum(axis=0),
                **{name: snap.actors[name] for name in ("cooperation", "sovereignty", "capacity", "authority", "pressure")},
                "practices": snap.practices.sum(axis=1),
                "attachment": snap.attachment[:, forum] if trace is not None else np.full(n, np.nan),
                "trust_held": snap.trust_held.sum(axis=1) / max(n - 1, 1),
            }
            columns |= {f"cooperation_by_{p}": snap.cooperation_parts[:, i] for i, p in enumerate(COOPERATION_PARTS)}
            columns |= {f"sovereignty_by_{p}": snap.sovereignty_parts[:, i] for i, p in enumerate(SOVEREIGNTY_PARTS)}
            trust_parts = snap.trust_parts.sum(axis=1) / max(n - 1, 1)
            columns |= {f"trust_by_{p}": trust_parts[:, i] for i, p in enumerate(TRUST_PARTS)}
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def positions(self) -> pd.DataFrame:
        """Positions by meeting, actor and issue: position (share) and its parts by_persuasion, by_domestic_pull, by_shock."""
        frames = []
        n, k = len(self._population.ids), len(self._issues)
        for meeting, day, _, snap in self._snapshots():
            columns: dict[str, Any] = {
                "meeting": meeting, "date": day, "actor": np.repeat(self._population.ids, k),
                "issue": np.tile(self._issues, n), "position": snap.position.ravel(),
            }
            columns |= {f"by_{p}": snap.position_parts[:, :, i].ravel() for i, p in enumerate(POSITION_PARTS)}
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def trust_by_group(self) -> pd.DataFrame:
        """Mean trust of each actor in each group: meeting, date, actor, partner, trust, and its parts by_…."""
        frames = []
        group = self._population.world.actors["group"]
        sizes = np.maximum(np.bincount(group, minlength=5)[None, :] - (group[:, None] == np.arange(5)), 1)
        n = len(group)
        for meeting, day, _, snap in self._snapshots():
            columns: dict[str, Any] = {
                "meeting": meeting, "date": day, "actor": np.repeat(self._population.ids, 5),
                "partner": np.tile(GROUPS, n), "trust": (snap.trust_held / sizes).ravel(),
            }
            parts = snap.trust_parts / sizes[:, :, None]
            columns |= {f"by_{p}": parts[:, :, i].ravel() for i, p in enumerate(TRUST_PARTS)}
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def sittings(self) -> pd.DataFrame:
        """Who sat where and what they did: meeting, sitting, phase, round, room, actor, act."""
        frames = []
        ids = np.asarray(self._population.ids)
        names = np.array([act.name.lower() for act in Act if act >= 0])
        for trace in self._trace.meetings:
            first_round = np.cumsum(trace.rounds) - trace.rounds
            for s, phase in enumerate(trace.phases):
                for number in range(trace.rounds[s]):
                    rows = np.flatnonzero(trace.tables[s] >= 0)
                    acts = trace.acts[first_round[s] + number, rows]
                    spoke = np.where(acts >= 0, names[np.maximum(acts, 0)], "talk")
                    frames.append(
                        pd.DataFrame(
                            {"meeting": trace.id, "sitting": s + 1, "phase": _PHASES[phase].value, "round": number + 1,
                             "room": trace.tables[s][rows].astype(np.int64) + 1, "actor": ids[rows], "act": spoke}
                        )
                    )
        return pd.concat(frames, ignore_index=True)

    def trust_matrix(self, meeting: str) -> pd.DataFrame:
        """Return trust among all actors when a meeting closed (``"start"``: before the first); needs keep="trust"."""
        for name, _, _, snap in self._snapshots():
            if name == meeting and snap.trust is not None:
                return pd.DataFrame(snap.trust, index=self._population.ids, columns=self._population.ids)
        from comity.errors import InputError

        raise InputError(f"record: no trust matrix of {meeting!r} was kept. Run with keep='trust' and name a meeting.")


def _share(flags: Any) -> float:
    flags = np.asarray(flags)
    return float(flags.mean()) if len(flags) else float("nan")


def _mean(values: np.ndarray, sizes: np.ndarray) -> float:
    """Return the mean over groups weighted by their size, without groups that are empty."""
    known = (sizes > 0) & ~np.isnan(values)
    return float((values[known] * sizes[known]).sum() / sizes[known].sum()) if known.any() else float("nan")


def _silent(seats: np.ndarray, group: int) -> float:
    total = seats[group].sum()
    return float(seats[group, 0] / total) if total else float("nan")
