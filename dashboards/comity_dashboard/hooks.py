"""Hooks of all pages: a computed value, or an error message."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import solara

from comity.errors import InputError

__all__ = ["attempt", "error_line", "show_error", "use_attempt"]

Found = TypeVar("Found")
_MOST = 600


def use_attempt(make: Callable[[], Found], depends: list[Any]) -> tuple[Found | None, str]:
    """Return the value of a function and no error, or None and the error. Recomputed when a dependency changes.

    This is a hook: call it unconditionally, and always in the same order.
    """
    found: tuple[Found | None, str] = solara.use_memo(lambda: attempt(make), depends)
    return found


def attempt(make: Callable[[], Found]) -> tuple[Found | None, str]:
    """Return the value of a function and no error, or None and the error."""
    try:
        return make(), ""
    except Exception as error:
        return None, error_line(error)


def error_line(error: BaseException) -> str:
    """Return an error as one line for a page. The traceback of an unexpected error goes to the terminal only."""
    if isinstance(error, OSError):
        return f"cannot read a file or folder: {error.strerror or type(error).__name__}. Name another one."
    if not isinstance(error, InputError):
        traceback.print_exception(error)
        return f"unexpected error ({type(error).__name__}). The terminal of the server has the details."
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", str(error)).split())
    return line if len(line) <= _MOST else f"{line[: _MOST - 1]}…"


def show_error(text: str) -> None:
    """Show an error in the same words as the command line."""
    with solara.Div(classes=["comity-error"]):
        solara.Text(f"comity: {text}")
