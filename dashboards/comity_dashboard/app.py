"""The application: routes, the frame around every page, and the visitor's desk."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara
import solara.lab

from comity_dashboard.access import named
from comity_dashboard.address import link_of
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.guard import is_standing
from comity_dashboard.hooks import error_line, show_error
from comity_dashboard.language import use_words
from comity_dashboard.pages.actor import Actor
from comity_dashboard.pages.change import Change
from comity_dashboard.pages.compare import Compare
from comity_dashboard.pages.history import History
from comity_dashboard.pages.start import Start
from comity_dashboard.pages.sweep import Sweep
from comity_dashboard.pages.watch import Watch
from comity_dashboard.phrases import Phrases, languages, phrases
from comity_dashboard.runs import warm_up
from comity_dashboard.widgets import Address, First, Language, Share, Theme, Ticker

__all__ = ["PAGES", "routes"]

PAGES: dict[str, tuple[str, Callable[..., Any]]] = {
    "/": ("watch", Watch),
    "change": ("change", Change),
    "compare": ("compare", Compare),
    "actor": ("actor", Actor),
    "history": ("history", History),
    "sweep": ("sweep", Sweep),
    "start": ("start", Start),
}
"""Phrases and component of each page, by path: ``pages.watch.name`` and so on."""
_STYLE = Path(__file__).parent / "style.css"
_LONG = 60  # seconds of preparation after which the page says that it still works


@solara.component
def Frame(children: list[Any]) -> None:
    """Draw the pages, but only behind the guard: without it, any web page could send requests."""
    if is_standing():
        Visit(children=children)
    else:
        solara.Text("This server has no access control. Start the application with: comity dashboard")


@solara.component
def Visit(children: list[Any]) -> None:
    """Draw the frame around every page, and keep the visitor's desk when the page changes."""
    router = solara.use_router()
    route, _ = solara.use_route(peek=True)
    first = named()
    desk: Desk = solara.use_memo(lambda: Desk(router.search, default=first[0] if first else "hld_gfmd"), [])
    DESK.provide(desk)
    path = route.path if route is not None and route.path in PAGES else "/"
    # An address without a choice may be that of a stranger; the browser knows.
    asks, set_asks = solara.use_state(path == "/" and not router.search and not first)

    def decide(where: str) -> None:
        if where == "start":
            router.push("/start")
        set_asks(False)

    ready = solara.lab.use_task(warm_up, dependencies=[])
    words = phrases(desk.choice("lang") or "en")
    title, hint = (words.say(f"pages.{PAGES[path][0]}.{part}") for part in ("name", "hint"))
    with solara.Div(classes=["comity"]):
        solara.Style(_STYLE)
        solara.Title(f"comity: {title}")  # while the model is prepared; Solara's own for a page is deeper, and wins
        Address(query=desk.query(), path=path)
        with solara.v.Html(tag="header", class_="comity-head"):
            brand = "span" if path == "start" else "h1"  # the start page has a heading of its own
            with solara.v.Html(tag=brand, class_="comity-brand").key(brand):
                solara.Text("comity")
                solara.Text(f": {title}", classes=["comity-unseen"])
            with solara.v.Html(tag="nav", class_="comity-pages", attributes={"aria-label": words.say("frame.pages")}):
                for other, (name, _) in PAGES.items():
                    classes = ["comity-tab", "comity-tab-on"] if other == path else ["comity-tab"]
                    with solara.Link("/" if other == "/" else f"/{other}"):
                        solara.Text(words.say(f"pages.{name}.name"), classes=classes)
            solara.Text(hint, classes=["comity-hint"])
            Language(
                label=words.say("frame.language"),
                note=words.say("frame.translation"),
                chosen=words.language,
                offered=languages(),
                words=words.table["widgets"],
                event_choose=lambda code: desk.choose("lang", code),
            )
            query, own = link_of(desk.query(), PAGES[path][0])
            Share(query=query, path=path, own=[Path(name).name for name in own])
            Theme(event_choose=_paint)
        with solara.v.Html(tag="main"):
            for text in desk.refused.value:
                show_error(words.say("frame.ignored", reason=text))
            if asks:
                First(event_decide=decide)
            elif ready.finished:
                solara.Div(classes=["comity-page"], children=children)
            else:
                Preparing(words=words)
        if words.say("frame.translation"):
            with solara.v.Html(tag="footer", class_="comity-quiet comity-small"):
                solara.Text(words.say("frame.translation"))


@solara.component
def Preparing(words: Phrases) -> None:
    """Say what this application is, and for how long the model has been prepared."""
    turn, set_turn = solara.use_state(0)
    began = solara.use_memo(time.monotonic, [])
    seconds = round(time.monotonic() - began)
    with solara.Div(classes=["comity-caption"]):
        solara.Text(words.say("frame.what"))
    solara.Text(words.say("frame.preparing"))
    if seconds:
        solara.Text(words.say("frame.still" if seconds >= _LONG else "frame.waited", n=seconds))
    solara.ProgressLinear(True)
    Ticker(every=1.0, done=turn, event_tick=lambda _: set_turn(turn + 1))


@solara.component
def Shielded(page: Callable[..., Any]) -> None:
    """Draw a page, or one line after an unexpected error."""
    words = use_words()
    failure, again = solara.use_exception()
    message = solara.use_memo(lambda: "" if failure is None else error_line(failure), [failure])
    if failure is None:
        page()
    else:
        with solara.Div():
            show_error(message)
            solara.Button(words.say("frame.retry"), on_click=again, text=True)


def _shielded(name: str, page: Callable[..., Any]) -> Callable[..., Any]:
    @solara.component
    def Page() -> None:
        words = use_words()
        solara.Title(f"comity: {words.say(f'pages.{name}.name')}")
        Shielded(page=page)

    return Page  # type: ignore[no-any-return]


def _paint(colours: str) -> None:
    """Set the colours of the components of Solara, such as buttons."""
    solara.lab.theme.dark = {"light": False, "dark": True}.get(colours)


def _routes() -> list[solara.Route]:
    """Return a route for each page; the first one carries the frame."""
    found = []
    for path, (name, body) in PAGES.items():
        found.append(
            solara.Route(path, component=_shielded(name, body), label=name, layout=Frame if path == "/" else None)
        )
    return found


routes = _routes()
