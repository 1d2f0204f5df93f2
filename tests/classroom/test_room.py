"""The classroom: who sits where, what counts, and that the ledger alone gives the same classroom and the same record."""

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
from comity_classroom.core.choices import questions
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.debrief import counted, course, courses_of
from comity_classroom.core.export import export, table_of
from comity_classroom.core.ledger import read_entries
from comity_classroom.core.moves import scenario_of
from comity_classroom.core.playing import stop_at
from comity_classroom.core.refusal import Refused
from comity_classroom.core.reports import news, sitting_report, trust_changes, trust_report
from comity_classroom.core.state import Place, state_of
from comity_classroom.phrases import load_phrases
from comity_classroom.server.debrief_view import _attendance, _sentences
from comity_classroom.server.drawing import Line, chart

SEATS = ("NORTHLAND", "PALMERA", "SERVICE", "BRIDGE")
ENGLISH = load_phrases()


@pytest.fixture
def people(classroom):
    """Four people in their seats."""
    found = {}
    for number, seat in enumerate(SEATS):
        person, _ = classroom.join(f"Student {number}")
        classroom.take(person, seat)
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


def test_the_ledger_gives_the_room_again(classroom, people, play):
    play(classroom, people, 9)
    classroom.mute("NORTHLAND", True)
    classroom.set_timer(600)
    again = state_of(read_entries(classroom.ledger.path))
    assert again == classroom.state
    stop = stop_at(again)
    assert stop.scenario.hash == classroom.scene.stop.scenario.hash
    assert stop.next.place == classroom.scene.stop.next.place
    assert np.array_equal(stop.trust, classroom.scene.stop.trust)
    assert [held.acts.tolist() for held in stop.passed] == [held.acts.tolist() for held in classroom.scene.stop.passed]
    assert news(stop, ENGLISH) == news(classroom.scene.stop, ENGLISH)


def test_what_the_class_saw_is_the_record_to_the_byte(classroom, people, play, tmp_path):
    play(classroom, people, 40)
    assert classroom.scene.stop.next is None
    live = classroom.scene.stop.record
    replayed = stop_at(state_of(read_entries(classroom.ledger.path))).record
    assert same_bytes(live, replayed, tmp_path / "a") == []
    written = export(classroom)
    assert same_bytes(live, comity.run(comity.load(written.scenario), seed=3), tmp_path / "b") in (
        [], ["provenance.json", "scenario.json"],
    )  # fmt: skip
    run = comity.run(scenario_of(classroom.state), seed=3)
    assert same_bytes(live, run, tmp_path / "c") == ["provenance.json"], "which says that a class held it"
    assert (live.held.by, run.held.by) == ("classroom", "comity.run")
    assert same_bytes(live, comity.run("teaching", seed=3), tmp_path / "d"), "the class has made a difference"


@pytest.mark.parametrize("act", ["silence", "statement", "cooperation", "contestation"])
def test_a_choice_is_what_the_seat_does(classroom, people, act):
    classroom.choose(people["PALMERA"], "PALMERA", {"attends": True})
    classroom.advance("next")
    classroom.choose(people["PALMERA"], "PALMERA", {"act": act})
    classroom.advance("next")
    held = classroom.scene.stop.passed[-1]
    row = classroom.scene.stop.model.population.rows["PALMERA"]
    codes = {"silence": 0, "statement": 1, "cooperation": 2, "contestation": 3}
    assert held.acts[:, row].tolist() == [codes[act]] * len(held.acts)


def test_who_stays_away_is_not_there(classroom, people):
    classroom.choose(people["PALMERA"], "PALMERA", {"attends": False})
    classroom.advance("next")
    row = classroom.scene.stop.model.population.rows["PALMERA"]
    assert not classroom.scene.stop.next.present[row]
    assert questions(classroom.scene.stop, "PALMERA") == ()
    with pytest.raises(Refused, match="You did not come to this meeting"):
        classroom.choose(people["PALMERA"], "PALMERA", {"act": "statement"})


def test_nobody_choosing_is_the_model_itself(classroom, people, tmp_path):
    classroom.advance("end")
    assert same_bytes(classroom.scene.stop.record, comity.run("teaching", seed=3), tmp_path) == ["provenance.json"]


