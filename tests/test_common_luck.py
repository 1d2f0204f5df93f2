"""Common luck: whoever or whatever is taken out of a scenario, all other draws stay as they were."""

from __future__ import annotations

import itertools
import tomllib

import numpy as np
import pandas as pd
import pytest

import comity
from comity.forum.stage import prepare
from comity.randomness import Decision, address, decision_keys, uniform, uniforms
from comity.scenario.loading import from_data
from comity.scenario.locate import scenario_folder

TEACHING = tomllib.loads((scenario_folder() / "teaching.toml").read_text(encoding="utf-8"))
ACTORS = [actor["id"] for actor in TEACHING["population"]["actors"]]
MEETINGS = [meeting["id"] for meeting in TEACHING["meetings"]]
SEEDS = range(4)
ZERO = np.uint64(0)


def all_draws(scenario, seed: int) -> dict[tuple[str, ...], float]:
    """Return the draws of every decision at every address that a scenario has, by name."""
    stage = prepare(scenario)
    ids, actors = stage.population.ids, stage.population.world.actors["address"]
    keys = decision_keys(seed)
    draws = {}
    for meeting in scenario.meetings:
        brief = stage.programme(meeting, scenario.forum(meeting.forum), stage.agendas[meeting.id])
        timetable, rooms = brief.timetable, brief.rooms
        count: dict[str, int] = {}
        for sitting in range(timetable.n_sittings):
            phase = next(room.phase.value for room in rooms if room.sitting == sitting)
            count[phase] = count.get(phase, 0) + 1
            where = timetable.sittings["address"][sitting]
            for decision in Decision:
                values = uniforms(keys[decision], timetable.meeting, where, actors)
                for actor, value in zip(ids, values, strict=True):
                    draws[meeting.id, f"{phase} {count[phase]}", decision.name, actor] = float(value)
            for (i, a), (j, b) in itertools.permutations(enumerate(ids), 2):
                value = uniform(keys[Decision.MIMICRY], timetable.meeting, where, actors[i], actors[j])
                draws[meeting.id, f"{phase} {count[phase]}", a, b] = float(value)
    return draws


def patched(tmp_path, text: str) -> object:
    """Return the teaching scenario with a patch laid over it."""
    file = tmp_path / "what_if.toml"
    file.write_text(text, encoding="utf-8")
    return comity.load("teaching", patches=[file])


@pytest.mark.parametrize("gone", ["NORTHLAND", "CORAL", "BRIDGE"])
def test_draws_of_the_others_stay_when_an_actor_is_removed(tmp_path, gone):
    before = all_draws(comity.load("teaching"), seed=5)
    after = all_draws(patched(tmp_path, f'[remove]\nactors = ["{gone}"]\n'), seed=5)
    assert after == {address: value for address, value in before.items() if gone not in address}


@pytest.mark.parametrize("gone", MEETINGS)
def test_draws_of_the_others_stay_when_a_meeting_is_removed(tmp_path, gone):
    before = all_draws(comity.load("teaching"), seed=5)
    after = all_draws(patched(tmp_path, f'[remove]\nmeetings = ["{gone}"]\n'), seed=5)
    assert after == {address: value for address, value in before.items() if address[0] != gone}


def test_draws_are_addressed_by_names_alone():
    # The draw is computed here from nothing but the seed and four names.
    where = {name: address(name) for name in ("FORUM1", "round_tables:2", "CORAL", "SAVANNA")}
    key = decision_keys(5)[Decision.MIMICRY]
    draws = all_draws(comity.load("teaching"), seed=5)
    assert draws["FORUM1", "round_tables 2", "CORAL", "SAVANNA"] == uniform(key, *where.values())


def without(table: pd.DataFrame, column: str, gone: str) -> pd.DataFrame:
    return table[table[column] != gone].reset_index(drop=True)


def kept(record: comity.Record, names: list[str], column: str = "", gone: str = "") -> dict[str, pd.DataFrame]:
    tables = {name: getattr(record, name) for name in names}
    return {name: without(table, column, gone) if gone else table for name, table in tables.items()}


@pytest.mark.parametrize("gone", ACTORS)
def test_who_comes_and_sits_stays_when_an_actor_is_removed(unlearning, first_difference, gone):
    # Nobody learns or lends here. There are seats for all and each sitting has one room, so that nobody is in the way.
    alone = unlearning | {"parameters.expert_lending": 0.0}
    shorter = comity.load("teaching", settings=alone | {"population.remove": [gone]})
    for seed in SEEDS:
        before = comity.run(comity.load("teaching", settings=alone), seed=seed).actors
        after = comity.run(shorter, seed=seed).actors
        columns = ["meeting", "actor", "present", "seats"]
        left, right = without(before, "actor", gone)[columns], after[columns]
        if gone == "WESTMARK":  # the host sits on its own forum whatever the draw
            assert before.loc[before["meeting"] == "FORUM1"].set_index("actor")["present"]["WESTMARK"]
        assert first_difference({"actors": left}, {"actors": right}) == ""


