"""The preference space: sovereignty concern against the position on rights, with the trails of the groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from comity.record import Record
from comity.world.world import GROUPS
from comity_dashboard.figures.figure import Figure, plain_rows
from comity_dashboard.palette import actor_names, colours_of, names_of
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["preference_space"]


def preference_space(record: Record, actor: str | None = None, words: Phrases = ENGLISH) -> Figure | None:
    """Return where every actor stands at each meeting; None where the scenario names no rights issue.

    Parameters
    ----------
    record
        Kept with ``"all"``.
    actor
        One whose own trail is drawn as well.
    words
        The language.
    """
    rights = record.scenario.institutions.rights_issue or ("rights" if "rights" in record.issues else record.issues[0])
    column = record.issues.index(rights)
    issue = words.term("model.issues", record.scenario.issues[column].name).lower()
    group = record.population.world.actors["group"].astype(int)
    start = record.trace.start
    if start is None:
        return None
    moments = [("start", f"{record.scenario.start:%Y-%m-%d}", start)]
    moments += [(t.id, f"{t.start:%Y-%m-%d}", t.snapshot) for t in record.trace.meetings if t.snapshot is not None]
    x = np.array([snap.actors["sovereignty"] for _, _, snap in moments])
    y = np.array([snap.preferences["position"][:, column] for _, _, snap in moments])
    shown = [g for g in range(len(GROUPS)) if (group == g).any()]
    rows = {g: np.flatnonzero(group == g) for g in shown}
    followed = record.population.rows.get(actor) if actor else None
    places = np.stack([x, y], axis=2)
    means = {g: places[:, rows[g]].mean(axis=1) for g in shown}
    frames = []
    for m, (meeting, day, _) in enumerate(moments):
        dots = [{"data": plain_rows(places[m, rows[g]], 3)} for g in shown]
        trails = [{"data": plain_rows(means[g][: m + 1], 3)} for g in shown]
        own = [] if followed is None else [{"data": plain_rows(places[: m + 1, followed], 3)}]
        frames.append({"meeting": meeting, "date": day, "option": {"series": [*dots, *trails, *own]}})
    named = list(names_of(record.scenario.subject, words).values())
    colours = list(colours_of(record.scenario.subject).values())
    series: list[dict[str, Any]] = []
    ids = record.population.ids
    called = actor_names(record, words)
    for g in shown:
        series.append(
            {
                "type": "scatter", "name": named[g], "symbolSize": 6, "data": [],
                "names": [called[ids[row]] for row in rows[g]],
                "itemStyle": {"color": colours[g], "opacity": 0.55},
            }
        )  # fmt: skip
    for g in shown:
        series.append(_trail(words.say("charts.preferences.mean", group=named[g]), colours[g], 3))
    if followed is not None:
        series.append(_trail(called[ids[followed]], "#e0115f", 2))
    ends = [float(np.floor(10 * y.min()) / 10), float(np.ceil(10 * y.max()) / 10)]
    option: dict[str, Any] = {
        "animation": False,
        "grid": {"left": 46, "right": 16, "top": 26, "bottom": 40},
        "legend": {"data": [named[g] for g in shown]},
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": {
            "type": "value", "min": 0, "max": 1, "name": words.say("charts.preferences.right"),
            "nameLocation": "middle", "nameGap": 24,
        },
        "yAxis": {
            "type": "value", "min": ends[0], "max": ends[1], "name": words.say("charts.preferences.up", issue=issue),
            "nameTextStyle": {"align": "left", "padding": [0, 0, 0, -38]},
        },
        "series": series,
    }  # fmt: skip

    def table() -> pd.DataFrame:
        return pd.DataFrame(
            {
                "meeting": np.repeat([m for m, _, _ in moments], len(ids)),
                "actor": np.tile(ids, len(moments)),
                "sovereignty": x.ravel(),
                f"position_{rights}": y.ravel(),
            }
        )

    title, unit, how = (words.say(f"charts.preferences.{part}", issue=issue) for part in ("title", "unit", "how"))
    return Figure(
        key="preferences", title=title, unit=unit, how=how, option=option, frames=frames, table=table
    )  # fmt: skip


def _trail(name: str, colour: str, width: int) -> dict[str, Any]:
    return {
        "type": "line", "name": name, "data": [], "symbol": "circle", "symbolSize": 4, "silent": False, "z": 5,
        "lineStyle": {"width": width, "color": colour}, "itemStyle": {"color": colour},
    }  # fmt: skip