def test_a_later_choice_replaces_and_the_same_again_is_harmless(classroom, people):
    person = people["PALMERA"]
    assert classroom.choose(person, "PALMERA", {"attends": True})
    n = classroom.state.n
    assert not classroom.choose(person, "PALMERA", {"attends": True})
    assert classroom.state.n == n, "the same again writes nothing"
    assert classroom.choose(person, "PALMERA", {"attends": False})
    assert classroom.state.choices["PALMERA", "DIALOGUE1", 0] == {"attends": False}
    classroom.choose(person, "PALMERA", {"attends": None})
    assert classroom.state.choices["PALMERA", "DIALOGUE1", 0] == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"attends": 1}, "not a possible answer"),
        ({"attends": "yes"}, "not a possible answer"),
        ({"act": "cooperation"}, "question is closed"),
        ({"hosts": True}, "question is closed"),
        ({}, "Choose an answer"),
        ([], "Choose an answer"),
        (None, "Choose an answer"),
    ],
)
def test_what_is_not_asked_is_refused(classroom, people, answer, said):
    n = classroom.state.n
    with pytest.raises(Refused, match=said):
        classroom.choose(people["PALMERA"], "PALMERA", answer)
    assert classroom.state.n == n


def test_a_locked_paused_muted_or_timed_out_seat_cannot_choose(classroom, people):
    person = people["PALMERA"]

    def refused(said):
        with pytest.raises(Refused, match=said):
            classroom.choose(person, "PALMERA", {"attends": True})

    classroom.lock(True)
    refused("locked")
    classroom.lock(False)
    classroom.pause(True)
    refused("paused")
    classroom.pause(False)
    classroom.mute("PALMERA", True)
    refused("muted")
    classroom.mute("PALMERA", False)
    classroom.set_timer(1e-9)
    refused("locked")
    classroom.set_timer(0)
    assert classroom.choose(person, "PALMERA", {"attends": True})


def test_a_pause_stops_the_timer(classroom):
    classroom.set_timer(100)
    classroom.pause(True)
    assert classroom.state.timer == pytest.approx(100, abs=1)
    with pytest.raises(Refused, match="paused"):
        classroom.advance("next")
    classroom.pause(False)
    assert classroom.state.timer > 1e9


def test_the_muted_are_silent(classroom, people):
    classroom.choose(people["PALMERA"], "PALMERA", {"attends": True})
    classroom.advance("next")
    classroom.choose(people["PALMERA"], "PALMERA", {"act": "cooperation"})
    classroom.mute("PALMERA", True)
    classroom.advance("next")
    row = classroom.scene.stop.model.population.rows["PALMERA"]
    assert classroom.scene.stop.passed[-1].acts[:, row].tolist() == [0]


def test_a_seat_has_one_person_and_a_person_one_seat(classroom, people):
    other, _ = classroom.join("Somebody else")
    with pytest.raises(Refused, match="just taken that seat"):
        classroom.take(other, "PALMERA")
    classroom.take(other, "CORAL")
    classroom.take(other, "SAVANNA")
    assert classroom.state.seat_of(other) == "SAVANNA"
    assert "CORAL" in classroom.state.free_seats
    classroom.hand("PALMERA", other)
    assert classroom.state.seats["PALMERA"] == other
    assert classroom.state.seat_of(people["PALMERA"]) is None


def test_seats_are_dealt_among_the_groups(classroom):
    dealt = [classroom.take(classroom.join(f"N{number}")[0], None) for number in range(12)]
    assert sorted(dealt) == sorted(classroom.state.offered)
    group = dict(zip(classroom.actors["id"], classroom.actors["kind"] + classroom.actors["role"], strict=True))
    assert len({group[seat] for seat in dealt[:5]}) == 5
    with pytest.raises(Refused, match="All seats are taken"):
        classroom.take(classroom.join("One too many")[0], None)


def test_whoever_is_gone_is_played_by_the_model_and_the_ledger_says_so(classroom, people):
    classroom.choose(people["PALMERA"], "PALMERA", {"attends": True})
    classroom._heard.pop(people["NORTHLAND"])
    classroom.advance("next")
    assert classroom.state.played_by_model["NORTHLAND"] == "gone"
    assert classroom.state.played_by_model["SERVICE"] == "undecided"
    assert "PALMERA" not in classroom.state.played_by_model


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
def test_what_is_injected_changes_what_is_to_come_and_nothing_past(classroom, people, play, amendment, tmp_path):
    play(classroom, people, 4)
    before = classroom.scene.stop
    classroom.inject(amendment)
    after = classroom.scene.stop
    assert np.array_equal(before.trust, after.trust)
    assert [held.acts.tolist() for held in before.passed] == [held.acts.tolist() for held in after.passed]
    untouched = comity.run(before.scenario, seed=3)
    classroom.advance("end")
    assert same_bytes(classroom.scene.stop.record, untouched, tmp_path)


