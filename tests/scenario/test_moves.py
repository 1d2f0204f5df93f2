"""Moves as values: what may be chosen, what is refused, patches, hashes and words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import comity
from comity import InputError, Scenario
from comity.forum.stage import prepare
from comity.scenario.loading import from_data, load
from comity.scenario.moves import CHOICES, Move
from comity.scenario.patching import apply_patch
from comity.words.changes import differences
from comity.words.describe import describe

COMES = {"actor": "CORAL", "meeting": "FORUM1", "attends": True}
MEETS = {"actor": "CORAL", "meeting": "FORUM1", "sitting": 7}
DRAFTS = {"actor": "CORAL", "meeting": "DIALOGUE2", "draft": "supports", "paragraph": "rights", "wording": 0}
SPEAKS = {"actor": "CORAL", "meeting": "FORUM1", "sitting": 4, "act": "statement"}


def with_moves(*moves: dict[str, Any]) -> Scenario:
    return load("teaching", settings={"moves": list(moves)})


def test_a_move_says_what_is_chosen():
    move = Move.model_validate(SPEAKS)
    assert (move.choice, move.value, move.words()) == ("act", "statement", "makes a statement in sitting 4")
    assert Move.model_validate(COMES | {"attends": False}).words() == "stays away from the meeting"
    assert set(CHOICES) < set(Move.model_fields)


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        ({"attends": True, "pledges": True}, "must make exactly one choice of .*, got attends, pledges"),
        ({}, "must make exactly one choice of .*, got none"),
        ({"act": "silence"}, "sitting must be given with act, got none"),
        ({"table": 1}, "sitting must be given with table, got none"),
        ({"attends": True, "sitting": 1}, "sitting must not be given with attends, got 1"),
        ({"table": 1, "sitting": 1, "round": 1}, "round must not be given with table, got 1"),
        ({"attends": True, "on": "COMPACT"}, "on must not be given with attends, got 'COMPACT'"),
        ({"partner": "SAVANNA"}, "sitting must be given with partner, got none"),
        ({"partner": "CORAL", "sitting": 7}, "partner must be another actor, got itself"),
        ({"draft": "supports", "wording": 1}, "paragraph and wording must be given with draft, got none and 1"),
        ({"draft": "supports", "paragraph": "rights"}, "must be given with draft, got rights and none"),
        ({"vote": "no", "wording": 0}, "wording must not be given with vote, got 0"),
        ({"draft": "likes", "paragraph": "rights", "wording": 1}, r"moves\[0\].draft must be 'supports' or 'opposes'"),
        ({"draft": "supports", "paragraph": "rights", "wording": 3}, r"moves\[0\].wording must be less than or equal"),
        ({"act": "shouting", "sitting": 1}, r"moves\[0\].act must be 'silence', 'statement'"),
        ({"table": -1, "sitting": 1}, r"moves\[0\].table must be greater than or equal to 0, got -1"),
        ({"attends": 1}, r"moves\[0\].attends must be a valid boolean, got 1"),
        ({"table": True, "sitting": 1}, r"moves\[0\].table must be a valid integer, got True"),
        ({"atends": True}, r"moves\[0\].atends is not a known key. Did you mean 'attends'"),
    ],
)
def test_what_is_no_move_is_refused(move, expected):
    with pytest.raises(InputError, match=f"^scenarios/teaching.toml with --set: .*{expected}"):
        with_moves({"actor": "CORAL", "meeting": "FORUM1", **move})


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([MEETS | {"partner": name} for name in ("SAVANNA", "SAVANNA")], "partner must name each once, got 'SAVANNA'"),
        (
            [MEETS | {"partner": name} for name in ("SAVANNA", "OILPORT", "PALMERA", "HIGHVALE")],
            "partner must be named at most 3 times, got 4",
        ),
        ([DRAFTS | {"paragraph": "wages"}], "paragraph names 'wages', which is not defined"),
        ([DRAFTS | {"meeting": "FORUM1"}], "draft: the meeting has no vote"),
        ([DRAFTS, DRAFTS | {"on": "COMPACT"}], "draft must be chosen once"),
        ([DRAFTS, DRAFTS | {"draft": "opposes"}], "draft must be chosen once, got 'supports 0 rights' and 'opposes 0"),
        ([COMES | {"meeting": "FORUM9"}], "move of 'CORAL': meeting names 'FORUM9', which is not defined"),
        ([{"actor": "CORAL", "meeting": "FORUM1", "vote": "no"}], "vote: the meeting has no vote"),
        ([{"actor": "CORAL", "meeting": "DIALOGUE2", "vote": "no", "on": "PACT"}], "on names 'PACT'"),
        ([COMES, COMES | {"attends": False}], "attends must be chosen once, got True and False"),
        ([SPEAKS, SPEAKS | {"act": "silence"}], "act must be chosen once, got 'statement' and 'silence'"),
        ([SPEAKS, SPEAKS | {"act": "silence", "round": 1}], "act must be chosen once"),
        (
            [
                {"actor": "CORAL", "meeting": "DIALOGUE2", "vote": "no", "on": "COMPACT"},
                {"actor": "CORAL", "meeting": "DIALOGUE2", "vote": "yes"},
            ],
            "vote must be chosen once",
        ),
    ],
)
def test_moves_that_do_not_fit_the_scenario_are_refused(moves, expected):
    with pytest.raises(InputError, match=f"scenarios/teaching.toml with --set: .*{expected}"):
        with_moves(*moves)
    with pytest.raises(InputError, match=f"teaching: .*{expected}"):
        load("teaching").with_moves([Move.model_validate(move) for move in moves])


def test_on_must_be_given_where_there_are_several_votes():
    data = load("teaching").to_json()
    votes = data["meetings"][-1]["votes"]
    votes.append(votes[0] | {"id": "SECOND"})
    answer = {"actor": "CORAL", "meeting": "DIALOGUE2", "vote": "no"}
    with pytest.raises(InputError, match="on must name one of the votes COMPACT, SECOND, got none"):
        from_data(data | {"moves": [answer]})
    both = [answer | {"on": "SECOND"}, answer | {"on": "COMPACT", "vote": "yes"}]
    answers = comity.run(from_data(data | {"moves": both}), seed=3).votes.query("actor == 'CORAL'")
    assert answers.set_index("vote")["answer"].to_dict() == {"COMPACT": "yes", "SECOND": "no"}


def test_moves_that_agree_or_are_on_other_rounds_are_allowed():
    other = [SPEAKS | {"round": 1}, SPEAKS | {"round": 2, "act": "silence"}]
    assert len(with_moves(COMES, COMES, *other).moves) == 4


def test_an_unknown_actor_is_named_when_the_actors_are_known():
    with pytest.raises(InputError, match="move of 'CORALL' at 'FORUM1': actor 'CORALL' is not in this scenario"):
        comity.ForumModel(with_moves(COMES | {"actor": "CORALL"}), seed=1)


def test_only_a_scenario_with_moves_has_another_hash():
    plain, moved = load("teaching"), with_moves(COMES)
    assert plain.hash == "d8022b8e4d30b24d", "records and calibrations carry this hash"
    assert load("teaching", settings={"moves": []}).hash == plain.hash
    assert len({plain.hash, moved.hash, with_moves(SPEAKS).hash}) == 3
    assert plain.with_moves(moved.moves).hash == moved.hash
    assert moved.with_moves(()).hash == plain.hash
    assert "moves" not in plain.to_json()
    assert moved.to_json()["moves"] == [COMES]
    assert from_data(moved.to_json()).hash == moved.hash
    assert moved.with_parameters(turnover=0.5).moves == moved.moves


def test_moves_share_the_stage_of_their_scenario():
    plain = load("teaching")
    assert prepare(plain.with_moves([Move.model_validate(COMES)])) is prepare(plain)


def patched(folder: Path, *texts: str) -> tuple[Move, ...]:
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"p{number}.toml")
        files[-1].write_text(text, encoding="utf-8")
    return load("teaching", patches=files).moves


CORAL_COMES = '[[moves]]\nactor = "CORAL"\nmeeting = "FORUM1"\nattends = true\n'
OILPORT_COMES = CORAL_COMES.replace("CORAL", "OILPORT")


def test_patches_add_and_replace_moves(tmp_path):
    moves = patched(tmp_path, CORAL_COMES + OILPORT_COMES, CORAL_COMES.replace("true", "false"))
    assert [(move.actor, move.attends) for move in moves] == [("OILPORT", True), ("CORAL", False)]
    assert patched(tmp_path, CORAL_COMES, "moves = []\n") == ()


def test_patches_remove_moves_of_an_actor_and_with_it_and_with_a_meeting(tmp_path):
    both = CORAL_COMES + OILPORT_COMES
    for removal in ('moves = ["CORAL"]', 'actors = ["CORAL"]'):
        assert [move.actor for move in patched(tmp_path, both, f"[remove]\n{removal}\n")] == ["OILPORT"]
    assert patched(tmp_path, both, '[remove]\nmeetings = ["FORUM1"]\n') == ()
    assert patched(tmp_path, both, '[[each]]\nof = "meetings"\nwhere = { id = "FORUM1" }\nremove = true\n') == ()
    with pytest.raises(InputError, match=r"remove\.moves names 'PALMERA', who has no move"):
        patched(tmp_path, both, '[remove]\nmoves = ["PALMERA"]\n')


def test_a_move_on_a_whole_sitting_gives_way_to_one_on_it_and_not_on_another():
    laid = apply_patch({"moves": [SPEAKS, COMES]}, {"moves": [SPEAKS | {"round": 1, "act": "silence"}]}, "here")
    assert laid["moves"] == [COMES, SPEAKS | {"round": 1, "act": "silence"}]
    laid = apply_patch({"moves": [SPEAKS]}, {"moves": [SPEAKS | {"sitting": 5}]}, "here")
    assert len(laid["moves"]) == 2


def test_moves_are_described_in_words():
    scenario = with_moves(COMES, SPEAKS, {"actor": "CORAL", "meeting": "DIALOGUE2", "vote": "absent"})
    text = describe(scenario)
    assert "Chosen by people\n  FORUM1: CORAL comes, makes a statement in sitting 4\n" in text
    assert "DIALOGUE2: CORAL is absent from the vote" in text
    assert "Chosen by people" not in describe(load("teaching"))
    assert differences(load("teaching"), with_moves(COMES)) == ["moves: none, now 1 items (CORAL at FORUM1 comes)"]
