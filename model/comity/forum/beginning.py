"""The beginning of a run: its course, with space for all that it will leave."""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.compiled import records
from comity.forum.choices import Chosen
from comity.forum.course import Agendas, Chairs, Course, Frame, Moves, Numbers, Proceedings, Votes, Years
from comity.forum.moments import PLACE
from comity.forum.schedule import Schedule
from comity.rules.act import Act
from comity.rules.arena import Arena
from comity.rules.drafting import N_SIDES, WORDINGS
from comity.world.meeting import EXPERIENCE
from comity.world.world import GROUPS

__all__ = ["begin_course"]

_MEMORY = np.dtype(
    [("last_chair", np.int64), ("n_lineup", np.int64), ("has_come", np.bool_), ("openness", np.float64)], align=True
)
_MEETING = np.dtype(
    [
        *((name, np.int64) for name in ("outcome", "forum", "n_hosts", "n_topics", "plan", "opened", "closed")),
        ("openness", np.float64),
        ("practices", np.float64),
    ],
    align=True,
)
_CHANGE = np.dtype([("meeting", np.int64), ("event", np.int64), ("row", np.int64), ("by_person", np.bool_)], align=True)


def _known(part: type, schedule: Schedule) -> dict[str, Any]:
    """Return the arrays of a schedule that a part of the course takes as they are, by name."""
    return {name: getattr(schedule, name) for name in part._fields if name in Schedule._fields}  # type: ignore[attr-defined]


def begin_course(schedule: Schedule, chosen: Chosen, today: int) -> Course:
    """Return the course of a run that has not begun."""
    meetings, plans, n = schedule.meetings, schedule.plans, schedule.existing.shape[1]
    m, n_forums, n_categories = len(meetings), len(schedule.forums), len(schedule.category_issue)
    n_votes, n_states, n_hosts, groups = len(schedule.votes), len(schedule.states), meetings["n_hosts"], len(GROUPS)
    n_rooms = int(plans["n_rooms"].max(initial=1))
    n_topics = int(max(meetings["topics_drawn"].max(initial=1), meetings["n_topics"].max(initial=1)))
    n_rounds, n_sittings = (
        int(meetings[first][-1] + plans[many][meetings["plan"][-1] :].max()) if m else 0
        for first, many in (("first_round", "n_rounds"), ("first_sitting", "n_sittings"))
    )
    place = np.zeros(1, dtype=PLACE)
    place["moment"], place["today"], place["arena"] = schedule.events["first"][:1].sum(), today, Arena.INFORMAL
    memory = records(np.zeros(n_forums, dtype=_MEMORY))
    memory["last_chair"], memory["openness"] = -1, np.nan
    hosts = np.full((m, int(n_hosts.max(initial=1))), -1, dtype=np.int64)
    acts, tables = np.empty((n_rounds, n), dtype=np.int8), np.empty((n_sittings, n), dtype=np.int16)
    acts.fill(Act.ABSENT)
    tables.fill(-1)
    return Course(
        frame=Frame(**_known(Frame, schedule), place=records(place), found=records(np.zeros(m, dtype=_MEETING))),
        chairs=Chairs(
            **_known(Chairs, schedule),
            choice=chosen.place,
            wishes=chosen.hosts,
            pledges=chosen.pledges,
            memory=memory,
            lineup=np.full((n_forums, int(schedule.forums["lineup"].max()) + 1), -1, dtype=np.int64),
            hosts=hosts,
            changes=records(np.zeros(int(n_hosts.sum()) + 3 * m, dtype=_CHANGE)),
        ),
        agendas=Agendas(
            scripted=schedule.topics,
            categories=schedule.categories,
            issue=schedule.category_issue,
            memory=memory,
            last=np.zeros((n_forums, n_categories), dtype=np.bool_),
            ever=np.zeros((n_forums, n_categories), dtype=np.bool_),
            came=np.zeros((n_forums, n), dtype=np.bool_),
            topics=np.zeros((m, n_topics), dtype=np.int64),
        ),
        proceedings=Proceedings(
            **_known(Proceedings, schedule),
            choice=chosen.place,
            attends=chosen.attends,
            pledges=chosen.pledges,
            hosts=hosts,
            issue=np.zeros(n_rooms, dtype=np.int64),
            asked=np.zeros(n_topics, dtype=np.int64),
            chairs=np.full((n_rooms, schedule.cochairs.shape[1]), -1, dtype=np.int64),
            exposures=np.zeros(n_rooms),
            spoke=np.zeros(n, dtype=np.bool_),
            evidence_before=np.empty((n, n)),
            proof_before=np.empty((n, n)),
            came=np.zeros((m, 3, n), dtype=np.bool_),
            acts=acts,
            tables=tables,
            experience=records(np.zeros((m, n), dtype=EXPERIENCE)),
        ),
        moves=Moves(chosen.first, chosen.moves),
        numbers=Numbers(
            **_known(Numbers, schedule),
            arena=np.zeros((int(meetings["arena"].max(initial=-1)) + 1, n_states, len(Arena))),
            support=np.empty((int(meetings["support"].max(initial=-1)) + 1, 3, n)),
            cooperation=np.empty((m, groups)),
            sovereignty=np.empty((m, groups)),
            trust=np.empty((m, groups, groups)),
        ),
        votes=Votes(
            votes=schedule.votes,
            issues=schedule.vote_issues,
            members=schedule.voters,
            n_voters=np.zeros(n_votes, dtype=np.int64),
            voters=np.empty((n_votes, n_states), dtype=np.int64),
            probabilities=np.empty((n_votes, n_states, 4)),
            answers=np.empty((n_votes, n_states), dtype=np.int64),
            voices=np.zeros((n_votes, schedule.anchors.shape[1], len(WORDINGS), N_SIDES + 1), dtype=np.int64),
        ),
        years=Years(schedule.years, np.empty((len(schedule.years), 2, n), dtype=np.int8), schedule.anchors),
    )
