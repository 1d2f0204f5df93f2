"""Engagement: whether a seated delegate takes the floor, or stays silent."""

from comity.compiled import compiled
from comity.mechanism import Mechanism
from comity.mechanisms.logistic import logistic

__all__ = ["MECHANISM", "engagement"]

MECHANISM = Mechanism(
    name="engagement",
    changes=("acts",),
    strength=None,
    parameters=(
        "engagement_intercept",
        "engagement_salience",
        "engagement_trust",
        "engagement_cooperation",
        "engagement_sovereignty",
        "engagement_mandate",
    ),
    source="Chapter, 'UN-Led Multilateral Encounters': destination delegates silent, the South voices concerns, "
    "UN staff fill the floor; form: assumption",
)


@compiled
def engagement(salience, room_trust, cooperation, sovereignty, exposure, mandate, rates):
    """Return the probability of taking the floor.

    P = L(g_0 + g_s K s_ik + g_T (mean trust in the room - 1/2) + g_c c_i - g_sigma sigma_i E_kf + g_m mandate_i)

    Parameters
    ----------
    salience : K s_ik, 1 on average
        Salience of the issue relative to an equal spread over the K issues.
    room_trust, cooperation, sovereignty, exposure, mandate : share
        The actor's mean trust in the others at the table, c_i, sigma_i, E_kf, and its mandate to speak.
    rates : record of parameters
    """
    utility = (
        rates.engagement_intercept
        + rates.engagement_salience * salience
        + rates.engagement_trust * (room_trust - 0.5)
        + rates.engagement_cooperation * cooperation
        - rates.engagement_sovereignty * sovereignty * exposure
        + rates.engagement_mandate * mandate
    )
    return logistic(utility)
