"""The charts of a run, meeting by meeting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.record import Record
from comity.record.tables.by_meeting import INTERACTIVE
from comity.rules.act import Act
from comity.world.world import ROLES, Group
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.practices import practices
from comity_dashboard.palette import GROUP_COLOURS, MANY, colours_of, names_of

__all__ = [
    "ENOUGH", "agenda", "cooperation", "cooperation_by_pair", "lines_of", "money", "openness", "silence",
    "sovereignty", "spaces", "spanned", "support", "trust",
]  # fmt: skip

_SHARE = "share, 0 to 1"
_PAIRS: tuple[tuple[Group, Group, str], ...] = (
    (Group.ORIGIN, Group.DESTINATION, GROUP_COLOURS["origin"]),
    (Group.DESTINATION, Group.ORIGIN, GROUP_COLOURS["destination"]),
    (Group.ORIGIN, Group.NETWORK, "#7a4a00"),
    (Group.DESTINATION, Group.NETWORK, GROUP_COLOURS["network"]),
    (Group.NETWORK, Group.DESTINATION, "#8c8c8c"),
)
ENOUGH = 5
"""Fewest interventions for which a share is drawn."""


def _called(record: Record) -> dict[Group, str]:
    """Return the groups that charts over time show, in words."""
    first, second, _ = record.scenario.subject.roles
    return {Group.ORIGIN: first.many, Group.DESTINATION: second.many, Group.NETWORK: "civil society"}


def lines_of(record: Record) -> list[Lines]:
    """Return all charts over time, in page order. Empty charts are left out."""
    charts = [make(record) for make in _CHARTS]
    span = (record.scenario.start, record.scenario.end)
    return [spanned(chart, span) for chart in charts if len(chart.table) and chart.names]


def spanned(chart: Lines, span: tuple[date, date]) -> Lines:
    """Return a chart over the whole time of the scenario, so that all charts share the axis."""
    return replace(chart, span=span)


def trust(record: Record) -> Lines:
    """Return mean trust by pair of groups."""
    table = _calendar(record.trace.meetings)
    colours = {}
    known = np.array([trace.group_trust for trace in record.trace.meetings])
    called = _called(record)
    for holder, partner, colour in _PAIRS:
        values = known[:, holder, partner] if len(known) else known
        between_sides = Group.NETWORK not in (holder, partner)
        name = f"{called[holder].removesuffix(' states') if between_sides else called[holder]} in {called[partner]}"
        if np.isfinite(values).any():
            table[name] = values
            colours[name] = colour
    return Lines(
        key="trust", title="Trust between groups", unit=_SHARE, table=_framed(table), colours=colours,
        how="Trust is the expectation of the first group that the second will act cooperatively: 0 is never, 1 is "
        "always. It grows when actors hear others cooperate, falls when they hear objections, and fades between "
        "meetings. If one line hides another, click its name above to hide it.",
    )  # fmt: skip


def cooperation_by_pair(record: Record) -> Lines:
    """Return the share of cooperative interventions of one group in rooms with the other group."""
    table = record.cooperation_by_pair
    columns = _calendar(record.trace.meetings)
    spoke = np.isin(columns["meeting"], table.loc[table["interventions"] >= ENOUGH, "meeting"])
    colours, groups, called = {}, record.scenario.subject.groups, _called(record)
    for speaker, listener, colour in _PAIRS:
        pair = table[(table["speaker"] == groups[speaker]) & (table["listener"] == groups[listener])]
        pair = pair[pair["interventions"] >= ENOUGH]
        if len(pair):
            name = f"{called[speaker]} before {called[listener]}"
            columns[name] = pair.set_index("meeting")["share"].reindex(columns["meeting"]).to_numpy()
            colours[name] = colour
    return Lines(
        key="cooperation_by_pair", title="Cooperation by pair", unit="share of interventions",
        table=_framed(_where(spoke, columns)), colours=colours, low=0, high=1,
        how="The cooperative share of the interventions of the first group, at tables with somebody of the second "
        "group. Cooperative means an offer or a shared practice, not a statement or an objection. In a plenary "
        "everybody hears everybody, so lines of the same speakers differ only by the smaller rooms. Shares of fewer "
        f"than {ENOUGH} interventions are mostly luck and not drawn; the record has them all.",
    )  # fmt: skip


def cooperation(record: Record) -> Lines:
    """Return the disposition to cooperate by role."""
    return _by_role(
        record, "cooperation", "Disposition to cooperate",
        "How ready the states of each role are to make an offer or share a practice when they speak. It follows the "
        "example of others in the room; new delegates lose some of it.",
    )  # fmt: skip


def sovereignty(record: Record) -> Lines:
    """Return the sovereignty concern by role."""
    return _by_role(
        record, "sovereignty", "Sovereignty concern",
        f"How costly the states of each role find outside influence on {record.scenario.subject.topic}. Cooperative, "
        "non-binding meetings lower it; objections and domestic events raise it.",
    )  # fmt: skip


def _by_role(record: Record, what: str, title: str, how: str) -> Lines:
    table = _calendar(record.trace.meetings)
    named, colours = names_of(record.scenario.subject), {}
    for number, role in enumerate(record.scenario.subject.role_ids):
        values = np.array([getattr(trace, what)[number] for trace in record.trace.meetings])
        if np.isfinite(values).any():
            table[named[role]] = values
        colours[named[role]] = colours_of(record.scenario.subject)[role]
    return Lines(key=what, title=title, unit=_SHARE, how=how, table=_framed(table), colours=colours)


def _calendar(held: list[MeetingTrace]) -> dict[str, Any]:
    """Return the columns meeting and date. A dict is faster than a table, and a slider waits for it."""
    return {"meeting": [t.id for t in held], "date": np.array([t.start for t in held], dtype="datetime64[D]")}


def _where(chosen: np.ndarray, columns: dict[str, Any]) -> dict[str, Any]:
    return {name: np.asarray(values)[chosen] for name, values in columns.items()}


def _framed(columns: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    table["date"] = pd.to_datetime(table["date"])
    return table


def silence(record: Record) -> Lines:
    """Return the silent share of seats in interactive sittings, by role."""
    seats = record.seat_counts[:, INTERACTIVE].sum(axis=1)
    total = seats.sum(axis=2)
    silent = np.where(total > 0, seats[:, :, Act.SILENCE] / np.maximum(total, 1), np.nan)
    called, every = _called(record), colours_of(record.scenario.subject)
    shares = {called[group]: silent[:, group] for group in (Group.ORIGIN, Group.DESTINATION)}
    known = np.isfinite(np.array(list(shares.values()))).any(axis=0)
    table = _framed(_where(known, _calendar(record.trace.meetings) | shares))
    return Lines(
        key="silence", title="Silence", unit="share of seats", table=table,
        colours={role.many: every[role.id] for role in record.scenario.subject.roles}, low=0, high=1,
        how="The share of the seats of a role at round tables, preparatory meetings and common spaces from which "
        "nobody took the floor.",
    )  # fmt: skip


def agenda(record: Record) -> Lines:
    """Return the issues of the government round tables, as shares."""
    names = [issue.name for issue in record.scenario.issues]
    held, shares = [], []
    for trace in record.trace.meetings:
        rooms = [room.category for room in trace.rooms if room.phase is Phase.ROUND_TABLES]
        if rooms:
            held.append(trace)
            found = np.bincount([record.scenario.issue_of(category) for category in rooms], minlength=len(names))
            shares.append(found / len(rooms))
    if not held:
        return Lines(key="agenda", title="Agenda", unit="share", how="", table=pd.DataFrame())
    columns = _calendar(held)
    columns |= {name: column for name, column in zip(names, np.array(shares).T, strict=True) if column.any()}
    return Lines(
        key="agenda", title="Issues of the round tables", unit="share of round tables", form="stack",
        table=_framed(columns), colours={name: MANY[i % len(MANY)] for i, name in enumerate(names)}, low=0, high=1,
        how="Each bar is a meeting. A colour is the share of its government round tables on that issue; the shares add "
        "up to 1.",
    )  # fmt: skip


def spaces(record: Record) -> Lines:
    """Return the seats that networks took in invited and in invented spaces."""
    table = record.interventions
    networks = table[table["group"] == "network"]
    invited = networks[networks["phase"] != Phase.ASSEMBLY.value].groupby("meeting")["seats"].sum()
    invented = networks[networks["phase"] == Phase.ASSEMBLY.value].groupby("meeting")["seats"].sum()
    wide = record.meetings[["meeting", "date"]].set_index("meeting")
    wide["invited spaces"] = invited
    wide["invented spaces"] = invented
    wide = wide.loc[:, wide.notna().any()].reset_index()
    return Lines(
        key="spaces", title="Invited and invented spaces", unit="seats taken by networks", table=wide, low=0,
        form="bars", counts=True, nothing="Civil society took no seat in this run.",
        colours={"invited spaces": GROUP_COLOURS["network"], "invented spaces": "#b5508c"},
        how="Seats of civil society, business, mayors and youth at a meeting. Invited spaces are civil society days, "
        "common spaces and seats in government rooms, as far as the host admits them. Invented spaces are the "
        "assemblies that networks organise themselves.",
    )  # fmt: skip


def support(record: Record) -> Lines:
    """Return the support of states for the organisations that ranked highest at any meeting."""
    held = [trace for trace in record.trace.meetings if trace.support is not None]
    if not held:
        return Lines(key="support", title="Support for organisations", unit=_SHARE, how="", table=pd.DataFrame())
    group = record.population.world.actors["group"]
    means = np.array([_mean_support(trace, group) for trace in held])
    known = np.where(np.isfinite(means), means, -np.inf)
    ranks = (known[:, None, :] > known[:, :, None]).sum(axis=2).astype(float)
    ranks[~np.isfinite(means)] = np.inf
    best = np.argsort(ranks.min(axis=0), kind="stable")[:6]
    best = best[np.isfinite(known[:, best]).any(axis=0)]
    best = best[np.argsort(-known[-1, best], kind="stable")]
    names = list(record.actors_by_id["name"])
    columns: dict[str, Any] = {
        "meeting": [trace.id for trace in held],
        "date": np.array([trace.start for trace in held], dtype="datetime64[D]"),
    }
    columns |= {names[row]: means[:, row] for row in best}
    wide = _framed(columns)
    return Lines(
        key="support", title="Support for organisations", unit="mean support of states, an index", table=wide,
        how="Mean support of states for each organisation. Services raise it; a normative mandate lowers it, the more "
        "so the higher the sovereignty concern. The chart shows the six organisations with the highest ranks.",
    )  # fmt: skip


def _mean_support(trace: MeetingTrace, group: np.ndarray) -> np.ndarray:
    """Return the mean support of states for each actor; NaN without support."""
    sizes = np.bincount(group[trace.active], minlength=5)[:3, None]
    support = np.asarray(trace.support)[:3]
    there = np.isfinite(support) & (sizes > 0)
    total = np.where(there, sizes, 0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean: np.ndarray = np.where(there, support * sizes, 0.0).sum(axis=0) / total
    mean[~trace.active] = np.nan
    return mean


def openness(record: Record) -> Lines:
    """Return the openness of the meetings of states to civil society."""
    forums = {forum.id for forum in record.scenario.forums if forum.state_led}
    held = record.trace.meetings
    led = np.array([trace.forum in forums for trace in held])
    states = np.array([trace.present[record.population.world.actors["group"] < len(ROLES)].any() for trace in held])
    opened = np.array([trace.openness for trace in held])
    columns = _calendar(held)
    for name, chosen in (("state-led forum", led), ("other meetings of states", ~led)):
        if (states & chosen).any():
            columns[name] = np.where(chosen, opened, np.nan)
    table = _framed(_where(states, columns))
    return Lines(
        key="openness", title="Openness to civil society", unit=_SHARE, table=table, low=0, high=1,
        colours={"state-led forum": GROUP_COLOURS["network"], "other meetings of states": "#8c8c8c"},
        how="How far a meeting of states admits civil society, from 0 (closed) to 1 (equal access). It depends on the "
        "format, on the climate in the host country, and on the trust of states in civil society.",
    )  # fmt: skip


def money(record: Record) -> Lines:
    """Return the number of donor governments of each state-led meeting."""
    led = {forum.id for forum in record.scenario.forums if forum.state_led}
    held = record.meetings[record.meetings["forum"].isin(led)]
    table = held[["meeting", "date", "donors"]].rename(columns={"donors": "donor governments"}).reset_index(drop=True)
    return Lines(
        key="donors", title="Donor governments", unit="governments", table=table, low=0, form="stack",
        counts=True, nothing="No government pledged money in this run.",
        colours={"donor governments": GROUP_COLOURS["both"]},
        how="Governments that pledged money for a state-led meeting. A host without enough money or will withdraws; "
        "the list of chairs says who took the chair and who gave it up.",
    )  # fmt: skip


_CHARTS = (
    trust,
    cooperation_by_pair,
    cooperation,
    sovereignty,
    silence,
    openness,
    practices,
    agenda,
    spaces,
    support,
    money,
)
