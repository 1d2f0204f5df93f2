"""History: recorded votes beside modelled ones on a world map, and the scorecard against facts and baselines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import solara

from comity.errors import InputError
from comity_dashboard.band_switch import BandSwitch, Switched, use_bands
from comity_dashboard.card import Card
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.recorded import compared, difference_map, headline, misses, recorded_map
from comity_dashboard.figures.votes import expected_yes
from comity_dashboard.figures.world_map import vote_map
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.parts import Chart, RunBar
from comity_dashboard.phrases import Phrases
from comity_dashboard.recorded import is_forecast, named_vote, recorded_in
from comity_dashboard.runs import shared, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Folder

__all__ = ["History"]


@solara.component
def History() -> None:
    """Draw the page."""
    desk, words = solara.use_context(DESK), use_words()
    setup = desk.run.value
    RunBar(setup=setup, change=desk.change)
    votes, error = use_attempt(lambda: _votes_of(setup, words), [setup.following(""), words.language])
    solara.HTML("h2", words.say("history.votes"))
    if votes is None:
        show_error(error)
    elif not votes:
        solara.Text(words.say("history.none"))
    else:
        _Votes(desk=desk, titles=votes, first=_first_vote(setup))
    solara.HTML("h2", words.say("history.scorecard"))
    Card()


def _votes_of(setup: Setup, words: Phrases) -> dict[str, str]:
    """Return the votes of a run, by id: year and text."""

    def make() -> dict[str, str]:
        record = story_of(setup).record
        titles = {
            v.id: f"{m.start.year}: {words.term('model.texts', v.text)}"
            for m in record.scenario.meetings
            for v in m.votes
        }
        return {str(vote): titles[vote] for vote in dict.fromkeys(record.votes["vote"])}

    return dict(shared("votes", (setup,), make, words.language))


def _first_vote(setup: Setup) -> str:
    """Return the vote that the page begins with: the last one with a record, else the last one."""

    def make() -> str:
        record = story_of(setup).record
        votes = list(dict.fromkeys(map(str, record.votes["vote"])))
        recorded = [vote for vote in votes if recorded_in(record, vote) is not None]
        return (recorded or votes)[-1]

    return str(shared("first vote", (setup,), make))


@solara.component
def _Votes(desk: Desk, titles: dict[str, str], first: str) -> None:
    setup, words = desk.run.value, use_words()
    votes = list(titles)
    vote = desk.choice("vote") if desk.choice("vote") in votes else first
    if desk.choice("vote") not in ("", vote):
        solara.Text(words.say("history.unknown", vote=desk.choice("vote")), classes=["comity-refused"])
    with solara.Div(classes=["comity-whatifs"]):
        for name in votes:
            classes = ["comity-on"] if name == vote else []
            solara.Button(
                titles[name], on_click=lambda name=name: desk.choose("vote", name), text=True, classes=classes
            )
    file, run = desk.choice("votes"), setup.following("")
    other = named_vote(file, votes)
    mine = file if other in ("", vote) else ""
    beside, error = use_attempt(lambda: _beside_of(setup, vote, mine, words), [run, vote, mine, words.language])
    bands = use_bands(desk)
    others = pd.Series(dtype=float) if bands.runs is None else _expected(bands.runs.votes, vote)
    expected = solara.use_memo(
        lambda: None if bands.runs is None else drawn(_expected_yes(setup, bands, words)),
        [run, id(bands.runs), words.language],
    )
    if beside is None:
        show_error(error)
        return
    with solara.Div(classes=["comity-caption"]):
        headline, *rest = _said(beside, others, words)
        with solara.Div(classes=["comity-caption-text"]):
            solara.Text(headline)
        solara.Text(" ".join(rest))
    source = words.say("history.source", run=setup.name, seed=setup.seed)
    with solara.Div(classes=["comity-pair"]):
        for figure in beside.maps:
            Chart(figure=figure, bus="none", source=source).key(figure.key)
    if beside.misses is not None:
        Chart(figure=beside.misses, bus="none", source=source).key("misses")
    Folder(
        words={key: words.say(f"history.own.{key}") for key in ("label", "hint")},
        folder=file,
        measures=[],
        factors=[],
        chosen={},
        event_choose=lambda event: desk.choose("votes", event["value"]),
    )
    if beside.wrong:
        show_error(beside.wrong)
    elif file and beside.is_forecast:
        solara.Text(words.say("history.own.forecast"), classes=["comity-refused"])
    elif file and not mine:
        solara.Text(
            words.say("history.own.other", file=Path(file).name, vote=titles[other]), classes=["comity-refused"]
        )
    else:
        solara.Text(words.say("history.own.how"), classes=["comity-quiet", "comity-small"])
    BandSwitch(desk=desk, bands=bands)
    if expected is not None:
        Chart(figure=expected, bus="none", source=source).key("expected")


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A vote of a run, beside what was recorded.

    Attributes
    ----------
    table
        As :func:`comity_dashboard.figures.recorded.compared` returns it.
    maps
        Recorded, modelled, their difference, and the answers drawn; without a record only the modelled ones.
    misses
        The largest errors; None without a record.
    elsewhere
        Number of recorded states that are not in the run.
    is_recorded, is_fitted, is_forecast
        Whether there is a record, whether parameters were estimated on such, and whether the page must not show one.
    wrong
        Why the visitor's own record cannot be used; empty if it can.
    """

    table: pd.DataFrame
    maps: tuple[Drawn, ...]
    misses: Drawn | None
    elsewhere: int
    is_recorded: bool
    is_fitted: bool
    is_forecast: bool
    wrong: str


