"""The corridor: bilateral talk follows stakes and mutual trust, and can end in an agreement."""

from math import exp, sqrt

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "agreement_probability", "contact_probability"]

MECHANISM = Mechanism(
    name="corridor",
    changes=("trust", "agreements"),
    strength="corridor_rate",
    parameters=("corridor_rate", "agreement_rate"),
    source="Chapter, 'UN-Led Multilateral Encounters' and 'The Second HLD': off-the-record talk between partners, "
    "bilateral bargaining by 2013; form: assumption",
)


@compiled
def contact_probability(stake, trust_there, trust_back, rate):
    """Return 1 - exp(-zeta B T_ij T_ji), B the mean of the two bilateral stakes."""
    return 1.0 - exp(-rate * stake * trust_there * trust_back)


@compiled
def agreement_probability(trust_there, trust_back, cooperation, partner_cooperation, rate):
    """Return zeta_a sqrt(T_ij T_ji) sqrt(c_i c_j)."""
    return rate * sqrt(trust_there * trust_back * cooperation * partner_cooperation)
