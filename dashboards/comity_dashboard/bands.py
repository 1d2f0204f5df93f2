"""Bands over parameters: a setup run once for each draw of the posterior, cached for all visitors."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from comity.bands import drawn
from comity.errors import InputError
from comity.posterior import SHIPPED, Draw, calibrated_scenario, find_posterior
from comity.rules.vote import ANSWERS
from comity.scenario.locate import find_scenario
from comity.scenario.plain import read_toml
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Scenario
from comity_dashboard.access import posterior
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.watch import cooperation, sovereignty, trust
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import is_record, run_once, scenario_of, shared
from comity_dashboard.setup import Setup

__all__ = ["Asked", "BandRuns", "asked_of", "band_runs"]

_BANDED = (trust, cooperation, sovereignty)
"""The charts over time that can have bands."""

_MOST = 6
_lock = threading.Lock()
_kept: dict[tuple[Any, ...], BandRuns] = {}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The runs that bands need: a scenario, the seed of the first run, one draw of parameters each; and a language."""

    scenario: Scenario
    seed: int
    draws: tuple[Draw, ...]
    words: Phrases = ENGLISH

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal runs."""
        draws = tuple(tuple(sorted(draw.items())) for draw in self.draws)
        return (self.scenario.name, self.scenario.hash, self.seed, draws, self.words.language)


@dataclass(frozen=True, kw_only=True)
class BandRuns:
    """What is kept of the runs.

    Attributes
    ----------
    key
        What was asked.
    lines
        By key of a chart: the chart of each run.
    votes
        One row per run and vote: vote, expected (number of yes votes) and adopted.
    """

    key: tuple[Any, ...]
    lines: dict[str, tuple[Lines, ...]]
    votes: pd.DataFrame


def asked_of(setup: Setup, words: Phrases = ENGLISH) -> Asked:
    """Return the runs for the bands of a setup. Parameters that its changes or its theory fix are kept.

    Raises
    ------
    InputError
        If the posterior is not about this setup; the message says why.
    """
    file = find_posterior(posterior())
    if posterior() == SHIPPED and not file.is_file():
        raise InputError(words.say("bands.none"))
    if is_record(setup.scenario):
        raise InputError(words.say("bands.record"))
    run = setup.following("")

    def make() -> Asked:
        scenario = scenario_of(run)
        draws = replace(run.choice, posterior=str(file)).draws()
        about = calibrated_scenario(file)
        if about and about not in _lineage(run.scenario):
            raise InputError(words.say("bands.other", name=about))
        if not set(draws[0]) - set(PRESETS[scenario.theory]):
            raise InputError(words.say("bands.fixed"))
        return Asked(scenario=scenario, seed=run.number, draws=draws, words=words)

    # Equal scenarios can have different draws: a setting fixes its parameter even at the value of the scenario.
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    return shared("asked", (run,), make, run, str(file), stamp, words.language)


def _lineage(name: str, beside: Path | None = None) -> set[str]:
    """Return the names of a scenario and of all that it extends."""
    path = find_scenario(name, beside)
    extended = read_toml(path, path.name).get("extends", [])
    above = [extended] if isinstance(extended, str) else extended
    return {path.stem}.union(*(_lineage(other, path.parent) for other in above))


def band_runs(asked: Asked, on_progress: Callable[[int], bool]) -> BandRuns | None:
    """Return the runs of the bands, those of ``comity run --posterior``; None if stopped.

    Parameters
    ----------
    on_progress
        Called with the number of finished runs; returns whether to continue.
    """
    with _lock:
        if asked.key in _kept:
            return _kept[asked.key]
    lines: dict[str, list[Lines]] = {}
    votes: list[dict[str, Any]] = []
    for number, (scenario, seed) in enumerate(drawn(asked.scenario, asked.draws, asked.seed)):
        record = run_once(scenario, seed, "meetings")
        for chart in (make(record, asked.words) for make in _BANDED):
            lines.setdefault(chart.key, []).append(chart)
        yes = ANSWERS.index("yes")
        votes += [
            {"vote": vote.vote, "expected": vote.probabilities[:, yes].sum(), "adopted": vote.is_adopted}
            for trace in record.trace.meetings
            for vote in trace.votes
        ]
        if not on_progress(number + 1):
            return None
    found = BandRuns(
        key=asked.key,
        lines={key: tuple(charts) for key, charts in lines.items()},
        votes=pd.DataFrame(votes, columns=["vote", "expected", "adopted"]),
    )
    with _lock:
        _kept[asked.key] = found
        if len(_kept) > _MOST:
            del _kept[next(iter(_kept))]
    return found
