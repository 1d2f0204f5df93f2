"""Asking: the targets that a scenario can be compared with, and the last year to simulate."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.errors import InputError
from comity.facts import Fact, horizon, load_facts, observe, shorten
from comity.runs import run
from comity.scenario.loading import load
from comity_lab.calibration.target import HALF_WIDTH, Target

__all__ = ["Asked", "ask", "targets_of"]

_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The comparable targets.

    Attributes
    ----------
    targets
        Targets that are used.
    left_out
        Keys of targets that are not used, by reason.
    until
        Last year of any fact.
    scenario_hash, facts_hash
        Hashes of the shortened scenario and of the facts.
    """

    targets: tuple[Target, ...]
    left_out: dict[str, list[str]]
    until: int
    scenario_hash: str
    facts_hash: str


def ask(scenario_name: str, facts_file: Path | None) -> Asked:
    """Run the scenario a few times and return the targets for which it gives values.

    Left out are facts kept to test with, targets that no run can miss, and those that the scenario says nothing about.
    """
    facts = load_facts(facts_file)
    used = [fact for fact in facts if fact.use == "calibrate"]
    if not used:
        raise InputError(f'{facts_file}: facts must have one for calibration, got none. Set use = "calibrate".')
    whole = load(scenario_name)
    until = min(horizon(used), whole.end.year)
    scenario = shorten(whole, until)
    records = [run(scenario, seed=seed, keep="meetings") for seed in range(_TRIES)]
    seen = [observe(record, used) for record in records]
    left_out: dict[str, list[str]] = {}
    targets = []
    for fact in facts:
        for target, compared in zip(fact.targets, targets_of([fact]), strict=True):
            if fact.use != "calibrate":
                reason = "retired" if fact.use == "retired" else "kept to test with"
            elif target.built_in:
                reason = "built in"
            elif not any(math.isfinite(values[target.key]) for values in seen):
                reason = "the scenario says nothing about it"
            else:
                targets.append(compared)
                continue
            left_out.setdefault(reason, []).append(target.key)
    if not targets:
        raise InputError(f"calibrate: {scenario_name} must say something about a fact, got nothing. Use other facts.")
    plain = json.dumps([fact.model_dump(mode="json") for fact in facts], sort_keys=True)
    return Asked(
        targets=tuple(targets),
        left_out=left_out,
        until=until,
        scenario_hash=scenario.hash,
        facts_hash=hashlib.sha256(plain.encode()).hexdigest()[:16],
    )


def targets_of(facts: Sequence[Fact]) -> list[Target]:
    """Return facts as what calibration compares with: an observed number, or a bound."""
    found = []
    for fact in facts:
        for target in fact.targets:
            low, high = (target.low, target.high) if target.observed is None else (target.observed, target.observed)
            found.append(
                Target(
                    key=target.key,
                    fact=target.fact,
                    low=low,
                    high=high,
                    sd=target.tolerance / HALF_WIDTH,
                    text=fact.sentence,
                )
            )
    return found
