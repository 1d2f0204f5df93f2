"""The schedule: the calendar of a scenario as arrays, for the compiled order of events; laid out once for all runs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from comity.compiled import Bools, Floats, Int8s, Ints, Records, UInts, records
from comity.forum.moments import Moment
from comity.phases import Phase
from comity.randomness import address
from comity.rules.agenda import Categories, Topic
from comity.rules.arena import offers_of
from comity.rules.openness import coded_openness, openness_of_format
from comity.scenario.schema import Forum, Meeting, Shock
from comity.world.meeting import SITTING

if TYPE_CHECKING:
    from comity.forum.stage import Stage

__all__ = ["SPACES", "Schedule", "lay_out"]

SPACES = (0, 1, 2)
"""Numbers of common-space sittings that endogenous openness can allow."""


def _kind(whole: str, real: str = "", flag: str = "") -> np.dtype[np.void]:
    kinds = ((whole, np.int64), (real, np.float64), (flag, np.bool_))
    return np.dtype([(name, kind) for names, kind in kinds for name in names.split()], align=True)


_SETTING = _kind("rights agency end formal", "first_trust", "host agenda openness arena")
_EVENT = _kind("first index day")
_MEETING = _kind(
    "address start end forum linked plan other_plan themes theme_issues topics_drawn first_host n_hosts first_topic "
    "n_topics first_vote n_votes first_round first_sitting arena support",
    "coded_openness format_openness",
    "is_placed",
)
_FORUM = _kind(
    "founder lineup theme_issues",
    "bindingness development_framing openness inside_access",
    "is_state_led is_accredited decides_arena has_spaces",
)
_SHOCK = _kind("day", "sovereignty pressure capacity attachment withdrawal lasts")
_VOTE = _kind("address first_issue n_issues", "bindingness", "is_agreed")
_PLAN = _kind("first_sitting n_sittings first_room n_rooms n_rounds")


class Schedule(NamedTuple):
    """All E events of a run in order, and what is known of them before it begins.

    ``setting``, one record: row of the ``rights`` issue and of the ``agency``, -1 for none; the ``end`` of the run; the
    ``formal`` forum that decides the arena, -1 for none; trust in networks at the start; which of ``host``, ``agenda``,
    ``openness`` and ``arena`` are endogenous. ``events``: the ``first`` moment of each, which says what it is, its
    ``index`` among those of its kind and its ``day``. Days are numbered as by ``date.toordinal``.

    ``meetings`` (M,): where each begins in the arrays below and in those of what a run leaves, and how many there are:
    hosts, topics (``topics_drawn`` where the agenda is endogenous, else 0), votes, rounds, sittings, ``arena`` and
    ``support`` (places, or -1 where there is none); ``plan`` and ``other_plan``, first of the plans under the own forum
    and under the formal one; ``linked``, the meeting that it accompanies, or -1; openness, nan where nothing is said.
    A plan is a timetable; where openness is endogenous, one for each of ``SPACES``. Issues of rooms are those of
    ``room_issue`` unless ``room_topic`` says which drawn topic decides.

    ``scripted``: rows of hosts. ``shock_exposures`` (shocks, n), ``anchors`` (shocks, K); ``eras`` (e,) are the
    days on which actors begin or cease to exist, and ``existing`` bool (e + 1, n) who does before, between and
    after them; ``invited`` bool (F, n); ``voters`` bool (V, n); ``state_roles`` the group of each of ``states``;
    ``reach`` (M, n) of the planned place, and ``capitals`` (n, n), or (0, n) where hosts are as planned. ``offers``
    (F, 4): of the arenas.
    """

    setting: Records
    events: Records
    meetings: Records
    forums: Records
    shocks: Records
    votes: Records
    plans: Records
    sittings: Records
    room_issue: Ints
    room_topic: Ints
    cochairs: Ints
    scripted: Ints
    topics: Ints
    vote_issues: Ints
    categories: Categories
    category_issue: Ints
    years: UInts
    shock_exposures: Floats
    anchors: Floats
    eras: Ints
    existing: Bools
    invited: Bools
    voters: Bools
    states: Ints
    state_roles: Int8s
    reach: Floats
    capitals: Floats
    offers: Records


def events_of(stage: Stage) -> list[tuple[date, Meeting | Shock | int]]:
    """Return all events in order: meetings, and the ends of years and the shocks that pass before them.

    Meetings are held in the order of first day, last day and id. Before each passes all that is dated up to its first
    day; of one day the end of the year comes first.
    """
    scenario = stage.scenario
    years = range(scenario.start.year, scenario.end.year + 1)
    between: list[tuple[date, Shock | int]] = [
        (date(year, 12, 31), year) for year in years if scenario.start < date(year, 12, 31) <= scenario.end
    ]
    between = sorted([*between, *((shock.date, shock) for shock in scenario.shocks)], key=lambda event: event[0])
    events: list[tuple[date, Meeting | Shock | int]] = []
    for meeting in stage.meetings:
        while between and between[0][0] <= meeting.start:
            events.append(between.pop(0))
        events.append((meeting.start, meeting))
    return [*events, *(event for event in between if event[0] <= scenario.end)]


class _Parts:
    """Arrays of rows that are laid one after the other."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Any]] = {}

    def add(self, name: str, rows: Any) -> int:
        """Add rows and return where they begin."""
        there = self._rows.setdefault(name, [])
        there.extend(rows)
        return len(there) - len(rows)

    def count(self, name: str) -> int:
        """Return how many rows there are so far."""
        return len(self._rows.get(name, ()))

    def array(self, name: str, kind: Any, width: int = 0) -> Any:
        """Return the rows of a name as one array, with columns where there is a ``width``."""
        rows = self._rows.get(name, [])
        if isinstance(kind, np.dtype) and kind.names:
            return records(np.array([tuple(row) for row in rows], dtype=kind))
        return np.array(rows, dtype=kind).reshape((len(rows), width) if width else len(rows))


