"""The switch for bands over parameters: it runs the draws in the background, with progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import solara
import solara.lab

from comity.errors import InputError
from comity_dashboard.bands import Asked, BandRuns, asked_of, band_runs
from comity_dashboard.desk import Desk
from comity_dashboard.figures.lines import SHARE_OF_BAND
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.parts import Counter

__all__ = ["BandSwitch", "Switched", "use_bands"]


@dataclass(frozen=True, kw_only=True)
class Switched:
    """State of the switch.

    Attributes
    ----------
    is_on
        Whether bands are wanted and can be had.
    why
        Why this run can have no bands; empty if it can.
    done, total
        Numbers of runs.
    runs
        The runs when all are done, else None.
    error
        What went wrong, or None.
    """

    is_on: bool
    why: str
    done: int
    total: int
    runs: BandRuns | None
    error: Exception | None


def use_bands(desk: Desk) -> Switched:
    """Return the state of the switch, and run the draws while it is on: a hook.

    The runs end when the switch is turned off, the run changes, or the visitor leaves the page.
    """
    setup, words = desk.run.value, use_words()
    asked, why = use_attempt(lambda: asked_of(setup, words), [setup.following(""), words.language])
    done, set_done = solara.use_state(0)
    wanted = solara.use_ref(None)
    known: Asked | None = asked
    key = known.key if known is not None and desk.choice("bands") else None
    wanted.current = key

    def hold() -> BandRuns | None:
        if known is None or key is None:
            return None
        set_done(0)

        def on_progress(runs: int) -> bool:
            is_wanted: bool = wanted.current == key
            if is_wanted:
                set_done(runs)
            return is_wanted

        return band_runs(known, on_progress)

    def leave() -> None:
        wanted.current = None

    task: Any = solara.lab.use_task(hold, dependencies=[key], raise_error=False)
    solara.use_effect(lambda: leave, [])
    found = None if task.pending else task.value
    return Switched(
        is_on=key is not None,
        why=why,
        done=done,
        total=0 if known is None else len(known.draws),
        runs=found if found is not None and found.key == key else None,
        error=task.exception if key is not None and not task.pending else None,
    )


@solara.component
def BandSwitch(desk: Desk, bands: Switched) -> None:
    """Draw the switch, the progress of the runs, or the reason why there are none."""
    words = use_words()
    with solara.Div(classes=["comity-actions"]):
        solara.Button(
            words.say("bands.switch"),
            on_click=lambda: desk.choose("bands", "" if bands.is_on else "on"),
            text=True,
            disabled=bool(bands.why),
            classes=["comity-on"] if bands.is_on else [],
            attributes={"aria-pressed": "true" if bands.is_on else "false"},
        )
        if bands.why:
            solara.Text(bands.why, classes=["comity-quiet", "comity-small"])
        elif bands.runs is not None:
            text = words.say("bands.done", share=SHARE_OF_BAND, n=bands.total)
            solara.Text(text, classes=["comity-quiet", "comity-small"])
        elif bands.is_on and bands.error is None:
            text = words.say("bands.running", done=bands.done, n=bands.total)
            Counter(done=bands.done, total=bands.total, text=text, on_stop=lambda: desk.choose("bands", ""))
    if isinstance(bands.error, InputError):
        show_error(str(bands.error))
    elif bands.error is not None:
        raise bands.error
