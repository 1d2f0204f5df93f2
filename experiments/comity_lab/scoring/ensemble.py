"""Ensembles: replicates of a scenario under each theory on the same luck, and what each says about facts and votes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from comity.facts import Fact, horizon, observe, shorten
from comity.posterior import Draw
from comity.rules.vote import ANSWERS
from comity.runs import run
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Scenario
from comity_lab.executors import Crew, in_process, n_cores, process_pool
from comity_lab.progress import Progress

__all__ = ["Ensemble", "run_ensembles", "theories_of"]

_CHUNK = 10
_FEW = 150
"""Runs below which starting processes takes longer than it saves: measured with two."""


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """Replicates of one theory.

    Attributes
    ----------
    name
        The theory.
    observations
        One row per replicate, one column a target of a fact; nan if the run cannot say.
    votes
        Mean over the replicates that held it of the probabilities of yes, abstain, no and absent, (states, 4), by vote;
        with the ids of the states. A vote that none held is not there.
    """

    name: str
    observations: pd.DataFrame
    votes: dict[str, pd.DataFrame] = field(default_factory=dict)


def theories_of(scenario: Scenario) -> list[str]:
    """Return the scenario's own theory and then its rivals."""
    return [scenario.theory, *(name for name in PRESETS if name != scenario.theory)]


def run_ensembles(
    scenario: Scenario,
    facts: Sequence[Fact],
    *,
    seeds: Sequence[int],
    workers: int | None = None,
    votes: Sequence[str] = (),
    draws: Sequence[Draw] = (),
    quiet: bool = False,
    progress: Progress | None = None,
) -> list[Ensemble]:
    """Run replicates of a scenario under its own theory and then each rival, with the same seeds.

    Parameters
    ----------
    seeds
        One per replicate; see :func:`comity_lab.seeds.seeds_of`.
    workers
        Processes; 1: this one; None: one per core if there is enough work.
    votes
        Ids of votes whose probabilities are kept.
    draws
        Of a posterior: replicate r has draw r, over and over.
    quiet
        Say nothing about the progress.
    progress
        Told how many runs are done, it may raise to end the work; None: on standard error, unless quiet.
    """
    names = theories_of(scenario)
    short = shorten(scenario, _last_year(scenario, facts, votes))
    _ = short.setting_hash  # computed once, and handed on to all copies
    replicates = len(seeds)
    jobs = [(name, start) for start in range(0, replicates, _CHUNK) for name in names]
    found: dict[tuple[str, int], _Chunk] = {}
    workers = workers or (n_cores() if replicates * len(names) >= _FEW else 1)
    crew: AbstractContextManager[Crew] = in_process() if workers == 1 else process_pool(workers)
    with progress or Progress(replicates * len(names), quiet=quiet) as said, crew as hands:
        waiting: dict[Future[_Chunk], tuple[str, int]] = {}
        for name, start in jobs:
            chosen = seeds[start : start + _CHUNK]
            parameters = [draws[(start + i) % len(draws)] if draws else {} for i in range(len(chosen))]
            runs = list(zip(chosen, parameters, strict=True))
            future = hands.executor.submit(_observe_chunk, under(short, name), tuple(facts), runs, tuple(votes))
            waiting[future] = (name, start)
            if workers == 1:
                future.result()
                said.add(len(chosen), 0)
        for future in as_completed(waiting):
            found[waiting[future]] = future.result()
            if workers > 1:
                said.add(len(found[waiting[future]].rows), 0)
    starts = range(0, replicates, _CHUNK)
    return [_ensemble(name, [found[name, start] for start in starts]) for name in names]


def under(scenario: Scenario, theory: str) -> Scenario:
    """Return a scenario under another theory."""
    return scenario.replaced(theory=theory)


def _last_year(scenario: Scenario, facts: Sequence[Fact], votes: Sequence[str]) -> int:
    years = [m.end.year for m in scenario.meetings if any(vote.id in votes for vote in m.votes)]
    return max([*([horizon(facts)] if facts else []), *years])


@dataclass(frozen=True)
class _Chunk:
    rows: list[dict[str, float]]
    states: dict[str, list[str]]
    votes: dict[str, list[np.ndarray]]


def _observe_chunk(
    scenario: Scenario, facts: tuple[Fact, ...], runs: list[tuple[int, Draw]], votes: tuple[str, ...]
) -> _Chunk:
    chunk = _Chunk([], {}, {vote: [] for vote in votes})
    for seed, draw in runs:
        record = run(scenario.with_parameters(**draw) if draw else scenario, seed=seed, keep="meetings")
        chunk.rows.append(observe(record, facts))
        for meeting in record.trace.meetings:
            for vote in meeting.votes:
                if vote.vote in votes:
                    chunk.states[vote.vote] = [record.population.ids[row] for row in vote.rows]
                    chunk.votes[vote.vote].append(vote.probabilities)
    return chunk


def _ensemble(name: str, chunks: list[_Chunk]) -> Ensemble:
    votes = {}
    for vote in chunks[0].votes:
        if arrays := [array for chunk in chunks for array in chunk.votes[vote]]:
            mean = pd.DataFrame(np.mean(arrays, axis=0), columns=list(ANSWERS))
            states = next(chunk.states[vote] for chunk in chunks if vote in chunk.states)
            votes[vote] = mean.set_axis(states, axis=0)
    rows = [row for chunk in chunks for row in chunk.rows]
    return Ensemble(name=name, observations=pd.DataFrame(rows), votes=votes)
