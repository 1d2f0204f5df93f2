"""Attendance: whether a delegation comes to a meeting."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Floats, Record, compiled, lean
from comity.mechanism import LOGIT, Mechanism, Parameter
from comity.randomness import Decision, fill_uniforms
from comity.rules.logistic import logistic
from comity.world.meeting import Doors
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "attendance", "host_reach", "readiness", "who_comes"]

MECHANISM = Mechanism(
    name="attendance",
    changes=("presence",),
    strength=None,
    group="attendance",
    parameters=(
        Parameter(
            "attendance_intercept", -0.6, -8, 8, "readiness to come to a meeting",
            symbol="h_0", unit=LOGIT, free=True,
        ),
        Parameter(
            "attendance_capacity", 1.6, 0, 8, "weight of capacity in coming to a meeting and in manning its rooms",
            symbol="h_q", unit=LOGIT, free=True,
        ),
        Parameter(
            "attendance_attachment", 3.0, 0, 8, "weight of attachment to the forum",
            symbol="h_p", unit=LOGIT, free=True,
        ),
        Parameter(
            "attendance_cooperation", 1.0, 0, 8, "weight of the disposition to cooperate",
            symbol="h_c", unit=LOGIT,
        ),
        Parameter(
            "attendance_sovereignty", 3.0, 0, 12,
            "weight of sovereignty times the bindingness of the forum, states only",
            symbol="h_sigma", unit=LOGIT, free=True,
        ),
        Parameter(
            "attendance_salience", 0.5, 0, 8, "weight of how salient the agenda is to the actor",
            symbol="h_stake", unit=LOGIT,
        ),
        Parameter(
            "attendance_reach", 1.5, 0, 8, "weight of how near a state is to the host, by mission and by distance",
            symbol="h_m", unit=LOGIT, free=True,
        ),
    ),
    source="Chapter, 'UN-Led Multilateral Encounters': lack of interest, empty seats, second-tier delegates in 2006; "
    "form: assumption",
)  # fmt: skip

_ZERO = np.uint64(0)


def host_reach(missions: Floats, nearness: Floats) -> Floats:
    """Return r_ih - mean r, the mean of both differences: how far each actor reaches a host, shape (n,).

    Parameters
    ----------
    missions : shape (n,)
        1 with a resident mission there, else 0, minus the mean share of states in which a state has one.
    nearness : shape (n,)
        That of its capital to the host, a share, minus the mean over pairs of states.
    """
    return 0.5 * (missions + nearness)


@compiled
def readiness(
    intercept: float,
    capacity: float,
    attachment: float,
    cooperation: float,
    cost: float,
    salience: float,
    parameters: Record,
) -> float:
    """Return h + h_q q_i + h_p p_if + h_c c_i - h_sigma cost + h_stake (K s_i - 1), in logits.

    ``intercept`` h is that of coming to a meeting or of manning a room; the rest as in :func:`attendance`.
    """
    return (
        intercept
        + parameters.attendance_capacity * capacity
        + parameters.attendance_attachment * attachment
        + parameters.attendance_cooperation * cooperation
        - parameters.attendance_sovereignty * cost
        + parameters.attendance_salience * (salience - 1.0)
    )


@compiled
def attendance(
    capacity: float,
    attachment: float,
    cooperation: float,
    cost: float,
    salience: float,
    reach: float,
    parameters: Record,
) -> float:
    """Return P(comes) = L(h_0 + h_q q_i + h_p p_if + h_c c_i - h_sigma sigma_i b_f + h_stake (K s_i - 1) + h_m r_ih).

    Parameters
    ----------
    capacity, attachment, cooperation : share
        q_i, p_if and c_i.
    cost : sigma_i b_f, share
        Sovereignty times bindingness; 0 for organisations and networks, which a binding forum does not deter.
    salience : K times the mean salience of the agenda, 1 on average
    reach : share, minus the mean reach
        r_ih, from :func:`host_reach`; 0 for organisations and networks, and where the place is not known.
    parameters : record of parameters
    """
    intercept = parameters.attendance_intercept + parameters.attendance_reach * reach
    return logistic(readiness(intercept, capacity, attachment, cooperation, cost, salience, parameters))


@lean
def who_comes(doors: Doors, meeting: np.uint64, run: Opened, draws: Floats, present: Bools) -> None:
    """Fill ``present`` (n,) with the actors that come; ``draws`` (n,) is working space.

    Parameters
    ----------
    doors : comity.world.meeting.Doors
        The actors that may come, the agenda, and what people chose.
    meeting : uint64
        Address of the meeting.
    """
    actors = run.world.actors
    n, n_issues = run.world.preferences.salience.shape
    fill_uniforms(run.keys[Decision.ATTENDANCE], meeting, _ZERO, actors.address, _ZERO, n, draws)
    for i in range(n):
        present[i] = False
        if not doors.eligible[i]:
            continue
        salience = 0.0
        for issue in doors.issues:
            salience += run.world.preferences.salience[i, issue]
        cost = actors.sovereignty[i] * doors.bindingness if actors.kind[i] == Kind.STATE else 0.0
        chance = attendance(
            actors.capacity[i],
            run.world.attachment[i, doors.forum],
            actors.cooperation[i],
            cost,
            salience * n_issues / max(len(doors.issues), 1),
            doors.reach[i],
            run.parameters,
        )
        present[i] = draws[i] < chance if doors.attends[i] < 0 else doors.attends[i] == 1
