"""The score of a vote: model, rival theories, base rate and logistic regression on one recorded roll call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from comity.population.people import Population
from comity.rules.vote import ANSWERS
from comity_lab.scoring.accuracy import compare
from comity_lab.scoring.ensemble import Ensemble
from comity_lab.scoring.rivals import base_rate, cross_validated

__all__ = ["INPUTS", "VoteCard", "score_vote"]

INPUTS = (
    "destination_scale",
    "income",
    "capacity",
    "sovereignty",
    "cooperation",
    "civil_society_climate",
    "electoral_competition",
    "immigrant_share",
    "crmw_party_2006",
    "iom_member_2006",
)
_FEW = 15
"""Size of the smaller class below which AUC gets a caveat. Assumption."""


@dataclass(frozen=True, kw_only=True)
class VoteCard:
    """Scores of a vote.

    Attributes
    ----------
    vote
        Its id.
    counts
        States by answer, of those scored.
    unscored
        Eligible states that are not in the roll call.
    voted
        Scores of "yes" among the states that answered, as :func:`comity_lab.scoring.accuracy.compare` gives them.
    all_answers
        Scores of the four answers, among all states in the roll call.
    expected
        Mean probability of each answer by source.
    """

    vote: str
    counts: dict[str, int]
    unscored: int
    voted: pd.DataFrame
    all_answers: pd.DataFrame
    expected: pd.DataFrame

    def sentences(self) -> list[str]:
        """Return the scores in sentences."""
        said = []
        for panel, table in (("yes among those who voted", self.voted), ("the four answers", self.all_answers)):
            if table.empty:
                said.append(f"No score, {panel}: every state in the roll call was absent.")
                continue
            for score in table["score"].unique():
                rows = table[table["score"] == score].iloc[1:]
                if table.loc[table["score"] == score, "value"].isna().all():
                    said.append(f"No {score}, {panel}: all of them gave the same answer, so nothing can be ranked.")
                    continue
                if rows["difference_low"].isna().all():
                    said.append(f"{score}, {panel}: one state says nothing about who is better.")
                    continue
                sign = 1.0 if score == "AUC" else -1.0
                better, worse = [], []
                for row in rows.to_dict("records"):
                    low, high = sorted((sign * row["difference_low"], sign * row["difference_high"]))
                    if low > 0:
                        better.append(row["source"])
                    elif high < 0:
                        worse.append(row["source"])
                model = table["source"].iloc[0]
                text = f"{score}, {panel}: {model} loses to {', '.join(better) or 'nobody'}"
                said.append(f"{text} and beats {', '.join(worse) or 'nobody'} beyond doubt.")
        yes, rest = self.counts["yes"], self.counts["no"] + self.counts["abstain"]
        if 0 < min(yes, rest) < _FEW:
            said.append(
                f"AUC rests on {min(yes, rest)} states that voted otherwise than the other {max(yes, rest)}: its "
                "interval is wide, and a constant answer is right nearly always, so Brier score and log loss say more."
            )
        return said


def score_vote(population: Population, vote: str, roll_call: pd.Series, ensembles: Sequence[Ensemble]) -> VoteCard:
    """Score a vote.

    Parameters
    ----------
    population
        Whose tables of 2006 the regression reads: scales, shares, memberships, position and salience by issue.
    vote
        Id of the vote.
    roll_call
        Answer of each state.
    ensembles
        The first is the model, the others rival theories; one in which no run held the vote is left out.
    """
    ensembles = [ensemble for ensemble in ensembles if vote in ensemble.votes]
    states = list(ensembles[0].votes[vote].index)
    here = [state for state in states if state in roll_call.index]
    answers = np.array([ANSWERS.index(answer) for answer in roll_call[here]])
    inputs = _inputs(population, here)
    spoken = answers != ANSWERS.index("absent")
    yes = np.where(answers[spoken] == ANSWERS.index("yes"), 0, 1)
    binary: dict[str, np.ndarray] = {}
    full: dict[str, np.ndarray] = {}
    for ensemble in ensembles:
        chances = ensemble.votes[vote].loc[here, list(ANSWERS)].to_numpy()
        full[ensemble.name] = chances
        agree = chances[spoken, 0] / np.maximum(1.0 - chances[spoken, ANSWERS.index("absent")], 1e-12)
        binary[ensemble.name] = np.column_stack([agree, 1.0 - agree])
    binary["base rate"], full["base rate"] = base_rate(yes, 2), base_rate(answers, len(ANSWERS))
    if len(yes) > 1:
        binary["logistic regression"] = cross_validated(inputs[spoken], yes, 2)
    if len(answers) > 1:  # one state has no others to learn from
        full["logistic regression"] = cross_validated(inputs, answers, len(ANSWERS))
    expected = pd.DataFrame({name: p.mean(axis=0) for name, p in full.items()}, index=list(ANSWERS)).T
    return VoteCard(
        vote=vote,
        counts={name: int((answers == code).sum()) for code, name in enumerate(ANSWERS)},
        unscored=len(states) - len(here),
        voted=compare(binary, yes) if len(yes) else pd.DataFrame(),
        all_answers=compare(full, answers, scores=("Brier", "log loss")),
        expected=expected,
    )


def _inputs(population: Population, states: list[str]) -> np.ndarray:
    table = population.actors.set_index("id").loc[states]
    chosen = [name for name in INPUTS if name in table.columns]
    chosen += [name for name in table.columns if name.startswith(("position_", "salience_"))]
    return table[chosen].to_numpy(float)
