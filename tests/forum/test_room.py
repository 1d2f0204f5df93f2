"""What two delegates in one room do to each other, worked out by hand from the equations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import comity
from comity import Record
from comity.scenario.loading import from_data

# Everybody comes, sits and speaks (almost surely); trust before is 0.4, worth 4 pieces of evidence.
PARAMETERS: dict[str, float] = {
    "base_exposure": 0.25,
    "attendance_intercept": 8.0,
    "room_intercept": 8.0,
    "engagement_intercept": 2.0,
    "engagement_salience": 0.0,
    "engagement_trust": 0.0,
    "engagement_cooperation": 0.0,
    "engagement_sovereignty": 0.0,
    "engagement_mandate": 0.0,
    "conditional_cooperation": 0.0,
    "contest_distance": 0.25,
    "trust_learning": 1.0,
    "prior_weight": 4.0,
    "persuasion_rate": 0.06,
    "confidence_bound": 0.40,
    "social_influence_rate": 0.04,
    "mimicry_rate": 0.0,
    "reassurance_rate": 0.02,
    "backlash_rate": 0.05,
    "attachment_rate": 0.15,
}


def actor(name: str, role: str, position: float, **given: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "kind": "state",
        "role": role,
        "capacity": 0.5,
        "position": {"k": position},
        "salience": {"k": 1.0},
        **given,
    }


def pair(left: float, right: float, intimacy: float = 1.0, **parameters: float) -> comity.Scenario:
    """Return two states at one round table: A with position ``left``, B with position ``right``."""
    room = {"phase": "round_tables", "sittings": 1, "seats": 4, "kinds": ["state"], "intimacy": intimacy}
    return from_data(
        {
            "title": "Two in a room",
            "start": "2006-01-01",
            "end": "2006-06-30",
            "parameters": PARAMETERS | parameters,
            "population": {
                "source": "list",
                "prior_trust": {"base": 0.4},
                "actors": [
                    actor("A", "origin", left, sovereignty=0.6, cooperation=0.5),
                    actor("B", "destination", right, sovereignty=0.3, cooperation=0.7),
                ],
            },
            "issues": [
                {
                    "id": "k",
                    "name": "k",
                    "politicisation": 0.8,
                    "development_framing": 0.5,
                    "categories": ["k"],
                    "source": "test",
                }
            ],
            "forums": [
                {
                    "id": "F",
                    "name": "F",
                    "bindingness": 0.1,
                    "development_framing": 0.6,
                    "attachment": 0.55,
                    "format": [room],
                    "source": "test",
                }
            ],
            "meetings": [
                {
                    "id": "M",
                    "name": "M",
                    "forum": "F",
                    "start": "2006-05-01",
                    "end": "2006-05-02",
                    "source": "test",
                    "sessions": [{"code": "1", "title": "k", "category": "k"}],
                }
            ],
        }
    )


EXPOSURE = 0.196  # 0.8 x (1 - 0.6 x 0.5) x (0.25 + 0.1)


def run_until(
    scenario: comity.Scenario, first: str, second: str, wanted: Callable[[Record], bool] | None = None
) -> Record:
    """Return the first run in which A and B do what is wanted."""
    for seed in range(2000):
        record = comity.run(scenario, seed=seed)
        acts = dict(zip(record.sittings["actor"], record.sittings["act"], strict=True))
        if (acts.get("A"), acts.get("B")) == (first, second) and (wanted is None or wanted(record)):
            return record
    raise AssertionError(f"A never chose {first} while B chose {second}")


def after(record: Record) -> dict[str, dict[str, float]]:
    """Return what A and B hold when the meeting has closed."""
    actors = record.actors.query("meeting == 'M'").set_index("actor")
    positions = record.positions.query("meeting == 'M'").set_index("actor")["position"]
    trust = record.trust_by_group.query("meeting == 'M'").set_index(["actor", "partner"])["trust"]
    columns = ["cooperation", "sovereignty", "attachment", "practices"]
    found = {name: {column: float(actors.loc[name, column]) for column in columns} for name in ("A", "B")}
    for name, partner in (("A", "destination"), ("B", "origin")):
        found[name] |= {"position": float(positions[name]), "trust": float(trust[name, partner])}
    return found


def test_two_that_cooperate():
    found = after(run_until(pair(0.4, 0.6), "cooperation", "cooperation"))
    # Evidence 1/2 + 0.8 / 2 = 0.9: trust (4 x 0.4 + 0.9) / 5 = 0.5. Position: 0.06 x 0.9 x 0.2 = 0.0108 to the other.
    # Cooperation: 0.04 of the way to 1. Sovereignty falls by 0.02 x 0.9 of itself. Attachment:
    # 0.15 x (0.4 / 2 + 1 / 2 - 0.55) = 0.0225.
    assert found["A"] == pytest.approx(
        {
            "cooperation": 0.52,
            "sovereignty": 0.5892,
            "attachment": 0.5725,
            "practices": 0,
            "position": 0.4108,
            "trust": 0.5,
        },
        abs=1e-12,
    )
    assert found["B"] == pytest.approx(
        {
            "cooperation": 0.712,
            "sovereignty": 0.2946,
            "attachment": 0.5725,
            "practices": 0,
            "position": 0.5892,
            "trust": 0.5,
        },
        abs=1e-12,
    )


def test_one_that_contests_the_camp_of_the_other():
    found = after(run_until(pair(0.1, 0.9), "cooperation", "contestation"))
    # A is attacked: evidence 0, trust 1.6 / 5. B hears an offer from afar: 1/2 + 0.2 / 2 = 0.6, trust 2.2 / 5.
    assert found["A"]["trust"] == pytest.approx(0.32, abs=1e-12)
    assert found["B"]["trust"] == pytest.approx(0.44, abs=1e-12)
    # 0.8 apart is beyond the confidence bound: nobody is persuaded.
    assert (found["A"]["position"], found["B"]["position"]) == (0.1, 0.9)
    # A's habits fall by 0.04 x 0.5, its sovereignty rises by 0.05 x 0.4 x 0.196; B is reassured as before.
    assert found["A"]["cooperation"] == pytest.approx(0.48, abs=1e-12)
    assert found["A"]["sovereignty"] == pytest.approx(0.6 + 0.05 * 0.4 * EXPOSURE, abs=1e-12)
    assert found["B"]["cooperation"] == pytest.approx(0.712, abs=1e-12)
    assert found["B"]["sovereignty"] == pytest.approx(0.2946, abs=1e-12)


def test_camps_are_the_sides_of_the_mean_of_the_room():
    # Both are for joint governance, yet 0.6 and 0.9 lie on either side of their mean: A is attacked.
    found = after(run_until(pair(0.6, 0.9, contest_distance=0.1), "cooperation", "contestation"))
    assert found["A"]["trust"] == pytest.approx(0.32, abs=1e-12)
    assert found["A"]["sovereignty"] == pytest.approx(0.6 + 0.05 * 0.4 * EXPOSURE, abs=1e-12)


def test_a_statement_is_worth_the_agreement():
    found = after(run_until(pair(0.4, 0.6), "statement", "cooperation"))
    assert found["A"]["trust"] == pytest.approx(0.5, abs=1e-12)
    assert found["B"]["trust"] == pytest.approx((1.6 + 0.8) / 5, abs=1e-12)


def test_who_is_silent_learns_and_teaches_nothing():
    found = after(run_until(pair(0.4, 0.6), "statement", "silence"))
    # A heard nobody; 0.15 x (0.4 / 2 + 0 - 0.55) = -0.0525 is its disappointment.
    assert found["A"] == pytest.approx(
        {"cooperation": 0.5, "sovereignty": 0.6, "attachment": 0.4975, "practices": 0, "position": 0.4, "trust": 0.4},
        abs=1e-12,
    )
    assert found["B"]["trust"] == pytest.approx(0.48, abs=1e-12)
    assert found["B"]["position"] == pytest.approx(0.5892, abs=1e-12)


def test_intimacy_and_learning_weigh_the_evidence():
    # Weight 1.5 x 2 = 3: (1.6 + 3 x 0.9) / 7
    found = after(run_until(pair(0.4, 0.6, intimacy=2.0, trust_learning=1.5), "cooperation", "cooperation"))
    assert found["A"]["trust"] == pytest.approx(4.3 / 7, abs=1e-12)


def test_in_a_less_intimate_room_everything_is_weaker():
    # Half of the intimacy: evidence of weight 1/2, (1.6 + 0.45) / 4.5, and half of each step of socialisation.
    found = after(run_until(pair(0.4, 0.6, intimacy=0.5), "cooperation", "cooperation"))
    assert found["A"]["trust"] == pytest.approx(2.05 / 4.5, abs=1e-12)
    assert found["A"]["position"] == pytest.approx(0.4054, abs=1e-12)
    assert found["A"]["cooperation"] == pytest.approx(0.51, abs=1e-12)
    assert found["A"]["sovereignty"] == pytest.approx(0.5946, abs=1e-12)


def test_a_copied_practice_raises_cooperation():
    scenario = pair(0.4, 0.6, mimicry_rate=1.0, mimicry_gain=0.02, social_influence_rate=0.0)

    def only_a_copied(record: Record) -> bool:
        return record.actors.query("meeting == 'M'")["practices"].tolist() == [1, 0]

    found = after(run_until(scenario, "cooperation", "cooperation", only_a_copied))
    assert found["A"]["cooperation"] == pytest.approx(0.51, abs=1e-12)  # 0.5 + 0.02 x 0.5
    assert found["B"]["cooperation"] == 0.7


def test_how_often_a_delegate_speaks_and_cooperates():
    # P(speaks) = L(2) = 0.8808; P(cooperates | speaks) = 0.5 x (1 - 0.6 x 0.196) x (1 - 0.1) = 0.39708. In 1000 runs
    # the standard errors are sqrt(0.8808 x 0.1192 / 1000) = 0.0102 and sqrt(0.397 x 0.603 / 881) = 0.0165.
    scenario = pair(0.4, 0.6)
    acts = []
    for seed in range(1000):
        sittings = comity.run(scenario, seed=seed).sittings
        acts += sittings.loc[sittings["actor"] == "A", "act"].tolist()
    spoke = [act for act in acts if act != "silence"]
    assert len(acts) >= 995
    assert len(spoke) / len(acts) == pytest.approx(0.8808, abs=4 * 0.0102)
    assert spoke.count("cooperation") / len(spoke) == pytest.approx(0.39708, abs=4 * 0.0165)
