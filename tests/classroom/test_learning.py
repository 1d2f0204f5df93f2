"""Feedback, guesses, the roll call and the debrief: what a class sees, when, and what is kept from whom."""

from __future__ import annotations

import io
import statistics
from pathlib import Path

import pandas as pd
import pytest
from tests.classroom.conftest import bodies, error_of, shown

from comity_classroom.briefs import brief_of
from comity_classroom.core import roll_call
from comity_classroom.core.applicable import applicable
from comity_classroom.core.choices import questions
from comity_classroom.core.export import export
from comity_classroom.core.guess_table import COLUMNS
from comity_classroom.core.roll_call import roll_call_of, voters_ahead
from comity_classroom.core.so_far import fidelity_so_far, standings
from comity_classroom.core.state import state_of
from comity_classroom.server.picture import answers, histogram
from comity_classroom.server.warnings import red_lines_at

VOTE = "DIALOGUE2.COMPACT"


def to_vote(classroom):
    while classroom.scene.stop.next.vote == "":
        classroom.advance("next")


def brief(classroom, seat):
    return brief_of(classroom.scene.stop.scenario, seat)


# --- the strip


def test_the_strip_by_hand(planned):
    """NORTHLAND (sovereignty 0.75) makes an offer on rights in the dialogue: a line at exposure 0.4 / 0.75 is crossed."""
    person, _ = planned.join("Ana")
    planned.take(person, "NORTHLAND")
    own = brief(planned, "NORTHLAND")
    assert {one.status for one in standings(planned.scene.stop, planned.state, own)} == {"none"}
    planned.choose(person, "NORTHLAND", {"act": "cooperation"})
    planned.advance("next")
    found = {(one.of, one.key): one for one in standings(planned.scene.stop, planned.state, own)}
    line = found["red line", "offer"]
    assert (line.status, line.threshold) == ("broken", pytest.approx(0.4 / 0.75))
    assert line.value > line.threshold
    aims = [one for one in standings(planned.scene.stop, planned.state, own) if one.of == "aim"]
    assert ("guard", "on_the_way", 0.0, 0.7) in [(one.key, one.status, one.value, one.threshold) for one in aims]
    while planned.scene.stop.next is not None:
        planned.advance("next")
    ended = standings(planned.scene.stop, planned.state, own)
    assert not [one for one in ended if one.status == "on_the_way"], "nothing is on the way when all is over"


def test_silence_holds_the_line(planned):
    person, _ = planned.join("Ana")
    planned.take(person, "NORTHLAND")
    planned.choose(person, "NORTHLAND", {"act": "silence"})
    planned.advance("next")
    found = standings(planned.scene.stop, planned.state, brief(planned, "NORTHLAND"))
    assert [one.status for one in found if one.key == "offer"] == ["held"]
    assert "met" in [one.status for one in found if one.key == "guard"]


def test_a_warning_is_given_exactly_where_an_offer_would_cross(planned):
    """Every seat makes an offer at every table: the line is broken there if, and only if, the page had warned."""
    people = {}
    for number, seat in enumerate(("NORTHLAND", "OILPORT", "SAVANNA", "OUTSIDE")):
        people[seat], _ = planned.join(f"Student {number}")
        planned.take(people[seat], seat)
    seen = set()
    while planned.scene.stop.next is not None:
        before = {}
        for seat, person in people.items():
            if not any(question.key == "act" for question in questions(planned.scene.stop, seat)):
                continue
            planned.choose(person, seat, {"act": "cooperation"})
            own, chosen = brief(planned, seat), planned.state.choices.get((seat, *_place(planned)), {})
            warned = ("act", "cooperation") in red_lines_at(planned.scene.stop, seat, own, chosen)
            before[seat] = (warned, crossings(planned, own))
        planned.advance("next")
        for seat, (warned, n) in before.items():
            sat = any(
                held.table_of(planned.scene.stop.model.population.rows[seat]) for held in planned.scene.stop.passed
            )
            if sat:
                assert (crossings(planned, brief(planned, seat)) > n) == warned, seat
                seen.add(warned)
    assert seen == {True, False}


def _place(classroom):
    place = classroom.scene.stop.next.place
    return place.meeting, place.sitting


def crossings(classroom, own):
    parts = fidelity_so_far(classroom.scene.stop, classroom.state, own).parts
    return sum(part.crossings for part in parts if part.key.startswith("offer"))


