"""comity forecast-vote: the probabilities of a vote as the model gives them, saved with date and checksum."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

import comity
from comity.commands.choice import Choice, read_seed_text
from comity.commands.console import console
from comity.compiled import rules_version
from comity.errors import InputError, nearest, remedy
from comity.folders import check_folder
from comity.rules.vote import ANSWERS
from comity.scenario.schema import Scenario
from comity_lab.scoring.command import check_replicates
from comity_lab.seeds import seed_of_run

__all__ = ["forecast_vote"]


def forecast_vote(choice: Choice, vote: str, *, replicates: int, seed: str, out: Path) -> None:
    """Write the mean probabilities of each answer over replicates into ``out``, a new CSV, and beside it what made it.

    The file of the same name that ends in ``.json`` has the SHA-256 of the table, the time (UTC), the hash of scenario
    and rules, replicates and seed: whoever has it can prove that the forecast came first.

    Parameters
    ----------
    choice, vote, replicates, seed, out
        As in ``comity forecast-vote --help``.
    """
    check_replicates(replicates)
    proof = out.with_suffix(".json")
    if out.suffix != ".csv":
        raise InputError(f"--out must be a file that ends in .csv, got {out.name!r}. Name another.")
    for file in (out, proof):
        check_folder(file)
    scenario, first = choice.load(), read_seed_text(seed)
    known = [item.id for meeting in scenario.meetings for item in meeting.votes]
    if vote not in known:
        raise InputError(f"forecast-vote: must name a vote of the scenario, got {vote!r}. {nearest(vote, known)}")
    table = _mean_chances(scenario, vote, [seed_of_run(first, 0, n, common=True) for n in range(replicates)])
    text = table.to_csv(lineterminator="\n")
    made = {
        "vote": vote,
        "scenario": scenario.name,
        "theory": scenario.theory,
        "replicates": replicates,
        "seed": first,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "comity": comity.__version__,
        "rules_version": rules_version(),
        "setting_hash": scenario.setting_hash,
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "expected": {name: round(float(table[name].sum()), 2) for name in table.columns},
    }
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8", newline="\n")
        proof.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {remedy(error)} Or name another file.") from None
    counts = ", ".join(f"{table[name].sum():.1f} {name.removeprefix('p_')}" for name in table.columns)
    console().print(f"{vote}: expected {counts}. Saved in {out}, SHA-256 {made['sha256']}.", soft_wrap=True)


def _mean_chances(scenario: Scenario, vote: str, seeds: list[int]) -> pd.DataFrame:
    """Return the mean over the runs that hold a vote of the probabilities of each state's answers."""
    held = [votes for seed in seeds if len(votes := _chances(scenario, vote, seed))]
    if not held:
        raise InputError(f"forecast-vote: no run held the meeting of {vote!r}. Choose another vote.")
    return pd.concat(held).groupby(level="iso3").mean().round(6)


def _chances(scenario: Scenario, vote: str, seed: int) -> pd.DataFrame:
    votes = comity.run(scenario, seed=seed, keep="meetings").votes.query("vote == @vote")
    return votes.set_index(votes["actor"].rename("iso3"))[[f"p_{name}" for name in ANSWERS]]
