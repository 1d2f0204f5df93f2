"""How much each parameter moves the results, from a sensitivity study of the replay: the order of the sliders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

__all__ = ["MOST", "STUDY", "Study", "read_study", "study"]

STUDY = Path(__file__).parent / "weights.csv"
"""The indices of the study, as ``comity sweep sensitivity --out`` writes them, below lines that say how it was made."""
MOST = 8
"""Number of sliders that come before the others."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """The study.

    Attributes
    ----------
    about
        What the lines above the table say, by name: the command, the number of runs, the seed, the date.
    weights
        By parameter, from the largest: mean over the measures of mu* as a share of the largest mu*, 0 to 1.
    """

    about: dict[str, str]
    weights: dict[str, float]

    @property
    def first(self) -> list[str]:
        """The parameters whose sliders come first, the one that moves most at the top."""
        return list(self.weights)[:MOST]


def read_study(file: Path) -> Study:
    """Return the study in a file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    about = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("# "))
    table = pd.read_csv(file, comment="#")
    table["share"] = table["mu_star"] / table.groupby("measure")["mu_star"].transform("max")
    table["name"] = table["factor"].str.removeprefix("parameters.")
    mean = table.groupby("name")["share"].mean().sort_values(ascending=False, kind="stable")
    return Study(about=about, weights={str(name): float(value) for name, value in mean.items()})


@lru_cache(maxsize=1)
def study() -> Study:
    """Return the study that comes with the application."""
    return read_study(STUDY)