def test_a_strip_shows_nothing_of_another_brief(room):
    clients = {seat: room.student(seat.title(), seat) for seat in ("NORTHLAND", "PALMERA", "RIGHTS")}
    room.classroom.advance("next")
    pages = {seat: client.get("/seat")[1] for seat, client in clients.items()}
    own = {seat: {line.sentence for line in (*brief(room.classroom, seat).aims, *brief(room.classroom, seat).red_lines)}
           for seat in clients}  # fmt: skip
    for seat, page in pages.items():
        assert 'id="strip"' in page
        text = shown(page)
        assert all(shown(sentence) in text for sentence in own[seat])
        for other in own:
            assert not [sentence for sentence in own[other] - own[seat] if shown(sentence) in page], (seat, other)
    assert 'id="strip"' not in room.teacher().get("/projector")[1]


# --- guesses


def test_guesses_before_and_after_and_the_table_without_names(room):
    classroom = room.classroom
    ana, ben = room.student("Ana Secret", "NORTHLAND"), room.student("Ben Secret", "PALMERA")
    first = classroom.quiz[0]
    assert len(classroom.quiz) == 5
    assert ana.post("/seat/guess", {"about": f"before.{first}", "answer": "up"})[0] == 200
    assert ana.post("/seat/guess", {"about": f"before.{first}", "answer": "down"})[0] == 200, "the last answer counts"
    assert 'aria-pressed="true">lower' in ana.get("/seat")[1]
    assert 'aria-pressed="true">lower' not in ben.get("/seat")[1], "nobody sees the answer of another"
    to_vote(classroom)
    status, text = ben.post("/seat/guess", {"about": f"before.{first}", "answer": "up"})
    assert (status, "closed" in error_of(text)) == (409, True)
    assert ana.post("/seat/guess", {"about": f"vote.{VOTE}", "answer": "6"})[0] == 200
    assert ben.post("/seat/guess", {"about": f"vote.{VOTE}", "answer": 3})[0] == 200
    n = voters_ahead(classroom.scene.stop)
    classroom.advance("next")
    roll = roll_call_of(classroom.scene.stop, classroom.state)
    assert len(roll.answers) == n
    assert ana.post("/seat/guess", {"about": f"vote.{VOTE}", "answer": "6"})[0] == 409, "the vote is over"
    teacher = room.teacher()
    classroom.show(f"otherwise.{first}.ask")
    assert ben.post("/seat/guess", {"about": f"after.{first}", "answer": "up"})[0] == 200
    classroom.show(f"otherwise.{first}.answer")
    assert ana.post("/seat/guess", {"about": f"after.{first}", "answer": "up"})[0] == 409, "the answer was shown"
    classroom.show(f"otherwise.{first}.ask")
    assert ana.post("/seat/guess", {"about": f"after.{first}", "answer": "up"})[0] == 409, "and stays known"
    assert state_of(classroom.ledger.entries) == classroom.state
    status, text = teacher.get("/teacher/guesses.csv")
    assert (status, "Secret" in text) == (200, False)
    table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    assert list(table.columns) == [column.column for column in COLUMNS]
    found = {(row.person, row.moment): (row.seat, row.about, row.answer, row.result) for row in table.itertuples()}
    assert found["p1", "vote"] == ("NORTHLAND", VOTE, "6", str(roll.n("yes")))
    assert found["p1", "before"][1:3] == (first, "down")
    assert found["p2", "after"][1:3] == (first, "up")
    assert found["p1", "before"][3] == found["p2", "after"][3] != ""
    assert len(table) == 4
    assert export(classroom).guesses.read_text() == text
    assert ana.get("/teacher/guesses.csv")[0] == 401


