"""Pictures of the debrief as SVG without inline styles: guesses, acts, and who gained whose trust."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

from markupsafe import Markup, escape

__all__ = ["Gain", "answers", "bars", "histogram", "network"]

_WIDE, _HIGH = 1000, 420


def histogram(values: Sequence[int], most: int, *, marks: Mapping[str, float], title: str) -> Markup:
    """Return dots for guesses of a number from 0 to ``most``, stacked, with marked values.

    Parameters
    ----------
    marks
        Values to mark with a line, by their label.
    """
    left, right, base, top = 40, 40, 330, 90
    width = _WIDE - left - right

    def x(value: float) -> float:
        return left + width * value / max(most, 1)

    n_bins = min(most + 1, 25)
    bins = Counter(min(n_bins - 1, int(value * n_bins / (most + 1))) for value in values)
    tallest = max(bins.values(), default=1)
    radius = min(width / n_bins / 2.4, (base - top) / max(tallest, 4) / 2.2)
    parts = [_svg(title, 400), f"<line x1='{left}' x2='{_WIDE - right}' y1='{base}' y2='{base}' class='axis'/>"]
    for tick in sorted({round(most * part / 4) for part in range(5)}):
        parts.append(f"<text x='{x(tick):.1f}' y='{base + 30}' text-anchor='middle' class='tick'>{tick}</text>")
    for number, count in sorted(bins.items()):
        middle = left + width * ((number + 0.5) * (most + 1) / n_bins - 0.5) / max(most, 1)
        parts += [
            f"<circle cx='{middle:.1f}' cy='{base - radius * (2.2 * level + 1.2):.1f}' r='{radius:.1f}' class='guess'/>"
            for level in range(count)
        ]
    for level, (label, value) in enumerate(marks.items()):
        at, y = x(value), 28 + 28 * level
        anchor = "start" if at < 200 else "end" if at > _WIDE - 200 else "middle"
        parts.append(
            f"<line x1='{at:.1f}' x2='{at:.1f}' y1='{y + 8}' y2='{base}' class='mark m{level}'/>"
            f"<text x='{at:.1f}' y='{y}' text-anchor='{anchor}' class='label m{level}'>{escape(label)}</text>"
        )
    return Markup("".join([*parts, "</svg>"]))


def answers(
    rows: Sequence[tuple[str, Sequence[str]]], names: Mapping[str, str], right: str, *, title: str, model: str
) -> Markup:
    """Return bars for answers to one question: a group of bars for each answer, a bar for each moment.

    Parameters
    ----------
    rows
        Name of each moment, and the answers given then.
    names
        The possible answers with their names, in order.
    right
        The answer of the model, which is marked with the word ``model``; empty for none.
    """
    left, base, top = 30, 300, 70
    group = (_WIDE - 2 * left) / len(names)
    tallest = max((Counter(given).most_common(1)[0][1] for _, given in rows if given), default=1)
    parts = [_svg(title, 400), f"<line x1='{left}' x2='{_WIDE - left}' y1='{base}' y2='{base}' class='axis'/>"]
    for place, (answer, name) in enumerate(names.items()):
        x0 = left + group * place
        if answer == right:
            parts.append(
                f"<rect x='{x0 + 8:.1f}' y='12' width='{group - 16:.1f}' height='{base + 50}' rx='12' class='right'/>"
                f"<text x='{x0 + group / 2:.1f}' y='44' text-anchor='middle' class='label m0'>{escape(model)}</text>"
            )
        bar = min(90.0, group / (len(rows) + 1.5))
        for number, (_, given) in enumerate(rows):
            count = sum(one == answer for one in given)
            height = (base - top - 30) * count / tallest
            x = x0 + group / 2 + (number - len(rows) / 2) * bar
            parts.append(
                f"<rect x='{x + 4:.1f}' y='{base - height:.1f}' width='{bar - 8:.1f}' height='{height:.1f}' "
                f"class='bar b{number}'/><text x='{x + bar / 2:.1f}' y='{base - height - 8:.1f}' text-anchor='middle' "
                f"class='tick'>{count}</text>"
            )
        parts.append(
            f"<text x='{x0 + group / 2:.1f}' y='{base + 36}' text-anchor='middle' class='label'>{escape(name)}</text>"
        )
    keys = "".join(
        f"<li><span class='box b{number}'></span>{escape(name)}</li>" for number, (name, _) in enumerate(rows)
    )
    return Markup("".join([*parts, f"</svg><ul class='legend'>{keys}</ul>"]))


def bars(rows: Sequence[tuple[str, str, Mapping[str, int]]], acts: Mapping[str, str], *, title: str) -> Markup:
    """Return a bar of shares for each row.

    Parameters
    ----------
    rows
        Heading (shown where it changes), name and counts by act.
    acts
        Names of the acts, by key, in order.
    """
    left, wide, step = 330, 580, 34
    parts, y, last = [], 6.0, ""
    for heading, name, counts in rows:
        if heading != last:
            parts.append(f"<text x='0' y='{y + 24:.0f}' class='label'>{escape(heading)}</text>")
            y, last = y + 32, heading
        total = max(sum(counts.values()), 1)
        parts.append(f"<text x='{left - 14}' y='{y + 21:.0f}' text-anchor='end' class='tick'>{escape(name)}</text>")
        x = float(left)
        for act in acts:
            share = wide * counts.get(act, 0) / total
            if share:
                parts.append(
                    f"<rect x='{x:.1f}' y='{y:.0f}' width='{share:.1f}' height='{step - 6}' class='act {act}'>"
                    f"<title>{escape(acts[act])}: {counts[act]} / {total}</title></rect>"
                )
                if share > 40:
                    parts.append(
                        f"<text x='{x + share / 2:.1f}' y='{y + 20:.0f}' text-anchor='middle' class='inside'>"
                        f"{100 * counts[act] / total:.0f} %</text>"
                    )
            x += share
        parts.append(f"<text x='{left + wide + 12}' y='{y + 21:.0f}' class='tick'>{total}</text>")
        y += step
    keys = "".join(f"<li><span class='box {act}'></span>{escape(name)}</li>" for act, name in acts.items())
    return Markup(f"{_svg(title, y + 8)}{''.join(parts)}</svg><ul class='legend'>{keys}</ul>")


@dataclass(frozen=True, kw_only=True)
class Gain:
    """A change of the trust of one seat in another, in points of 100; seats by their place in the list of names."""

    holder: int
    other: int
    points: float


def network(names: Sequence[str], groups: Sequence[str], gains: Sequence[Gain], *, title: str) -> Markup:
    """Return seats in a circle, with an arrow from the holder of trust to the seat that gained or lost it.

    Parameters
    ----------
    names, groups
        Name and group of each seat, in the order of the circle.
    """
    high, n = 620.0, max(len(names), 1)
    x0, y0, across, down = _WIDE / 2, high / 2, 330.0, 250.0
    angles = [2 * pi * number / n - pi / 2 for number in range(n)]
    places = [(x0 + across * cos(angle), y0 + down * sin(angle)) for angle in angles]
    largest = max((abs(gain.points) for gain in gains), default=1.0)
    parts = [_svg(title, high)]
    parts.append(
        "<defs>"
        + "".join(
            f"<marker id='head-{kind}' viewBox='0 0 10 10' refX='8' refY='5' markerWidth='11' markerHeight='11' "
            f"orient='auto' markerUnits='userSpaceOnUse'><path d='M0 0L10 5L0 10z' class='{kind}'/></marker>"
            for kind in ("gained", "lost")
        )
        + "</defs>"
    )
    for gain in sorted(gains, key=lambda one: abs(one.points)):
        (ax, ay), (bx, by) = places[gain.holder], places[gain.other]
        # Bent towards the middle, and cut before the dot, so that both directions of a pair can be told apart.
        mx, my = (ax + bx) / 2, (ay + by) / 2
        cx, cy = mx + 0.35 * (x0 - mx) + 0.08 * (by - ay), my + 0.35 * (y0 - my) - 0.08 * (bx - ax)
        far = max(hypot(bx - cx, by - cy), 1e-9)
        ex, ey = bx - 16 * (bx - cx) / far, by - 16 * (by - cy) / far
        kind = "gained" if gain.points > 0 else "lost"
        said = f"{names[gain.holder]} → {names[gain.other]}: {gain.points:+.1f}"
        parts.append(
            f"<path d='M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {ex:.1f} {ey:.1f}' class='tie {kind}' "
            f"stroke-width='{1 + 5 * abs(gain.points) / largest:.1f}' marker-end='url(#head-{kind})'>"
            f"<title>{escape(said)}</title></path>"
        )
    for name, group, angle, (x, y) in zip(names, groups, angles, places, strict=True):
        side = cos(angle)
        anchor = "start" if side > 0.2 else "end" if side < -0.2 else "middle"
        dx = 18 if side > 0.2 else -18 if side < -0.2 else 0
        dy = 6 if abs(side) > 0.2 else -18 if sin(angle) < 0 else 32
        parts.append(
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='11' class='seat {escape(group)}'/>"
            f"<text x='{x + dx:.1f}' y='{y + dy:.1f}' text-anchor='{anchor}' class='label'>{escape(name)}</text>"
        )
    return Markup("".join([*parts, "</svg>"]))


def _svg(title: str, high: float) -> str:
    return f"<svg viewBox='0 0 {_WIDE} {high:.0f}' role='img' aria-label='{escape(title)}' class='picture'>"
