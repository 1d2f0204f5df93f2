"""The room: who sits where, what counts, and that the ledger alone gives the same room and the same record."""

from __future__ import annotations

import itertools
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import comity
from comity.errors import InputError
from comity.phases import Phase
from comity_classroom.room.choices import questions
from comity_classroom.room.classroom import Classroom
from comity_classroom.room.debrief import counted, course, courses_of
from comity_classroom.room.export import export, table_of
from comity_classroom.room.ledger import read_entries
from comity_classroom.room.playing import scenario_of, stop_at
from comity_classroom.room.refusal import Refused
from comity_classroom.room.state import Place, state_of
from comity_classroom.room.told import at_the_table, news, trust_changes, trust_words
from comity_classroom.server.debrief_view import _attendance, _sentences
from comity_classroom.server.drawing import Line, chart

SEATS = ("NORTHLAND", "PALMERA", "SERVICE", "BRIDGE")


@pytest.fixture
def people(room):
    """Four people in their seats."""
    found = {}
    for number, seat in enumerate(SEATS):
        person, _ = room.join(f"Student {number}")
        room.take(person, seat)
        found[seat] = person
    return found


def same_bytes(one, other, tmp_path):
    folders = [record.save(tmp_path / name) for record, name in ((one, "one"), (other, "other"))]
    names = sorted({path.name for folder in folders for path in folder.iterdir()})
    return [
        name
        for name in names
        if not all((folder / name).exists() for folder in folders)
        or (folders[0] / name).read_bytes() != (folders[1] / name).read_bytes()
    ]


def test_the_ledger_gives_the_room_again(room, people, play):
    play(room, people, 9)
    room.mute("NORTHLAND", True)
    room.set_timer(600)
    again = state_of(read_entries(room.ledger.path))
    assert again == room.state
    stop = stop_at(again)
    assert stop.scenario.hash == room.scene.stop.scenario.hash
    assert stop.next.place == room.scene.stop.next.place
    assert np.array_equal(stop.trust, room.scene.stop.trust)
    assert [held.acts.tolist() for held in stop.passed] == [held.acts.tolist() for held in room.scene.stop.passed]
    assert news(stop) == news(room.scene.stop)


def test_what_the_class_saw_is_the_record_to_the_byte(room, people, play, tmp_path):
    play(room, people, 40)
    assert room.scene.stop.next is None
    live = room.scene.stop.record
    replayed = stop_at(state_of(read_entries(room.ledger.path))).record
    assert same_bytes(live, replayed, tmp_path / "a") == []
    written = export(room)
    assert same_bytes(live, comity.run(comity.load(written.scenario), seed=3), tmp_path / "b") in (
        [], ["provenance.json", "scenario.json"],
    )  # fmt: skip
    run = comity.run(scenario_of(room.state), seed=3)
    assert same_bytes(live, run, tmp_path / "c") == ["provenance.json"], "which says that a class held it"
    assert (live.held.by, run.held.by) == ("classroom", "comity.run")
    assert same_bytes(live, comity.run("teaching", seed=3), tmp_path / "d"), "the class has made a difference"


@pytest.mark.parametrize("act", ["silence", "statement", "cooperation", "contestation"])
def test_a_choice_is_what_the_seat_does(room, people, act):
    room.choose(people["PALMERA"], "PALMERA", {"attends": True})
    room.advance("next")
    room.choose(people["PALMERA"], "PALMERA", {"act": act})
    room.advance("next")
    held = room.scene.stop.passed[-1]
    row = room.scene.stop.model.population.rows["PALMERA"]
    codes = {"silence": 0, "statement": 1, "cooperation": 2, "contestation": 3}
    assert held.acts[:, row].tolist() == [codes[act]] * len(held.acts)


def test_who_stays_away_is_not_there(room, people):
    room.choose(people["PALMERA"], "PALMERA", {"attends": False})
    room.advance("next")
    row = room.scene.stop.model.population.rows["PALMERA"]
    assert not room.scene.stop.next.present[row]
    assert questions(room.scene.stop, "PALMERA") == ()
    with pytest.raises(Refused, match="You did not come to this meeting"):
        room.choose(people["PALMERA"], "PALMERA", {"act": "statement"})


def test_nobody_choosing_is_the_model_itself(room, people, tmp_path):
    room.advance("end")
    assert same_bytes(room.scene.stop.record, comity.run("teaching", seed=3), tmp_path) == ["provenance.json"]


