"""The opening of a meeting, up to its first sitting; section 3.2 of the ODD."""

from __future__ import annotations

from math import isnan, nan

import numpy as np

from comity.compiled import Bools, Floats, Ints, Whole, apart, lean
from comity.forum.choices import preset_log
from comity.forum.course import Agendas, Chairs, Course, Frame, Moves, Outcome, Proceedings, era_of, held_of
from comity.forum.hosting import settle_hosts
from comity.forum.moments import Moment, Until, begin_event, go_on, is_due
from comity.rules.accreditation import accredit, accredited_share
from comity.rules.agenda import Wishes, draw_agenda
from comity.rules.arena import Arena
from comity.rules.attendance import who_comes
from comity.rules.funding import pledge
from comity.rules.lending import lend_experts
from comity.rules.openness import common_space_sittings, openness, trust_in_networks
from comity.world.meeting import Held
from comity.world.room import Floor
from comity.world.world import Group, Kind, Opened

__all__ = ["open_meeting", "prepare_meeting"]


@apart
def prepare_meeting(x: Whole, until: Until, course: Course, run: Opened, floor: Floor) -> None:
    """Prepare meeting x, up to its doors: arena, hosts, openness, agenda, timetable."""
    frame, place, found = course.frame, course.frame.place[0], course.frame.found[x]
    while place.moment < Moment.MONEY and not is_due(place, until):
        if place.moment == Moment.ARENA:
            place.today = max(place.today, frame.meetings.start[x])
            found.opened = place.today
            found.outcome = settle_arena(x, frame)
        elif place.moment == Moment.HOSTS:
            found.outcome = settle_hosts(x, frame, course.chairs, run, floor)
        elif place.moment == Moment.OPENNESS:
            settle_openness(x, frame, course.chairs, run)
        elif place.moment == Moment.AGENDA:
            hosts, asked = course.chairs.hosts[x, : found.n_hosts], course.proceedings.asked
            settle_agenda(x, frame, course.agendas, hosts, asked, run, floor.speaks)
        elif place.moment == Moment.TIMETABLE:
            found.outcome = settle_timetable(x, frame, course.proceedings, course.moves)
        if found.outcome > Outcome.HELD:
            begin_event(place, frame.events)
            return
        go_on(place, place.moment + 1)


@lean
def settle_arena(x: Whole, frame: Frame) -> Outcome:
    """Find the forum under whose rules meeting x is held, and its plan; return what became of the meeting."""
    found, meeting = frame.found[x], frame.meetings[x]
    arena = frame.place.arena[0]
    found.forum, found.plan = meeting.forum, meeting.plan
    if meeting.linked >= 0 and frame.found.outcome[meeting.linked] > Outcome.NO_SITTING:
        return Outcome.NOT_LINKED
    if frame.forums.is_state_led[meeting.forum] and arena != Arena.INFORMAL:
        if arena == Arena.NOWHERE:
            return Outcome.NOWHERE
        if frame.setting.formal[0] >= 0:
            found.forum, found.plan = frame.setting.formal[0], meeting.other_plan
    return Outcome.HELD


@lean
def settle_openness(x: Whole, frame: Frame, chairs: Chairs, run: Opened) -> None:
    """Settle how open meeting x is, and, where that is endogenous, how many sittings its common space has."""
    found, meeting = frame.found[x], frame.meetings[x]
    forum = frame.forums[found.forum]
    found.openness = meeting.coded_openness
    if isnan(found.openness):
        climate = 0.0
        for number in range(found.n_hosts):
            climate += run.world.actors.climate[chairs.hosts[x, number]]
        climate = climate / found.n_hosts if found.n_hosts > 0 else 0.5
        gained = trust_in_networks(run.world) - frame.setting.first_trust[0] if forum.is_accredited else 0.0
        of_format = forum.openness if isnan(meeting.format_openness) else meeting.format_openness
        last = chairs.memory.openness[found.forum]
        found.openness = openness(of_format, last, climate, gained, run.parameters)
    if frame.setting.openness[0] and forum.has_spaces:
        found.plan += common_space_sittings(found.openness)


