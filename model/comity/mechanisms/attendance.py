"""Attendance: whether a delegation comes, and whether it mans a given room."""

from comity.compiled import compiled
from comity.mechanism import Mechanism
from comity.mechanisms.logistic import logistic

__all__ = ["MECHANISM", "attendance", "participation"]

MECHANISM = Mechanism(
    name="attendance",
    changes=("presence", "seats"),
    strength=None,
    parameters=(
        "attendance_intercept",
        "attendance_capacity",
        "attendance_attachment",
        "attendance_cooperation",
        "attendance_sovereignty",
        "attendance_salience",
        "room_intercept",
    ),
    source="Chapter, 'UN-Led Multilateral Encounters': lack of interest, empty seats, second-tier delegates in 2006; "
    "form: assumption",
)


@compiled
def _readiness(intercept, capacity, attachment, cooperation, cost, salience, rates):
    return (
        intercept
        + rates.attendance_capacity * capacity
        + rates.attendance_attachment * attachment
        + rates.attendance_cooperation * cooperation
        - rates.attendance_sovereignty * cost
        + rates.attendance_salience * (salience - 1.0)
    )


@compiled
def attendance(capacity, attachment, cooperation, cost, salience, rates):
    """Return P(comes) = L(h_0 + h_q q_i + h_p p_if + h_c c_i - h_sigma sigma_i b_f + h_stake (K s_i - 1)).

    Parameters
    ----------
    cost : sigma_i b_f, share
        Sovereignty times bindingness; 0 for organisations and networks, which a binding forum does not deter.
    salience : K times the mean salience of the agenda, 1 on average
    """
    return logistic(_readiness(rates.attendance_intercept, capacity, attachment, cooperation, cost, salience, rates))


@compiled
def participation(capacity, attachment, cooperation, cost, salience, rates):
    """Return the probability that a delegation that came mans one given room; as ``attendance`` with h_r.

    ``cost`` is sigma_i E_kf here: what the delegation could be held to in that room, on that issue.
    Small delegations sit in fewer rooms (facts R4).
    """
    return logistic(_readiness(rates.room_intercept, capacity, attachment, cooperation, cost, salience, rates))
