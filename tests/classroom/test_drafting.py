"""The draft text and partners in the corridor over HTTP: what it does to the run, who sees what, and every cheat."""

from __future__ import annotations

import re

import pytest
from tests.classroom.conftest import at_once, error_of, shown

import comity
from comity.phases import Phase
from comity.scenario.parameters import table_of
from comity_classroom.core.draft_text import standing_of, text_on_table, voice_of_model
from comity_classroom.core.export import export
from comity_classroom.core.moves import moves_of
from comity_classroom.core.state import state_of
from comity_classroom.core.terms import terms_of

ISSUES = ("remittances", "labour", "rights")
STATES = {"NORTHLAND", "WESTMARK", "OILPORT", "CROSSLAND", "PALMERA", "HIGHVALE", "SAVANNA", "CORAL"}


def propose(client, seat, which="rights|1", **more):
    return client.post("/seat/propose", {"seat": seat, "which": which} | more)


def voice(client, seat, proposal=1, stance="supports", **more):
    return client.post("/seat/voice", {"seat": seat, "proposal": proposal, "stance": stance} | more)


def seats_of_all(room):
    """Return a student in each of the eight states, so that the model answers nothing."""
    return {seat: room.student(f"Person {number}", seat) for number, seat in enumerate(sorted(STATES))}


def standing(classroom):
    scene = classroom.scene
    return standing_of(scene.stop, scene.state, text_on_table(scene.stop, scene.state))


def to_the_end(classroom):
    while classroom.scene.stop.next is not None:
        classroom.advance("next")


def repeats(classroom, tables):
    """Return whether the exported record is repeated byte for byte by its scenario file; it must have some tables."""
    written = export(classroom)
    again = written.record.parent / "again"
    comity.run(comity.load(written.scenario), seed=3, keep="all").save(again)
    names = {table.stem for table in written.record.glob("*.parquet")}
    assert tables <= names
    return all((again / f"{n}.parquet").read_bytes() == (written.record / f"{n}.parquet").read_bytes() for n in names)


def test_a_text_that_both_sides_back_is_agreed_and_enters_the_vote(room):
    people = seats_of_all(room)
    for number, issue in enumerate(ISSUES, 1):
        assert propose(people["PALMERA"], "PALMERA", f"{issue}|{1 if issue == 'rights' else 0}") == (200, '{"text":""}')
        assert not standing(room.classroom).is_agreed
        for seat in ("NORTHLAND", "CORAL"):
            assert voice(people[seat], seat, number)[0] == 200
    now = standing(room.classroom)
    assert (now.wordings, now.backed, now.is_agreed) == ((0, 0, 1), (True, True, True), True)
    pages = [people["OILPORT"].get("/seat")[1], room.teacher().get("/projector")[1]]
    for page in pages:
        assert re.search("Rights and protection stronger both sides back it States will work together", shown(page))
        assert "Agreed so far" in shown(page)
    assert state_of(room.classroom.ledger.entries) == room.classroom.state
    to_the_end(room.classroom)
    assert repeats(room.classroom, {"drafts", "moves", "votes"})
    drafts = comity.read_record(next(room.classroom.folder.glob("record-*"))).drafts
    assert set(drafts["text_class"]) == {"agreed"}
    assert "It was voted on as an agreed text." in shown(people["OILPORT"].get("/seat")[1])


def test_what_a_seat_says_of_a_proposal_is_known_to_nobody_else_until_the_vote(room):
    ana, ben = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA")
    eve, teacher = room.student("Eve", "CORAL"), room.teacher()
    propose(ben, "PALMERA")
    voice(ana, "NORTHLAND", stance="opposes")
    hidden = re.compile(r"for: |against: |Northland( \([^)]*\))? opposes", re.I)
    for client, paths in ((eve, ("/seat", "/seat/view")), (ben, ("/seat/view",)), (teacher, ("/projector",))):
        for path in paths:
            found = hidden.search(shown(client.get(path)[1]))
            assert not found, (path, found and found.string[max(0, found.start() - 100) : found.end() + 100])
    told = re.search(r"against: [^;]*Northland", shown(teacher.get("/teacher")[1]))
    assert told, "the teacher can read it"
    for path in ("/teacher", "/teacher/view", "/teacher/debrief", "/projector/view"):
        assert eve.get(path)[0] in (401, 403), path
    to_the_end(room.classroom)
    assert re.search(r"against: [^;]*Northland", shown(eve.get("/seat")[1])), "after the vote all is open"


