"""A vote: what each state thinks of a text, the line of those it shares blocs with, and the decision (ODD 7.28)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from mesa_twin.arithmetic import logistic, logit, mean
from mesa_twin.drafting import Text

if TYPE_CHECKING:
    from comity.scenario.schema import Vote
    from mesa_twin.actors import StateAgent
    from mesa_twin.model import TwinModel

__all__ = ["hold_vote", "is_adopted"]

_STEPS = 1000
_CLOSE = 1e-12


def hold_vote(model: TwinModel, vote: Vote, meeting: str, states: list[StateAgent]) -> list[dict[str, object]]:
    """Return a row for each state that may vote: its answer, the probabilities of the four, and what is decided."""
    voters = [state for state in states if not vote.members or state.id in vote.members]
    usual = mean(logit(state.non_yes_share) for state in voters)
    text = Text(model, vote, model.people.drafts(meeting, vote.id), voters)
    alone = {state: state.view_of(text, logit(state.non_yes_share) - usual, model.states) for state in voters}
    views = _in_line(alone, model.parameters.vote_bloc)
    rows, answers = [], []
    for state in voters:
        answer, chances = state.vote(vote.id, text, views[state])
        answers.append(model.people.vote(state.id, meeting, vote.id) or answer)
        row: dict[str, object] = {"meeting": meeting, "vote": vote.id, "actor": state.id, "answer": answers[-1]}
        rows.append(row | {f"p_{name}": chance for name, chance in chances.items()})
    outcome = {"decision": vote.decision, "adopted": is_adopted(answers, vote.decision)}
    return [row | outcome for row in rows]


def is_adopted(answers: list[str], rule: str) -> bool:
    """Return whether a text is adopted with these answers."""
    counts = Counter(answers)
    if rule == "silence":
        return bool(answers) and counts["no"] == 0
    has_quorum = len(answers) - counts["absent"] > len(answers) / 2
    enough = {
        "majority": counts["yes"] > counts["no"],
        "two_thirds": counts["yes"] > 0 and counts["yes"] * 3 >= (counts["yes"] + counts["no"]) * 2,
        "consensus": counts["no"] == 0,
    }
    return has_quorum and enough[rule]


def _in_line(alone: dict[StateAgent, float], strength: float) -> dict[StateAgent, float]:
    """Return the views of all once each has heeded the line of those with whom it shares blocs."""
    views = dict(alone)
    partners = {state: _shares(state, alone) for state in alone}
    for _ in range(_STEPS):
        lines = _lines({state: 1 - logistic(view) for state, view in views.items()}, partners)
        aims = {state: alone[state] - strength * lines[state] for state in views}
        moved = max((abs(aims[state] - views[state]) for state in views), default=0.0)
        views = {state: (views[state] + aims[state]) / 2 for state in views}
        if moved < _CLOSE:
            break
    return views


def _shares(state: StateAgent, voters: Collection[StateAgent]) -> list[tuple[StateAgent, float]]:
    """Return the partners of a state that vote, each with its share of all blocs that the state shares with them."""
    shared = [(other, blocs) for other, blocs in state.partners.items() if other in voters]
    total = sum(blocs for _, blocs in shared)
    return [(other, blocs / total) for other, blocs in shared]


def _lines(
    not_yes: dict[StateAgent, float], partners: dict[StateAgent, list[tuple[StateAgent, float]]]
) -> dict[StateAgent, float]:
    """Return how much more than others the partners of each state withhold their yes."""
    heard = {state: sum(share * not_yes[other] for other, share in known) for state, known in partners.items() if known}
    usual = mean(heard.values())
    return {state: heard[state] - usual if state in heard else 0.0 for state in not_yes}
