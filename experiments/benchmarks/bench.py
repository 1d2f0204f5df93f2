"""The bench: how fast this checkout is beside the commit that ``base.txt`` names, in turn, on any machine.

    python experiments/benchmarks/bench.py [--fast] [--base COMMIT]

Each version runs in processes of its own, with the same environment, and the versions are asked in turn, so that a
machine whose speed changes from minute to minute slows both. A ratio is the median of the rounds; beside it stand the
lowest and the highest. Rules are compiled for a processor that valgrind knows, once for each version. Each row is
printed when it is measured, with its bar, and SHORT where the bar is not reached.
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
        roots = [*(self.folder / root for root in _ROOTS), self.folder / "experiments" / "benchmarks"]
        told = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))}
        if platform.machine() in ("x86_64", "AMD64"):
            # valgrind knows no later processor, and all are to run the same instructions.
            told |= {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": ""}
        return told


class Asked:
    """A process with a version of comity, which does works and says what they took."""

    def __init__(self, version: Version, before: Sequence[str] = ()) -> None:
        self.version = version
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [*before, sys.executable, str(WORKS)], env=version.environment(), text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
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
            self._process.communicate()
            self._said.seek(0)
            raise SystemExit(f"{self.version.name}: {self._said.read()[-2000:].strip()}")
        return dict(json.loads(line))

    def ask(self, work: str, times: int = 1) -> dict[str, float]:
        """Do a work so many times and return what it took."""
        self.begin(work, times)
        return self.end()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        self._said.close()


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


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """Return the ratio of each round, from the lowest to the highest."""
    return sorted(a / b for a, b in zip(over, under, strict=True))


@dataclass(frozen=True)
class Row:
    """A row of the table: what is measured, what was found, in words and as a number, and the bar."""

    what: str
    found: str
    value: float
    least: float = -math.inf
    most: float = math.inf

    @classmethod
    def of(
        cls, what: str, over: Sequence[float], under: Sequence[float], least: float = -math.inf, most: float = math.inf
    ) -> Row:
        """Return the row of a ratio: the median of the rounds, with the lowest and the highest."""
        found = ratios(over, under)
        text = f"{median(found):.3g} ({found[0]:.3g} to {found[-1]:.3g})"
        return cls(what, text, median(found), least, most)

    def __str__(self) -> str:
        """Return the row as it is printed."""
        bars = [f"{self.least:.3g} or more"] * (self.least > -math.inf) + [f"{self.most:.3g} or less"] * (
            self.most < math.inf
        )
        bar = ", ".join(bars) + ("" if self.least <= self.value <= self.most else "  SHORT")
        return f"{self.what:63} {self.found:33} {bar}".rstrip()


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


def measured(new: Version, base: Version, others: Sequence[Version], fast: bool) -> Iterator[Row]:
    """Yield the rows of the table."""
    versions = [new, base, *others]
    took: list[list[float]] = [[] for _ in versions]
    for is_last in (False, True):  # where a process has its arrays makes some per cent of its speed
        with _ready(versions) as processes:
            for times, more in zip(took, in_turn(processes, "replay", 10, 4 if fast else 8), strict=True):
                times.extend(more)
            if is_last:
                for other, times in zip(versions[1:], took[1:], strict=True):
                    least = 1.6 if other is base else -math.inf
                    yield Row.of(f"one full replay, times as fast as {other.name}", times, took[0], least)
                yield from _beside(processes[0], processes[1], fast)
    yield from _counted([new, base], 2 if fast else 4)
    yield from _swept([new, base], 100 if fast else 800, 2 if fast else 3)
    for name, found in commands([new, base], 2 if fast else 3).items():
        most = 4 if name == "comity run teaching" else 1
        yield Row.of(f"{name}, over importing NumPy and pandas", found[0], found[-1], most=most)
        yield Row.of(f"{name}, in base", found[1], found[-1])


@contextmanager
def _ready(versions: Sequence[Version]) -> Iterator[list[Asked]]:
    """Start a process for each version; each has its rules compiled."""
    with asked(versions) as processes:
        for process in processes:
            process.begin("replay")
        for process in processes:
            process.end()
        yield processes


def _beside(new: Asked, base: Asked, fast: bool) -> Iterator[Row]:
    """Yield what the same takes elsewhere, over a replay here and at base, and what larger worlds take."""
    for work, name, times in (("twin", "the per-agent Mesa twin", 1), ("rooms", "rooms alone in plain NumPy", 20)):
        new.ask(work)
        asked_for = [(new, work, times), (new, "replay", 20), (base, "replay", 20)]
        other, here, then = zip(
            *(
                [process.ask(what, n)["processor"] / n for process, what, n in asked_for]
                for _ in range(3 if fast else 5)
            ),
            strict=True,
        )
        before = median(ratios(other, then))
        yield Row.of(f"{name}, over a replay (over one of base: {before:.3g})", other, here, least=1.6 * before)
    for few, many, of, most in () if fast else ((200, 800, "actors", math.inf), (12, 48, "meetings", 4.4)):
        small, large = ([new.ask(f"{n} {of}", 5)["processor"] for _ in range(4)][1:] for n in (few, many))
        yield Row.of(f"a run with four times the {of}, over one", large, small, most=most)


def _counted(versions: Sequence[Version], times: int) -> Iterator[Row]:
    new, base = instructions(versions, times)
    if not math.isnan(new):
        found = f"{new / base:.3g} ({new:.1f} over {base:.1f} million)"
        yield Row("instructions of a replay, over base", found, new / base, most=0.82)


def _swept(versions: Sequence[Version], n_runs: int, rounds: int) -> Iterator[Row]:
    with asked(versions) as processes:
        new, base = processes
        works = [(new, "sweep"), (new, "sweep in two processes"), (base, "sweep")]
        for process, work in works:
            process.ask(work, 2)
        found = [[process.ask(work, n_runs)["clock"] for process, work in works] for _ in range(rounds)]
        threads, two, before = zip(*found, strict=True)
        yield Row.of(f"sweep of {n_runs} runs by the clock, times as fast as base", before, threads, 1.6)
        yield Row.of("the same with --workers 2", before, two, 1.6)
        few = [process.ask("sweep", 2)["megabytes"] for process in processes]
        yield Row("its largest process, MB", f"{few[0]:.0f} (base: {few[1]:.0f})", few[0], most=400)
        more = new.ask("sweep", 4 * n_runs)["megabytes"] - few[0]
        yield Row("its growth in a sweep of four times the runs, MB", f"{more:.0f}", more, most=10)
    with asked(versions[:1]) as (process,):
        works = ("runs without a store", "sweep in one process", "sweep in one process, resumed")
        for work in works:
            process.ask(work, 2)
        found = [[process.ask(work, n_runs // 2)["processor"] for work in works] for _ in range(rounds + 1)]
        bare, stored, resumed = zip(*found, strict=True)
        yield Row.of("storing the runs of a sweep, over not storing", stored, bare, most=1.02)
        yield Row.of("a sweep that is stopped once and resumed, over one that is not", resumed, stored, most=1.02)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print each row of the table when it is known."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commits = [line for line in COMMITS.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    words.add_argument("--base", default=commits[0], help="commit to compare with (default: the first of base.txt)")
    words.add_argument("--fast", action="store_true", help="fewer rounds, and without the commit for information")
    given = words.parse_args(arguments)
    others = [] if given.fast else [Version(commit, extracted(commit)) for commit in commits[1:]]
    base = Version("base", extracted(given.base))
    print(f"base: {given.base}. Rules that are not compiled yet are compiled now.", file=sys.stderr, flush=True)
    for row in measured(Version("new", ROOT), base, others, given.fast):
        print(row, flush=True)


if __name__ == "__main__":
    main()