def test_one_student_can_move_the_text_since_the_model_answers_with_its_reasons(room):
    ana = room.student("Ana", "PALMERA")
    status, text = propose(ana, "PALMERA", "labour|-1")
    assert status == 200
    assert re.search(r"Seats of the model: \d support it, \d oppose it", text)
    page = shown(ana.get("/seat")[1])
    assert re.search(r"Northland (supports|opposes) it\. \w+", page)
    voices = room.classroom.state.draft.voices
    assert {seat for _, seat in voices} == STATES, "organisations and networks do not draft"
    made = [move for move in moves_of(room.classroom.state) if "draft" in move]
    assert len(made) == len(STATES)


def test_the_rule_of_the_model_by_hand(planned):
    """D + y_T (T - 1/2) |s - s'| / K against 0, with numbers read from the world."""
    stop, state = planned.scene.stop, planned.state
    text, now = text_on_table(stop, state), standing(planned)
    rows, world, p = stop.model.population.rows, stop.model.world, table_of(stop.scenario.strengths)[0]
    k = list(text.issues).index(stop.model.stage.issues.index("rights"))
    for seat in sorted(STATES - {"PALMERA"}):
        r, s = rows[seat], rows["PALMERA"]
        care = world.salience[r][list(text.issues)]
        for wording in (-2, -1, 1, 2):
            step = wording / 2
            wish = care[k] / care.sum() * (2 * world.position[r, text.issues[k]] - 1) * step
            added = p["draft_bindingness"] * step / 3
            gain = p["draft_position"] * wish - p["draft_sovereignty"] * world.actors["sovereignty"][r] * added
            whole = gain + p["vote_trust"] * (world.trust[r, s] - 0.5) * abs(step) / 3
            found = voice_of_model(stop, text, now, seat, "PALMERA", k, wording)
            assert found.stance == ("supports" if whole >= 0 else "opposes"), (seat, wording)
        assert voice_of_model(stop, text, now, seat, "PALMERA", k, 0) == ("supports", found.reason | {"why": "same"})


