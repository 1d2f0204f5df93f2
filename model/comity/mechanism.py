"""The contract of every mechanism: what it changes, which strength switches it off, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["Mechanism"]


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """One rule of the model, as it declares itself.

    Each module of ``mechanisms``, ``forum`` and ``between`` that holds a rule declares one of these
    under the name ``MECHANISM``; the rule itself stands beside it as small scalar functions.

    Attributes
    ----------
    name
        The field's term for it.
    changes
        The state variables or decisions that it moves.
    strength
        The parameter that is zero when the mechanism does nothing, or None where the mechanism is a
        decision that has to be taken in any case (attendance, seating, the agenda).
    parameters
        The parameters that are its own; it may read those of the rules that it calls.
    source
        Where the rule is taken from, or "Assumption: …".
    declared
        Names of all mechanisms that were imported; a mechanism of somebody's own has another one.
    """

    declared: ClassVar[set[str]] = set()

    name: str
    changes: tuple[str, ...]
    strength: str | None
    parameters: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        """Keep the name."""
        self.declared.add(self.name)
