"""What the teacher's page shows: who is in, who has chosen, what comes, and what can be done."""

from __future__ import annotations

from typing import Any

from comity_classroom.room.amendments import meetings_to_come
from comity_classroom.room.choices import questions
from comity_classroom.room.told import news
from comity_classroom.server.look import Look

__all__ = ["teacher_view"]


def teacher_view(look: Look) -> dict[str, Any]:
    """Return what the teacher's page shows."""
    state, stop = look.state, look.stop
    # Seats of people first: they are what a teacher looks after.
    seats = sorted((_seat(look, seat) for seat in state.offered), key=lambda seat: not seat["person"])
    to_come = meetings_to_come(stop.scenario, stop.opened)
    ordered = sorted(stop.scenario.meetings, key=lambda m: (m.start, m.end, m.id))
    return look.stage() | {
        "version": look.teacher_version(),
        "seats": seats,
        "people": sorted(state.people.items(), key=lambda item: item[1].casefold()),
        "without_seat": [
            {"person": person, "name": name, "here": look.room.is_here(person)}
            for person, name in state.people.items()
            if state.seat_of(person) is None
        ],
        "n_away": len(look.room.away),
        "n_asked": len(look.asked),
        "n_chosen": look.n_chosen,
        "to_come": to_come,
        "played": [meeting for meeting in ordered if meeting not in to_come],
        "shocks": stop.scenario.shocks,
        "news": news(stop),
    }


def _seat(look: Look, seat: str) -> dict[str, Any]:
    state = look.state
    person = state.seats.get(seat)
    return {
        "id": seat,
        "name": look.name(seat),
        "person": "" if person is None else state.people[person],
        "person_id": person,
        "here": person is not None and look.room.is_here(person),
        "may": person is not None and bool(questions(look.stop, seat)),
        "chosen": bool(look.chosen(seat)),
        "muted": seat in state.muted,
        "left": state.played_by_model.get(seat, ""),
    }
