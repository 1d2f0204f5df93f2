"""comity calibrate: from a scenario and a file of facts to a region, a figure and a patch."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from comity.commands.console import console
from comity.compiled import rules_version
from comity.errors import InputError, remedy
from comity.scenario.loading import load
from comity_lab.calibration.asking import Asked, ask
from comity_lab.calibration.calibrating import calibrate, claim
from comity_lab.calibration.files import save
from comity_lab.calibration.printing import print_calibration
from comity_lab.calibration.problem import PARAMETERS, REACH, Problem, check_counts, moved_parameters
from comity_lab.calibration.screening import screen, seen
from comity_lab.calibration.simulating import Simulator, Stopped
from comity_lab.calibration.target import facts_of
from comity_lab.interrupts import terminate_is_interrupt
from comity_lab.lock import locked
from comity_lab.scoring.about import foreign
from comity_lab.sweeping import check_workers

__all__ = ["Wanted", "calibrate_scenario"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The options of ``comity calibrate``; see its help."""

    scenario: str = "hld_gfmd"
    facts: Path | None = None
    parameters: str | None = None
    waves: int = 3
    points: int = 200
    replicates: int = 4
    seed: int = 0
    discrepancy: float = 1.0
    reach: float = REACH
    recover: int | None = None

    @property
    def command(self) -> str:
        """The command, with the names of files only, so that no folder is recorded."""
        words = ["comity", "calibrate", Path(self.scenario).name]
        options = {
            "facts": self.facts.name if self.facts else None,
            "parameters": self.parameters,
            "waves": self.waves,
            "points": self.points,
            "replicates": self.replicates,
            "seed": self.seed,
            "discrepancy": self.discrepancy,
            "reach": self.reach,
            "recover": self.recover,
        }
        for name, value in options.items():
            if value is not None:
                words += [f"--{name}", str(value)]
        return shlex.join(words)

    def check(self) -> None:
        """Raise InputError for a number that cannot be used."""
        for name, least in (("waves", 1), ("points", 10), ("replicates", 2), ("seed", 0)):
            value = getattr(self, name)
            if value < least:
                raise InputError(f"--{name} must be {least} or more, got {value}. Give another number.")
        for name, most in (("waves", 100), ("points", 100_000), ("replicates", 1000)):
            if getattr(self, name) > most:
                raise InputError(f"--{name} must be at most {most}, got {getattr(self, name)}. Give another number.")
        if not (math.isfinite(self.discrepancy) and self.discrepancy >= 0):
            raise InputError(f"--discrepancy must be 0 or more, got {self.discrepancy}. Give another number.")
        if not 0 < self.reach <= 1:
            raise InputError(f"--reach must be above 0 and at most 1, got {self.reach}. Give another share.")
        if self.recover is not None and self.recover < 0:
            raise InputError(f"--recover must be 0 or more, got {self.recover}. Give the seed of what is planted.")


def calibrate_scenario(wanted: Wanted, out: Path | None, *, workers: int | None = None, quiet: bool = False) -> int:
    """Calibrate a scenario, print what was found, and write it; return the exit status.

    Parameters
    ----------
    wanted
        The options.
    out
        Folder; None: one named after the scenario.
    workers, quiet
        As in ``comity calibrate --help``.

    Returns
    -------
    int
        0, or 130 if stopped.
    """
    wanted.check()
    check_workers(workers)
    asked = ask(wanted.scenario, wanted.facts)
    scenario = load(wanted.scenario)
    names = None if wanted.parameters in (None, "all") else [n.strip() for n in str(wanted.parameters).split(",")]
    values = scenario.parameters.model_dump()
    problem = Problem(
        base={
            "scenario": wanted.scenario,
            "keep": ["measures", "facts"],
            "facts": str(wanted.facts or ""),
            "until": asked.until,
        },
        moved=moved_parameters(names, values, scenario.theory, wanted.reach),
        targets=asked.targets,
        points=wanted.points,
        replicates=wanted.replicates,
        seed=wanted.seed,
        discrepancy=wanted.discrepancy,
    )
    if wanted.parameters is not None:
        check_counts(len(problem.moved), problem.targets)
    stem = Path(wanted.scenario).stem
    kind = f"calibration_{stem}" if wanted.recover is None else f"recovery_{stem}_{wanted.recover}"
    folder = out or Path("sweeps") / kind
    provenance = {
        "command": wanted.command,
        "scenario": f"{Path(wanted.scenario).name} until {asked.until}, {asked.scenario_hash}",
        "rules": rules_version(),
        "facts file": f"{wanted.facts.name if wanted.facts else 'facts.toml'}, {asked.facts_hash}",
    }
    claim(folder, {"scenario": asked.scenario_hash, "facts": asked.facts_hash, "parameters": wanted.parameters})
    with locked(folder, "calibrating"), terminate_is_interrupt():
        try:
            return _work(problem, folder, wanted, asked, provenance, workers=workers, quiet=quiet)
        except (Stopped, KeyboardInterrupt):
            console(stderr=True).print(f"stopped: everything is kept in {folder}; the same command continues")
            return 130


def _work(
    problem: Problem,
    folder: Path,
    wanted: Wanted,
    asked: Asked,
    provenance: dict[str, str],
    *,
    workers: int | None,
    quiet: bool,
) -> int:
    screen_ = console()

    def say(text: str) -> None:
        if not quiet:
            screen_.print(text, soft_wrap=True)

    if warning := foreign(load(wanted.scenario), wanted.facts):
        say(warning)
    say(f"{len(facts_of(problem.targets))} facts, {len(problem.targets)} targets; simulated until {asked.until}")
    for reason, keys in asked.left_out.items():
        say(f"left out, {reason}: {', '.join(keys)}")
    if wanted.parameters is None:
        claim(folder, {"rules": rules_version()})
        simulator = Simulator(problem=problem, folder=folder, workers=workers, quiet=quiet, command=wanted.command)
        table = screen(simulator)
        try:
            table.to_csv(folder / "screening.csv", index=False)
        except OSError as error:
            raise InputError(f"{folder}: cannot be written: {remedy(error)} The same command continues.") from None
        chosen = [PARAMETERS + name for name in seen(simulator, table)]
        say(
            f"screening: {len(chosen)} of {len(problem.moved)} free parameters are moved, all others keep their default"
        )
        problem = replace(problem, moved=tuple(item for item in problem.moved if item.name in chosen))
    found = calibrate(
        problem, folder, waves=wanted.waves, recover=wanted.recover, workers=workers, quiet=quiet,
        command=wanted.command, say=say,
    )  # fmt: skip
    kind = "Recovery experiment: planted values and what is not ruled out" if found.planted is not None else (
        f"What the facts do not rule out, {Path(wanted.scenario).stem}"
    )  # fmt: skip
    written = save(found, folder, kind, provenance)
    if not quiet:
        print_calibration(found, screen_)
        say(f"written to {folder}: {', '.join(written)}")
    return 0
