"""Lines over time, the form of most charts. Two runs can be overlaid or subtracted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from comity.bands import INTERVAL, band_of
from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.palette import MANY, SYMBOLS
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["SHARE_OF_BAND", "Lines", "time_axis"]

SHARE_OF_BAND = f"{round(100 * (INTERVAL[1] - INTERVAL[0]))} %"
"""Share of the runs that a band contains, in words."""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Values by meeting.

    Attributes
    ----------
    key, title, unit, how
        As in :class:`comity_dashboard.figures.figure.Figure`.
    table
        meeting, date, and a column for each line; NaN for missing values.
    colours
        Colours of the lines, by column.
    low, high
        Ends of the vertical axis; None to fit the data.
    form
        Lines, stacked bars, or bars side by side.
    counts
        Whether the values are counts, so that the axis has whole numbers only.
    nothing
        Text instead of a chart without any data; empty for the usual one.
    span
        First and last day of the horizontal axis; None to fit the data.
    words
        The language of what is added to the chart.
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
    counts: bool = False
    nothing: str = ""
    span: tuple[date, date] | None = None
    words: Phrases = ENGLISH

    @property
    def names(self) -> list[str]:
        """Names of the lines."""
        return [str(name) for name in self.table.columns if name not in ("meeting", "date")]

    def figure(self) -> Figure:
        """Return the chart of these lines."""
        return self._figure(self._series(""), self.table)

    def over(self, other: Lines, here: str, there: str) -> Figure:
        """Return a chart with another run behind, in dashed lines or pale bars, and a table of both.

        Parameters
        ----------
        other
            The same chart of the other run.
        here, there
            Names of this run and the other one.
        """
        names = [*self.names, *(name for name in other.names if name not in self.names)]
        colours = {name: MANY[number % len(MANY)] for number, name in enumerate(names)} | other.colours | self.colours
        series = replace(self, colours=colours)._series("")
        theirs = replace(other, colours=colours)._series(f" ({there})", behind=True)
        series += theirs
        if self.form == "stack":  # two bars side by side fit into the width of one
            series = [{**item, "barWidth": 5} for item in series]
        drawn = self._figure(series, lambda: _both(self, other, here, there))
        drawn.option["legend"]["data"] = names
        note = self.words.say(f"charts.over.{'lines' if self.form == 'lines' else 'bars'}", here=here, there=there)
        return replace(drawn, note=note, n_behind=len(theirs))

    def banded(self, runs: Sequence[Lines]) -> Figure:
        """Return the chart with a shaded band behind each line: the central 90 % of the same chart of other runs.

        A run counts at the meetings that it held. The table has the ends, the median and the number of runs.

        Parameters
        ----------
        runs
            The same chart of the other runs.
        """
        columns: dict[str, Any] = {}
        shades = []
        for number, name in enumerate(self.names):
            values = [run.table.set_index("meeting")[name] for run in runs if name in run.table]
            bands = [band_of([value.get(meeting, np.nan) for value in values]) for meeting in self.table["meeting"]]
            ends = pd.DataFrame([vars(band) for band in bands], columns=["low", "median", "high", "n"])
            columns |= {f"{name}: {part}": ends[part].to_numpy() for part in ends.columns}
            colour = self.colours.get(name, MANY[number % len(MANY)])
            shades += self._shade(name, colour, ends[["low", "high"]].to_numpy(float))
        drawn = self._figure(shades + self._series(""), self.table.assign(**columns))
        note, how = (
            self.words.say(f"charts.banded.{part}", share=SHARE_OF_BAND, runs=len(runs)) for part in ("note", "how")
        )
        return replace(drawn, note=note, how=f"{self.how} {how}")

    def _shade(self, name: str, colour: str, ends: np.ndarray) -> list[dict[str, Any]]:
        """Return two series, stacked by position: the lower end, which is not drawn, and the band above it."""
        days = self.table["date"].to_numpy("datetime64[D]").astype(str)
        known = np.isfinite(ends).all(axis=1)
        look = {
            "name": f"{name} (band)", "type": "line", "stack": f"band of {name}", "symbol": "none", "silent": True,
            "lineStyle": {"opacity": 0}, "tooltip": {"show": False}, "itemStyle": {"color": colour}, "z": 1,
        }  # fmt: skip
        low = [[day, plain(value)] for day, value in zip(days[known], ends[known, 0], strict=True)]
        width = [[day, plain(value)] for day, value in zip(days[known], np.diff(ends[known])[:, 0], strict=True)]
        return [{**look, "data": low}, {**look, "data": width, "areaStyle": {"color": colour, "opacity": 0.2}}]

    def minus(self, other: Lines, title: str) -> Figure:
        """Return a chart of the differences from another run, the first, at meetings that both have held."""
        say = self.words.say
        mine, theirs = self.table.set_index("meeting"), other.table.set_index("meeting")
        shared = [meeting for meeting in mine.index if meeting in theirs.index]
        alone = len(mine) + len(theirs) - 2 * len(shared)
        if self.form == "stack":  # a part missing from a stack has a share of zero
            names = [*self.names, *(name for name in other.names if name not in self.names)]
            ours, others = (t.reindex(columns=names, fill_value=0.0).loc[shared] for t in (mine, theirs))
        else:
            names = [name for name in self.names if name in other.names]
            ours, others = mine.loc[shared, names], theirs.loc[shared, names]
        table = mine.loc[shared, ["date"]].join(ours.astype(float) - others.astype(float)).reset_index()
        drawn = replace(
            self, table=table, title=title, key=f"{self.key}_difference", low=None, high=None,
            colours={**other.colours, **self.colours},
            unit=say("charts.minus.unit", unit=self.unit.removesuffix(say("charts.minus.ends"))),
            how=f"{say('charts.minus.how')} {self.how}",
        ).figure()  # fmt: skip
        drawn.option["grid"]["left"] = 66  # room for a minus sign and five decimals
        same = not (table[names].abs() > 5e-5).to_numpy().any()
        note = " ".join(filter(None, [self.words.count("charts.minus.shared", len(shared)),
                                      say("charts.minus.alone", n=alone) if alone else ""]))  # fmt: skip
        empty = say("charts.minus.same" if shared else "charts.minus.nothing") if same else ""
        return replace(drawn, note=note, empty=empty)

    def _figure(self, series: list[dict[str, Any]], table: pd.DataFrame | Callable[[], pd.DataFrame]) -> Figure:
        option = time_axis(self.unit, self.low, self.high)
        if self.span is not None:
            option["xAxis"] |= {"min": f"{self.span[0]:%Y-%m-%d}", "max": f"{self.span[1]:%Y-%m-%d}"}
        if self.form != "lines":  # bars must start at zero
            option["yAxis"]["scale"] = False
        if self.counts:
            option["yAxis"]["minInterval"] = 1
        is_drawn = any(value or self.form == "lines" for item in series for _, value in item["data"])
        option["series"] = series
        option["legend"]["data"] = self.names
        return Figure(
            key=self.key, title=self.title, unit=self.unit, how=self.how, option=option, table=table, timed=True,
            empty="" if is_drawn else self.nothing or self.words.say("charts.nothing"),
        )  # fmt: skip

    def _series(self, suffix: str, *, behind: bool = False) -> list[dict[str, Any]]:
        dates = self.table["date"].to_numpy("datetime64[D]").astype(str).tolist()
        series = []
        for number, name in enumerate(self.names):
            colour = self.colours.get(name, MANY[number % len(MANY)])
            values = self.table[name].to_numpy(float).round(4).tolist()
            points = [[day, value] for day, value in zip(dates, values, strict=True) if value == value]
            look: dict[str, Any]
            style: dict[str, Any] = {"color": colour}
            if self.form == "lines":
                look = {
                    "type": "line",
                    "symbol": "none" if behind else SYMBOLS[number % len(SYMBOLS)],
                    "symbolSize": 5,
                    "lineStyle": {"width": 1.5, "type": "dashed" if behind else "solid"},
                }
            else:
                look = {"type": "bar", "barWidth": 10 if self.form == "stack" else 5, "barGap": "10%"}
                if self.form == "stack":
                    look["stack"] = f"all{suffix}"  # stacked by position, not by date: all parts have every date
                if behind:
                    style["opacity"] = 0.4
            series.append({"name": name + suffix, "data": points, "itemStyle": style, **look})
        return series


def _both(mine: Lines, other: Lines, here: str, there: str) -> pd.DataFrame:
    return pd.concat([mine.table.assign(run=here), other.table.assign(run=there)], ignore_index=True)


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
