"""What a class has said of the wording of texts, computed from the entries of its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["DraftState"]


@dataclass(frozen=True, kw_only=True)
class DraftState:
    """Proposals for the texts of votes, and who supports or opposes them.

    Attributes
    ----------
    proposals
        By number: seat, meeting, vote, paragraph, wording, and whether it is withdrawn.
    voices
        By number of the proposal and seat: stance (supports, opposes), the person, and the reason of the model.
    acts
        Number of proposals, voices and withdrawals of each seat since the class moved on.
    """

    proposals: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    voices: Mapping[tuple[int, str], Mapping[str, Any]] = field(default_factory=dict)
    acts: Mapping[str, int] = field(default_factory=dict)

    def proposed(self, what: Mapping[str, Any]) -> DraftState:
        """Return the state after a proposal, which its seat supports; seats of the model answer at once."""
        number, seat = what["proposal"], what["seat"]
        voices = {(number, seat): {"stance": "supports", "person": what["person"], "reason": {}}}
        for other, stance, reason in what["answers"]:
            voices[number, other] = {"stance": stance, "person": "", "reason": reason}
        return replace(
            self._acted(seat),
            proposals={**self.proposals, number: {**what, "withdrawn": False}},
            voices={**self.voices, **voices},
        )

    def voiced(self, what: Mapping[str, Any]) -> DraftState:
        """Return the state after a seat has supported or opposed a proposal, or has taken that back."""
        key = (what["proposal"], what["seat"])
        voices = {other: voice for other, voice in self.voices.items() if other != key}
        if what["stance"] is not None:
            voices[key] = {"stance": what["stance"], "person": what["person"], "reason": {}}
        return replace(self._acted(what["seat"]), voices=voices)

    def dropped(self, what: Mapping[str, Any]) -> DraftState:
        """Return the state after a seat has withdrawn its proposal."""
        number = what["proposal"]
        proposals = {**self.proposals, number: {**self.proposals[number], "withdrawn": True}}
        return replace(self._acted(self.proposals[number]["seat"]), proposals=proposals)

    def moved_on(self) -> DraftState:
        """Return the state after the class has moved on: every seat may act again."""
        return replace(self, acts={})

    def without(self, seat: str) -> DraftState:
        """Return the state as if a seat had said nothing; what others said of its proposals stays."""
        return replace(self, voices={key: voice for key, voice in self.voices.items() if key[1] != seat})

    def open_on(self, vote: str) -> dict[int, Mapping[str, Any]]:
        """Return the proposals on a text that are not withdrawn, by number."""
        return {n: one for n, one in self.proposals.items() if one["vote"] == vote and not one["withdrawn"]}

    def moves(self) -> list[dict[str, Any]]:
        """Return all voices as moves of the scenario, in a fixed order."""
        found = []
        for (number, seat), voice in self.voices.items():
            one = self.proposals[number]
            if not one["withdrawn"]:
                found.append(
                    {
                        "actor": seat,
                        "meeting": one["meeting"],
                        "on": one["vote"],
                        "paragraph": one["paragraph"],
                        "wording": one["wording"],
                        "draft": voice["stance"],
                    }
                )
        return sorted(found, key=lambda move: tuple(move[name] for name in ("on", "paragraph", "wording", "actor")))

    def _acted(self, seat: str) -> DraftState:
        return replace(self, acts={**self.acts, seat: self.acts.get(seat, 0) + 1})