def test_every_attempt_to_cheat_is_refused_and_nothing_is_written(room):
    ana, ben, eve = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA"), room.student("Eve", "CORAL")
    una = room.student("Una", "SERVICE")
    propose(ben, "PALMERA")
    n = room.classroom.state.n
    attempts = [
        (eve, "/seat/propose", {"seat": "NORTHLAND", "which": "rights|2"}, 403, "own seat only"),
        (eve, "/seat/propose", {"seat": "CORAL", "which": "rights|1"}, 409, "proposed already"),
        (eve, "/seat/propose", {"seat": "CORAL", "which": "wages|1"}, 404, "no such paragraph"),
        (eve, "/seat/propose", {"seat": "CORAL", "which": "<b>|1"}, 404, "no such paragraph"),
        (eve, "/seat/propose", {"seat": "CORAL", "which": "rights|3"}, 422, "one of the wordings"),
        (eve, "/seat/propose", {"seat": "CORAL", "which": "rights|1.0"}, 422, "one of the wordings"),
        (eve, "/seat/propose", {"seat": "CORAL", "which": ["rights", 1]}, 404, "no such paragraph"),
        (eve, "/seat/propose", {"seat": "CORAL", "which": "x" * 100_000}, 413, ""),
        (eve, "/seat/propose", {"seat": "CORAL"}, 404, "no such paragraph"),
        (eve, "/seat/voice", {"seat": "NORTHLAND", "proposal": 1, "stance": "supports"}, 403, "own seat only"),
        (eve, "/seat/voice", {"seat": "CORAL", "proposal": 9, "stance": "supports"}, 404, "no such proposal"),
        (eve, "/seat/voice", {"seat": "CORAL", "proposal": "1", "stance": "supports"}, 404, "no such proposal"),
        (eve, "/seat/voice", {"seat": "CORAL", "proposal": True, "stance": "supports"}, 404, "no such proposal"),
        (eve, "/seat/voice", {"seat": "CORAL", "proposal": 1, "stance": "loves"}, 422, "Support the proposal"),
        (eve, "/seat/voice", {"seat": "CORAL", "proposal": 1}, 422, "Support the proposal"),
        (eve, "/seat/voice", {"seat": "CORAL", "proposal": 1, "withdraw": True}, 403, "of your own seat"),
        (una, "/seat/propose", {"seat": "SERVICE", "which": "rights|2"}, 409, "Only states that vote"),
        (una, "/seat/voice", {"seat": "SERVICE", "proposal": 1, "stance": "supports"}, 409, "Only states that vote"),
        (room.client(), "/seat/voice", {"seat": "CORAL", "proposal": 1, "stance": "supports"}, 403, ""),
    ]  # fmt: skip
    for client, path, body, status, says in attempts:
        room.app.limits.storage.reset()
        found, text = client.post(path, body)
        assert (found, says in text) == (status, True), (path, str(body)[:99], found, text)
    assert room.classroom.state.n == n, "nothing was written"
    assert voice(ben, "PALMERA", withdraw=True)[0] == 200
    assert error_of(voice(ana, "NORTHLAND")[1]) == "That proposal has been withdrawn."
    assert not moves_of(room.classroom.state)


def test_after_the_lock_a_mute_a_move_or_the_vote_nothing_is_taken(room):
    ana, ben = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA")
    propose(ben, "PALMERA")
    seen = ana.seen("/seat")
    room.classroom.lock(True)
    assert "locked" in error_of(voice(ana, "NORTHLAND", seen=seen)[1])
    assert "locked" in error_of(propose(ana, "NORTHLAND", "rights|2", seen=seen)[1])
    room.classroom.lock(False)
    room.classroom.mute("NORTHLAND", True)
    assert "muted" in error_of(voice(ana, "NORTHLAND", seen=seen)[1])
    room.classroom.mute("NORTHLAND", False)
    room.classroom.advance("next")
    assert "moved on" in error_of(voice(ana, "NORTHLAND", seen=seen)[1])
    assert voice(ana, "NORTHLAND")[0] == 200, "the proposal is still on the table"
    to_the_end(room.classroom)
    now = f"1.{room.classroom.state.n}"
    assert error_of(voice(ana, "NORTHLAND", seen=now)[1]) == "No text is left to vote on. There is nothing to draft."


def test_many_proposals_at_once_and_a_team_of_two(room):
    mates = [room.student("Ben", "PALMERA"), room.student("Cem", "PALMERA")]
    seen = mates[0].seen("/seat")
    body = {"seat": "PALMERA", "which": "rights|2", "seen": seen}
    assert sorted(at_once(*(lambda mate=mate: mate.post("/seat/propose", body)[0] for mate in mates))) == [200, 409]
    by = room.classroom.state.people[room.classroom.state.draft.voices[1, "PALMERA"]["person"]]
    other = mates[0] if by == "Cem" else mates[1]
    status, text = voice(other, "PALMERA", stance="opposes")
    assert (status, by in error_of(text)) == (409, True), "nobody overrules a team mate unawares"
    assert voice(other, "PALMERA", stance="opposes", over="supports")[0] == 200
    room.app.limits.storage.reset()
    found = [propose(other, "PALMERA", f"{issue}|{wording}")[0] for issue in ISSUES for wording in (-1, 0, 1)]
    assert found == [200] * 5 + [429] * 4, "six open proposals of one seat"
    room.app.limits.storage.reset()
    assert voice(other, "PALMERA", 2, withdraw=True)[0] == 200
    assert propose(other, "PALMERA", "rights|0")[0] == 200


