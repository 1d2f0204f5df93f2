"""Moves: the choices of a class as moves of its scenario."""

from __future__ import annotations

import json
from typing import Any

from comity.scenario.loading import from_data
from comity.scenario.moves import lay_moves
from comity.scenario.schema import Scenario
from comity_classroom.core.amendments import amend
from comity_classroom.core.state import ClassroomState

__all__ = ["moves_of", "scenario_of"]


def moves_of(state: ClassroomState, *, up_to_now: bool = False) -> list[dict[str, Any]]:
    """Return the choices of a class as moves of its scenario, in a fixed order.

    Parameters
    ----------
    up_to_now
        Leave out choices for doors that have not opened and sittings that have not been held.
    """
    calendar = sorted(state.scenario["meetings"], key=lambda m: (m["start"], m["end"], m["id"]))
    order = {meeting["id"]: number for number, meeting in enumerate(calendar)}
    now = (-1, 0) if state.held is None else (order[state.held.meeting], state.held.sitting)
    moves = []
    for seat, meeting, sitting in sorted(state.choices, key=lambda key: (order[key[1]], key[2], key[0])):
        to_come = sitting > now[1] if order[meeting] == now[0] else order[meeting] > now[0]
        if up_to_now and to_come and not (sitting == 0 and state.doors == meeting):
            continue
        choice = state.choices[seat, meeting, sitting]
        for name in sorted(choice):
            # A seat that stays away from a sitting does not act in it, whatever it chose earlier.
            if name == "on" or (name == "act" and choice.get("table") == 0):
                continue
            if name == "partner":
                place = {"actor": seat, "meeting": meeting, "sitting": sitting}
                moves += [{**place, "partner": other} for other in choice[name] if choice.get("table") != 0]
                continue
            move: dict[str, Any] = {"actor": seat, "meeting": meeting, name: choice[name]}
            if name in ("table", "act"):
                move["sitting"] = sitting
            if name == "vote":
                move["on"] = choice["on"]
            moves.append(move)
    return moves + [move for move in state.draft.moves() if not up_to_now or order[move["meeting"]] <= now[0]]


def scenario_of(state: ClassroomState, *, up_to_now: bool = False) -> Scenario:
    """Return the scenario of a class: the original one with its moves and amendments."""
    data = json.loads(json.dumps(dict(state.scenario)))
    data["moves"] = lay_moves(data.get("moves", []), moves_of(state, up_to_now=up_to_now))
    # Amendments come last: a withdrawn host does not host, whatever its seat chose.
    for amendment in state.amendments:
        data = amend(data, amendment)
    return from_data(data, "the classroom")
