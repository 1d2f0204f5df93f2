"""Baselines: predictions of the facts without simulation. A baseline without a prediction is silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from comity.facts import Fact
from comity.facts.reading import correlation
from comity.forum.calendar import Calendar
from comity.randomness import decision_keys
from comity.rules.arena import ARENAS, Arena, agreed_arena, arena_utilities, offers_of
from comity.rules.support import support_by_group
from comity.scenario.parameters import table_of
from comity.scenario.schema import Scenario
from comity.world.world import GROUPS, ROLES, Group, Run

__all__ = ["BASELINES", "compromise", "last_value", "no_change"]

Said = dict[str, float]


def no_change(scenario: Scenario, facts: Sequence[Fact]) -> Said:
    """All actors stay as in the tables of 2006: preferences, memberships and trust never change.

    Arenas and support are those that the rules give in the world at the start. It is silent about attendance, speaking,
    chairs, funding and the agenda.
    """
    start = _Start(scenario)
    found: Said = {}
    for fact in facts:
        values = _AT_START[fact.measure](start) if fact.measure in _AT_START else {}
        for target in fact.targets:
            part = "YEAR" if target.part.isdigit() else target.part
            if part in values:
                found[target.key] = values[part]
    return found


def last_value(scenario: Scenario, facts: Sequence[Fact]) -> Said:
    """Each value of a series repeats the one observed before; silent about first values and single numbers."""
    found: Said = {}
    for fact in facts:
        years = sorted(
            (t for t in fact.targets if t.part.isdigit() and t.observed is not None), key=lambda t: int(t.part)
        )
        for before, target in pairwise(years):
            assert before.observed is not None
            found[target.key] = before.observed
    return found


def compromise(scenario: Scenario, facts: Sequence[Fact]) -> Said:
    """The compromise model: what is decided is the mean of what states want, weighted by capability times salience.

    O = sum_i c_i s_i x_i / sum_i c_i s_i. The arena is the one whose bindingness is nearest to O over all issues, where
    no arena binds 0; the agenda gives each issue the weight that states give it. It is silent about everything else.

    Source: Bueno de Mesquita (1994) in Bueno de Mesquita and Stokman, European Community Decision Making; Achen (2006)
    in Thomson et al., The European Union Decides. Departs from the source: the issue scales run from national (0) to
    joint (1) governance, on which arenas are placed by bindingness (assumption).
    """
    start = _Start(scenario)
    states = start.states & start.active
    world = start.world
    weight = world.actors["capacity"][states][:, None] * world.salience[states]
    outcome = float((weight * world.position[states]).sum() / weight.sum())
    attention = weight.sum(axis=0) / weight.sum()
    economic = float(attention[[issue.economic for issue in scenario.issues]].sum())
    rights = float(attention[[issue.id == scenario.institutions.rights_issue for issue in scenario.issues]].sum())
    arena: Said = {}
    if start.forums is not None:
        places = {"un": start.forums[0].bindingness, "informal": start.forums[1].bindingness, "nowhere": 0.0}
        nearest = min(places, key=lambda name: abs(places[name] - outcome))
        arena = {"": float(nearest == "informal")}
    by_measure: dict[str, Said] = {
        "informal_wins": arena,
        "economic_sessions": {"YEAR": economic},
        "rights_sessions": {"YEAR": rights, "later": rights},
    }
    found: Said = {}
    for fact in facts:
        values = by_measure.get(fact.measure, {})
        for target in fact.targets:
            part = "YEAR" if target.part.isdigit() else target.part
            if part in values:
                found[target.key] = values[part]
    return found


BASELINES: dict[str, Callable[[Scenario, Sequence[Fact]], Said]] = {
    "no change": no_change,
    "last value": last_value,
    "compromise": compromise,
}
"""All baselines by the name that tables give them."""


class _Start:
    """The world of a scenario at its start, with the actors that exist at the first dialogue."""

    def __init__(self, scenario: Scenario) -> None:
        model = Calendar(scenario, seed=0, keep="meetings")
        self.scenario = scenario
        self.world = model.population.world.begin(scenario.strengths.prior_weight)
        self.run = Run(self.world, table_of(scenario.strengths), decision_keys(0))
        self.states = np.asarray(model.stage.is_state)
        self.group = self.world.actors["group"]
        self.rows = model.population.rows
        formal = next((forum for forum in scenario.forums if forum.decides_arena), None)
        dialogues = [meeting.start for meeting in scenario.meetings if formal and meeting.forum == formal.id]
        self.active = model.stage.active_on(min(dialogues, default=scenario.start))
        informal = next((forum for forum in scenario.forums if forum.state_led), None)
        self.forums = (formal, informal) if formal is not None and informal is not None else None
        self.utilities = None
        if self.forums is not None:
            every = arena_utilities(model.stage.states, offers_of(*self.forums), self.run)
            self.utilities = every[self.active[self.states]]
        self.roles = self.group[self.states & self.active]

    def support(self) -> np.ndarray:
        """Return support by role and organisation, (3, n)."""
        return np.asarray(support_by_group(self.active, self.run))


def _firsts(start: _Start) -> Said:
    if start.utilities is None:
        return {}
    firsts = start.utilities[:, : len(ARENAS)].argmax(axis=1)
    shares = np.bincount(firsts, minlength=len(ARENAS)) / len(firsts)
    found = {"nowhere": float(shares[ARENAS.index("nowhere")]), "largest": float(shares.max())}
    for role, arena in ((Group.ORIGIN, "un"), (Group.DESTINATION, "informal")):
        if (start.roles == role).any():
            found[f"{GROUPS[role]}_{arena}"] = float((firsts[start.roles == role] == ARENAS.index(arena)).mean())
    return found


def _joining(start: _Start) -> Said:
    if start.utilities is None:
        return {}
    worth = (start.utilities > 0).mean(axis=0)
    return {"forum": float(worth[ARENAS.index("informal")]), "norm_setting": float(worth[-1])}


def _winner(start: _Start) -> Said:
    if start.utilities is None:
        return {}
    agreed = agreed_arena(start.utilities, start.roles, np.ones(len(start.roles), dtype=np.bool_))
    return {"": float(agreed == Arena.INFORMAL)}


def _destination(start: _Start) -> Said:
    found = _firsts(start)
    return {"": found["destination_informal"]} if "destination_informal" in found else {}


def _parties(start: _Start) -> Said:
    party = start.world.actors["treaty_party"]
    return {"YEAR": float(party.sum()), "destination": float(party[start.group == Group.DESTINATION].sum())}


def _rank(start: _Start) -> Said:
    agency = start.rows.get(start.scenario.institutions.agency)
    if agency is None or not start.active[agency]:
        return {}
    support = start.support()
    sizes = np.bincount(start.group[start.active], minlength=len(GROUPS))[: len(ROLES)]
    mean = np.nansum(support * sizes[:, None], axis=0) / max(sizes.sum(), 1)
    rivals = start.active & ~np.isnan(support).all(axis=0)
    return {"YEAR": float((mean[rivals] > mean[agency]).sum() + 1)}


def _mandate(start: _Start) -> Said:
    support = start.support()[Group.DESTINATION]
    rated = start.active & ~np.isnan(support)
    return {"": correlation(start.world.actors["normative"][rated], support[rated])}


_AT_START: dict[str, Callable[[_Start], Said]] = {
    "session_attendance_change": lambda start: {"": 0.0},
    "corridor": lambda start: {"growth": 1.0},
    "small_states_voice": lambda start: {"": 1.0},
    "civil_society_lead": lambda start: {"narrowing": 0.0},
    "role_trust_gain": lambda start: {"": 0.0},
    "trust_in_networks": lambda start: {"gain": 0.0, "openness_slope": 0.0},
    "convention_parties": _parties,
    "arena_preferences": _firsts,
    "would_join": _joining,
    "informal_wins": _winner,
    "destination_informal": _destination,
    "agency_rank": _rank,
    "mandate_support": _mandate,
}
"""Each measure if nothing changed; parts as in the measure, YEAR for any year."""
