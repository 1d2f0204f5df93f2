"""Act: what a speaker does with the floor: cooperate, contest, or make a statement."""

from enum import IntEnum

from comity.compiled import compiled
from comity.mechanism import Mechanism
from comity.mechanisms.logistic import logistic, logit

__all__ = ["MECHANISM", "ROUNDING", "Act", "choose_act", "conditional_cooperation", "cooperation_probability"]

MECHANISM = Mechanism(
    name="act",
    changes=("acts",),
    strength=None,
    parameters=("conditional_cooperation", "contest_distance"),
    source="Conditional cooperation: Axelrod (1984), Kydd (2005); contestation beyond a distance: assumption",
)


ROUNDING = 1e-12
"""Differences of position below this are rounding: the mean of equal positions may miss them by the last bit."""


class Act(IntEnum):
    """What a delegate did in one round of a sitting."""

    ABSENT = -1
    SILENCE = 0
    STATEMENT = 1
    COOPERATION = 2
    CONTESTATION = 3


@compiled
def conditional_cooperation(cooperation, room_trust, strength):
    """Return C_i = L(logit c_i + lambda (trust in the room - 1/2)), in (0, 1): cooperation conditional on trust.

    ``cooperation`` c_i and ``room_trust``, the mean trust in the others of the room: shares; ``strength`` lambda, 0 or
    more.
    """
    return logistic(logit(cooperation) + strength * (room_trust - 0.5))


@compiled
def cooperation_probability(willingness, sovereignty, exposure, distance):
    """Return the probability C_i (1 - sigma_i E_kf) (1 - |x_ik - room mean|).

    ``willingness`` C_i, ``sovereignty`` sigma_i, ``exposure`` E_kf (0 for organisations and networks), ``distance``
    |x_ik - room mean|: shares.
    """
    return willingness * (1.0 - sovereignty * exposure) * (1.0 - distance)


@compiled
def choose_act(cooperation, sovereignty, exposure, distance, room_trust, cooperation_draw, contest_draw, rates):
    """Return the act of a speaker.

    It cooperates (shares a practice, makes an offer) with ``cooperation_probability``; else, if its
    position is farther than tau from the room's mean, it contests with probability 1 - its trust in the
    room; else it makes a statement. The two draws are uniform in [0, 1); the rest as above.
    """
    willingness = conditional_cooperation(cooperation, room_trust, rates.conditional_cooperation)
    if cooperation_draw < cooperation_probability(willingness, sovereignty, exposure, distance):
        return Act.COOPERATION
    if distance > rates.contest_distance + ROUNDING and contest_draw < 1.0 - room_trust:
        return Act.CONTESTATION
    return Act.STATEMENT