@lean
def settle_agenda(x: Whole, frame: Frame, agendas: Agendas, hosts: Ints, asked: Ints, run: Opened, came: Bools) -> None:
    """Settle the topics of meeting x: scripted, or drawn by weight, for which the states ask that came last.

    Rows of the ``hosts``; ``asked`` is filled with the issues; ``came`` (n,) is working space.
    """
    found, meeting = frame.found[x], frame.meetings[x]
    if meeting.topics_drawn == 0:
        found.n_topics = meeting.n_topics
        for number in range(found.n_topics):
            agendas.topics[x, number] = agendas.scripted[meeting.first_topic + number]
    else:
        found.n_topics = meeting.topics_drawn
        f, forum, active = found.forum, frame.forums[found.forum], frame.existing[era_of(found.opened, frame)]
        for i in range(len(came)):
            is_able = active[i] and frame.invited[f, i] and run.world.actors.kind[i] == Kind.STATE
            came[i] = agendas.came[f, i] if agendas.memory.has_come[f] else is_able
        is_new = forum.founder >= 0
        for c in range(agendas.ever.shape[1]):
            is_new = is_new and not agendas.ever[f, c]
        last = agendas.last[forum.founder if is_new else f]
        topics, ever = agendas.topics[x, : found.n_topics], agendas.ever[f]
        wishes = Wishes(hosts, came, found.openness, last, ever)
        themes = (meeting.themes, meeting.theme_issues if meeting.theme_issues > 0 else forum.theme_issues)
        draw_agenda(agendas.categories, forum, wishes, themes, np.uint64(meeting.address), run, topics)
    for number in range(found.n_topics):
        asked[number] = agendas.issue[agendas.topics[x, number]]


@lean
def settle_timetable(x: Whole, frame: Frame, kept: Proceedings, moves: Moves) -> Outcome:
    """Settle the issues of all rooms of meeting x, and lay down what people chose for it; return what became of it."""
    plan = kept.plans[frame.found.plan[x]]
    if plan.n_sittings == 0:
        return Outcome.NO_SITTING
    for room in range(plan.n_rooms):
        topic = kept.room_topic[plan.first_room + room]
        kept.issue[room] = kept.asked[topic] if topic >= 0 else kept.room_issue[plan.first_room + room]
    for i in range(len(kept.spoke)):
        kept.spoke[i] = False
    if kept.choice[x] > 0:
        held = held_of(x, frame, kept, nan, kept.spoke, kept.exposures)
        preset_log(x, moves.first, moves.moves, held.timetable, held.log)
    return Outcome.HELD


@apart
def open_meeting(x: Whole, until: Until, course: Course, run: Opened, floor: Floor) -> None:
    """Open the doors of meeting x: money (of a state-led forum), who comes, accreditation of the networks that came,
    experts that organisations lend. The ``floor`` is working space."""
    frame, place, found = course.frame, course.frame.place[0], course.frame.found[x]
    forum, share = frame.forums[found.forum], -1.0
    if forum.is_accredited:
        share = accredited_share(found.openness, forum.openness, run.parameters)
    active, eligible, reach = frame.existing[era_of(found.opened, frame)], floor.speaks, floor.hearing
    for i in range(len(active)):
        eligible[i] = active[i] and frame.invited[found.forum, i]
    _find_reach(x, frame, course.proceedings, reach)
    held = held_of(x, frame, course.proceedings, share, eligible, reach)
    log, meeting = held.log, held.timetable.meeting
    while place.moment < Moment.SEATING and not is_due(place, until):
        if place.moment == Moment.MONEY:
            if forum.is_state_led:
                pledge(held.doors, held.doors.hosts, meeting, run, floor.draw_1, log.donors)
        elif place.moment == Moment.ATTENDANCE:
            who_comes(held.doors, meeting, run, floor.draw_1, log.present)
            for host in held.doors.hosts:
                log.present[host] = True
        elif place.moment == Moment.ACCREDITATION:
            _let_in(held, run, floor)
        elif place.moment == Moment.EXPERTS:
            lend_experts(log.present, run, floor)
        go_on(place, place.moment + 1)


@lean
def _find_reach(x: Whole, frame: Frame, kept: Proceedings, reach: Floats) -> None:
    """Fill ``reach`` (n,) with how far each actor reaches the place of meeting x: as planned, or a capital of hosts."""
    found, meeting = frame.found[x], frame.meetings[x]
    is_planned = found.n_hosts == meeting.n_hosts
    for number in range(found.n_hosts):
        host = kept.hosts[x, number]
        is_planned = is_planned and kept.scripted[meeting.first_host + number] == host
    for i in range(len(reach)):
        reach[i] = kept.reach[x, i] if is_planned else 0.0
    if not is_planned and meeting.is_placed:
        for number in range(found.n_hosts):
            for i in range(len(reach)):
                reach[i] += kept.capitals[kept.hosts[x, number], i]
        for i in range(len(reach)):
            reach[i] /= found.n_hosts


@lean
def _let_in(held: Held, run: Opened, floor: Floor) -> None:
    """Admit networks that came, all or as accreditation has it; who is not admitted is not present."""
    log, applicants, group = held.log, floor.aimed, run.world.actors.group
    for i in range(len(log.present)):
        applicants[i] = log.present[i] & (group[i] == Group.NETWORK)
        log.admitted[i] = applicants[i]
    if held.doors.admitted_share >= 0.0:
        accredit(held.doors, held.timetable.meeting, run, applicants, floor.draw_1, log.admitted)
        for i in range(len(log.present)):
            log.present[i] &= log.admitted[i] | (group[i] != Group.NETWORK)
