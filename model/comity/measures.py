"""Measures: one small function from a record to one number, each with its unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from comity.forum.trace import MeetingTrace
from comity.phases import PHASE_CODES, Phase
from comity.record import Record
from comity.record.tables.statistics import group_mean
from comity.rules.act import Act
from comity.rules.vote import ANSWERS
from comity.world.world import GROUPS, ROLES, Group, Kind

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


def _state_led(record: Record) -> list[MeetingTrace]:
    forums = {forum.id for forum in record.scenario.forums if forum.state_led}
    return [trace for trace in record.trace.meetings if trace.forum in forums]


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _voice(record: Record, group: Group) -> float:
    """Return the share of a group's seats at round tables, taken round by round, from which somebody spoke."""
    acts = record.seat_counts[:, PHASE_CODES[Phase.ROUND_TABLES], group].sum(axis=0)
    return float(1 - acts[Act.SILENCE] / acts.sum()) if acts.sum() else float("nan")


def _cooperative_share(record: Record) -> float:
    acts = record.seat_counts[:, :, : len(ROLES)].sum(axis=(0, 1, 2))
    spoken = acts.sum() - acts[Act.SILENCE]
    return float(acts[Act.COOPERATION] / spoken) if spoken else float("nan")


def _attendance(record: Record) -> float:
    is_state = record.population.world.actors["kind"] == Kind.STATE
    held = [t for t in _state_led(record) if (t.active & is_state).any()]
    return _mean([(t.present & is_state).sum() / (t.active & is_state).sum() for t in held])


def _last(record: Record, value: Callable[[MeetingTrace], float]) -> float:
    """Return a value at the close of the last meeting."""
    return float(value(record.trace.meetings[-1])) if record.trace.meetings else float("nan")


def _over_states(record: Record, values: np.ndarray, counted: np.ndarray | None = None) -> float:
    """Return the mean over all states, or those that are counted, of what is known by role."""
    group = record.population.world.actors["group"]
    sizes = np.bincount(group if counted is None else group[counted], minlength=len(GROUPS))[: len(ROLES)]
    return group_mean(values[: len(ROLES)], sizes)


def _crmw(record: Record) -> float:
    is_state = record.population.world.actors["kind"] == Kind.STATE
    return float(record.trace.years[-1].treaty_party[is_state].sum()) if record.trace.years else float("nan")


def _expected_yes(record: Record) -> float:
    votes = [vote for trace in record.trace.meetings for vote in trace.votes if len(vote.probabilities)]
    return float(votes[-1].probabilities[:, ANSWERS.index("yes")].mean()) if votes else float("nan")


def _adopted(record: Record) -> float:
    votes = [vote for trace in record.trace.meetings for vote in trace.votes]
    return float(votes[-1].is_adopted) if votes else float("nan")


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="destination_voice",
        unit="share",
        text="seats of destination states (or of the second role of the subject) at round tables that spoke",
        compute=lambda r: _voice(r, Group.DESTINATION),
    ),
    Measure(
        name="origin_voice",
        unit="share",
        text="seats of origin states (or of the first role of the subject) at round tables that spoke",
        compute=lambda r: _voice(r, Group.ORIGIN),
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
        text="trust between origin and destination states (or both sides of the subject) at the end",
        compute=lambda r: _last(
            r,
            lambda t: (
                (t.group_trust[Group.ORIGIN, Group.DESTINATION] + t.group_trust[Group.DESTINATION, Group.ORIGIN]) / 2
            ),
        ),
    ),
    Measure(
        name="trust_networks",
        unit="share",
        text="trust of states in civil society at the end",
        compute=lambda r: _last(r, lambda t: _over_states(r, t.group_trust[:, Group.NETWORK])),
    ),
    Measure(
        name="cooperation",
        unit="share",
        text="disposition of states to cooperate at the end",
        compute=lambda r: _last(r, lambda t: _over_states(r, t.cooperation, t.active)),
    ),
    Measure(
        name="sovereignty",
        unit="share",
        text="sovereignty concern of states at the end",
        compute=lambda r: _last(r, lambda t: _over_states(r, t.sovereignty, t.active)),
    ),
    Measure(
        name="practices",
        unit="count",
        text="practices copied by the end",
        compute=lambda r: _last(r, lambda t: t.practices),
    ),
    Measure(
        name="agreements",
        unit="count",
        text="bilateral agreements in corridors",
        compute=lambda r: float(sum(trace.experience["agreements"].sum() // 2 for trace in r.trace.meetings)),
    ),
    Measure(
        name="donors",
        unit="count",
        text="donor governments for each chair, mean",
        compute=lambda r: _mean([trace.donors.sum() for trace in _state_led(r)]),
    ),
    Measure(
        name="crmw_parties",
        unit="count",
        text="parties to the migrant workers' convention (or the treaty of the subject) at the end",
        compute=_crmw,
    ),
    Measure(
        name="expected_yes", unit="share", text="states expected to vote yes in the last vote", compute=_expected_yes
    ),
    Measure(name="adopted", unit="1", text="1 if the text of the last vote was adopted, else 0", compute=_adopted),
)
"""The main measures, in the order in which tables print them."""


def measure(record: Record) -> dict[str, float]:
    """Return all measures of a record by name."""
    return {item.name: item.compute(record) for item in MEASURES}
