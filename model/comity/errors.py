"""The one exception that stands for wrong input: where, what was expected, what came, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["InputError", "nearest"]


class InputError(ValueError):
    """A scenario, table, patch, seed or folder that comity cannot use.

    The message is one paragraph: *where: 'field' must be <constraint>, got <value>. <What to do.>*
    The command line prints it without a traceback and exits with status 2.
    """


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the sentence that helps with a misspelt name.

    Parameters
    ----------
    name
        The name that was not found.
    known
        The names that exist.

    Returns
    -------
    str
        ``Did you mean 'x'?`` when one is close, else the list of known names.
    """
    names = sorted({str(item) for item in known})
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"Known: {shown}." if names else "None are defined here."