def lay_out(stage: Stage) -> Schedule:
    """Return the schedule of a scenario."""
    scenario, parts, n = stage.scenario, _Parts(), len(stage.population.ids)
    choices, rows = scenario.choices, stage.population.rows
    places: dict[str, int] = {}
    for day, event in events_of(stage):
        if isinstance(event, Meeting):
            places[event.id] = index = len(places)
            first = Moment.ARENA
            parts.add("reach", [stage.reach(event)])
        elif isinstance(event, Shock):
            first, index = Moment.SHOCK, scenario.shocks.index(event)
        else:
            first, index = Moment.YEAR, parts.add("years", [address(f"year:{event}")])
        parts.add("events", [(first, index, day.toordinal())])
    codes = {name: c for c, name in enumerate(stage.categories)}
    for meeting in stage.meetings:
        parts.add("meetings", [_meeting(stage, meeting, places, codes, parts)])
    people = stage.population
    eras = np.unique(np.concatenate([people.active_from, people.active_to + 1]))
    days = np.concatenate([eras[:1] - 1, eras])[:, None]
    rights, agency = scenario.institutions.rights_issue, scenario.institutions.agency
    is_endogenous = [getattr(choices, name) == "endogenous" for name in ("host", "agenda", "openness", "arena")]
    formal = next((forum for forum in scenario.forums if forum.decides_arena), None)
    informal = next((forum for forum in scenario.forums if forum.state_led), None)
    setting = (
        stage.issues.index(rights) if rights else -1, rows.get(agency, -1), scenario.end.toordinal(),
        -1 if formal is None else stage.forum_index[formal.id], stage.first_trust, *is_endogenous,
    )  # fmt: skip
    votes = [vote for meeting in stage.meetings for vote in meeting.votes]
    issues = scenario.issues
    return Schedule(
        setting=records(np.array([setting], dtype=_SETTING)),
        events=parts.array("events", _EVENT),
        meetings=parts.array("meetings", _MEETING),
        forums=records(np.array([_forum(forum, stage) for forum in scenario.forums], dtype=_FORUM)),
        shocks=records(np.array([_shock(shock) for shock in scenario.shocks], dtype=_SHOCK)),
        votes=parts.array("votes", _VOTE),
        plans=parts.array("plans", _PLAN),
        sittings=parts.array("sittings", SITTING),
        room_issue=parts.array("room_issue", np.int64),
        room_topic=parts.array("room_topic", np.int64),
        cochairs=parts.array("cochairs", np.int64, 3),
        scripted=parts.array("hosts", np.int64),
        topics=parts.array("topics", np.int64),
        vote_issues=parts.array("vote_issues", np.int64),
        categories=Categories(
            address=np.array([address(name) for name in codes], dtype=np.uint64),
            issue_address=np.array([address(issue.id) for issue in issues], dtype=np.uint64),
            first=np.cumsum([0, *(len(issue.categories) for issue in issues)]),
        ),
        category_issue=np.array(list(stage.issue_index.values()), dtype=np.int64),
        years=parts.array("years", np.uint64),
        shock_exposures=np.array([stage.shock_exposures[s.id] for s in scenario.shocks], dtype=float).reshape(-1, n),
        anchors=np.array([s.anchors.get(k, 0.0) for s in scenario.shocks for k in stage.issues]).reshape(
            -1, len(issues)
        ),
        eras=eras.astype(np.int64),
        existing=(people.active_from <= days) & (days <= people.active_to),
        invited=np.array([stage.invited[forum.id] for forum in scenario.forums]),
        voters=np.array([stage.voters[vote.id] for vote in votes], dtype=np.bool_).reshape(-1, n),
        states=stage.states.astype(np.int64),
        state_roles=people.world.actors["group"][stage.states],
        reach=parts.array("reach", float, n),
        capitals=stage.capitals if choices.host == "endogenous" else np.empty((0, n)),
        offers=records(np.array([offers_of(forum, informal or forum) for forum in scenario.forums])),
    )


