"""The scorecard on the screen, 120 columns wide at most."""

from __future__ import annotations

import math

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from comity.commands.console import table
from comity.facts import Fact, FactPart
from comity_lab.scoring.scorecard import Scorecard
from comity_lab.scoring.verdicts import RULE, Verdict
from comity_lab.scoring.vote_card import VoteCard

__all__ = ["facts_view", "print_scorecard", "print_votes", "totals_view"]

WIDTH = 120
_SIGNS = {
    Verdict.REPRODUCED: "yes",
    Verdict.NOT_REPRODUCED: "no",
    Verdict.CANNOT_TELL: "?",
    Verdict.SILENT: "–",
    Verdict.BUILT_IN: "given",
}
_SHORT = {
    "socialisation": "social",
    "institutionalist": "instit",
    "rationalist": "ration",
    "no change": "no chg",
    "last value": "last",
    "compromise": "compr",
}
_NAME, _OBSERVED, _SIMULATED, _RANK, _SHARE, _VERDICT, _OTHER = 17, 14, 24, 5, 5, 14, 6


def print_scorecard(screen: Console, card: Scorecard, title: str) -> None:
    """Print facts, totals, the sentences and the rule."""
    screen.print(facts_view(card, title), width=min(screen.width, WIDTH))
    screen.print()
    for use, name in (("calibrate", "Totals, in-sample"), ("holdout", "Totals, facts held out")):
        if any(fact.use == use for fact in card.facts):
            screen.print(totals_view(card, use, name))
    if any(fact.since for fact in card.facts):
        counts = {source: card.of_first_facts(source) for source in card.sources}
        said = ", ".join(f"{source} {met}" for source, (met, _) in counts.items())
        screen.print(
            f"Of the {counts[card.theories[0]][1]} facts of 0.2.0, where retired, silent and undecided ones count as "
            f"not reproduced: {said}.",
            markup=False,
            width=min(screen.width, WIDTH),
        )
    for sentence in card.sentences():
        screen.print(sentence, markup=False, width=min(screen.width, WIDTH))
    screen.print(f"Rule: {RULE}", markup=False, width=min(screen.width, WIDTH))
    screen.print(
        "rank: share of replicates below what was observed; met: share that meets the target; all at once: share of "
        "single runs that meet all targets of a fact; yes, no, ?: verdict of "
        "rival theories on the same seeds and of baselines, ? cannot tell; –: silent, has nothing to say; given: built "
        "in, never counted.",
        markup=False,
        width=min(screen.width, WIDTH),
    )


def facts_view(card: Scorecard, title: str) -> RenderableType:
    """Return the targets of every fact under its sentence."""
    model, others = card.theories[0], card.sources[1:]
    head = _table([*others])
    words = ("target", "observed", "median [90 %]", "rank", "met", f"{model[:_VERDICT]}")
    head.add_row(*words, *(_SHORT.get(name, name[:_OTHER]) for name in others), style="bold")
    parts: list[RenderableType] = [Text(title, style="bold"), head]
    for fact in sorted(card.facts, key=lambda fact: fact.use == "retired"):
        parts.append(_sentence(fact, card.of_fact(model, fact)))
        rows = _table([*others])
        for target in fact.targets:
            rows.add_row(*_cells(card, model, target), *(_sign(card, name, target) for name in others))
        if len(fact.targets) > 1:
            shares = [card.at_once.get((name, fact.id), math.nan) for name in (model, *others)]
            first, *rest = ("" if math.isnan(share) else f"{share:.2f}" for share in shares)
            rows.add_row("  all at once", "", "", "", first, "", *rest)
        parts.append(rows)
    return Group(*parts)


def _sentence(fact: Fact, verdict: Verdict) -> Text:
    used = {"holdout": " (held out)", "retired": " (retired)"}.get(fact.use, "")
    text = Text(f"{fact.id}{used} {fact.sentence}", style="bold" if verdict is Verdict.REPRODUCED else "")
    text.truncate(WIDTH - 2, overflow="ellipsis")
    return text


