"""Forgetting: evidence about others fades; what the prior weighs stays."""

from __future__ import annotations

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.world import Opened, TrustPart

__all__ = ["MECHANISM", "forget", "kept_evidence", "kept_trust"]

MECHANISM = Mechanism(
    name="forgetting",
    changes=("trust",),
    strength="evidence_decay",
    group="trust",
    parameters=(
        Parameter(
            "evidence_decay", 0.1, 0, 1, "share of the evidence about others that is forgotten in a year",
            symbol="delta", unit="per year", free=True,
        ),
    ),
    source="Forgetting factor: Josang and Ismail (2002); the prior is kept: assumption",
)  # fmt: skip


@compiled
def kept_evidence(evidence: float, prior_weight: float, decay: float) -> float:
    """Return N_ij after a year: W + (1 - delta)(N - W); what the prior weighs is not forgotten.

    ``evidence`` N and ``prior_weight`` W: pieces of evidence; ``decay`` delta: share in a year.
    """
    return prior_weight + (1.0 - decay) * (evidence - prior_weight)


@compiled
def kept_trust(trust: float, evidence: float, prior: float, prior_weight: float, decay: float) -> float:
    """Return T_ij after a year, when both alpha and beta have lost the share delta of what was learned.

    ``trust`` T and ``prior`` T0: shares; the rest as in :func:`kept_evidence`.
    """
    alpha = prior_weight * prior + (1.0 - decay) * (trust * evidence - prior_weight * prior)
    return alpha / kept_evidence(evidence, prior_weight, decay)


@lean
def forget(run: Opened) -> None:
    """Let everybody forget a year's share of the evidence about everybody else."""
    world, n = run.world, len(run.world.actors)
    weight, decay = run.parameters.prior_weight, run.parameters.evidence_decay
    for j in range(n):
        trust, evidence, prior = world.trust_in[j], world.evidence_on[j], world.prior_in[j]
        change = world.trust_parts[world.actors.group[j], TrustPart.FORGETTING]
        for i in range(n):
            # Trust in which nothing has been learned stays the prior, to the last bit.
            after = kept_trust(trust[i], evidence[i], prior[i], weight, decay) if evidence[i] > weight else trust[i]
            change[i] += after - trust[i]
            trust[i] = after
            evidence[i] = kept_evidence(evidence[i], weight, decay)