@pytest.mark.parametrize("gone", MEETINGS)
def test_everything_stays_at_other_meetings_when_a_meeting_is_removed(unlearning, first_difference, gone):
    meetings = [meeting for meeting in TEACHING["meetings"] if meeting["id"] != gone]
    shorter = from_data(comity.load("teaching", settings=unlearning).to_json() | {"meetings": meetings})
    names = ["meetings", "interventions", "sessions", "sittings", "votes"]
    for seed in SEEDS:
        before = comity.run(comity.load("teaching", settings=unlearning), seed=seed)
        after = comity.run(shorter, seed=seed)
        assert first_difference(kept(before, names, "meeting", gone), kept(after, names)) == ""


def test_an_added_actor_and_an_added_meeting_leave_the_others_as_they_were(unlearning, first_difference):
    newcomer = {**TEACHING["population"]["actors"][-1], "id": "NEWCOMER", "stance": "inside"}
    extra = {**TEACHING["meetings"][0], "id": "EXTRA", "start": "2006-03-01", "end": "2006-03-02"}
    larger = comity.load(
        "teaching",
        settings=unlearning
        | {
            "population.actors": [newcomer, *TEACHING["population"]["actors"]],
            "meetings": [extra, *TEACHING["meetings"]],
        },
    )
    columns = ["meeting", "actor", "present", "seats"]
    for seed in SEEDS:
        before = comity.run(comity.load("teaching", settings=unlearning), seed=seed).actors[columns]
        after = comity.run(larger, seed=seed).actors[columns]
        after = without(without(after, "actor", "NEWCOMER"), "meeting", "EXTRA")
        assert first_difference({"actors": before}, {"actors": after}) == ""


@pytest.mark.parametrize("order", [list(reversed(range(len(ACTORS)))), [7, 2, 9, 11, 0, 5, 1, 10, 3, 8, 6, 4]])
def test_the_order_of_actors_does_not_matter(first_difference, order):
    # Sums over rooms run in another order: the last digits of a float may differ, nothing else.
    data = {**TEACHING, "population": {**TEACHING["population"]}}
    data["population"]["actors"] = [TEACHING["population"]["actors"][place] for place in order]
    permuted = from_data({**data, "name": "teaching"})
    for seed in SEEDS:
        before, after = comity.run("teaching", seed=seed), comity.run(permuted, seed=seed)
        assert first_difference(before, after, tolerance=1e-9, sort=True) == ""


def test_the_order_of_meetings_in_the_file_does_not_matter(first_difference):
    permuted = from_data({**TEACHING, "meetings": list(reversed(TEACHING["meetings"])), "name": "teaching"})
    assert first_difference(comity.run("teaching", seed=3), comity.run(permuted, seed=3)) == ""


def test_another_parameter_keeps_the_luck_of_attendance(load_teaching):
    # The first meeting comes before anybody has learned: the weight of evidence changes nobody's way there.
    for seed in SEEDS:
        tables = [
            comity.run(load_teaching(trust_learning=weight), seed=seed).actors.query("meeting == 'DIALOGUE1'")
            for weight in (0.5, 2.0)
        ]
        assert (tables[0]["present"].to_numpy() == tables[1]["present"].to_numpy()).all()


@pytest.mark.parametrize("gone", ["MAR", "USA"])
def test_attendance_of_the_historical_run_stays_when_a_state_is_removed(unlearning, gone):
    # Meetings without a programme take theirs from what those who may come care about, and accreditation ranks
    # the networks: compared is who came of the states, to meetings with a programme. The way to a host that is gone
    # keeps nobody away.
    tables = []
    alone = unlearning | {"parameters.attendance_reach": 0.0}
    for settings in (alone, alone | {"population.remove": [gone]}):
        scenario = comity.load("hld_gfmd", settings=settings)
        actors = comity.run(scenario, seed=2).actors
        ids = set(comity.run(scenario, seed=2, keep="meetings").actors_by_id.query("kind == 'state'")["id"]) - {gone}
        programme = {meeting.id for meeting in scenario.meetings if meeting.sessions}
        chosen = actors[actors["actor"].isin(ids) & actors["meeting"].isin(programme)]
        tables.append(chosen[["meeting", "actor", "present"]].reset_index(drop=True))
    pd.testing.assert_frame_equal(*tables)


def test_the_historical_run_stays_at_other_meetings_when_a_meeting_is_removed(unlearning, first_difference, tmp_path):
    patch = tmp_path / "without_2010.toml"
    patch.write_text('[remove]\nmeetings = ["GFMD2010"]\n', encoding="utf-8")
    whole = comity.load("hld_gfmd", settings=unlearning)
    shorter = comity.load("hld_gfmd", patches=[patch], settings=unlearning)
    held = {meeting.id for meeting in shorter.meetings}
    before, after = comity.run(whole, seed=2), comity.run(shorter, seed=2)
    names = ["meetings", "interventions", "sessions", "sittings", "votes"]
    left = {}
    for name in names:
        table = getattr(before, name)
        left[name] = table[table["meeting"].isin(held)].reset_index(drop=True)
    assert first_difference(left, kept(after, names)) == ""
