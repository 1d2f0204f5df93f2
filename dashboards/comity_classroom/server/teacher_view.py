"""The teacher's page: people, choices, the next step, and the available acts."""

from __future__ import annotations

from typing import Any

from comity_classroom.core.amendments import meetings_to_come
from comity_classroom.core.applicable import applicable
from comity_classroom.core.choices import questions
from comity_classroom.server.context import PageContext
from comity_classroom.server.draft import draft_view
from comity_classroom.server.steps_view import lesson_view
from comity_classroom.server.talk import all_talk

__all__ = ["teacher_view"]


def teacher_view(context: PageContext) -> dict[str, Any]:
    """Return the values of the teacher's page."""
    state, stop = context.state, context.stop
    # Occupied seats first: the teacher looks after these.
    seats = sorted((_seat(context, seat) for seat in state.offered), key=lambda seat: not seat["person"])
    to_come = meetings_to_come(stop.scenario, stop.opened)
    ordered = sorted(stop.scenario.meetings, key=lambda m: (m.start, m.end, m.id))
    return context.stage() | {
        "version": context.teacher_version(),
        "seats": seats,
        "people": sorted(state.people.items(), key=lambda item: context.phrases.sorting(item[1])),
        "without_seat": [
            {"person": person, "name": name, "here": context.classroom.is_here(person)}
            for person, name in state.people.items()
            if state.seat_of(person) is None
        ],
        "n_away": len(context.classroom.away),
        "n_asked": len(context.asked),
        "n_chosen": context.n_chosen,
        "to_come": to_come,
        "played": [meeting for meeting in ordered if meeting not in to_come],
        "inject": applicable(stop.scenario, stop.opened),
        "lesson": lesson_view(context),
        "news": context.news(),
        "talk": all_talk(context),
        "draft": draft_view(context, shows_voices=True),
    }


def _seat(context: PageContext, seat: str) -> dict[str, Any]:
    state = context.state
    person = state.seats.get(seat)
    return {
        "id": seat,
        "name": context.name(seat),
        "person": "" if person is None else ", ".join(state.people[one] for one in state.team_of(seat)),
        "team": [(one, state.people[one]) for one in state.team_of(seat)],
        "person_id": person,
        "here": any(context.classroom.is_here(one) for one in state.team_of(seat)),
        "may": person is not None and bool(questions(context.stop, seat)),
        "chosen": bool(context.chosen(seat)),
        "muted": seat in state.muted,
        "hushed": [one for one in state.team_of(seat) if one in state.hushed],
        "left": state.played_by_model.get(seat, ""),
    }
