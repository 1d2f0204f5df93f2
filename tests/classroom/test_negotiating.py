"""Messages and offers over HTTP: who sees them, what they do to the run, and what every attempt to cheat gets."""

from __future__ import annotations

import re

import pytest
from tests.classroom.conftest import ACTORS, at_once, error_of, shown

import comity
from comity_classroom.core.export import export
from comity_classroom.core.model_answers import answer_of_model, leaning
from comity_classroom.core.moves import moves_of
from comity_classroom.core.state import state_of
from comity_classroom.core.terms import terms_of


def term(room, seat, ending):
    scene = room.classroom.scene
    found = terms_of(scene.stop, scene.state, seat)
    return next(one.id for one in found if one.id.endswith(ending))


def offered(room, client, seat, to, give="act/cooperation", ask="act/cooperation", **more):
    body = {
        "seat": seat,
        "give": give and term(room, seat, give),
        "ask": f"{to}|{ask and term(room, to, ask)}",
        "text": "",
    }
    return client.post("/seat/offer", body | more)


def test_a_message_reaches_only_those_it_names(room):
    ana, ben, eve = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA"), room.student("Eve", "CORAL")
    assert ana.post("/seat/say", {"seat": "NORTHLAND", "to": "PALMERA", "text": "Meet at noon"})[0] == 200
    assert "Meet at noon" in ben.get("/seat")[1]
    assert "Meet at noon" in ana.get("/seat")[1]
    assert "Meet at noon" in room.teacher().get("/teacher")[1], "the teacher can read it"
    for page in ("/seat", "/seat/view", "/projector", "/seat/debrief"):
        assert "Meet at noon" not in eve.get(page)[1]
    assert "Meet at noon" not in room.teacher().get("/projector")[1], "the projector shows no private talk"


def test_an_accepted_offer_enters_the_choices_of_both_and_the_run(room):
    ana, ben = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA")
    assert offered(room, ana, "NORTHLAND", "PALMERA", ask="act/silence") == (200, '{"text":""}')
    talk = shown(ben.get("/seat")[1]).partition("Negotiate")[2]
    assert "agreed" not in talk.lower().replace("what you agree", "")
    assert ben.post("/seat/answer", {"seat": "PALMERA", "offer": 1, "accept": True})[0] == 200
    state = room.classroom.state
    assert {(m["actor"], m.get("act")) for m in moves_of(state) if "act" in m} == {
        ("NORTHLAND", "cooperation"), ("PALMERA", "silence"),
    }  # fmt: skip
    assert state_of(room.classroom.ledger.entries) == state
    while room.classroom.scene.stop.next is not None:
        room.classroom.advance("next")
    written = export(room.classroom)
    again = written.record.parent / "again"
    comity.run(comity.load(written.scenario), seed=3, keep="all").save(again)
    for table in written.record.glob("*.parquet"):
        assert (again / table.name).read_bytes() == table.read_bytes(), table.name


def test_a_vote_for_a_vote_can_be_agreed_before_the_vote(room):
    ana, ben = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA")
    assert offered(room, ana, "NORTHLAND", "PALMERA", give="vote/yes", ask="vote/yes")[0] == 200
    assert ben.post("/seat/answer", {"seat": "PALMERA", "offer": 1, "accept": True})[0] == 200
    while room.classroom.scene.stop.next.vote == "":
        room.classroom.advance("next")
    assert room.classroom.state.choices["PALMERA", "DIALOGUE2", 6]["vote"] == "yes"
    assert 'aria-pressed="true">Yes' in ben.get("/seat")[1]
    room.classroom.advance("next")
    room.classroom.call_roll(skip=True)
    assert "You voted: yes" in ben.get("/seat")[1]


def test_a_counter_offer_replaces_the_first(room):
    ana, ben = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA")
    offered(room, ana, "NORTHLAND", "PALMERA")
    assert offered(room, ben, "PALMERA", "NORTHLAND", ask="act/silence", counters="1")[0] == 200
    assert room.classroom.state.offers[1]["status"] == "countered"
    status, text = ben.post("/seat/answer", {"seat": "PALMERA", "offer": 1, "accept": True})
    assert (status, error_of(text)) == (409, "That offer has been answered already, or has lapsed.")
    assert ana.post("/seat/answer", {"seat": "NORTHLAND", "offer": 2, "accept": False})[0] == 200
    assert not room.classroom.state.choices