def test_wrong_guesses_are_refused_and_nothing_is_written(room):
    ana = room.student("Ana", "NORTHLAND")
    before = room.classroom.quiz[0]
    attempts = [
        ({"about": f"before.{before}", "answer": "sideways"}, 422),
        ({"about": f"before.{before}", "answer": 3}, 422),
        ({"about": f"before.{before}"}, 422),
        ({"about": "before.nothing", "answer": "up"}, 409),
        ({"about": f"after.{before}", "answer": "up"}, 409),
        ({"about": f"vote.{VOTE}", "answer": 3}, 409),
        ({"about": ["vote"], "answer": 3}, 409),
        ({"answer": 3}, 409),
    ]
    n = room.classroom.state.n
    for body, status in attempts:
        assert ana.post("/seat/guess", body)[0] == status, body
    assert room.classroom.state.n == n
    to_vote(room.classroom)
    n = room.classroom.state.n
    most = voters_ahead(room.classroom.scene.stop)
    for wrong in (most + 1, -1, 2.5, True, "2.5", "²", "1" * 9, None, "up"):
        status, text = ana.post("/seat/guess", {"about": f"vote.{VOTE}", "answer": wrong})
        assert (status, f"from 0 to {most}" in error_of(text)) == (422, True), wrong
    room.classroom.lock(True)
    assert ana.post("/seat/guess", {"about": f"vote.{VOTE}", "answer": 1})[0] == 409
    assert room.client().post("/seat/guess", {"about": f"vote.{VOTE}", "answer": 1})[0] == 403
    assert room.classroom.state.n == n + 1, "the lock only"


def test_the_drawings_mark_result_median_and_model():
    drawn = histogram([2, 4, 4, 9], 10, marks={"result 5": 5, "median 4": 4}, title="t")
    assert drawn.count("<circle") == 4
    # 0 to 10 on 40 to 960 units: 5 is the middle.
    assert "x1='500.0' x2='500.0'" in drawn
    bars = answers(
        [("before", ["up", "up"]), ("after", ["down"])], {"up": "U", "down": "D"}, "down", title="t", model="M"
    )
    assert bars.count("class='right'") == 1
    assert bars.index("class='right'") > bars.index(">U</text>"), "the frame is around the second answer"


def test_the_page_on_the_seminar_lists_all_columns():
    page = (Path(__file__).parents[2] / "docs" / "seminar.md").read_text(encoding="utf-8")
    for one in COLUMNS:
        assert f"| `{one.column}` | {one.unit} | {one.range} | {one.meaning} | {one.source} |" in page, one.column


# --- the roll call


def test_the_result_is_kept_back_until_the_roll_call_is_over(room, monkeypatch):
    classroom = room.classroom
    ana, teacher = room.student("Ana", "NORTHLAND"), room.teacher()
    to_vote(classroom)
    classroom.guess("p1", f"vote.{VOTE}", 5)
    teacher.post("/teacher/act", {"do": "advance", "how": "next"})
    roll = roll_call_of(classroom.scene.stop, classroom.state)
    result = f"{roll.n('abstain')} abstained"
    views = [(ana, "/seat"), (teacher, "/teacher"), (teacher, "/projector")]
    for client, path in views:
        assert result not in shown(client.get(path)[1]), path
    assert "The class expects 5 yes" in shown(teacher.get("/projector")[1])
    assert ana.post("/teacher/act", {"do": "roll call"})[0] == 403
    assert teacher.post("/teacher/act", {"do": "roll call"})[0] == 200
    page = teacher.get("/projector")[1]
    names = [name for name, _, _ in roll.in_order(classroom_phrases())]
    assert names == sorted(names)
    places = [page.index(f">{name}</li>") for name in names]
    assert places == sorted(places)
    first = float(page.partition('data-elapsed="')[2].partition('"')[0])
    assert 0 <= first < roll.seconds
    status, text = teacher.post("/teacher/act", {"do": "roll call"})
    assert (status, "begun already" in error_of(text)) == (409, True)
    # A projector that is loaded three seconds later continues there.
    clock = roll_call.time.time
    monkeypatch.setattr(roll_call.time, "time", lambda: clock() + 3)
    later = float(teacher.get("/projector")[1].partition('data-elapsed="')[2].partition('"')[0])
    assert 3 <= later - first < 6
    assert result not in shown(ana.get("/seat")[1])
    monkeypatch.setattr(roll_call.time, "time", lambda: clock() + roll.seconds + 1)
    for client, path in views:
        assert result in shown(client.get(path)[1]), path


def test_a_roll_call_can_be_skipped_and_only_after_a_vote(room):
    teacher = room.teacher()
    ana = room.student("Ana", "NORTHLAND")
    assert teacher.post("/teacher/act", {"do": "roll call"})[0] == 409
    to_vote(room.classroom)
    room.classroom.advance("next")
    assert "abstained" not in shown(ana.get("/seat")[1])
    assert teacher.post("/teacher/act", {"do": "roll call", "skip": True})[0] == 200
    assert "abstained" in shown(ana.get("/seat")[1])