def _table(others: list[str]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(width=_NAME, no_wrap=True, overflow="ellipsis")
    table.add_column(width=_OBSERVED, justify="right", no_wrap=True, overflow="ellipsis")
    table.add_column(width=_SIMULATED, justify="right", no_wrap=True, overflow="ellipsis")
    table.add_column(width=_RANK, justify="right", no_wrap=True)
    table.add_column(width=_SHARE, justify="right", no_wrap=True)
    table.add_column(width=_VERDICT, no_wrap=True)
    for _ in others:
        table.add_column(width=_OTHER, no_wrap=True, overflow="crop")
    return table


def _cells(card: Scorecard, model: str, target: FactPart) -> list[str]:
    judged = card.judged[model, target.key]
    simulated = "–"
    if judged.said:
        simulated = _with_interval(judged.median, judged.low, judged.high)
    return [
        f"  {target.part or 'value'}",
        str(target),
        simulated,
        "" if math.isnan(judged.rank) else f"{judged.rank:.2f}",
        "" if math.isnan(judged.share) else f"{judged.share:.2f}",
        judged.verdict.value,
    ]


def _sign(card: Scorecard, source: str, target: FactPart) -> str:
    return _SIGNS[card.judged[source, target.key].verdict]


def _with_interval(median: float, low: float, high: float) -> str:
    """Return a median and interval with the same number of decimals: two digits of the interval, three at most."""
    scale = high - low or max(abs(median), 1e-3)
    whole = all(value == round(value) for value in (median, low, high))
    decimals = 0 if whole else int(min(max(1 - math.floor(math.log10(scale)), 0), 3))
    return f"{median:.{decimals}f} [{low:.{decimals}f}, {high:.{decimals}f}]"


def totals_view(card: Scorecard, use: str, title: str) -> Table:
    """Return the totals of theories and baselines."""
    own = card.theories[0]
    on_these = f"{_SHORT.get(own, own[:_OTHER])}\non these"
    headings = ("", "facts", "share [95 %]", "all at\nonce", on_these, "cannot\ntell", "silent", "given")
    view = table(*headings, "targets", on_these, title=f"{title}: reproduced, of those with a verdict")
    for row in card.totals(use).to_dict("records"):
        share = "–"
        if row["facts"]:
            share = f"{row['share']:.2f} [{row['share_low']:.2f}, {row['share_high']:.2f}]"
        view.add_row(
            row["source"],
            f"{row['reproduced']} of {row['facts']}",
            share,
            "–" if math.isnan(row["at_once"]) else f"{row['at_once']:.2f}",
            f"{row['model_same_facts']}",
            str(row["cannot_tell"]),
            str(row["silent"]),
            str(row["built_in"]),
            f"{row['targets_reproduced']} of {row['targets']}",
            f"{row['model_same_targets']}",
        )
    return view


def _score(value: float, low: float, high: float, sign: str = "") -> str:
    """Return a score with its interval; what is not known is a dash."""
    if math.isnan(value):
        return "–"
    shown = f"{value:{sign}.3f}"
    return shown if math.isnan(low) else f"{shown} [{low:{sign}.3f}, {high:{sign}.3f}]"


def print_votes(screen: Console, card: VoteCard) -> None:
    """Print the score of a vote."""
    counts = ", ".join(f"{name} {count}" for name, count in card.counts.items())
    screen.print(f"\nVote {card.vote}: {counts}; {card.unscored} states not in the roll call", markup=False)
    for title, frame in (("yes among those who voted", card.voted), ("the four answers", card.all_answers)):
        if frame.empty:
            continue  # a sentence says why
        model = frame["source"].iloc[0]
        view = table("score", "", "value [95 %]", f"minus {model} [95 %]", title=f"Scores, {title}", left=("",))
        for score in frame["score"].unique():
            for row in frame[frame["score"] == score].to_dict("records"):
                value = _score(row["value"], row["low"], row["high"])
                ahead = _score(row["difference"], row["difference_low"], row["difference_high"], sign="+")
                is_model = row["source"] == model
                view.add_row(score if is_model else "", row["source"], value, "" if is_model else ahead)
            view.add_section()
        screen.print(view)
    for sentence in card.sentences():
        screen.print(sentence, markup=False, width=min(screen.width, WIDTH))
    screen.print(
        "AUC is better when higher, Brier score and log loss when lower; intervals: bootstrap over states. The base "
        "rate is that of this very roll call, the regression learns from nine tenths of it (ten folds) and the initial "
        "values of the states; the model has seen none of it.",
        markup=False,
        width=min(screen.width, WIDTH),
    )