# --- Partners in the corridor


def to_corridor(classroom):
    while (ahead := classroom.scene.stop.next) is not None and (ahead.is_doors or ahead.phase is not Phase.CORRIDOR):
        classroom.advance("next")
    assert ahead is not None


@pytest.fixture
def corridor(served):
    """The teaching scenario before a break, with students in all states and a network; and the states that came."""
    people = {seat: served.student(seat.title(), seat) for seat in (*sorted(STATES), "RIGHTS")}
    to_corridor(served.classroom)
    stop = served.classroom.scene.stop
    there = [seat for seat in sorted(STATES) if stop.next.present[stop.model.population.rows[seat]]]
    assert 5 <= len(there) < len(STATES)
    return served, people, there


def pick(client, seat, *others, **more):
    return client.post("/seat/choose", {"seat": seat, "answer": {"partner": list(others), **more}})


def test_a_partner_that_a_student_names_is_a_move_and_the_pair_meets(corridor):
    room, people, (one, other, *_) = corridor
    place = room.classroom.scene.stop.next.place
    assert pick(people[one], one, other)[0] == 200
    assert people[other].post("/seat/choose", {"seat": other, "answer": {"table": 1}})[0] == 200
    named = {"actor": one, "meeting": place.meeting, "sitting": place.sitting, "partner": other}
    assert named in moves_of(room.classroom.state)
    assert re.search(rf'aria-pressed="true"[^>]*>{other.title()}<', people[one].get("/seat")[1])
    to_the_end(room.classroom)
    moves = comity.read_record(export(room.classroom).record).moves.query("choice == 'partner'")
    assert moves[["actor", "value", "effect"]].to_numpy().tolist() == [[one, other, True]]


def test_partners_are_present_states_each_once_and_at_most_three(corridor):
    room, people, (one, *others) = corridor
    n, absent = room.classroom.state.n, (STATES - {one, *others}).pop()
    for named, says in (
        ([one], "not a possible answer"),
        (["RIGHTS"], "not a possible answer"),
        ([absent], "not a possible answer"),
        (["NOWHERE"], "not a possible answer"),
        ([others[0], others[0]], "not a possible answer"),
        ([others[:1]], "not a possible answer"),
        (others[:4], "at most 3 states"),
    ):
        status, text = pick(people[one], one, *named)
        assert (status, says in error_of(text)) == (422, True), named
    assert people[one].post("/seat/choose", {"seat": one, "answer": {"partner": others[0]}})[0] == 422
    assert pick(people[absent], absent, one)[0] == 409
    body = {"seat": "RIGHTS", "answer": {"partner": [one]}, "seen": people[one].seen("/seat")}
    assert people["RIGHTS"].post("/seat/choose", body)[0] == 409, "networks do not meet in pairs"
    assert room.classroom.state.n == n


def test_an_agreed_meeting_in_the_corridor_is_a_partner_of_both(corridor):
    room, people, (one, other, *_) = corridor
    scene, absent = room.classroom.scene, (STATES - set(corridor[2])).pop()
    term = next(item.id for item in terms_of(scene.stop, scene.state, other) if item.key == "table")
    body = {"give": "", "ask": f"{other}|{term}", "text": ""}
    status, text = people[absent].post("/seat/offer", body | {"seat": absent})
    assert (status, "cannot meet" in error_of(text)) == (409, True), "it did not come"
    assert people[one].post("/seat/offer", body | {"seat": one})[0] == 200
    assert people[other].post("/seat/answer", {"seat": other, "offer": 1, "accept": True})[0] == 200
    place = scene.stop.next.place
    choices = room.classroom.state.choices
    assert choices[one, place.meeting, place.sitting] == {"table": 1, "partner": [other]}
    assert choices[other, place.meeting, place.sitting] == {"table": 1, "partner": [one]}
