"""Drafting worked out by hand: which wording stands, what it makes of a text, and that nothing said is nothing added."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import comity
from comity.rules.drafting import count_voice, draft_of, is_backed, standing_wording, wording_utility
from comity.scenario.moves import Move
from comity.world.world import Group

ORIGIN, DESTINATION, BOTH = Group.ORIGIN, Group.DESTINATION, Group.BOTH
WEAKEST, WEAKER, NEUTRAL, STRONGER, STRONGEST = range(-2, 3)


def said(*voices: tuple[int, int, int]) -> np.ndarray:
    """Return the voices on one paragraph from triples of wording, stance and group of a state."""
    found = np.zeros((1, 5, 3), dtype=np.int64)
    for wording, stance, group in voices:
        count_voice(found, 0, wording, stance, group)
    return found


@pytest.mark.parametrize(
    ("voices", "stands"),
    [
        ((), NEUTRAL),
        (((STRONGER, 1, ORIGIN),), STRONGER),
        (((STRONGER, 1, ORIGIN), (STRONGER, -1, DESTINATION)), NEUTRAL),
        (((STRONGER, -1, ORIGIN),), NEUTRAL),  # nobody wants it, and nobody else was heard
        (((STRONGER, 1, ORIGIN), (NEUTRAL, 1, DESTINATION)), NEUTRAL),  # as many want it as it was
        (((STRONGER, 1, ORIGIN), (STRONGER, 1, BOTH), (NEUTRAL, 1, DESTINATION)), STRONGER),
        (((STRONGER, 1, ORIGIN), (NEUTRAL, -1, DESTINATION)), STRONGER),
        (((STRONGEST, 1, ORIGIN), (STRONGER, 1, ORIGIN)), STRONGER),  # nearer to neutral
        (((STRONGER, 1, ORIGIN), (WEAKER, 1, DESTINATION)), WEAKER),  # as near, and weaker
        (((STRONGEST, 1, ORIGIN), (STRONGEST, 1, BOTH), (WEAKEST, 1, DESTINATION)), STRONGEST),
    ],
)
def test_the_wording_that_stands(voices, stands):
    assert standing_wording(said(*voices)[0]) == stands


def test_both_sides_must_back_it_and_who_is_both_counts_on_both():
    assert not is_backed(said((1, 1, ORIGIN))[0], 1)
    assert is_backed(said((1, 1, ORIGIN), (1, 1, DESTINATION))[0], 1)
    assert not is_backed(said((1, 1, ORIGIN), (1, 1, DESTINATION))[0], 0), "only the wording that was asked for"
    assert is_backed(said((1, 1, BOTH))[0], 1)
    divided = said((1, 1, ORIGIN), (1, 1, ORIGIN), (1, 1, DESTINATION), (1, -1, DESTINATION))
    assert not is_backed(divided[0], 1), "a tie on one side is no consent"


def test_the_text_by_hand(rates):
    p = rates(draft_bindingness=0.3)
    strongest, weaker = said((2, 1, ORIGIN), (2, 1, DESTINATION)), said((-1, 1, ORIGIN), (-1, 1, DESTINATION))
    # s = (1, -1/2, 0), mean 1/6: 0.3 / 6 = 0.05 of bindingness more.
    draft = draft_of(np.concatenate([strongest, weaker, said()]), 0.2, True, p)
    assert draft.strength == pytest.approx([1.0, -0.5, 0.0])
    assert draft.bindingness == pytest.approx(0.05)
    assert draft.is_agreed, "the third paragraph is that of an agreed text"
    contested = draft_of(np.concatenate([strongest, weaker, said()]), 0.2, False, p)
    assert not contested.is_agreed, "nobody backed the third paragraph of a contested text"
    backed = said((0, 1, ORIGIN), (0, 1, DESTINATION))
    assert draft_of(np.concatenate([strongest, weaker, backed]), 0.2, False, p).is_agreed
    one_sided = said((1, 1, ORIGIN))
    assert not draft_of(np.concatenate([strongest, one_sided]), 0.2, True, p).is_agreed


def test_bindingness_is_a_share(rates):
    p = rates(draft_bindingness=1.0)
    weakest = said((-2, 1, ORIGIN))
    assert draft_of(weakest, 0.2, False, p).bindingness == pytest.approx(-0.2)
    assert draft_of(said((2, 1, ORIGIN)), 0.9, False, p).bindingness == pytest.approx(0.1)


@pytest.mark.parametrize("is_agreed", [True, False])
def test_without_voices_the_draft_is_the_text_of_the_scenario(is_agreed, rates):
    p = rates(draft_bindingness=0.3, draft_position=2.0, draft_sovereignty=4.0)
    draft = draft_of(np.zeros((4, 5, 3), dtype=np.int64), 0.35, is_agreed, p)
    assert draft.strength.tolist() == [0.0] * 4
    assert draft.bindingness == 0.0
    assert draft.is_agreed == is_agreed
    assert wording_utility(0.0, 0.7, draft.bindingness, p) == 0.0


def test_utility_by_hand(rates, both_forms_agree):
    p = rates(draft_position=2.0, draft_sovereignty=4.0)
    # 2 x 0.25 - 4 x 0.5 x 0.1 = 0.5 - 0.2
    assert wording_utility(0.25, 0.5, 0.1, p) == pytest.approx(0.3)
    assert wording_utility(-0.25, 0.5, -0.1, p) == pytest.approx(-0.3)
    both_forms_agree(wording_utility, [-1.0, 0.2], [0.0, 0.9], [-0.1, 0.1], [p])


def drafts(paragraph: str, wording: int, *states: str, stance: str = "supports") -> list[Move]:
    place = {"meeting": "DIALOGUE2", "paragraph": paragraph, "wording": wording}
    return [Move(actor=state, draft=stance, **place) for state in states]


def test_a_drafted_text_in_a_run_by_hand(unlearning):
    settings = unlearning | {
        "parameters.vote_bloc": 0.0, "parameters.draft_bindingness": 0.3, "parameters.vote_contested": 4.0,
        "parameters.vote_abstention_contested": 1.5,
    }  # fmt: skip
    scenario = comity.load("teaching", settings=settings)
    plain = comity.run(scenario, seed=1).votes.set_index("actor")
    moved = comity.run(scenario.with_moves(drafts("rights", 2, "PALMERA", "CORAL")), seed=1)
    row, before = moved.votes.set_index("actor").loc["NORTHLAND"], plain.loc["NORTHLAND"]
    # Northland cares .35 about rights, stands at .15: W = .35 x (2 x .15 - 1) x 1 = -.245. One of three paragraphs is
    # strongest: b - b_0 = .3 / 3 = .1. Sovereignty .75, and no campaign: d = 2 x (-.245) - 4 x .75 x .1 = -.79.
    shift = -0.79

    def utility(votes):
        share = votes["p_yes"] / (1 - votes["p_absent"])
        return np.log(share / (1 - share))

    assert utility(row) - utility(before) == pytest.approx(shift, abs=1e-9)
    assert row["p_absent"] == before["p_absent"]
    table = moved.drafts.set_index("paragraph")
    assert table["wording"].to_dict() == {"remittances": 0, "labour": 0, "rights": 2}
    assert table["both_sides"].tolist() == [False] * 3
    assert table["voices"].tolist() == [0, 0, 2]
    assert table["bindingness"].tolist() == pytest.approx([0.45] * 3)
    assert set(table["text_class"]) == {"contested"}


def test_a_text_that_both_sides_back_is_agreed(load_teaching: Callable[..., comity.Scenario]):
    scenario = load_teaching()
    moves = [move for issue in ("remittances", "labour", "rights") for move in drafts(issue, 0, "CROSSLAND")]
    agreed = comity.run(scenario.with_moves(moves), seed=1)
    assert set(agreed.drafts["text_class"]) == {"agreed"}
    tabled = comity.load("teaching", settings={"meetings.DIALOGUE2.votes.COMPACT.text_class": "agreed"})
    other = comity.run(tabled, seed=1)
    assert agreed.votes.equals(other.votes), "the wording is neutral, only the class is another"
    assert not agreed.votes.equals(comity.run(scenario, seed=1).votes)


def test_who_may_not_vote_is_not_heard(load_teaching: Callable[..., comity.Scenario]):
    members = {"meetings.DIALOGUE2.votes.COMPACT.members": ["NORTHLAND", "WESTMARK", "PALMERA"]}
    scenario = load_teaching(settings=members)
    record = comity.run(scenario.with_moves(drafts("rights", 2, "CORAL", "RIGHTS")), seed=1)
    assert record.votes.equals(comity.run(scenario, seed=1).votes)
    reasons = record.moves.set_index("actor")["reason"].to_dict()
    assert reasons == {"CORAL": "it may not vote on the text", "RIGHTS": "only a state drafts a text"}


@pytest.mark.parametrize("name", ["draft_position", "draft_bindingness", "draft_sovereignty"])
def test_every_parameter_moves_a_drafted_vote(name, load_teaching, first_difference):
    moves = drafts("rights", 2, "PALMERA", "CORAL")
    low, high = (load_teaching(**{name: value}).with_moves(moves) for value in (0.0, 1.0))
    assert first_difference(comity.run(low, seed=1), comity.run(high, seed=1))
