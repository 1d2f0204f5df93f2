"""Trust-building: an intervention is evidence about its speaker; silence teaches nothing."""

from __future__ import annotations

from comity.compiled import Bools, Flag, Floats, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.rules.act import ROUNDING, Act
from comity.world.room import Floor, Talk
from comity.world.world import TrustPart, World

__all__ = [
    "MECHANISM",
    "agreement",
    "evidence",
    "is_targeted",
    "learn",
    "learn_of_speaker",
    "part_of",
    "trust_in_group",
    "updated_trust",
]

MECHANISM = Mechanism(
    name="trust-building",
    changes=("trust",),
    strength="trust_learning",
    group="trust",
    parameters=(
        Parameter(
            "trust_learning", 1.0, 0, 5,
            "weight of one intervention as evidence about its speaker; 0: no trust learning",
            symbol="w_T", unit="pieces of evidence",
            source="beta reputation, Josang and Ismail (2002); strength: assumption", free=True,
        ),
        Parameter(
            "prior_weight", 4.0, 0.1, 50, "how many pieces of evidence the trust before 2006 is worth",
            symbol="W", unit="pieces of evidence", source="Josang and Ismail (2002): 2; assumption",
        ),
    ),
    source="Beta reputation: Josang and Ismail (2002); evidence from agreement: assumption",
)  # fmt: skip


@compiled
def updated_trust(trust: float, evidence: float, weight: float, gain: float) -> float:
    """Return T_ij after a piece of evidence e_ij of weight w: (T N + w e) / (N + w).

    ``trust`` T and ``gain`` e: shares; ``evidence`` N and ``weight`` w: pieces of evidence. With alpha = T N and
    beta = (1 - T) N this is alpha += w e, beta += w (1 - e), T = alpha / (alpha + beta).
    """
    return (trust * evidence + weight * gain) / (evidence + weight)


@compiled
def agreement(own: float, other: float) -> float:
    """Return 1 - |x_ik - x_jk|, in [0, 1]."""
    return 1.0 - abs(own - other)


@compiled
def is_targeted(own: float, speaker: float, room_mean: float) -> bool:
    """Return whether a contestation by the speaker is aimed at the listener's camp: the other side of the mean.

    Whoever stands at the mean, but for rounding, is in no camp.
    """
    own_side, other_side = own - room_mean, speaker - room_mean
    return abs(own_side) > ROUNDING and abs(other_side) > ROUNDING and own_side * other_side < 0.0


@compiled
def evidence(act: Whole, agreement: float, targeted: Flag) -> float:
    """Return the evidence e_ij in [0, 1] that a listener takes from an act.

    1/2 + agreement/2 for cooperation; agreement for a statement; 0 for a contestation of the listener's
    own camp, else as a statement.
    """
    if act == Act.COOPERATION:
        return 0.5 + 0.5 * agreement
    if act == Act.CONTESTATION and targeted:
        return 0.0
    return agreement


@compiled
def part_of(act: Whole) -> TrustPart:
    """Return the part of the change of trust that an act belongs to, a :class:`comity.world.world.TrustPart`."""
    if act == Act.COOPERATION:
        return TrustPart.COOPERATION
    if act == Act.STATEMENT:
        return TrustPart.STATEMENT
    return TrustPart.CONTESTATION


@lean
def learn(holder: Whole, partner: Whole, weight: float, gain: float, part: TrustPart, world: World) -> None:
    """Let one actor take evidence ``gain`` of ``weight`` about another; ``part`` explains the change."""
    before = world.trust_in[partner, holder]
    evidence = world.evidence_on[partner, holder]
    after = updated_trust(before, evidence, weight, gain)
    world.trust_in[partner, holder] = after
    world.evidence_on[partner, holder] = evidence + weight
    world.trust_parts[world.actors.group[partner], part, holder] += after - before


# The loop over listeners stands alone, on few plain arrays, so that the compiler makes vector code of it.


@lean
def _update(
    m: Whole, act: Whole, said: float, position: Floats, aimed: Bools, trust: Floats, pieces: Floats, weight: float
) -> None:
    """Turn the first m of ``trust`` in a speaker into what they are after its act; ``pieces`` is evidence so far."""
    for a in range(m):
        gain = evidence(act, agreement(position[a], said), aimed[a])
        trust[a] = updated_trust(trust[a], pieces[a], weight, gain)


@lean
def learn_of_speaker(b: Whole, act: Whole, weight: float, talk: Talk, floor: Floor, world: World) -> None:
    """Let everybody in the room take evidence about speaker b, of ``weight`` pieces."""
    m, j = talk.seated, floor.row[b]
    trust_in, evidence_on = world.trust_in[j], world.evidence_on[j]
    change = world.trust_parts[world.actors.group[j], part_of(act)]
    for a in range(m):
        floor.evidence[a] = evidence_on[floor.row[a]]
    _update(m, act, floor.position[b], floor.position, floor.aimed, floor.trust, floor.evidence, weight)
    for a in range(m):
        if a != b:
            i = floor.row[a]
            change[i] += floor.trust[a] - trust_in[i]
            trust_in[i] = floor.trust[a]
            evidence_on[i] += weight


@lean
def trust_in_group(holder: Whole, group: Whole, world: World) -> float:
    """Return the sum of an actor's trust in the others of a group."""
    total: float = world.trust_before[group, holder]
    for part in range(world.trust_parts.shape[1]):
        total += world.trust_parts[group, part, holder]
    return total
