"""The upper part of the page Sweep: recent folders, and shipped designs that can be started here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara
import solara.lab

from comity.errors import InputError
from comity_dashboard import sweeps
from comity_dashboard.access import may_sweep
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.figures.words import factor_in_words
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.parts import Counter
from comity_dashboard.phrases import Phrases
from comity_dashboard.widgets import Starter, Ticker
from comity_lab.executors import n_cores

__all__ = ["SweepStart"]


@solara.component
def SweepStart() -> None:
    """Draw what is running, what can be started, and recent folders."""
    desk, words = solara.use_context(DESK), use_words()
    turn, set_turn = solara.use_state(0)
    name, set_name = solara.use_state("")
    now, failed = sweeps.going(), sweeps.ended()
    solara.HTML("h2", words.say("sweep.head_start"))
    if now is not None:
        _Going(desk=desk, now=now)
        Ticker(every=3.0, done=turn, event_tick=lambda _: set_turn(turn + 1))
    elif may_sweep():
        _Offers(desk=desk, chosen=name, choose=set_name, again=lambda: set_turn(turn + 1))
    else:
        solara.Text(words.say("sweep.start.refused"), classes=["comity-quiet"])
    if failed is not None:
        show_error(words.say("sweep.start.failed", folder=failed[0], reason=failed[1]))
    _Recent(desk=desk, turn=turn)


@solara.component
def _Going(desk: Desk, now: sweeps.Going) -> None:
    words = use_words()
    done, total = sweeps.runs_in(now.folder)
    said = words.say(
        "sweep.start.running", folder=now.folder, time=f"{now.started:%H:%M}", done=done, total=total or "?"
    )
    Counter(done=done, total=total, text=said, on_stop=None if now.is_stopping else sweeps.stop)
    with solara.Div(classes=["comity-actions"]):
        if now.is_stopping:
            solara.Text(words.say("sweep.start.stopping"))
        if desk.choice("sweep") != now.folder:
            solara.Button(words.say("sweep.start.open"), on_click=lambda: desk.choose("sweep", now.folder), text=True)


@solara.component
def _Offers(desk: Desk, chosen: str, choose: Callable[[str], None], again: Callable[[], None]) -> None:
    words = use_words()
    offered = sweeps.offers()
    wrong, set_wrong = solara.use_state("")
    offer = next((one for one in offered if one.name == chosen), offered[0])
    name = offer.name
    folder, error = use_attempt(lambda: sweeps.folder_for(name, words), [name, words.language])
    timed: Any = solara.lab.use_task(lambda: (name, sweeps.seconds_of(name)), dependencies=[name], raise_error=False)
    done, total = (0, 0) if folder is None else sweeps.runs_in(folder)
    is_whole = 0 < total == done

    def start(wanted: str) -> None:
        try:
            desk.choose("sweep", folder if is_whole and folder is not None else sweeps.start(wanted, words))
            set_wrong("")
        except (InputError, OSError) as problem:
            set_wrong(str(problem))
        again()

    Starter(
        words={key: words.say(f"sweep.start.{key}") for key in ("question", "start", "open")},
        offers=[{"id": one.name, "name": _asked(one, words)} for one in offered],
        chosen=name,
        busy=False,
        whole=is_whole,
        event_choose=choose,
        event_start=start,
    )
    facts = words.say(
        "sweep.start.facts", runs=offer.runs, scenario=offer.scenario, points=offer.points,
        replicates=offer.replicates, factors=", ".join(factor_in_words(one).partition(",")[0] for one in offer.factors),
    )  # fmt: skip
    found = timed.value if timed.finished and timed.value is not None and timed.value[0] == name else None
    time = words.say("sweep.start.timing")
    if found is not None:
        time = words.say("sweep.start.time", time=_time(found[1]), workers=sweeps.workers(), cores=n_cores())
    kept = ""
    if folder is not None:
        which = "whole" if is_whole else "there" if done else "kept"
        kept = words.say(f"sweep.start.{which}", folder=folder, done=done)
    solara.Text(" ".join(filter(None, [facts, "" if is_whole else time, kept])), classes=["comity-quiet"])
    for text in filter(None, (wrong, error)):
        show_error(text)


def _asked(offer: sweeps.Offer, words: Phrases) -> str:
    question = words.term("sweep.questions", offer.name, offer.question)
    return words.say("sweep.start.offer", question=question, n=offer.runs)


@solara.component
def _Recent(desk: Desk, turn: int) -> None:
    words = use_words()
    found = solara.use_memo(sweeps.recent, [turn, desk.choice("sweep")])
    if not found:
        return
    with solara.Div(classes=["comity-whatifs"], attributes={"aria-label": words.say("sweep.recent"), "role": "group"}):
        solara.Text(words.say("sweep.recent"))
        for one in found:
            name = one.folder.rpartition("/")[2]
            day = f"{words.day(one.grown)} {one.grown:%H:%M}"
            solara.Button(
                words.say("sweep.recent_one", name=name, done=one.done, total=one.total, day=day),
                on_click=lambda folder=one.folder: desk.choose("sweep", folder),
                text=True,
                classes=["comity-on"] if desk.choice("sweep") == one.folder else [],
            )


def _time(seconds: float) -> str:
    return f"{max(round(seconds), 1)} s" if seconds < 90 else f"{round(seconds / 60)} min"
