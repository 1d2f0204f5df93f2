"""Trust-building: an intervention is evidence about its speaker; silence teaches nothing."""

from comity.compiled import compiled, inlined
from comity.mechanism import Mechanism
from comity.mechanisms.act import ROUNDING, Act

__all__ = ["MECHANISM", "agreement", "evidence", "is_targeted", "learn", "note_trust", "updated_trust"]

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

    With alpha = T N and beta = (1 - T) N this is alpha += w e, beta += w (1 - e), T = alpha / (alpha + beta).
    """
    return (trust * evidence + weight * gain) / (evidence + weight)


@inlined
def learn(holder, partner, weight, gain, relations):
    """Let one actor take evidence ``gain`` of ``weight`` about another; return the change of its trust."""
    before = relations[holder, partner].trust
    evidence = relations[holder, partner].evidence
    after = updated_trust(before, evidence, weight, gain)
    relations[holder, partner].trust = after
    relations[holder, partner].evidence = evidence + weight
    return after - before


@inlined
def note_trust(holder, group, part, change, world):
    """Note a change of trust in a group, explained by a mechanism: column ``part`` of :data:`TRUST_PARTS`."""
    world.trust_held[holder, group] += change
    world.trust_parts[holder, group, part] += change


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
