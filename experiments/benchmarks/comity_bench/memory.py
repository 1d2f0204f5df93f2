"""Memory: the world, what a run leaves, and a process at its peak."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path

import numpy as np

import comity
from comity.record import Record
from comity_bench.process import reported
from comity_bench.replay import SCENARIO
from comity_bench.row import Part, Row, row

__all__ = ["PART"]

_PEAK = """
import comity
comity.ForumModel
found["imported"] = peak_bytes()
comity.run("hld_gfmd", seed=1, keep="meetings")
found["one"] = peak_bytes()
for seed in range(2, {runs}):
    comity.run("hld_gfmd", seed=seed, keep="meetings")
found["many"] = peak_bytes()
"""


def _measure(quick: bool) -> list[Row]:
    scenario = comity.load(SCENARIO)
    model = comity.ForumModel(scenario, seed=1, keep="meetings", agents=False)
    arrays = [item for item in model._world if isinstance(item, np.ndarray)]
    start = model.population.world
    pairs = zip(arrays, (item for item in start if isinstance(item, np.ndarray)), strict=True)
    own = [one for one, shared in pairs if not np.shares_memory(one, shared)]
    rows = [
        row("world: all arrays", "MB", sum(item.nbytes for item in arrays) / 1e6, f"{model.world.n} actors"),
        row("world: copied for each run", "MB", sum(item.nbytes for item in own) / 1e6, "the rest is shared"),
    ]
    for keep in ("meetings", "all"):
        record = Record.of(comity.ForumModel(scenario, seed=1, keep=keep, agents=False).run())
        size = len(pickle.dumps(record.trace, protocol=5))
        rows.append(row(f"trace of a run, keep={keep}", "MB", size / 1e6, "pickled"))
        tables = sum(int(table.memory_usage(deep=True).sum()) for table in record.tables().values())
        rows.append(row(f"all its tables, keep={keep}", "MB", tables / 1e6, "in pandas, made when asked for"))
        with tempfile.TemporaryDirectory() as folder:
            saved = record.save(Path(folder) / "record")
            size = sum(file.stat().st_size for file in saved.rglob("*") if file.is_file())
        rows.append(row(f"saved record, keep={keep}", "MB", size / 1e6, "Parquet"))
    runs = 5 if quick else 100
    peak = reported(_PEAK.replace("{runs}", str(runs + 1)))
    return [
        *rows,
        row("process, comity imported", "MB", peak["imported"] / 1e6, "peak of a process of its own"),
        row("process after one run", "MB", peak["one"] / 1e6, "peak; the compiled rules among it"),
        row("process after many runs", "MB", peak["many"] / 1e6, f"peak after {runs}"),
        row("peak of many runs over one", "ratio", peak["many"] / peak["one"], "peak; 1 where every run is given back"),
    ]


PART = Part(
    name="memory",
    title="Memory, hld_gfmd",
    rows=[
        ("world: all arrays", "MB"),
        ("world: copied for each run", "MB"),
        *(
            (f"{what}, keep={keep}", "MB")
            for keep in ("meetings", "all")
            for what in ("trace of a run", "all its tables", "saved record")
        ),
        ("process, comity imported", "MB"),
        ("process after one run", "MB"),
        ("process after many runs", "MB"),
        ("peak of many runs over one", "ratio"),
    ],
    measure=_measure,
    text="MB are millions of bytes.",
)
