"""The trace of a run: what each meeting left, kept as arrays until somebody asks for a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from comity.forum.timetable import Room
from comity.population.verbs import Parts
from comity.rules.agenda import Topic
from comity.rules.vote import DecisionRule
from comity.scenario.moves import Move

__all__ = ["ChairEntry", "Keep", "MeetingTrace", "Snapshot", "Trace", "VoteTrace", "YearTrace"]

Keep = Literal["meetings", "all", "trust"]
"""Level of detail: meetings and outcomes; also every actor and sitting; also every trust matrix."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All actors when a meeting has closed, and the parts of the change since the one before.

    Shapes as in :class:`comity.world.world.World`; ``trust_held`` (n, 5) and ``trust_parts`` (n, 5, 5) are sums
    over partners; ``trust`` (n, n) float32 is kept on request; ``outside`` is what steps of verbs have changed.
    """

    actors: np.ndarray
    preferences: np.ndarray
    attachment: np.ndarray
    trust_held: np.ndarray
    trust_parts: np.ndarray
    trust: np.ndarray | None
    outside: Parts = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VoteTrace:
    """A vote: rows of the states that may vote (states,), their probabilities (states, 4) and answers (states,).

    Columns, and answers as indices, in the order yes, abstain, no, absent. ``decision`` is the rule,
    ``is_adopted`` what came of it. ``issues`` that the text is about, codes, and the ``voices`` (issues, 5, 3) on the
    paragraphs about them: see :func:`comity.rules.drafting.count_voice`.
    """

    vote: str
    rows: np.ndarray
    probabilities: np.ndarray
    answers: np.ndarray
    decision: DecisionRule
    is_adopted: bool
    issues: np.ndarray
    voices: np.ndarray


class MeetingTrace(NamedTuple):
    """One meeting: how it was held, who came, sat and spoke, and the means by group at its close.

    Of n actors, S sittings and R rounds: ``donors`` to ``admitted``, ``acts``, ``tables`` and ``experience`` as in
    :class:`comity.forum.log.Log`, ``active`` bool (n,); ``phases`` codes and ``rounds`` (S,). By group at the close:
    ``cooperation``, ``sovereignty`` (5,) and ``group_trust`` (5, 5), row the holder. ``practices`` copied by all since
    the start, a count; ``arena`` utilities (states, 4), where states rank the arenas; ``support`` (3, n) by role, after
    meetings of state-led and arena-deciding forums; ``openness`` a share.

    A tuple, for it is made in a quarter of the time of a frozen dataclass, fifty times in a run.
    """

    id: str
    forum: str
    held_as: str
    start: date
    hosts: tuple[int, ...]
    openness: float
    donors: np.ndarray
    active: np.ndarray
    present: np.ndarray
    admitted: np.ndarray
    topics: tuple[Topic, ...]
    rooms: list[Room]
    phases: np.ndarray
    rounds: np.ndarray
    acts: np.ndarray
    tables: np.ndarray
    experience: np.ndarray
    cooperation: np.ndarray
    sovereignty: np.ndarray
    group_trust: np.ndarray
    practices: float
    arena: np.ndarray | None
    support: np.ndarray | None
    votes: tuple[VoteTrace, ...]
    snapshot: Snapshot | None


@dataclass(frozen=True, kw_only=True)
class YearTrace:
    """Memberships at the end of a year, 0/1 (n,)."""

    year: int
    treaty_party: np.ndarray
    agency_member: np.ndarray


@dataclass(frozen=True, kw_only=True)
class ChairEntry:
    """One event in the chain of chairs: chair, announced, withdrawal, stand-in, vacancy."""

    date: date
    meeting: str
    event: str
    state: str
    text: str


@dataclass(kw_only=True)
class Trace:
    """Everything that a run leaves, in order."""

    start: Snapshot | None = None
    meetings: list[MeetingTrace] = field(default_factory=list)
    years: list[YearTrace] = field(default_factory=list)
    chairs: list[ChairEntry] = field(default_factory=list)
    cancelled: list[tuple[str, str]] = field(default_factory=list)
    moves: list[tuple[Move, str]] = field(default_factory=list)
    """What people chose, in the order in which it came up, and why it had no effect: empty where it had."""
