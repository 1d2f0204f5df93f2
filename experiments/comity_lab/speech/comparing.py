"""What runs would show in the General Debate under each theory, beside what was said; and how the theories differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from comity.errors import InputError
from comity.facts import FactPart, shorten
from comity.record import Record
from comity.runs import run
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Scenario
from comity_lab.progress import Progress
from comity_lab.scoring.verdicts import judge
from comity_lab.seeds import seed_of_run
from comity_lab.speech.course import Course, course_of, stakes_of
from comity_lab.speech.dose import contrast, dose_in, observed_dose
from comity_lab.speech.findings import FINDINGS, findings_of
from comity_lab.speech.observing import Coupling, ObservationModel, estimate, simulate
from comity_lab.speech.panel import Panel, observed_panel

__all__ = ["DIRECTIONS", "Compared", "Debate", "compare_theories", "differences_of", "holm"]

DIRECTIONS = {"spike": -1, "recruits": 1, "recruits_cooperation": 1, "specialisation": -1, "memory": 1}
"""Side on which socialisation was expected of its rivals, before any run was seen: experiments/preregistration.md."""

_LAST = 2014
"""Runs end with the year of the meeting that the chair of 2013 prepares."""

DOSE = "dose"
"""Name of the exploratory contrast beside the findings."""


@dataclass(frozen=True, kw_only=True)
class Debate:
    """What is needed to simulate speeches of a scenario: the observed panel, regions, and the observation model."""

    observed: Panel
    regions: tuple[str, ...]
    model: ObservationModel
    start: Course

    @classmethod
    def of(cls, record: Record) -> Debate:
        """Return the debate of a run kept with ``"all"``; of the run only its calendar and its start are read.

        Raises
        ------
        InputError
            For a scenario whose states are not those that spoke.
        """
        course = course_of(record)
        observed = observed_panel(course.states)
        silent = [s for s, row in zip(course.states, observed.mention, strict=True) if np.isnan(row).all()]
        if silent:
            raise InputError(
                f"comity speech: every state must have speeches in data/raw/speech_frames.csv, got {silent[0]!r} and "
                f"{len(silent) - 1} more without one. Give a scenario of the shipped states, such as hld_gfmd."
            )
        if "region" not in record.population.actors:
            raise InputError("comity speech: states must have a region, got none. Add the column to their table.")
        actors = record.population.actors.set_index("id").loc[list(course.states)]
        stakes = stakes_of(actors)
        start = course.still()
        return cls(
            observed=observed, regions=tuple(actors["region"]), model=estimate(observed, start, stakes), start=start
        )

    def hear(self, record: Record, coupling: Coupling) -> dict[str, float]:
        """Return the findings, and the contrast of doses, on one panel of speeches that a run would show."""
        course = course_of(record)
        rng = np.random.default_rng([record.seed, 1994])
        panel = simulate(self.model, course, self.observed.mention, rng, coupling)
        found = findings_of(panel, self.regions, course.chairs())
        return found | {DOSE: contrast(panel, dose_in(record, observed_dose()))}

    def heard(self) -> dict[str, float]:
        """Return the findings, and the contrast of doses, on what was said."""
        return findings_of(self.observed, self.regions) | {DOSE: contrast(self.observed, observed_dose())}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Findings by theory and run.

    Attributes
    ----------
    observed
        Value of each finding, and of the contrast of doses, on what was said.
    runs
        One row a theory and replicate: ``theory``, ``replicate`` and the findings.
    model
        The observation model by which speeches were simulated.
    """

    observed: dict[str, float]
    runs: pd.DataFrame
    model: ObservationModel

    @property
    def theories(self) -> list[str]:
        """Names, socialisation first."""
        return list(dict.fromkeys(self.runs["theory"]))

    def table(self) -> pd.DataFrame:
        """One row a finding and theory: observed, accepted, median, central 90 %, share of runs within, verdict."""
        rows = []
        for finding in FINDINGS:
            observed = self.observed[finding.name]
            target = FactPart(
                key=finding.name, fact=finding.name, part="", observed=observed, low=finding.low, high=finding.high,
                tolerance=finding.high - observed,
            )  # fmt: skip
            for theory in self.theories:
                judged = judge(target, self.runs.loc[self.runs["theory"] == theory, finding.name].to_numpy(float))
                rows.append(
                    {
                        "finding": finding.name, "role": finding.role, "theory": theory, "observed": observed,
                        "accepted_low": finding.low, "accepted_high": finding.high, "low": judged.low,
                        "median": judged.median, "high": judged.high, "share": judged.share,
                        "verdict": judged.verdict.value,
                    }
                )  # fmt: skip
        return pd.DataFrame(rows)


