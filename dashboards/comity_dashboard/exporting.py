"""One self-contained page that plays a run, with a what-if beside it: no server, no internet, no installation."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from comity.errors import InputError
from comity.scenario.schema import Scenario
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.watch import lines_of
from comity_dashboard.figures.words import patch_label
from comity_dashboard.glance import charts_of, glance_of
from comity_dashboard.layout import lay_out
from comity_dashboard.network import network_of, talks_by_moment
from comity_dashboard.palette import ON_BLACK, legend_of
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import fitting_patches, is_record, relations_of, scenario_of, story_of
from comity_dashboard.setup import Setup

__all__ = ["beside_of", "file_name", "page_of"]

_FIRST = ("no_gfmd", "no_trust_learning")
"""The what-ifs beside a run where none is named: the first that applies."""
_HERE = Path(__file__).parent


def beside_of(setup: Setup, named: str | None = None) -> Setup | None:
    """Return the run to show beside another one; None if there is none.

    Parameters
    ----------
    setup
        The run.
    named
        A what-if patch, the folder of a record, or "none"; None for the first what-if that fits.

    Raises
    ------
    InputError
        If a what-if is named for a record, which takes none.
    """
    if named == "none":
        return None
    if named is not None:
        if is_record(named):
            return Setup(scenario=named, seed=setup.seed)
        if is_record(setup.scenario):
            raise InputError(
                f"--beside must be the folder of a record, as {setup.scenario} is one, got {named!r}. "
                "Save the what-if with comity run --patch --out first."
            )
        return replace(setup, patches=(*setup.patches, named))
    if setup.patches or setup.settings or setup.theory:  # a changed run stands beside the unchanged one
        return setup.reset()
    fitting = fitting_patches(setup)
    chosen = next((name for name in (*_FIRST, *sorted(fitting)) if name in fitting), "")
    return setup.toggled(chosen) if chosen else None


def file_name(setup: Setup) -> str:
    """Return a name for the page of a run."""
    safe = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in setup.name.replace(" + ", "_"))
    return f"comity_{safe[:80]}_seed_{setup.number}.html"


def page_of(setup: Setup, beside: Setup | None, words: Phrases = ENGLISH) -> str:
    """Return the page as HTML, in a language.

    Raises
    ------
    InputError
        If one of the runs cannot be made.
    """
    scenario = scenario_of(setup)
    first = _run_of(setup, {}, words)
    places = {one: (x, y) for one, x, y in zip(*(first["network"][name] for name in ("ids", "x", "y")), strict=True)}
    second = None if beside is None else _run_of(beside, places, words)
    charts = charts_of(_lines(setup, words), None if beside is None else _lines(beside, words))
    data = {
        "runs": [first, *([second] if second else [])],
        "charts": charts,
        "groups": legend_of(scenario.subject, words),
        "dark": ON_BLACK,
    }
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    packed = base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()
    return _template().render(
        title=words.term("model.scenarios", scenario.title),
        language=words.language,
        words=words.table["export"],
        network=words.table["network"],
        glance=words.table["glance"],
        shared_words={name: words.table["widgets"][name] for name in ("phases", "player", "figure")},
        lead=_lead(setup, beside, scenario, words),
        data=packed,
        shared=(_HERE / "assets" / "custom.js").read_text(encoding="utf-8"),
    )


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    room = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "text"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return room.get_template("export.html")


def _run_of(setup: Setup, places: dict[str, tuple[float, float]], words: Phrases) -> dict[str, Any]:
    """Return a run as plain data. Actors with ``places`` in another run keep them."""
    story, found = story_of(setup).said_in(words), relations_of(setup)
    layout = lay_out(found.population)
    ids, rooms = found.population.ids, story.rooms.data
    at = [places.get(one, own) for one, own in zip(ids, zip(layout.x, layout.y, strict=True), strict=True)]
    kept = replace(layout, x=tuple(x for x, _ in at), y=tuple(y for _, y in at), blocs=() if places else layout.blocs)
    return {
        "name": setup.name,
        "timeline": story.timeline.data,
        "captions": story.captions.data,
        "rooms": rooms | {"values": {name: rooms["values"][name] for name in ("cooperation", "sovereignty")}},
        "glance": glance_of(story.record, words),
        "talks": talks_by_moment(found, story.moments),
        "network": network_of(found, kept, words),
    }


def _lead(setup: Setup, beside: Setup | None, scenario: Scenario, words: Phrases) -> str:
    span = {"first": scenario.start.year, "last": scenario.end.year, "seed": setup.number}
    if beside is None:
        return words.say("export.lead", **span)
    added = [name for name in beside.patches if name not in setup.patches]
    question = words.term(f"whatifs.{added[-1]}", "question", "") if added else ""
    name = patch_label(added[-1], words) if added else beside.name
    return words.say("export.lead_beside", **span, beside=question or name)


def _lines(setup: Setup, words: Phrases) -> list[Lines]:
    return [chart for chart in lines_of(story_of(setup).record, words) if chart.form == "lines"]