def test_a_later_choice_replaces_and_the_same_again_is_harmless(room, people):
    person = people["PALMERA"]
    assert room.choose(person, "PALMERA", {"attends": True})
    n = room.state.n
    assert not room.choose(person, "PALMERA", {"attends": True})
    assert room.state.n == n, "the same again writes nothing"
    assert room.choose(person, "PALMERA", {"attends": False})
    assert room.state.choices["PALMERA", "DIALOGUE1", 0] == {"attends": False}
    room.choose(person, "PALMERA", {"attends": None})
    assert room.state.choices["PALMERA", "DIALOGUE1", 0] == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"attends": 1}, "not one of the answers"),
        ({"attends": "yes"}, "not one of the answers"),
        ({"act": "cooperation"}, "not up for choice now"),
        ({"hosts": True}, "not up for choice now"),
        ({}, "Choose something"),
        ([], "Choose something"),
        (None, "Choose something"),
    ],
)
def test_what_is_not_asked_is_refused(room, people, answer, said):
    n = room.state.n
    with pytest.raises(Refused, match=said):
        room.choose(people["PALMERA"], "PALMERA", answer)
    assert room.state.n == n


def test_a_locked_paused_muted_or_timed_out_seat_cannot_choose(room, people):
    person = people["PALMERA"]

    def refused(said):
        with pytest.raises(Refused, match=said):
            room.choose(person, "PALMERA", {"attends": True})

    room.lock(True)
    refused("locked")
    room.lock(False)
    room.pause(True)
    refused("paused")
    room.pause(False)
    room.mute("PALMERA", True)
    refused("muted")
    room.mute("PALMERA", False)
    room.set_timer(1e-9)
    refused("locked")
    room.set_timer(0)
    assert room.choose(person, "PALMERA", {"attends": True})


def test_a_pause_stops_the_timer(room):
    room.set_timer(100)
    room.pause(True)
    assert room.state.timer == pytest.approx(100, abs=1)
    with pytest.raises(Refused, match="paused"):
        room.advance("next")
    room.pause(False)
    assert room.state.timer > 1e9


def test_the_muted_are_silent(room, people):
    room.choose(people["PALMERA"], "PALMERA", {"attends": True})
    room.advance("next")
    room.choose(people["PALMERA"], "PALMERA", {"act": "cooperation"})
    room.mute("PALMERA", True)
    room.advance("next")
    row = room.scene.stop.model.population.rows["PALMERA"]
    assert room.scene.stop.passed[-1].acts[:, row].tolist() == [0]


def test_a_seat_has_one_person_and_a_person_one_seat(room, people):
    other, _ = room.join("Somebody else")
    with pytest.raises(Refused, match="just been taken by somebody else"):
        room.take(other, "PALMERA")
    room.take(other, "CORAL")
    room.take(other, "SAVANNA")
    assert room.state.seat_of(other) == "SAVANNA"
    assert "CORAL" in room.state.free_seats
    room.hand("PALMERA", other)
    assert room.state.seats["PALMERA"] == other
    assert room.state.seat_of(people["PALMERA"]) is None


def test_seats_are_dealt_among_the_groups(room):
    dealt = [room.take(room.join(f"N{number}")[0], None) for number in range(12)]
    assert sorted(dealt) == sorted(room.state.offered)
    group = dict(zip(room.actors["id"], room.actors["kind"] + room.actors["role"], strict=True))
    assert len({group[seat] for seat in dealt[:5]}) == 5
    with pytest.raises(Refused, match="All seats are taken"):
        room.take(room.join("One too many")[0], None)


def test_whoever_is_gone_is_played_by_the_model_and_the_ledger_says_so(room, people):
    room.choose(people["PALMERA"], "PALMERA", {"attends": True})
    room._heard.pop(people["NORTHLAND"])
    room.advance("next")
    assert room.state.played_by_model["NORTHLAND"] == "gone"
    assert room.state.played_by_model["SERVICE"] == "undecided"
    assert "PALMERA" not in room.state.played_by_model