def test_two_acceptances_at_once_count_once(room):
    ana = room.student("Ana", "NORTHLAND")
    mates = [room.student("Ben", "PALMERA"), room.student("Cem", "PALMERA")]
    offered(room, ana, "NORTHLAND", "PALMERA")
    seen = mates[0].seen("/seat")
    body = {"seat": "PALMERA", "offer": 1, "accept": True, "seen": seen}
    found = at_once(*(lambda mate=mate: mate.post("/seat/answer", body)[0] for mate in mates))
    assert sorted(found) == [200, 409]
    assert [entry.kind for entry in room.classroom.ledger.entries].count("answered") == 1


def test_the_model_answers_at_once_with_its_reason(room):
    ana = room.student("Ana", "NORTHLAND")
    status, text = offered(room, ana, "NORTHLAND", "PALMERA")
    assert status == 200
    assert re.search(r"played by the model, (accepts|declines)\. ", text)
    assert room.classroom.state.offers[1]["status"] in ("accepted", "declined")


def test_the_rule_of_the_answer_by_hand(planned):
    """T w (1 - p_S) against sigma (1 - p_R), with numbers read from the world."""
    stop = planned.scene.stop
    give, ask = (
        next(one for one in terms_of(stop, planned.state, seat) if one.id.endswith("act/cooperation"))
        for seat in ("NORTHLAND", "PALMERA")
    )
    rows, world = stop.model.population.rows, stop.model.world
    r, s = rows["PALMERA"], rows["NORTHLAND"]
    c_r, c_s = world.actors["cooperation"][r], world.actors["cooperation"][s]
    found = answer_of_model(stop, "PALMERA", "NORTHLAND", give, ask)
    assert found.worth == pytest.approx(world.trust[r, s] * c_r * (1 - c_s))
    assert found.cost == pytest.approx(world.actors["sovereignty"][r] * (1 - c_r))
    assert found.accepts == (found.worth >= found.cost or found.cost < 0.05)
    assert leaning(stop, "PALMERA", ask) == pytest.approx(c_r)
    assert answer_of_model(stop, "PALMERA", "NORTHLAND", give, None).accepts, "a gift is taken"


def test_every_attempt_to_cheat_is_refused(room):
    ana, ben, eve = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA"), room.student("Eve", "CORAL")
    room.student("Una", "SERVICE")
    offered(room, ana, "NORTHLAND", "PALMERA")
    n = room.classroom.state.n
    say, ask = {"seat": "CORAL", "to": "PALMERA", "text": "x"}, term(room, "PALMERA", "act/cooperation")
    attempts = [
        ("/seat/say", say | {"seat": "NORTHLAND"}, 403, "own seat only"),
        ("/seat/say", say | {"to": "CROSSLAND"}, 409, "Nobody sits there: the model plays"),
        ("/seat/say", say | {"to": "NOWHERE"}, 404, "no such seat"),
        ("/seat/say", say | {"to": "CORAL"}, 422, "your own seat"),
        ("/seat/say", say | {"to": []}, 422, "1 to 4 seats"),
        ("/seat/say", say | {"to": list(ACTORS)}, 422, "1 to 4 seats"),
        ("/seat/say", say | {"to": [["PALMERA"]]}, 404, "no such seat"),
        ("/seat/say", say | {"text": "x" * 281}, 422, "at most 280 characters; yours has 281"),
        ("/seat/say", say | {"text": "\u200b\u2800"}, 422, "visible characters"),
        ("/seat/say", say | {"text": 7}, 422, "1 to 280 characters"),
        ("/seat/offer", {"seat": "CORAL", "give": "", "ask": "PALMERA|"}, 422, "needs something"),
        ("/seat/offer", {"seat": "CORAL", "give": "X/1/vote/yes", "ask": f"PALMERA|{ask}"}, 409, "cannot promise that now"),
        ("/seat/offer", {"seat": "CORAL", "give": "", "ask": "PALMERA|X/1/hosts/true"}, 409, "Palmera cannot promise"),
        ("/seat/offer", {"seat": "NORTHLAND", "give": "", "ask": f"PALMERA|{ask}"}, 403, "own seat only"),
        ("/seat/offer", {"seat": "CORAL", "give": "", "ask": f"PALMERA|{ask}", "counters": "1"}, 404, "no such offer"),
        ("/seat/answer", {"seat": "CORAL", "offer": 1, "accept": True}, 404, "no such offer to you"),
        ("/seat/answer", {"seat": "PALMERA", "offer": 1, "accept": True}, 403, "own seat only"),
        ("/seat/answer", {"seat": "CORAL", "offer": 1, "withdraw": True}, 404, "no such offer of yours"),
        ("/seat/answer", {"seat": "CORAL", "offer": "1", "accept": True}, 404, "no such offer"),
        ("/seat/answer", {"seat": "CORAL", "offer": True, "accept": True}, 404, "no such offer"),
    ]  # fmt: skip
    for path, body, status, says in attempts:
        room.app.limits.storage.reset()
        found, text = eve.post(path, body)
        assert (found, says in error_of(text)) == (status, True), (path, body, found, text)
    assert room.classroom.state.n == n, "nothing was written"
    assert ana.post("/seat/answer", {"seat": "NORTHLAND", "offer": 1, "accept": True})[0] == 404, "its own offer"
    assert ben.post("/seat/answer", {"seat": "PALMERA", "offer": 1})[0] == 422


