"""Write the golden numbers anew: ``python tests/golden/rewrite.py``. Say in the commit message why they changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RUNS = {"teaching": 7, "hld_gfmd": 7}
"""Scenario and seed of each golden run."""


def numbers(scenario: object, seed: int) -> dict[str, float]:
    """Return some 25 numbers of a run, rounded to nine digits: small enough to read, wide enough to notice."""
    import comity
    from comity.measures import measure

    record = comity.run(scenario, seed=seed)
    meetings, votes, last = record.meetings, record.votes, record.actors.groupby("actor").last()
    found: dict[str, float] = {
        "meetings held": len(meetings),
        "states that came, sum": meetings["states"].sum(),
        "networks that came, sum": meetings["networks"].sum(),
        "seats, sum": record.interventions["seats"].sum(),
        "statements": meetings["statements"].sum(),
        "cooperative acts": meetings["cooperative"].sum(),
        "contesting acts": meetings["contesting"].sum(),
        "contacts": meetings["contacts"].sum(),
        "openness, mean": meetings["openness"].mean(),
        "trust held, mean": last["trust_held"].mean(),
        "authority, mean": last["authority"].mean(),
        "position, mean": record.positions.groupby(["actor", "issue"])["position"].last().mean(),
        "persuasion, sum of steps": record.positions["by_persuasion"].abs().sum(),
        "social influence, sum of steps": record.actors["cooperation_by_social_influence"].abs().sum(),
        "turnover, sum of steps": record.actors["cooperation_by_turnover"].abs().sum(),
        "votes yes": (votes["answer"] == "yes").sum(),
    }
    found |= {f"measure {name}": value for name, value in measure(record).items()}
    return {name: float(f"{float(value):.9g}") for name, value in found.items()}


def main() -> None:
    """Write one file for each golden run."""
    sys.path.insert(0, str(FOLDER.parents[1] / "model"))
    for scenario, seed in RUNS.items():
        data = {"scenario": scenario, "seed": seed, "numbers": numbers(scenario, seed)}
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
        (FOLDER / f"{scenario}.json").write_text(text, encoding="utf-8")
        print(f"wrote {scenario}.json")


if __name__ == "__main__":
    main()
