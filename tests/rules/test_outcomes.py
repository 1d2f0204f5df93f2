"""Votes, support, memberships and shocks in runs where nobody learns, so that they can be worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import comity
from comity import ForumModel, Record
from comity.scenario.loading import from_data

VOTE = {
    "parameters.vote_contested": 4.0,
    "parameters.vote_position": 4.0,
    "parameters.vote_trust": 4.0,
    "parameters.vote_sovereignty": 4.0,
    "parameters.vote_pressure": 3.0,
    "parameters.vote_bloc": 0.0,
    "parameters.vote_abstention_contested": 1.5,
    "parameters.absence_intercept": -1.0,
    "parameters.absence_record": 1.0,
    "parameters.absence_capacity": 3.0,
}
SUPPORT = {"parameters.support_service": 0.6, "parameters.support_sovereignty": 0.6, "parameters.support_trust": 1.0}


@pytest.fixture
def calm(unlearning):
    """Return settings under which nobody learns, but the campaign is left in."""
    return {key: value for key, value in unlearning.items() if key != "shocks"}


def with_shocks(settings, *shocks):
    """Return the teaching scenario with these shocks and no other."""
    return from_data(comity.load("teaching", settings=settings).to_json() | {"shocks": list(shocks)})


def test_a_vote_by_hand(calm):
    votes = comity.run(comity.load("teaching", settings=calm | VOTE), seed=1).votes.set_index("actor")
    # Northland, fully hit by the campaign: sovereignty 0.75 + 0.05 = 0.80, pressure 0.30.
    # Position: 0.2 x 0.60 + 0.45 x 0.25 + 0.35 x 0.15 = 0.285. Trust in the seven other states: 0.40 and the ties to
    # Palmera and Crossland, 0.2 x (sqrt 0.35 + sqrt 0.20) / 7 = 0.2 x 1.0388216 / 7 = 0.0296806: 0.4296806.
    # u = 4 - 4 (1 - 0.285) - 4 x 0.80 + 4 (0.4296806 - 0.5) - 3 x 0.30 = -3.2412776
    # P(absent) = L(-1 + ln(0.136 / 0.864) - 3 (0.95 - 0.5)) = L(-4.1989179) = 0.0147898
    # L(u) = 0.0376416, L(-u - 1.5) = L(1.7412776) = 0.8508493
    row = votes.loc["NORTHLAND"]
    assert row["p_absent"] == pytest.approx(0.0147898, abs=1e-6)
    assert row["p_yes"] == pytest.approx(0.9852102 * 0.0376416, abs=1e-6)
    assert row["p_no"] == pytest.approx(0.9852102 * 0.8508493, abs=1e-6)
    assert row["p_abstain"] == pytest.approx(0.9852102 * (1 - 0.0376416 - 0.8508493), abs=1e-6)


def test_a_state_that_cares_about_nothing_in_a_text_has_an_answer_too(calm):
    indifferent = {"remittances": 0.4, "labour": 0.6, "rights": 0.0}
    about_rights = {
        "meetings.DIALOGUE2.votes.COMPACT.categories": ["rights/protection"],
        "population.actors.OILPORT.salience": indifferent,
    }
    votes = comity.run(comity.load("teaching", settings=calm | VOTE | about_rights), seed=1).votes
    assert votes[["p_yes", "p_abstain", "p_no", "p_absent"]].sum(axis=1, skipna=False).to_list() == pytest.approx(
        [1.0] * 8
    )


@pytest.mark.parametrize(
    ("name", "low", "high", "column", "sign"),
    [
        ("vote_contested", -6.0, 6.0, "p_yes", 1),
        ("vote_pressure", 0.0, 20.0, "p_no", 1),
        ("vote_sovereignty", 0.0, 20.0, "p_yes", -1),
        ("vote_abstention_contested", 0.0, 10.0, "p_abstain", 1),
        ("absence_intercept", -8.0, 8.0, "p_absent", 1),
    ],
)
def test_votes_move_in_the_stated_direction(calm, name, low, high, column, sign):
    means = [
        comity.run(comity.load("teaching", settings=calm | {f"parameters.{name}": value}), seed=1).votes[column].mean()
        for value in (low, high)
    ]
    assert sign * (means[1] - means[0]) > 0


def test_answers_are_as_frequent_as_their_probabilities(calm):
    # Eight states in 250 runs: the count of an answer has the variance sum p (1 - p); tolerance 4 standard errors.
    scenario = comity.load("teaching", settings=calm | VOTE)
    records = [comity.run(scenario, seed=seed, keep="meetings").votes for seed in range(250)]
    for answer in ("yes", "abstain", "no", "absent"):
        chances = records[0][f"p_{answer}"]
        expected, variance = 250 * chances.sum(), 250 * (chances * (1 - chances)).sum()
        assert sum((votes["answer"] == answer).sum() for votes in records) == pytest.approx(
            expected, abs=4 * variance**0.5
        )


def test_support_and_authority_by_hand(calm):
    settings = calm | SUPPORT | {"parameters.authority_rate": 0.3, "parameters.accession_rate": 0.0}
    record = comity.run(comity.load("teaching", settings=settings), seed=1)
    table = record.support.query("meeting == 'DIALOGUE1'").set_index("organisation")
    # Crossland is the only state of both roles. It trusts the service agency with 0.40 + 0.15 = 0.55 and the rights
    # office with 0.55 - 0.25 x 0.55 x 1.0 = 0.4125. Four of eight states are members of the service agency.
    assert table.loc["SERVICE", "support_both"] == pytest.approx(0.6 * 0.9 * 0.5 + 0.55, abs=1e-12)
    assert table.loc["RIGHTS", "support_both"] == pytest.approx(0.6 * 0.2 - 0.6 * 0.55 + 0.4125, abs=1e-12)
    assert table["rank"].to_dict() == {"SERVICE": 1, "RIGHTS": 2}
    # The most supported moves 0.3 of the way to 1, the least supported to 0, at the end of the year.
    authority = record.actors.pivot(index="actor", columns="meeting", values="authority")
    assert authority.loc["SERVICE", ["start", "DIALOGUE1", "FORUM1"]].tolist() == pytest.approx([0.7, 0.7, 0.79])
    assert authority.loc["RIGHTS", ["start", "DIALOGUE1", "FORUM1"]].tolist() == pytest.approx([0.5, 0.5, 0.35])


def reach_in(record: Record) -> pd.DataFrame:
    members, outreach = record.actors["members"], record.actors["outreach"]
    table = record.actors.assign(reach=members + (1 - members) * outreach)
    return table.pivot(index="actor", columns="meeting", values="reach")


def test_reach_by_hand(calm):
    settings = calm | SUPPORT | {"parameters.reach_rate": 0.2, "population.actors.RIGHTS.members": 0.6}
    record = comity.run(comity.load("teaching", settings=settings | {"parameters.accession_rate": 0.0}), seed=1)
    reach = reach_in(record)
    # The service agency, the most supported, goes 0.2 of the way to all; four of eight are members: 0.5 + 0.5 x 0.2.
    assert reach.loc["SERVICE", ["start", "DIALOGUE1", "FORUM1"]].tolist() == pytest.approx([0.5, 0.5, 0.6])
    # The rights office, the least supported, serves its members.
    assert reach.loc["RIGHTS", ["start", "DIALOGUE1", "FORUM1"]].tolist() == pytest.approx([0.6, 0.6, 0.6])
    assert not reach.drop(["SERVICE", "RIGHTS"]).to_numpy().any(), "states and networks have no reach"
    record = comity.run(comity.load("teaching", settings=settings | {"parameters.accession_rate": 1.0}), seed=1)
    members = record.memberships.query("treaty == 'iom' and year == 2006")["members"].sum() / 8
    reach = reach_in(record)
    assert members > 0.5
    assert reach.loc["SERVICE", "FORUM1"] == pytest.approx(members + (1 - members) * 0.2)


def test_reach_feeds_support_and_support_reach(calm):
    rows = []
    for rate in (0.0, 0.5):
        settings = calm | SUPPORT | {"parameters.reach_rate": rate, "parameters.accession_rate": 0.0}
        record = comity.run(comity.load("teaching", settings=settings), seed=1)
        rows.append(record.support.pivot(index="organisation", columns="meeting", values="support"))
    still, moved = rows
    assert moved.loc["SERVICE", "DIALOGUE1"] == still.loc["SERVICE", "DIALOGUE1"]
    assert moved.loc["SERVICE", "DIALOGUE2"] > still.loc["SERVICE", "DIALOGUE2"]
    assert moved.loc["RIGHTS"].tolist() == still.loc["RIGHTS"].tolist(), "all states are members"


def joined(record: Record, treaty: str) -> dict[str, int]:
    table = record.joiners.query("treaty == @treaty")
    return dict(zip(table["actor"], table["year"], strict=True))


def test_a_state_wholly_in_favour_joins_at_once_and_one_wholly_against_never(calm):
    settings = calm | {
        "parameters.ratification_rate": 1.0,
        "parameters.accession_rate": 0.0,
        "population.actors.HIGHVALE.position": {"remittances": 0.5, "labour": 0.5, "rights": 1.0},
        "population.actors.HIGHVALE.sovereignty": 0.0,
        "population.actors.OILPORT.position": {"remittances": 0.5, "labour": 0.5, "rights": 0.0},
    }
    for seed in range(3):
        record = comity.run(comity.load("teaching", settings=settings), seed=seed)
        years = joined(record, "crmw")
        assert years["HIGHVALE"] == 2006
        assert "OILPORT" not in years
        assert not {"PALMERA", "CORAL"} & set(years), "they are parties from the start"
        assert joined(record, "iom") == {}


def test_all_states_join_an_agency_that_they_support_fully(calm):
    # 1.2 x 0.9 x 0.5 + 0.55 = 1.09 of support, bounded to 1: the hazard is 1.
    settings = calm | SUPPORT | {"parameters.accession_rate": 1.0, "parameters.support_service": 1.2}
    record = comity.run(comity.load("teaching", settings=settings), seed=1)
    assert joined(record, "iom") == dict.fromkeys(("OILPORT", "HIGHVALE", "SAVANNA", "CORAL"), 2006)
    last = record.memberships.query("treaty == 'iom' and year == 2008")["members"].sum()
    assert last == 8


def test_without_institutions_nobody_joins(calm):
    settings = calm | {
        "institutions.rights_issue": "",
        "institutions.agency": "",
        "parameters.ratification_rate": 1.0,
        "parameters.accession_rate": 1.0,
    }
    assert len(comity.run(comity.load("teaching", settings=settings), seed=1).joiners) == 0


def test_a_shock_by_hand(calm):
    table = comity.run(comity.load("teaching", settings=calm), seed=1).actors
    table = table.query("meeting == 'DIALOGUE2'").set_index("actor")
    # Hit are the destinations and Crossland, by the rank of their electoral competition: 1, 3/4, 1/2 and 1/4.
    expected = {
        "NORTHLAND": (0.80, 0.30),
        "WESTMARK": (0.5875, 0.225),
        "CROSSLAND": (0.575, 0.15),
        "OILPORT": (0.8625, 0.075),
    }
    for name, (sovereignty, pressure) in expected.items():
        assert table.loc[name, "sovereignty"] == pytest.approx(sovereignty, abs=1e-12)
        assert table.loc[name, "pressure"] == pytest.approx(pressure, abs=1e-12)
    assert (table.drop(index=list(expected))["pressure"] == 0).all()


def test_a_shock_hits_anchors_capacity_and_attachment(calm):
    shock = {
        "id": "slump",
        "name": "A slump",
        "date": "2007-01-10",
        "actors": ["PALMERA"],
        "capacity": -0.5,
        "attachment": -0.2,
        "anchors": {"labour": -0.3},
        "source": "test",
    }
    record = comity.run(with_shocks(calm, shock), seed=1)
    row = record.actors.query("meeting == 'FORUM1' and actor == 'PALMERA'").iloc[0]
    assert row["capacity"] == pytest.approx(0.30)  # half of 0.60
    assert row["attachment"] == pytest.approx(0.44)  # 0.55 x 0.8
    position = record.positions.query("meeting == 'FORUM1' and actor == 'PALMERA'").set_index("issue")
    assert position.loc["labour", "position"] == pytest.approx(0.45)
    assert position.loc["labour", "by_shock"] == pytest.approx(-0.30)
    assert position.loc["rights", "position"] == 0.75


def test_pressure_fades_by_half_in_a_year(calm):
    early = {
        "id": "early",
        "name": "Early",
        "date": "2006-12-01",
        "actors": ["CORAL"],
        "pressure": 0.4,
        "source": "test",
    }
    table = comity.run(with_shocks(calm | {"parameters.pressure_recovery": 0.5}, early), seed=1).actors.query(
        "actor == 'CORAL'"
    )
    assert table["pressure"].tolist() == pytest.approx([0.0, 0.0, 0.2, 0.1])


def test_domestic_politics_pull_a_position_back(calm):
    model = ForumModel(comity.load("teaching", settings=calm | {"parameters.domestic_pull": 0.1}), seed=1)
    before = next(agent for agent in model.agents if agent.id == "OILPORT").position.copy()
    for k, position in enumerate(before):
        model.world.change_position("OILPORT", k, 0.95 - position, by="test")
    table = Record.of(model.run()).positions.query("actor == 'OILPORT'").set_index(["issue", "meeting"])["position"]
    # A tenth of the way to 0.40 at the end of 2006, and again at the end of 2007.
    assert table["remittances", "DIALOGUE1"] == pytest.approx(0.95)
    assert table["remittances", "FORUM1"] == pytest.approx(0.95 - 0.055)
    assert table["remittances", "DIALOGUE2"] == pytest.approx(0.895 - 0.0495)


def test_a_new_delegation_brings_back_what_was_there(calm):
    settings = calm | {"shocks": [], "parameters.turnover": 1.0, "parameters.turnover_loss": 0.5}
    model = ForumModel(comity.load("teaching", settings=settings), seed=1)
    model.world.change_cooperation("OILPORT", 0.70 - 0.30, by="test")
    model.world.change_sovereignty("OILPORT", 0.45 - 0.85, by="test")
    table = Record.of(model.run()).actors.query("actor == 'OILPORT'").set_index("meeting")
    # Half of the way back to 0.30 and 0.85 each year.
    assert table.loc["FORUM1", ["cooperation", "sovereignty"]].tolist() == pytest.approx([0.50, 0.65])
    assert table.loc["DIALOGUE2", ["cooperation", "sovereignty"]].tolist() == pytest.approx([0.40, 0.75])
    assert table.loc["FORUM1", "cooperation_by_turnover"] == pytest.approx(-0.20)
    assert table.loc["FORUM1", "sovereignty_by_turnover"] == pytest.approx(0.20)
