"""Forgetting: evidence about others fades; what the prior weighs stays."""

import numpy as np

from comity.compiled import compiled
from comity.mechanism import Mechanism
from comity.mechanisms.trust import note_trust
from comity.population.world import TRUST_PARTS

__all__ = ["MECHANISM", "forget", "kept_evidence", "kept_trust"]

MECHANISM = Mechanism(
    name="forgetting",
    changes=("trust",),
    strength="evidence_decay",
    parameters=("evidence_decay", "prior_weight"),
    source="Forgetting factor: Josang and Ismail (2002); the prior is kept: assumption",
)

_FORGETTING_PART = TRUST_PARTS.index("forgetting")


@compiled
def kept_evidence(evidence, prior_weight, decay):
    """Return N_ij after a year: W + (1 - delta)(N - W); what the prior weighs is not forgotten."""
    return prior_weight + (1.0 - decay) * (evidence - prior_weight)


@compiled
def kept_trust(trust, evidence, prior, prior_weight, decay):
    """Return T_ij after a year, when both alpha and beta have lost the share delta of what was learned."""
    alpha = prior_weight * prior + (1.0 - decay) * (trust * evidence - prior_weight * prior)
    return alpha / kept_evidence(evidence, prior_weight, decay)


@compiled
def forget(world, rates):
    """Let everybody forget a year's share of the evidence about everybody else."""
    n = len(world.actors)
    weight = rates.prior_weight
    groups = world.actors.group.copy()
    change = np.empty(world.trust_held.shape[1])
    for i in range(n):
        for group in range(len(change)):
            change[group] = 0.0
        for j in range(n):
            evidence = world.relations.evidence[i, j]
            if evidence == weight:  # nothing learned yet
                continue
            before = world.relations.trust[i, j]
            after = kept_trust(before, evidence, world.prior[i, j], weight, rates.evidence_decay)
            world.relations.trust[i, j] = after
            world.relations.evidence[i, j] = kept_evidence(evidence, weight, rates.evidence_decay)
            change[groups[j]] += after - before
        for group in range(len(change)):
            note_trust(i, group, _FORGETTING_PART, change[group], world)
