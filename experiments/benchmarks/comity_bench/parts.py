"""The share of each part of a run, from outside: what more or less of it costs, whatever is compiled together.

A whole meeting may be one compiled call, in which no clock can be read. The model is therefore not touched: the
scenario is changed so that one thing happens twice as often, or not at all.
"""

from __future__ import annotations

import numpy as np

import comity
from comity.scenario.schema import Scenario
from comity_bench.changed import with_rounds, with_sittings, with_years, without_sittings
from comity_bench.replay import SCENARIO, replays
from comity_bench.row import Part, Row, row
from comity_bench.timing import alternate, median

__all__ = ["PART"]

_YEARS = 60
_NAMES = {
    "begin": "beginning",
    "interlude": "interlude: years, shocks",
    "opening": "opening: host, agenda, attendance",
    "seating": "seating, corridor",
    "rooms": "rooms: decide, listen",
    "closing": "closing",
}
_TEXTS = {
    "begin": "ForumModel(...) alone",
    "interlude": f"{_YEARS} years more, in proportion",
    "opening": "no sittings, less the two above",
    "seating": "each sitting held twice, less the rooms",
    "rooms": "each round held twice",
    "closing": "what is left: votes, arena, trace",
}


def _measure(quick: bool) -> list[Row]:
    scenario = comity.load(SCENARIO)
    rounds, times = (2, 2) if quick else (25, 3)

    def begin() -> object:
        return comity.ForumModel(scenario, seed=1, keep="meetings", agents=False)

    begin()
    # Not more than four scenarios at a time, or each turn would build the stage of one anew; see `prepared`.
    less = {"base": scenario, "years": with_years(scenario, _YEARS), "none": without_sittings(scenario)}
    more = {"base": scenario, "rounds": with_rounds(scenario, 2), "sittings": with_sittings(scenario, 2)}
    works = {name: (replays(item), times) for name, item in less.items()} | {"begin": (begin, 4 * times)}
    first = alternate(works, rounds, prepared=True)
    second = alternate({name: (replays(item), times) for name, item in more.items()}, rounds, prepared=True)

    seats, n_years = _seats(scenario), _n_years(scenario)
    grown = {name: _seats(more[name]) / seats for name in ("rounds", "sittings")}
    base = first["base"]
    shares = {
        "begin": first["begin"] / base,
        "interlude": (first["years"] - base) / base * n_years / _YEARS,
        "rooms": (second["rounds"] / second["base"] - 1) / (grown["rounds"] - 1),
        "sittings": (second["sittings"] / second["base"] - 1) / (grown["sittings"] - 1),
    }
    shares["opening"] = first["none"] / base - shares["begin"] - shares["interlude"]
    shares["seating"] = shares["sittings"] - shares["rooms"]
    shares["closing"] = 1 - first["none"] / base - shares["sittings"]
    rows = [row(name, "share", median(shares[key]), _TEXTS[key]) for key, name in _NAMES.items()]
    note = f"seats × {grown['rounds']:.2f} with the rounds, × {grown['sittings']:.2f} with the sittings"
    return [*rows, row("the whole run", "ms", median(1000 * np.concatenate([base, second["base"]])), note)]


def _seats(scenario: Scenario) -> float:
    """Return how many turns to speak a run has: seats times rounds, over all rooms, mean of three seeds."""
    records = [comity.run(scenario, seed=seed, keep="meetings") for seed in range(3)]
    return float(np.mean([record.interventions["seats"].sum() for record in records]))


def _n_years(scenario: Scenario) -> int:
    """Return how many ends of a year a run sees."""
    return int(comity.run(scenario, seed=0, keep="meetings").memberships["year"].nunique())


PART = Part(
    name="parts",
    title="Shares of a run, by changing how much of each part there is",
    rows=[*((name, "share") for name in _NAMES.values()), ("the whole run", "ms")],
    measure=_measure,
    text="Differences between times of the same round; the last is what is left to 1. A change also moves trust, and "
    "with it who comes: extra time is taken in proportion to the extra seats that were filled.",
)
