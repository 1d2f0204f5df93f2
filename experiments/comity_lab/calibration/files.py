"""Files of a calibration, in addition to its sweeps: tables, a figure, and the chosen values as a patch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from comity.errors import InputError, remedy
from comity_lab.calibration import tables
from comity_lab.calibration.calibrating import Calibration
from comity_lab.calibration.posterior import write_posterior
from comity_lab.calibration.problem import PARAMETERS
from comity_lab.calibration.target import facts_of

__all__ = ["patch_text", "save"]

_WIDTH = 118
_NEAR_BOUND = 0.05


def save(found: Calibration, folder: Path, title: str, provenance: Mapping[str, object]) -> list[str]:
    """Write tables, figure and patch into the folder and return the names; what an earlier call wrote is replaced.

    A recovery experiment writes no patch, because its values describe an invented world.
    """
    from comity_lab.analysis.figures import save as save_figure
    from comity_lab.calibration.figure import region_figure

    kind = "calibration" if found.planted is None else "recovery"
    written: dict[str, pd.DataFrame] = {
        f"{kind}.csv": tables.parameters(found),
        "facts.csv": tables.targets(found),
        "waves.csv": found.history.table(),
        "region.csv": tables.region(found),
    }
    try:
        for name, table in written.items():
            table.to_csv(folder / name, index=False)
        names = list(written)
        if found.planted is None and all(name.startswith(PARAMETERS) for name in found.problem.names):
            (folder / "calibration.toml").write_text(patch_text(found, provenance), encoding="utf-8")
            names.insert(0, "calibration.toml")
            if found.posterior is not None:
                write_posterior(found.posterior, folder / "posterior.csv", provenance)
                names.insert(1, "posterior.csv")
        figure = region_figure(found, title)
        for suffix in ("svg", "png"):
            save_figure(figure, folder / f"region.{suffix}")
            names.append(f"region.{suffix}")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {remedy(error)} The same command continues.") from None
    return names


def patch_text(found: Calibration, provenance: Mapping[str, object]) -> str:
    """Return the chosen values as a patch, with what made them as comments.

    Parameters
    ----------
    found
        The calibration.
    provenance
        Provenance by name: scenario, hashes, command.
    """
    problem, choice, history = found.problem, found.choice, found.history
    n_facts = len(facts_of(problem.targets))
    runs = sum(wave.outputs.shape[0] * wave.outputs.shape[1] for wave in history.waves)
    lines = [
        "# What do the facts say about the parameters? The point that misses the fewest and holds the most.",
        "# Made by comity calibrate; comity run --patch uses it.",
        "#",
    ]
    facts = {
        **provenance,
        "seed": problem.seed,
        "waves": f"{len(history.waves)} of {problem.points} points, {problem.replicates} replicates, {runs} runs",
        "facts": f"{n_facts} facts ({len(problem.targets)} targets) for {len(problem.moved)} parameters",
        "cutoff": f"{problem.cutoff:g}; discrepancy {problem.discrepancy:g} of the observation's sd",
        "region": f"{history.last.pool.volume:.3g} of the ranges, implausibility at most {history.last.level:.3g}",
        "chosen": _score(found, choice.chosen),
        "default": _score(found, 0),
    }
    for name, value in facts.items():
        lines += _folded(f"{name:<11} {value}")
    lines += ["", "[parameters]"]
    for row in tables.parameters(found).to_dict("records"):
        share = (row["chosen"] - row["low"]) / (row["high"] - row["low"])
        if min(share, 1 - share) < _NEAR_BOUND:
            lines.append(f"# {row['parameter']}: within {_NEAR_BOUND:.0%} of a bound of what was searched. Say why.")
        lines.append(
            f"{row['parameter']} = {_written(row['chosen'])}    # default {row['default']:g}, region "
            f"{row['region_low']:.4g} to {row['region_high']:.4g} of {row['low']:g} to {row['high']:g}"
        )
    return "\n".join(lines) + "\n"


def _written(value: float) -> str:
    """Return a number with six digits, as TOML wants it."""
    text = f"{value:.6g}"
    return text if any(sign in text for sign in ".e") else f"{text}.0"


def _score(found: Calibration, candidate: int) -> str:
    choice = found.choice
    n_facts = len(facts_of(found.problem.targets))
    return (
        f"holds {choice.held[candidate]} of {n_facts} facts, misses {choice.missed[candidate]}, root mean square of "
        f"implausibility {choice.misfit[candidate]:.3g} ({choice.replicates} replicates)"
    )


def _folded(text: str) -> list[str]:
    import textwrap

    indent = "#" + " " * 13
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent=indent, break_long_words=False)
