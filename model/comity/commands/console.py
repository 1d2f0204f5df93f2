"""How the commands print: one console, one form of table, one form of paragraph."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

__all__ = ["console", "paragraph", "printing_on", "table"]

_WIDTH_WITHOUT_TERMINAL = 100
_WIDTH_OF_TEXT = 98
_other: ContextVar[Console | None] = ContextVar("other", default=None)
"""The console that stands in for standard output."""


@contextmanager
def printing_on(screen: Console) -> Iterator[None]:
    """Let commands print on another console instead of standard output."""
    token = _other.set(screen)
    try:
        yield
    finally:
        _other.reset(token)


def console(*, stderr: bool = False) -> Console:
    """Return a console on standard output or standard error, as wide as the terminal; 100 columns without one."""
    if not stderr and (other := _other.get()) is not None:
        return other
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH_WITHOUT_TERMINAL
    return Console(stderr=stderr, width=width, highlight=False)


def table(*headings: str, title: str = "", left: Collection[str] = (), folded: Collection[str] = ()) -> Table:
    """Return an empty table.

    Parameters
    ----------
    headings
        One per column.
    left
        Headings of the columns that are aligned left, besides the first; the others are aligned right.
    folded
        Headings of the columns whose cells may be broken into lines, besides the first.
    """
    view = Table(title=escape(title) or None, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, heading in enumerate(headings):
        is_left = number == 0 or heading in left
        is_folded = number == 0 or heading in folded
        view.add_column(
            heading,
            justify="left" if is_left else "right",
            no_wrap=not is_folded,
            overflow="fold" if is_folded else "ellipsis",  # a number that lost digits without a sign is another number
        )
    return view


def paragraph(screen: Console, text: str, indent: int = 0) -> None:
    """Print a text in lines of 98 characters at most; the lines after the first are indented."""
    screen.print("\n".join(textwrap.wrap(text, _WIDTH_OF_TEXT, subsequent_indent=" " * indent)), markup=False)
