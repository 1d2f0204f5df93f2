"""Many runs of one scenario: their tables below each other, and bands of what they say."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import track

from comity.bands import INTERVAL, Band, band_of
from comity.cards import card, number_of, rows
from comity.errors import InputError
from comity.forum.trace import Keep
from comity.measures import MEASURES, measure
from comity.randomness import read_seed
from comity.record import Record
from comity.record.dictionary import entry
from comity.runs import run
from comity.scenario.loading import from_data, load
from comity.scenario.schema import Scenario

__all__ = ["Runs", "held", "run_many"]

_BAND = list(Band.__dataclass_fields__)
_NUMBERS = ("share", "count")


def held(
    setups: Iterable[tuple[Scenario, int]], total: int, *, keep: Keep, what: str, quiet: bool = False
) -> Iterator[Record]:
    """Yield a record for each scenario and seed, with progress on a terminal or in a notebook.

    Parameters
    ----------
    setups, total
        Scenarios with their seeds, and how many there are.
    keep
        Level of detail of the records.
    what
        What is run, in words, beside the bar.
    quiet
        Without a bar. It is also left out where standard error is no terminal, but for notebooks with ipywidgets.
    """
    console = Console(stderr=True, highlight=False)
    is_shown = sys.stderr.isatty() or (console.is_jupyter and importlib.util.find_spec("ipywidgets") is not None)
    for scenario, seed in track(setups, what, total, console=console, transient=True, disable=quiet or not is_shown):
        yield run(scenario, seed=seed, keep=keep)


def run_many(
    scenario: Scenario | str | Path = "hld_gfmd",
    seeds: int | Iterable[int] = 20,
    *,
    keep: Keep = "meetings",
    theory: str | None = None,
    quiet: bool = False,
) -> Runs:
    """Run a scenario once for each seed, in this process, and keep the records.

    A run of the replay takes about 1.5 MB with ``"meetings"``. For thousands of runs, or more processes, use a sweep.

    Parameters
    ----------
    scenario, keep, theory
        As in :func:`comity.run`.
    seeds
        Seeds, each once; a number n stands for 0 to n - 1.
    quiet
        Without a progress bar.

    Raises
    ------
    InputError
        Where the scenario, a seed or the level of detail cannot be used, or a seed is named twice.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, theory=theory)
    elif theory is not None:
        scenario = from_data({**scenario.to_json(), "theory": theory})
    chosen = [read_seed(seed) for seed in (range(seeds) if isinstance(seeds, int) else seeds)]
    if not chosen or len(set(chosen)) < len(chosen):
        raise InputError(
            f"run_many: seeds must be one or more, each once, got {seeds!r}. Give a number of runs, or range(20)."
        )
    setups = [(scenario, seed) for seed in chosen]
    return Runs(list(held(setups, len(setups), keep=keep, what=f"runs of {scenario.name}", quiet=quiet)))


class Runs:
    """Runs of one scenario with several seeds.

    Attributes
    ----------
    records
        One for each seed.
    scenario, seeds, keep
        What was run.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = tuple(records)
        self.scenario, self.keep = records[0].scenario, records[0].keep
        self.seeds = tuple(record.seed for record in records)

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.records)

    def __repr__(self) -> str:
        """Return what was run, in a line."""
        return (
            f"Runs of {self.scenario.name or self.scenario.title!r}: {number_of(len(self), 'run')}, seeds "
            f"{min(self.seeds)} to {max(self.seeds)}, theory {self.scenario.theory}, keep {self.keep!r}"
        )

    def _repr_html_(self) -> str:
        """Return what was run as HTML, for a notebook."""
        facts = {
            "scenario": f"{self.scenario.name} (hash {self.scenario.hash})",
            "runs": f"{len(self)}, seeds {min(self.seeds)} to {max(self.seeds)}",
            "theory": self.scenario.theory,
            "tables": ", ".join(self.records[0].names),
        }
        names = ["measure", "unit", "low", "median", "high", "n"]
        bands = rows(
            f"bands of measures, {self.interval}", names, self.bands[names].itertuples(index=False), len(self.bands)
        )
        return card(f"Runs: {self.scenario.title}", facts, bands)

    @property
    def interval(self) -> str:
        """What a band is, in words."""
        return f"median and central {100 * (INTERVAL[1] - INTERVAL[0]):.0f} %"

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of all runs below each other, with the seed as the first column.

        Parameters
        ----------
        name
            Of a table of :class:`comity.record.Record`, such as ``"votes"``.

        Raises
        ------
        InputError
            The records have no such table.
        """
        known = self.records[0].names
        if name not in known:
            raise InputError(
                f"run_many: table must be one of {', '.join(known)}, got {name!r}. With keep='all' there are more."
            )
        frames = []
        for record in self.records:
            frame = getattr(record, name).copy()
            frame.insert(0, "seed", record.seed)
            frames.append(frame)
        table: pd.DataFrame = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
        return table

    @cached_property
    def meetings(self) -> pd.DataFrame:
        """The table of meetings of all runs, with the seed as the first column."""
        return self.table("meetings")

    @cached_property
    def measures(self) -> pd.DataFrame:
        """One row for each run: seed, and all measures."""
        return pd.DataFrame([{"seed": record.seed, **measure(record)} for record in self.records])

    @cached_property
    def bands(self) -> pd.DataFrame:
        """Bands of the measures over runs: measure, unit, low, median, high, n (runs with a value), meaning."""
        found = [
            {
                "measure": m.name,
                "unit": m.unit,
                **vars(band_of(self.measures[m.name].to_numpy(float))),
                "meaning": m.text,
            }
            for m in MEASURES
        ]
        return pd.DataFrame(found, columns=["measure", "unit", *_BAND, "meaning"])

    @cached_property
    def meeting_bands(self) -> pd.DataFrame:
        """Bands of the counts and shares of each meeting: meeting, date, forum, column, unit, low, median, high, n.

        ``n`` are the runs in which the meeting was held and the column has a value.
        """
        subject = self.scenario.subject
        about = {name: entry("meetings", str(name), subject) for name in self.meetings}
        units = {name: found.unit for name, found in about.items() if found is not None}
        found = []
        for (date, meeting, forum), part in self.meetings.groupby(["date", "meeting", "forum"], sort=True):
            for name, unit in units.items():
                if unit in _NUMBERS:
                    band = vars(band_of(part[name].to_numpy(float)))
                    found.append(
                        {"meeting": meeting, "date": date, "forum": forum, "column": name, "unit": unit, **band}
                    )
        return pd.DataFrame(found, columns=["meeting", "date", "forum", "column", "unit", *_BAND])
