"""What a year between meetings does: domestic pull, forgetting, turnover, recovery from shocks."""

import numpy as np

from comity.compiled import compiled
from comity.mechanism import Mechanism
from comity.mechanisms.trust import note_trust
from comity.population.world import Kind
from comity.randomness import Decision, uniform

__all__ = ["MECHANISMS", "kept_evidence", "kept_trust", "pass_year", "pull_step", "turnover_step"]

MECHANISMS = (
    Mechanism(
        name="domestic pull",
        changes=("position",),
        strength="domestic_pull",
        parameters=("domestic_pull",),
        source="Two-level games: Putnam (1988); linear form: assumption",
    ),
    Mechanism(
        name="forgetting",
        changes=("trust",),
        strength="evidence_decay",
        parameters=("evidence_decay", "prior_weight"),
        source="Forgetting factor: Josang and Ismail (2002); the prior is kept: assumption",
    ),
    Mechanism(
        name="turnover",
        changes=("cooperation", "sovereignty"),
        strength="turnover",
        parameters=("turnover", "turnover_loss"),
        source="Chapter, 'GFMD': the process relies on goodwill and commitment of governments; form: assumption",
    ),
    Mechanism(
        name="recovery",
        changes=("pressure",),
        strength="pressure_recovery",
        parameters=("pressure_recovery",),
        source="Assumption: domestic pressure fades geometrically",
    ),
)

_ZERO = np.uint64(0)
_FORGETTING_PART = 4


@compiled
def pull_step(position, anchor, rate):
    """Return rho (a_ik - x_ik)."""
    return rate * (anchor - position)


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
def turnover_step(value, entry, loss):
    """Return the change when a delegation is replaced: theta_l of what it learned since entry is lost."""
    return loss * (entry - value)


@compiled
def pass_year(world, year, rates, keys):
    """Let one year pass for everybody; ``year`` is its address.

    Order: domestic pull on positions, forgetting of evidence, turnover of delegations, recovery from pressure.
    """
    n, n_issues = world.preferences.position.shape
    weight = rates.prior_weight
    groups = world.actors.group.copy()
    for i in range(n):
        for k in range(n_issues):
            step = pull_step(world.preferences.position[i, k], world.preferences.anchor[i, k], rates.domestic_pull)
            world.preferences.position[i, k] += step
            world.preferences.by_domestic_pull[i, k] += step
    if rates.evidence_decay > 0.0:
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
    for i in range(n):
        draw = uniform(keys[Decision.TURNOVER], year, _ZERO, world.actors.address[i], _ZERO)
        if draw < rates.turnover:
            step = turnover_step(world.actors.cooperation[i], world.actors.entry_cooperation[i], rates.turnover_loss)
            world.actors.cooperation[i] += step
            world.actors.cooperation_by_turnover[i] += step
            if world.actors.kind[i] == Kind.STATE:
                step = turnover_step(
                    world.actors.sovereignty[i], world.actors.entry_sovereignty[i], rates.turnover_loss
                )
                world.actors.sovereignty[i] += step
                world.actors.sovereignty_by_turnover[i] += step
        world.actors.pressure[i] *= 1.0 - rates.pressure_recovery
