"""Lines over time: the form of most charts, so that two runs can be laid over each other or subtracted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import pandas as pd

from comity_dashboard.figures.figure import Figure
from comity_dashboard.palette import MANY, SYMBOLS

__all__ = ["Lines", "time_axis"]


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Values by meeting.

    Attributes
    ----------
    key, title, unit, how
        As in :class:`comity_dashboard.figures.figure.Figure`.
    table
        meeting, date, and a column for each line; nan where there is nothing.
    colours
        Of the lines, by column.
    low, high
        Ends of the vertical axis; None: of the data.
    form
        Lines; bars on top of each other; or bars side by side.
    span
        First and last day of the horizontal axis; None: of the data.
    """

    key: str
    title: str
    unit: str
    how: str
    table: pd.DataFrame
    colours: dict[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    form: Literal["lines", "stack", "bars"] = "lines"
    span: tuple[date, date] | None = None

    @property
    def names(self) -> list[str]:
        """Names of the lines."""
        return [str(name) for name in self.table.columns if name not in ("meeting", "date")]

    def figure(self) -> Figure:
        """Return the chart of these lines."""
        return self._figure(self._series(""), self.table)

    def over(self, other: Lines, here: str, there: str) -> Figure:
        """Return a chart with the lines of another run dashed behind, and a table that holds both.

        Parameters
        ----------
        other
            The same chart of the other run.
        here, there
            What this run and the other are called.
        """
        if self.form == "stack":
            return self.figure()
        behind = other._series(f" ({there})", dashed=True)

        def both() -> pd.DataFrame:
            return pd.concat([self.table.assign(run=here), other.table.assign(run=there)], ignore_index=True)

        drawn = self._figure([*self._series(""), *behind], both)
        return replace(drawn, note=f"Solid: {here}. Dashed: {there}.")

    def minus(self, other: Lines, title: str) -> Figure:
        """Return a chart of the differences to another run at the meetings that both have held."""
        mine, theirs = self.table.set_index("meeting"), other.table.set_index("meeting")
        shared = [meeting for meeting in mine.index if meeting in theirs.index]
        names = [name for name in self.names if name in theirs.columns]
        table = mine.loc[shared, ["date", *names]].copy()
        table[names] = mine.loc[shared, names].astype(float) - theirs.loc[shared, names].astype(float)
        return replace(
            self, table=table.reset_index(), title=title, key=f"{self.key}_difference", low=None, high=None,
            unit=f"difference, {self.unit}", form="bars" if self.form == "bars" else "lines",
        ).figure()  # fmt: skip

    def _figure(self, series: list[dict[str, Any]], table: pd.DataFrame | Callable[[], pd.DataFrame]) -> Figure:
        option = time_axis(self.unit, self.low, self.high)
        if self.span is not None:
            option["xAxis"] |= {"min": f"{self.span[0]:%Y-%m-%d}", "max": f"{self.span[1]:%Y-%m-%d}"}
        option["series"] = series
        option["legend"]["data"] = self.names
        return Figure(
            key=self.key, title=self.title, unit=self.unit, how=self.how, option=option, table=table, timed=True
        )

    def _series(self, suffix: str, *, dashed: bool = False) -> list[dict[str, Any]]:
        dates = self.table["date"].to_numpy("datetime64[D]").astype(str).tolist()
        series = []
        for number, name in enumerate(self.names):
            colour = self.colours.get(name, MANY[number % len(MANY)])
            values = self.table[name].to_numpy(float).round(4).tolist()
            points = [[day, value] for day, value in zip(dates, values, strict=True) if value == value]
            look: dict[str, Any]
            if self.form == "stack":
                look = {"type": "bar", "stack": "all", "barWidth": 10}
            elif self.form == "bars":
                look = {"type": "bar", "barWidth": 5, "barGap": "10%", "opacity": 0.4 if dashed else 1}
            else:
                look = {
                    "type": "line",
                    "symbol": "none" if dashed else SYMBOLS[number % len(SYMBOLS)],
                    "symbolSize": 5,
                    "lineStyle": {"width": 1.5, "type": "dashed" if dashed else "solid"},
                }
            series.append({"name": name + suffix, "data": points, "itemStyle": {"color": colour}, **look})
        return series


def time_axis(unit: str, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """Return the option of an empty chart over time."""
    return {
        "animation": False,
        "grid": {"left": 46, "right": 14, "top": 26, "bottom": 24},
        "legend": {"itemWidth": 18, "itemHeight": 9},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {"type": "time", "minInterval": 365 * 24 * 3600 * 1000},
        "yAxis": {
            "type": "value",
            "name": unit,
            "nameLocation": "end",
            "nameGap": 9,
            "nameTextStyle": {"align": "left", "padding": [0, 0, 0, -38]},
            "scale": low is None,
        }
        | ({} if low is None else {"min": low})
        | ({} if high is None else {"max": high}),
        "series": [],
    }
