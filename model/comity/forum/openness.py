"""Openness to civil society, and the accreditation that rations it."""

from __future__ import annotations

import numpy as np

from comity.mechanism import Mechanism
from comity.population.world import World
from comity.randomness import Decision, uniforms
from comity.scenario.parameters import Parameters
from comity.scenario.schema import Forum, Meeting

__all__ = ["MECHANISM", "accredit", "common_space_sittings", "openness"]

MECHANISM = Mechanism(
    name="openness",
    changes=("openness", "accreditation", "common space"),
    strength=None,
    parameters=("openness_climate", "openness_trust", "accreditation_share", "accreditation_delegates"),
    source="Chapter, 'GFMD': openness reflects the host and grew with trust; coding 0-5 of the calendar; "
    "accreditation: facts R5; form: assumption",
)

_BY_FORMAT = {"interface": 0.4, "half_day": 0.6, "full_day": 0.6}
"""Openness by the length of the common space, the coding rule of the calendar (levels 2, 3 and 3 of 5)."""

_REFERENCE_OPENNESS = 0.4
"""The openness at which ``accreditation_share`` was observed (level 2 of 5)."""


def openness(
    world: World,
    meeting: Meeting,
    forum: Forum,
    hosts: list[int],
    trust_gained: float,
    scripted: bool,
    parameters: Parameters,
) -> float:
    """Return the openness of a meeting, a share.

    Scripted: the value coded in the calendar, and 1 for a merged meeting. Where there is none, and always when
    endogenous: the openness of the format, plus o_c (host's civil-society climate - 1/2), plus o_T times the rise of
    states' mean trust in networks since the beginning, bounded to [0, 1]. The openness of the format is that of the
    scripted common space, else of the forum.
    """
    if scripted and meeting.openness is not None:
        return meeting.openness
    if scripted and meeting.common_space == "merged":
        return 1.0
    base = _BY_FORMAT.get(meeting.common_space or "", forum.openness) if scripted else forum.openness
    climate = float(world.actors["climate"][hosts].mean()) if hosts else 0.5
    value = base + parameters.openness_climate * (climate - 0.5) + parameters.openness_trust * trust_gained
    return float(min(max(value, 0.0), 1.0))


def common_space_sittings(openness: float) -> int:
    """Return how many common-space sittings an openness allows when it is endogenous.

    By the coding rule of the calendar in reverse: none below 0.3, one below 0.7, two above.
    """
    return 0 if openness < 0.3 else 1 if openness < 0.7 else 2


def accredit(
    world: World,
    applicants: np.ndarray,
    openness: float,
    hosts: list[int],
    meeting: np.uint64,
    keys: np.ndarray,
    parameters: Parameters,
) -> np.ndarray:
    """Return which networks are admitted, bool, shape (n,).

    Of each network's o_d delegates the share r = min(1, o_a openness / 0.4) is accepted, so that the share
    1 - (1 - r)^o_d of the networks is present, rounded; all are at openness 1. Those are chosen that the host
    trusts most, with a draw of equal weight: selection is the host's, not blind.
    """
    admitted = np.zeros(len(applicants), dtype=bool)
    rows = np.flatnonzero(applicants)
    if not len(rows):
        return admitted
    accepted = min(1.0, parameters.accreditation_share * openness / _REFERENCE_OPENNESS)
    share = 1.0 - (1.0 - accepted) ** parameters.accreditation_delegates
    count = len(rows) if openness >= 1.0 else round(share * len(rows))
    trust = np.full(len(rows), 0.5)
    if hosts:
        trust = world.trust[np.ix_(np.array(hosts), rows)].mean(axis=0)
    score = trust + uniforms(keys[Decision.ACCREDITATION], meeting, np.uint64(0), world.actors["address"][rows])
    admitted[rows[np.argsort(-score, kind="stable")[:count]]] = True
    return admitted
