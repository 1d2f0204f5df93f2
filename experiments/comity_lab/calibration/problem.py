"""The problem: parameters with their ranges, targets, and numbers of runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from comity.errors import InputError, nearest
from comity.scenario.parameters import parameter_table
from comity.scenario.presets import PRESETS
from comity_lab.calibration.implausibility import CUTOFF
from comity_lab.calibration.target import Target, check_targets, facts_of

__all__ = ["DISCREPANCY", "PARAMETERS", "REACH", "Moved", "Problem", "check_counts", "moved_parameters"]

PARAMETERS = "parameters."
REACH = 0.25
"""How far a parameter may move either way, as a share of its range. Assumption: the ranges hold all computable values,
most of which are unrealistic, such as delegations that almost never attend."""

DISCREPANCY = 1.0
"""Model discrepancy: its standard deviation, as a multiple of that of the observation. Assumption: the model's own
error is as large as the uncertainty of the fact."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A number that calibration varies.

    Attributes
    ----------
    name
        ``parameters.persuasion_rate``, or an input of a function.
    low, high
        Prior range; all values in it are equally plausible.
    default
        Value without calibration.
    unit
        Unit of all three.
    """

    name: str
    low: float
    high: float
    default: float
    unit: str = "1"

    @property
    def short(self) -> str:
        """The name without ``parameters.``."""
        return self.name.removeprefix(PARAMETERS)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that determines the result of a calibration.

    Attributes
    ----------
    base
        Keys of the design that every sweep shares: scenario and facts, or a function.
    moved
        The parameters that vary.
    targets
        The targets; each key is a column of the sweeps' runs.
    points, replicates
        Points of a wave, and runs of each point.
    seed
        Random seed.
    cutoff, discrepancy
        See :mod:`comity_lab.calibration.implausibility`.
    """

    base: Mapping[str, Any]
    moved: tuple[Moved, ...]
    targets: tuple[Target, ...]
    points: int = 200
    replicates: int = 4
    seed: int = 0
    cutoff: float = CUTOFF
    discrepancy: float = DISCREPANCY
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(item.name for item in self.moved))
        check_targets(self.targets)
        if self.replicates < 2:
            raise InputError(f"calibrate: replicates must be 2 or more, got {self.replicates}. One run shows no luck.")
        if self.points < 10:
            raise InputError(f"calibrate: points must be 10 or more, got {self.points}. Give more.")

    @property
    def default(self) -> np.ndarray:
        """The point without calibration, in the unit cube, shape (moved,)."""
        return np.asarray(self.coded(np.array([[item.default for item in self.moved]]))[0])

    def values(self, points: np.ndarray) -> np.ndarray:
        """Return what points of the unit cube stand for, shape (points, moved)."""
        return np.asarray(self._low + points * (self._high - self._low))

    def coded(self, values: np.ndarray) -> np.ndarray:
        """Return values as points of the unit cube, shape (points, moved)."""
        return np.asarray((values - self._low) / (self._high - self._low))

    @property
    def _low(self) -> np.ndarray:
        return np.array([item.low for item in self.moved])

    @property
    def _high(self) -> np.ndarray:
        return np.array([item.high for item in self.moved])

    def rng(self, *key: int) -> np.random.Generator:
        """Return the random generator of one step of the method, independent of all runs."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(9, *key)))

    @property
    def hash(self) -> str:
        """Content hash of parameters, targets and numbers, 16 hex digits; the scenario has its own."""
        content = {
            "moved": [asdict(item) for item in self.moved],
            "targets": [asdict(item) for item in self.targets],
            "numbers": [self.points, self.replicates, self.seed, self.cutoff, self.discrepancy],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def check_counts(n_moved: int, targets: Sequence[Target]) -> None:
    """Raise InputError unless at least one parameter varies, and no more parameters than facts.

    A series of six numbers counts as one fact, because its numbers are correlated.
    """
    n_facts = len(facts_of(targets))
    if n_moved > n_facts:
        raise InputError(
            f"calibrate: must not vary more parameters than there are facts, got {n_moved} parameters and {n_facts} "
            f"facts ({len(targets)} targets). Name fewer with --parameters a,b,c, or use more facts."
        )
    if n_moved < 1:
        raise InputError("calibrate: parameters must name at least one, got none. Name some with --parameters a,b,c.")


def moved_parameters(
    names: Sequence[str] | None, values: Mapping[str, float], theory: str, reach: float = REACH
) -> tuple[Moved, ...]:
    """Return the parameters of the model to vary, or raise InputError.

    Parameters
    ----------
    names
        Their names; None: all that are marked as free and that the theory does not fix.
    values
        The scenario's own values.
    theory
        Preset of the scenario.
    reach
        How far a parameter may move either way, as a share of its range, which it never leaves.
    """
    table = {row["name"]: row for row in parameter_table()}
    free = [name for name, row in table.items() if row["free"]]
    if names is None:
        names = [name for name in free if name not in PRESETS[theory]]
    for name in names:
        if name not in table:
            raise InputError(f"--parameters: {name!r} is not a parameter. {nearest(name, free)}")
        if name not in free:
            raise InputError(
                f"--parameters: {name!r} must be free for calibration. comity parameters --free lists them."
            )
        if name in PRESETS[theory]:
            raise InputError(f"--parameters: {name!r} is fixed by the theory {theory}. Leave it out.")
        if list(names).count(name) > 1:
            raise InputError(f"--parameters: every one must be named once, got {name!r} twice. Remove one.")
    moved = []
    for name in names:
        row, value = table[name], values[name]
        width = reach * (row["high"] - row["low"])
        low, high = max(row["low"], value - width), min(row["high"], value + width)
        moved.append(Moved(name=PARAMETERS + name, low=low, high=high, default=value, unit=row["unit"]))
    return tuple(moved)
