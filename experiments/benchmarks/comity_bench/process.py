"""A process of its own: how long it took from its start to its end, and what it says about itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Ended", "reported", "run_process"]

_PEAK = """
def peak_bytes():
    # The peak that getrusage tells is inherited from whoever started the process, where that one was larger.
    try:
        with open("/proc/self/status") as file:
            return 1024 * next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    except OSError:
        import resource, sys
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
"""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A process that has ended well: seconds by the clock and of all its processors, and what it printed."""

    seconds: float
    cpu: float
    output: str


def run_process(words: Sequence[str], environment: Mapping[str, str] | None = None) -> Ended:
    """Run Python with these words behind it; raise RuntimeError with its last line where it fails."""
    path = os.pathsep.join(filter(None, sys.path))
    variables = {**os.environ, "PYTHONPATH": path, **(environment or {})}
    before, start = _children(), time.perf_counter()
    done = subprocess.run([sys.executable, *words], env=variables, capture_output=True, text=True, check=False)
    seconds, cpu = time.perf_counter() - start, _children() - before
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise RuntimeError(lines[-1])
    return Ended(seconds=seconds, cpu=cpu, output=done.stdout)


def _children() -> float:
    """Return the processor time of all processes that were started here and have ended, in seconds."""
    try:
        import resource
    except ImportError:  # Windows, where this stays 0
        return os.times().children_user + os.times().children_system
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def reported(program: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a program that fills the dictionary ``found``, and return that; ``peak_bytes()`` tells its peak memory."""
    ended = run_process(["-c", f"{_PEAK}\nfound = {{}}\n{program}\nimport json\nprint(json.dumps(found))"], environment)
    found: dict[str, Any] = json.loads(ended.output.strip().splitlines()[-1])
    return found
