"""What a delegation lived through in the rooms of a meeting."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Experience"]


@dataclass
class Experience:
    """Rounds sat in, trust felt in them (a sum), and acts heard, of which so many were cooperative."""

    rounds: int = 0
    trust: float = 0.0
    n_heard: int = 0
    n_cooperative: int = 0

    def sat(self, trust: float) -> None:
        """Note a round, and the mean trust in the room."""
        self.rounds += 1
        self.trust += trust

    def heard(self, speeches: int, cooperative: int) -> None:
        """Note what was heard in a round."""
        self.n_heard += speeches
        self.n_cooperative += cooperative

    @property
    def worth(self) -> float:
        """What the meeting was worth: half trust, half the share of cooperation heard (ODD 7.13)."""
        heard = self.n_cooperative / self.n_heard if self.n_heard else 0.0
        return (self.trust / self.rounds + heard) / 2
