"""One and two processes: the same sweep, with the start of its processes and without."""

from __future__ import annotations

import itertools
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import numpy as np

from comity_bench.process import run_process
from comity_bench.replay import SCENARIO
from comity_bench.row import Part, Row, row
from comity_bench.timing import alternate, over, rates
from comity_lab.design import Design
from comity_lab.executors import n_cores
from comity_lab.sweeping import sweep

__all__ = ["PART"]

_RATE = "parameters.persuasion_rate"
_DESIGN = """
scenario = "{scenario}"
sampler = "grid"
replicates = {replicates}
seed = 1

[[factors]]
name = "{rate}"
values = [0.03, 0.06]
"""


def _measure(quick: bool) -> list[Row]:
    replicates, rounds = (3, 1) if quick else (40, 3)
    runs = 2 * replicates
    rows = _warm(replicates, rounds)
    with tempfile.TemporaryDirectory() as folder:
        design, numbers = Path(folder) / "design.toml", itertools.count()
        text = _DESIGN.format(scenario=SCENARIO, replicates=replicates, rate=_RATE)
        design.write_text(text, encoding="utf-8")

        def command(workers: int) -> Callable[[], object]:
            def work() -> object:
                out = Path(folder) / f"sweep{next(numbers)}"
                words = ["-m", "comity", "sweep", str(design), "--workers", str(workers), "--out", str(out), "--quiet"]
                return run_process(words)

            return work

        whole = alternate({"one": (command(1), 1), "two": (command(2), 1)}, 1 if quick else 3, time.perf_counter)
    note = f"comity sweep, {runs} runs; clock, whole command"
    return [
        *rows,
        row("one process, started", "runs/s", rates(whole["one"] / runs), note),
        row("two processes, started", "runs/s", rates(whole["two"] / runs), note),
        row("two over one, start included", "ratio", over(whole["one"], whole["two"]), "speed; 2 would be perfect"),
    ]


def _warm(replicates: int, rounds: int) -> list[Row]:
    design = Design.of(SCENARIO, {_RATE: [0.03, 0.06]}, replicates=replicates, seed=1)
    runs, numbers = 2 * replicates, itertools.count()
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, mp_context=context) as one,
        ProcessPoolExecutor(2, mp_context=context) as two,
    ):

        def swept(executor: Executor) -> Callable[[], object]:
            def work() -> object:
                return sweep(design, Path(folder) / f"sweep{next(numbers)}", workers=executor)

            return work

        works = {"one": (swept(one), 1), "two": (swept(two), 1)}
        for work, _ in works.values():
            work()  # every process has loaded, compiled and prepared what it needs
        seconds = alternate(works, rounds, time.perf_counter)
    note = f"{runs} runs in processes that have worked before; clock"
    return [
        row("one process", "runs/s", rates(np.asarray(seconds["one"]) / runs), note),
        row("two processes", "runs/s", rates(np.asarray(seconds["two"]) / runs), note),
        row("two over one", "ratio", over(seconds["one"], seconds["two"]), f"speed; {n_cores()} cores here"),
    ]


PART = Part(
    name="workers",
    title="A sweep in one process and in two",
    rows=[
        ("one process", "runs/s"),
        ("two processes", "runs/s"),
        ("two over one", "ratio"),
        ("one process, started", "runs/s"),
        ("two processes, started", "runs/s"),
        ("two over one, start included", "ratio"),
    ],
    measure=_measure,
    text="By the clock: whatever else the machine does takes from the second process. Runs are stored with their "
    "measures. A sweep hands out chunks of a second or two; in one so short the wait for the last of them shows.",
)
