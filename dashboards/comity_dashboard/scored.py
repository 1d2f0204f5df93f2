"""Scoring a setup as ``comity score`` does, counted while it runs and ended when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comity.facts import load_facts
from comity.scenario.schema import Scenario
from comity_dashboard.figures.scores import Scores
from comity_dashboard.setup import Setup
from comity_lab.progress import Progress
from comity_lab.scoring.command import check_replicates, title_of
from comity_lab.scoring.content import content_of
from comity_lab.scoring.ensemble import run_ensembles, theories_of
from comity_lab.scoring.scorecard import score
from comity_lab.seeds import seeds_of

__all__ = ["REPLICATES", "Scored", "hold_scores", "n_runs"]

REPLICATES = 200
"""Runs of each theory, as many as ``comity score`` takes where nothing else is said."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A setup and what its scorecard says."""

    setup: Setup
    scores: Scores


def n_runs(scenario: Scenario, replicates: int) -> int:
    """Return how many runs a scorecard takes; raise InputError where that is no number of replicates."""
    check_replicates(replicates)
    return replicates * len(theories_of(scenario))


def hold_scores(scenario: Scenario, replicates: int, seed: int, said: Callable[[int], bool]) -> Scores | None:
    """Run a scenario under its theory and the rivals, and hold all against the facts; None where it was ended.

    Parameters
    ----------
    replicates, seed
        As in ``comity score --help``.
    said
        Told how many runs are done, it says whether to go on.
    """
    facts = load_facts(None)
    progress = _Counted(n_runs(scenario, replicates), said)
    try:
        ensembles = run_ensembles(scenario, facts, seeds=seeds_of(seed, replicates), progress=progress)
    except _EndedError:
        return None
    card = score(scenario, facts, ensembles)
    return Scores(content_of(card, title_of(scenario, replicates, seed), scenario))


class _EndedError(Exception):
    """Somebody has asked for no more runs."""


class _Counted(Progress):
    """Progress that is told to a function."""

    def __init__(self, total: int, said: Callable[[int], bool]) -> None:
        super().__init__(total, quiet=True)
        self._said_to = said

    def add(self, done: int, failed: int) -> None:
        """Count runs, and end the work where no more are wanted."""
        super().add(done, failed)
        if not self._said_to(self.done):
            raise _EndedError