def test_a_withdrawn_host_does_not_host(classroom, people):
    classroom.inject({"kind": "withdrawn_host", "meeting": "FORUM1"})
    classroom.advance("end")
    hosts = classroom.scene.stop.record.meetings.set_index("meeting")["hosts"]["FORUM1"]
    assert hosts
    assert "WESTMARK" not in hosts


@pytest.mark.parametrize(
    ("amendment", "said"),
    [
        ({"kind": "online", "meeting": "DIALOGUE1"}, "its doors are open"),
        ({"kind": "online", "meeting": "NOWHERE"}, "its doors are open"),
        ({"kind": "withdrawn_host", "meeting": "DIALOGUE2"}, "no host that could withdraw"),
        ({"kind": "war"}, "Inject a shock, a withdrawn host, or a closed venue"),
        ({"kind": "shock", "shock": {"name": "", "roles": ["origin"], "pressure": 0.1}}, "headline"),
        ({"kind": "shock", "shock": {"name": "x", "roles": ["origin"], "pressure": 3}}, "number from"),
        ({"kind": "shock", "shock": {"name": "x", "roles": ["origin"]}}, "must have an effect"),
        ({"kind": "shock", "shock": {"name": "x", "roles": [], "pressure": 0.1}}, "must affect"),
    ],
)
def test_what_cannot_be_injected_is_refused(classroom, amendment, said):
    classroom.advance("next")
    n = classroom.state.n
    with pytest.raises(Refused, match=said):
        classroom.inject(amendment)
    assert classroom.state.n == n


def test_rewinding_keeps_the_old_ledger_and_the_people(classroom, people, play):
    play(classroom, people, 9)
    late, _ = classroom.join("A late one")
    classroom.take(late, "CORAL")
    old = classroom.ledger.path.read_bytes()
    seen = classroom.scene.stop
    classroom.branch("FORUM1")
    assert classroom.scene.stop.next.place == Place(meeting="FORUM1", sitting=0)
    assert classroom.state.seats["CORAL"] == late
    assert (classroom.folder / "ledger-1.jsonl").read_bytes() == old
    assert not any(meeting == "FORUM1" for _, meeting, _ in classroom.state.choices)
    # The same choices on the other branch give the same again; other choices need not.
    play(classroom, people, 3, salt=2)
    assert classroom.scene.stop.next.place == seen.next.place
    again = Classroom.__new__(Classroom)
    classroom.close_files()
    again = Classroom(classroom.folder)
    assert again.state == classroom.state
    assert again.state.branch == 2
    again.close_files()


@pytest.mark.parametrize("meeting", ["DIALOGUE2", "NOWHERE", None])
def test_only_what_was_played_is_rewound_to(classroom, people, meeting):
    classroom.advance("next")
    with pytest.raises(Refused, match="that was held"):
        classroom.branch(meeting)


def test_advancing_stops_where_it_says(classroom, people):
    classroom.advance("next")
    assert (classroom.state.doors, classroom.state.held) == ("DIALOGUE1", None)
    classroom.advance("meeting")
    assert classroom.state.held == Place(meeting="DIALOGUE1", sitting=5)
    assert classroom.scene.stop.next.place == Place(meeting="FORUM1", sitting=0)
    classroom.advance("to", "DIALOGUE2")
    assert classroom.scene.stop.next.place == Place(meeting="DIALOGUE2", sitting=0)
    with pytest.raises(Refused, match=r"not ahead|past it"):
        classroom.advance("to", "FORUM1")
    classroom.advance("end")
    assert classroom.scene.stop.next is None
    with pytest.raises(Refused, match="over"):
        classroom.advance("next")


def test_trust_in_a_seat_adds_up_and_has_reasons(classroom, people):
    classroom.choose(people["PALMERA"], "PALMERA", {"attends": True})
    classroom.advance("next")
    row, column = classroom.scene.stop.model.population.rows["PALMERA"], classroom.state.offered.index("PALMERA")
    before = classroom.scene.stop.trust[:, column]
    classroom.choose(people["PALMERA"], "PALMERA", {"act": "cooperation"})
    classroom.advance("next")
    stop = classroom.scene.stop
    change = stop.trust[:, column] - before
    assert stop.passed[-1].change[:, column] == pytest.approx(change)
    heard = set(stop.passed[-1].table_of(row).seated) - {row}
    told = trust_changes(stop, classroom.state, "PALMERA")
    assert told
    assert all(item.points > 0 and item.why == "cooperation" for item in told)
    assert set(np.flatnonzero(np.abs(change) > 1e-9)) <= heard
    assert any("Because you made an offer" in line for line in trust_report(stop, classroom.state, "PALMERA", ENGLISH))
    assert "You made an offer." in sitting_report(stop, classroom.state, "PALMERA", stop.passed[-1], ENGLISH)


