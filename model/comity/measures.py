"""Measures: one small function from a record to one number, each with its unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from comity.record import Record

__all__ = ["MEASURES", "Measure", "measure"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A number that can be read off any record kept with ``"meetings"`` or more.

    Attributes
    ----------
    name, unit, text
        What it is called, measured in, and means.
    compute
        Function from a record to the number; nan where the record has nothing to measure.
    """

    name: str
    unit: str
    text: str
    compute: Callable[[Record], float]


def _state_meetings(record: Record) -> pd.DataFrame:
    forums = {forum.id for forum in record.scenario.forums if forum.state_led}
    return record.meetings[record.meetings["forum"].isin(forums)]


def _voice(record: Record, group: str) -> float:
    """Return the share of interactive seats of a group from which somebody spoke."""
    table = record.interventions
    interactive = table[(table["group"] == group) & (table["phase"] == "round_tables")]
    seats = interactive["seats"].sum()
    return float(1 - interactive["silence"].sum() / seats) if seats else float("nan")


def _last(record: Record, column: str) -> float:
    return float(record.meetings[column].iloc[-1]) if len(record.meetings) else float("nan")


def _state_mean(record: Record, name: str) -> float:
    """Return the mean of cooperation or sovereignty over all states at the last meeting."""
    sizes = record.actors_by_id["group"].value_counts()
    values = {role: _last(record, f"{name}_{role}") for role in ("origin", "destination", "both")}
    known = {role: value for role, value in values.items() if not np.isnan(value)}
    total = sum(sizes[role] for role in known)
    return sum(sizes[role] * value for role, value in known.items()) / total if total else float("nan")


def _attendance(record: Record) -> float:
    return float(_state_meetings(record)["attendance"].mean())


def _cooperative_share(record: Record) -> float:
    table = record.interventions
    states = table[table["group"].isin(["origin", "destination", "both"])]
    spoken = states[["statement", "cooperation", "contestation"]].to_numpy().sum()
    return float(states["cooperation"].sum() / spoken) if spoken else float("nan")


def _expected_yes(record: Record) -> float:
    votes = record.votes
    return float(votes.loc[votes["vote"] == votes["vote"].iloc[-1], "p_yes"].mean()) if len(votes) else float("nan")


def _crmw(record: Record) -> float:
    table = record.memberships
    if not len(table):
        return float("nan")
    parties = table[(table["treaty"] == "crmw") & (table["year"] == table["year"].max())]
    return float(parties["members"].sum())


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="destination_voice",
        unit="share",
        text="interactive seats of destination states that spoke",
        compute=lambda r: _voice(r, "destination"),
    ),
    Measure(
        name="origin_voice",
        unit="share",
        text="interactive seats of origin states that spoke",
        compute=lambda r: _voice(r, "origin"),
    ),
    Measure(
        name="attendance",
        unit="share",
        text="states that came to the state-led forum, mean over meetings",
        compute=_attendance,
    ),
    Measure(
        name="cooperative_share",
        unit="share",
        text="interventions of states that were cooperative",
        compute=_cooperative_share,
    ),
    Measure(
        name="trust_roles",
        unit="share",
        text="trust between origin and destination states at the end",
        compute=lambda r: (_last(r, "trust_origin_destination") + _last(r, "trust_destination_origin")) / 2,
    ),
    Measure(
        name="trust_networks",
        unit="share",
        text="trust of states in civil society at the end",
        compute=lambda r: _last(r, "trust_states_networks"),
    ),
    Measure(
        name="cooperation",
        unit="share",
        text="disposition of states to cooperate at the end",
        compute=lambda r: _state_mean(r, "cooperation"),
    ),
    Measure(
        name="sovereignty",
        unit="share",
        text="sovereignty concern of states at the end",
        compute=lambda r: _state_mean(r, "sovereignty"),
    ),
    Measure(
        name="practices", unit="count", text="practices copied by the end", compute=lambda r: _last(r, "practices")
    ),
    Measure(
        name="agreements",
        unit="count",
        text="bilateral agreements in corridors",
        compute=lambda r: float(r.meetings["agreements"].sum()),
    ),
    Measure(
        name="donors",
        unit="count",
        text="donor governments for each chair, mean",
        compute=lambda r: float(_state_meetings(r)["donors"].mean()),
    ),
    Measure(
        name="crmw_parties", unit="count", text="parties to the migrant workers' convention at the end", compute=_crmw
    ),
    Measure(
        name="expected_yes", unit="share", text="states expected to vote yes in the last vote", compute=_expected_yes
    ),
)
"""The main measures, in the order in which tables print them."""


def measure(record: Record) -> dict[str, float]:
    """Return all measures of a record by name."""
    return {item.name: item.compute(record) for item in MEASURES}
