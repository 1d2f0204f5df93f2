"""The twin: the same rules as idiomatic per-agent Mesa, which docks on the model, run for run."""

from __future__ import annotations

import itertools
from typing import Any

import mesa
from mesa_twin import TwinModel

import comity
from comity.population.people import build_population
from comity_bench.replay import SCENARIO, replays
from comity_bench.row import Part, Row, row
from comity_bench.timing import alternate, over, rates

__all__ = ["PART"]

_BATCH = 4


def _measure(quick: bool) -> list[Row]:
    scenario = comity.load(SCENARIO)
    population = build_population(scenario)
    replay, seeds = replays(scenario), itertools.count(1)

    def twin() -> object:
        return TwinModel(scenario, seed=next(seeds), population=population).run()

    def batch() -> list[dict[str, Any]]:
        given = {"scenario": [scenario], "population": [population], "seed": [next(seeds)]}
        last = len(scenario.meetings) - 1  # it looks for data of every step, and the step after the last has none
        return mesa.batch_run(TwinModel, given, max_steps=last, display_progress=False)  # noqa: TID251

    def batch_of_comity() -> list[dict[str, Any]]:
        given = {"scenario": [scenario], "seed": [next(seeds) for _ in range(_BATCH)]}
        return mesa.batch_run(comity.ForumModel, given, max_steps=10_000, display_progress=False)  # noqa: TID251

    def swept() -> object:
        return comity.measures.measure(comity.run(scenario, seed=next(seeds), keep="meetings"))

    works = {"comity": (replay, 2 if quick else 12), "swept": (swept, 2 if quick else 6), "twin": (twin, 1)}
    works |= {"batch of comity": (batch_of_comity, 1), "batch": (batch, 1)}
    batch_of_comity()
    swept()
    if not quick:
        twin()
    seconds = alternate(works, 1 if quick else 6)
    seconds["batch of comity"] /= _BATCH
    return [
        row("comity", "runs/s", rates(seconds["comity"]), "a replay, without its tables"),
        row("twin", "runs/s", rates(seconds["twin"]), "the same to 1e-9, with its data"),
        row("twin over comity", "ratio", over(seconds["twin"], seconds["comity"]), "time of a run"),
        row("comity with its measures", "runs/s", rates(seconds["swept"]), "a sweep's run, in one process"),
        row("twin in batch_run", "runs/s", rates(seconds["batch"]), "in one process"),
        row("twin in batch_run over a sweep's run", "ratio", over(seconds["batch"], seconds["swept"]), "time of a run"),
        row("comity in batch_run", "runs/s", rates(seconds["batch of comity"]), "with agents, sitting by sitting"),
        row("comity in batch_run over a sweep's run", "ratio", over(seconds["batch of comity"], seconds["swept"])),
    ]


PART = Part(
    name="twin",
    title="The same model in idiomatic Mesa",
    rows=[
        ("comity", "runs/s"),
        ("twin", "runs/s"),
        ("twin over comity", "ratio"),
        ("comity with its measures", "runs/s"),
        ("twin in batch_run", "runs/s"),
        ("twin in batch_run over a sweep's run", "ratio"),
        ("comity in batch_run", "runs/s"),
        ("comity in batch_run over a sweep's run", "ratio"),
    ],
    measure=_measure,
    text="Equal tasks: tests/benchmarks/test_docking.py holds both to the same record. The twin was written to "
    "be read, not to be fast; both take the population ready made. In batch_run the twin ends "
    "with its last meeting: the years after that are left out.",
)