def _beside_of(setup: Setup, vote: str, file: str, words: Phrases) -> Beside:
    """Return a vote of a run beside its record, shared by all visitors."""

    def make() -> Beside:
        record, wrong = story_of(setup).record, ""
        try:
            found = recorded_in(record, vote, file)
        except InputError as error:
            found, wrong = recorded_in(record, vote), str(error)
        foretold = is_forecast(record, vote)
        table = compared(record, vote, {} if found is None else found.answers, words)
        modelled = [vote_map(record, vote, show, words, is_forecast=foretold) for show in ("probability", "answer")]
        if found is not None:
            named = words.say("history.own.used", file=found.file) if found.file else ""
            source = named or words.say("history.recorded.shipped")
            modelled = [
                recorded_map(record, vote, table, source, words), modelled[0],
                difference_map(vote, table, words), modelled[1],
            ]  # fmt: skip
        return Beside(
            table=table,
            maps=tuple(map(drawn, modelled)),
            misses=None if found is None else drawn(misses(table, words)),
            elsewhere=0 if found is None else found.elsewhere,
            is_recorded=found is not None,
            is_fitted=found is not None and found.is_fitted,
            is_forecast=foretold,
            wrong=wrong,
        )

    changed = Path(file).stat().st_mtime_ns if file and Path(file).is_file() else 0
    return shared("beside", (setup,), make, vote, file, changed, words.language)


def _said(beside: Beside, others: pd.Series, words: Phrases) -> list[str]:
    """Return the headline of a vote."""
    if beside.is_recorded:
        said = headline(beside.table, others, beside.elsewhere, words)
        return [*said, words.say("history.headline.fit")] if beside.is_fitted else said
    numbers = {
        "expected": words.number(beside.table["p_yes"].sum(), 1),
        "states": len(beside.table),
        "drawn": int((beside.table["answer"] == "yes").sum()),
    }
    if beside.is_forecast:
        return [words.say("history.headline.forecast", **numbers), words.say("history.headline.forecast_how")]
    return [words.say("history.headline.unrecorded", **numbers)]


def _expected(runs: pd.DataFrame, vote: str) -> pd.Series:
    return runs.loc[runs["vote"] == vote, "expected"]


def _expected_yes(setup: Setup, bands: Switched, words: Phrases) -> Figure:
    """Return the expected yes votes with bands, and those recorded."""
    record = story_of(setup).record
    found = {str(vote): recorded_in(record, str(vote)) for vote in dict.fromkeys(record.votes["vote"])}
    known = {
        vote: sum(answer == "yes" for answer in one.answers.values()) for vote, one in found.items() if one is not None
    }
    assert bands.runs is not None
    return expected_yes(record, bands.runs.votes, bands.total, known, words)
