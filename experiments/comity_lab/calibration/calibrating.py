"""A calibration from beginning to end, in one folder: planting (in a recovery experiment), waves, choice, posterior."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from comity.compiled import rules_version
from comity.errors import InputError
from comity.folders import is_there, new_file
from comity_lab.calibration.choosing import Candidates, choose
from comity_lab.calibration.planting import plant
from comity_lab.calibration.posterior import Posterior, draw_posterior
from comity_lab.calibration.problem import Problem, check_counts
from comity_lab.calibration.simulating import Simulator
from comity_lab.calibration.waves import History, match

__all__ = ["Calibration", "calibrate", "claim"]

_IDENTITY = "identity.json"


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The result of a calibration.

    Attributes
    ----------
    problem, history, choice
        The problem, the waves, and the chosen point.
    posterior
        Draws over the region; None in a recovery experiment.
    planted
        The planted point of a recovery experiment, in the unit cube; else None.
    """

    problem: Problem
    history: History
    choice: Candidates
    posterior: Posterior | None = None
    planted: np.ndarray | None = None


def calibrate(
    problem: Problem,
    out: str | Path,
    *,
    waves: int = 3,
    recover: int | None = None,
    workers: int | None = None,
    quiet: bool = True,
    command: str = "",
    say: Callable[[str], None] = lambda text: None,
) -> Calibration:
    """Calibrate, or continue a calibration: what is in the folder is not simulated again.

    Parameters
    ----------
    problem
        Parameters and targets.
    out
        Folder; each wave is a sweep in it.
    waves
        Number of waves; more can be added to a folder later.
    recover
        Seed of a recovery experiment, or None.
    workers, quiet, command
        As in :func:`comity_lab.sweep`.
    say
        Function called with a line about each wave.

    Raises
    ------
    InputError
        If there are more parameters than facts, before anything is written; if the folder belongs to another problem.
    comity_lab.calibration.simulating.Stopped
        On Ctrl-C, with everything kept.
    """
    check_counts(len(problem.moved), problem.targets)
    if waves < 1:
        raise InputError(f"calibrate: waves must be 1 or more, got {waves}. Give at least one.")
    folder = Path(out)
    # Folders call it "twin", as they did before the experiment got its name.
    claim(folder, {"problem": problem.hash, "twin": recover, "rules": rules_version()})
    simulator = Simulator(problem=problem, folder=folder, workers=workers, quiet=quiet, command=command)
    planted = None
    if recover is not None:
        problem, planted = plant(simulator, recover)
        check_counts(len(problem.moved), problem.targets)
        simulator = replace(simulator, problem=problem)
    history = match(simulator, waves, say)
    choice = choose(simulator, history)
    posterior = draw_posterior(simulator, history) if planted is None else None
    return Calibration(problem=problem, history=history, choice=choice, posterior=posterior, planted=planted)


def claim(folder: Path, identity: Mapping[str, object]) -> None:
    """Record what a folder belongs to, or raise InputError if it belongs to something else.

    Parameters
    ----------
    folder
        New, empty, or claimed before; earlier entries that are not named here are kept.
    identity
        Plain values by name.
    """
    file = folder / _IDENTITY
    before: dict[str, object] = {}
    if is_there(file):
        try:
            before = json.loads(file.read_text(encoding="utf-8"))
            if not isinstance(before, dict):
                raise ValueError("it must be an object of JSON, and is not")
        except (OSError, ValueError, RecursionError) as error:
            raise InputError(f"{file}: cannot be read: {error}. Name another folder.") from None
    elif is_there(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: must be new, empty, or hold this calibration, got something else. Name another.")
    for name, value in identity.items():
        if name in before and before[name] != value:
            raise InputError(
                f"{folder}: must hold a calibration with the same {name}, got one with {before[name]}, not {value}. "
                "Name another folder; nothing was changed."
            )
    if {**before, **identity} != before:
        with new_file(file) as aside:
            aside.write_text(json.dumps({**before, **identity}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
