"""Cards: how values show themselves in a notebook, as a small piece of HTML that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.scenario.schema import Scenario

__all__ = ["card", "number_of", "rows", "scenario_card", "scenario_line"]

_CELL = "padding:1px 10px 1px 0;vertical-align:top;text-align:left"
_SHOWN = 12
"""Rows of a table that a card shows by default."""


def card(title: str, facts: Mapping[str, object], *parts: str) -> str:
    """Return a card: a title, facts with their names, and parts that are HTML already, such as :func:`rows`."""
    lines = "".join(
        f'<tr><td style="{_CELL};opacity:.7">{escape(name)}</td><td style="{_CELL}">{escape(str(value))}</td></tr>'
        for name, value in facts.items()
    )
    return (
        f'<div style="border-left:3px solid #0072B2;padding-left:10px"><b>{escape(title)}</b>'
        f'<table style="border-collapse:collapse">{lines}</table>{"".join(parts)}</div>'
    )


def rows(title: str, names: Sequence[str], table: Iterable[Sequence[object]], shown: int = _SHOWN) -> str:
    """Return a table that opens at a click, with the first rows; it says how many there are."""
    found = list(table)
    head = _line("th", names)
    body = "".join(_line("td", [_said(value) for value in row]) for row in found[:shown])
    more = f", the first {shown} of {len(found)}" if len(found) > shown else ""
    return (
        f"<details><summary>{escape(title)}{more}</summary>"
        f'<table style="border-collapse:collapse"><thead>{head}</thead><tbody>{body}</tbody></table></details>'
    )


def number_of(count: int, what: str) -> str:
    """Return a count and what is counted, in words."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def scenario_line(scenario: Scenario) -> str:
    """Return what a scenario simulates, in a line."""
    return (
        f"Scenario {scenario.name or scenario.title!r}: {number_of(len(scenario.meetings), 'meeting')} of "
        f"{number_of(len(scenario.forums), 'forum')}, {scenario.start.year}-{scenario.end.year}, "
        f"{number_of(len(scenario.issues), 'issue')}, theory {scenario.theory}, hash {scenario.hash}"
    )


def scenario_card(scenario: Scenario) -> str:
    """Return what a scenario simulates as HTML."""
    facts = {
        "name": f"{scenario.name} (hash {scenario.hash})",
        "years": f"{scenario.start.year}-{scenario.end.year}",
        "theory": scenario.theory,
        "forums": ", ".join(forum.id for forum in scenario.forums),
        "issues": ", ".join(issue.id for issue in scenario.issues),
        "votes": ", ".join(vote.id for meeting in scenario.meetings for vote in meeting.votes) or "none",
    }
    table = [(meeting.id, meeting.start, meeting.forum, meeting.name) for meeting in scenario.meetings]
    shown = rows(number_of(len(table), "meeting"), ("meeting", "start", "forum", "name"), table)
    return card(f"Scenario: {scenario.title}", facts, shown)


def _line(tag: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f'<{tag} style="{_CELL}">{escape(cell)}</{tag}>' for cell in cells) + "</tr>"


def _said(value: object) -> str:
    """Return a value in words: numbers with three digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
