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
    """Return the probability 1 - exp(-zeta B T_ij T_ji) of a contact.

    ``stake`` B, the mean of the two bilateral stakes, and the trust of each in the other: shares; ``rate`` zeta, 0 or
    more.
    """
    return 1.0 - exp(-rate * stake * trust_there * trust_back)


@compiled
def agreement_probability(trust_there, trust_back, cooperation, partner_cooperation, rate):
    """Return the probability zeta_a sqrt(T_ij T_ji) sqrt(c_i c_j) that a contact ends in an agreement; all shares."""
    return rate * sqrt(trust_there * trust_back * cooperation * partner_cooperation)
