"""How time and memory grow: with actors, with meetings, with seats; each with its exponent."""

from __future__ import annotations

import time

import comity
from comity.scenario.schema import Scenario
from comity_bench.process import reported
from comity_bench.replay import replays
from comity_bench.row import Part, Row, row
from comity_bench.timing import alternate, exponent, median
from comity_bench.worlds import settings_of_size, world_of_meetings, world_of_seats, world_of_size

__all__ = ["PART"]

_LARGE, _LARGE_QUICK = 2000, 500
_OWN = """
import gc
import time
import comity
comity.run("teaching", seed=1, keep="meetings")
start = time.process_time()
scenario = comity.load("synthetic", settings={settings})
comity.ForumModel(scenario, seed=1, keep="meetings", agents=False)
found["stage"] = time.process_time() - start
gc.collect()    # Mesa ties a model to itself: one that was never run would stay beside the one that is
start = time.process_time()
model = comity.ForumModel(scenario, seed=1, keep="meetings", agents=False).run()
found["run"] = time.process_time() - start
found["actors"] = model.world.n
found["peak"] = peak_bytes()
"""


def _measure(quick: bool) -> list[Row]:
    rounds = 2 if quick else 3
    sizes = [50, 100, 200] if quick else [100, 200, 400, 800, 1600]
    rows = _grown("actors", dict(zip(sizes, map(world_of_size, sizes), strict=True)), rounds)
    rows.append(_stages(sizes))
    counts = [2, 4, 8] if quick else [6, 12, 24, 48, 96]
    rows += _grown("meetings", dict(zip(counts, map(world_of_meetings, counts), strict=True)), rounds)
    n = 200 if quick else 1000
    worlds = {}
    for factor in (0.5, 1.0, 2.0) if quick else (0.25, 0.5, 1.0, 2.0, 4.0):
        scenario = world_of_seats(n, factor)
        worlds[_filled(scenario)] = scenario
    rows += _grown("seats", worlds, rounds)
    large = _LARGE_QUICK if quick else _LARGE
    found = reported(_OWN.replace("{settings}", repr(settings_of_size(large))))
    note = f"{found['actors']} actors, a process of its own"
    return [
        *rows,
        row("many actors: the first model", "s", found["stage"], f"{note}; once for all runs"),
        row("many actors: a run", "s", found["run"], "12 meetings, rooms as they are"),
        row("many actors: peak memory", "MB", found["peak"] / 1e6, "the libraries among it"),
    ]


def _grown(what: str, worlds: dict[float, Scenario], rounds: int) -> list[Row]:
    """Return the exponent of a run's time over all sizes, that between the two largest, and what was timed."""
    works = {str(size): (replays(scenario), 2) for size, scenario in worlds.items()}
    seconds = {size: median(found).value for size, found in alternate(works, rounds, prepared=True).items()}
    sizes, times = list(worlds), list(seconds.values())
    last = exponent(sizes[-2:], times[-2:])
    return [
        row(f"time with {what}", "exponent", exponent(sizes, times), *_shown(sizes, times)),
        row(f"time with {what}, largest two", "exponent", last, "where fixed costs weigh least"),
    ]


def _stages(sizes: list[int]) -> Row:
    times = []
    for n in sizes:
        scenario = comity.load("synthetic", settings=settings_of_size(n) | {"population.synthetic.seed": 5})
        start = time.process_time()
        comity.ForumModel(scenario, seed=1, keep="meetings", agents=False)
        times.append(time.process_time() - start)
    return row("first model with actors", "exponent", exponent(sizes, times), *_shown(list(map(float, sizes)), times))


def _shown(sizes: list[float], seconds: list[float]) -> tuple[str, tuple[tuple[float, float], ...]]:
    """Return in words the smallest and the largest, and all as pairs."""
    first, last = (f"{size:.0f}: {1000 * found:.1f} ms" for size, found in ((sizes[n], seconds[n]) for n in (0, -1)))
    return f"{len(sizes)} sizes, {first} … {last}", tuple(zip(sizes, seconds, strict=True))


def _filled(scenario: Scenario) -> float:
    """Return how many actors sit in a room where one can take the floor, on average."""
    sessions = comity.run(scenario, seed=1, keep="meetings").sessions
    return float(sessions.loc[~sessions["phase"].isin(["corridor", "vote"]), "seats"].mean())


PART = Part(
    name="growth",
    title="Growth, in drawn worlds",
    rows=[
        ("time with actors", "exponent"),
        ("time with actors, largest two", "exponent"),
        ("first model with actors", "exponent"),
        ("time with meetings", "exponent"),
        ("time with meetings, largest two", "exponent"),
        ("time with seats", "exponent"),
        ("time with seats, largest two", "exponent"),
        ("many actors: the first model", "s"),
        ("many actors: a run", "s"),
        ("many actors: peak memory", "MB"),
    ],
    measure=_measure,
    text="Slope of log time on log size, over all sizes and between the largest two; 1 is in proportion, 2 "
    "the square. Seats are those filled in a room, on average. Each world has a history of its own, so that sizes also "
    "differ in which meetings are held.",
)
