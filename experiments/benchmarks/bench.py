"""Benchmarks: how fast comity is, beside the same model in Mesa and rooms of the same size in other libraries.

    python experiments/benchmarks/bench.py [--only WORD ...] [options of pyperf]

pyperf times each benchmark in separate processes. Its options include ``--fast``, ``--rigorous`` and ``-o FILE``, which
saves all values with machine and versions; ``python -m pyperf compare_to A B`` then compares two versions of comity.
The ratios in the last table hold roughly on other machines too.
"""

from __future__ import annotations

import itertools
import math
import sys
import tempfile
import time
import warnings
from argparse import Namespace
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyperf

Work = Callable[[], object]

REPLAY = "replay"
RUNS = 40
"""Runs of the sweeps that are timed."""


@cache
def _scenario(name: str = "hld_gfmd") -> object:
    import comity

    return comity.load(name)


def _replay(scenario: object, keep: str = "meetings", agents: bool = False) -> Callable[[], object]:
    """Return a function that runs a scenario, each time with another seed."""
    import comity

    seeds = itertools.count(1)
    return lambda: comity.ForumModel(scenario, seed=next(seeds), keep=keep, agents=agents).run()


def _recorded(read: Callable[[object], object]) -> Work:
    from comity.record import Record

    replay = _replay(_scenario())
    return lambda: read(Record.of(replay()))


def _measures() -> Work:
    from comity.measures import measure

    return _recorded(measure)


def _tables() -> Work:
    return _recorded(lambda record: record.tables())


def _twin() -> Work:
    from mesa_twin import TwinModel

    from comity.population.people import build_population

    scenario, seeds = _scenario(), itertools.count(1)
    population = build_population(scenario)
    return lambda: TwinModel(scenario, seed=next(seeds), population=population).run()


def _rooms(library: str) -> Work:
    from comity_bench import rooms

    n, sittings = rooms.schedule()
    return lambda: getattr(rooms, library)(n, sittings, 1)


def _world(kind: str, size: int) -> Work:
    from comity_bench import worlds

    return _replay(getattr(worlds, f"world_of_{kind}")(size))


def _sweep(workers: int) -> Work:
    import comity_lab

    design = comity_lab.Design.of("hld_gfmd", {"parameters.persuasion_rate": [0.03, 0.06]}, replicates=RUNS // 2)

    def work() -> object:
        with tempfile.TemporaryDirectory() as folder:
            return comity_lab.sweep(design, Path(folder) / "sweep", workers=workers)

    return work


WORKS: dict[str, Callable[[], Work]] = {
    REPLAY: lambda: _replay(_scenario()),
    "replay with the main measures, as in a sweep": _measures,
    "replay with all tables": _tables,
    "replay in all detail": lambda: _replay(_scenario(), keep="all"),
    "replay with Mesa's agents": lambda: _replay(_scenario(), agents=True),
    "twin: the same rules in idiomatic Mesa": _twin,
    "rooms alone in plain NumPy": lambda: _rooms("plain_rooms"),
    "rooms alone in AgentPy": lambda: _rooms("agentpy_rooms"),
    **{f"synthetic world, {n} actors": lambda n=n: _world("size", n) for n in (200, 400, 800)},
    **{f"synthetic world, {n} meetings": lambda n=n: _world("meetings", n) for n in (12, 24, 48)},
    f"sweep of {RUNS} runs, 1 process": lambda: _sweep(1),
    f"sweep of {RUNS} runs, 2 processes": lambda: _sweep(2),
}
COMMANDS = {
    "python": ["-c", "pass"],
    "comity --help": ["-m", "comity", "--help"],
    "comity run": ["-m", "comity", "run"],
}
"""Commands, from the start of Python to its end, with warm caches."""


def _timed(loops: int, make: Callable[[], Work]) -> float:
    """Return the seconds of so many calls of a work that has run once."""
    work = make()
    work()
    start = time.perf_counter()
    for _ in range(loops):
        work()
    return time.perf_counter() - start


def main() -> None:
    """Run the benchmarks whose names contain one of the words after ``--only``, and print the table."""
    runner = pyperf.Runner(processes=4, values=3, add_cmdline_args=_pass_on)
    runner.argparser.add_argument(
        "--only", nargs="+", default=[""], metavar="WORD", help="only benchmarks whose names contain it"
    )
    runner.argparser.set_defaults(inherit_environ=["NUMBA_CACHE_DIR"])
    only = runner.parse_args().only
    found: dict[str, pyperf.Benchmark] = {}
    for name, make in WORKS.items():
        if any(word in name for word in only):
            if name.endswith("AgentPy") and find_spec("agentpy") is None:
                if not runner.args.worker:
                    print(f"{name}: agentpy is not installed (pip install -e '.[bench]')")
                continue
            found[name] = runner.bench_time_func(name, _timed, make)
    for name, words in COMMANDS.items():
        if any(word in name for word in only):
            found[name] = runner.bench_command(name, [sys.executable, *words])
    if not runner.args.worker:
        _print_table({name: bench for name, bench in found.items() if bench is not None and bench.get_nvalue()})


def _pass_on(command: list[str], arguments: Namespace) -> None:
    command.extend(["--only", *arguments.only])


def _spread(bench: pyperf.Benchmark) -> float:
    """Return the standard deviation of the values; nan for one value."""
    return float(bench.stdev()) if bench.get_nvalue() > 1 else math.nan


def _ratio(bench: pyperf.Benchmark, unit: pyperf.Benchmark) -> str:
    ratio = bench.mean() / unit.mean()
    error = ratio * math.hypot(_spread(bench) / bench.mean(), _spread(unit) / unit.mean())
    return f"{ratio:.3g} ± {error:.1g}"


def _print_table(found: dict[str, pyperf.Benchmark]) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    from comity.commands.console import console

    view = Table(box=SIMPLE, show_edge=False, title="± one standard deviation of the values", title_justify="left")
    for heading in ("benchmark", "time, ms", "over a replay", "peak memory, MB"):
        view.add_column(heading, justify="left" if heading == "benchmark" else "right", no_wrap=True)
    unit = found.get(REPLAY)
    for name, bench in found.items():
        ratio = "" if unit is None or bench is unit else _ratio(bench, unit)
        peaks = [run.get_metadata() for run in bench.get_runs()]
        peak = max(data.get("command_max_rss", data.get("mem_max_rss", 0)) for data in peaks) / 1e6
        view.add_row(name, f"{1000 * bench.mean():.3g} ± {1000 * _spread(bench):.1g}", ratio, f"{peak:.0f}")
    console().print(view)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # warnings of other libraries would stand between the lines of pyperf
    main()
