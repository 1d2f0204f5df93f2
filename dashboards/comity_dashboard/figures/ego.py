"""One actor among the others: its closest partners as a picture, and its place in its group as tables."""

from __future__ import annotations

from html import escape
from math import cos, pi, sin

import numpy as np
import pandas as pd

from comity.scenario.subject import Subject
from comity_dashboard.figures.figure import Figure
from comity_dashboard.palette import colours_of, names_of

__all__ = ["closest", "exchange", "in_group"]

_MOST = 16
_WIDE, _HIGH = 620, 450
_GROWN, _SHRUNK = "#c4560a", "#8c8c8c"
_LEAST_CHANGE = 0.005


def closest(
    actor: str, before: pd.Series, after: pd.Series, names: dict[str, str], groups: dict[str, str], meeting: str,
    subject: Subject,
) -> Figure:  # fmt: skip
    """Return the partners with which an actor has the highest mutual trust.

    Parameters
    ----------
    actor
        Id of the actor.
    before, after
        Mutual trust with each other actor at the start and at the end, shares by id.
    names, groups
        Name and group of each actor, by id.
    meeting
        Id of the last meeting, for the reading aid.
    subject
        What the forum is about: it names the groups.
    """
    colours = colours_of(subject)
    best = after.sort_values(ascending=False, kind="stable").head(_MOST)
    order = sorted(best.index, key=lambda one: (subject.groups.index(groups[one]), -best[one]))
    low, high = (float(best.min()), float(best.max())) if len(best) else (0.0, 1.0)
    x0, y0, lines, dots = _WIDE / 2, _HIGH / 2, [], []
    for number, one in enumerate(order):
        angle = 2 * pi * number / len(order) - pi / 2
        out = 80 + 85 * (high - float(best[one])) / max(high - low, 1e-9)
        x, y = x0 + 1.15 * out * cos(angle), y0 + out * sin(angle)
        change = float(after[one] - before[one])
        colour = _GROWN if change > _LEAST_CHANGE else _SHRUNK
        said = f"{names[one]}: mutual trust {after[one]:.2f}, {'+' if change >= 0 else '−'}{abs(change):.2f}"
        lines.append(
            f'<path d="M{x0:g} {y0:g}L{x:.1f} {y:.1f}" stroke="{colour}" '
            f'stroke-width="{1.5 + 18 * abs(change):.1f}" opacity="0.75"><title>{escape(said)}</title></path>'
        )
        end = "start" if cos(angle) > 0.2 else "end" if cos(angle) < -0.2 else "middle"
        left = 14 if end == "start" else -14 if end == "end" else 0
        down = 5 if end != "middle" else 26 if sin(angle) > 0 else -15
        word = names[one] if len(names[one]) <= 24 else f"{names[one][:23]}…"
        dots.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="{colours[groups[one]]}"><title>{escape(said)}</title>'
            f'</circle><text x="{x + left:.1f}" y="{y + down:.1f}" text-anchor="{end}" font-size="15" '
            f'fill="currentColor">{escape(word)} {after[one]:.2f}</text>'
        )
    dots.append(f'<circle cx="{x0:g}" cy="{y0:g}" r="16" fill="{colours[groups[actor]]}"/>')
    dots.append(
        f'<text x="{x0:g}" y="{y0 + 36:g}" text-anchor="middle" font-size="17" font-weight="700" '
        f'fill="currentColor">{escape(names[actor])}</text>'
    )
    table = pd.DataFrame(
        {"actor": after.index, "name": [names[one] for one in after.index], "start": before, "end": after}
    ).reset_index(drop=True)
    return Figure(
        key="closest", title="Its closest partners", unit="mutual trust, 0 to 1", table=table,
        svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'aria-label="Closest partners of {escape(names[actor])}" font-family="sans-serif" color="inherit">'
        f"{''.join(lines)}{''.join(dots)}</svg>",
        empty="" if len(best) else "There is no other actor in this run.",
        how=f"The {len(best)} actors with the highest mutual trust, the lower of the trust of both in each other, "
        f"at the close of {meeting}. The closer to the middle, the higher. An orange line: it grew since the start, by "
        "as much as the line is thick; a grey line: it did not.",
    )  # fmt: skip


def in_group(actor: str, group: str, values: dict[str, tuple[pd.Series, pd.Series]], subject: Subject) -> Figure:
    """Return an actor beside the mean of its group, at the start and at the end.

    ``values`` are, by name, those of all members of the group at the start and at the end, by id.
    """
    rows, table = [], []
    for name, (before, after) in values.items():
        place = int((after > after[actor]).sum()) + 1
        one = [float(before[actor]), float(after[actor]), float(before.mean()), float(after.mean())]
        rows.append([name, *(f"{value:.3f}" for value in one), f"{place} of {len(after)}"])
        table.append([name, *one, place, len(after)])
    columns = ["value", "start", "end", "group_start", "group_end", "place", "members"]
    return Figure(
        key="in_group", title=f"Beside the other {names_of(subject)[group]}", unit="share, 0 to 1",
        columns=["value", "start", "end", "mean of group, start", "mean of group, end", "place at the end"],
        rows=rows, table=pd.DataFrame(table, columns=columns),
        how="The actor, and the mean of all actors of its group, the actor among them. The place is 1 for the highest.",
    )  # fmt: skip


def exchange(copied: pd.Series, copied_by: pd.Series, sponsored: pd.Series, names: dict[str, str]) -> Figure:
    """Return whose practices an actor copied, who copied its own, and with whom it cooperated at one table.

    ``copied`` and ``copied_by`` are expected numbers of practices, ``sponsored`` a number of sittings, by id.
    """
    columns = ["copied from", "practices", "was copied by", "practices ", "cooperated with", "sittings"]
    lists = [_ranked(one, names, digits) for one, digits in ((copied, 1), (copied_by, 1), (sponsored, 0))]
    n_rows = max(map(len, lists))
    rows = [[cell for one in lists for cell in (one[r] if r < len(one) else ("", ""))] for r in range(n_rows)]
    table = pd.DataFrame({"copied": copied, "copied_by": copied_by, "sponsored": sponsored})
    table.insert(0, "name", [names[one] for one in table.index])
    return Figure(
        key="exchange", title="Whose practices", unit="practices, sittings", columns=columns, rows=rows,
        table=table.rename_axis("actor").reset_index(),
        empty="" if n_rows else "It copied nothing, nobody copied it, and it cooperated with nobody in this run.",
        note="Practices are expected numbers.",
        how="Left and middle: practices that the actor copied from others, and others from it. Where several speakers "
        "shared practices in one sitting of a table, the model keeps only how many were copied; they are divided in "
        "proportion to trust and to how often each shared, as the chances are. Right: sittings in which both shared "
        "practices or made offers at the same table.",
    )  # fmt: skip


def _ranked(values: pd.Series, names: dict[str, str], digits: int) -> list[tuple[str, str]]:
    best = values[values >= 0.05].sort_values(ascending=False, kind="stable").head(8)
    return [(names[str(one)], f"{value:.{digits}f}") for one, value in zip(best.index, np.asarray(best), strict=True)]
