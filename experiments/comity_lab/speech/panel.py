"""A panel of speeches: which states spoke of migration in the UN General Debate, in which frame, by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comity.scenario.locate import scenario_folder

__all__ = ["FRAMES", "YEARS", "Panel", "observed_panel"]

Floats = NDArray[np.float64]

YEARS = tuple(range(1994, 2014))
"""Years of the speeches; nothing after 2013 is read."""

FRAMES = ("development", "rights", "cooperation", "cooperation_any")
"""Frames: ``cooperation`` without, ``cooperation_any`` with sentences that name a dialogue or the forum."""

_COUNTED = {"cooperation": "cooperation_no_forum", "cooperation_any": "cooperation"}


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Speeches, observed or simulated.

    Attributes
    ----------
    states
        Ids, n of them.
    mention
        1 where a speech has a sentence on international migration, 0 where it has none, nan where there is no speech,
        shape (n, years).
    frames
        The same for sentences on migration in a frame, by name of :data:`FRAMES`.
    """

    states: tuple[str, ...]
    mention: Floats
    frames: dict[str, Floats]


def observed_panel(states: Sequence[str]) -> Panel:
    """Return what was said; a state without a row in a year gave no speech that the corpus has."""
    file = scenario_folder() / "data" / "raw" / "speech_frames.csv"
    table = pd.read_csv(file, keep_default_na=False, na_values=[""])

    def of(column: str) -> Floats:
        counts = table.pivot(index="iso3", columns="year", values=column).reindex(
            index=list(states), columns=list(YEARS)
        )
        found: Floats = (counts > 0).astype(float).where(counts.notna()).to_numpy(float)
        return found

    return Panel(
        states=tuple(states), mention=of("migration"), frames={name: of(_COUNTED.get(name, name)) for name in FRAMES}
    )
