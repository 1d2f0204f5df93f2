"""What is wrong with an input, and what is worth a word: where, what was expected, what came, what to do."""

from __future__ import annotations

import difflib
import errno
import warnings
from collections.abc import Iterable

__all__ = ["InputError", "Notice", "advice", "nearest", "note", "reason", "remedy"]


class InputError(ValueError):
    """A scenario, table, patch, seed or folder that comity cannot use.

    The message is one paragraph: *where: 'field' must be <constraint>, got <value>. <What to do.>*
    The command line prints it without a traceback and exits with status 2.
    """


class Notice(UserWarning):
    """A part of an input that comity can use, but that has no effect, or not the effect that it seems to have.

    The command line prints it on standard error; Python shows it as a warning.
    """


def note(message: str) -> None:
    """Issue a notice."""
    warnings.warn(message, Notice, stacklevel=3)


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
    if not close:
        folded = {item.casefold(): item for item in names}
        close = [folded[item] for item in difflib.get_close_matches(str(name).casefold(), folded, n=1, cutoff=0.6)]
    if close:
        return f"Did you mean {close[0]!r}?"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"Known: {shown}." if names else "None are defined here."


_REMEDIES = {
    "ENOSPC": "Free space.",
    "EDQUOT": "The quota of this user is used up; remove files, or ask for more.",
    "EACCES": "Change its permissions.",
    "EPERM": "Change its permissions.",
    "EROFS": "The disk is read-only.",
    "ENOTDIR": "A part of the path is a file, not a folder.",
    "EISDIR": "A folder has that name.",
    "EEXIST": "Remove what is there.",
    "ENOTEMPTY": "Remove what is there.",
    "ELOOP": "The path contains a link to itself.",
    "ENAMETOOLONG": "The name is too long.",
    "EMFILE": "Too many files are open; close other programs.",
    "EIO": "The disk is failing; check it.",
}


def advice(error: BaseException) -> str:
    """Return what helps against an error of the system, in a sentence; empty where nothing is known."""
    return _REMEDIES.get(errno.errorcode.get(getattr(error, "errno", None) or 0, ""), "")


def reason(error: BaseException) -> str:
    """Return what the system says of an error, in words without a full stop."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")


def remedy(error: BaseException) -> str:
    """Return what the system says of an error, and what helps against it, in one or two sentences."""
    return f"{reason(error)}. {advice(error)}".strip()
