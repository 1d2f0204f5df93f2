"""What pages have in common: a run that is there or an error that is shown."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import solara

from comity.errors import InputError

__all__ = ["attempt", "show_error", "told", "use_attempt"]

Found = TypeVar("Found")
_MOST = 600


def use_attempt(make: Callable[[], Found], depends: list[Any]) -> tuple[Found | None, str]:
    """Return what a function makes, made again when something it depends on changes; or None and what is wrong.

    To be called like a hook: always, and in the same order.
    """
    found: tuple[Found | None, str] = solara.use_memo(lambda: attempt(make), depends)
    return found


def attempt(make: Callable[[], Found]) -> tuple[Found | None, str]:
    """Return what a function makes, or None and what is wrong."""
    try:
        return make(), ""
    except Exception as error:
        return None, told(error)


def told(error: BaseException) -> str:
    """Return an error in one line for a page; one that nobody foresaw stands whole in the terminal only."""
    if isinstance(error, OSError):
        return f"a file or folder cannot be read: {error.strerror or type(error).__name__}. Name another one."
    if not isinstance(error, InputError):
        traceback.print_exception(error)
        return f"this failed in a way nobody foresaw ({type(error).__name__}). The terminal of the server says where."
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", str(error)).split())
    return line if len(line) <= _MOST else f"{line[: _MOST - 1]}…"


def show_error(text: str) -> None:
    """Show an error with the words of the command line."""
    with solara.Div(classes=["comity-error"]):
        solara.Text(f"comity: {text}")
