"""How a meeting is set up: timetable, arena, openness, chairs, donors, agenda; by hand and at the ends of ranges."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import comity
from comity.forum.stage import prepare
from comity.rules.agenda import Wishes, topic_weights
from comity.rules.arena import ARENAS, agreed_arena
from comity.rules.openness import common_space_sittings
from comity.world.world import Group

# --- Timetable


def test_sittings_are_held_in_the_order_of_the_format(unlearning):
    sessions = comity.run(comity.load("teaching", settings=unlearning), seed=1).sessions
    phases = sessions.groupby("meeting", sort=False)["phase"].agg(list)
    assert phases["DIALOGUE1"] == ["plenary", "round_tables", "round_tables", "round_tables", "corridor"]
    assert phases["FORUM1"] == [
        "preparation",
        "civil_society_day",
        "common_space",
        "round_tables",
        "round_tables",
        "round_tables",
        "corridor",
    ]
    assert phases["DIALOGUE2"][-1] == "vote"
    tables = sessions.query("meeting == 'FORUM1' and phase == 'round_tables'")
    assert tables["issue"].tolist() == ["remittances", "labour", "rights"]
    assert tables["sitting"].tolist() == [4, 5, 6]


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ({}, 1),
        ({"meetings.FORUM1.sittings": {"common_space": 3}}, 3),
        ({"meetings.FORUM1.common_space": "none"}, 0),
        ({"meetings.FORUM1.common_space": "merged"}, 0),
    ],
)
def test_a_meeting_can_change_the_length_of_its_common_space(settings, count):
    sessions = comity.run(comity.load("teaching", settings=settings), seed=1).sessions
    assert (sessions.query("meeting == 'FORUM1'")["phase"] == "common_space").sum() == count


def test_listed_co_chairs_that_came_sit_at_their_table():
    scenario = comity.load(
        "teaching", settings={"parameters.room_intercept": 8.0, "parameters.attendance_intercept": 8.0}
    )
    sittings = comity.run(scenario, seed=1).sittings.query("meeting == 'FORUM1' and sitting == 5")
    assert {"NORTHLAND", "PALMERA"} <= set(sittings["actor"])


# --- Arena


def test_utilities_of_the_arenas_by_hand(unlearning):
    given = {"parameters.arena_sovereignty": 0.8, "parameters.arena_threshold": 0.12, "parameters.base_exposure": 0.25}
    given |= {"parameters.arena_obligation": 0.5}
    table = comity.run(comity.load("teaching", settings=unlearning | given), seed=1).arenas
    row = table.query("meeting == 'DIALOGUE1' and actor == 'NORTHLAND'").iloc[0]
    # Joint governance is worth 0.2 x 0.60 + 0.45 x 0.25 + 0.35 x 0.15 = 0.285 to it, times (1 + b) / 2.
    # In the dialogue it costs 0.2 x 0.0731 + 0.45 x 0.2958 + 0.35 x 0.66215 = 0.3794825, times 0.8 x 0.75.
    # Obligation costs every state 0.5 times the cube of bindingness: 0.6^3 = 0.216, 0.1^3 and 1.
    assert row["un"] == pytest.approx(0.285 * 0.8 - 0.6 * 0.3794825 - 0.12 - 0.108, abs=1e-12)
    # In the forum: 0.2 x 0.013475 + 0.45 x 0.08505 + 0.35 x 0.2477125 = 0.127666875.
    assert row["informal"] == pytest.approx(0.285 * 0.55 - 0.6 * 0.127666875 - 0.12 - 0.0005, abs=1e-12)
    # A body that sets norms: 0.2 x 0.25 + 0.45 x 0.75 + 0.35 x 1 = 0.7375.
    assert row["norm_setting"] == pytest.approx(0.285 - 0.6 * 0.7375 - 0.12 - 0.5, abs=1e-12)
    assert row["nowhere"] == 0.0
    assert row["first"] == "nowhere"


FROM, TO, BOTH = Group.ORIGIN, Group.DESTINATION, Group.BOTH


@pytest.mark.parametrize(
    ("utilities", "groups", "agreed"),
    [
        # Columns: UN, informal, nowhere, norm-setting (which is not on offer).
        # Both sides can live with either; all of the destination states with the informal forum, two of three with the UN.
        ([[2, 1, 0, 9], [2, 1, 0, 9], [1, 2, 0, 9], [-1, 2, 0, 9]], [FROM, TO, TO, TO], "informal"),
        # The UN is first choice of three of four, and half of one side cannot live with it.
        ([[2, 1, 0, 9], [2, 1, 0, 9], [2, 1, 0, 9], [-1, 1, 0, 9]], [FROM, FROM, TO, TO], "informal"),
        # Half of a side is not enough: of the destination states one would rather have no forum.
        ([[2, 1, 0, 9], [2, 1, 0, 9], [2, 1, 0, 9], [-1, -1, 0, 9]], [FROM, FROM, TO, TO], "nowhere"),
        # A majority of all states does not make up for one side.
        ([[2, 1, 0, 9]] * 9 + [[-1, -1, 0, 9]], [FROM] * 9 + [TO], "nowhere"),
        # The informal forum is worth nothing to anybody, the UN something to all.
        ([[1, 0, 0, 9], [1, 0, 0, 9]], [FROM, TO], "un"),
        # The UN has more support on the side that is less willing.
        ([[1, 1, 0, 9], [1, 1, 0, 9], [1, -1, 0, 9], [1, 1, 0, 9], [1, 1, 0, 9]], [FROM, FROM, TO, TO, TO], "un"),
        # A state of origin and destination counts on both sides: two of three on either consent.
        (
            [[-1, 1, 0, 9], [-1, 1, 0, 9], [-1, 1, 0, 9], [-1, -1, 0, 9], [-1, -1, 0, 9]],
            [BOTH, FROM, TO, FROM, TO],
            "informal",
        ),
        (
            [[-1, -1, 0, 9], [-1, 1, 0, 9], [-1, 1, 0, 9], [-1, 1, 0, 9], [-1, -1, 0, 9]],
            [BOTH, FROM, TO, FROM, TO],
            "nowhere",
        ),
        # Equal support: the compromise.
        ([[1, 1, 0, 9], [1, 1, 0, 9]], [FROM, TO], "informal"),
        # Nobody prefers anything; a side without states is not asked.
        ([[1, 1, 1, 1]], [FROM], "nowhere"),
        ([[1, 2, 0, 1]], [FROM], "informal"),
    ],
)
def test_the_arena_needs_the_consent_of_both_sides(utilities, groups, agreed):
    ranked, roles = np.array(utilities, dtype=float), np.array(groups, dtype=np.int8)
    assert ARENAS[agreed_arena(ranked, roles, np.ones(len(roles), dtype=np.bool_))] == agreed
    others = np.array([[1, 1, 0, 9], [-1, -1, 0, 9]], dtype=float)
    more, among = np.vstack([ranked, others]), np.array([True] * len(roles) + [False] * 2)
    both = np.append(roles, np.array([TO, FROM], dtype=np.int8))
    assert ARENAS[agreed_arena(more, both, among)] == agreed, "who does not exist is not asked"


def test_obligation_keeps_states_out_of_a_norm_setting_body():
    tables = [comity.run("teaching", seed=1), comity.run(comity.load("teaching", settings=FREE), seed=1)]
    dear, free = (record.arenas.query("meeting == 'DIALOGUE1'").set_index("actor") for record in tables)
    cost = comity.load("teaching").parameters.arena_obligation
    assert (free["norm_setting"] - dear["norm_setting"]).to_numpy() == pytest.approx(cost)
    assert (free["un"] - dear["un"]).to_numpy() == pytest.approx(cost * 0.6**3)
    assert (dear["norm_setting"] > 0).sum() < (free["norm_setting"] > 0).sum()


FREE = {"parameters.arena_obligation": 0.0}


def test_two_sides_that_pay_nothing_agree_on_the_forum_and_those_that_gain_nothing_on_none(load_lively):
    record = comity.run(load_lively(arena_sovereignty=0.0, arena_threshold=0.0, arena_obligation=0.0), seed=1)
    assert set(record.meetings["held_as"]) == {"FORMAL", "INFORMAL"}
    assert set(record.arenas["first"]) == {"un"}
    assert len(record.meetings) == 8
    record = comity.run(load_lively(arena_threshold=1.0), seed=1)
    assert set(record.arenas["first"]) == {"nowhere"}
    cancelled = record.chairs.query("event == 'cancelled'")
    assert set(cancelled["meeting"]) == {f"INFORMAL{year}" for year in (2006, 2007, 2008, 2009)}
    assert cancelled["text"].str.contains("no forum at all").all()


# --- Openness


@pytest.mark.parametrize(("openness", "count"), [(0.0, 0), (0.29, 0), (0.30, 1), (0.69, 1), (0.70, 2), (1.0, 2)])
def test_openness_allows_common_space(openness, count):
    assert common_space_sittings(openness) == count


def test_openness_by_hand():
    # The host's climate is 0.95: 0.40 + 0.2 x (0.95 - 0.5) = 0.49; the dialogue has no host, and nobody is accredited.
    given = {"choices.openness": "endogenous", "parameters.openness_climate": 0.2}
    table = comity.run(comity.load("teaching", settings=given), seed=1).meetings.set_index("meeting")["openness"]
    assert table["FORUM1"] == pytest.approx(0.49, abs=1e-12)
    assert table["DIALOGUE1"] == pytest.approx(0.20, abs=1e-12)
    # As scripted, the coded value; without one that of the format, moved by the host.
    table = comity.run("teaching", seed=1).meetings.set_index("meeting")["openness"]
    assert table["FORUM1"] == 0.40
    given = {"meetings.FORUM1.openness": None, "meetings.FORUM1.common_space": "half_day"}
    table = comity.run(comity.load("teaching", settings=given), seed=1).meetings.set_index("meeting")["openness"]
    assert table["FORUM1"] == pytest.approx(0.60 + 0.09, abs=1e-12)
    given = {"meetings.FORUM1.openness": None, "meetings.FORUM1.common_space": "merged"}
    table = comity.run(comity.load("teaching", settings=given), seed=1).meetings.set_index("meeting")["openness"]
    assert table["FORUM1"] == 1.0


# --- Chairs and money


def test_every_chair_withdraws_at_the_end_of_the_range(load_lively):
    for seed in range(3):
        chairs = comity.run(load_lively(withdrawal_rate=1.0), seed=seed).chairs
        for _, events in chairs.groupby("meeting"):
            names = set(events["event"])
            assert "chair" not in names
            assert names <= {"withdrawal", "stand-in", "vacancy", "cancelled"}
            if "stand-in" in names:
                by_event = events.set_index("event")["state"]
                assert by_event["stand-in"] != by_event["withdrawal"]


def test_no_chair_withdraws_without_a_reason(load_lively):
    for seed in range(3):
        chairs = comity.run(load_lively(withdrawal_rate=0.0, withdrawal_unfunded=0.0), seed=seed).chairs
        before_the_slump = chairs[chairs["date"] < "2008-09-15"]
        assert "withdrawal" not in set(before_the_slump["event"])


def test_no_state_chairs_twice_in_a_row(load_lively):
    for seed in range(5):
        record = comity.run(load_lively(), seed=seed)
        hosts = record.meetings.query("forum == 'INFORMAL' and held_as == 'INFORMAL'")["hosts"].tolist()
        assert len(hosts) >= 2
        assert all(before != host for before, host in pairwise(hosts))


def test_developed_and_developing_chairs_alternate(load_lively):
    # At selectivity 0 every second state volunteers, so that there is somebody on either side.
    for seed in range(3):
        record = comity.run(load_lively(chair_selectivity=0.0, withdrawal_rate=0.0, withdrawal_unfunded=0.0), seed=seed)
        developed = record.actors_by_id.set_index("id")["developed"]
        held = record.meetings[(record.meetings["held_as"] == "INFORMAL") & (record.meetings["date"] < "2008-09-15")]
        assert len(held) >= 2
        sides = held["hosts"].map(developed).tolist()
        assert all(before != side for before, side in pairwise(sides))


def test_all_pay_or_nobody(load_lively):
    always = {"pledge_attachment": 10.0, "pledge_income": 10.0, "pledge_intercept": 6.0}
    never = {"pledge_attachment": 0.0, "pledge_income": 0.0, "pledge_need": 0.0, "pledge_intercept": -12.0}
    held = comity.run(load_lively(**always), seed=1).meetings.query("held_as == 'INFORMAL'")
    assert set(held["donors"]) == {25}, "all 26 states but the host"
    assert comity.run(load_lively(**never), seed=1).meetings["donors"].sum() == 0


def test_scripted_hosts_come_to_their_own_meeting():
    scenario = comity.load("teaching", settings={"parameters.attendance_intercept": -8.0})
    table = comity.run(scenario, seed=1).actors.query("meeting == 'FORUM1'").set_index("actor")["present"]
    assert table["WESTMARK"]


# --- Agenda


@pytest.mark.parametrize(("comfort", "factor"), [(0.0, 1.0), (2.0, 0.6896516)])
def test_weights_of_topics_by_hand(comfort, factor, opened):
    # Westmark chairs, Northland came last time, when labour was discussed; the networks care 0.125, 0.375 and 0.5.
    # Remittances: 3 x 0.35 + 3 x 0.20 + 0.4 x 3 x 0.125 + 1 = 2.80. Labour: 1.05 + 1.35 + 0.45 + 0.5 = 3.35.
    # Rights: 0.9 + 1.05 + 0.6 + 1 = 3.55, times exp(-2 x 0.2477125 x 0.75) = 0.6896516 for its discomfort.
    given = {"comfort": comfort, "inertia": 0.5, "chair": 1.0, "demand": 1.0, "civil_society": 1.0, "novelty": 1.0}
    settings = {f"parameters.agenda_{name}": value for name, value in given.items()}
    scenario = comity.load("teaching", settings=settings | {"parameters.base_exposure": 0.25})
    stage = prepare(scenario)
    is_labour = np.array([category == "labour migration" for category in stage.categories])
    came = np.array([name == "NORTHLAND" for name in stage.population.ids])
    wishes = Wishes(np.array([stage.population.index("WESTMARK")]), came, 0.4, is_labour, is_labour)
    found = topic_weights.py_func(stage.schedule.categories, scenario.forum("FORUM"), wishes, opened(scenario))
    weights = dict(zip(stage.categories, found, strict=True))
    if comfort == 0.0:
        assert weights["remittances/development"] == pytest.approx(2.80, abs=1e-12)
        assert weights["labour migration"] == pytest.approx(3.35, abs=1e-12)
    assert weights["rights/protection"] == pytest.approx(3.55 * factor, abs=1e-6)


INDIFFERENT = {f"agenda_{name}": 0.0 for name in ("chair", "demand", "civil_society", "comfort", "inertia", "novelty")}


@pytest.mark.parametrize("wanted", ["agenda_novelty", "agenda_inertia"])
def test_a_forum_remembers_what_it_has_discussed(load_lively, wanted):
    # Nothing else counts: new topics come first, or those of the last time. The dialogue takes 4 themes of 7, one topic each.
    scenario = load_lively(**INDIFFERENT | {wanted: 5.0})
    meetings = comity.run(scenario, seed=1).meetings
    first, second = (set(topics.split(";")) for topics in meetings.query("held_as == 'FORMAL'")["topics"][:2])
    assert len(first) == 4
    if wanted == "agenda_novelty":
        with_news = [issue for issue in scenario.issues if set(issue.categories) - first]
        assert len(second - first) == min(4, len(with_news))
    else:
        assert first == second


def test_discomfort_keeps_contested_topics_off(load_lively):
    shares = []
    for comfort in (0.0, 20.0):
        records = [comity.run(load_lively(agenda_comfort=comfort), seed=seed) for seed in range(4)]
        shares.append(np.mean([record.meetings["rights_share"].mean() for record in records]))
    assert shares[1] < shares[0]
