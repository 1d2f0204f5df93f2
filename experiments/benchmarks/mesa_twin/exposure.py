"""Exposure: what it costs at home to be seen dealing with an issue."""

from __future__ import annotations

from comity.scenario.schema import Issue
from mesa_twin.arithmetic import clip

__all__ = ["exposure"]


def exposure(issue: Issue, framing: float, bindingness: float, base: float) -> float:
    """Return the exposure of an issue where the framing is development and words bind so far, in [0, 1] (ODD 7.1)."""
    return clip(issue.politicisation * (1 - framing * issue.development_framing) * (base + bindingness))
