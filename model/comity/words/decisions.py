"""Decision rules in words."""

from __future__ import annotations

from comity.rules.vote import DecisionRule

__all__ = ["DECIDED", "decided"]

DECIDED: dict[DecisionRule, str] = {
    "majority": "by majority",
    "two_thirds": "by two thirds",
    "consensus": "by consensus",
    "silence": "by silence procedure",
}
"""How a text is adopted under each rule."""

_FAILED: dict[DecisionRule, str] = {
    "majority": "no majority",
    "two_thirds": "no two thirds",
    "consensus": "no consensus",
    "silence": "silence was broken",
}


def decided(is_adopted: bool, rule: DecisionRule) -> str:
    """Return what came of a vote, such as "adopted by majority" or "not adopted: no consensus"."""
    return f"adopted {DECIDED[rule]}" if is_adopted else f"not adopted: {_FAILED[rule]}"
