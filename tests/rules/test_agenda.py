"""The agenda: what a civil-society day discusses where the scenario does not say."""

from __future__ import annotations

import pytest

import comity
from comity.rules.agenda import Topic, civil_society_topics

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
