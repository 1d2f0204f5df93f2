"""Persuasion: positions move towards trusted and authoritative speakers that are still heard."""

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "hearing_weight", "persuasion_step"]

MECHANISM = Mechanism(
    name="persuasion",
    changes=("position",),
    strength="persuasion_rate",
    parameters=("persuasion_rate", "confidence_bound"),
    source="Checkel (2005), normative suasion; bounded confidence: Deffuant et al. (2000), "
    "Hegselmann and Krause (2002)",
)


@compiled
def hearing_weight(trust, authority, difference, bound):
    """Return the weight of a speaker: T_ij A_j within the confidence bound epsilon, else 0.

    ``trust`` T_ij, ``authority`` A_j, ``bound`` epsilon: shares; ``difference`` x_jk - x_ik, in [-1, 1].
    """
    if abs(difference) <= bound:
        return trust * authority
    return 0.0


@compiled
def persuasion_step(mean_difference, rate, bindingness):
    """Return eta_p (1 - b) times the weighted mean difference to the speakers.

    ``mean_difference`` in [-1, 1]; ``rate`` eta_p times closeness, per round, and ``bindingness`` b of the sitting:
    shares. In a binding forum delegates speak to instructions and are not persuaded (Checkel 2005, scope
    conditions). The step keeps positions in [0, 1]: it is a share of a mean of differences.
    """
    return rate * (1.0 - bindingness) * mean_difference
