"""What can be explained of an actor. Nothing heavy is imported here, so that a wrong name is refused at once."""

from __future__ import annotations

__all__ = ["QUANTITIES"]

QUANTITIES: dict[str, str] = {
    "cooperation": "disposition to cooperate",
    "trust": "mean trust in all others",
    "sovereignty": "sovereignty concern",
    "position": "position",
    "anchor": "domestic anchor",
}
"""What can be explained; each is a share. A position is 0 for a national matter and 1 for a joint one; the domestic
anchor is the position that politics at home pulls back to. Position and anchor are the means over the issues, weighted
by how salient each is to the actor; :func:`comity.words.explanation.quantity` adds what they are on."""
