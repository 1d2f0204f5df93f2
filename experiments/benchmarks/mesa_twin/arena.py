"""The arena: where states want to go on talking (ODD 7.19)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from comity.scenario.schema import Forum
from mesa_twin.arithmetic import exposure, mean

if TYPE_CHECKING:
    from mesa_twin.actors import StateAgent
    from mesa_twin.model import TwinModel

__all__ = ["agreed_arena", "put_first", "utilities"]


def utilities(model: TwinModel, state: StateAgent, un: Forum) -> dict[str, float]:
    """Return what a state would gain in each arena; ``norm_setting`` is observed only."""
    informal = next((forum for forum in model.given.forums if forum.state_led), un)
    return {
        "informal": _utility(model, state, informal.bindingness, informal.development_framing),
        "un": _utility(model, state, un.bindingness, un.development_framing),
        "nowhere": 0.0,
        "norm_setting": _utility(model, state, 1.0, 0.0),
    }


def put_first(opinion: dict[str, float], arena: str | None) -> None:
    """Put the arena that a person chose above the others, by as little as there is (ODD A.6)."""
    ranked = sorted(("un", "informal", "nowhere"), key=lambda name: -opinion[name])
    if arena is not None and ranked[0] != arena:
        opinion[arena] = math.nextafter(opinion[ranked[0]], math.inf)


def agreed_arena(opinions: list[tuple[str, dict[str, float]]]) -> str:
    """Return the arena to which both sides consent, given the role and the opinion of each state."""
    sides = [[opinion for role, opinion in opinions if role in (side, "both")] for side in ("origin", "destination")]
    least = {arena: min(_support(arena, side) for side in sides) for arena in ("informal", "un")}
    best = max(least, key=lambda arena: least[arena])
    return best if least[best] > 0.5 else "nowhere"


def _support(arena: str, side: list[dict[str, float]]) -> float:
    return mean((opinion[arena] > opinion["nowhere"] for opinion in side), empty=1.0)


def _utility(model: TwinModel, state: StateAgent, bindingness: float, framing: float) -> float:
    p = model.parameters
    wish = sum(state.salience[issue] * state.position[issue] for issue in model.issues)
    cost = sum(
        state.salience[issue.id] * exposure(issue, framing, bindingness, p.base_exposure)
        for issue in model.issues.values()
    )
    paid = p.arena_sovereignty * state.sovereignty * cost + p.arena_obligation * bindingness**3 + p.arena_threshold
    return (1 + bindingness) / 2 * wish - paid
