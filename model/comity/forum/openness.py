"""Openness to civil society, and the accreditation that rations it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism
from comity.mechanisms.trust import trust_in_group
from comity.population.world import Group, Kind, World
from comity.randomness import Decision, uniform
from comity.scenario.parameters import Parameters
from comity.scenario.schema import Forum, Meeting

__all__ = [
    "MECHANISM",
    "accredit",
    "accredited_share",
    "common_space_sittings",
    "is_coded",
    "openness",
    "trust_in_networks",
]

MECHANISM = Mechanism(
    name="openness",
    changes=("openness", "accreditation", "common space"),
    strength=None,
    parameters=("openness_climate", "openness_trust", "accreditation_share", "accreditation_delegates"),
    source="Chapter, 'GFMD': openness reflects the host and grew with trust; coding 0-5 of the calendar; "
    "accreditation: facts R5; form: assumption",
)

_ZERO = np.uint64(0)

_BY_FORMAT = {"interface": 0.4, "half_day": 0.6, "full_day": 0.6}
"""Openness by the length of the common space, the coding rule of the calendar (levels 2, 3 and 3 of 5)."""

_REFERENCE_OPENNESS = 0.4
"""The openness at which ``accreditation_share`` was observed (level 2 of 5)."""


@compiled
def trust_in_networks(world):
    """Return the mean trust of states in networks, a share; 1/2 where there are no networks."""
    trust, n_states, n_networks = 0.0, 0, 0
    for i in range(len(world.actors)):
        if world.actors.kind[i] == Kind.STATE:
            trust += trust_in_group(i, Group.NETWORK, world)
            n_states += 1
        elif world.actors.group[i] == Group.NETWORK:
            n_networks += 1
    return trust / (n_states * n_networks) if n_networks > 0 else 0.5


def is_coded(meeting: Meeting, scripted: bool) -> bool:
    """Return whether the calendar says how open a meeting is: by its code, or because it is merged."""
    return scripted and (meeting.openness is not None or meeting.common_space == "merged")


def openness(
    world: World,
    meeting: Meeting,
    forum: Forum,
    hosts: Sequence[int],
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
    if is_coded(meeting, scripted):
        return 1.0 if meeting.openness is None else meeting.openness
    base = _BY_FORMAT.get(meeting.common_space or "", forum.openness) if scripted else forum.openness
    climates = world.actors["climate"]
    climate = sum(float(climates[host]) for host in hosts) / len(hosts) if hosts else 0.5
    value = base + parameters.openness_climate * (climate - 0.5) + parameters.openness_trust * trust_gained
    return float(min(max(value, 0.0), 1.0))


def common_space_sittings(openness: float) -> int:
    """Return how many common-space sittings an openness allows when it is endogenous.

    By the coding rule of the calendar in reverse: none below 0.3, one below 0.7, two above.
    """
    return 0 if openness < 0.3 else 1 if openness < 0.7 else 2


def accredited_share(openness: float, parameters: Parameters) -> float:
    """Return the share of the networks that came of which a delegate is let in.

    Of each network's o_d delegates the share r = min(1, o_a openness / 0.4) is accepted, so that the share
    1 - (1 - r)^o_d of the networks is present; all are at openness 1.
    """
    if openness >= 1.0:
        return 1.0
    accepted = min(1.0, parameters.accreditation_share * openness / _REFERENCE_OPENNESS)
    return float(1.0 - (1.0 - accepted) ** parameters.accreditation_delegates)


@lean
def accredit(applicants, share, hosts, meeting, keys, world, score, admitted):
    """Fill ``admitted`` (n,) with the networks that are admitted; ``score`` (n,) is working space.

    The ``share`` of the ``applicants``, rounded. Those are chosen that the host trusts most, with a draw of equal
    weight: selection is the host's, not blind. Of two with the same score the first in the table is admitted.
    """
    n = len(applicants)
    n_applicants = 0
    for i in range(n):
        admitted[i] = False
        if not applicants[i]:
            continue
        n_applicants += 1
        trust = 0.0
        for host in hosts:
            trust += world.trust_in[i, host]
        trust = trust / len(hosts) if len(hosts) > 0 else 0.5
        score[i] = trust + uniform(keys[Decision.ACCREDITATION], meeting, _ZERO, world.actors.address[i], _ZERO)
    for _ in range(round(share * n_applicants)):
        best = -1
        for i in range(n):
            if applicants[i] and not admitted[i] and (best < 0 or score[i] > score[best]):
                best = i
        admitted[best] = True
