"""Running a scenario, and running a saved record again: the same bytes, or what has changed since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from comity.errors import InputError, note
from comity.forum.calendar import Calendar
from comity.forum.trace import Keep
from comity.record import Record
from comity.record.provenance import Held
from comity.record.storage import PROVENANCE, SCENARIO, read_json
from comity.scenario.loading import from_data, load
from comity.scenario.own_mechanisms import told_of_files
from comity.scenario.schema import Scenario

__all__ = ["edited", "held_again", "refuse_edited", "rerun", "run", "stored_scenario"]

_COMPARED = ("scenario_hash", "rules_version", "python", "versions", "system")


def run(
    scenario: Scenario | str | Path = "hld_gfmd", *, seed: int = 0, keep: Keep = "all", theory: str | None = None
) -> Record:
    """Run a scenario once and return its record.

    Parameters
    ----------
    scenario
        A scenario, or the name or path of one.
    seed
        Seed of all luck; the same scenario and seed give the same record, to the byte.
    keep
        ``"meetings"``, ``"all"`` or ``"trust"``, see :class:`comity.forum.calendar.Calendar`.
    theory
        Preset that replaces the scenario's own: socialisation, institutionalist or rationalist.

    Raises
    ------
    InputError
        Where the scenario, the seed or the level of detail cannot be used; the message says what to do.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, theory=theory)
    elif theory is not None:
        scenario = from_data({**scenario.to_json(), "theory": theory})
    return Record.of(Calendar(scenario, seed=seed, keep=keep).run(), by="comity.run")


def edited(folder: str | Path) -> tuple[str, ...]:
    """Return what verbs changed during the run of a saved record, in words; nothing where it was left alone."""
    return Held.read(read_json(Path(folder), PROVENANCE)).edited


def refuse_edited(folder: str | Path) -> None:
    """Raise InputError where a saved record cannot be held again, since its world was edited during the run."""
    steps = edited(folder)
    if steps:
        raise InputError(
            f"{folder}: cannot be run again, since its world was edited during the run ({'; '.join(steps)}), and the "
            "record does not hold the steps. Read its tables with comity.read_record, or run your script again."
        )


def stored_scenario(folder: str | Path) -> Scenario:
    """Return the scenario of a saved record, to be run again, or raise InputError where that is not what it was."""
    path = Path(folder)
    refuse_edited(path)
    return from_data(read_json(path, SCENARIO), f"{path.name}/{SCENARIO}")


def rerun(folder: str | Path) -> tuple[Record, str, list[str]]:
    """Run again what a saved record says; return the record, its command and what differs from then.

    A run that was not held to its end is held as far as then. The differences name rules or versions that have changed
    since: the same bytes are promised without any. InputError where the folder is not that of a record, or is damaged,
    or where the world was edited during the run.
    """
    path = Path(folder)
    made = read_json(path, PROVENANCE)
    scenario = stored_scenario(path)
    try:
        for told in told_of_files(scenario.mechanisms):
            note(told)
        record, differences = held_again(scenario, made)
        return record, made["command"], differences
    except KeyError as error:
        raise InputError(
            f"{path.name}/{PROVENANCE}: field {error} is missing. The record is damaged; run the scenario again."
        ) from None


def held_again(scenario: Scenario, made: dict[str, Any]) -> tuple[Record, list[str]]:
    """Hold a run of which the provenance is known; return its record and what differs from then."""
    held = Held.read(made)
    if held.until is None:
        record = run(scenario, seed=made["seed"], keep=made["keep"])
    else:
        model = Calendar(scenario, seed=made["seed"], keep=made["keep"])
        record = Record.of(model.run_to(*held.until) if held.until[0] else model)
    record = Record(scenario, record.seed, record.keep, record.population, record.trace, held)
    now = record.provenance(made["command"]).to_json()
    differences = [
        f"{key}: {made[key]} then, {now[key]} now"
        for key in _COMPARED
        if (key in made or key != "system") and made[key] != now[key]
    ]
    return record, differences
