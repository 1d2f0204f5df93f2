"""A speech: who took the floor in a round, what was done with it, and the position that was shown."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mesa_twin.delegation import Delegation

__all__ = ["Act", "Speech"]


class Act(StrEnum):
    """What a member of a room does in a round; ``talk`` is the corridor's, where nobody takes the floor."""

    SILENCE = "silence"
    STATEMENT = "statement"
    COOPERATION = "cooperation"
    CONTESTATION = "contestation"
    TALK = "talk"


class Speech(NamedTuple):
    """One intervention."""

    speaker: Delegation
    act: Act
    position: float
    authority: float
