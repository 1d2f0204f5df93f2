"""Components of several pages: the bar that chooses a run, and a chart with its downloads."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import solara

from comity.scenario.locate import shipped_scenarios
from comity.scenario.presets import PRESETS
from comity_dashboard.access import allow, named
from comity_dashboard.drawn import Drawn
from comity_dashboard.hooks import attempt, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.levers import patch_choices
from comity_dashboard.runs import fitting_patches, opened, record_note, scenario_of, titles
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Chooser, Drawing

__all__ = ["Chart", "Counter", "RunBar"]


@solara.component
def Chart(
    figure: Drawn,
    bus: str = "run",
    height: int = 260,
    source: str = "",
    on_click: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Draw a figure. Its table is sent on request."""
    csv, set_csv = solara.use_state(None)
    Drawing(
        sent=figure.props,
        behind=figure.behind,
        csv=csv,
        bus=bus,
        height=figure.height or height,
        source=source,
        event_fetch_csv=lambda *_: set_csv({"text": figure.csv(), "id": uuid.uuid4().hex}),
        event_click=on_click,
    )


@solara.component
def Counter(done: int, total: int, text: str, on_stop: Callable[[], None] | None = None) -> None:
    """Draw a progress bar with a stop button."""
    words = use_words()
    with solara.Div(classes=["comity-actions"]):
        with solara.Div(classes=["comity-progress"]):
            solara.Div(style={"width": f"{100 * done / max(total, 1):.1f}%"})
        solara.Text(text)
        if on_stop is not None:
            solara.Button(words.say("stop"), on_click=on_stop, text=True)


@solara.component
def RunBar(
    setup: Setup,
    change: Callable[[Callable[[Setup], Setup]], None],
    label: str = "",
    luck: bool = True,
    whatifs: bool = False,
) -> None:
    """Choose scenario, theory and seed; active patches and settings are listed and can be removed."""
    words = use_words()
    departs, broken = use_attempt(lambda: record_note(setup, words), [setup.following(""), words.language])
    message, set_message = solara.use_state({"text": "", "turn": 0})
    scenarios = list(dict.fromkeys([*named(), *shipped_scenarios(), setup.scenario]))
    known = {item["name"]: item for item in patch_choices(setup, fitting_patches(setup) if whatifs else (), words)}

    def chosen(event: dict[str, str]) -> None:
        what, value = event["what"], event["value"]
        verbs: dict[str, Callable[[Setup], Setup]] = {
            "scenario": lambda s: opened(s.of(value)),  # a path or a name, as typed
            "theory": lambda s: s.under(value),
            "seed": lambda s: s.with_seed(value),
            "patch": lambda s: s.toggled(value),
            "set": lambda s: s.setting(value.partition("=")[0], None),
        }
        wrong = _worse(setup, verbs[what])
        lost = setup.name.partition(" + ")[2] if what == "scenario" and value != setup.scenario else ""
        text = words.say("bar.dropped", changes=lost) if lost else ""
        text = words.say("bar.kept", reason=wrong) if wrong else text
        if text or message["text"]:
            set_message({"text": text, "turn": message["turn"] + 1})
        if not wrong:
            if what == "scenario":
                allow("scenario", value)
            change(verbs[what])

    Chooser(
        label=label,
        offered={
            "scenarios": scenarios,
            "titles": titles(words),
            "theories": [{"id": key, "name": words.say(f"theories.{key or 'own'}")} for key in ("", *PRESETS)],
            "whatifs": [item for item in known.values() if not item["on"]] if whatifs else None,
        },
        chosen={
            "scenario": setup.scenario,
            "theory": setup.theory or "",
            "seed": setup.seed,
            "patches": [known[name] for name in setup.patches],
            "settings": list(setup.settings),
        },
        luck=luck,
        refused=message,
        note=departs or broken,
        event_choose=chosen,
    )


def _worse(setup: Setup, verb: Callable[[Setup], Setup]) -> str:
    """Return the error that a change would cause in a valid setup; empty if there is none."""
    _, wrong = attempt(lambda: _checked(verb(setup)))
    return wrong if wrong and not attempt(lambda: _checked(setup))[1] else ""


def _checked(setup: Setup) -> None:
    scenario_of(setup)
    assert setup.number >= 0
