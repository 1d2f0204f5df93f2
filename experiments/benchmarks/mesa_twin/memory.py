"""What a forum remembers from one meeting to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mesa_twin.state import StateAgent

__all__ = ["Memory"]


@dataclass
class Memory:
    """Categories of the last meeting and of all, the states that came last, the last chair and the next."""

    last_categories: set[str] = field(default_factory=set)
    discussed: set[str] = field(default_factory=set)
    came: list[StateAgent] = field(default_factory=list)
    last_chair: StateAgent | None = None
    designated: StateAgent | None = None
