"""One actor among the others: its closest partners as a picture, and its place in its group as tables."""

from __future__ import annotations

from html import escape
from math import cos, pi, sin

import numpy as np
import pandas as pd

from comity.scenario.subject import Subject
from comity_dashboard.figures.figure import Figure
from comity_dashboard.palette import colours_of, names_of
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["closest", "exchange", "in_group"]

_MOST = 16
_WIDE, _HIGH = 620, 450
_GROWN, _SHRUNK = "#c4560a", "#8c8c8c"
_LEAST_CHANGE = 0.005


def closest(
    actor: str, before: pd.Series, after: pd.Series, names: dict[str, str], groups: dict[str, str], meeting: str,
    subject: Subject, words: Phrases = ENGLISH,
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
    words
        The language.
    """
    say = words.say
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
        grown = f"{'+' if change >= 0 else '−'}{words.number(abs(change))}"
        said = say("actor.closest.tip", name=names[one], trust=words.number(after[one]), change=grown)
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
            f'fill="currentColor">{escape(word)} {words.number(after[one])}</text>'
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
        key="closest", title=say("actor.closest.title"), unit=say("actor.closest.unit"), table=table,
        svg=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'aria-label="{escape(say("actor.closest.picture", name=names[actor]))}" font-family="sans-serif" '
        f'color="inherit">'
        f"{''.join(lines)}{''.join(dots)}</svg>",
        empty="" if len(best) else say("actor.closest.empty"),
        how=say("actor.closest.how", n=len(best), meeting=meeting),
    )  # fmt: skip


def in_group(
    actor: str, group: str, values: dict[str, tuple[pd.Series, pd.Series]], subject: Subject, words: Phrases = ENGLISH
) -> Figure:
    """Return an actor beside the mean of its group, at the start and at the end.

    ``values`` are, by name, those of all members of the group at the start and at the end, by id.
    """
    say, rows, table = words.say, [], []
    for name, (before, after) in values.items():
        place = int((after > after[actor]).sum()) + 1
        one = [float(before[actor]), float(after[actor]), float(before.mean()), float(after.mean())]
        rows.append(
            [name, *(words.number(value, 3) for value in one), say("actor.in_group.of", place=place, n=len(after))]
        )
        table.append([name, *one, place, len(after)])
    columns = ["value", "start", "end", "group_start", "group_end", "place", "members"]
    return Figure(
        key="in_group", title=say("actor.in_group.title", group=names_of(subject, words)[group]),
        unit=say("actor.in_group.unit"), rows=rows, table=pd.DataFrame(table, columns=columns),
        columns=[say(f"actor.in_group.{name}") for name in columns[:-1]], how=say("actor.in_group.how"),
    )  # fmt: skip


def exchange(
    copied: pd.Series, copied_by: pd.Series, sponsored: pd.Series, names: dict[str, str], words: Phrases = ENGLISH
) -> Figure:
    """Return whose practices an actor copied, who copied its own, and with whom it cooperated at one table.

    ``copied`` and ``copied_by`` are expected numbers of practices, ``sponsored`` a number of sittings, by id.
    """
    say = words.say
    heads = ("copied", "practices", "copied_by", "practices", "cooperated", "sittings")
    lists = [_ranked(one, names, digits, words) for one, digits in ((copied, 1), (copied_by, 1), (sponsored, 0))]
    n_rows = max(map(len, lists))
    rows = [[cell for one in lists for cell in (one[r] if r < len(one) else ("", ""))] for r in range(n_rows)]
    table = pd.DataFrame({"copied": copied, "copied_by": copied_by, "sponsored": sponsored})
    table.insert(0, "name", [names[one] for one in table.index])
    return Figure(
        key="exchange", title=say("actor.exchange.title"), unit=say("actor.exchange.unit"), rows=rows,
        columns=[say(f"actor.exchange.{name}") for name in heads], table=table.rename_axis("actor").reset_index(),
        empty="" if n_rows else say("actor.exchange.empty"), note=say("actor.exchange.note"),
        how=say("actor.exchange.how"),
    )  # fmt: skip


def _ranked(values: pd.Series, names: dict[str, str], digits: int, words: Phrases) -> list[tuple[str, str]]:
    best = values[values >= 0.05].sort_values(ascending=False, kind="stable").head(8)
    return [
        (names[str(one)], words.number(value, digits)) for one, value in zip(best.index, np.asarray(best), strict=True)
    ]
