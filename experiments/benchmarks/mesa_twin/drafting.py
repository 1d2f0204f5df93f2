"""The text of a vote as people drafted it: which wordings stand, how binding they make it, and its class (ODD 7.34)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mesa_twin.arithmetic import clip, mean

if TYPE_CHECKING:
    from comity.scenario.moves import Move
    from comity.scenario.schema import Vote
    from mesa_twin.actors import StateAgent
    from mesa_twin.model import TwinModel

__all__ = ["Text"]

_SIDES = ("origin", "destination")
_STRONGEST = 2


class Text:
    """A text with a paragraph for each issue that it is about."""

    def __init__(self, model: TwinModel, vote: Vote, moves: Iterable[Move], voters: Iterable[StateAgent]) -> None:
        about = {model.issue_of(category) for category in vote.categories} or set(model.issues)
        roles = {state.id: state.role for state in voters}
        said = [move for move in moves if move.actor in roles and move.paragraph in about]
        backed = []
        self.strength = {}
        for issue in about:
            voices = [(roles[move.actor], move.wording or 0, move.draft) for move in said if move.paragraph == issue]
            wording = _standing(voices)
            self.strength[issue] = wording / _STRONGEST
            both = all(_balance(voices, wording, (side, "both")) > 0 for side in _SIDES)
            backed.append(both or (wording == 0 and vote.text_class == "agreed"))
        self.is_agreed = all(backed)
        added = model.parameters.draft_bindingness * mean(self.strength.values())
        self.added_bindingness = clip(vote.bindingness + added) - vote.bindingness


Voice = tuple[str, int, str | None]
"""The role of who spoke, the wording, and what it said of it."""


def _balance(voices: list[Voice], wording: int, roles: tuple[str, ...] = ()) -> int:
    """Return how many more support a wording than oppose it, among some roles or all."""
    counted = [stance for role, of, stance in voices if of == wording and (not roles or role in roles)]
    return counted.count("supports") - counted.count("opposes")


def _standing(voices: list[Voice]) -> int:
    """Return the wording that stands."""
    floor = max(0, _balance(voices, 0))
    above = [wording for wording in range(-_STRONGEST, _STRONGEST + 1) if _balance(voices, wording) > floor]
    return min(above, key=lambda wording: (-_balance(voices, wording), abs(wording), wording), default=0)
