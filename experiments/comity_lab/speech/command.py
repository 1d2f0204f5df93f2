"""comity speech: run, simulate speeches, print and save."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from comity.commands.choice import Choice, read_seed_text
from comity.commands.console import console, table
from comity.errors import InputError, remedy
from comity.facts import shorten
from comity.runs import run
from comity_lab.scoring.command import check_replicates
from comity_lab.speech.comparing import DOSE, Compared, Debate, compare_theories, differences_of
from comity_lab.speech.findings import FINDINGS, Finding
from comity_lab.speech.observing import Coupling, ObservationModel
from comity_lab.speech.power import power_of

__all__ = ["estimates_of", "print_comparison", "speech_choice", "speech_power"]

_WIDTH = 120
_FILES = ("findings.csv", "differences.csv", "runs.csv", "speech.json")


def speech_choice(choice: Choice, replicates: int, seed: str, coupling: float, out: Path | None, quiet: bool) -> None:
    """Compare the theories by the speeches that their runs would show.

    Parameters
    ----------
    choice
        Scenario with patches and settings.
    replicates, seed, coupling, out, quiet
        As in ``comity speech --help``.
    """
    check_replicates(replicates)
    if not 0 <= coupling <= 10:
        raise InputError(f"--coupling must be from 0 to 10, got {coupling:g}. Give 1 for the assumption as registered.")
    if out is not None:
        for name in _FILES:
            if (out / name).exists():
                raise InputError(f"{out / name}: must not exist yet, but it does. Name another folder.")
    chosen = Coupling().times(coupling)
    scenario, first = choice.load(), read_seed_text(seed)
    compared = compare_theories(scenario, replicates, first, chosen, quiet=quiet)
    if out is not None:
        made = {
            "scenario": scenario.name, "scenario_hash": scenario.hash, "replicates": replicates, "seed": first,
            "coupling": asdict(chosen), "observation_model": estimates_of(compared.model),
        }  # fmt: skip
        _save(out, (compared.table(), differences_of(compared.runs), compared.runs), made)
    if not quiet:
        print_comparison(_wide(), compared, f"{choice.scenario}: {replicates} runs of each theory")


def speech_power(choice: Choice, draws: int, quiet: bool) -> None:
    """Print how large a lasting change must be to be seen, from the observation model alone."""
    check_replicates(draws)
    record = run(shorten(choice.load(), 2014), seed=0, keep="all")
    debate = Debate.of(record)
    powers = power_of(debate.model, debate.start, debate.observed.mention, debate.regions, draws)
    if quiet:
        return
    screen = _wide()
    for column, words in (
        ("mean", "Mean of each measure"),
        ("power", "Share beyond the 95th percentile of performance only"),
        ("within", "Share within the tolerance"),
    ):
        names = [finding.name for finding in FINDINGS]
        headings = (name.replace("_", "\n") for name in names)
        shown = table("world", *headings, title=f"{words}, {draws} panels of each world")
        for world, part in powers.groupby("world", sort=False):
            values = part.set_index("finding")[column]
            shown.add_row(str(world), *(f"{values[name]:.3f}" for name in names))
        screen.print(shown)


def print_comparison(screen: Console, compared: Compared, title: str) -> None:
    """Print the findings of every theory, how socialisation differs from its rivals, and what stands behind it."""
    found, differences = compared.table(), differences_of(compared.runs)
    headings = ("", "observed", "accepted", "theory", "median [90 %]", "within", "verdict")
    title = f"{title}: simulated speeches, and the share of runs within the tolerance"
    shown = table(*headings, title=title, left=("theory", "verdict"))
    for finding in FINDINGS:
        check = "*" if finding.role == "check" else ""
        observed = compared.observed[finding.name]
        head = (f"{finding.name}{check}", f"{observed:.3f}", _accepted(finding))
        for row in found[found["finding"] == finding.name].to_dict("records"):
            median = f"{row['median']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
            shown.add_row(*head, row["theory"], median, f"{row['share']:.2f}", row["verdict"])
            head = ("", "", "")
    screen.print(shown)
    own = compared.theories[0]
    columns = ("", "rival", "difference", "expected", "p (Holm)")
    gaps = table(*columns, title=f"{own} minus a rival, run by run, 95 %", left=("rival", "expected", "p (Holm)"))
    for row in differences.to_dict("records"):
        p = "" if pd.isna(row["holm"]) else f"{row['holm']:.3f}"
        side = {1: "higher", -1: "lower"}.get(int(row["direction"]), "")
        name = f"{row['measure']} (exploratory)" if row["measure"] == DOSE else str(row["measure"])
        gaps.add_row(name, row["rival"], f"{row['mean']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]", side, p)
    screen.print(gaps)
    estimates = ", ".join(f"{name} {value:.2f}" for name, value in estimates_of(compared.model).items())
    for text in (
        f"*: asked beside the tests, two-sided. Observation model, logits: {estimates}.",
        "Dose, exploratory: rank correlation with the change of mentions in 21 states, observed "
        f"{compared.observed[DOSE]:.2f}.",
        "Hypotheses, measures and power were registered before a run was seen: experiments/preregistration.md. "
        "Accepted: tolerances of the observed findings. Speeches are simulated from each run, one panel a run, by the "
        "observation model of docs/explanation/evidence.md.",
    ):
        screen.print(text, markup=False, width=min(screen.width, _WIDTH))


def estimates_of(model: ObservationModel) -> dict[str, float]:
    """Return the numbers of an observation model by name, in logits."""
    found = {name: getattr(model, name) for name in ("intercept", "stake", "spread", "dialogue", "chair")}
    for frame, numbers in model.frames.items():
        found |= {f"{frame}_{name}": value for name, value in zip(("intercept", "view", "event"), numbers, strict=True)}
    return {name: round(float(value), 4) for name, value in found.items()}


def _save(out: Path, tables: Sequence[pd.DataFrame], made: dict[str, Any]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, saved in zip(_FILES, tables, strict=False):
            saved.to_csv(out / name, index=False, lineterminator="\n")
        (out / _FILES[-1]).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {remedy(error)} Or name another folder.") from None


def _accepted(finding: Finding) -> str:
    return f"below {finding.high:g}" if math.isinf(finding.low) else f"{finding.low:g} to {finding.high:g}"


def _wide() -> Console:
    screen = console()
    return screen if screen.is_terminal else Console(width=_WIDTH, highlight=False)
