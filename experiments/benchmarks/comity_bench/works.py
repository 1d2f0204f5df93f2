"""What the bench measures, in a process of its own for each version of comity: it is asked line by line.

This file runs with versions from before it was written, so that it uses only what they have: ``comity.run``,
``comity.load`` and ``comity_lab.sweep``.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

Work = Callable[[int], object]
"""A piece of work, done so many times."""


@cache
def _history() -> Any:
    import comity

    return comity.load("hld_gfmd")


def _runs(scenario: Any) -> Work:
    import comity

    seeds = itertools.count(1)
    return lambda times: [comity.run(scenario, seed=next(seeds), keep="meetings") for _ in range(times)]


def _twin() -> Work:
    from mesa_twin import TwinModel

    from comity.population.people import build_population

    population, seeds = build_population(_history()), itertools.count(1)
    return lambda times: [TwinModel(_history(), seed=next(seeds), population=population).run() for _ in range(times)]


def _rooms() -> Work:
    from comity_bench.rooms import plain_rooms, schedule

    n, sittings = schedule(_history())
    return lambda times: [plain_rooms(n, sittings, seed) for seed in range(times)]


def _world(kind: str, size: int) -> Work:
    from comity_bench import worlds

    return _runs(getattr(worlds, f"world_of_{kind}")(size))


def _design(runs: int) -> Any:
    import comity_lab

    return comity_lab.Design.of("hld_gfmd", {"parameters.persuasion_rate": [0.03, 0.06]}, replicates=runs // 2)


def _sweep(workers: int | None = None, parts: int = 1) -> Work:
    """Return a sweep of so many runs, stopped and resumed once for each further part; None: on all cores."""
    import comity_lab

    def sweep(times: int) -> object:
        with tempfile.TemporaryDirectory() as folder:
            for part in range(1, parts):
                comity_lab.sweep(_design(times), Path(folder) / "sweep", workers=workers, shard=f"{part}/{parts}")
            return comity_lab.sweep(_design(times), Path(folder) / "sweep", workers=workers)

    return sweep


def _unstored() -> Work:
    """Return the runs of the sweep, each with its measures, which nobody keeps."""
    import numpy as np

    from comity_lab.plan import plan_of
    from comity_lab.work import one_run

    def runs(times: int) -> object:
        plan = plan_of(_design(times))
        job = plan.job(np.arange(plan.n_runs), np.zeros(plan.n_runs, dtype=np.int16))
        each = zip(job.rows, job.seeds, job.replicates, strict=True)
        return [one_run(plan.recipe, row, seed, int(replicate)) for row, seed, replicate in each]

    return runs


def _mark() -> Work:
    """Return what ends a part of the counting of callgrind, under which this process then runs."""
    subprocess.run(["callgrind_control", "-i", "on", str(os.getpid())], capture_output=True, check=True)
    return lambda times: subprocess.run(["callgrind_control", "-d", str(os.getpid())], capture_output=True, check=True)


WORKS: dict[str, Callable[[], Work]] = {
    "replay": lambda: _runs(_history()),
    "twin": _twin,
    "rooms": _rooms,
    "sweep": _sweep,
    "sweep in two processes": lambda: _sweep(2),
    "sweep in one process": lambda: _sweep(1),
    "sweep in one process, resumed": lambda: _sweep(1, parts=2),
    "runs without a store": _unstored,
    **{f"{n} actors": partial(_world, "size", n) for n in (200, 800)},
    **{f"{n} meetings": partial(_world, "meetings", n) for n in (12, 48)},
    "mark": _mark,
}


@cache
def _prepared(name: str) -> Work:
    return WORKS[name]()


def _megabytes() -> float:
    """Return the peak memory of this process or of the largest that it started; nan where the system tells none."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit


def main() -> None:
    """Answer each line with a name and a number of times by the seconds that the work took, and the peak memory."""
    warnings.simplefilter("ignore")
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        name, times = json.loads(line)
        work = _prepared(name)
        clock, processor = time.perf_counter(), time.process_time()
        work(times)
        answer = {
            "clock": time.perf_counter() - clock,
            "processor": time.process_time() - processor,
            "megabytes": _megabytes(),
        }
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
