"""Small SVG charts without inline styles, as a strict content security policy requires."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import segno
from markupsafe import Markup, escape

from comity_classroom.phrases import Phrases

__all__ = ["Line", "chart", "qr_code"]

_HEIGHT = 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 28
_DASHES = ("", "7 4", "2 4", "9 3 2 3", "4 2")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: its name, its colour, and a value for each day; NaN values are skipped."""

    name: str
    colour: str
    days: Sequence[pd.Timestamp]
    values: Sequence[float]


def chart(lines: Sequence[Line], phrases: Phrases, *, title: str, width: int = 560) -> Markup:
    """Return a chart of lines over time with a legend. Lines differ in colour and in dashes.

    Parameters
    ----------
    lines
        At least one. Lines without values are left out.
    phrases
        The language of numbers and days.
    title
        Label for screen readers.
    width
        In units of the drawing, which is scaled to the page: a smaller width makes the text larger.
    """
    drawn = [line for line in lines if any(value == value for value in line.values)]
    if not drawn:
        return Markup("<p class='quiet'>{}</p>").format(phrases.say("room.no_chart"))
    days = sorted({day for line in drawn for day in line.days})
    first, last = days[0], days[-1]
    span = max((last - first).days, 1)
    found = [value for line in drawn for value in line.values if value == value]
    low, high, step = _ends(min(found), max(found))

    def x(day: pd.Timestamp) -> float:
        if first == last:
            return _LEFT + (width - _LEFT - _RIGHT) / 2
        return _LEFT + (width - _LEFT - _RIGHT) * (day - first).days / span

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)

    parts = [f"<svg viewBox='0 0 {width} {_HEIGHT}' role='img' aria-label='{escape(title)}' class='chart'>"]
    decimals = 0 if step >= 1 else 1
    for number in range(round((high - low) / step) + 1):
        value = low + number * step
        shown = phrases.number(value, decimals)
        parts.append(
            f"<line x1='{_LEFT}' x2='{width - _RIGHT}' y1='{y(value):.1f}' y2='{y(value):.1f}' class='grid'/>"
            f"<text x='{_LEFT - 6}' y='{y(value) + 4:.1f}' text-anchor='end' class='tick'>{shown}</text>"
        )
    for day, text in _years(days, width // 60).items():
        anchor = "start" if x(day) < _LEFT + 20 else "end" if x(day) > width - 40 else "middle"
        parts.append(
            f"<text x='{x(day):.1f}' y='{_HEIGHT - 8}' text-anchor='{anchor}' class='tick'>{escape(text)}</text>"
        )
    for number, line in enumerate(drawn):
        points = [(x(d), y(v)) for d, v in zip(line.days, line.values, strict=True) if v == v]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        dash = _DASHES[number % len(_DASHES)]
        dashed = f" stroke-dasharray='{dash}'" if dash else ""
        parts.append(f"<polyline points='{path}' fill='none' stroke='{line.colour}' stroke-width='2.5'{dashed}/>")
        parts += [f"<circle cx='{px:.1f}' cy='{py:.1f}' r='3.5' fill='{line.colour}'/>" for px, py in points]
    parts.append("</svg><ul class='legend'>")
    for number, line in enumerate(drawn):
        dash = _DASHES[number % len(_DASHES)]
        dashed = f" stroke-dasharray='{dash}'" if dash else ""
        day, value = next((d, v) for d, v in zip(reversed(line.days), reversed(line.values), strict=True) if v == v)
        # A line that ends before the others gets the date of its last value.
        when = "" if day == last else f" ({escape(phrases.month(day))})"
        parts.append(
            f"<li><svg viewBox='0 0 34 10' class='key'><line x1='1' x2='33' y1='5' y2='5' stroke='{line.colour}' "
            f"stroke-width='3'{dashed}/></svg>{escape(line.name)} <b>{phrases.number(value, 1)}</b>{when}</li>"
        )
    parts.append("</ul>")
    return Markup("".join(parts))


def qr_code(text: str) -> bytes:
    """Return the QR code of a text as SVG."""
    drawn = io.BytesIO()
    segno.make(text).save(drawn, kind="svg", scale=4, border=2, xmldecl=False)
    return drawn.getvalue()


def _ends(low: float, high: float) -> tuple[float, float, float]:
    """Return both ends of the vertical axis and the step of its grid: round numbers around the data."""
    step = next(size for size in (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0) if (high - low) / size <= 4)
    return step * math.floor(low / step), step * max(math.ceil(high / step), math.floor(low / step) + 1), step


def _years(days: Sequence[pd.Timestamp], most: int) -> dict[pd.Timestamp, str]:
    """Return the first day of each year, as many as fit."""
    firsts: dict[int, pd.Timestamp] = {}
    for day in days:
        firsts.setdefault(day.year, day)
    every = -(-len(firsts) // most)
    return {day: str(year) for number, (year, day) in enumerate(firsts.items()) if number % every == 0}
