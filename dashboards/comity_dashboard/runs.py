"""Runs for the pages: a setup in, a record out. Each setup is run once and cached for all visitors."""

from __future__ import annotations

import contextlib
import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from comity.compiled import rules_version
from comity.errors import InputError
from comity.forum.trace import Keep
from comity.population.people import build_population
from comity.record import Record
from comity.record.storage import PROVENANCE, SCENARIO, read_json
from comity.runs import refuse_edited, run
from comity.scenario.loading import from_data, load, read_value
from comity.scenario.locate import find_scenario, shipped_patches
from comity.scenario.merging import set_path
from comity.scenario.schema import Scenario
from comity_dashboard.setup import Setup
from comity_dashboard.story import Story

__all__ = ["fitting_patches", "is_record", "opened", "record_note", "scenario_of", "story_of", "table_of", "warm_up"]

# Cached values depend only on their keys and are never changed, so browsers can share them. The choices of a visitor
# live in the desk.
_KEPT_RECORDS = 6
_lock, _warming = threading.Lock(), threading.Lock()


def is_record(name: str) -> bool:
    """Return whether a name is the folder of a saved record."""
    try:
        return (Path(name) / PROVENANCE).is_file()
    except OSError:  # such as a name that is too long
        return False


def opened(setup: Setup) -> Setup:
    """Return the setup with the seed of the record that it names. Other setups are unchanged."""
    if not is_record(setup.scenario):
        return setup
    return setup.with_seed(str(read_json(Path(setup.scenario), PROVENANCE).get("seed", setup.seed)))


def record_note(setup: Setup) -> str:
    """Return how the repeated run of a saved record departs from its tables, in a sentence; empty if they agree.

    A setup with changes is not compared.
    """
    if not is_record(setup.scenario) or opened(setup.reset()).following("") != setup.following(""):
        return ""
    folder = Path(setup.scenario)
    rules = str(read_json(folder, PROVENANCE).get("rules_version", "unknown"))
    file = folder / "meetings.parquet"
    try:
        same = pd.read_parquet(file).to_csv() == story_of(setup).record.meetings.to_csv()
    except (OSError, ValueError):  # which pyarrow's errors are
        return f"{folder.name}/{file.name} cannot be read. The page shows a new run of its scenario."
    if same:
        return ""
    now = rules_version()
    reason = "see comity rerun" if rules == now else f"it was made with rules {rules}, and these are {now}"
    return f"The page shows a new run, which departs from the tables of the record: {reason}."


def scenario_of(setup: Setup) -> Scenario:
    """Return the resolved scenario of a setup, or raise InputError as on the command line."""
    try:
        files = [] if is_record(setup.scenario) else [find_scenario(setup.scenario)]
        files += [find_scenario(name, kind="patch") for name in setup.patches]
        stamps = tuple(file.stat().st_mtime_ns for file in files)
    except OSError as error:
        raise InputError(f"scenario: cannot be found: {error.strerror}. Name another file.") from None
    base = _base(setup.scenario, setup.patches, tuple(setup.other_settings.items()), setup.theory, stamps)
    try:
        parameters = setup.parameters
        return base.with_parameters(**parameters) if parameters else base
    except (ValueError, InputError):
        if is_record(setup.scenario):
            raise
        setup.choice.load()  # raises the error of the command line
        raise


@lru_cache(maxsize=32)
def _base(
    scenario: str,
    patches: tuple[str, ...],
    settings: tuple[tuple[str, str], ...],
    theory: str | None,
    stamps: tuple[int, ...],
) -> Scenario:
    values = {key: read_value(value) for key, value in settings}
    if not is_record(scenario):
        return load(scenario, patches=patches, settings=values, theory=theory)
    if patches:
        raise InputError(f"{scenario}: a record takes no patches, got {patches[0]!r}. Choose its scenario instead.")
    refuse_edited(scenario)
    data: dict[str, Any] = read_json(Path(scenario), SCENARIO)
    for key, value in values.items():
        data = set_path(data, key, value, "--set")
    if theory is not None:
        data["theory"] = theory
    return from_data(data, f"{Path(scenario).name}/{SCENARIO}")


def fitting_patches(setup: Setup) -> frozenset[str]:
    """Return the names of the shipped what-ifs that apply to the scenario of a setup."""
    if is_record(setup.scenario):
        return frozenset()
    try:
        return _fitting(setup.scenario, find_scenario(setup.scenario).stat().st_mtime_ns)
    except InputError:  # the page shows the same error for the run
        return frozenset()


@lru_cache(maxsize=8)
def _fitting(scenario: str, stamp: int) -> frozenset[str]:
    actors, found = build_population(load(scenario)), []
    for name in shipped_patches():
        with contextlib.suppress(InputError):
            changed = load(scenario, patches=(name,)).population
            if {*changed.remove, *changed.override} <= {*actors.ids, *actors.left_out}:
                found.append(name)
    return frozenset(found)


def table_of(setup: Setup, keep: Keep = "all") -> Record:
    """Return the record of a setup, or raise InputError as on the command line."""
    return _record(scenario_of(setup), setup.number, keep)


def story_of(setup: Setup) -> Story:
    """Return the story of a setup: its record, ready to play."""
    return _story(scenario_of(setup), setup.number)


class _Kept:
    """A scenario as a cache key: equal if content and name are equal."""

    def __init__(self, scenario: Scenario, seed: int, keep: Keep) -> None:
        self.scenario, self.seed, self.keep = scenario, seed, keep
        self.key = (scenario.name, scenario.hash, seed, keep)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.key == other.key


def _record(scenario: Scenario, seed: int, keep: Keep) -> Record:
    if keep == "all":
        return _story(scenario, seed).record
    return run_once(scenario, seed, keep)


def _story(scenario: Scenario, seed: int) -> Story:
    with _lock:
        return _kept_story(_Kept(scenario, seed, "all"))


@lru_cache(maxsize=_KEPT_RECORDS)
def _kept_story(kept: _Kept) -> Story:
    return Story(run_once(kept.scenario, kept.seed, kept.keep))


def run_once(scenario: Scenario, seed: int, keep: Keep) -> Record:
    """Run a scenario and return its record, without caching."""
    try:
        return run(scenario, seed=seed, keep=keep)
    except InputError as error:
        table = next((path for path in scenario.population.checksums if str(error).startswith(f"{path}:")), None)
        if table is None:
            raise
        line = re.match(r" line [0-9]+", str(error).removeprefix(f"{table}:"))
        raise InputError(
            f"{table}:{line[0] if line else ''} the table cannot be used. Pages do not show its content; run "
            "the scenario with comity run to see the error."
        ) from None


def warm_up() -> bool:
    """Compile the rules, or load compiled ones: 15 seconds or more after an installation, else about one."""
    with _warming:
        return _warm()


@lru_cache(maxsize=1)
def _warm() -> bool:
    run_once(load("teaching"), 0, "all")
    return True
