"""The start: from calling Python to the first result, with warm and with empty caches."""

from __future__ import annotations

import tempfile

import numpy as np

from comity_bench.process import reported, run_process
from comity_bench.row import Part, Row, missing, row
from comity_bench.timing import median, over

__all__ = ["PART"]

_STEPS = """
import time
start = time.process_time()
import comity
from comity import ForumModel
found["import"] = time.process_time() - start
scenario = comity.load("hld_gfmd")
found["load"] = time.process_time() - start - sum(found.values())
model = ForumModel(scenario, seed=1, keep="meetings", agents=False)
found["stage"] = time.process_time() - start - sum(found.values())
model.run()
found["run"] = time.process_time() - start - sum(found.values())
"""
_TEXTS = {
    "import": "… importing comity, with Mesa and numba",
    "load": "… reading and checking the scenario",
    "stage": "… population, prior trust, first model",
    "run": "… first run, compiled rules from the cache",
}
_FRESH = ("comity run, nothing compiled yet", "comity run, nothing compiled yet, over warm")
_COMMAND = ["-m", "comity", "run", "hld_gfmd"]


def _measure(quick: bool) -> list[Row]:
    rounds = 1 if quick else 6
    if not quick:
        run_process(_COMMAND)  # fills the caches where they are not
    bare, helps, runs, steps = [], [], [], []
    for _ in range(rounds):
        bare.append(run_process(["-c", "pass"]))
        helps.append(run_process(["-m", "comity", "--help"]))
        runs.append(run_process(_COMMAND))
        steps.append(reported(_STEPS))
    empty, shown, command = (np.array([ended.cpu for ended in found]) for found in (bare, helps, runs))
    whole = median([sum(step.values()) for step in steps])
    return [
        row("comity --help, by the clock", "s", median([ended.seconds for ended in helps])),
        row("comity --help", "s", median(shown)),
        row("comity --help, over python -c pass", "ratio", over(shown, empty)),
        row("comity run hld_gfmd, by the clock", "s", median([ended.seconds for ended in runs]), "caches warm"),
        row("comity run hld_gfmd", "s", median(command), "with the tables that it prints"),
        row("comity run, over python -c pass", "ratio", over(command, empty)),
        row("script to the first result", "s", whole, "without Python itself"),
        *(row(text, "s", median([step[key] for step in steps])) for key, text in _TEXTS.items()),
        *_fresh(quick, float(np.median(command))),
    ]


def _fresh(quick: bool, warm: float) -> list[Row]:
    if quick:
        why = "left out by --quick: compiling takes too long"
        return [missing(_FRESH[0], "s", why), missing(_FRESH[1], "ratio", why)]
    with tempfile.TemporaryDirectory() as folder:
        ended = run_process(_COMMAND, {"NUMBA_CACHE_DIR": folder})
    return [
        row(_FRESH[0], "s", ended.cpu, f"once; by the clock {ended.seconds:.1f} s"),
        row(_FRESH[1], "ratio", ended.cpu / warm, "once for each version of the rules"),
    ]


PART = Part(
    name="start",
    title="From the command to the first result",
    rows=[
        ("comity --help, by the clock", "s"),
        ("comity --help", "s"),
        ("comity --help, over python -c pass", "ratio"),
        ("comity run hld_gfmd, by the clock", "s"),
        ("comity run hld_gfmd", "s"),
        ("comity run, over python -c pass", "ratio"),
        ("script to the first result", "s"),
        *((text, "s") for text in _TEXTS.values()),
        (_FRESH[0], "s"),
        (_FRESH[1], "ratio"),
    ],
    measure=_measure,
    text="Processes of their own. Processor time of all threads, except by the clock: that also tells what else the "
    "machine does.",
)
