"""What a meeting leaves beyond its rooms, worked out by hand: trust in third parties, domestic anchors, framed persuasion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import comity
from comity import ForumModel, Record
from comity.rules.advocacy import advocacy_step
from comity.rules.generalised_trust import carried_weight, trust_step
from comity.rules.internalisation import internalisation_step
from comity.scenario.loading import from_data
from comity.scenario.moves import Move
from comity.scenario.schema import Scenario

SHARES = np.linspace(0, 1, 5)

# Everybody who is to come comes and sits; trust before is 0.4, worth 4 pieces of evidence; nothing but what is under
# test changes anybody.
STILL: dict[str, float] = {
    "attendance_intercept": 8.0,
    "room_intercept": 8.0,
    "prior_weight": 4.0,
    "trust_learning": 0.0,
    "trust_generalised": 0.0,
    "evidence_decay": 0.0,
    "persuasion_rate": 0.0,
    "social_influence_rate": 0.0,
    "mimicry_rate": 0.0,
    "advocacy_rate": 0.0,
    "internalisation_rate": 0.0,
    "domestic_pull": 0.0,
    "turnover": 0.0,
}


def actor(name: str, kind: str, position: float, **given: Any) -> dict[str, Any]:
    at = {"position": {"k": position}, "salience": {"k": 1.0}}
    return {
        "id": name,
        "name": name,
        "kind": kind,
        "capacity": 0.5,
        "cooperation": 0.5,
        "sovereignty": 0.5,
        **at,
        **given,
    }


STATES = [
    actor("A", "state", 0.4, role="origin", civil_society_climate=0.5),
    actor("B", "state", 0.6, role="destination"),
    actor("C", "state", 0.3, role="destination"),
    actor("D", "state", 0.5, role="origin"),
]
NETWORK = actor("N", "cso", 0.9, stance="inside")


def scenario(acts: dict[str, str], actors: list[dict[str, Any]] = STATES, **parameters: float) -> Scenario:
    """Return one round table on issue k at which those named do as they are told; the others stay away."""
    room = {"phase": "round_tables", "sittings": 1, "seats": 9, "kinds": ["state", "cso"], "intimacy": 1.0}
    forum = {"id": "F", "name": "F", "bindingness": 0.1, "development_framing": 0.6, "accreditation": False}
    issue = {"id": "k", "name": "k", "politicisation": 0.8, "development_framing": 0.5, "categories": ["k"]}
    meeting = {"id": "M", "name": "M", "forum": "F", "start": "2006-05-01", "end": "2006-05-02", "openness": 1.0}
    data = {
        "title": "A table",
        "start": "2006-01-01",
        "end": "2006-12-31",
        "parameters": STILL | parameters,
        "population": {
            "source": "list",
            "prior_trust": {"base": 0.4, "network": 0.0, "climate": 0.0},
            "actors": actors,
        },
        "issues": [issue | {"source": "test"}],
        "forums": [forum | {"format": [room], "inside_access": 1.0, "source": "test"}],
        "meetings": [meeting | {"source": "test", "sessions": [{"code": "1", "title": "k", "category": "k"}]}],
    }
    moves = [Move(actor=name, meeting="M", sitting=1, act=act) for name, act in acts.items()]
    moves += [Move(actor=item["id"], meeting="M", attends=item["id"] in acts) for item in actors]
    moves += [Move(actor=name, meeting="M", sitting=1, table=1) for name in acts]
    return from_data(data).with_moves(moves)


def trust_after(record: Record) -> Any:
    """Return trust when the meeting has closed, row the holder."""
    return record.trust_matrix("M").astype(float).round(6)


# --- Generalised trust


def test_carried_weight():
    assert carried_weight(0.4, 0.5) == pytest.approx(0.2)  # 0.5 x 0.4
    assert carried_weight(3.0, 0.5) == 0.5  # at most gamma
    assert carried_weight(3.0, 0.0) == 0.0
    assert carried_weight(0.0, 0.5) == 0.0


def test_trust_step():
    # 0.5 x (0.9 - 0.4) / (4 + 0.5) = 0.25 / 4.5
    assert trust_step(0.4, 4.0, 0.5, 0.9) == pytest.approx(0.25 / 4.5, abs=1e-15)
    assert trust_step(0.4, 4.0, 0.0, 0.9) == 0.0
    for trust in SHARES:
        for gain in SHARES:
            after = trust + trust_step(trust, 4.0, 2.0, gain)
            assert min(trust, gain) - 1e-15 <= after <= max(trust, gain) + 1e-15


TOLD = {"A": "statement", "B": "cooperation", "D": "silence"}


def test_what_was_heard_of_one_is_carried_over_to_another_of_its_role():
    record = comity.run(scenario(TOLD, trust_learning=1.0, trust_generalised=0.5), seed=1, keep="trust")
    trust = trust_after(record)
    # A takes from B the evidence 1/2 + 0.8 / 2 = 0.9: (1.6 + 0.9) / 5. Half a piece of it tells A of C, whom it did not
    # hear: (1.6 + 0.5 x 0.9) / 4.5. D agrees with B by 0.9: evidence 0.95.
    assert trust.loc["A", "B"] == pytest.approx(0.5, abs=1e-6)
    assert trust.loc["A", "C"] == pytest.approx(2.05 / 4.5, abs=1e-6)
    assert trust.loc["D", "C"] == pytest.approx((1.6 + 0.5 * 0.95) / 4.5, abs=1e-6)
    # B hears the statement of A, 0.8, and nothing of D, another origin state.
    assert trust.loc["B", "D"] == pytest.approx((1.6 + 0.5 * 0.8) / 4.5, abs=1e-6)
    # D heard A, of its own role; A heard no origin state but itself. C was not there.
    assert trust.loc["A", "D"] == pytest.approx(0.4, abs=1e-6)
    assert (trust.loc["C", ["A", "B", "D"]] == 0.4).all()
    part = record.trust_by_group.query("meeting == 'M' and partner == 'destination'").set_index("actor")
    assert part.loc["A", "by_generalised"] == pytest.approx((2.05 / 4.5 - 0.4) / 2, abs=1e-12)


def test_a_lesson_of_less_than_a_piece_carries_less():
    # Evidence of weight 0.4, of which gamma x 0.4 = 0.2 is carried over: (1.6 + 0.2 x 0.9) / 4.2.
    trust = trust_after(comity.run(scenario(TOLD, trust_learning=0.4, trust_generalised=0.5), seed=1, keep="trust"))
    assert trust.loc["A", "C"] == pytest.approx(1.78 / 4.2, abs=1e-6)


def test_a_step_from_outside_is_no_lesson_of_the_meeting():
    told = scenario({**TOLD, "C": "silence"}, trust_learning=1.0, trust_generalised=0.5)
    plain = trust_after(comity.run(told, seed=1, keep="trust"))
    model = ForumModel(told, seed=1, keep="trust")
    model.run_to("M", 0)
    model.world.change_trust("A", "B", 0.3, by="gossip")
    model.step()
    model.world.change_trust("A", "B", -0.2, by="gossip") if model.gathering else None
    changed = trust_after(Record.of(model.run()))
    assert changed.loc["A", "B"] != plain.loc["A", "B"]
    assert changed.loc["A", "C"] == plain.loc["A", "C"]


# --- Persuasion with a frame, and influence of those who take a side


def test_a_frame_turns_a_listener_towards_those_who_want_more():
    told = {"A": "silence", "B": "statement", "C": "statement"}
    for strength, step in ((0.0, 0.1 / 2), (2.0, 0.22 / 2.6)):
        # A at 0.4 hears B at 0.6 and C at 0.3. F = 1 + 2 x 0.6 x 0.5 = 1.6: (1.6 x 0.2 - 0.1) / 2.6.
        given = scenario(told, persuasion_rate=0.1, persuasion_framing=strength)
        table = comity.run(given, seed=1).positions.query("meeting == 'M'").set_index("actor")
        assert table.loc["A", "position"] == pytest.approx(0.4 + 0.1 * 0.9 * step, abs=1e-12)
        # B hears nobody above itself, and a single speaker: a frame changes nothing.
        assert table.loc["B", "position"] == pytest.approx(0.6 - 0.1 * 0.9 * 0.3, abs=1e-12)


@pytest.mark.parametrize(
    ("acts", "share"),
    [
        ({"B": "statement"}, None),
        ({"B": "cooperation", "C": "statement"}, 1.0),
        ({"B": "contestation", "C": "statement"}, 0.0),
        ({"B": "cooperation", "C": "contestation"}, 0.5),
    ],
)
def test_statements_take_no_side(acts, share):
    table = comity.run(scenario({"A": "silence", **acts}, social_influence_rate=0.1), seed=1).actors
    found = table.query("meeting == 'M' and actor == 'A'")["cooperation"].item()
    assert found == pytest.approx(0.5 if share is None else 0.5 + 0.1 * (share - 0.5), abs=1e-12)


# --- Domestic anchors


def test_advocacy_step():
    # Two interventions, of trust 0.4 and 0.2 in networks at 0.9: 0.1 x 0.5 x (0.54 - 0.3 x 0.6) / 2 = 0.009.
    assert advocacy_step(0.3, 0.6, 0.54, 2.0, 0.5, 0.1) == pytest.approx(0.009, abs=1e-15)
    assert advocacy_step(0.3, 0.6, 0.54, 2.0, 0.0, 0.1) == 0.0
    assert advocacy_step(0.3, 0.6, 0.54, 2.0, 0.5, 0.0) == 0.0
    for anchor in SHARES:
        for position in SHARES:
            assert 0.0 <= anchor + advocacy_step(anchor, 3.0, 3.0 * position, 3.0, 1.0, 1.0) <= 1.0


@pytest.mark.parametrize("act", ["statement", "cooperation", "contestation", "silence"])
def test_networks_carry_home_what_they_said(act):
    given = scenario({"A": "silence", "B": "silence", "N": act}, [*STATES, NETWORK], advocacy_rate=0.2)
    table = comity.run(given, seed=1).positions.query("meeting == 'M'").set_index("actor")
    # 0.2 x 0.5 x 0.4 x (0.9 - 0.4) = 0.02 for A. B has no climate for it, D was not there, N has no home.
    rise = 0.0 if act == "silence" else 0.02
    assert table.loc["A", "anchor"] == pytest.approx(0.4 + rise, abs=1e-12)
    assert table.loc["A", "anchor_by_advocacy"] == pytest.approx(rise, abs=1e-12)
    assert table.loc["A", "position"] == 0.4
    assert table.loc[["D", "N"], "anchor"].tolist() == [0.5, 0.9]


def test_internalisation_step():
    # 0.1 x 0.32 x (0.8 - 0.4) = 0.0128
    assert internalisation_step(0.8, 0.4, 0.32, 0.1) == pytest.approx(0.0128, abs=1e-15)
    assert internalisation_step(0.8, 0.4, 0.0, 0.1) == 0.0
    assert internalisation_step(0.8, 0.4, 0.32, 0.0) == 0.0


def test_a_position_that_others_share_becomes_ones_own():
    model = ForumModel(scenario({"A": "silence"}, internalisation_rate=0.1, domestic_pull=0.5), seed=1)
    model.world.change_position("A", "k", 0.4, by="test")
    world = model.run().world
    # Others: B and C, on average at 0.45, and D; origin states stand at (0.8 + 0.5) / 2 = 0.65 on average.
    support = 0.4 * (2 * (1 - 0.35) + (1 - 0.15)) / 3
    anchor = 0.4 + 0.1 * support * 0.4
    assert world.preferences["anchor"][0, 0] == pytest.approx(anchor, abs=1e-12)
    assert world.position[0, 0] == pytest.approx(0.8 + 0.5 * (anchor - 0.8), abs=1e-12)  # pulled to the new anchor
    assert world.preferences["anchor"][1:, 0].tolist() == [0.6, 0.3, 0.5]


def test_both_forms_agree(both_forms_agree):
    both_forms_agree(carried_weight, (0.0, 0.3, 1.0, 7.0), (0.0, 0.5, 4.0))
    both_forms_agree(trust_step, SHARES, (0.1, 4.0, 100.0), (0.0, 0.5), SHARES)
    both_forms_agree(advocacy_step, SHARES, SHARES, SHARES, (1.0, 9.0), SHARES, SHARES)
    both_forms_agree(internalisation_step, SHARES, SHARES, SHARES, SHARES)


# --- What each does at its default to the small world, over a few seeds


def _mean_change(load: Callable[..., Scenario], name: str, measure: Callable[[Record], float]) -> float:
    pairs = [(comity.run(load(), seed=seed), comity.run(load(**{name: 0.0}), seed=seed)) for seed in range(6)]
    return float(np.mean([measure(there) - measure(without) for there, without in pairs]))


def _mean_of(record: Record, table: str, column: str) -> float:
    states = record.actors_by_id["id"][record.actors_by_id["kind"] == "state"]
    last = getattr(record, table)
    return float(last[(last["meeting"] == last["meeting"].iloc[-1]) & last["actor"].isin(states)][column].mean())


@pytest.mark.parametrize(
    ("name", "table", "column"),
    [
        ("trust_generalised", "actors", "trust_held"),
        ("persuasion_framing", "positions", "position"),
        ("social_influence_rate", "actors", "cooperation"),
    ],
)
def test_it_raises_what_it_should(load_teaching, name, table, column):
    assert _mean_change(load_teaching, name, lambda record: _mean_of(record, table, column)) > 0


def test_advocacy_raises_what_home_wants_where_networks_are_heard(load_lively):
    # The drawn networks stand above most states on every issue; in the teaching scenario no state hears a network.
    assert _mean_change(load_lively, "advocacy_rate", lambda record: _mean_of(record, "positions", "anchor")) > 0


def test_internalisation_brings_home_nearer_to_what_is_held(load_teaching):
    def gap(record: Record) -> float:
        last = record.positions[record.positions["meeting"] == "DIALOGUE2"]
        return float((last["position"] - last["anchor"]).abs().mean())

    assert _mean_change(load_teaching, "internalisation_rate", gap) < 0
