"""Parts of pages that live in the browser: each a Vue file, and here the values and events it takes.

A run is sent once and played there: the player tells the other parts which moment it is by an event of the window, so
that playing and scrubbing ask nothing of the server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

__all__ = [
    "Address", "Caption", "Chairs", "Chooser", "Copy", "Drawing", "Folder", "Levers", "Picker", "Player", "Room",
    "Ticker",
]  # fmt: skip

Nothing = Callable[[Any], None]


@solara.component_vue("player.vue")
def Player(timeline: dict[str, Any], phases: list[str], bus: str = "run") -> None:
    """Transport and timeline; the timeline is the scrubber."""


@solara.component_vue("caption.vue")
def Caption(
    captions: list[dict[str, str]], bus: str = "run", label: str = "", ids: list[str] | None = None
) -> None:
    """What just happened."""


@solara.component_vue("room.vue")
def Room(
    rooms: dict[str, Any],
    groups: list[dict[str, str]],
    actor: str = "",
    bus: str = "run",
    ids: list[str] | None = None,
    event_find_actor: Nothing | None = None,
) -> None:
    """Who sits where and does what."""


@solara.component_vue("figure.vue")
def Drawing(
    figure: dict[str, Any],
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
    scenarios: list[str],
    scenario: str,
    theories: list[dict[str, str]],
    theory: str,
    seed: str,
    luck: bool,
    patches: list[str],
    settings: list[str],
    whatifs: list[str] | None = None,
    event_choose: Nothing | None = None,
) -> None:
    """Scenario, theory and seed, and the changes in force."""


@solara.component_vue("chairs.vue")
def Chairs(entries: list[dict[str, str]], bus: str = "run") -> None:
    """Who took the chair and who gave it up, until the moment."""


@solara.component_vue("levers.vue")
def Levers(
    groups: list[dict[str, Any]],
    values: dict[str, float],
    fixed: dict[str, float],
    patches: list[dict[str, Any]],
    choices: list[dict[str, Any]],
    done: int = 0,
    event_set: Nothing | None = None,
    event_choose: Nothing | None = None,
) -> None:
    """Sliders and switches; ``done`` counts the changes that have been drawn, and the next is sent only then."""


@solara.component_vue("picker.vue")
def Picker(
    actors: list[dict[str, str]],
    actor: str,
    quantities: list[dict[str, str]],
    quantity: str,
    event_pick: Nothing | None = None,
) -> None:
    """An actor, and the quantity that is to be explained."""


@solara.component_vue("folder.vue")
def Folder(
    label: str,
    folder: str,
    hint: str,
    measures: list[dict[str, str]] | None = None,
    measure: str = "",
    factors: list[str] | None = None,
    first: str = "",
    second: str = "",
    event_choose: Nothing | None = None,
) -> None:
    """A folder on the server's disk, and what is to be shown of it."""


@solara.component_vue("ticker.vue")
def Ticker(every: float, done: int, event_tick: Nothing | None = None) -> None:
    """Ask again every so many seconds."""
