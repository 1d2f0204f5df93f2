"""Generalised trust: what was learned of some members of a group in a meeting is carried over to the others."""

from __future__ import annotations

from comity.compiled import Floats, Whole, compiled, lean
from comity.mechanism import Fixed, Mechanism, Parameter
from comity.world.meeting import Log
from comity.world.world import GROUPS, Opened, TrustPart, World

__all__ = ["MECHANISM", "OPINION", "carried_weight", "generalise", "remember", "trust_step"]

MECHANISM = Mechanism(
    name="generalised trust",
    changes=("trust",),
    strength="trust_generalised",
    group="trust",
    parameters=(
        Parameter(
            "trust_generalised", 0.5, 0, 4,
            "weight of what a meeting taught about a group, as evidence about its members that were not heard",
            symbol="gamma", unit="pieces of evidence per meeting",
            source="Kydd (2005), Rathbun (2012), trust in a kind of partner; strength: assumption", free=True,
        ),
    ),
    source="Beliefs about a type of actor: Kydd (2005); generalised trust: Rathbun (2012); form: assumption",
)  # fmt: skip

OPINION = Fixed(
    1.0,
    0.01,
    10,
    "evidence about some of a group that is enough for an opinion of the others",
    unit="pieces of evidence",
)

_OPINION = OPINION.value


@compiled
def carried_weight(learned: float, strength: float) -> float:
    """Return gamma min(w, 1): how many pieces of evidence are carried over to each member that was not heard.

    ``learned`` w, what the meeting taught the holder about the group, and ``strength`` gamma: pieces of evidence, 0 or
    more. A whole piece is enough to form an opinion of a group; a second one makes it no wider.
    """
    return strength * min(learned, _OPINION)


@compiled
def trust_step(trust: float, evidence: float, weight: float, gain: float) -> float:
    """Return the change v (e - T) / (N + v) of trust T by evidence e of weight v, exactly 0 where v is 0.

    As :func:`comity.rules.trust.updated_trust` minus T. ``trust`` T and ``gain`` e: shares; ``evidence`` N and
    ``weight`` v: pieces of evidence.
    """
    return weight * (gain - trust) / (evidence + weight)


@lean
def remember(partner: Whole, world: World, log: Log) -> None:
    """Keep in the log what everybody knows of an actor, before the meeting teaches anybody about it."""
    if not log.spoke[partner]:
        log.spoke[partner] = True
        _keep(
            world.trust_in[partner], world.evidence_on[partner], log.evidence_before[partner], log.proof_before[partner]
        )


# The loops over holders stand alone, on few plain arrays, so that the compiler makes vector code of them.


@lean
def _keep(trust: Floats, evidence: Floats, evidence_before: Floats, proof_before: Floats) -> None:
    for i in range(len(trust)):
        evidence_before[i] = evidence[i]
        proof_before[i] = trust[i] * evidence[i]


@lean
def _add_pieces(evidence: Floats, evidence_before: Floats, pieces: Floats) -> None:
    for i in range(len(pieces)):
        pieces[i] += evidence[i] - evidence_before[i]


@lean
def _add_proof(trust: Floats, evidence: Floats, proof_before: Floats, proof: Floats) -> None:
    for i in range(len(proof)):
        proof[i] += trust[i] * evidence[i] - proof_before[i]


@lean
def _leave_out_heard(evidence: Floats, evidence_before: Floats, weight: Floats, left: Floats) -> None:
    for i in range(len(weight)):
        left[i] = weight[i] if evidence[i] == evidence_before[i] else 0.0


@lean
def _find_steps(
    who: tuple[int, int], weight: Floats, gain: Floats, trust: Floats, evidence: Floats, step: Floats
) -> None:
    for i in range(who[0], who[1]):
        step[i] = trust_step(trust[i], evidence[i], weight[i], gain[i])


@lean
def _take_steps(who: tuple[int, int], step: Floats, trust: Floats, change: Floats) -> None:
    for i in range(who[0], who[1]):
        trust[i] += step[i]
        change[i] += step[i]


@lean
def _add_weight(who: tuple[int, int], weight: Floats, evidence: Floats) -> None:
    for i in range(who[0], who[1]):
        evidence[i] += weight[i]


@lean
def _learn_of_group(g: Whole, log: Log, run: Opened, weight: Floats, gain: Floats) -> tuple[int, int]:
    """Fill the weight and the mean of what the meeting taught each about a group; return the range of who learned."""
    world, strength = run.world, run.parameters.trust_generalised
    n = len(weight)
    for i in range(n):
        weight[i], gain[i] = 0.0, 0.0
    for j in range(n):
        if log.spoke[j] and world.actors.group[j] == g:
            _add_pieces(world.evidence_on[j], log.evidence_before[j], weight)
            _add_proof(world.trust_in[j], world.evidence_on[j], log.proof_before[j], gain)
    first, last = n, 0
    for i in range(n):
        if weight[i] > 0.0:
            gain[i] = min(max(gain[i] / weight[i], 0.0), 1.0)  # within rounding it is a share
            weight[i] = carried_weight(weight[i], strength)
            first, last = min(first, i), i + 1
    return first, last


@lean
def generalise(log: Log, run: Opened, weight: Floats, gain: Floats, left: Floats, step: Floats) -> None:
    """Let everybody carry over what a meeting taught about members of a group to those of whom it learned nothing.

    The ``log`` is that of the meeting; ``weight``, ``gain``, ``left`` and ``step`` (n,) are working space.
    """
    world = run.world
    if run.parameters.trust_generalised <= 0.0:
        return
    for g in range(len(GROUPS)):
        who = _learn_of_group(g, log, run, weight, gain)
        if who[1] == 0:
            continue
        for j in range(len(weight)):
            if world.actors.group[j] == g:
                trust, evidence = world.trust_in[j], world.evidence_on[j]
                before = log.evidence_before[j] if log.spoke[j] else evidence
                _leave_out_heard(evidence, before, weight, left)
                left[j] = 0.0  # trust in oneself is unused
                _find_steps(who, left, gain, trust, evidence, step)
                _take_steps(who, step, trust, world.trust_parts[g, TrustPart.GENERALISED])
                _add_weight(who, left, evidence)
