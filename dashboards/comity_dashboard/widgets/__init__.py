"""Parts of pages that live in the browser: each a Vue file, and here the values and events it takes.

A run is sent once and played there: the player tells the other parts which moment it is by an event of the window, so
that playing and scrubbing ask nothing of the server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import solara

__all__ = [
    "Address", "Caption", "Chairs", "Chooser", "Copy", "Drawing", "Folder", "Levers", "Packed", "Picker", "Player",
    "Room", "Scoring", "Theme", "Ticker",
]  # fmt: skip

Nothing = Callable[[Any], None]


@dataclass(frozen=True, eq=False)
class Packed:
    """Large plain data on their way to the browser.

    Whoever draws walks through every list and dict that a part is given, at each redraw; what is packed is passed by.
    Two of them are the same only if they are one: make them where the data change, not where they are drawn.
    """

    data: Any


def _open(value: Packed, widget: Any) -> Any:
    return value.data


def _packed(*names: str) -> dict[str, Callable[[Packed, Any], Any]]:
    return dict.fromkeys(names, _open)


@solara.component_vue("player.vue", to_json=_packed("timeline", "phases"))
def Player(timeline: Packed, phases: Packed, bus: str = "run", names: list[str] | None = None) -> None:
    """Transport and timeline; the timeline is the scrubber. ``names`` are those of two runs that share it."""


@solara.component_vue("caption.vue", to_json=_packed("captions", "places"))
def Caption(captions: Packed, bus: str = "run", label: str = "", places: Packed = Packed(None)) -> None:
    """What just happened."""


@solara.component_vue("room.vue", to_json=_packed("rooms", "places"))
def Room(
    rooms: Packed,
    groups: list[dict[str, str]],
    actor: str = "",
    bus: str = "run",
    places: Packed = Packed(None),
    event_find_actor: Nothing | None = None,
) -> None:
    """Who sits where and does what."""


@solara.component_vue("figure.vue", to_json=_packed("figure"))
def Drawing(
    figure: Packed,
    csv: dict[str, Any] | None = None,
    bus: str = "run",
    height: int = 260,
    big: bool = False,
    source: str = "",
    event_fetch_csv: Nothing | None = None,
    event_click: Nothing | None = None,
) -> None:
    """A chart with its title, its reading aid and its downloads."""


@solara.component_vue("address.vue")
def Address(query: str, path: str) -> None:
    """The address of the page."""


@solara.component_vue("copy.vue")
def Copy(text: str, label: str) -> None:
    """A button that copies a text."""


@solara.component_vue("chooser.vue")
def Chooser(
    label: str,
    offered: dict[str, Any],
    chosen: dict[str, Any],
    luck: bool,
    refused: dict[str, Any],
    note: str,
    event_choose: Nothing | None = None,
) -> None:
    """Scenario, theory and seed, and the changes in force; ``refused``: what was not taken, a text and its turn.

    ``offered`` holds scenarios, theories and whatifs; ``chosen`` scenario, theory, seed, patches and settings.
    """


@solara.component_vue("chairs.vue", to_json=_packed("entries"))
def Chairs(entries: Packed, bus: str = "run") -> None:
    """Who took the chair and who gave it up, until the moment."""


@solara.component_vue("levers.vue", to_json=_packed("groups"))
def Levers(
    groups: Packed,
    values: dict[str, float],
    fixed: dict[str, float],
    patches: list[dict[str, Any]],
    left_out: str,
    choices: list[dict[str, Any]],
    done: int = 0,
    event_choose: Nothing | None = None,
) -> None:
    """Sliders and switches; ``done`` counts the changes that have been drawn, and the next is sent only then."""


@solara.component_vue("picker.vue", to_json=_packed("actors"))
def Picker(
    actors: Packed, actor: str, quantities: list[dict[str, str]], quantity: str, event_pick: Nothing | None = None
) -> None:
    """An actor, and the quantity that is to be explained."""


@solara.component_vue("folder.vue")
def Folder(
    label: str,
    folder: str,
    hint: str,
    measures: list[dict[str, str]],
    factors: list[dict[str, str]],
    chosen: dict[str, str],
    event_choose: Nothing | None = None,
) -> None:
    """A folder on the server's disk, and what is to be shown of it: ``chosen`` measure, first and second factor."""


@solara.component_vue("scoring.vue")
def Scoring(replicates: int, event_start: Nothing | None = None) -> None:
    """How many runs of each theory, and a button that starts them."""


@solara.component_vue("theme.vue")
def Theme(event_choose: Nothing | None = None) -> None:
    """A button that goes on from the system's colours to light ones, to dark ones, and back."""


@solara.component_vue("ticker.vue")
def Ticker(every: float, done: int, event_tick: Nothing | None = None) -> None:
    """Ask again every so many seconds."""
