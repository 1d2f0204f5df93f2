"""Other libraries at the size of a replay: what one would otherwise take, although none of them does the same."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import comity
from comity_bench.agentpy_rooms import rooms_model
from comity_bench.replay import SCENARIO, replays
from comity_bench.room_loop import plain_rooms
from comity_bench.rooms import schedule
from comity_bench.row import Part, Row, missing, row
from comity_bench.timing import Spread, alternate, over, rates

__all__ = ["PART"]

Work = Callable[[], object]

_PLAIN = "rooms in plain NumPy"
_AGENTPY = "rooms in AgentPy"
_TEXTS = {_PLAIN: "speak, listen, trust; arrays, no agents", _AGENTPY: "agents that speak, listen, trust"}


def _measure(quick: bool) -> list[Row]:
    n, sittings = schedule()
    rows: list[Row] = []
    seats = sum(len(room) for sitting in sittings for room in sitting)
    note = f"{n} actors, {len(sittings)} sittings, {sum(map(len, sittings))} rooms"
    rows.append(row("seats in a sitting", "count", seats / len(sittings), note))

    def agentpy() -> object:
        return rooms_model(n, sittings)({"steps": len(sittings), "seed": 1}).run(display=False)

    def plain() -> object:
        return plain_rooms(n, sittings, seed=1)

    works: dict[str, Work] = {_PLAIN: plain, _AGENTPY: agentpy}
    replay = replays(comity.load(SCENARIO))
    for name, work in works.items():
        rows += _against(name, work, replay, 2 if quick else 8)
    return rows


def _against(name: str, work: Work, replay: Work, rounds: int) -> list[Row]:
    """Return the rows of one library, timed in turn with the replay; where it is not installed, they say so."""
    library = "agentpy" if name == _AGENTPY else None
    names = (name, f"{name}, over a replay")
    try:
        if library is not None:
            import_module(library)
        work()
    except Exception as error:  # a library of others may fail in any way, and the rest is measured all the same
        why = f"{library or name} cannot be used here: {type(error).__name__}: {error}"
        return [missing(names[0], "runs/s", why), missing(names[1], "ratio", why)]
    seconds = alternate({"comity": (replay, 4), name: (work, 1)}, rounds)
    ratio: Spread = over(seconds[name], seconds["comity"])
    return [row(names[0], "runs/s", rates(seconds[name]), _TEXTS[name]), row(names[1], "ratio", ratio)]


def _rows() -> list[tuple[str, str]]:
    pairs = [((name, "runs/s"), (f"{name}, over a replay", "ratio")) for name in _TEXTS]
    return [("seats in a sitting", "count"), *(item for pair in pairs for item in pair)]


PART = Part(
    name="others",
    title="Other libraries in rooms of the same size",
    rows=_rows(),
    measure=_measure,
    text="Unequal tasks: each gets the rooms of one replay ready made and does less in them. The replay also decides "
    "who comes and who sits where, knows six more mechanisms in a room, and lives through the years; rooms are only a "
    "share of its time (parts). AgentPy and NumPy: a statement or cooperation at random, trust, persuasion.",
)
