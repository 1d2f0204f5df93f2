"""The table of meetings: two lines for each, one per camp of states."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from comity.record import Record

__all__ = ["meeting_table", "print_meetings"]

_LEGEND = (
    "Two lines a meeting: {first}, then {second}. came: states, of those that existed; "
    "spoke: states that took the floor; said: statements/cooperative/contesting, by all actors; "
    "open: openness to civil society, 0-1; pay: donor governments; silent: seats at round tables, preparation and "
    "common space that never spoke; coop: mean disposition to cooperate, 0-1; trust: mean trust in the other camp, 0-1."
)


_HEADINGS = (
    "date", "meeting\nplace", "came", "spoke", "said", "agenda", "open", "pay", "", "silent", "coop", "trust",
)  # fmt: skip
_AGENDA = _HEADINGS.index("agenda")


def print_meetings(screen: Console, record: Record, show_all: bool) -> None:
    """Print the table, its legend, and the number of omitted meetings."""
    screen.print(meeting_table(record, show_all, screen.width))
    screen.print(_LEGEND.format(**record.scenario.subject.words()), style="dim", markup=False)
    others = int((record.meetings["states"] == 0).sum()) if len(record.meetings) else 0
    if others and not show_all:
        word = "meeting" if others == 1 else "meetings"
        screen.print(f"{others} more {word} without states, of civil society and others: --all shows them.")


def meeting_table(record: Record, show_all: bool, width: int) -> Table:
    """Return the table; without ``show_all``, only meetings attended by at least one state."""
    shown = [row for row in record.meetings.to_dict("records") if row["states"] or show_all]
    place = 13 if width < 120 else 20
    sides = record.scenario.subject.role_ids[:2]
    cells = [_with_states(row, place, sides) if row["states"] else _without_states(row, place) for row in shown]
    columns = zip((*_HEADINGS[:_AGENDA], "", *_HEADINGS[_AGENDA + 1 :]), *cells, strict=True)
    taken = sum(max(map(_width, column)) for column in columns) + len(_HEADINGS) - 1
    room = max(width - taken, 16)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=0, show_edge=False)
    for name in _HEADINGS:
        left = name in ("date", "meeting\nplace", "said", "agenda", "")
        table.add_column(name, justify="left" if left else "right", no_wrap=True, overflow="ellipsis")
    sessions = record.sessions
    for row, line in zip(shown, cells, strict=True):
        agenda = _agenda(sessions[sessions["meeting"] == row["meeting"]], room)
        line[_AGENDA] = f"{line[_AGENDA]}\n{agenda}".strip()
        table.add_row(*map(escape, line), style="" if row["states"] else "dim")
    return table


def _width(cell: str) -> int:
    return max(map(len, cell.split("\n")))


def _with_states(row: dict[Any, Any], place: int, sides: tuple[str, ...]) -> list[str]:
    a, b = sides
    return [
        f"{row['date']:%Y-%m-%d}",
        f"{_cut(row['meeting'], place)}\n{_cut(row['city'], place)}",
        f"{row['states']}/{round(row['states'] / row['attendance'])}",
        str(row["spoke"]),
        _said(row),
        "",
        f"{row['openness']:.2f}",
        str(row["donors"]) if row["hosts"] else "-",
        f"{a[:4]}\n{b[:4]}",
        f"{_percent(row[f'silent_{a}'])}\n{_percent(row[f'silent_{b}'])}",
        f"{row[f'cooperation_{a}']:.2f}\n{row[f'cooperation_{b}']:.2f}",
        f"{row[f'trust_{a}_{b}']:.2f}\n{row[f'trust_{b}_{a}']:.2f}",
    ]


def _without_states(row: dict[Any, Any], place: int) -> list[str]:
    who = f"({row['networks']} networks)"
    return [
        f"{row['date']:%Y-%m-%d}", f"{_cut(row['meeting'], place)}\n{_cut(row['city'], place)}", "-", "-",
        _said(row), who, f"{row['openness']:.2f}", "-", "", "", "", "",
    ]  # fmt: skip


def _said(row: dict[Any, Any]) -> str:
    kinds = (row["statements"], row["cooperative"], row["contesting"])
    return "/".join(map(str, kinds)) if any(kinds) else "-"


def _agenda(rooms: pd.DataFrame, room: int) -> str:
    """Return the issues by number of rooms, as many as fit two lines."""
    votes = rooms["phase"] == "vote"
    rooms = rooms[~votes]
    formal = rooms[rooms["phase"].isin(["round_tables", "civil_society_day", "assembly"])]
    government = formal[formal["phase"] == "round_tables"]
    chosen = next((part for part in (government, formal, rooms) if len(part)), rooms)
    counted = Counter(chosen["issue"]).most_common()
    words = [f"{issue} {number}" if number > 1 else str(issue) for issue, number in counted]
    words = ["vote"] * bool(votes.any()) + words
    lines, left = [""], list(words)
    while left:
        word = left[0] + ("," if len(left) > 1 else "")
        more = f" +{len(left) - 1}" if len(left) > 1 and len(lines) == 2 else ""
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) + len(more) <= room or not lines[-1]:
            lines[-1] = joined
            left.pop(0)
        elif len(lines) < 2:
            lines.append("")
        else:
            lines[-1] = f"{lines[-1].rstrip(',')} +{len(left)}"
            break
    return "\n".join(lines)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _percent(share: float) -> str:
    return "-" if pd.isna(share) else f"{share:.0%}"
