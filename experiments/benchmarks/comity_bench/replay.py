"""The replay: one run of the historical scenario as a sweep does it, and what a record costs on top."""

from __future__ import annotations

from collections.abc import Callable

import comity
from comity.measures import measure
from comity.record import Record
from comity.scenario.schema import Scenario
from comity_bench.row import Part, Row, row
from comity_bench.timing import alternate, median, over, rates

__all__ = ["PART", "SCENARIO", "replays"]

SCENARIO = "hld_gfmd"
_OVER = {
    "measures": "with the main measures, over a run",
    "tables": "with all tables, over a run",
    "all": "kept in all detail, over a run",
    "agents": "with Mesa's agents, over a run",
}
_TEXTS = {
    "measures": "what a sweep stores",
    "tables": "as pandas data frames",
    "all": 'keep="all", no tables made',
    "agents": "agents=True",
}


def replays(scenario: Scenario) -> Callable[[], comity.ForumModel]:
    """Return a function that runs a scenario, each time with another seed; it has run once."""
    seeds = iter(range(1, 10**9))

    def replay() -> comity.ForumModel:
        return comity.ForumModel(scenario, seed=next(seeds), keep="meetings", agents=False).run()

    replay()
    return replay


def _measure(quick: bool) -> list[Row]:
    scenario = comity.load(SCENARIO)
    replay = replays(scenario)

    def measured() -> dict[str, float]:
        return measure(Record.of(replay()))

    def tabled() -> object:
        return Record.of(replay()).tables()

    def detailed() -> object:
        return comity.ForumModel(scenario, seed=1, keep="all", agents=False).run()

    def with_agents() -> object:
        return comity.ForumModel(scenario, seed=1, keep="meetings", agents=True).run()

    works = {"run": replay, "measures": measured, "tables": tabled, "all": detailed, "agents": with_agents}
    for work in works.values():
        work()
    rounds, times = (2, 4) if quick else (15, 20)
    turns = {name: (work, times if name == "run" else max(times // 5, 1)) for name, work in works.items()}
    seconds = alternate(turns, rounds)
    how = f"{rounds} rounds of {times} runs, back to back"
    return [
        row("runs a second", "runs/s", rates(seconds["run"]), how),
        row("one run", "ms", median(1000 * seconds["run"]), how),
        *(row(_OVER[name], "ratio", over(seconds[name], seconds["run"]), text) for name, text in _TEXTS.items()),
    ]


PART = Part(
    name="replay",
    title="Replay of hld_gfmd, warm",
    rows=[("runs a second", "runs/s"), ("one run", "ms"), *((name, "ratio") for name in _OVER.values())],
    measure=_measure,
    text='One run is ForumModel(scenario, seed=k, keep="meetings", agents=False).run(), scenario and stage at hand; '
    "processor time. Ratios are times.",
)
