"""Social influence: the disposition to cooperate follows what trusted speakers do."""

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "social_influence_step"]

MECHANISM = Mechanism(
    name="social influence",
    changes=("cooperation",),
    strength="social_influence_rate",
    parameters=("social_influence_rate",),
    source="Johnston (2001), social influence: back-patting and opprobrium; Rother (2019); form: assumption",
)


@compiled
def social_influence_step(cooperation, cooperative_share, rate):
    """Return eta_s (S_i - c_i), S_i the trust-weighted share of cooperative acts among the speakers heard.

    ``cooperation`` c_i, ``cooperative_share`` S_i, ``rate`` eta_s times closeness, per round: shares.
    """
    return rate * (cooperative_share - cooperation)
