"""The audit itself: every claim under every condition, by paired runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from comity.folders import temporary_folder
from comity.scenario.loading import load
from comity.scenario.schema import Scenario
from comity_lab.audit.claims import Claim
from comity_lab.audit.conditions import Condition
from comity_lab.design import Design, design_from
from comity_lab.executors import process_pool
from comity_lab.factor import NO_PATCH
from comity_lab.paired import mark, run_paired
from comity_lab.sweeping import check_workers

__all__ = ["Audit", "audit", "verdict"]


@dataclass(frozen=True, kw_only=True)
class Audit:
    """The result of an audit.

    Attributes
    ----------
    table
        One row for each condition and claim: condition, kind, claim, sentence, what_if, measure, unit, sign, n,
        reference, difference, half_width, low, high, verdict.
    conditions, claims
        What was tested, in order.
    n_failed
        Runs that failed.
    interrupted
        Whether Ctrl-C stopped it.
    """

    table: pd.DataFrame
    conditions: tuple[Condition, ...]
    claims: tuple[Claim, ...]
    n_failed: int = 0
    interrupted: bool = False


def verdict(sign: str, difference: float, half_width: float) -> str:
    """Return holds, reversed, undecided (at this n) or not measured (no difference)."""
    if not np.isfinite(difference):
        return "not measured"
    effect = mark(difference, half_width)
    if effect not in ("up", "down"):
        return "undecided"
    return "holds" if (effect == "up") == (sign == "+") else "reversed"


def audit(
    claims: Sequence[Claim],
    conditions: Sequence[Condition],
    *,
    scenario: str = "hld_gfmd",
    replicates: int = 30,
    seed: int = 0,
    workers: int | None = None,
    out: Path | None = None,
    quiet: bool = False,
) -> Audit:
    """Test every claim under every condition.

    Parameters
    ----------
    claims, conditions
        The claims and conditions.
    scenario
        Name or path.
    replicates, seed
        Pairs of runs for each condition, and the seed of the study.
    workers
        Processes, by default one per core; 1: this one.
    out
        Folder that keeps the runs, so that the same audit continues; None: nothing is kept.
    quiet
        Print nothing; else a line on standard error before each condition and, on a terminal, progress.
    """
    base = load(scenario)
    frames, failed, interrupted = [], 0, False
    with temporary_folder() as aside, _crew(check_workers(workers)) as crew:
        folder = aside if out is None else out / "runs"
        for number, condition in enumerate(conditions, 1):
            if not quiet:
                print(f"{number} of {len(conditions)}: {condition.text}", file=sys.stderr, flush=True)
            design, what_ifs = _design(base, scenario, claims, condition, folder, replicates, seed)
            paired = run_paired(
                design,
                base.name,
                what_ifs,
                out=folder / condition.name,
                workers=crew,
                quiet=quiet or not sys.stderr.isatty(),
                command="comity audit",
            )
            failed += paired.n_failed
            if paired.interrupted:
                interrupted = True
                break
            frames.append(_judged(paired.table, claims, condition))
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    return Audit(
        table=table, conditions=tuple(conditions), claims=tuple(claims), n_failed=failed, interrupted=interrupted
    )


@contextmanager
def _crew(workers: int) -> Iterator[int | Executor]:
    """Start the processes once for all conditions."""
    if workers == 1:
        yield 1
        return
    with process_pool(workers) as crew:
        yield crew.executor


def _design(
    base: Scenario,
    scenario: str,
    claims: Sequence[Claim],
    condition: Condition,
    folder: Path,
    replicates: int,
    seed: int,
) -> tuple[Design, list[str]]:
    """Return the design of a condition, and the names of its points after the first."""
    found = condition.vary(base, folder / "tables" / condition.name)
    broken = {claim.what_if: claim for claim in claims}
    points = [{"patch": NO_PATCH, "preset": base.theory}]
    points += [{"patch": claim.patch, "preset": claim.preset or base.theory} for claim in broken.values()]
    if all(point["preset"] == base.theory for point in points):
        points = [{"patch": point["patch"]} for point in points]
    data = {
        "name": f"audit_{condition.name}",
        "scenario": scenario,
        "sampler": "list",
        "points": points,
        "settings": found.settings,
        "runner": found.runner,
        "replicates": replicates,
        "seed": seed + found.seed_shift,
    }
    return design_from(data, "audit"), list(broken)


def _judged(table: pd.DataFrame, claims: Sequence[Claim], condition: Condition) -> pd.DataFrame:
    found = {(row["label"], row["measure"]): row for row in table.to_dict("records")}
    rows = []
    for claim in claims:
        effect = found[claim.what_if, claim.measure]
        rows.append(
            {
                "condition": condition.name,
                "kind": condition.kind,
                "claim": claim.id,
                "sentence": claim.sentence,
                "what_if": claim.what_if,
                "measure": claim.measure,
                "sign": claim.sign,
                **{key: effect[key] for key in ("unit", "n", "reference", "difference", "half_width", "low", "high")},
                "verdict": verdict(claim.sign, float(effect["difference"]), float(effect["half_width"])),
            }
        )
    return pd.DataFrame(rows)
