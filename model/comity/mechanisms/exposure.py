"""Exposure: what it costs at home to be seen dealing with an issue in a forum."""

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "exposure"]

MECHANISM = Mechanism(
    name="exposure",
    changes=("seats", "acts", "sovereignty", "agenda", "arena"),
    strength=None,
    parameters=("base_exposure",),
    source="Chapter, 'From Rights to Development': development framing depoliticises, binding forums deter; "
    "form: assumption",
)


@compiled
def exposure(politicisation, framing, development, base, bindingness):
    """Return E_kf = pi_k (1 - phi_f d_k) (b_0 + b_f), bounded to [0, 1].

    Parameters
    ----------
    politicisation : pi_k, share
        How contested the issue is at home.
    framing : phi_f, share
        How far the forum frames issues as development.
    development : d_k, share
        How far the issue can be framed as development.
    base : b_0, share
        Cost in a forum that binds nobody.
    bindingness : b_f, share
        Bindingness and formality of the forum and phase.
    """
    cost = politicisation * (1.0 - framing * development) * (base + bindingness)
    return min(max(cost, 0.0), 1.0)
