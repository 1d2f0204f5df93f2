"""Tables with one row per actor and meeting, with the parts of each change; and who sat where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity.forum.trace import MeetingTrace, Snapshot
from comity.forum.unexplained import refuse_unexplained
from comity.phases import Phase
from comity.rules.act import Act
from comity.world.world import ANCHOR_PARTS, COOPERATION_PARTS, GROUPS, POSITION_PARTS, SOVEREIGNTY_PARTS, TRUST_PARTS

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["START", "actors", "positions", "sittings", "trust_by_group", "trust_matrix"]

START = "start"
"""Name under which the state before the first meeting stands."""

_PHASES = list(Phase)


def _snapshots(record: Record) -> list[tuple[str, Any, MeetingTrace | None, Snapshot]]:
    if record.keep == "meetings" or record.trace.start is None:
        raise InputError("record: this table must be kept, got keep='meetings'. Run again with keep='all'.")
    result: list[tuple[str, Any, MeetingTrace | None, Snapshot]] = [
        (START, pd.Timestamp(record.scenario.start), None, record.trace.start)
    ]
    result += [(t.id, pd.Timestamp(t.start), t, t.snapshot) for t in record.trace.meetings if t.snapshot is not None]
    return result


def _outside(record: Record, quantity: str, *shape: int) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Yield the names under which verbs and mechanisms of one's own have changed a quantity, and their parts.

    They come in the order of their first use.
    """
    found = [snap.outside.get(quantity, {}) for *_, snap in _snapshots(record)]
    for name in dict.fromkeys(name for parts in found for name in parts):
        yield name, [parts.get(name, np.zeros(shape)) for parts in found]


