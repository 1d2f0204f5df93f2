"""Every mechanism keeps the contract: what it declares is true, and at strength zero it does nothing.

A new rule is tested without a line here, except for one entry in ``NOTHING_DONE`` that says what its strength of zero must leave untouched.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comity
from comity import Record
from comity.mechanism import Mechanism
from comity.rules import MECHANISMS as DECLARED
from comity.rules import RULES
from comity.scenario.parameters import Parameters, parameter_table
from comity.scenario.presets import PRESETS

MECHANISMS = {mechanism.name: mechanism for mechanism in DECLARED}
SWITCHED = {name: mechanism for name, mechanism in MECHANISMS.items() if mechanism.strength is not None}


def names_of(mechanism: Mechanism) -> list[str]:
    return [parameter.name for parameter in mechanism.parameters]


def each(names: dict[str, Mechanism]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("mechanism", names.values(), ids=list(names))


# --- What is declared


def test_every_file_of_the_rules_is_listed():
    files = {path.stem for path in Path(comity.__file__).parent.joinpath("rules").glob("*.py")}
    assert files - {"__init__", "bloc_line", "logistic"} == {rule.__name__.rpartition(".")[2] for rule in RULES}
    assert len(MECHANISMS) == len(RULES), "two of one name"


@pytest.mark.parametrize("module", RULES, ids=lambda module: module.__name__)
def test_every_rule_declares_its_mechanism(module):
    assert isinstance(module.MECHANISM, Mechanism)
    assert "MECHANISM" in module.__all__


@each(MECHANISMS)
def test_the_declaration_is_complete(mechanism):
    assert mechanism.name == mechanism.name.strip().lower()
    assert mechanism.changes
    assert all(isinstance(change, str) and change for change in mechanism.changes)
    assert set(names_of(mechanism)) <= set(Parameters.model_fields)
    assert mechanism.group


@each(SWITCHED)
def test_the_strength_is_one_of_its_parameters_and_can_be_zero(mechanism):
    assert mechanism.strength in names_of(mechanism)
    row = next(row for row in parameter_table() if row["name"] == mechanism.strength)
    assert row["low"] == 0.0
    assert row["default"] > 0.0, "the mechanism is on by default, so that its strength is worth a test"


@each(MECHANISMS)
def test_the_source_is_a_work_with_its_year_a_place_in_the_chapter_or_an_assumption(mechanism):
    assert re.search(r"\(\d{4}\)|[Cc]hapter, '|[Ff]acts R\d|[Aa]ssumption", mechanism.source), mechanism.source


@pytest.mark.parametrize("module", RULES, ids=lambda module: module.__name__)
def test_every_rule_says_what_it_returns_or_does(module):
    assert module.__doc__
    for name in module.__all__:
        item = getattr(module, name)
        function = getattr(item, "py_func", item)
        if inspect.isroutine(function) and function.__module__ == module.__name__:
            assert function.__doc__, f"{module.__name__}.{name}"
            assert re.match(r"[A-Z]", function.__doc__), f"{module.__name__}.{name}"


def test_every_parameter_is_declared_once_and_read_in_the_file_that_declares_it():
    declared = [name for mechanism in DECLARED for name in names_of(mechanism)]
    assert len(set(declared)) == len(declared)
    assert set(declared) == set(Parameters.model_fields)
    for rule in RULES:
        text = Path(rule.__file__).read_text(encoding="utf-8")
        for name in names_of(rule.MECHANISM):
            read = re.search(rf"parameters\.{name}\b|parameters\[\"{name}\"\]", text)
            assert read or name in ELSEWHERE, f"{rule.__name__} declares {name} and never reads it"


ELSEWHERE = {"prior_weight", "trust_learning"}
"""Declared by trust, read where a run begins and where a room listens: the weight of the prior and of one act."""


@pytest.mark.parametrize("row", parameter_table(), ids=lambda row: row["name"])
def test_a_parameter_has_symbol_unit_range_source_and_meaning(row):
    assert row["low"] <= row["default"] <= row["high"]
    assert row["low"] < row["high"]
    for field in ("symbol", "unit", "group", "source", "meaning"):
        assert row[field].strip()


def test_symbols_are_unique_and_at_most_40_parameters_are_free():
    rows = parameter_table()
    assert len({row["symbol"] for row in rows}) == len(rows)
    assert 0 < sum(row["free"] for row in rows) <= 40, "at most 40 free parameters, says the design"


def test_presets_switch_off_only_what_exists():
    for theory, changes in PRESETS.items():
        Parameters(**changes)
        assert set(changes.values()) <= {0.0}, theory


# --- Strength zero


def columns(record: Record, *names: str) -> np.ndarray:
    """Return columns ``table.column`` of a record in one array."""
    tables = record.tables()
    found = [tables[name.split(".")[0]][name.split(".")[1]].to_numpy(float) for name in names]
    return np.concatenate(found)


def changes_of(record: Record, column: str) -> np.ndarray:
    """Return the changes of an actor's attribute from one meeting to the next."""
    wide = record.actors.pivot_table(index="actor", columns="date", values=column, sort=True)
    return wide.diff(axis=1).iloc[:, 1:].to_numpy()


