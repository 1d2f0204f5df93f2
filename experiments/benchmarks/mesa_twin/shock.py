"""Shocks: what happens outside of the forums (ODD 7.27)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from comity.scenario.schema import Shock
from mesa_twin.arithmetic import clip

if TYPE_CHECKING:
    from mesa_twin.delegation import Delegation
    from mesa_twin.model import TwinModel

__all__ = ["strengths", "strike"]


def strengths(shock: Shock, delegations: Iterable[Delegation]) -> dict[Delegation, float]:
    """Return whom a shock hits, and how strongly."""
    hit = [d for d in delegations if (d.id in shock.actors if shock.actors else d.role in shock.roles)]
    if not shock.scaled_by:
        return dict.fromkeys(hit, 1.0)
    values = [d.scales[shock.scaled_by] for d in hit]
    result = {}
    for delegation, value in zip(hit, values, strict=True):
        below, equal = sum(other < value for other in values), values.count(value)
        result[delegation] = (below + (equal + 1) / 2) / len(hit)
    return result


def strike(model: TwinModel, shock: Shock) -> None:
    """Let a shock hit."""
    state_led = [forum.id for forum in model.given.forums if forum.state_led]
    for delegation, strength in strengths(shock, model.delegations).items():
        delegation.sovereignty = clip(delegation.sovereignty + shock.sovereignty * strength)
        delegation.entry_sovereignty = clip(delegation.entry_sovereignty + shock.sovereignty * strength)
        delegation.pressure = clip(delegation.pressure + shock.pressure * strength)
        delegation.capacity = clip(delegation.capacity * (1 + shock.capacity * strength))
        for forum in state_led:
            delegation.attachment[forum] = clip(delegation.attachment[forum] * (1 + shock.attachment * strength))
        for issue, step in shock.anchors.items():
            delegation.anchor[issue] = clip(delegation.anchor[issue] + step * strength)
            delegation.position[issue] = clip(delegation.position[issue] + step * strength)
