"""Moves at work: what a person chose holds, nothing else changes, and what had no effect is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import comity
from comity.forum.gathering import Gathering
from comity.record import Record
from comity.scenario.moves import Move
from comity.scenario.schema import Scenario

ENDOGENOUS = {f"choices.{name}": "endogenous" for name in ("host", "agenda", "openness", "arena")}


def move(actor: str, meeting: str = "FORUM1", **choice: Any) -> Move:
    return Move(actor=actor, meeting=meeting, **choice)


def held(scenario: Scenario, *moves: Move, seed: int = 1) -> Record:
    return comity.run(scenario.with_moves(moves), seed=seed)


def reasons(record: Record) -> list[str]:
    return record.moves["reason"].tolist()


@pytest.fixture
def teaching(load_teaching: Callable[..., Scenario]) -> Scenario:
    """Return the teaching scenario, in which everybody comes and sits, and tables are three in one sitting."""
    return load_teaching(attendance_intercept=8.0, room_intercept=8.0)


def parallel(scenario: Scenario, **changes: Any) -> Scenario:
    """Return a scenario in which the three round tables of the forum are held side by side."""
    from comity.scenario.loading import from_data

    data = scenario.to_json()
    line = next(entry for entry in data["forums"][1]["format"] if entry["phase"] == "round_tables")
    line.update({"tables": 3, "rounds": 2, **changes})
    return from_data(data)


def seats(record: Record, sitting: int, meeting: str = "FORUM1") -> pd.DataFrame:
    table = record.sittings
    return table[(table["meeting"] == meeting) & (table["sitting"] == sitting)]


def as_decided(record: Record) -> list[Move]:
    """Return moves that choose for everybody, as far as a record shows it, what was done anyway."""
    ids, kinds = record.population.ids, record.population.actors["kind"].tolist()
    moves = []
    for trace in record.trace.meetings:
        for row, (actor, kind) in enumerate(zip(ids, kinds, strict=True)):
            if trace.present[row] or kind in ("state", "io"):  # a network that is absent may have applied
                moves.append(move(actor, trace.id, attends=bool(trace.present[row])))
            if kind == "state":
                moves.append(move(actor, trace.id, pledges=bool(trace.donors[row])))
                moves.append(move(actor, trace.id, hosts=row in trace.hosts))
            for sitting in range(len(trace.phases)):
                if not trace.present[row]:
                    continue
                moves.append(move(actor, trace.id, sitting=sitting + 1, table=int(trace.tables[sitting, row]) + 1))
    names = {"silence", "statement", "cooperation", "contestation"}
    moves += [
        move(row.actor, row.meeting, sitting=row.sitting, round=row.round, act=row.act)
        for row in record.sittings.itertuples()
        if row.act in names
    ]
    moves += [move(row.actor, row.meeting, arena=row.first) for row in record.arenas.itertuples()]
    moves += [move(row.actor, row.meeting, vote=row.answer, on=row.vote) for row in record.votes.itertuples()]
    return moves


@pytest.mark.parametrize(("world", "seed"), [("teaching", 1), ("parallel", 2), ("lively", 1), ("lively", 4)])
def test_choosing_what_the_model_would_have_done_changes_nothing(
    world, seed, load_teaching, load_lively, first_difference
):
    scenario = {"teaching": load_teaching, "lively": load_lively, "parallel": lambda: parallel(load_teaching())}[
        world
    ]()
    before = comity.run(scenario, seed=seed)
    moves = as_decided(before)
    some = np.random.default_rng(seed).random(len(moves)) < 0.3
    for chosen in (moves, [item for item, is_in in zip(moves, some, strict=True) if is_in]):
        after = held(scenario, *chosen, seed=seed)
        after.chairs["text"] = after.chairs["text"].replace("chosen by a person", "chosen by the model")
        assert first_difference(before, after) == ""
        assert len(after.moves) == len(chosen)


def test_a_silent_actor_that_speaks_changes_only_what_follows(teaching):
    before = comity.run(teaching, seed=1)
    silent = before.sittings.query("meeting == 'FORUM1' and phase == 'round_tables' and act == 'silence'").iloc[0]
    after = held(teaching, move(silent["actor"], sitting=int(silent["sitting"]), act="statement"))
    first, second = before.sittings, after.sittings
    place = silent.name
    assert second.loc[place, "act"] == "statement"
    until = first.index[(first["meeting"] == "FORUM1") & (first["sitting"] == silent["sitting"])].max()
    others = first.loc[:until].index.drop(place)
    pd.testing.assert_frame_equal(first.loc[others], second.loc[others])
    learned = [record.trust_by_group.query("meeting == 'FORUM1'")["by_statement"].sum() for record in (before, after)]
    assert learned[0] != learned[1], "others learn from it"


def test_the_choices_of_a_meeting_hold(teaching):
    moves = [
        move("CORAL", attends=False),
        move("OILPORT", pledges=True),
        move("NORTHLAND", pledges=False),
        move("OILPORT", "DIALOGUE2", vote="no"),
        move("NORTHLAND", "DIALOGUE2", vote="yes"),
        move("PALMERA", "DIALOGUE2", arena="nowhere"),
    ]
    record = held(teaching, *moves)
    assert reasons(record) == [""] * 6
    trace = next(trace for trace in record.trace.meetings if trace.id == "FORUM1")
    rows = record.population.rows
    assert not trace.present[rows["CORAL"]]
    assert trace.donors[rows["OILPORT"]]
    assert not trace.donors[rows["NORTHLAND"]]
    answers = record.votes.set_index("actor")["answer"]
    assert (answers["OILPORT"], answers["NORTHLAND"]) == ("no", "yes")
    first = record.arenas.query("meeting == 'DIALOGUE2'").set_index("actor")["first"]
    assert first["PALMERA"] == "nowhere"


def test_rooms_and_acts_of_sittings_hold_also_late_in_a_meeting(teaching):
    scenario = parallel(teaching)
    moves = [move("CORAL", sitting=4, table=k) for k in (1,)] + [
        move("OILPORT", sitting=4, table=3),
        move("PALMERA", sitting=4, table=0),
        move("OILPORT", sitting=4, act="contestation", round=2),
        move("CORAL", sitting=4, act="cooperation"),
        move("SAVANNA", sitting=5, table=0),
    ]
    plain, record = comity.run(scenario, seed=1), held(scenario, *moves)
    assert reasons(record) == [""] * 6
    now = seats(record, 4)
    assert set(now[now["actor"] == "CORAL"]["room"]) == {1}
    assert set(now[now["actor"] == "OILPORT"]["room"]) == {3}
    assert "PALMERA" in set(seats(plain, 4)["actor"])
    assert "PALMERA" not in set(now["actor"])
    assert "SAVANNA" in set(seats(plain, 5)["actor"]) - set(seats(record, 5)["actor"])
    acts = now.set_index(["actor", "round"])["act"]
    assert acts["OILPORT", 2] == "contestation"
    assert [acts["CORAL", number] for number in (1, 2)] == ["cooperation", "cooperation"]


def test_a_room_that_is_full_or_full_of_its_role_is_not_taken(teaching):
    # Two seats a table: both go to co-chairs, who are seated first.
    full = held(parallel(teaching, seats=2), move("SAVANNA", sitting=4, table=2))
    taken = seats(full, 4).query("room == 2 and round == 1")["actor"].tolist()
    assert len(taken) == 2
    assert reasons(full) == ["" if "SAVANNA" in taken else "the room was full"]
    # One seat in twelve for each role: a first state of origin closes the table to the others.
    origin = ["CORAL", "PALMERA", "SAVANNA"]
    mixed = held(parallel(teaching, mixing=0.08), *(move(name, sitting=4, table=2) for name in origin))
    said = dict(zip(mixed.moves["actor"], reasons(mixed), strict=True))
    assert list(said.values()).count("states of its role had their share of the seats there") >= 1
    inside = set(seats(mixed, 4).query("room == 2")["actor"])
    assert {name for name, reason in said.items() if not reason} == inside & set(origin)


def test_who_chose_another_room_co_chairs_none(teaching):
    scenario = parallel(teaching)
    model = comity.ForumModel(scenario, seed=1, agents=False).run_to("FORUM1", 3)
    chairs = model.next_sitting().cochairs
    chair = model.population.ids[chairs[0, 0]]
    moved = scenario.with_moves([move(chair, sitting=4, table=3)])
    after = comity.ForumModel(moved, seed=1, agents=False).run_to("FORUM1", 3).next_sitting()
    assert chairs[0, 0] not in after.cochairs[:2]
    assert after.tables[model.population.rows[chair]] == 2


def corridor(*moves: Move, seed: int = 1, **settings: Any) -> tuple[Record, dict[str, int]]:
    """Return a record in which all sit in the corridor of the forum, and how many contacts each state had there."""
    everybody = {"parameters.attendance_intercept": 8.0, "parameters.room_intercept": 8.0}
    record = held(comity.load("teaching", settings=everybody | settings), *moves, seed=seed)
    trace = next(trace for trace in record.trace.meetings if trace.id == "FORUM1")
    return record, dict(zip(record.population.ids, trace.experience["contacts"].astype(int).tolist(), strict=True))


def test_a_pair_that_a_person_named_meets_and_nobody_else_does(load_teaching):
    nobody = {"parameters.corridor_rate": 0.0}
    ties = load_teaching().population.actors
    stakes = {(actor.id, other) for actor in ties for other in actor.stake}
    assert ("NORTHLAND", "PALMERA") in stakes
    assert not {("OILPORT", "CORAL"), ("CORAL", "OILPORT")} & stakes
    named = [move("PALMERA", sitting=7, partner="NORTHLAND"), move("NORTHLAND", sitting=7, partner="PALMERA")]
    record, contacts = corridor(*named, move("OILPORT", sitting=7, partner="CORAL"), **nobody)
    assert {state for state, count in contacts.items() if count} == {"PALMERA", "NORTHLAND", "OILPORT", "CORAL"}
    assert set(contacts.values()) == {0, 1}, "whom both named meets once"
    assert reasons(record) == ["", "", ""]


@pytest.mark.parametrize("seed", range(3))
def test_other_pairs_go_on_by_their_own_draws(seed):
    _, before = corridor(seed=seed)
    _, after = corridor(move("OILPORT", sitting=7, partner="CORAL"), seed=seed)
    assert after == before | {"OILPORT": before["OILPORT"] + 1, "CORAL": before["CORAL"] + 1}


def test_a_scripted_host_may_withdraw(teaching):
    record = held(teaching, move("WESTMARK", hosts=False), move("SAVANNA", hosts=True))
    chairs = record.chairs.query("meeting == 'FORUM1'")[["event", "state", "text"]].to_numpy().tolist()
    assert sorted(chairs) == [
        ["stand-in", "SAVANNA", "chosen by a person"],
        ["withdrawal", "WESTMARK", "chosen by a person"],
    ]
    assert record.meetings.set_index("meeting").loc["FORUM1", "hosts"] == "SAVANNA"
    assert reasons(record) == ["", ""]


def test_a_meeting_without_any_host_is_not_held(load_teaching):
    scenario = load_teaching(chair_selectivity=50.0)
    states = [actor.id for actor in scenario.population.actors if actor.kind == "state"]
    record = held(scenario, *(move(state, hosts=False) for state in states), move("CORAL", attends=True))
    assert "FORUM1" not in set(record.meetings["meeting"])
    assert record.chairs["event"].tolist() == ["cancelled", "vacancy", "withdrawal"]
    said = record.moves.set_index(["actor", "choice"])["reason"]
    assert said["WESTMARK", "hosts"] == ""
    assert said["SAVANNA", "hosts"] == "it was not to host"
    assert said["CORAL", "attends"] == "the meeting was not held: no state took the chair"


@pytest.mark.parametrize("seed", range(3))
def test_a_chair_that_the_model_chooses_may_be_refused_taken_or_kept(load_lively, seed):
    scenario = load_lively()
    plain = comity.run(scenario, seed=seed)
    hosts = plain.meetings.set_index("meeting")["hosts"]
    chair = hosts["INFORMAL2007"]
    other = next(a for a in plain.actors_by_id.query("kind == 'state'")["id"] if a != chair)
    refused = held(scenario, move(chair, "INFORMAL2007", hosts=False), seed=seed)
    assert refused.meetings.set_index("meeting")["hosts"].get("INFORMAL2007") != chair
    taken = held(scenario, move(other, "INFORMAL2007", hosts=True), seed=seed)
    assert taken.meetings.set_index("meeting")["hosts"]["INFORMAL2007"] == other
    assert taken.chairs.query("meeting == 'INFORMAL2007' and event != 'withdrawal'")["text"].tolist() == [
        "chosen by a person"
    ]
    again = held(scenario, *(move(other, f"INFORMAL{year}", hosts=True) for year in (2007, 2008)), seed=seed)
    assert again.meetings.set_index("meeting")["hosts"]["INFORMAL2008"] == other, "the last chair too, if it wants"


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({"actor": "RIGHTS", "hosts": True}, "only a state hosts"),
        ({"actor": "SAVANNA", "hosts": True}, "another state is to host"),
        ({"actor": "SAVANNA", "meeting": "DIALOGUE1", "hosts": True}, "the forum has no chair"),
        ({"actor": "SAVANNA", "meeting": "DIALOGUE1", "pledges": True}, "nobody pledges to this forum"),
        ({"actor": "WESTMARK", "pledges": True}, "hosts pay anyway"),
        ({"actor": "OUTSIDE", "attends": True}, "it is not invited"),
        ({"actor": "WESTMARK", "attends": False}, "hosts are always present"),
        ({"actor": "SAVANNA", "arena": "un"}, "states do not rank the arenas after this meeting"),
        ({"actor": "RIGHTS", "meeting": "DIALOGUE2", "vote": "no"}, "only a state votes"),
        ({"actor": "SAVANNA", "sitting": 2, "table": 1}, "its kind does not sit in this phase"),
        ({"actor": "SAVANNA", "sitting": 4, "table": 2}, "the sitting has 1 rooms"),
        ({"actor": "SAVANNA", "sitting": 8, "act": "silence"}, "the meeting has 7 sittings"),
        ({"actor": "SAVANNA", "sitting": 4, "round": 2, "act": "silence"}, "the sitting has 1 rounds"),
        ({"actor": "SAVANNA", "sitting": 2, "act": "statement"}, "it had no seat"),
        ({"actor": "SAVANNA", "sitting": 7, "act": "statement"}, "nobody takes the floor in the corridor"),
        ({"actor": "SAVANNA", "meeting": "DIALOGUE2", "sitting": 6, "table": 1}, "nobody sits at a vote"),
        ({"actor": "SAVANNA", "meeting": "DIALOGUE2", "sitting": 6, "act": "silence"}, "nobody sits at a vote"),
        ({"actor": "SAVANNA", "sitting": 4, "partner": "CORAL"}, "pairs meet in the corridor only"),
        ({"actor": "SAVANNA", "sitting": 7, "partner": "RIGHTS"}, "only states meet in pairs"),
        (
            {"actor": "RIGHTS", "meeting": "DIALOGUE2", "draft": "opposes", "paragraph": "rights", "wording": 1},
            "only a state drafts a text",
        ),
    ],
)
def test_what_cannot_be_carried_out_changes_nothing_and_is_told(teaching, chosen, reason, first_difference):
    record = held(teaching, Move(**{"meeting": "FORUM1"} | chosen))
    assert record.moves["effect"].tolist() == [False]
    assert reasons(record) == [reason]
    assert first_difference(comity.run(teaching, seed=1), record) == ""


def test_absent_actors_and_those_left_out_do_nothing(load_teaching, first_difference):
    scenario = load_teaching(settings={"population.remove": ["CORAL"]}, attendance_intercept=8.0)
    record = held(
        scenario,
        move("CORAL", attends=True),
        move("CORAL", sitting=4, table=1),
        move("SAVANNA", "DIALOGUE1", attends=False),
        move("SAVANNA", "DIALOGUE1", sitting=2, act="statement"),
    )
    left_out = "the scenario leaves it out"
    assert reasons(record) == ["", "it did not come", left_out, left_out]


def test_a_network_comes_only_if_accredited_and_sits_only_if_let_in(load_teaching):
    scenario = load_teaching(settings={"forums.FORUM.inside_access": 0.0, "parameters.room_intercept": 8.0})
    record = held(scenario, move("BRIDGE", attends=True), move("BRIDGE", sitting=4, table=1))
    assert reasons(record) == ["", "it was not let into the room"]
    closed = load_teaching(settings={"forums.FORUM.accreditation": True}, accreditation_share=0.0)
    assert reasons(held(closed, move("BRIDGE", attends=True))) == ["it was not accredited"]


# --- Stopping and looking ahead


@pytest.mark.parametrize("name", ["teaching", "lively"])
def test_a_run_that_was_stopped_is_the_run_that_was_not(name, teaching, load_lively, first_difference):
    scenario, meeting = {"teaching": (teaching, "FORUM1"), "lively": (load_lively(), "INFORMAL2007")}[name]
    whole = comity.run(scenario, seed=2)
    model = comity.ForumModel(scenario, seed=2, agents=False).run_to(meeting, 0)
    assert model.gathering is not None
    assert (model.gathering.meeting.id, model.gathering.sitting) == (meeting, 0)
    model.run_to(meeting, 0).run_to(meeting, 2)
    assert model.gathering.sitting == 2
    model.step()
    n_sittings = model.gathering.n_sittings
    model.run_to(meeting, n_sittings)
    assert model.gathering is None, "after its last sitting a meeting is closed"
    assert model.trace.meetings[-1].id == meeting
    assert first_difference(whole, Record.of(model.run())) == ""


def test_with_moves_a_stopped_run_is_the_run_that_was_not(teaching, first_difference):
    moved = teaching.with_moves([move("CORAL", sitting=s, act="contestation") for s in (1, 4, 5, 6)])
    whole, model = comity.run(moved, seed=1), comity.ForumModel(moved, seed=1, agents=False)
    model.run_to("FORUM1", 4)
    assert len(model.trace.moves) == 2, "what became of the moves of sittings that were held is known"
    while model.running:
        model.step()
    assert first_difference(whole, Record.of(model)) == ""
    pd.testing.assert_frame_equal(whole.moves, Record.of(model).moves)


@pytest.mark.parametrize(
    ("meeting", "sitting", "expected"),
    [
        ("FORUM9", 0, "meeting must be one of the scenario, got 'FORUM9'"),
        ("DIALOGUE1", 0, "meeting must be yet to come, but 'DIALOGUE1' is past"),
        ("FORUM1", 1, "sitting of 'FORUM1' must be in 2 to 7, got 1"),
        ("FORUM1", 8, "sitting of 'FORUM1' must be in 2 to 7, got 8"),
        ("FORUM1", 2.5, "sitting of 'FORUM1' must be in 2 to 7, got 2.5"),
    ],
)
def test_a_run_stops_only_where_it_can(teaching, meeting, sitting, expected):
    model = comity.ForumModel(teaching, seed=1, agents=False).run_to("FORUM1", 2)
    with pytest.raises(comity.InputError, match=expected):
        model.run_to(meeting, sitting)


def test_a_run_does_not_stop_at_a_meeting_that_is_not_held(teaching):
    states = [actor.id for actor in teaching.population.actors if actor.kind == "state"]
    nobody = teaching.with_moves([move(state, hosts=False) for state in states])
    with pytest.raises(comity.InputError, match="'FORUM1' is not held: no state took the chair"):
        comity.ForumModel(nobody, seed=1, agents=False).run_to("FORUM1", 1)


@pytest.mark.parametrize("name", ["teaching", "lively"])
def test_looking_ahead_tells_what_will_be_and_changes_nothing(name, teaching, load_lively, first_difference):
    scenario = {"teaching": parallel(teaching), "lively": load_lively()}[name]
    scenario = scenario.with_moves([move("CORAL", sitting=4, table=2)] if name == "teaching" else [])
    model = comity.ForumModel(scenario, seed=3, agents=False)
    assert model.next_sitting() is None
    while model.running:
        gathering: Gathering | None = model.gathering
        ahead = model.next_sitting()
        assert model.next_sitting() is None or np.array_equal(ahead.tables, model.next_sitting().tables)
        model.step()
        if ahead is not None:
            sitting = ahead.sitting - 1
            assert np.array_equal(ahead.tables, gathering.tables[sitting])
            assert [room.phase for room in ahead.rooms] == [ahead.phase] * len(ahead.issues)
            assert not ahead.tables.flags.writeable
    assert first_difference(comity.run(scenario, seed=3), Record.of(model)) == ""


# --- What is told


def test_only_records_with_moves_have_their_table(teaching, tmp_path):
    said = move("CORAL", "DIALOGUE2", draft="supports", paragraph="rights", wording=0)
    plain, moved = comity.run(teaching, seed=1), held(teaching, move("CORAL", sitting=9, table=1), said)
    assert not {"moves", "drafts"} & set(plain.tables())
    assert moved.moves["value"].tolist()[-1] == "supports 0 rights"
    plain.save(tmp_path / "plain")
    moved.save(tmp_path / "moved")
    assert not (tmp_path / "plain" / "moves.parquet").exists()
    pd.testing.assert_frame_equal(comity.read_record(tmp_path / "moved").moves, moved.moves)
    record, _, differences = comity.rerun(tmp_path / "moved")
    assert differences == []
    pd.testing.assert_frame_equal(record.moves, moved.moves)
    pd.testing.assert_frame_equal(comity.read_record(tmp_path / "moved").drafts, moved.drafts)


def test_explain_says_that_a_person_chose(teaching):
    from comity.words.explain import explain

    record = held(teaching, move("CORAL", sitting=4, act="statement"), move("CORAL", attends=True))
    told = explain(record, "CORAL").sentences[-1]
    assert (
        told
        == "Not the model but a person chose for it whether it came (1 time) and what it did with the floor (1 time)."
    )
    assert "person" not in explain(record, "SAVANNA").sentences[-1]
