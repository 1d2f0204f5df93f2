"""Sweeps that the page starts, stops and lists: shipped designs, in folders that the command line can continue.

A sweep runs in a process of its own, which is ``comity sweep run``. It does not depend on a browser, and ends with the
server; what is finished is kept.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from comity.errors import InputError
from comity_dashboard.access import allow, may_sweep, named
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_lab.design import load_design
from comity_lab.executors import n_cores
from comity_lab.pilot import fly
from comity_lab.plan import Plan, plan_of
from comity_lab.shipped import shipped_design, shipped_designs
from comity_lab.store import is_sweep, open_store
from comity_lab.sweeping import check_out

__all__ = [
    "Going", "Offer", "Recent", "ended", "folder_for", "going", "offers", "recent", "runs_in", "seconds_of", "start",
    "stop", "workers",
]  # fmt: skip

_FOLDER = Path("sweeps")
"""Where the command puts sweeps, too: in the working folder of the server."""
_MOST_NAMES, _MOST_RECENT = 99, 8
_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A shipped design: its name and question, what it runs, and the folder that it would write to."""

    name: str
    question: str
    scenario: str
    factors: tuple[str, ...]
    points: int
    replicates: int

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.points * self.replicates


@dataclass(frozen=True, kw_only=True)
class Recent:
    """A folder of a sweep: its path, runs that are there and runs in all, and when it last grew."""

    folder: str
    done: int
    total: int
    grown: datetime


@dataclass(kw_only=True)
class Going:
    """A sweep that this server runs: its folder, when it was started, and whether it was told to stop."""

    folder: str
    started: datetime
    process: subprocess.Popen[str]
    is_stopping: bool = False


_going: list[Going] = []
_ended: list[str] = []


@lru_cache(maxsize=16)
def _plan(name: str) -> Plan:
    return plan_of(load_design(shipped_design(name)))


@lru_cache(maxsize=1)
def offers() -> tuple[Offer, ...]:
    """Return the shipped designs, those with the least work first: runs times meetings of the scenario."""
    found = []
    for name in shipped_designs():
        plan = _plan(name)
        design, work = plan.design, plan.n_runs * len(plan.recipe.scenario(plan.values(0)).meetings)
        lines = shipped_design(name).read_text(encoding="utf-8").splitlines()
        question = re.split(r"(?<=\?)", lines[0].lstrip("# "))[0] if lines and lines[0].startswith("#") else name
        offer = Offer(
            name=name, question=question, scenario=design.scenario, points=plan.n_points,
            factors=tuple(factor.name for factor in design.factors), replicates=design.replicates,
        )  # fmt: skip
        found.append((work, offer))
    return tuple(offer for _, offer in sorted(found, key=lambda one: one[0]))


def workers() -> int:
    """Return the number of processes of a sweep: one core is left to the pages."""
    return max(1, n_cores() - 1)


@lru_cache(maxsize=16)
def seconds_of(name: str) -> float:
    """Return the expected time of a shipped design in seconds, from a few trial runs of it, which take some seconds."""
    plan = _plan(name)
    return fly(plan, plan.shard(1, 1)).seconds(plan.n_runs, workers())


def folder_for(name: str, words: Phrases = ENGLISH) -> str:
    """Return the folder of a shipped design: that which has its runs already, or else a new one."""
    for number in range(1, _MOST_NAMES + 1):
        folder = _FOLDER / (name if number == 1 else f"{name}-{number}")
        with contextlib.suppress(InputError):  # of another design or version
            check_out(folder, _plan(name), resume=False)
            return str(folder)
    raise InputError(words.say("sweep.start.no_folder", name=name, n=_MOST_NAMES))


def start(name: str, words: Phrases = ENGLISH) -> str:
    """Start a shipped design, or go on with it, and return its folder.

    Raises
    ------
    InputError
        If visitors may not start sweeps, the design is not a shipped one, or a sweep is running.
    """
    if not may_sweep():
        raise InputError(words.say("sweep.start.refused"))
    file = shipped_design(name)
    with _lock:
        if (now := going()) is not None:
            raise InputError(words.say("sweep.start.busy", folder=now.folder))
        folder = folder_for(name, words)
        command = [sys.executable, "-m", "comity.cli", "sweep", "run", str(file), "--out", folder, "--quiet"]
        process = subprocess.Popen(
            [*command, "--workers", str(workers())], env={**os.environ, "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        _ended.clear()
        _going[:] = [Going(folder=folder, started=datetime.now(), process=process)]
    allow("folder", folder)
    return folder


def going() -> Going | None:
    """Return the sweep that this server runs; None without one."""
    if not _going:
        return None
    now = _going[0]
    status = now.process.poll()
    if status is None:
        return now
    _going.clear()
    said = now.process.stderr.read().strip().splitlines() if now.process.stderr is not None else []
    if status not in (0, 1) and not now.is_stopping:  # 1: some runs failed, which the page of the folder says
        _ended[:] = [now.folder, said[-1] if said else f"status {status}"]
    return None


def ended() -> tuple[str, str] | None:
    """Return folder and reason of the last sweep if it ended by itself before its end; None if it did not."""
    return (_ended[0], _ended[1]) if _ended and going() is None else None


def stop() -> None:
    """Tell the sweep to stop. Runs that have begun are finished and kept."""
    now = going()
    if now is not None:
        now.is_stopping = True
        now.process.terminate()


atexit.register(stop)


def recent() -> list[Recent]:
    """Return the folders of sweeps that visitors may see, the latest first.

    Those are the ones named on the command line, and, where visitors may start sweeps, those in the folder of sweeps.
    """
    places = [Path(name) for name in named()]
    if may_sweep() and _FOLDER.is_dir():
        with contextlib.suppress(OSError):
            places += [place for place in _FOLDER.iterdir() if not place.is_symlink()]
    found = []
    for place in places:
        with contextlib.suppress(InputError, OSError):
            if is_sweep(place):
                found.append(_recent(place))
    return sorted(found, key=lambda one: one.grown, reverse=True)[:_MOST_RECENT]


def _recent(place: Path) -> Recent:
    done, total = runs_in(str(place))
    grown = datetime.fromtimestamp((place / "chunks").stat().st_mtime)
    return Recent(folder=str(place), done=done, total=total, grown=grown)


def runs_in(folder: str) -> tuple[int, int]:
    """Return how many runs a folder of a sweep has, by the names of its files, and how many it will have; 0 of none."""
    place = Path(folder)
    if not is_sweep(place):
        return 0, 0
    names = [file.stem.split("-") for file in (place / "chunks").glob("[0-9]*.parquet")]
    done = sum(int(parts[1]) for parts in names if len(parts) == 3 and parts[1].isdigit())
    total = open_store(place).plan.n_runs
    return min(done, total), total
