"""Do the links of the chapter's argument have the sign that it claims? Paired runs under common luck.

    python experiments/links.py [--replicates 30] [--out links.csv]

Each what-if breaks one link. Both runs of a pair have the same seed, so they share every draw that both make; the
difference is what the link does. Printed: mean difference (what-if minus history) with its 95 % interval.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

import comity
from comity.measures import MEASURES, measure

LINKS: dict[str, dict[str, str]] = {
    "no_development_framing": {"destination_voice": "-", "cooperative_share": "-", "sovereignty": "+"},
    "rights_first": {"destination_voice": "-", "cooperative_share": "-"},
    "binding_arena": {"destination_voice": "-", "attendance": "-", "cooperation": "-", "trust_roles": "-"},
    "no_civil_society": {"trust_networks": "-"},
    "no_socialisation": {"cooperation": "-", "practices": "-", "cooperative_share": "-"},
    "no_trust_learning": {"trust_roles": "-", "cooperation": "-", "cooperative_share": "-"},
    "no_gfmd": {"cooperation": "-", "trust_roles": "-", "practices": "-"},
}
"""The sign that the chapter's argument leads one to expect when a link is broken."""


def paired_differences(scenario: str, patches: list[str], replicates: int) -> pd.DataFrame:
    """Return one row per what-if and measure: baseline, difference, half-width of its 95 % interval, expected sign."""
    base = comity.load(scenario)
    reference = [measure(comity.run(base, seed=seed, keep="meetings")) for seed in range(replicates)]
    rows = []
    for patch in patches:
        changed = comity.load(scenario, patches=[patch])
        for item in MEASURES:
            rows.append(
                {"what_if": patch, "measure": item.name, "unit": item.unit, "expected": LINKS[patch].get(item.name, "")}
            )
        runs = [measure(comity.run(changed, seed=seed, keep="meetings")) for seed in range(replicates)]
        for row in rows[-len(MEASURES) :]:
            before = np.array([run[row["measure"]] for run in reference])
            change = np.array([run[row["measure"]] for run in runs]) - before
            half = 1.96 * change.std(ddof=1) / np.sqrt(replicates)
            row |= {
                "history": before.mean(),
                "difference": change.mean(),
                "half_width": half,
                "n": replicates,
                "verdict": verdict(str(row["expected"]), change.mean(), half),
            }
    return pd.DataFrame(rows)


def verdict(expected: str, difference: float, half_width: float) -> str:
    """Return whether a difference has the expected sign, beyond its interval."""
    if not expected:
        return ""
    if np.isnan(difference):
        return "not measured"
    if abs(difference) <= half_width:
        return "no effect seen"
    return "as argued" if (difference > 0) == (expected == "+") else "WRONG SIGN"


def main() -> None:
    """Run the study and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="hld_gfmd")
    parser.add_argument("--replicates", type=int, default=30, help="paired runs for each what-if")
    parser.add_argument("--out", help="CSV file for the whole table")
    options = parser.parse_args()
    table = paired_differences(options.scenario, list(LINKS), options.replicates)
    shown = table[table["expected"] != ""]
    print(f"What-if minus history, {options.replicates} pairs under common luck, 95 % intervals\n")
    for patch, rows in shown.groupby("what_if", sort=False):
        print(patch)
        for row in rows.itertuples():
            print(
                f"  {row.measure:18} {row.history:9.3f} {row.difference:+9.4f} ± {row.half_width:.4f} {row.unit:6} "
                f"expected {row.expected}  {row.verdict}"
            )
    if options.out:
        table.to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