def compare_theories(
    scenario: Scenario, replicates: int, seed: int = 0, coupling: Coupling | None = None, *, quiet: bool = False
) -> Compared:
    """Run a scenario under every theory with the same seeds, and simulate the speeches of each run on the same luck.

    Parameters
    ----------
    replicates, seed
        How many runs of each theory, and the seed from which theirs derive.
    coupling
        How much of a lasting change is heard; None: as preregistered.
    """
    short = shorten(scenario, _LAST)
    theories = list(PRESETS)
    debate: Debate | None = None
    rows = []
    with Progress(replicates * len(theories), quiet=quiet) as said:
        for replicate in range(replicates):
            for theory in theories:
                chosen = seed_of_run(seed, 0, replicate, common=True)
                record = run(short.replaced(theory=theory), seed=chosen, keep="all")
                debate = debate or Debate.of(record)
                rows.append({"theory": theory, "replicate": replicate} | debate.hear(record, coupling or Coupling()))
                said.add(1, 0)
    assert debate is not None
    return Compared(observed=debate.heard(), runs=pd.DataFrame(rows), model=debate.model)


def differences_of(runs: pd.DataFrame) -> pd.DataFrame:
    """Return how the first theory differs from each other, run by run: one row a measure and rival.

    Columns: ``mean``, ``low`` and ``high`` (95 %, paired), ``direction`` that was expected (0: none), and for those
    that had one ``p`` of the one-sided paired t-test and ``holm``, the same corrected for all of them.
    """
    theories = list(dict.fromkeys(runs["theory"]))
    values = {theory: part.set_index("replicate") for theory, part in runs.groupby("theory")}
    rows = []
    for name in (*(finding.name for finding in FINDINGS), DOSE):
        for rival in theories[1:]:
            pairs = pd.DataFrame({"own": values[theories[0]][name], "rival": values[rival][name]}).dropna()
            gap = (pairs["own"] - pairs["rival"]).to_numpy(float)
            mean = float(gap.mean()) if len(gap) else math.nan
            half = 1.96 * float(gap.std(ddof=1)) / math.sqrt(len(gap)) if len(gap) > 1 else math.nan
            direction = DIRECTIONS.get(name, 0)
            rows.append(
                {
                    "measure": name, "rival": rival, "mean": mean, "low": mean - half, "high": mean + half,
                    "direction": direction, "p": _p_value(gap, direction),
                }
            )  # fmt: skip
    table = pd.DataFrame(rows)
    asked = table["p"].notna()
    return table.assign(holm=pd.Series(holm(table.loc[asked, "p"].tolist()), index=table.index[asked]))


def _p_value(gap: NDArray[np.float64], direction: int) -> float:
    """Return p of the one-sided paired t-test; nan without a direction or with fewer than two pairs.

    Where all pairs differ alike it is 0 in the direction, and 1 otherwise.
    """
    if not direction or len(gap) < 2:
        return math.nan
    mean, error = direction * float(gap.mean()), float(gap.std(ddof=1)) / math.sqrt(len(gap))
    if error < 1e-12:
        return 0.0 if mean > 1e-12 else 1.0
    return float(student.sf(mean / error, len(gap) - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected by Holm (1979), Scandinavian Journal of Statistics 6, 65-70, in the given order."""
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda k: p_values[k])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = largest
    return corrected
