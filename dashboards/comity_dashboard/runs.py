"""Runs for the pages: a setup in, a record out. Records, and what is derived from them, are shared by all visitors."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from comity.compiled import rules_version
from comity.errors import InputError
from comity.forum.trace import Keep
from comity.population.people import build_population
from comity.record import Record
from comity.record.storage import PROVENANCE, SCENARIO, read_json
from comity.runs import refuse_edited, run
from comity.scenario.loading import from_data, load, read_value
from comity.scenario.locate import find_scenario, shipped_patches, shipped_scenarios
from comity.scenario.merging import set_path
from comity.scenario.schema import Scenario
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.relations import Relations, relations
from comity_dashboard.setup import Setup
from comity_dashboard.shared import Shared, closed
from comity_dashboard.story import Story

__all__ = [
    "fitting_patches", "is_record", "opened", "record_note", "relations_of", "scenario_of", "shared", "story_of",
    "table_of", "titles", "warm_up",
]  # fmt: skip

Made = TypeVar("Made")
# The choices of a visitor live in the desk. A record of hld_gfmd takes about 24 MB, what Watch shows of it 0.5 MB.
_SHARED = Shared(most_bytes=100_000_000)
_warming = threading.Lock()


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


def record_note(setup: Setup, words: Phrases = ENGLISH) -> str:
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
        return words.say("bar.unread", file=f"{folder.name}/{file.name}")
    if same:
        return ""
    now = rules_version()
    return words.say("bar.departs") if rules == now else words.say("bar.rules", then=rules, now=now)


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


@lru_cache(maxsize=8)
def titles(words: Phrases = ENGLISH) -> dict[str, str]:
    """Return the titles of the shipped scenarios, by name."""
    found = {}
    for name in shipped_scenarios():
        with contextlib.suppress(InputError):
            found[name] = f"{words.term('model.scenarios', load(name).title)} ({name})"
    return found


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
    return story_of(setup).record if keep == "all" else run_once(scenario_of(setup), setup.number, keep)


def story_of(setup: Setup) -> Story:
    """Return the story of a setup: its record, ready to play. Its arrays and tables cannot be written to."""
    return shared("story", (setup,), lambda: Story(closed(run_once(scenario_of(setup), setup.number, "all"))))


def relations_of(setup: Setup) -> Relations:
    """Return who trusts, talked with and copied whom in a run. What pages show of it is shared, not the matrices."""
    return relations(scenario_of(setup), setup.number)


def shared(what: str, setups: tuple[Setup, ...], make: Callable[[], Made], *more: Hashable) -> Made:
    """Return what is derived from the runs of setups; it is made once for all visitors.

    Parameters
    ----------
    what, more
        What it is, and what it depends on apart from scenarios and seeds.
    setups
        The setups. Their actors do not matter.
    make
        Makes the value. It should not hold a record, so that records can be forgotten.
    """
    scenarios = [scenario_of(setup) for setup in setups]
    keys = [(one.name, one.hash, setup.number) for one, setup in zip(scenarios, setups, strict=True)]
    return _SHARED.get((what, *keys, *more), make)


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