def stays_at_the_start(record: Record, column: str, groups: tuple[str, ...]) -> bool:
    group = record.actors_by_id.set_index("id")["group"]
    table = record.actors[record.actors["actor"].map(group).isin(groups)]
    return bool((table.groupby("actor")[column].nunique() == 1).all())


def members_are_those_of_the_start(record: Record, treaty: str, column: str) -> bool:
    start = record.actors_by_id[record.actors_by_id["kind"] == "state"][column].sum()
    table = record.memberships
    return bool((table[table["treaty"] == treaty].groupby("year")["members"].sum() == start).all())


def attachment_follows_shocks_alone(record: Record) -> bool:
    start = {forum.id: forum.attachment for forum in record.scenario.forums}
    shocked = any(shock.attachment for shock in record.scenario.shocks)
    held = record.actors[record.actors["meeting"] != "start"].merge(record.meetings[["meeting", "held_as"]])
    same = held["attachment"] == held["held_as"].map(start)
    return bool(same[held["date"] < "2008-09-15"].all() if shocked else same.all())


NOTHING_DONE: dict[str, Callable[[Record], bool]] = {
    "trust-building": lambda r: (
        not columns(
            r,
            "actors.trust_by_cooperation",
            "actors.trust_by_statement",
            "actors.trust_by_contestation",
            "actors.trust_by_corridor",
            "actors.trust_by_generalised",
            "trust_by_group.by_cooperation",
            "trust_by_group.by_statement",
            "trust_by_group.by_contestation",
            "trust_by_group.by_corridor",
            "trust_by_group.by_generalised",
            "trust_by_group.by_forgetting",
        ).any()
        and bool((r.actors.groupby("actor")["trust_held"].nunique() == 1).all())
    ),
    "persuasion": lambda r: not columns(r, "positions.by_persuasion").any(),
    "social influence": lambda r: not columns(r, "actors.cooperation_by_social_influence").any(),
    "mimicry": lambda r: (
        not columns(r, "actors.cooperation_by_mimicry", "actors.practices", "meetings.practices").any()
    ),
    "reassurance": lambda r: not columns(r, "actors.sovereignty_by_reassurance").any(),
    "backlash": lambda r: not columns(r, "actors.sovereignty_by_backlash").any(),
    "attachment": attachment_follows_shocks_alone,
    "lending": lambda r: not columns(r, "positions.lent").any(),
    "corridor": lambda r: (
        not columns(
            r, "meetings.contacts", "meetings.agreements", "actors.trust_by_corridor", "trust_by_group.by_corridor"
        ).any()
    ),
    "domestic pull": lambda r: not columns(r, "positions.by_domestic_pull").any(),
    "generalised trust": lambda r: not columns(r, "actors.trust_by_generalised", "trust_by_group.by_generalised").any(),
    "internalisation": lambda r: not columns(r, "positions.anchor_by_internalisation").any(),
    "advocacy": lambda r: not columns(r, "positions.anchor_by_advocacy").any(),
    "forgetting": lambda r: not columns(r, "actors.trust_by_forgetting", "trust_by_group.by_forgetting").any(),
    "turnover": lambda r: not columns(r, "actors.cooperation_by_turnover", "actors.sovereignty_by_turnover").any(),
    "recovery": lambda r: bool((changes_of(r, "pressure") >= 0).all()),
    "support for organisations": lambda r: stays_at_the_start(r, "authority", ("organisation",)),
    "reach": lambda r: not columns(r, "actors.outreach").any(),
    "ratification": lambda r: members_are_those_of_the_start(r, "crmw", "crmw_party_2006"),
    "accession": lambda r: members_are_those_of_the_start(r, "iom", "iom_member_2006"),
}
"""By name of the mechanism: whether a record shows that it did nothing."""


