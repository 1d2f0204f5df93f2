"""Accreditation: which of the networks that apply the host admits."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Floats, Record, compiled, lean
from comity.mechanism import Fixed, Mechanism, Parameter
from comity.randomness import Decision, uniform
from comity.world.meeting import Doors
from comity.world.world import Opened

__all__ = ["MECHANISM", "accredit", "accredited_share"]

MECHANISM = Mechanism(
    name="accreditation",
    changes=("accreditation",),
    strength=None,
    group="openness",
    parameters=(
        Parameter(
            "accreditation_share", 0.3, 0, 1, "share of delegates' applications accepted in a format of openness 0.4",
            symbol="o_a", source="facts R5: about 0.3 accepted",
        ),
        Parameter(
            "accreditation_delegates", 4.0, 1, 50,
            "delegates for whom a network applies; it is present when one is accepted",
            symbol="o_d", unit="delegates",
        ),
    ),
    source="Facts R5: about 0.3 of the applications accepted; choice by trust: assumption",
)  # fmt: skip

_ZERO = np.uint64(0)

REFERENCE_OPENNESS = Fixed(
    0.4, 0.01, 1, "openness of the format for which the share of accepted applications was observed",
    source="facts R5, level 2 of 5 in the coding of the calendar",
)  # fmt: skip
ADMISSION_LUCK = Fixed(1.0, 0, 100, "weight of the draw beside the hosts' mean trust in a network")

_REFERENCE = REFERENCE_OPENNESS.value
_LUCK = ADMISSION_LUCK.value


@compiled
def accredited_share(openness: float, format_openness: float, parameters: Record) -> float:
    """Return the share of the networks that came of which a delegate is let in.

    Of each network's o_d delegates the share r = min(1, o_a format_openness / 0.4) is accepted, so that the share
    1 - (1 - r)^o_d of the networks is present; all are at openness 1.

    The format has so many places. The openness of the meeting decides what those admitted may do, not how many they
    are: from 2007 to 2012 their number fell while openness rose (F37).

    Parameters
    ----------
    openness
        Of the meeting, a share.
    format_openness
        Of the forum, a share.
    """
    if openness >= 1.0:
        return 1.0
    accepted = min(1.0, parameters.accreditation_share * format_openness / _REFERENCE)
    share: float = 1.0 - (1.0 - accepted) ** parameters.accreditation_delegates
    return share


@lean
def accredit(doors: Doors, meeting: np.uint64, run: Opened, applicants: Bools, score: Floats, admitted: Bools) -> None:
    """Fill ``admitted`` (n,) with the networks that are admitted; ``score`` (n,) is working space.

    The share ``admitted_share`` of the ``applicants``, rounded. The networks that the host trusts most are chosen,
    with a draw of weight ``ADMISSION_LUCK``: selection is the host's, not blind. Of two with the same score the first
    in the table is admitted.
    """
    n, hosts = len(applicants), doors.hosts
    n_applicants = 0
    for i in range(n):
        admitted[i] = False
        if not applicants[i]:
            continue
        n_applicants += 1
        trust = 0.0
        for host in hosts:
            trust += run.world.trust_in[i, host]
        trust = trust / len(hosts) if len(hosts) > 0 else 0.5
        luck = uniform(run.keys[Decision.ACCREDITATION], meeting, _ZERO, run.world.actors.address[i], _ZERO)
        score[i] = trust + _LUCK * luck
    for _ in range(round(doors.admitted_share * n_applicants)):
        best = -1
        for i in range(n):
            if applicants[i] and not admitted[i] and (best < 0 or score[i] > score[best]):
                best = i
        admitted[best] = True