def _meeting(stage: Stage, meeting: Meeting, places: dict[str, int], codes: dict[str, int], parts: _Parts) -> Any:
    """Return the record of a meeting, and add what it needs to the other arrays."""
    scenario, rows, forum = stage.scenario, stage.population.rows, stage.scenario.forum(meeting.forum)
    scripted = scenario.choices.openness == "scripted"
    hosts = [rows[host] for host in meeting.hosts if host in rows]
    topics = [codes[topic.category] for topic in stage.agendas[meeting.id]]
    count = (meeting.session_count or len(meeting.sessions)) * (scenario.choices.agenda == "endogenous")
    formal = next((item for item in scenario.forums if item.decides_arena), forum)
    forums = [forum, formal] if forum.state_led and scenario.choices.arena == "endogenous" else [forum]
    plans = [_plans(stage, meeting, held_as, count, parts) for held_as in forums]
    n_sittings, n_rounds = (max(largest) for largest in zip(*(plan[1:] for plan in plans), strict=True))
    first_vote = parts.count("votes")
    for vote in meeting.votes:
        about = sorted({stage.issue_index[category] for category in vote.categories}) or range(len(stage.issues))
        first = parts.add("vote_issues", about)
        parts.add("votes", [(address(vote.id), first, len(about), vote.bindingness, vote.text_class == "agreed")])
    ranks, judges = any(item.decides_arena for item in forums), any(f.decides_arena or f.state_led for f in forums)
    return (
        address(meeting.id), meeting.start.toordinal(), meeting.end.toordinal(), stage.forum_index[forum.id],
        places.get(meeting.linked_to, -1), plans[0][0], plans[-1][0], meeting.themes or count,
        0 if meeting.themes else 1, count, parts.add("hosts", hosts), len(hosts), parts.add("topics", topics),
        len(topics), first_vote, len(meeting.votes), parts.add("round", range(n_rounds)),
        parts.add("sitting", range(n_sittings)), parts.add("arena", [0]) if ranks else -1,
        parts.add("support", [0]) if judges else -1, coded_openness(meeting, scripted),
        openness_of_format(meeting, scripted), stage.population.reach is not None and meeting.venue != "online",
    )  # fmt: skip


def _plans(stage: Stage, meeting: Meeting, forum: Forum, count: int, parts: _Parts) -> tuple[int, int, int]:
    """Add the plans of a meeting under the rules of a forum; return the first, and the most sittings and rounds."""
    agenda, first, n_sittings, n_rounds = stage.agendas[meeting.id], parts.count("plans"), 0, 0
    if count:
        category = stage.scenario.issues[0].categories[0]
        agenda = tuple(Topic(str(number + 1), category, category, (), number) for number in range(count))
    varies = stage.scenario.choices.openness == "endogenous" and _has_spaces(forum)
    for spaces in SPACES if varies else (None,):
        plan = stage.programme(stage.with_spaces(meeting, spaces), forum, agenda)
        sittings, issue = plan.timetable.sittings, plan.timetable.issue
        place = (parts.add("sittings", sittings.tolist()), plan.n_sittings, parts.add("room_issue", issue.tolist()))
        parts.add("room_topic", plan.drawn.tolist())
        parts.add("cochairs", plan.timetable.cochairs.tolist())
        parts.add("plans", [(*place, len(issue), plan.n_rounds)])
        n_sittings, n_rounds = max(n_sittings, plan.n_sittings), max(n_rounds, plan.n_rounds)
    return first, n_sittings, n_rounds


def _has_spaces(forum: Forum) -> bool:
    return any(entry.phase is Phase.COMMON_SPACE for entry in forum.format)


def _forum(forum: Forum, stage: Stage) -> Any:
    return (
        stage.forum_index.get(forum.founded_by, -1), forum.lineup, forum.theme_issues, forum.bindingness,
        forum.development_framing, forum.openness, forum.inside_access, forum.state_led, forum.accreditation,
        forum.decides_arena, _has_spaces(forum),
    )  # fmt: skip


def _shock(shock: Shock) -> Any:
    sizes = (shock.sovereignty, shock.pressure, shock.capacity, shock.attachment)
    return (shock.date.toordinal(), *sizes, shock.withdrawal, 365 * shock.years)
