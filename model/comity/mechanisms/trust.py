"""Trust-building: an intervention is evidence about its speaker; silence teaches nothing."""

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism
from comity.mechanisms.act import ROUNDING, Act

__all__ = ["MECHANISM", "agreement", "evidence", "is_targeted", "learn", "trust_in_group", "updated_trust"]

MECHANISM = Mechanism(
    name="trust-building",
    changes=("trust",),
    strength="trust_learning",
    parameters=("trust_learning", "prior_weight"),
    source="Beta reputation: Josang and Ismail (2002); evidence from agreement: assumption",
)


@compiled
def updated_trust(trust, evidence, weight, gain):
    """Return T_ij after a piece of evidence e_ij of weight w: (T N + w e) / (N + w).

    ``trust`` T and ``gain`` e: shares; ``evidence`` N and ``weight`` w: pieces of evidence. With alpha = T N and
    beta = (1 - T) N this is alpha += w e, beta += w (1 - e), T = alpha / (alpha + beta).
    """
    return (trust * evidence + weight * gain) / (evidence + weight)


@lean
def learn(holder, partner, weight, gain, part, world):
    """Let one actor take evidence ``gain`` of ``weight`` about another, explained by column ``part`` of the parts."""
    before = world.trust_in[partner, holder]
    evidence = world.evidence_on[partner, holder]
    after = updated_trust(before, evidence, weight, gain)
    world.trust_in[partner, holder] = after
    world.evidence_on[partner, holder] = evidence + weight
    world.trust_parts[world.actors.group[partner], part, holder] += after - before


@lean
def trust_in_group(holder, group, world):
    """Return the sum of an actor's trust in the others of a group."""
    total = world.trust_before[group, holder]
    for part in range(world.trust_parts.shape[1]):
        total += world.trust_parts[group, part, holder]
    return total


@compiled
def agreement(own, other):
    """Return 1 - |x_ik - x_jk|, in [0, 1]."""
    return 1.0 - abs(own - other)


@compiled
def is_targeted(own, speaker, room_mean):
    """Return whether a contestation by the speaker is aimed at the listener's camp: the other side of the mean.

    Whoever stands at the mean, but for rounding, is in no camp.
    """
    own_side, other_side = own - room_mean, speaker - room_mean
    return abs(own_side) > ROUNDING and abs(other_side) > ROUNDING and own_side * other_side < 0.0


@compiled
def evidence(act, agreement, targeted):
    """Return the evidence e_ij in [0, 1] that a listener takes from an act.

    1/2 + agreement/2 for cooperation; agreement for a statement; 0 for a contestation of the listener's
    own camp, else as a statement.
    """
    if act == Act.COOPERATION:
        return 0.5 + 0.5 * agreement
    if act == Act.CONTESTATION and targeted:
        return 0.0
    return agreement