def actors(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.actors`."""
    frames = []
    n = len(record.population.ids)
    outside = {name: dict(_outside(record, name, n)) for name in ("cooperation", "sovereignty", "capacity")}
    attachment = dict(_outside(record, "attachment", n, len(record.scenario.forums)))
    outside["trust"] = {
        name: [part.sum(axis=1) / max(n - 1, 1) for part in parts]
        for name, parts in _outside(record, "trust", n, len(GROUPS))
    }
    for number, (meeting, day, trace, snap) in enumerate(_snapshots(record)):
        acts = np.empty((0, n)) if trace is None else trace.acts
        forum = 0 if trace is None else [f.id for f in record.scenario.forums].index(trace.held_as)
        columns: dict[str, Any] = {
            "meeting": meeting,
            "date": day,
            "actor": record.population.ids,
            "present": np.zeros(n, bool) if trace is None else trace.present,
            "seats": (acts >= 0).sum(axis=0),
            "interventions": (acts > Act.SILENCE).sum(axis=0),
            "cooperative": (acts == Act.COOPERATION).sum(axis=0),
            **{
                name: snap.actors[name]
                for name in ("cooperation", "sovereignty", "capacity", "authority", "pressure", "members", "outreach")
            },
            "practices": snap.preferences["practices"].sum(axis=1),
            "attachment": snap.attachment[:, forum] if trace is not None else np.full(n, np.nan),
            "trust_held": snap.trust_held.sum(axis=1) / max(n - 1, 1),
        }
        for quantity, built_in in (("cooperation", COOPERATION_PARTS), ("sovereignty", SOVEREIGNTY_PARTS)):
            columns |= {f"{quantity}_by_{p}": snap.actors[f"{quantity}_by_{p}"] for p in built_in}
            columns |= {f"{quantity}_by_{p}": parts[number] for p, parts in outside[quantity].items()}
        columns |= {f"capacity_by_{p}": parts[number] for p, parts in outside["capacity"].items()}
        columns |= {f"attachment_by_{p}": parts[number][:, forum] for p, parts in attachment.items()}
        trust_parts = snap.trust_parts.sum(axis=1) / max(n - 1, 1)
        columns |= {f"trust_by_{p}": trust_parts[:, i] for i, p in enumerate(TRUST_PARTS)}
        columns |= {f"trust_by_{p}": parts[number] for p, parts in outside["trust"].items()}
        frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True)
    for quantity, value in (("cooperation", "cooperation"), ("sovereignty", "sovereignty"), ("trust", "trust_held")):
        parts = table[[name for name in table.columns if name.startswith(f"{quantity}_by_")]].to_numpy().sum(axis=1)
        refuse_unexplained(quantity, table[value].to_numpy().reshape(-1, n), parts.reshape(-1, n))
    return table


def positions(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.positions`."""
    frames = []
    n, k = len(record.population.ids), len(record.issues)
    outside = dict(_outside(record, "position", n, k))
    anchors = dict(_outside(record, "anchor", n, k))
    for number, (meeting, day, _, snap) in enumerate(_snapshots(record)):
        columns: dict[str, Any] = {
            "meeting": meeting,
            "date": day,
            "actor": np.repeat(record.population.ids, k),
            "issue": np.tile(record.issues, n),
            "position": snap.preferences["position"].ravel(),
            "anchor": snap.preferences["anchor"].ravel(),
            "lent": snap.preferences["lent"].ravel(),
        }
        columns |= {f"by_{p}": snap.preferences[f"by_{p}"].ravel() for p in POSITION_PARTS}
        columns |= {f"by_{p}": parts[number].ravel() for p, parts in outside.items()}
        columns |= {f"anchor_by_{p}": snap.preferences[f"anchor_by_{p}"].ravel() for p in ANCHOR_PARTS}
        columns |= {f"anchor_by_{p}": parts[number].ravel() for p, parts in anchors.items()}
        frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True)
    for quantity, prefix in (("position", "by_"), ("anchor", "anchor_by_")):
        parts = table[[name for name in table.columns if name.startswith(prefix)]].to_numpy().sum(axis=1)
        refuse_unexplained(quantity, table[quantity].to_numpy().reshape(-1, n, k), parts.reshape(-1, n, k))
    return table


def trust_by_group(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.trust_by_group`."""
    frames = []
    group = record.population.world.actors["group"]
    sizes = np.maximum(np.bincount(group, minlength=5)[None, :] - (group[:, None] == np.arange(5)), 1)
    n = len(group)
    outside = dict(_outside(record, "trust", n, len(GROUPS)))
    for number, (meeting, day, _, snap) in enumerate(_snapshots(record)):
        columns: dict[str, Any] = {
            "meeting": meeting,
            "date": day,
            "actor": np.repeat(record.population.ids, 5),
            "partner": np.tile(record.scenario.subject.groups, n),
            "trust": (snap.trust_held / sizes).ravel(),
        }
        parts = snap.trust_parts / sizes[:, :, None]
        columns |= {f"by_{p}": parts[:, :, i].ravel() for i, p in enumerate(TRUST_PARTS)}
        columns |= {f"by_{p}": (steps[number] / sizes).ravel() for p, steps in outside.items()}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def sittings(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.sittings`."""
    frames = []
    ids = np.asarray(record.population.ids)
    names = np.array([act.name.lower() for act in Act if act >= 0])
    for trace in record.trace.meetings:
        first_round = np.cumsum(trace.rounds) - trace.rounds
        for s, phase in enumerate(trace.phases):
            # The corridor is one pass, whatever the rounds.
            for number in range(1 if _PHASES[phase] is Phase.CORRIDOR else trace.rounds[s]):
                rows = np.flatnonzero(trace.tables[s] >= 0)
                acts = trace.acts[first_round[s] + number, rows]
                spoke = np.where(acts >= 0, names[np.maximum(acts, 0)], "talk")
                frames.append(
                    pd.DataFrame(
                        {
                            "meeting": trace.id,
                            "sitting": s + 1,
                            "phase": _PHASES[phase].value,
                            "round": number + 1,
                            "room": trace.tables[s][rows].astype(np.int64) + 1,
                            "actor": ids[rows],
                            "act": spoke,
                        }
                    )
                )
    if not frames:
        return pd.DataFrame(columns=["meeting", "sitting", "phase", "round", "room", "actor", "act"])
    return pd.concat(frames, ignore_index=True)


def trust_matrix(record: Record, meeting: str) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.trust_matrix`."""
    for name, _, _, snap in _snapshots(record):
        if name == meeting and snap.trust is not None:
            return pd.DataFrame(snap.trust, index=record.population.ids, columns=record.population.ids)
    raise InputError(f"record: no trust matrix of {meeting!r} was kept. Run with keep='trust' and name a meeting.")
