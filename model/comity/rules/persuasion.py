"""Persuasion: positions move towards trusted speakers with authority; a frame helps those for joint governance."""

from __future__ import annotations

from comity.compiled import Floats, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.room import Floor, Talk
from comity.world.world import Opened

__all__ = ["MECHANISM", "frame", "hearing_weight", "persuade", "persuasion_step", "resonance", "weigh_speaker"]

MECHANISM = Mechanism(
    name="persuasion",
    changes=("position",),
    strength="persuasion_rate",
    group="socialisation",
    parameters=(
        Parameter(
            "persuasion_rate", 0.06, 0, 1, "share of the distance to trusted speakers that a listener moves",
            symbol="eta_p", unit="per round", source="Checkel (2005), persuasion; strength: assumption", free=True,
        ),
        Parameter(
            "confidence_bound", 0.4, 0, 1, "largest difference of position at which a speaker is still heard",
            symbol="epsilon", source="Deffuant et al. (2000); value: assumption", free=True,
        ),
        Parameter(
            "persuasion_framing", 1.0, 0, 10,
            "added weight of a speaker for more joint governance, where the issue is wholly framed as development",
            symbol="eta_f", source="Benford and Snow (2000), resonance; strength: assumption", free=True,
        ),
    ),
    source="Checkel (2005), normative suasion; bounded confidence: Deffuant et al. (2000), "
    "Hegselmann and Krause (2002); resonance of frames: Benford and Snow (2000), chapter, 'From Rights to Development'",
)  # fmt: skip


@compiled
def resonance(framing: float, development: float, strength: float) -> float:
    """Return F_kf = 1 + eta_f phi_f d_k, 1 or more: how much a frame adds to arguments for joint governance.

    ``framing`` phi_f of the forum and ``development`` d_k, how far the issue can be framed so: shares; ``strength``
    eta_f, 0 or more.
    """
    return 1.0 + strength * framing * development


@lean
def frame(issue: Whole, framing: float, run: Opened) -> float:
    """Return the resonance F_kf of the frame of a forum, ``framing`` phi_f, on an issue."""
    return resonance(framing, run.world.issues.development_framing[issue], run.parameters.persuasion_framing)


@compiled
def hearing_weight(trust: float, authority: float, difference: float, bound: float, resonance: float) -> float:
    """Return the weight of a speaker: T_ij A_j within the confidence bound epsilon, else 0.

    That of a speaker who wants more joint governance than the listener is multiplied by ``resonance`` F_kf, 1 or more.
    ``trust`` T_ij, ``authority`` A_j, ``bound`` epsilon: shares; ``difference`` x_jk - x_ik, in [-1, 1].
    """
    if abs(difference) > bound:
        return 0.0
    weight = trust * authority
    return weight * resonance if difference > 0.0 else weight


@compiled
def persuasion_step(mean_difference: float, rate: float, bindingness: float) -> float:
    """Return eta_p (1 - b) times the weighted mean difference to the speakers.

    ``mean_difference`` in [-1, 1]; ``rate`` eta_p times closeness, per round, and ``bindingness`` b of the sitting:
    shares. In a binding forum delegates speak to instructions and are not persuaded (Checkel 2005, scope
    conditions). The step keeps positions in [0, 1]: it is a share of a mean of differences.
    """
    return rate * (1.0 - bindingness) * mean_difference


# The loop over listeners stands alone, on few plain arrays, so that the compiler makes vector code of it.


@lean
def _weigh(
    m: Whole, said: float, authority: float, bound: float, resonance: float, listeners: tuple[Floats, ...]
) -> None:
    trust, position, pull, hearing = listeners
    for a in range(m):
        difference = said - position[a]
        weight = hearing_weight(trust[a], authority, difference, bound, resonance)
        pull[a] += weight * difference
        hearing[a] += weight


@lean
def weigh_speaker(b: Whole, talk: Talk, run: Opened, floor: Floor) -> None:
    """Add speaker b to the pull on the position of everybody seated, and to the weight of those they heard."""
    said, authority = floor.position[b], run.world.actors.authority[floor.row[b]]
    bound = run.parameters.confidence_bound
    listeners = (floor.trust, floor.position, floor.pull, floor.hearing)
    _weigh(talk.seated, said, authority, bound, talk.resonance, listeners)


@lean
def persuade(a: Whole, talk: Talk, run: Opened, floor: Floor) -> None:
    """Move the position of listener a towards the speakers that it heard."""
    if floor.hearing[a] > 0.0:
        rate = talk.closeness * run.parameters.persuasion_rate
        step = persuasion_step(floor.pull[a] / floor.hearing[a], rate, talk.bindingness)
        run.world.preferences.position[floor.row[a], talk.issue] += step
        run.world.preferences.by_persuasion[floor.row[a], talk.issue] += step
