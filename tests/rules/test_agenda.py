"""The agenda: themes, then sessions within them; the founding mandate; what a civil-society day discusses."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

import comity
from comity.randomness import address
from comity.rules.agenda import Categories, Topic, choose_topics, civil_society_topics
from comity.scenario.loading import from_data

DEMAND = ["rights/protection", "migration/development nexus", "labour migration"]


@pytest.mark.parametrize(
    ("sessions", "categories"),
    [
        # ODD 7.16: topics 0 and 2 mirror government topics 0 and 1, topics 1 and 3 are the first two of the networks.
        (["a", "b", "c"], ["a", DEMAND[0], "b", DEMAND[1]]),
        (["a"], ["a", DEMAND[0], DEMAND[1], DEMAND[1]]),
        ([], [DEMAND[0], DEMAND[0], DEMAND[1], DEMAND[1]]),
    ],
)
def test_a_mirrored_agenda_has_four_topics(sessions, categories):
    meeting = comity.load("teaching").meeting("FORUM1").model_copy(update={"civil_society_sessions": ()})
    topics = civil_society_topics(meeting, tuple(Topic(name, name, name) for name in sessions), DEMAND)
    assert [topic.category for topic in topics] == categories


# --- Themes, then sessions


NAMES = ("a1", "a2", "b", "c")
CATEGORIES = Categories(
    address=np.array([address(name) for name in NAMES]),
    issue_address=np.array([address(name) for name in "ABC"]),
    first=np.array([0, 2, 3, 4]),
)
WEIGHTS = np.array([4.0, 2.0, 2.0, 0.0])


@pytest.fixture
def draw(opened):
    """Return a function that draws an agenda of so many sessions and themes for the meeting of a number."""
    run = opened(comity.load("teaching"))

    def drawn(count: int, n_themes: int, meeting: int, n_issues: int = 1) -> list[str]:
        topics = np.zeros(count, dtype=np.int64)
        choose_topics.py_func(CATEGORIES, WEIGHTS, (n_themes, n_issues), address(f"M{meeting}"), run, topics)
        return [NAMES[c] for c in topics]

    return drawn


def test_themes_and_sessions_are_drawn_in_proportion_to_weight(draw):
    # Theme A falls with (4 + 2) / 8, and a session on it takes a1 with 4 / 6: 0.5 and 0.25; b 0.25; c never.
    # 2000 draws have standard errors of at most 0.0112; tolerance four of them.
    count = Counter(draw(1, 1, meeting)[0] for meeting in range(2000))
    for category, chance in {"a1": 0.5, "a2": 0.25, "b": 0.25, "c": 0.0}.items():
        assert count[category] / 2000 == pytest.approx(chance, abs=4 * 0.0112)


def test_sessions_go_to_the_themes_in_turn(draw):
    for meeting in range(50):
        sessions = [name[0] for name in draw(7, 2, meeting)]
        assert sessions[0] != sessions[1]
        assert sessions == [sessions[number % 2] for number in range(7)]


def test_the_sessions_of_a_theme_may_repeat_a_category(draw):
    agendas = [draw(6, 1, meeting) for meeting in range(50)]
    on_a = [agenda for agenda in agendas if agenda[0].startswith("a")]
    assert {len(set(agenda)) for agenda in on_a} == {1, 2}


def test_a_theme_may_gather_several_issues(draw):
    # One round table on the two issues of weight: a1, a2 and b with 4, 2 and 2 of 8, in each session.
    sessions = Counter(name for meeting in range(500) for name in draw(4, 1, meeting, 2))
    for category, chance in {"a1": 0.5, "a2": 0.25, "b": 0.25, "c": 0.0}.items():
        assert sessions[category] / 2000 == pytest.approx(chance, abs=4 * 0.0112)
    # Of three issues two round tables gather two and one: the one of no weight comes last, to the first round table.
    assert all("c" not in draw(2, 2, meeting, 2) for meeting in range(50))
    assert draw(6, 1, 1, 9) == draw(6, 1, 1, 3), "there are only three issues"


def test_there_are_no_more_themes_than_issues(draw):
    assert [name[0] for name in draw(6, 6, 1)][:3] == [name[0] for name in draw(6, 6, 1)][3:]
    assert len(set(draw(3, 3, 1))) == 3


# --- In a run


def lively(load_lively: Any, forum: dict[str, Any], meeting: dict[str, Any], **parameters: float) -> comity.Scenario:
    """Return the drawn world with changes to the informal forum and to all of its meetings."""
    data = load_lively(**parameters).to_json()
    data["forums"] = [item | (forum if item["id"] == "INFORMAL" else {}) for item in data["forums"]]
    data["meetings"] = [item | (meeting if item["forum"] == "INFORMAL" else {}) for item in data["meetings"]]
    return from_data(data)


def test_an_agenda_of_few_themes_has_fewer_categories(load_lively):
    breadth = []
    for meeting in ({}, {"themes": 2}):
        scenario = lively(load_lively, {}, meeting)
        records = [comity.run(scenario, seed=seed) for seed in range(4)]
        topics = [record.meetings.query("held_as == 'INFORMAL'")["topics"].str.split(";") for record in records]
        breadth.append(np.mean([len(set(agenda)) for held in topics for agenda in held]))
    assert breadth[1] < breadth[0] - 1


INDIFFERENT = {f"agenda_{name}": 0.0 for name in ("chair", "demand", "civil_society", "comfort", "novelty")}


@pytest.mark.parametrize("founded_by", ["FORMAL", ""])
def test_a_forum_begins_with_the_agenda_of_its_founder(load_lively, founded_by):
    # Nothing but the last agenda counts. The dialogue of May 2006 discusses four issues, the forum of November as many.
    scenario = lively(
        load_lively,
        {"founded_by": founded_by, "attachment": 0.0},
        {"themes": 4},
        agenda_inertia=5.0,
        chair_selectivity=0.0,
        **INDIFFERENT,
    )
    theme_of = {category: issue.id for issue in scenario.issues for category in issue.categories}
    same = []
    for seed in range(6):
        agendas = comity.run(scenario, seed=seed).meetings.set_index("meeting")["topics"].str.split(";")
        first, second, third = ({theme_of[topic] for topic in agendas[name]} for name in (
            "FORMAL2006", "INFORMAL2006", "INFORMAL2007",
        ))  # fmt: skip
        assert second == third, "after its first meeting it goes by its own"
        same.append(first == second)
    assert all(same) == bool(founded_by)
