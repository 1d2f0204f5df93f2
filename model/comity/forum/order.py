"""The order of events of a whole run, as one compiled call; section 3 of the ODD."""

from __future__ import annotations

from comity.compiled import compiled
from comity.forum.closing import close_meeting
from comity.forum.course import Course
from comity.forum.moments import Moment, Until, begin_event, is_due
from comity.forum.opening import open_meeting, prepare_meeting
from comity.forum.sitting import Space, hold_sittings
from comity.forum.year import pass_year
from comity.rules.corridor import make_corridor
from comity.rules.shocks import strike
from comity.world.room import make_floor, make_hall
from comity.world.world import Opened, Run

__all__ = ["hold"]


@compiled
def hold(until: Until, course: Course, run: Run) -> None:
    """Go on with a run, event by event and moment by moment, until it is due to stop or at its end.

    Everything is one call, and nothing but what it is given is read or written: threads can hold runs side by side.
    """
    opened = Opened(run.world, run.table[0], run.keys)
    frame, place, n = course.frame, course.frame.place[0], len(opened.world.actors)
    hall = make_hall(n, course.proceedings.chairs, course.proceedings.exposures)
    space = Space(make_floor(n), hall, make_corridor(opened.world, len(course.moves.moves)))
    place.is_resumed = 1
    while place.event < len(frame.events) and not is_due(place, until):
        event = frame.events[place.event]
        if place.moment == Moment.YEAR:
            place.today = max(place.today, event.day)
            pass_year(event.index, frame, course.years, opened, space.floor.pull)
            begin_event(place, frame.events)
        elif place.moment == Moment.SHOCK:
            place.today = max(place.today, event.day)
            shock, exposure = course.chairs.shocks[event.index], course.chairs.shock_exposures[event.index]
            strike(shock, exposure, course.years.anchors[event.index], frame.forums.is_state_led, opened.world)
            begin_event(place, frame.events)
        elif place.moment < Moment.MONEY:
            prepare_meeting(event.index, until, course, opened, space.floor)
        elif place.moment < Moment.SEATING:
            open_meeting(event.index, until, course, opened, space.floor)
        elif place.moment < Moment.ATTACHMENT:
            hold_sittings(event.index, until, course, opened, space)
        elif place.moment < Moment.SNAPSHOT:
            close_meeting(event.index, until, course, opened, space.floor)
        else:
            begin_event(place, frame.events)
    if place.event == len(frame.events):
        place.today = max(place.today, frame.setting.end[0])