def test_a_choice_without_effect_is_told(classroom, people):
    for seat in SEATS:
        classroom.choose(people[seat], seat, {"attends": True})
    classroom.advance("next")
    classroom.choose(people["NORTHLAND"], "NORTHLAND", {"table": 0})
    classroom.advance("next")
    stop = classroom.scene.stop
    told = sitting_report(stop, classroom.state, "NORTHLAND", stop.passed[-1], ENGLISH)
    assert told[0] == "You were not in the room."


@pytest.mark.parametrize(
    ("company", "mine", "rooms"),
    [
        (0, "You were in the corridor alone, off the record.", "1 state talked in the corridor, off the record."),
        (1, "You were in the corridor with 1 other, off the record.", "2 states talked in the corridor, off the record."),
        (2, "You were in the corridor with 2 others, off the record.", "3 states talked in the corridor, off the record."),
    ],
)  # fmt: skip
def test_company_in_the_corridor_is_counted_in_words(classroom, people, company, mine, rooms):
    classroom.advance("meeting")
    stop = classroom.scene.stop
    held = next(held for held in stop.passed if held.phase is Phase.CORRIDOR)
    rows = stop.model.population.rows
    seated = tuple(rows[seat] for seat in ("PALMERA", "NORTHLAND", "CORAL")[: company + 1])
    held = replace(held, tables=(replace(held.tables[0], seated=seated),))
    assert sitting_report(stop, classroom.state, "PALMERA", held, ENGLISH)[0] == mine
    assert news(replace(stop, passed=(held,)), ENGLISH) == [rooms]


def test_the_debrief_lays_three_courses_beside_each_other(classroom, people, play):
    play(classroom, people, 40)
    table = courses_of(classroom.state, classroom.scene.stop, "PALMERA")
    assert list(table["who"].unique()) == ["you", "model", "history"]
    assert (table.groupby("who").size() == 3).all()
    last = table.groupby("who")["trust"].last()
    trust = comity.run(scenario_of(classroom.state), seed=3, keep="trust").trust_matrix("DIALOGUE2")
    assert last["you"] == pytest.approx(100 * trust["PALMERA"].drop("PALMERA").mean(), abs=1e-4)
    trust = comity.run("teaching", seed=3, keep="trust").trust_matrix("DIALOGUE2")
    assert last["history"] == pytest.approx(100 * trust["PALMERA"].drop("PALMERA").mean(), abs=1e-4)


def test_the_export_is_a_run_folder_without_names(classroom, people, play, capsys):
    from comity.cli import main

    play(classroom, people, 6)
    written, named = export(classroom), export(classroom, names=True)
    assert main(["rerun", str(written.record)]) == 0
    assert "same bytes" in capsys.readouterr().out
    assert main(["explain", str(written.record), "--actor", "PALMERA"]) == 0
    assert main(["run", str(written.scenario), "--seed", "3"]) == 0
    assert comity.load(written.scenario).hash == scenario_of(classroom.state).hash
    kept = b"".join(path.read_bytes() for path in [*written.record.iterdir(), written.scenario, written.ledger])
    assert b"Student" not in kept
    assert b"Student 1" in named.ledger.read_bytes()
    # The copy is a ledger that can be read, and gives the same record.
    state = state_of(read_entries(written.ledger))
    assert state.choices == classroom.state.choices
    assert table_of(classroom).scenario.hash == scenario_of(state).hash


def test_an_export_can_be_swept_around(classroom, people, play, tmp_path):
    import comity_lab

    play(classroom, people, 6)
    design = comity_lab.Design.of(
        str(export(classroom).scenario), {"parameters.trust_learning": [0.0, 1.0]}, replicates=1, seed=1
    )
    comity_lab.sweep(design, str(tmp_path / "sweep"), workers=1)
    assert len(comity_lab.read_sweep(tmp_path / "sweep").runs) == 2


