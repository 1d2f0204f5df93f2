"""What pages have in common: a run that is there or an error that is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import solara

from comity.errors import InputError

__all__ = ["show_error", "use_attempt"]

Found = TypeVar("Found")


def use_attempt(make: Callable[[], Found], depends: list[Any]) -> tuple[Found | None, str]:
    """Return what a function makes, made again when something it depends on changes; or None and what is wrong.

    To be called like a hook: always, and in the same order.
    """

    def tried() -> tuple[Found | None, str]:
        try:
            return make(), ""
        except InputError as error:
            return None, " ".join(str(error).split())

    found: tuple[Found | None, str] = solara.use_memo(tried, depends)
    return found


def show_error(text: str) -> None:
    """Show an error with the words of the command line."""
    with solara.Div(classes=["comity-error"]):
        solara.Text(f"comity: {text}")
