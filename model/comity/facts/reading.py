"""Reading a record's trace: which meeting was held when, who sat and spoke. Arrays, for speed; the meaning is that of
the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from comity.forum.trace import MeetingTrace
from comity.phases import PHASE_CODES, Phase
from comity.record import Record
from comity.record.tables.statistics import group_mean
from comity.rules.act import Act
from comity.scenario.schema import Forum
from comity.world.world import ROLES, Group

__all__ = [
    "arena_firsts",
    "companions",
    "correlation",
    "dialogue",
    "forum_meetings",
    "groups",
    "main_meetings",
    "network_trust",
    "role_trust",
    "rooms",
    "slope",
    "speeches",
]

Period = tuple[int, int]


def groups(record: Record) -> np.ndarray:
    """Return the group of every actor, (n,), a code of :class:`comity.world.world.Group`."""
    return np.asarray(record.population.world.actors["group"])


def _held(record: Record, period: Period, kinds: Iterable[str]) -> Iterator[MeetingTrace]:
    for meeting in record.trace.meetings:
        if period[0] <= meeting.start.year <= period[1] and meeting.forum in kinds:
            yield meeting


def _ids(record: Record, *, dialogues: bool, forums: bool) -> set[str]:
    def wanted(forum: Forum) -> bool:
        return (dialogues and forum.decides_arena) or (forums and forum.state_led)

    return {forum.id for forum in record.scenario.forums if wanted(forum)}


def dialogue(record: Record, year: int) -> MeetingTrace | None:
    """Return the dialogue of that year, after which states rank the arenas; None where none was held."""
    return next(_held(record, (year, year), _ids(record, dialogues=True, forums=False)), None)


def forum_meetings(record: Record, period: Period) -> dict[int, MeetingTrace]:
    """Return the meetings of the state-led forum by year; the first where a year has two."""
    found: dict[int, MeetingTrace] = {}
    for meeting in _held(record, period, _ids(record, dialogues=False, forums=True)):
        found.setdefault(meeting.start.year, meeting)
    return found


def main_meetings(record: Record, period: Period) -> list[MeetingTrace]:
    """Return dialogues and meetings of the state-led forum, in order."""
    return list(_held(record, period, _ids(record, dialogues=True, forums=True)))


def companions(record: Record, stance: str, period: Period) -> list[tuple[MeetingTrace, MeetingTrace]]:
    """Return the assemblies of civil society that admit a stance, each with the main meeting that it accompanies."""
    assemblies = [f for f in record.scenario.forums if not (f.accreditation or f.state_led or f.decides_arena)]
    forums = {f.id for f in assemblies if stance in f.stances and any("cso" in entry.kinds for entry in f.format)}
    main = {meeting.id: meeting for meeting in main_meetings(record, period)}
    beside = [(m, record.scenario.meeting(m.id).linked_to) for m in _held(record, period, forums)]
    return [(assembly, main[linked]) for assembly, linked in beside if linked in main]


def speeches(meeting: MeetingTrace, phases: Iterable[Phase] = Phase) -> tuple[np.ndarray, np.ndarray]:
    """Return seats taken and interventions of every actor in some phases, both (n,)."""
    codes = [PHASE_CODES[phase] for phase in phases]
    acts = meeting.acts[np.isin(np.repeat(meeting.phases, meeting.rounds), codes)]
    return (acts > Act.ABSENT).sum(axis=0), (acts > Act.SILENCE).sum(axis=0)


def rooms(meeting: MeetingTrace, phases: Iterable[Phase]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for each room of some phases who sat there, bool (n,), and how often each intervened, (n,)."""
    wanted, number = set(phases), 0
    first_round = np.cumsum(meeting.rounds) - meeting.rounds
    for r, room in enumerate(meeting.rooms):
        number = number + 1 if r and meeting.rooms[r - 1].sitting == room.sitting else 0
        if room.phase in wanted:
            first = first_round[room.sitting]
            seated = meeting.tables[room.sitting] == number
            acts = meeting.acts[first : first + meeting.rounds[room.sitting]]
            yield seated, (acts > Act.SILENCE).sum(axis=0) * seated


def arena_firsts(record: Record, meeting: MeetingTrace) -> tuple[np.ndarray, np.ndarray] | None:
    """Return role and first choice (0 UN, 1 informal, 2 nowhere) of every state that exists; None without a ranking."""
    if meeting.arena is None:
        return None
    codes = groups(record)
    states = np.flatnonzero(codes < len(ROLES))
    exists = meeting.active[states]
    return codes[states][exists], meeting.arena[exists, :3].argmax(axis=1)


def role_trust(meeting: MeetingTrace) -> float:
    """Return mean trust between origin and destination states, both directions, when a meeting closed."""
    there, back = (Group.ORIGIN, Group.DESTINATION), (Group.DESTINATION, Group.ORIGIN)
    return float(meeting.group_trust[there] + meeting.group_trust[back]) / 2


def network_trust(record: Record, meeting: MeetingTrace) -> float:
    """Return mean trust of states in networks when a meeting closed."""
    sizes = np.bincount(groups(record), minlength=5)[: len(ROLES)]
    return group_mean(meeting.group_trust[: len(ROLES), Group.NETWORK], sizes)


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return the product-moment correlation; nan for fewer than three pairs or where one does not vary."""
    if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Return the least-squares slope of y on x."""
    return float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))
