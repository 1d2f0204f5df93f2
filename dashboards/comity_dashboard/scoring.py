"""Scoring a setup as ``comity score`` does, with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comity.facts import load_facts
from comity.posterior import Draw
from comity.scenario.schema import Scenario
from comity_dashboard.figures.scores import Scores
from comity_dashboard.setup import Setup
from comity_lab.progress import Progress
from comity_lab.scoring.command import check_replicates, title_of
from comity_lab.scoring.content import content_of
from comity_lab.scoring.ensemble import run_ensembles, theories_of
from comity_lab.scoring.scorecard import score
from comity_lab.seeds import seeds_of

__all__ = ["REPLICATES", "Scored", "n_runs", "run_scores"]

REPLICATES = 200
"""Runs of each theory, the default of ``comity score``."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A setup and its scorecard."""

    setup: Setup
    scores: Scores


def n_runs(scenario: Scenario, replicates: int) -> int:
    """Return the number of runs for a scorecard, or raise InputError for an invalid number of replicates."""
    check_replicates(replicates)
    return replicates * len(theories_of(scenario))


def run_scores(
    scenario: Scenario, replicates: int, seed: int, on_progress: Callable[[int], bool], draws: Sequence[Draw] = ()
) -> Scores | None:
    """Score a scenario under its theory and the rivals against the facts; None if stopped.

    Parameters
    ----------
    replicates, seed
        As in ``comity score --help``.
    on_progress
        Called with the number of finished runs; returns whether to continue.
    draws
        Of a posterior, one for each run of a theory, over and over; none for the parameters of the scenario.
    """
    facts = load_facts(None)
    progress = _Counted(n_runs(scenario, replicates), on_progress)
    try:
        ensembles = run_ensembles(scenario, facts, seeds=seeds_of(seed, replicates), draws=draws, progress=progress)
    except _EndedError:
        return None
    title = title_of(scenario, replicates, seed)
    if draws:
        title += f", over {len(draws)} draws of parameters"
    return Scores(content_of(score(scenario, facts, ensembles), title, scenario))


class _EndedError(Exception):
    """The visitor stopped the runs."""


class _Counted(Progress):
    """Progress that is reported to a function."""

    def __init__(self, total: int, on_progress: Callable[[int], bool]) -> None:
        super().__init__(total, quiet=True)
        self._on_progress = on_progress

    def add(self, done: int, failed: int) -> None:
        """Count runs, and stop on request."""
        super().add(done, failed)
        if not self._on_progress(self.done):
            raise _EndedError
