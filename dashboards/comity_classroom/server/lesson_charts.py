"""Charts of what a command printed, drawn from the cells of its tables: differences with their intervals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from comity_classroom.phrases import Phrases

__all__ = ["charts_of"]

_CELL = re.compile(r"([-+]?[0-9.]+(?:e[-+]?[0-9]+)?) ± ([0-9.]+(?:e[-+]?[0-9]+)?)")
_WIDTH, _LEFT, _ROW, _TOP, _BOTTOM = 360, 150, 24, 10, 26
_SHARE = "share"
"""The unit of the measures that a chart shows: they are on one scale."""


def charts_of(blocks: Sequence[Mapping[str, Any]], phrases: Phrases) -> list[tuple[str, Markup]]:
    """Return a chart for each run that was compared with a reference: its name, and the drawing."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    for block in blocks:
        if block["kind"] != "table":
            continue
        head = block["head"]
        if "difference ± 95 %" in head:  # one run: a line for each measure
            place, unit = head.index("difference ± 95 %"), head.index("unit")
            for row in block["rows"]:
                if row[unit] == _SHARE:
                    _add(found, phrases.say("lessons.difference"), row[0], row[place])
            continue
        shares = [place for place, name in enumerate(head) if name.endswith(f"\n{_SHARE}")]
        for row in block["rows"]:  # some runs: a column for each measure
            for place in shares:
                _add(found, str(row[0]), head[place].partition("\n")[0], row[place])
    return [(name.replace("_", " "), _drawing(name, rows)) for name, rows in found.items()]


def _add(found: dict[str, list[tuple[str, float, float]]], name: str, measure: str, cell: str) -> None:
    if match := _CELL.match(cell):
        found.setdefault(name, []).append((measure, float(match[1]), float(match[2])))


def _drawing(name: str, rows: Sequence[tuple[str, float, float]]) -> Markup:
    """Return dots with intervals beside a line at zero, in hundredths."""
    most = max(abs(value) + half for _, value, half in rows) or 1.0
    middle = _LEFT + (_WIDTH - _LEFT - 10) / 2
    scale = (_WIDTH - _LEFT - 10) / 2 / most
    height = _TOP + _ROW * len(rows) + _BOTTOM
    parts = [
        f"<svg viewBox='0 0 {_WIDTH} {height}' role='img' aria-label='{escape(name)}' class='chart forest'>",
        f"<line x1='{middle}' x2='{middle}' y1='{_TOP - 4}' y2='{height - _BOTTOM}' class='zero'/>",
    ]
    for number, (measure, value, half) in enumerate(rows):
        y = _TOP + _ROW * number + _ROW / 2
        kind = "none" if abs(value) <= half else "up" if value > 0 else "down"
        left, right = middle + scale * (value - half), middle + scale * (value + half)
        parts.append(
            f"<text x='{_LEFT - 8}' y='{y + 4:.1f}' text-anchor='end' class='tick'>{escape(measure)}</text>"
            f"<line x1='{left:.1f}' x2='{right:.1f}' y1='{y:.1f}' y2='{y:.1f}' class='interval {kind}'/>"
            f"<circle cx='{middle + scale * value:.1f}' cy='{y:.1f}' r='4' class='{kind}'/>"
        )
    for value in (-most, 0.0, most):
        anchor = {0.0: "middle", most: "end"}.get(value, "start")
        parts.append(
            f"<text x='{middle + scale * value:.1f}' y='{height - 6}' text-anchor='{anchor}' class='tick'>"
            f"{value:+.2g}</text>"
        )
    return Markup("".join(parts) + "</svg>")
