"""What a command prints, as plain data for a page: the same texts and the same cells, without a terminal."""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

__all__ = ["Telling"]

_WIDTH = 140
_WRAPPED = 90
"""Width from which on a line may have been wrapped: commands wrap texts at 96 to 140 characters."""
_FOR_TERMINALS = re.compile(r"(Nothing was written\.|Why an actor changed:|[0-9]+ more meetings? .*--all shows)")
"""Lines that name the next command to type."""


class Telling(Console):
    """A console that keeps what is printed on it.

    Attributes
    ----------
    blocks
        Texts, each with ``kind`` (heading, text, item or note) and ``text``; and tables, with ``head``, ``rows`` and
        ``title``. A row of one cell in a table of more is a line across it.
    """

    def __init__(self) -> None:
        super().__init__(width=_WIDTH, highlight=False, quiet=True)
        self.blocks: list[dict[str, Any]] = []

    def print(self, *objects: Any, style: Any = None, markup: bool | None = None, **_: Any) -> None:
        """Keep what would be printed."""
        for item in objects:
            self._keep(item, str(style or ""), markup is not False)

    def _keep(self, item: Any, style: str, has_markup: bool) -> None:
        if isinstance(item, Group):
            for part in item.renderables:
                self._keep(part, style, has_markup)
        elif isinstance(item, Table):
            self._keep_table(item)
        elif isinstance(item, Text):
            self._keep_text(item.plain, str(item.style or style))
        elif hasattr(item, "columns") and hasattr(item, "to_numpy"):
            self._keep_frame(item)
        else:
            found = Text.from_markup(str(item)) if has_markup else Text(str(item))
            is_bold = any("bold" in str(span.style) for span in found.spans)
            self._keep_text(found.plain, "bold" if is_bold else style)

    def _keep_text(self, text: str, style: str) -> None:
        kind = "heading" if "bold" in style else "note" if "dim" in style else "text"
        for line in _whole_lines(text):
            if _FOR_TERMINALS.match(line):
                continue
            is_item = line.startswith(" ") and kind == "text"
            self.blocks.append({"kind": "item" if is_item else kind, "text": line.strip()})

    def _keep_table(self, table: Table) -> None:
        columns = [[_plain(cell) for cell in column.cells] for column in table.columns]
        rows = [list(row) for row in zip(*columns, strict=True)]
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        title = " ".join(_plain(table.title).split()) if table.title is not None else ""
        if table.show_header:
            head = [_plain(column.header) for column in table.columns]
            self.blocks.append({"kind": "table", "title": title, "head": head, "rows": rows})
            return
        # Tables without a head under lines of text are parts of one table, as a scorecard is.
        under: list[list[str]] = []
        number = len(self.blocks)
        while number and self.blocks[number - 1]["kind"] in ("text", "heading", "item"):
            number -= 1
            under.insert(0, [self.blocks[number]["text"]])
        above = self.blocks[number - 1] if number else None
        if above is not None and above["kind"] == "table" and len(above["head"]) == len(table.columns):
            del self.blocks[number:]
            above["rows"] += [*under, *rows]
        else:
            self.blocks.append({"kind": "table", "title": title, "head": rows[0], "rows": rows[1:]})

    def _keep_frame(self, frame: Any) -> None:
        """Keep a table that a script prints, with the figures that it would print."""
        named = frame.index.names != [None]
        shown = frame.reset_index() if named else frame
        columns = [shown[[name]].to_string(index=False, header=False).split("\n") for name in shown.columns]
        rows = [[cell.strip() for cell in row] for row in zip(*columns, strict=True)]
        head = [str(name) for name in shown.columns]
        self.blocks.append({"kind": "table", "title": "", "head": head, "rows": rows})


def _plain(cell: Any) -> str:
    if isinstance(cell, Text):
        return cell.plain
    return "" if cell is None else Text.from_markup(str(cell)).plain


def _whole_lines(text: str) -> list[str]:
    """Return the lines of a text as before they were wrapped to the width of a screen."""
    found: list[str] = []
    last = 0
    for line in text.split("\n"):
        first = line.split(maxsplit=1)[0] if line.strip() else ""
        if found and first and last + 1 + len(first) > _WRAPPED:
            found[-1] = f"{found[-1].rstrip()} {line.strip()}"
        elif first:
            found.append(line.rstrip())
        last = len(line)
    return found
