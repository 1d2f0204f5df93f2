"""Populations in which everybody is alike, or hardly anybody is there: a run without nan and warnings, or an error."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import pandas as pd
import pytest

import comity
from comity import InputError
from comity.errors import Notice
from comity.scenario.loading import from_data, load
from comity.scenario.locate import scenario_folder
from comity.words.describe import describe

DATA = scenario_folder() / "data"


def with_actors(*ids: str, **changes: Any) -> dict[str, Any]:
    """Return the teaching scenario with some of its actors only, all changed alike."""
    data = copy.deepcopy(load("teaching").to_json())
    actors = [actor | changes for actor in data["population"]["actors"] if not ids or actor["id"] in ids]
    kept = {actor["id"] for actor in actors}
    for actor in actors:
        actor["stake"] = {partner: share for partner, share in actor["stake"].items() if partner in kept}
    data["population"]["actors"] = actors
    data["institutions"]["agency"] = "SERVICE" if "SERVICE" in kept else ""
    for meeting in data["meetings"]:
        for session in meeting["sessions"]:
            session["cochairs"] = [name for name in session["cochairs"] if name in kept]
    return data


FEW = {
    "two states alone": with_actors("WESTMARK", "NORTHLAND"),
    "no networks": with_actors(
        *(actor.id for actor in load("teaching").population.actors if actor.kind in ("state", "io"))
    ),
    "no capacity": with_actors(capacity=0.0, income=0.0),
    "nothing at all": with_actors(
        capacity=0.0, income=0.0, sovereignty=0.0, cooperation=0.0, electoral_competition=0.0
    ),
    "everything": with_actors(capacity=1.0, income=1.0, sovereignty=1.0, cooperation=1.0, electoral_competition=1.0),
    "nobody comes": with_actors() | {"parameters": {"attendance_intercept": -8.0, "attendance_attachment": 0.0}},
}


@pytest.mark.parametrize("choice", ["scripted", "endogenous"])
@pytest.mark.parametrize("data", FEW.values(), ids=list(FEW))
def test_few_or_equal_actors_run_without_warnings_and_without_nan(data, choice):
    scenario = from_data(data | {"choices": dict.fromkeys(("host", "agenda", "openness"), choice)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        record = comity.run(scenario, seed=1)
        describe(scenario)
    there = ["position", "sovereignty", "cooperation", "capacity", "trust_held"]
    assert not record.actors[[name for name in there if name in record.actors]].isna().any(axis=None)
    assert record.meetings["openness"].between(0, 1).all()


def test_actors_that_do_not_exist_yet_come_to_nothing():
    data = with_actors(active_from="2009-06-01") | {"choices": {"host": "endogenous"}}
    with pytest.warns(Notice, match=r"co-chair 'NORTHLAND' does not exist on 2007-07-09"):
        record = comity.run(from_data(data), seed=1)
    assert (record.meetings["states"] == 0).all()


def test_one_state_is_too_few():
    with pytest.raises(InputError, match=r"population: at least two states are needed"):
        comity.run(from_data(with_actors("WESTMARK", "SERVICE")), seed=1)


@pytest.mark.parametrize("settings", [{"meetings": []}, {"issues": []}, {"forums": []}])
def test_a_scenario_without_meetings_issues_or_forums_is_refused(settings):
    with pytest.raises(InputError, match=r"(meetings|issues|forums) must have at least 1 item, got \[\]"):
        load("teaching", settings=settings)


LEVELS = {
    "no capacity": ("capacity", "0"),
    "no say from outside": ("sovereignty", "1"),
    "alike": ("cooperation", "0.5"),
}


@pytest.mark.parametrize(("column", "value"), LEVELS.values(), ids=list(LEVELS))
def test_a_constant_column_runs_without_nan_and_without_warnings(tmp_path, column, value):
    states = pd.read_csv(DATA / "states.csv", dtype=str, keep_default_na=False)
    states.assign(**{column: value}).to_csv(tmp_path / "states.csv", index=False)
    (tmp_path / "s.toml").write_text('extends = "hld_gfmd"\n[population]\nstates = "states.csv"\n', encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        record = comity.run(tmp_path / "s.toml", seed=1, keep="meetings")
    base = comity.run("hld_gfmd", seed=1, keep="meetings").meetings
    numbers = record.meetings.select_dtypes("number")
    assert not (numbers.isna().any() & ~base[numbers.columns].isna().any()).any()
