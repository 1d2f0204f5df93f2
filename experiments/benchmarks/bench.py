"""The bench: how fast this checkout is beside the commit that ``base.txt`` names, in turn, on any machine.

    python experiments/benchmarks/bench.py [--fast] [--base COMMIT]

Each version runs in processes of its own, with the same environment, and the versions are asked in turn, so that a
machine whose speed changes from minute to minute slows both. A ratio is the median of the rounds; beside it stand the
lowest and the highest. Rules are compiled for a processor that valgrind knows, once for each version.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
WORKS = Path(__file__).with_name("comity_bench") / "works.py"
COMMITS = Path(__file__).with_name("base.txt")
_ROOTS = ("model", "experiments", "dashboards")


@dataclass(frozen=True)
class Version:
    """One version of comity: how the table calls it, and the folder of its files."""

    name: str
    folder: Path

    def environment(self) -> dict[str, str]:
        """Return the variables of a process that runs this version."""
        roots = [*(self.folder / root for root in _ROOTS), ROOT / "experiments" / "benchmarks"]
        told = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))}
        if platform.machine() in ("x86_64", "AMD64"):
            # valgrind knows no later processor, and all are to run the same instructions.
            told |= {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": ""}
        return told


class Asked:
    """A process with a version of comity, which does works and says what they took."""

    def __init__(self, version: Version, before: Sequence[str] = ()) -> None:
        self.version = version
        self._process = subprocess.Popen(
            [*before, sys.executable, str(WORKS)], env=version.environment(), text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def begin(self, work: str, times: int = 1) -> None:
        """Ask for a work, and do not wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([work, times]) + "\n")

    def end(self) -> dict[str, float]:
        """Return what the work took: ``clock`` and ``processor`` in seconds, and ``megabytes``."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.version.name}: {self._process.communicate()[1][-2000:].strip()}")
        return dict(json.loads(line))

    def ask(self, work: str, times: int = 1) -> dict[str, float]:
        """Do a work so many times and return what it took."""
        self.begin(work, times)
        return self.end()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@contextmanager
def asked(
    versions: Sequence[Version], before: Callable[[Version], Sequence[str]] = lambda _: ()
) -> Iterator[list[Asked]]:
    """Start a process for each version."""
    found = [Asked(version, before(version)) for version in versions]
    try:
        yield found
    finally:
        for one in found:
            one.close()


def extracted(commit: str) -> Path:
    """Return a folder with the files of a commit; it stays in ``build/bench``, with its compiled rules."""
    folder = ROOT / "build" / "bench" / commit
    if not folder.is_dir():
        got = subprocess.run(
            ["git", "archive", commit, *_ROOTS, "scenarios"], cwd=ROOT, capture_output=True, check=False
        )
        if got.returncode:
            said = got.stderr.decode().strip().splitlines()[0]
            raise SystemExit(
                f"{COMMITS}: {commit!r} must be a commit of this checkout, got: {said}. Fetch it (git fetch)."
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=folder.parent) as aside,
            tarfile.open(fileobj=io.BytesIO(got.stdout)) as tar,
        ):
            tar.extractall(aside, filter="data")
            shutil.copytree(aside, folder)
    return folder


def in_turn(
    processes: Sequence[Asked], work: str, times: int, rounds: int, what: str = "processor"
) -> list[list[float]]:
    """Return what each process took for a work in each round; the first of a round is another every time."""
    took: list[list[float]] = [[] for _ in processes]
    for number in range(rounds):
        order = range(len(processes))
        for place in order if number % 2 else reversed(order):
            took[place].append(processes[place].ask(work, times)[what] / times)
    return took


def ratio(over: Sequence[float], under: Sequence[float]) -> str:
    """Return the median of the ratios of each round, with the lowest and the highest."""
    found = sorted(a / b for a, b in zip(over, under, strict=True))
    return f"{median(found):.3g} ({found[0]:.3g} to {found[-1]:.3g})"


def instructions(versions: Sequence[Version], times: int = 6) -> list[float]:
    """Return the millions of instructions of a replay with each version, as callgrind counts them; nan without it."""
    if shutil.which("callgrind_control") is None:
        return [math.nan] * len(versions)
    with tempfile.TemporaryDirectory() as folder:

        def counted(version: Version) -> list[str]:
            out = Path(folder) / version.name
            return ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]

        with asked(versions, counted) as processes:
            for work, n in (("replay", 1), ("mark", 1), ("replay", 1), ("mark", 1), ("replay", 1 + times), ("mark", 1)):
                for process in processes:
                    process.begin(work, n)
                for process in processes:
                    process.end()
        return [(_total(folder, v, 3) - _total(folder, v, 2)) / times / 1e6 for v in versions]


def _total(folder: str, version: Version, part: int) -> int:
    lines = (Path(folder) / f"{version.name}.{part}").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in reversed(lines) if line.startswith("totals:")).split()[1])


def commands(versions: Sequence[Version], rounds: int) -> dict[str, list[list[float]]]:
    """Return the processor time of commands with each version and, last, of Python that imports NumPy and pandas."""
    least = ["-c", "import numpy, pandas"]
    words = {
        "comity run teaching": ["run", "teaching"],
        "a misspelt file name": ["run", "teachin.toml"],
        "an unknown option": ["run", "--sede", "3"],
    }
    found: dict[str, list[list[float]]] = {name: [[] for _ in range(len(versions) + 1)] for name in words}
    for _ in range(rounds):
        for name, given in words.items():
            for place, version in enumerate(versions):
                found[name][place].append(_processor(version, ["-m", "comity", *given]))
            found[name][-1].append(_processor(versions[0], least))
    return found


def _processor(version: Version, words: list[str]) -> float:
    before = os.times()
    subprocess.run([sys.executable, *words], env=version.environment(), capture_output=True, check=False)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


Row = tuple[str, str, str]
"""What is measured, what was found, and the bar."""

INFORMATION = "for information"


def measured(new: Version, base: Version, others: Sequence[Version], fast: bool) -> Iterator[Row]:
    """Yield the rows of the table."""
    versions = [new, base, *others]
    took: list[list[float]] = [[] for _ in versions]
    for _ in range(2 if fast else 3):  # where a process has its arrays makes some per cent of its speed
        with _ready(versions) as processes:
            for times, more in zip(took, in_turn(processes, "replay", 10, 3 if fast else 6), strict=True):
                times.extend(more)
    for other, times in zip(versions[1:], took[1:], strict=True):
        bar = "1.6 or more" if other is base else INFORMATION
        yield f"one full replay, times as fast as {other.name}", ratio(times, took[0]), bar
    gain = median(a / b for a, b in zip(took[1], took[0], strict=True))
    yield from _beside(new, gain, fast)
    counts = instructions(versions)
    if not math.isnan(counts[0]):
        for other, count in zip(versions[1:], counts[1:], strict=True):
            bar = "0.82 or less" if other is base else INFORMATION
            what = f"{counts[0] / count:.3g} ({counts[0]:.1f} to {count:.1f} million)"
            yield f"instructions a replay, over {other.name}", what, bar
    yield from _swept([new, base], 24 if fast else 80, 2 if fast else 5, fast)
    for name, found in commands([new, base], 2 if fast else 5).items():
        bar = "4 or less" if name == "comity run teaching" else "1 or less"
        yield f"{name}, over importing NumPy and pandas", ratio(found[0], found[-1]), bar
        yield f"{name}, in base", ratio(found[1], found[-1]), ""


@contextmanager
def _ready(versions: Sequence[Version]) -> Iterator[list[Asked]]:
    """Start a process for each version; each has its rules compiled."""
    with asked(versions) as processes:
        for process in processes:
            process.begin("replay")
        for process in processes:
            process.end()
        yield processes


def _beside(new: Version, gain: float, fast: bool) -> Iterator[Row]:
    """Yield what the same takes elsewhere, over a replay, and what larger worlds take."""
    with _ready([new]) as (process,):
        for work, name, times in (("twin", "the per-agent Mesa twin", 1), ("rooms", "rooms alone in plain NumPy", 10)):
            process.ask(work)
            pairs = [
                (process.ask(work, times)["processor"] / times, process.ask("replay", 10)["processor"] / 10)
                for _ in range(3 if fast else 6)
            ]
            other, replay = zip(*pairs, strict=True)
            least = 1.6 * median(a / b for a, b in pairs) / gain
            yield f"{name}, over a replay", ratio(other, replay), f"1.6 times that of base: {least:.3g}"
        for few, many, of in () if fast else ((200, 800, "actors"), (12, 48, "meetings")):
            small, large = ([process.ask(f"{n} {of}", 5)["processor"] for _ in range(4)][1:] for n in (few, many))
            yield f"a run with four times the {of}, over one", ratio(large, small), "4 for meetings"


def _swept(versions: Sequence[Version], n_runs: int, rounds: int, fast: bool) -> Iterator[Row]:
    with asked(versions) as processes:
        for process in processes:
            process.ask("sweep", 2)
        took = in_turn(processes, "sweep", n_runs, rounds, "clock")
        yield f"sweep of {n_runs} runs on two cores, times as fast as base", ratio(took[1], took[0]), "1.6 or more"
        few = [process.ask("sweep", 2)["megabytes"] for process in processes]
        yield "largest process of a sweep, MB", f"{few[0]:.0f} (base: {few[1]:.0f})", "400 or less"
        if not fast:
            many = processes[0].ask("sweep", 10 * n_runs)["megabytes"]
            yield f"its growth from {n_runs} to {10 * n_runs} runs, MB", f"{many - few[0]:.0f}", "flat"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print each row of the table when it is known."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commits = [line for line in COMMITS.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    words.add_argument("--base", default=commits[0], help="commit to compare with (default: the first of base.txt)")
    words.add_argument("--fast", action="store_true", help="fewer rounds, and without the commit for information")
    given = words.parse_args(arguments)
    others = [] if given.fast else [Version(commit, extracted(commit)) for commit in commits[1:]]
    for what, found, bar in measured(Version("new", ROOT), Version("base", extracted(given.base)), others, given.fast):
        print(f"{what:58} {found:34} {bar}", flush=True)


if __name__ == "__main__":
    main()
