"""Widgets in the browser: each is a Vue file, with its values and events declared here.

A run is sent to the browser once and played there. The player announces the current moment to the other widgets by a
window event, so playing and scrubbing send no requests to the server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from comity_dashboard.packed import Packed, pack

__all__ = [
    "Address", "Caption", "Chairs", "Chooser", "Copy", "Drawing", "First", "Folder", "Future", "Glance", "Guess",
    "Language", "Levers", "Network", "Picker", "Player", "Replay", "Room", "Save", "Scoring", "Share", "Start",
    "Starter", "Strip", "Theme", "Ticker",
]  # fmt: skip

Nothing = Callable[[Any], None]


_NOTHING = pack(None)


def _open(value: Packed, widget: Any) -> Any:
    return value.data


def _send(value: Packed, widget: Any) -> Any:
    return value.sent()


def _packed(*names: str) -> dict[str, Callable[[Packed, Any], Any]]:
    return dict.fromkeys(names, _open)


_SENT = {"sent": _send}
"""For a widget that fetches its data where they are large."""


@solara.component_vue("player.vue", to_json=_packed("timeline", "phases"))
def Player(timeline: Packed, phases: Packed, bus: str = "run", names: list[str] | None = None) -> None:
    """Playback controls and timeline. ``names`` are those of two runs that share the timeline."""


@solara.component_vue("caption.vue", to_json=_packed("places") | _SENT)
def Caption(sent: Packed, bus: str = "run", label: str = "", places: Packed = _NOTHING) -> None:
    """The caption of the current moment. ``sent`` has the captions of all."""


@solara.component_vue("room.vue", to_json=_packed("places", "talks") | _SENT)
def Room(
    sent: Packed,
    groups: list[dict[str, str]],
    actor: str = "",
    bus: str = "run",
    places: Packed = _NOTHING,
    talks: Packed = _NOTHING,
    event_find_actor: Nothing | None = None,
    event_open_actor: Nothing | None = None,
) -> None:
    """The rooms of a sitting, with the seats and acts of all actors. ``sent`` has those of all sittings."""


@solara.component_vue("glance.vue", to_json=_packed("more") | _SENT)
def Glance(
    sent: Packed,
    more: Packed,
    groups: list[dict[str, str]],
    words: dict[str, str],
    actor: str = "",
    bus: str = "run",
    event_find_actor: Nothing | None = None,
) -> None:
    """The states by sovereignty concern and cooperation at the current moment. ``sent`` is that of the room."""


@solara.component_vue("strip.vue", to_json=_packed("black") | _SENT)
def Strip(
    sent: Packed,
    span: list[str],
    chosen: str,
    black: Packed,
    words: dict[str, str],
    bus: str = "run",
    event_open: Nothing | None = None,
) -> None:
    """Small charts with the current moment; one that is clicked opens the large one. ``sent`` has their lines."""


@solara.component_vue("network.vue", to_json={"world": _send} | _SENT)
def Network(
    sent: Packed,
    world: Packed,
    groups: list[dict[str, str]],
    words: dict[str, str],
    actor: str = "",
    bus: str = "run",
    event_find_actor: Nothing | None = None,
    event_open_actor: Nothing | None = None,
) -> None:
    """The trust network at the current moment. ``sent`` has the trust of all pairs after all meetings.

    ``world`` is fetched when the map is chosen.
    """


@solara.component_vue("figure.vue", to_json=_packed("behind") | _SENT)
def Drawing(
    sent: Packed,
    behind: Packed,
    csv: dict[str, Any] | None = None,
    bus: str = "run",
    height: int = 260,
    source: str = "",
    event_fetch_csv: Nothing | None = None,
    event_click: Nothing | None = None,
) -> None:
    """A chart with its title, its reading aid and its downloads. ``sent`` has the figure, and
    ``behind`` its last series."""


@solara.component_vue("address.vue")
def Address(query: str, path: str) -> None:
    """Writes the state of the page into its address."""


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
    """Scenario, theory and seed, and the active changes.

    ``offered`` has scenarios, theories and whatifs; ``chosen`` has scenario, theory, seed, patches and settings;
    ``refused`` is a message and its number.
    """


@solara.component_vue("chairs.vue", to_json=_packed("entries"))
def Chairs(entries: Packed, bus: str = "run") -> None:
    """The chain of chairs up to the current moment."""


@solara.component_vue("levers.vue", to_json=_packed("groups"))
def Levers(
    groups: Packed,
    values: dict[str, float],
    fixed: dict[str, float],
    offered: dict[str, Any],
    done: int = 0,
    event_choose: Nothing | None = None,
) -> None:
    """What-ifs, sliders and switches.

    ``offered`` has patches, left_out, choices, the parameters of the first sliders, and what their order is from.
    ``done`` counts the changes drawn; the next change is sent only after that.
    """


@solara.component_vue("picker.vue", to_json=_packed("actors"))
def Picker(
    words: dict[str, str],
    actors: Packed,
    actor: str,
    quantities: list[dict[str, str]],
    quantity: str,
    event_pick: Nothing | None = None,
) -> None:
    """An actor and the quantity to explain."""


@solara.component_vue("folder.vue")
def Folder(
    words: dict[str, str],
    folder: str,
    measures: list[dict[str, str]],
    factors: list[dict[str, str]],
    chosen: dict[str, str],
    event_choose: Nothing | None = None,
) -> None:
    """A folder on the server, and the choices for its charts: ``chosen`` has measure, first and second factor."""


@solara.component_vue("scoring.vue")
def Scoring(words: dict[str, str], replicates: int, is_open: bool, event_start: Nothing | None = None) -> None:
    """The number of runs of each theory, and a start button. ``is_open``: parameters can be drawn from a posterior."""


@solara.component_vue("first.vue")
def First(event_decide: Nothing | None = None) -> None:
    """Asks the browser whether to begin on the start page: decides ``"start"`` or ``"stay"``."""


@solara.component_vue("start.vue", to_json=_SENT)
def Start(
    sent: Packed,
    groups: list[dict[str, str]],
    words: dict[str, str],
    numbers: dict[str, str],
    event_leave: Nothing | None = None,
) -> None:
    """The start page: play, guess, see. ``sent`` has the network of a run and a line of it and of a what-if."""


@solara.component_vue("language.vue")
def Language(
    label: str,
    note: str,
    chosen: str,
    offered: dict[str, str],
    words: dict[str, Any],
    event_choose: Nothing | None = None,
) -> None:
    """A menu of languages, and the words of all widgets in the chosen one.

    ``offered`` has the names of languages by code; ``note`` says who translated the chosen one.
    """


@solara.component_vue("share.vue")
def Share(query: str, path: str, own: list[str]) -> None:
    """A button that copies an address of this page for another served application, or says why it cannot."""


@solara.component_vue("guess.vue", to_json={"before": _send, "after": _send})
def Guess(
    before: Packed, after: Packed, waits: list[str], words: dict[str, str], event_act: Nothing | None = None
) -> None:
    """A guess before a change is shown: a drawn line and a number of votes.

    ``before`` has the lines and votes of the run that is shown, ``after`` those of the changed run, once it is shown.
    ``waits`` says in words what changes; empty while nothing waits.
    """


@solara.component_vue("future.vue")
def Future(words: dict[str, str], bus: str = "run") -> None:
    """A switch that hides the part of charts over time that has not been played. The browser remembers it."""


@solara.component_vue("replay.vue", to_json=_SENT)
def Replay(sent: Packed, words: dict[str, str], able: bool, bus: str, event_ask: Nothing | None = None) -> None:
    """A button that replays the last change in the charts. ``sent`` has the figures before it, once asked for."""


@solara.component_vue("save.vue")
def Save(
    words: dict[str, str], made: dict[str, str], event_make: Nothing | None = None, event_forget: Nothing | None = None
) -> None:
    """A button that asks for a file and saves it.

    ``made`` has id, name and text of a file that was asked for, and what went wrong; it is empty without one.
    """


@solara.component_vue("starter.vue")
def Starter(
    words: dict[str, str],
    offers: list[dict[str, str]],
    chosen: str,
    busy: bool,
    whole: bool,
    event_choose: Nothing | None = None,
    event_start: Nothing | None = None,
) -> None:
    """A choice of designs and a button that starts one; ``whole``: the chosen one has all its runs."""


@solara.component_vue("theme.vue")
def Theme(event_choose: Nothing | None = None) -> None:
    """A button that cycles through the colours: system, light, dark."""


@solara.component_vue("ticker.vue")
def Ticker(every: float, done: int, event_tick: Nothing | None = None) -> None:
    """Triggers an event every few seconds."""