@pytest.mark.parametrize(
    "amendment",
    [
        {"kind": "shock", "shock": "campaign"},
        {"kind": "shock", "shock": {"name": "A boat sinks", "roles": ["destination"], "sovereignty": 0.3}},
        {"kind": "online", "meeting": "FORUM1"},
        {"kind": "closed_doors", "meeting": "FORUM1"},
        {"kind": "withdrawn_host", "meeting": "FORUM1"},
    ],
    ids=["shock", "own shock", "online", "closed doors", "withdrawn host"],
)
def test_what_is_injected_changes_what_is_to_come_and_nothing_past(room, people, play, amendment, tmp_path):
    play(room, people, 4)
    before = room.scene.stop
    room.inject(amendment)
    after = room.scene.stop
    assert np.array_equal(before.trust, after.trust)
    assert [held.acts.tolist() for held in before.passed] == [held.acts.tolist() for held in after.passed]
    untouched = comity.run(before.scenario, seed=3)
    room.advance("end")
    assert same_bytes(room.scene.stop.record, untouched, tmp_path)


def test_a_withdrawn_host_does_not_host(room, people):
    room.inject({"kind": "withdrawn_host", "meeting": "FORUM1"})
    room.advance("end")
    hosts = room.scene.stop.record.meetings.set_index("meeting")["hosts"]["FORUM1"]
    assert hosts
    assert "WESTMARK" not in hosts


@pytest.mark.parametrize(
    ("amendment", "said"),
    [
        ({"kind": "online", "meeting": "DIALOGUE1"}, "opened its doors"),
        ({"kind": "online", "meeting": "NOWHERE"}, "opened its doors"),
        ({"kind": "withdrawn_host", "meeting": "DIALOGUE2"}, "no host who could withdraw"),
        ({"kind": "war"}, "must be a shock, a withdrawn host, or a closed venue"),
        ({"kind": "shock", "shock": {"name": "", "roles": ["origin"], "pressure": 0.1}}, "headline"),
        ({"kind": "shock", "shock": {"name": "x", "roles": ["origin"], "pressure": 3}}, "number from"),
        ({"kind": "shock", "shock": {"name": "x", "roles": ["origin"]}}, "must have an effect"),
        ({"kind": "shock", "shock": {"name": "x", "roles": [], "pressure": 0.1}}, "must concern"),
    ],
)
def test_what_cannot_be_injected_is_refused(room, amendment, said):
    room.advance("next")
    n = room.state.n
    with pytest.raises(Refused, match=said):
        room.inject(amendment)
    assert room.state.n == n


def test_rewinding_keeps_the_old_ledger_and_the_people(room, people, play):
    play(room, people, 9)
    late, _ = room.join("A late one")
    room.take(late, "CORAL")
    old = room.ledger.path.read_bytes()
    seen = room.scene.stop
    room.branch("FORUM1")
    assert room.scene.stop.next.place == Place(meeting="FORUM1", sitting=0)
    assert room.state.seats["CORAL"] == late
    assert (room.folder / "ledger-1.jsonl").read_bytes() == old
    assert not any(meeting == "FORUM1" for _, meeting, _ in room.state.choices)
    # The same choices on the other branch give the same again; other choices need not.
    play(room, people, 3, salt=2)
    assert room.scene.stop.next.place == seen.next.place
    again = Classroom.__new__(Classroom)
    room.close_files()
    again = Classroom(room.folder)
    assert again.state == room.state
    assert again.state.branch == 2
    again.close_files()


@pytest.mark.parametrize("meeting", ["DIALOGUE2", "NOWHERE", None])
def test_only_what_was_played_is_rewound_to(room, people, meeting):
    room.advance("next")
    with pytest.raises(Refused, match="has been played"):
        room.branch(meeting)


def test_advancing_stops_where_it_says(room, people):
    room.advance("next")
    assert (room.state.doors, room.state.held) == ("DIALOGUE1", None)
    room.advance("meeting")
    assert room.state.held == Place(meeting="DIALOGUE1", sitting=5)
    assert room.scene.stop.next.place == Place(meeting="FORUM1", sitting=0)
    room.advance("to", "DIALOGUE2")
    assert room.scene.stop.next.place == Place(meeting="DIALOGUE2", sitting=0)
    with pytest.raises(Refused, match="not to come"):
        room.advance("to", "FORUM1")
    room.advance("end")
    assert room.scene.stop.next is None
    with pytest.raises(Refused, match="over"):
        room.advance("next")


