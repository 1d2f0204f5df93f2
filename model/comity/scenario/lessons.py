"""Lessons: the comment at the top of a what-if, which says what it asks, of which claim, and what to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Lesson", "read_lesson"]

_LABELS = ("claim", "look at", "expected")
_LABEL = re.compile(rf"({'|'.join(_LABELS)}):\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What a what-if teaches; a patch without such a comment has a question only, or nothing.

    Attributes
    ----------
    question
        What if …? The first paragraph of the comment.
    claim
        What the chapter claims, with the title of its section.
    look_at
        The measures that should move.
    expected
        How they should move if the claim holds in the model, and why. It is not what was found.
    """

    question: str = ""
    claim: str = ""
    look_at: str = ""
    expected: str = ""

    def lines(self) -> list[str]:
        """Return the lesson as one line for each of its parts."""
        parts = (("", self.question), ("Claim: ", self.claim), ("Look at: ", self.look_at))
        return [f"{label}{text}" for label, text in (*parts, ("Expected: ", self.expected)) if text]


def read_lesson(patch: Path) -> Lesson:
    """Return the lesson at the top of a patch; of a mechanism, which comes as a Python file, nothing."""
    if patch.suffix == ".py":
        return Lesson()
    parts: dict[str, list[str]] = {"question": []}
    current = parts["question"]
    for line in patch.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        text = line.lstrip("# ").rstrip()
        label = _LABEL.fullmatch(text)
        if label:
            current = parts.setdefault(label[1].lower().replace(" ", "_"), [])
            text = label[2]
        elif not text and current is parts["question"] and current:
            current = []  # what follows the question and has no label is no part of it
        if text:
            current.append(text)
    return Lesson(**{name: " ".join(words) for name, words in parts.items()})
