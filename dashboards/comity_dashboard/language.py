"""The language of a visitor: chosen in the header, kept on the desk and in the address."""

from __future__ import annotations

import solara

from comity_dashboard.desk import DESK
from comity_dashboard.phrases import Phrases, phrases

__all__ = ["use_words"]


def use_words() -> Phrases:
    """Return the phrases in the visitor's language. The component is drawn again when the visitor chooses another one.

    This is a hook: call it unconditionally, and always in the same order.
    """
    return phrases(solara.use_context(DESK).choice("lang") or "en")