def test_trust_in_a_seat_adds_up_and_has_reasons(room, people):
    room.choose(people["PALMERA"], "PALMERA", {"attends": True})
    room.advance("next")
    row, column = room.scene.stop.model.population.rows["PALMERA"], room.state.offered.index("PALMERA")
    before = room.scene.stop.trust[:, column]
    room.choose(people["PALMERA"], "PALMERA", {"act": "cooperation"})
    room.advance("next")
    stop = room.scene.stop
    change = stop.trust[:, column] - before
    assert stop.passed[-1].change[:, column] == pytest.approx(change)
    heard = set(stop.passed[-1].table_of(row).seated) - {row}
    told = trust_changes(stop, room.state, "PALMERA")
    assert told
    assert all(item.points > 0 and item.why == "you made an offer" for item in told)
    assert set(np.flatnonzero(np.abs(change) > 1e-9)) <= heard
    assert any("Because you made an offer" in line for line in trust_words(stop, room.state, "PALMERA"))
    assert "You made an offer." in at_the_table(stop, room.state, "PALMERA", stop.passed[-1])


def test_a_choice_without_effect_is_told(room, people):
    for seat in SEATS:
        room.choose(people[seat], seat, {"attends": True})
    room.advance("next")
    room.choose(people["NORTHLAND"], "NORTHLAND", {"table": 0})
    room.advance("next")
    assert at_the_table(room.scene.stop, room.state, "NORTHLAND", room.scene.stop.passed[-1])[0] == (
        "You were not in the room."
    )


@pytest.mark.parametrize(
    ("company", "mine", "rooms"),
    [
        (0, "You were in the corridor alone, off the record.", "1 state talked in the corridor, off the record."),
        (1, "You were in the corridor with 1 other, off the record.", "2 states talked in the corridor, off the record."),
        (2, "You were in the corridor with 2 others, off the record.", "3 states talked in the corridor, off the record."),
    ],
)  # fmt: skip
def test_company_in_the_corridor_is_counted_in_words(room, people, company, mine, rooms):
    room.advance("meeting")
    stop = room.scene.stop
    held = next(held for held in stop.passed if held.phase is Phase.CORRIDOR)
    rows = stop.model.population.rows
    seated = tuple(rows[seat] for seat in ("PALMERA", "NORTHLAND", "CORAL")[: company + 1])
    held = replace(held, tables=(replace(held.tables[0], seated=seated),))
    assert at_the_table(stop, room.state, "PALMERA", held)[0] == mine
    assert news(replace(stop, passed=(held,))) == [rooms]


def test_the_debrief_lays_three_courses_beside_each_other(room, people, play):
    play(room, people, 40)
    table = courses_of(room.state, room.scene.stop, "PALMERA")
    assert list(table["who"].unique()) == ["you", "model", "history"]
    assert (table.groupby("who").size() == 3).all()
    last = table.groupby("who")["trust"].last()
    trust = comity.run(scenario_of(room.state), seed=3, keep="trust").trust_matrix("DIALOGUE2")
    assert last["you"] == pytest.approx(100 * trust["PALMERA"].drop("PALMERA").mean(), abs=1e-4)
    trust = comity.run("teaching", seed=3, keep="trust").trust_matrix("DIALOGUE2")
    assert last["history"] == pytest.approx(100 * trust["PALMERA"].drop("PALMERA").mean(), abs=1e-4)


def test_the_export_is_a_run_folder_without_names(room, people, play, capsys):
    from comity.cli import main

    play(room, people, 6)
    written, named = export(room), export(room, names=True)
    assert main(["rerun", str(written.record)]) == 0
    assert "same bytes" in capsys.readouterr().out
    assert main(["explain", str(written.record), "--actor", "PALMERA"]) == 0
    assert main(["run", str(written.scenario), "--seed", "3"]) == 0
    assert comity.load(written.scenario).hash == scenario_of(room.state).hash
    kept = b"".join(path.read_bytes() for path in [*written.record.iterdir(), written.scenario, written.ledger])
    assert b"Student" not in kept
    assert b"Student 1" in named.ledger.read_bytes()
    # The copy is a ledger that can be read, and gives the same record.
    state = state_of(read_entries(written.ledger))
    assert state.choices == room.state.choices
    assert table_of(room).scenario.hash == scenario_of(state).hash


def test_an_export_can_be_swept_around(room, people, play, tmp_path):
    import comity_lab

    play(room, people, 6)
    design = comity_lab.Design.of(
        str(export(room).scenario), {"parameters.trust_learning": [0.0, 1.0]}, replicates=1, seed=1
    )
    comity_lab.sweep(design, str(tmp_path / "sweep"), workers=1)
    assert len(comity_lab.read_sweep(tmp_path / "sweep").runs) == 2