def test_an_organisation_has_no_vote_to_promise(room):
    scene = room.classroom.scene
    assert not [one for one in terms_of(scene.stop, scene.state, "SERVICE") if one.key == "vote"]
    una = room.student("Una", "SERVICE")
    vote = term(room, "PALMERA", "vote/yes")
    status, text = una.post("/seat/offer", {"seat": "SERVICE", "give": vote, "ask": "PALMERA|", "text": ""})
    assert (status, "cannot promise" in error_of(text)) == (409, True)


def test_markup_is_shown_as_written(room):
    ana, ben = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA")
    ana.post("/seat/say", {"seat": "NORTHLAND", "to": "PALMERA", "text": "<script>alert(1)</script><b>x"})
    for page in (ben.get("/seat")[1], room.teacher().get("/teacher")[1]):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_flood_is_refused_and_nothing_is_lost(room):
    ana = room.student("Ana", "NORTHLAND")
    room.student("Ben", "PALMERA")
    found = [ana.post("/seat/say", {"seat": "NORTHLAND", "to": "PALMERA", "text": str(n)})[0] for n in range(25)]
    assert found == [200] * 20 + [429] * 5
    for _ in range(2):
        room.app.limits.storage.reset()
        found = [ana.post("/seat/say", {"seat": "NORTHLAND", "to": "PALMERA", "text": "x"})[0] for _ in range(12)]
    assert len(room.classroom.state.messages) == 30
    status, text = ana.post("/seat/say", {"seat": "NORTHLAND", "to": "PALMERA", "text": "x"})
    assert (status, "enough for now" in error_of(text)) == (429, True)
    room.classroom.advance("next")
    room.app.limits.storage.reset()
    assert ana.post("/seat/say", {"seat": "NORTHLAND", "to": "PALMERA", "text": "x"})[0] == 200


def test_after_the_lock_a_mute_or_a_move_nothing_is_taken(room):
    ana, ben = room.student("Ana", "NORTHLAND"), room.student("Ben", "PALMERA")
    offered(room, ana, "NORTHLAND", "PALMERA")
    seen = ben.seen("/seat")
    yes = {"seat": "PALMERA", "offer": 1, "accept": True}
    room.classroom.lock(True)
    assert "locked" in error_of(ben.post("/seat/answer", yes | {"seen": seen})[1])
    room.classroom.lock(False)
    room.classroom.mute("PALMERA", True)
    assert "muted" in error_of(ben.post("/seat/answer", yes | {"seen": seen})[1])
    room.classroom.mute("PALMERA", False)
    room.classroom.advance("next")
    assert "moved on" in error_of(ben.post("/seat/answer", yes | {"seen": seen})[1])
    assert room.classroom.state.offers[1]["status"] == "lapsed"
    assert not room.classroom.state.choices


def test_all_talk_is_in_the_debrief_and_texts_leave_only_with_names(room):
    ana, eve = room.student("Ana", "NORTHLAND"), room.student("Eve", "CORAL")
    room.student("Ben", "PALMERA")
    ana.post("/seat/say", {"seat": "NORTHLAND", "to": "PALMERA", "text": "Ben, meet at noon"})
    while room.classroom.scene.stop.next is not None:
        room.classroom.advance("next")
    assert "meet at noon" in eve.get("/seat")[1], "the debrief opens what was private"
    assert b"meet at noon" not in export(room.classroom).ledger.read_bytes()
    assert b"meet at noon" in export(room.classroom, names=True).ledger.read_bytes()
