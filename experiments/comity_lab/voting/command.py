"""comity estimate-vote: estimate, forecast, print and save."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from comity.commands.console import console
from comity.errors import InputError, remedy
from comity.rules.vote import ANSWERS
from comity_lab.analysis.printing import check_files
from comity_lab.scoring.accuracy import auc, brier
from comity_lab.voting.estimating import Estimates, Sample, estimate, intervals
from comity_lab.voting.forecasting import Forecast, expected_counts, forecast, level_of_agreed, yes_share
from comity_lab.voting.records import RollCall, States, read_agreed, read_roll_calls, read_states

__all__ = ["END", "FORECASTS", "estimate_vote", "in_sample"]

END = "2013-01-01"
"""No roll call of this day or later is read."""
FORECASTS = (("IMD2012", "2009-01-01"), ("GFMD2008VOTE", "2008-06-30"))
"""Votes that are foretold, and the day before which the roll calls lie that the forecast learns from."""
_WIDTH = 110


def estimate_vote(*, resamples: int, seed: int, out: Path | None) -> None:
    """Estimate the vote, foretell recorded votes, print, and save tables.

    Parameters
    ----------
    resamples, seed, out
        As in ``comity estimate-vote --help``.
    """
    if not 0 <= resamples <= 100_000:
        raise InputError(f"--resamples must be from 0 to 100000, got {resamples}. Give a number within.")
    if out is not None:
        for name in ("estimates", "votes", "forecasts", "agreed"):
            check_files(out, name)
    states = read_states()
    calls = read_roll_calls(states)
    agreed, others = read_agreed(states, END)
    sample = Sample(calls, agreed, states)
    level = level_of_agreed(agreed, others)
    table = intervals(sample, resamples=resamples, seed=seed)
    fitted = in_sample(estimate(sample), calls, states)
    foretold = [
        forecast(next(call for call in calls if call.name == name), [call for call in calls if call.date < day], states)
        for name, day in FORECASTS
    ]
    screen = console()
    screen = screen if screen.is_terminal else Console(width=_WIDTH, highlight=False)
    _print_estimates(screen, table, resamples)
    _print_level(screen, level)
    _print_votes(screen, fitted)
    for found in foretold:
        _print_forecast(screen, found)
    if out is not None:
        scores = pd.concat([found.scores.assign(vote=found.call.name) for found in foretold], ignore_index=True)
        _save(out, {"estimates": table, "agreed": level, "votes": fitted, "forecasts": scores})
        screen.print(f"saved in {out}", soft_wrap=True)


def in_sample(estimates: Estimates, calls: list[RollCall], states: States) -> pd.DataFrame:
    """Return recorded and expected answers of each vote on migration, with AUC and Brier score of yes.

    These votes were estimated on; the expected answers use no recorded answer but through the estimates and through
    what the tables of 2006 took from votes to 2004.
    """
    rows = []
    for call in calls:
        counts = expected_counts(estimates, call, states)
        chance, said_yes = yes_share(estimates, call, states), call.answers[call.answered] == 0
        share = said_yes.mean()
        both = pd.DataFrame({"p": chance, "q": 1.0 - chance}).to_numpy()
        row: dict[str, object] = {"vote": call.name, "date": call.date, "class": call.kind}
        row |= {f"{kind}_{name}": float(counts[kind][name]) for name in ANSWERS for kind in ("recorded", "expected")}
        row |= {"AUC": auc(chance, said_yes), "Brier": brier(both, (~said_yes).astype(int))}
        rows.append(row | {"base_rate_Brier": share * (1.0 - share)})
    return pd.DataFrame(rows)


def _view(title: str, *headings: str) -> Table:
    view = Table(title=title, title_justify="left", box=SIMPLE, show_edge=False, padding=(0, 1, 0, 0))
    for i, heading in enumerate(headings):
        view.add_column(heading, justify="right" if i else "left", overflow="fold")
    return view


def _print_estimates(screen: Console, table: pd.DataFrame, resamples: int) -> None:
    view = _view(f"Parameters, logits; intervals from {resamples} samples of states", "", "estimate", "95 % interval")
    for name, row in table.iterrows():
        between = f"{row['low']:.2f} to {row['high']:.2f}" if resamples > 1 else "–"
        view.add_row(str(name), f"{row['estimate']:.2f}", between)
    screen.print(view)
    screen.print(
        "Position and sovereignty are nearly the same thing in the tables of 2006, so only both together are "
        "identified. The weight of the bloc line predicts; it is no causal effect.",
        width=_WIDTH,
    )


def _print_level(screen: Console, level: pd.DataFrame) -> None:
    view = _view("Answers to texts on human rights, economy or without subject, 2006-2012", "", *level.columns)
    for name, row in level.iterrows():
        view.add_row(str(name), str(int(row["roll calls"])), *(f"{100 * row[answer]:.1f} %" for answer in ANSWERS))
    screen.print(view)
    most = 100 * (level["yes"].iloc[0] - level["yes"].iloc[1])
    screen.print(
        f"Agreed texts were told by their votes, so their share of yes is biased upward, by {most:.1f} points at most: "
        "all texts of these subjects, contested ones too, have so much less.",
        width=_WIDTH,
    )


def _print_votes(screen: Console, table: pd.DataFrame) -> None:
    view = _view(
        "In-sample: recorded (expected) answers; scores of yes among those who answered", "vote", "class", *ANSWERS,
        "AUC", "Brier", "base rate",
    )  # fmt: skip
    for row in table.to_dict("records"):
        counts = [f"{row[f'recorded_{name}']:.0f} ({row[f'expected_{name}']:.0f})" for name in ANSWERS]
        scores = [f"{row[name]:.3f}" for name in ("AUC", "Brier", "base_rate_Brier")]
        view.add_row(f"{row['vote']}", row["class"], *counts, *scores)
    screen.print(view)


def _print_forecast(screen: Console, found: Forecast) -> None:
    names = ("AUC", "Brier", "log loss")
    view = _view(
        f"Forecast of {found.call.name} from {', '.join(found.trained_on)}", "yes among those who answered", *names
    )
    for source in found.scores["source"].unique():
        rows = found.scores[found.scores["source"] == source].set_index("score")
        cells = [f"{rows.at[s, 'value']:.3f} [{rows.at[s, 'low']:.3f}, {rows.at[s, 'high']:.3f}]" for s in names]
        view.add_row(source, *cells)
    screen.print(view)
    counts = "; ".join(f"{n} {row['recorded']:.0f} ({row['expected']:.0f})" for n, row in found.counts.iterrows())
    screen.print(
        f"Recorded (expected) answers: {counts}. Coded in the other class, the Brier score is "
        f"{found.brier_other_class:.3f}. The base rate of this vote knows its outcome. A repetition says 0 or 1, "
        "which the log loss punishes.",
        width=_WIDTH,
    )


def _save(out: Path, tables: dict[str, pd.DataFrame]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            table.to_csv(out / f"{name}.csv", index=isinstance(table.index[0], str))
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {remedy(error)} Or name another folder.") from None
