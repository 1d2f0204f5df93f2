"""A posterior: draws of the parameters that the facts leave open, over which a run has a band."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from pathlib import Path

from comity.errors import InputError, nearest, remedy
from comity.scenario.locate import scenario_folder
from comity.scenario.parameters import parameter_table

__all__ = ["SHIPPED", "Draw", "calibrated_scenario", "find_posterior", "read_posterior", "without"]

Draw = dict[str, float]

SHIPPED = "shipped"
"""The name of the posterior of the replay, which ``comity calibrate`` wrote to ``scenarios/calibration``."""


_SCENARIO = "# scenario:"
"""Start of the comment in which ``comity calibrate`` names the scenario."""


def find_posterior(name: str | Path) -> Path:
    """Return the file of a posterior: a path, or :data:`SHIPPED`."""
    return scenario_folder() / "calibration" / "posterior.csv" if str(name) == SHIPPED else Path(name)


def read_posterior(name: str | Path) -> tuple[Draw, ...]:
    """Return the draws of a posterior, in the order of the file: values of parameters by name.

    Parameters
    ----------
    name
        A CSV file with one column per parameter and one row per draw, such as ``comity calibrate`` writes; lines that
        start with ``#`` are comments. Or :data:`SHIPPED`.

    Raises
    ------
    InputError
        If the file cannot be read, has no draws, names something else than parameters, or has a value out of range.
    """
    import pandas as pd

    file = find_posterior(name)
    try:
        table = pd.read_csv(file, comment="#")
    except (OSError, UnicodeDecodeError) as error:
        what = remedy(error) if isinstance(error, OSError) else "It is not a text file."
        raise InputError(
            f"{file}: must be a posterior (CSV), but it cannot be read: {what} "
            f"Give a file that comity calibrate wrote, or {SHIPPED!r}."
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{file}: must be a table with one column per parameter: {error}. Correct it.") from None
    known = {row["name"]: row for row in parameter_table()}
    for column in table.columns:
        if column not in known:
            raise InputError(
                f"{file}: every column must be a parameter, got {column!r}. {nearest(str(column), known)} A posterior "
                "of other rules cannot be used: calibrate again."
            )
    if not len(table) or not len(table.columns):
        raise InputError(f"{file}: must have at least one draw, got none. Write one row per draw.")
    for column in table.columns:
        low, high = known[column]["low"], known[column]["high"]
        values = pd.to_numeric(table[column], errors="coerce")
        for number, value in enumerate(values):
            if not (math.isfinite(value) and low <= value <= high):
                raise InputError(
                    f"{file}: draw {number + 1}: {column!r} must be from {low:g} to {high:g}, got "
                    f"{str(table[column].iloc[number])!r}. Correct it."
                )
        table[column] = values
    return tuple({str(name): float(value) for name, value in row.items()} for row in table.to_dict("records"))


def calibrated_scenario(name: str | Path) -> str:
    """Return the name of the scenario that a posterior was calibrated for; empty if its comments do not say so."""
    for line in find_posterior(name).read_text(encoding="utf-8").splitlines():
        if line.startswith(_SCENARIO):
            return Path(line.removeprefix(_SCENARIO).partition(" until ")[0].strip()).stem
    return ""


def without(draws: Iterable[Draw], names: Collection[str]) -> tuple[Draw, ...]:
    """Return the draws without some parameters: what a patch or a setting gives is not for a posterior to change."""
    return tuple({name: value for name, value in draw.items() if name not in names} for draw in draws)
