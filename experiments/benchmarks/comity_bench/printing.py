"""The tables: a part each, and at the end all ratios, which hold on other machines too."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from comity_bench.row import Part, Row

__all__ = ["print_part", "print_place", "print_ratios", "value_of"]


def value_of(row: Row) -> str:
    """Return a value as a table shows it: three digits, with its unit."""
    if row.value is None:
        return "not available"
    return _with_unit(row.value, row.unit)


def interval_of(row: Row) -> str:
    """Return the interval of a value, in its unit; a dagger where it holds the true one with less than 95 %."""
    if row.low is None or row.high is None:
        return ""
    if row.unit == "share":
        text = f"{100 * row.low:.0f} to {100 * row.high:.0f}"
    else:
        text = f"{_number(row.low)} to {_number(row.high)}"
    return text + ("" if row.coverage is None or row.coverage >= 0.95 else " †")


def print_place(screen: Console, data: dict[str, Any]) -> None:
    """Print machine, versions, rules and commit."""
    machine, versions = data["machine"], data["versions"]
    memory = f", {machine['memory_gb']:g} GB" if machine["memory_gb"] else ""
    screen.print(f"{machine['processor']}, {machine['cores']} cores{memory}, {machine['system']}")
    shown = ", ".join(f"{name} {number}" for name, number in versions.items())
    commit = f", commit {data['commit']}" if data["commit"] else ""
    screen.print(f"Python {data['python']}, {shown}; rules {data['rules_version']}{commit}")


def print_part(screen: Console, part: Part, rows: list[Row]) -> None:
    """Print the table of a part; ratios are bold."""
    view = _table(part.title)
    view.add_column("how it was obtained", ratio=1, style="dim")
    for row in rows:
        style = "bold" if row.is_ratio and row.value is not None else ""
        view.add_row(row.name, value_of(row), interval_of(row), str(row.n or ""), row.note, style=style)
    screen.print(view)
    if part.text:
        screen.print(f"{part.text}\n", style="dim")


def print_ratios(screen: Console, found: list[tuple[Part, list[Row]]]) -> None:
    """Print all ratios and exponents together."""
    view = _table("Ratios and exponents, all in one")
    for part, rows in found:
        for row in rows:
            if row.is_ratio:
                view.add_row(f"{part.name}: {row.name}", value_of(row), interval_of(row), str(row.n or ""))
    screen.print(view)
    screen.print(
        "Ratios: × as much time, memory or speed. Interval: of the median, at least 95 %; † all values of too few "
        "rounds for that. Exponents: 95 % interval of the slope.\n",
        style="dim",
    )


def _table(title: str) -> Table:
    view = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE, show_edge=False, padding=(0, 1, 0, 0)
    )
    view.add_column("", no_wrap=True)
    view.add_column("value", justify="right", no_wrap=True)
    view.add_column("interval", justify="right", no_wrap=True)
    view.add_column("n", justify="right", no_wrap=True)
    return view


def _with_unit(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:.0f} %"
    if unit == "ratio":
        return f"{_number(value)} ×"
    return _number(value) if unit in ("exponent", "count") else f"{_number(value)} {unit}"


def _number(value: float) -> str:
    """Return a number with three digits, thousands written out."""
    if value == 0 or not 0.001 <= abs(value) < 1e6:
        return f"{value:.3g}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    return f"{value:,.{digits}f}"