def test_a_closed_room_takes_nobody_and_nothing(room, people):
    room.close()
    acts = [
        lambda: room.join("Late"),
        lambda: room.take(people["PALMERA"], "CORAL"),
        lambda: room.choose(people["PALMERA"], "PALMERA", {"attends": True}),
        lambda: room.advance("next"),
        lambda: room.rejoin_code(people["PALMERA"]),
        room.close,
    ]
    for act in acts:
        with pytest.raises(Refused, match="closed"):
            act()
    room.close_files()
    with pytest.raises(InputError, match="must be a room that is open"):
        Classroom(room.folder)
    assert not room.secrets.path.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x" * 41, "40 signs at most; yours has 41"),
        ("", "Give a name"),
        ("\u200b \n", "Give a name"),
        (7, "Give a name"),
    ],
)
def test_names_are_bounded(room, name, said):
    with pytest.raises(Refused, match=said):
        room.join(name)


def test_names_are_cleaned_and_single(room):
    room.join("  Ana\t Maria\u202e ")
    assert [*room.state.people.values()] == ["Ana Maria"]
    with pytest.raises(Refused, match="called ana maria already"):
        room.join("ana maria")


def test_any_order_of_joining_and_leaving_folds_to_the_same_seats(room):
    people = [room.join(name)[0] for name in "abc"]
    for (person, seat), again in zip(
        itertools.product(people, ("CORAL", "SAVANNA", "RIGHTS")), itertools.cycle([False, True]), strict=False
    ):
        try:
            room.take(person, seat)
        except Refused:
            assert room.state.seats[seat] != person
        if again:
            room.leave(person)
        holders = list(room.state.seats.values())
        assert len(holders) == len(set(holders))
        assert state_of(read_entries(room.ledger.path)) == room.state


def test_a_ledger_of_a_newer_version_is_refused(room, tmp_path):
    room.ledger.append("teleported", seat="CORAL")
    room.close_files()
    shutil.rmtree(tmp_path / "nothing", ignore_errors=True)
    with pytest.raises(InputError, match="'teleported'"):
        Classroom(room.folder)


def test_history_as_it_was_counted_stands_beside_the_class_only_where_it_is_that_forum():
    assert counted() == {2007: 155, 2008: 163, 2009: 142, 2010: 131, 2011: 160, 2012: 129}
    fictional = course(comity.load("teaching"), 3, "")
    assert fictional.came == {}
    assert _attendance(fictional, fictional, counted()) == []
    played, empty = replace(fictional, came={2007: 150.0, 2008: 140.0}), replace(fictional, came={2007: 154.0})
    ((title, unit, drawing),) = _attendance(played, empty, counted())
    assert title == "States that came to the annual forum"
    assert unit.startswith("number of states")
    for name, last in (("your class, with you", 140), ("nobody took a seat", 154), ("counted in history", 163)):
        assert re.search(rf"{name} <b>{last}\.0</b>", drawing), "what comes later in history is not shown yet"


@pytest.mark.parametrize("change", ["online", "closed_doors"])
@pytest.mark.parametrize("meeting", ["DIALOGUE1", "FORUM1", "DIALOGUE2"])
def test_all_lines_of_a_debrief_end_with_the_meeting_that_closed_last_in_the_class(room, people, change, meeting):
    room.inject({"kind": change, "meeting": meeting})
    alone = comity.run("teaching", seed=3, keep="trust")
    for held in ("DIALOGUE1", "FORUM1", "DIALOGUE2"):
        room.advance("meeting")
        table = courses_of(room.state, room.scene.stop, "PALMERA")
        last = table.groupby("who").last()
        assert set(last.index) == {"you", "model", "history"}
        assert (last["meeting"] == held).all()
        trust = alone.trust_matrix(held)["PALMERA"].drop("PALMERA")
        assert last.loc["history", "trust"] == pytest.approx(100 * trust.mean(), abs=1e-4)


def test_in_the_middle_of_a_meeting_the_lines_end_with_the_one_before(room, people):
    room.inject({"kind": "online", "meeting": "FORUM1"})
    room.advance("meeting")
    while not room.scene.stop.opened == "FORUM1" or room.scene.stop.next.place.sitting < 6:
        room.advance("next")
        assert (courses_of(room.state, room.scene.stop, "PALMERA").groupby("who").size() == 1).all()


