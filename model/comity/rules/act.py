"""Act: what a speaker does with the floor: cooperate, contest, or make a statement."""

from __future__ import annotations

from enum import IntEnum

from comity.compiled import Int8s, Record, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.randomness import Decision, fill_uniforms
from comity.rules.logistic import logistic, logit
from comity.world.room import Floor, Talk
from comity.world.world import Opened

__all__ = [
    "MECHANISM",
    "ROUNDING",
    "Act",
    "choose_act",
    "choose_acts",
    "conditional_cooperation",
    "cooperation_probability",
]

MECHANISM = Mechanism(
    name="act",
    changes=("acts",),
    strength=None,
    group="act",
    parameters=(
        Parameter(
            "conditional_cooperation", 4.0, 0, 12,
            "how strongly a speaker's cooperation depends on its trust in the room",
            symbol="lambda", source="Axelrod (1984), Kydd (2005); strength: assumption", free=True,
        ),
        Parameter(
            "contest_distance", 0.25, 0, 1, "distance from the room's mean position beyond which a speaker may contest",
            symbol="tau", free=True,
        ),
    ),
    source="Conditional cooperation: Axelrod (1984), Kydd (2005); contestation beyond a distance: assumption",
)  # fmt: skip


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
def conditional_cooperation(cooperation: float, room_trust: float, strength: float) -> float:
    """Return C_i = L(logit c_i + lambda (trust in the room - 1/2)), in (0, 1): cooperation conditional on trust.

    ``cooperation`` c_i and ``room_trust``, the mean trust in the others of the room: shares; ``strength`` lambda, 0 or
    more.
    """
    return logistic(logit(cooperation) + strength * (room_trust - 0.5))


@compiled
def cooperation_probability(willingness: float, sovereignty: float, exposure: float, distance: float) -> float:
    """Return the probability C_i (1 - sigma_i E_kf) (1 - |x_ik - room mean|).

    ``willingness`` C_i, ``sovereignty`` sigma_i, ``exposure`` E_kf (0 for organisations and networks), ``distance``
    |x_ik - room mean|: shares.
    """
    return willingness * (1.0 - sovereignty * exposure) * (1.0 - distance)


@compiled
def choose_act(
    cooperation: float,
    sovereignty: float,
    exposure: float,
    distance: float,
    room_trust: float,
    cooperation_draw: float,
    contest_draw: float,
    parameters: Record,
) -> Act:
    """Return the act of a speaker.

    It cooperates (shares a practice, makes an offer) with ``cooperation_probability``; else, if its
    position is farther than tau from the room's mean, it contests with probability 1 - its trust in the
    room; else it makes a statement. The two draws are uniform in [0, 1); the rest as above.
    """
    willingness = conditional_cooperation(cooperation, room_trust, parameters.conditional_cooperation)
    if cooperation_draw < cooperation_probability(willingness, sovereignty, exposure, distance):
        return Act.COOPERATION
    if distance > parameters.contest_distance + ROUNDING and contest_draw < 1.0 - room_trust:
        return Act.CONTESTATION
    return Act.STATEMENT


@lean
def choose_acts(talk: Talk, run: Opened, floor: Floor, acts: Int8s) -> None:
    """Fill ``acts`` (n,) with what each speaker on the ``floor`` does."""
    actors = run.world.actors
    meeting, sitting, number, seated = talk.meeting, talk.sitting, talk.number, talk.seated
    fill_uniforms(run.keys[Decision.COOPERATION], meeting, sitting, floor.address, number, seated, floor.draw_1)
    fill_uniforms(run.keys[Decision.CONTESTATION], meeting, sitting, floor.address, number, seated, floor.draw_2)
    for a in range(seated):
        if floor.speaks[a]:
            i = floor.row[a]
            acts[i] = choose_act(
                actors.cooperation[i],
                actors.sovereignty[i],
                floor.cost[a],
                abs(floor.position[a] - talk.mean_position),
                floor.room_trust[a],
                floor.draw_1[a],
                floor.draw_2[a],
                run.parameters,
            )