def test_a_closed_room_takes_nobody_and_nothing(classroom, people):
    classroom.close()
    acts = [
        lambda: classroom.join("Late"),
        lambda: classroom.take(people["PALMERA"], "CORAL"),
        lambda: classroom.choose(people["PALMERA"], "PALMERA", {"attends": True}),
        lambda: classroom.advance("next"),
        lambda: classroom.rejoin_code(people["PALMERA"]),
        classroom.close,
    ]
    for act in acts:
        with pytest.raises(Refused, match="closed"):
            act()
    classroom.close_files()
    with pytest.raises(InputError, match="must be an open classroom"):
        Classroom(classroom.folder)
    assert not classroom.secrets.path.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x" * 41, "at most 40 characters; yours has 41"),
        ("", "Enter a name"),
        ("\u200b \n", "Enter a name"),
        (7, "Enter a name"),
    ],
)
def test_names_are_bounded(classroom, name, said):
    with pytest.raises(Refused, match=said):
        classroom.join(name)


def test_names_are_cleaned_and_single(classroom):
    classroom.join("  Ana\t Maria\u202e ")
    assert [*classroom.state.people.values()] == ["Ana Maria"]
    with pytest.raises(Refused, match="ana maria is taken"):
        classroom.join("ana maria")


def test_any_order_of_joining_and_leaving_folds_to_the_same_seats(classroom):
    people = [classroom.join(name)[0] for name in "abc"]
    for (person, seat), again in zip(
        itertools.product(people, ("CORAL", "SAVANNA", "RIGHTS")), itertools.cycle([False, True]), strict=False
    ):
        try:
            classroom.take(person, seat)
        except Refused:
            assert classroom.state.seats[seat] != person
        if again:
            classroom.leave(person)
        holders = list(classroom.state.seats.values())
        assert len(holders) == len(set(holders))
        assert state_of(read_entries(classroom.ledger.path)) == classroom.state


def test_a_ledger_of_a_newer_version_is_refused(classroom, tmp_path):
    classroom.ledger.append("teleported", seat="CORAL")
    classroom.close_files()
    shutil.rmtree(tmp_path / "nothing", ignore_errors=True)
    with pytest.raises(InputError, match="'teleported'"):
        Classroom(classroom.folder)


def test_history_as_it_was_counted_stands_beside_the_class_only_where_it_is_that_forum():
    assert counted() == {2007: 155, 2008: 163, 2009: 142, 2010: 131, 2011: 160, 2012: 129}
    fictional = course(comity.load("teaching"), 3, "")
    assert fictional.came == {}
    assert _attendance(fictional, fictional, counted(), ENGLISH) == []
    played, empty = replace(fictional, came={2007: 150.0, 2008: 140.0}), replace(fictional, came={2007: 154.0})
    ((title, unit, drawing),) = _attendance(played, empty, counted(), ENGLISH)
    assert title == "States at the annual forum"
    assert unit.startswith("number of states")
    for name, last in (("your class, with you", 140), ("no class: the model in all seats", 154), ("observed", 163)):
        assert re.search(rf"{name} <b>{last}\.0</b>", drawing), "what comes later in history is not shown yet"


@pytest.mark.parametrize("change", ["online", "closed_doors"])
@pytest.mark.parametrize("meeting", ["DIALOGUE1", "FORUM1", "DIALOGUE2"])
def test_all_lines_of_a_debrief_end_with_the_meeting_that_closed_last_in_the_class(classroom, people, change, meeting):
    classroom.inject({"kind": change, "meeting": meeting})
    alone = comity.run("teaching", seed=3, keep="trust")
    for held in ("DIALOGUE1", "FORUM1", "DIALOGUE2"):
        classroom.advance("meeting")
        table = courses_of(classroom.state, classroom.scene.stop, "PALMERA")
        last = table.groupby("who").last()
        assert set(last.index) == {"you", "model", "history"}
        assert (last["meeting"] == held).all()
        trust = alone.trust_matrix(held)["PALMERA"].drop("PALMERA")
        assert last.loc["history", "trust"] == pytest.approx(100 * trust.mean(), abs=1e-4)


def test_in_the_middle_of_a_meeting_the_lines_end_with_the_one_before(classroom, people):
    classroom.inject({"kind": "online", "meeting": "FORUM1"})
    classroom.advance("meeting")
    while not classroom.scene.stop.opened == "FORUM1" or classroom.scene.stop.next.place.sitting < 6:
        classroom.advance("next")
        assert (courses_of(classroom.state, classroom.scene.stop, "PALMERA").groupby("who").size() == 1).all()


