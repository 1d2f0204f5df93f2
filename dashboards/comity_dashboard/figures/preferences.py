"""The preference space: sovereignty concern against the position on rights, with the trails of the groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from comity.record import Record
from comity.world.world import GROUPS
from comity_dashboard.figures.figure import Figure, plain_rows
from comity_dashboard.palette import colours_of, names_of

__all__ = ["preference_space"]


def preference_space(record: Record, actor: str | None = None) -> Figure | None:
    """Return where every actor stands at each meeting; None where the scenario names no rights issue.

    Parameters
    ----------
    record
        Kept with ``"all"``.
    actor
        One whose own trail is drawn as well.
    """
    rights = record.scenario.institutions.rights_issue or ("rights" if "rights" in record.issues else record.issues[0])
    column = record.issues.index(rights)
    issue = record.scenario.issues[column].name
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
    named, colours = (list(of(record.scenario.subject).values()) for of in (names_of, colours_of))
    series: list[dict[str, Any]] = []
    ids = record.population.ids
    called = dict(zip(record.actors_by_id["id"], record.actors_by_id["name"], strict=True))
    for g in shown:
        series.append(
            {
                "type": "scatter", "name": named[g], "symbolSize": 6, "data": [],
                "names": [called[ids[row]] for row in rows[g]],
                "itemStyle": {"color": colours[g], "opacity": 0.55},
            }
        )  # fmt: skip
    for g in shown:
        series.append(_trail(f"mean of {named[g]}", colours[g], 3))
    if followed is not None:
        series.append(_trail(str(record.actors_by_id["name"].iat[followed]), "#e0115f", 2))
    ends = [float(np.floor(10 * y.min()) / 10), float(np.ceil(10 * y.max()) / 10)]
    option: dict[str, Any] = {
        "animation": False,
        "grid": {"left": 46, "right": 16, "top": 26, "bottom": 40},
        "legend": {"data": [named[g] for g in shown]},
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": {
            "type": "value", "min": 0, "max": 1, "name": "sovereignty concern →", "nameLocation": "middle",
            "nameGap": 24,
        },
        "yAxis": {
            "type": "value", "min": ends[0], "max": ends[1], "name": f"wants joint rules: {issue.lower()} ↑",
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

    return Figure(
        key="preferences", title="Preference space", unit=_UNIT, option=option, frames=frames, table=table,
        how="Each dot is an actor. Right: outside influence is costly to it. Up: it wants "
        f"{issue.lower()} to be governed jointly. Thick lines are the paths of the group means since the start; a "
        "short path means that the forums hardly changed preferences. For organisations and networks, right means "
        "deference to states.",
    )  # fmt: skip


_UNIT = "shares, 0 to 1"


def _trail(name: str, colour: str, width: int) -> dict[str, Any]:
    return {
        "type": "line", "name": name, "data": [], "symbol": "circle", "symbolSize": 4, "silent": False, "z": 5,
        "lineStyle": {"width": width, "color": colour}, "itemStyle": {"color": colour},
    }  # fmt: skip
