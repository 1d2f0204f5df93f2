"""The phases of a meeting, and which may follow which; the moments of a run."""

from __future__ import annotations

from enum import IntEnum, StrEnum

__all__ = ["PHASE_CODES", "SUCCESSORS", "Moment", "Phase"]


class Phase(StrEnum):
    """What a sitting is; the order of the members is the order within a meeting."""

    PREPARATION = "preparation"
    ASSEMBLY = "assembly"
    CIVIL_SOCIETY_DAY = "civil_society_day"
    COMMON_SPACE = "common_space"
    PLENARY = "plenary"
    ROUND_TABLES = "round_tables"
    CORRIDOR = "corridor"
    CLOSING = "closing"
    VOTE = "vote"


PHASE_CODES: dict[Phase, int] = {phase: code for code, phase in enumerate(Phase)}
"""Code of each phase in arrays: its place among the phases."""

_GOVERNMENT = frozenset({Phase.PLENARY, Phase.ROUND_TABLES, Phase.CORRIDOR})

SUCCESSORS: dict[Phase, frozenset[Phase]] = {
    Phase.PREPARATION: frozenset(set(Phase)),
    Phase.ASSEMBLY: frozenset({Phase.ASSEMBLY, Phase.CLOSING}),
    Phase.CIVIL_SOCIETY_DAY: frozenset({Phase.CIVIL_SOCIETY_DAY, Phase.COMMON_SPACE, *_GOVERNMENT}),
    Phase.COMMON_SPACE: frozenset({Phase.COMMON_SPACE, *_GOVERNMENT, Phase.CLOSING}),
    Phase.PLENARY: frozenset({*_GOVERNMENT, Phase.CLOSING, Phase.VOTE}),
    Phase.ROUND_TABLES: frozenset({*_GOVERNMENT, Phase.CIVIL_SOCIETY_DAY, Phase.CLOSING, Phase.VOTE}),
    Phase.CORRIDOR: frozenset({*_GOVERNMENT, Phase.CLOSING, Phase.VOTE}),
    Phase.CLOSING: frozenset({Phase.VOTE}),
    Phase.VOTE: frozenset({Phase.VOTE}),
}
"""Legal successors: preparation comes first, closing last but for votes, and an assembly of networks
has no government phase."""


class Moment(IntEnum):
    """What happens next in a run: at the end of a year, at a shock, or at a meeting (``ARENA`` to ``SNAPSHOT``).

    A run can stop at each of them and go on from there; they are in the order of section 3 of the ODD.

    ``SEATING`` and ``TALK`` come once for each sitting, all others once for each event.
    """

    YEAR = 0
    SHOCK = 1
    ARENA = 2
    HOSTS = 3
    OPENNESS = 4
    AGENDA = 5
    TIMETABLE = 6
    MONEY = 7
    ATTENDANCE = 8
    ACCREDITATION = 9
    EXPERTS = 10
    SEATING = 11
    TALK = 12
    ATTACHMENT = 13
    HABIT = 14
    GENERALISATION = 15
    ADVOCACY = 16
    MEANS = 17
    MEMORY = 18
    ARENA_CHOICE = 19
    SUPPORT = 20
    VOTES = 21
    SNAPSHOT = 22