def classroom_phrases():
    from comity_classroom.phrases import load_phrases

    return load_phrases()


# --- the debrief


def test_the_debrief_leads_through_five_questions(room):
    classroom = room.classroom
    room.student("Ana", "NORTHLAND")
    teacher, ben = room.teacher(), room.student("Ben", "PALMERA")
    assert teacher.post("/teacher/act", {"do": "show", "step": "silent"})[0] == 404, "no meeting has closed"
    to_vote(classroom)
    for person, guess in (("p1", 2), ("p2", 7)):
        classroom.guess(person, f"vote.{VOTE}", guess)
    classroom.advance("next")
    classroom.call_roll(skip=True)
    steps = classroom.steps
    assert list(dict.fromkeys(step.partition(".")[0] for step in steps)) == [
        "expected", "silent", "trust", "difference", "otherwise",
    ]  # fmt: skip
    for number, step in enumerate(steps[:5]):
        body = {"do": "show", "step": step}
        assert body in [{key: sent.get(key) for key in body} for sent in bodies(teacher.get("/teacher")[1]).values()]
        assert teacher.post("/teacher/act", body)[0] == 200
        page = teacher.get("/projector")[1]
        assert f"Question {number + 1} of 5" in page
        if number < 4:
            assert "<svg" in page
    assert f"median of 2 guesses was {statistics.median([2, 7]):g}" in _step(teacher, classroom, "expected")
    assert "What do you expect now?" not in ben.get("/seat")[1]
    classroom.show(steps[4])
    assert "What do you expect now?" in ben.get("/seat")[1]
    assert teacher.post("/teacher/act", {"do": "show", "step": "no such"})[0] == 404
    assert teacher.post("/teacher/act", {"do": "show", "step": ""})[0] == 200
    assert "Question" not in teacher.get("/projector")[1]


def _step(teacher, classroom, step):
    classroom.show(step)
    return teacher.get("/projector")[1]


# --- injects and muting


def test_what_is_offered_is_accepted_and_nothing_else_is_offered(room):
    classroom, teacher = room.classroom, room.teacher()

    def offered():
        page = teacher.get("/teacher")[1]
        return {one.partition('"')[0] for one in page.split('<option value="')[1:] if "|" in one.partition('"')[0]}

    first = offered()
    assert first == {"withdrawn_host|FORUM1", "online|FORUM1", "closed_doors|FORUM1", "online|DIALOGUE2",
                     "closed_doors|DIALOGUE2"}  # fmt: skip
    assert "campaign" in teacher.get("/teacher")[1]
    for change in sorted(first):
        body = {"do": "inject", "kind": "venue", "change": change}
        assert teacher.post("/teacher/act", body)[0] == 200, change
        assert change not in offered(), "what was done once cannot be done again"
        assert teacher.post("/teacher/act", body)[0] in (409, 422)
    assert teacher.post("/teacher/act", {"do": "inject", "kind": "shock", "shock": "campaign"})[0] == 200
    assert 'value="campaign"' not in teacher.get("/teacher")[1]
    while classroom.scene.stop.next is not None:
        classroom.advance("next")
    left = applicable(classroom.scene.stop.scenario, classroom.scene.stop.opened)
    assert (left.changes, left.shocks, left.takes_shock) == ({}, [], False)
    assert "Nothing can be injected any more" in teacher.get("/teacher")[1]


def test_one_person_is_muted_and_the_team_goes_on(room):
    ana, ben, teacher = room.student("Ana", "NORTHLAND"), room.student("Ben", "NORTHLAND"), room.teacher()
    assert "Mute Ana" in teacher.get("/teacher")[1]
    assert teacher.post("/teacher/act", {"do": "hush", "person": "p1", "on": True})[0] == 200
    choice = {"seat": "NORTHLAND", "answer": {"act": "silence"}}
    status, text = ana.post("/seat/choose", choice)
    assert (status, "Your team can still speak" in error_of(text)) == (409, True)
    assert ana.post("/seat/say", {"seat": "NORTHLAND", "to": "PALMERA", "text": "x"})[0] == 409
    assert "Your team can still speak" in ana.get("/seat")[1]
    assert ben.post("/seat/choose", choice)[0] == 200
    assert teacher.post("/teacher/act", {"do": "hush", "person": "p1", "on": False})[0] == 200
    assert ana.post("/seat/choose", choice)[0] == 200