def test_every_switch_has_its_check():
    assert set(SWITCHED) == set(NOTHING_DONE), "say in NOTHING_DONE what a strength of zero leaves untouched"


@pytest.fixture(scope="module")
def worlds(load_teaching, load_lively) -> dict[str, Callable[..., comity.Scenario]]:
    return {"teaching": load_teaching, "drawn": load_lively}


@each(SWITCHED)
@pytest.mark.parametrize("world", ["teaching", "drawn"])
def test_at_strength_zero_it_does_nothing(worlds, world, mechanism):
    scenario = worlds[world](**{mechanism.strength: 0.0})
    for seed in range(3):
        assert NOTHING_DONE[mechanism.name](comity.run(scenario, seed=seed))


@each(SWITCHED)
def test_at_its_default_it_does_something(worlds, mechanism):
    # Negative control: the check above must be able to fail.
    scenario = worlds["drawn"]()
    assert any(not NOTHING_DONE[mechanism.name](comity.run(scenario, seed=seed)) for seed in range(3))


@each({name: item for name, item in SWITCHED.items() if len(item.parameters) > 1 and name != "trust-building"})
def test_at_strength_zero_its_other_parameters_are_dead(worlds, mechanism, first_difference):
    for name in names_of(mechanism):
        if name == mechanism.strength:
            continue
        if mechanism.name == "support for organisations" and name.startswith("support_"):
            continue  # support also decides on accession and is itself an output
        row = next(row for row in parameter_table() if row["name"] == name)
        records = [
            comity.run(worlds["drawn"](**{mechanism.strength: 0.0, name: value}), seed=1)
            for value in (row["low"], row["high"])
        ]
        assert first_difference(*records) == "", f"{name} moves the run although {mechanism.strength} is 0"


@pytest.mark.parametrize("theory", ["socialisation", "institutionalist", "rationalist"])
def test_the_presets_switch_off_what_they_say(theory):
    record = comity.run("teaching", seed=3, theory=theory)
    learned = columns(record, "actors.trust_by_cooperation", "actors.trust_by_statement").any()
    socialised = columns(
        record,
        "positions.by_persuasion",
        "actors.cooperation_by_social_influence",
        "actors.cooperation_by_mimicry",
        "actors.sovereignty_by_reassurance",
        "actors.sovereignty_by_backlash",
        "positions.anchor_by_internalisation",
        "positions.anchor_by_advocacy",
    ).any()
    assert learned == (theory != "rationalist")
    assert socialised == (theory == "socialisation")


def test_an_actor_that_is_not_hit_by_a_shock_has_no_part_of_it():
    table = comity.run("teaching", seed=3).actors
    role = comity.run("teaching", seed=3).actors_by_id.set_index("id")["role"]
    origin = table[table["actor"].map(role) == "origin"]
    assert not origin["sovereignty_by_shock"].any()
    assert table["sovereignty_by_shock"].any()
    assert isinstance(table, pd.DataFrame)