def test_what_was_not_held_without_the_class_is_said_and_not_compared():
    table = pd.DataFrame(
        {"who": ["you", "you", "model", "history"], "meeting": ["A", "B", "A", "A"], "trust": [40.0, 47.2, 41.0, 44.7]}
    )
    said = " ".join(_sentences(table, {"A": "First", "B": "Second"}, ENGLISH))
    assert said.startswith("When “Second” closed, the others’ trust in you was 47.2 of 100.")
    assert "no class at all, that meeting would not have been held; when “First” closed it would have been 44.7" in said
    assert "So your choices" not in said
    same = _sentences(table[table["meeting"] == "A"].assign(trust=40.0), {"A": "First"}, ENGLISH, has_chosen=False)
    assert same[1:] == ["Nobody chose for your seat: the model played it throughout."]
    assert "no class at all, no meeting would have been held" in " ".join(
        _sentences(table[table["who"] != "history"], {"A": "First", "B": "Second"}, ENGLISH)
    )


def test_a_line_that_ends_before_the_others_says_when():
    days = [pd.Timestamp(2006, 9, 14), pd.Timestamp(2007, 7, 9)]
    drawn = chart(
        [
            Line(name="you", colour="#000", days=days, values=[44.7, 47.2]),
            Line(name="nobody", colour="#111", days=days[:1], values=[44.7]),
            Line(name="gone", colour="#222", days=days, values=[1.0, float("nan")]),
        ],
        ENGLISH,
        title="Trust",
    )
    assert re.findall(r"(\w+) <b>([0-9.]+)</b>([^<]*)<", drawn) == [
        ("you", "47.2", ""),
        ("nobody", "44.7", " (September 2006)"),
        ("gone", "1.0", " (September 2006)"),
    ]


@pytest.mark.parametrize("how", ["end", "to"])
def test_rewinding_into_a_jump_lands_at_the_doors_of_the_meeting(classroom, people, how):
    classroom.choose(people["NORTHLAND"], "NORTHLAND", {"attends": False})
    classroom.choose(people["PALMERA"], "PALMERA", {"attends": True})
    classroom.mute("SERVICE", True)
    classroom.advance(how, "DIALOGUE2")
    if how == "to":
        classroom.advance("next")
    classroom.branch("FORUM1")
    assert classroom.scene.stop.next.place == Place(meeting="FORUM1", sitting=0)
    assert [trace.id for trace in classroom.scene.stop.record.trace.meetings] == ["DIALOGUE1"]
    chosen = {key: dict(value) for key, value in classroom.state.choices.items() if key[0] in people and value}
    assert chosen["NORTHLAND", "DIALOGUE1", 0] == {"attends": False}
    assert {meeting for seat, meeting, _ in chosen if seat == "SERVICE"} == {"DIALOGUE1"}, "silenced there only"
    # What was held before the doors is what was held then.
    until = [meeting["id"] for meeting in classroom.state.scenario["meetings"]]
    assert until.index("DIALOGUE1") < until.index("FORUM1")
    classroom.close_files()
    again = Classroom(classroom.folder)
    assert again.state == classroom.state
    again.advance("next")
    again.branch("DIALOGUE1")
    assert again.scene.stop.next.place == Place(meeting="DIALOGUE1", sitting=0)
    again.close_files()


def test_a_shock_injected_before_the_doors_is_rewound_with_them(classroom, people):
    classroom.advance("meeting")
    classroom.inject({"kind": "online", "meeting": "FORUM1"})
    classroom.advance("meeting")
    classroom.branch("FORUM1")
    assert classroom.scene.stop.next.place == Place(meeting="FORUM1", sitting=0)
    assert not classroom.state.amendments


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "\u200b\u3164"}, "headline"),
        ({"name": ["a"]}, "headline"),
        ({"name": None}, "headline"),
        ({"roles": "origin"}, "must affect"),
        ({"roles": None}, "must affect"),
        ({"sovereignty": float("nan")}, "must be a number"),
        ({"sovereignty": float("inf")}, "must be a number"),
        ({"sovereignty": "0.1"}, "must be a number"),
    ],
)
def test_a_shock_that_says_nothing_is_refused(classroom, change, said):
    shock = {"name": "News", "roles": ["origin"], "sovereignty": 0.1} | change
    with pytest.raises(Refused, match=said):
        classroom.inject({"kind": "shock", "shock": shock})
    assert not classroom.state.amendments


def test_no_timer_where_nothing_can_be_chosen(classroom):
    classroom.advance("end")
    with pytest.raises(Refused, match="All meetings are over"):
        classroom.set_timer(60)