def test_what_was_not_held_without_the_class_is_said_and_not_compared():
    table = pd.DataFrame(
        {"who": ["you", "you", "model", "history"], "meeting": ["A", "B", "A", "A"], "trust": [40.0, 47.2, 41.0, 44.7]}
    )
    said = " ".join(_sentences(table, {"A": "First", "B": "Second"}))
    assert said.startswith("When “Second” closed, the others trusted you 47.2 of 100.")
    assert "no class at all that meeting would not have been held; when “First” closed it would have been 44.7" in said
    assert "So your choices" not in said
    same = _sentences(table[table["meeting"] == "A"].assign(trust=40.0), {"A": "First"}, has_chosen=False)
    assert same[1:] == ["Nothing was chosen for your seat: the model played it all the time."]
    assert "no class at all no meeting would have been held" in " ".join(
        _sentences(table[table["who"] != "history"], {"A": "First", "B": "Second"})
    )


def test_a_line_that_ends_before_the_others_says_when():
    days = [pd.Timestamp(2006, 9, 14), pd.Timestamp(2007, 7, 9)]
    drawn = chart(
        [
            Line(name="you", colour="#000", days=days, values=[44.7, 47.2]),
            Line(name="nobody", colour="#111", days=days[:1], values=[44.7]),
            Line(name="gone", colour="#222", days=days, values=[1.0, float("nan")]),
        ],
        title="Trust",
    )
    assert re.findall(r"(\w+) <b>([0-9.]+)</b>([^<]*)<", drawn) == [
        ("you", "47.2", ""),
        ("nobody", "44.7", " (September 2006)"),
        ("gone", "1.0", " (September 2006)"),
    ]


@pytest.mark.parametrize("how", ["end", "to"])
def test_rewinding_into_a_jump_lands_at_the_doors_of_the_meeting(room, people, how):
    room.choose(people["NORTHLAND"], "NORTHLAND", {"attends": False})
    room.choose(people["PALMERA"], "PALMERA", {"attends": True})
    room.mute("SERVICE", True)
    room.advance(how, "DIALOGUE2")
    if how == "to":
        room.advance("next")
    room.branch("FORUM1")
    assert room.scene.stop.next.place == Place(meeting="FORUM1", sitting=0)
    assert [trace.id for trace in room.scene.stop.record.trace.meetings] == ["DIALOGUE1"]
    chosen = {key: dict(value) for key, value in room.state.choices.items() if key[0] in people and value}
    assert chosen["NORTHLAND", "DIALOGUE1", 0] == {"attends": False}
    assert {meeting for seat, meeting, _ in chosen if seat == "SERVICE"} == {"DIALOGUE1"}, "silenced there only"
    # What was held before the doors is what was held then.
    until = [meeting["id"] for meeting in room.state.scenario["meetings"]]
    assert until.index("DIALOGUE1") < until.index("FORUM1")
    room.close_files()
    again = Classroom(room.folder)
    assert again.state == room.state
    again.advance("next")
    again.branch("DIALOGUE1")
    assert again.scene.stop.next.place == Place(meeting="DIALOGUE1", sitting=0)
    again.close_files()


def test_a_shock_injected_before_the_doors_is_rewound_with_them(room, people):
    room.advance("meeting")
    room.inject({"kind": "online", "meeting": "FORUM1"})
    room.advance("meeting")
    room.branch("FORUM1")
    assert room.scene.stop.next.place == Place(meeting="FORUM1", sitting=0)
    assert not room.state.amendments


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "\u200b\u3164"}, "headline"),
        ({"name": ["a"]}, "headline"),
        ({"name": None}, "headline"),
        ({"roles": "origin"}, "must concern"),
        ({"roles": None}, "must concern"),
        ({"sovereignty": float("nan")}, "must be a number"),
        ({"sovereignty": float("inf")}, "must be a number"),
        ({"sovereignty": "0.1"}, "must be a number"),
    ],
)
def test_a_shock_that_says_nothing_is_refused(room, change, said):
    shock = {"name": "News", "roles": ["origin"], "sovereignty": 0.1} | change
    with pytest.raises(Refused, match=said):
        room.inject({"kind": "shock", "shock": shock})
    assert not room.state.amendments


def test_no_timer_where_nothing_can_be_chosen(room):
    room.advance("end")
    with pytest.raises(Refused, match="All meetings are over"):
        room.set_timer(60)
