"""Instructions of one run, which no other process can disturb; where the machine counts them."""

from __future__ import annotations

import os
import subprocess
import sys

__all__ = ["counted"]

_PROGRAM = """
import sys
import comity
scenario = comity.load("hld_gfmd")
for seed in range(int(sys.argv[1])):
    comity.ForumModel(scenario, seed=0, keep="meetings", agents=False).run()
"""
_FEW, _MANY = 2, 12


def counted(event: str = "instructions:u") -> float:
    """Return how many events a run takes: those of a process with more runs less one with fewer, by Linux's perf.

    Raises
    ------
    RuntimeError
        Where perf is not there or the machine does not count that event, as most virtual ones do not.
    """
    _count(event, "pass")  # where nothing is counted it is known at once
    few, many = (_count(event, _PROGRAM, str(n)) for n in (_FEW, _MANY))
    return (many - few) / (_MANY - _FEW)


def _count(event: str, *program: str) -> float:
    words = ["perf", "stat", "-x", ";", "-e", event, "--", sys.executable, "-c", *program]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "0"}
    try:
        done = subprocess.run(words, env=variables, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError("perf cannot be used here") from error
    for line in done.stderr.splitlines():
        number, _, rest = line.partition(";")
        if event in rest:
            try:
                return float(number)
            except ValueError:
                break
    raise RuntimeError(f"this machine does not count {event}")
