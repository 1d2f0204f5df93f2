"""Lending: organisations lend experts and drafts to small delegations that agree with them."""

from __future__ import annotations

from comity.compiled import Bools, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.room import Floor
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "expert_offer", "lend_experts", "lent_expertise"]

MECHANISM = Mechanism(
    name="lending",
    changes=("acts", "seats"),
    strength="expert_lending",
    group="engagement",
    parameters=(
        Parameter(
            "expert_lending", 0.5, 0, 1,
            "share of a missing delegation for which a fully competent, trusted and like-minded organisation makes up",
            symbol="l",
            source="chapter, 'The Second HLD': small states use experts and are backed by organisations; strength: "
            "assumption",
            free=True,
        ),
    ),
    source="Chapter, 'The Second HLD': small states use experts and form coalitions backed by organisations; "
    "form: assumption",
)  # fmt: skip


@compiled
def lent_expertise(capacity: float, offer: float, rate: float) -> float:
    """Return e_ik = l (1 - q_i) max over o of the offers, what organisations lend to state i on issue k, a share.

    ``capacity`` q_i of the state, the largest ``offer`` of an organisation, ``rate`` l: shares.
    """
    return rate * (1.0 - capacity) * offer


@compiled
def expert_offer(mandate: float, trust: float, distance: float) -> float:
    """Return M_ok T_io (1 - |x_ik - x_ok|), what organisation o can offer to state i on issue k, a share.

    ``mandate`` M_ok of the organisation, ``trust`` T_io of the state in it, ``distance`` of their positions: shares.
    """
    return mandate * trust * (1.0 - distance)


@lean
def _offer_to_all(o: Whole, issue: Whole, n_states: Whole, run: Opened, floor: Floor) -> None:
    """Raise the largest offer that each state has, in ``floor.pull``, to that of organisation o on an issue."""
    mandate, position = run.world.preferences.mandate[o, issue], run.world.preferences.position[o, issue]
    trust_in = run.world.trust_in[o]
    for a in range(n_states):
        offer = expert_offer(mandate, trust_in[floor.row[a]], abs(floor.position[a] - position))
        floor.pull[a] = max(floor.pull[a], offer)


@lean
def _find_offers(issue: Whole, n_states: Whole, n_lenders: Whole, run: Opened, floor: Floor) -> None:
    """Fill ``floor.pull`` with the largest offer that each state on the floor has on an issue.

    Organisations with the largest mandate come first. An offer is no larger than the mandate, so that others are asked
    only where their mandate is larger than the least that a state has got by then.
    """
    mandate, position = run.world.preferences.mandate, run.world.preferences.position
    most = 0.0
    for place in range(n_lenders):
        most = max(most, mandate[floor.copied[place], issue])
    for a in range(n_states):
        floor.position[a] = position[floor.row[a], issue]
        floor.pull[a] = 0.0
    for place in range(n_lenders):
        if mandate[floor.copied[place], issue] == most:
            _offer_to_all(floor.copied[place], issue, n_states, run, floor)
    least = 1.0
    for a in range(n_states):
        least = min(least, floor.pull[a])
    for place in range(n_lenders):
        if least < mandate[floor.copied[place], issue] < most:
            _offer_to_all(floor.copied[place], issue, n_states, run, floor)


@lean
def lend_experts(present: Bools, run: Opened, floor: Floor) -> None:
    """Fill ``lent`` of all actors for a meeting: of the organisations ``present`` (n,), the one that lends most counts.

    Expertise is for the states that came, by issue; all others have none. ``floor`` is working space.
    """
    actors, preferences, rate = run.world.actors, run.world.preferences, run.parameters.expert_lending
    n, n_issues = preferences.salience.shape
    n_states, n_lenders = 0, 0
    for i in range(n):
        for issue in range(n_issues):
            preferences.lent[i, issue] = 0.0
        if present[i] and actors.kind[i] == Kind.STATE:
            floor.row[n_states] = i
            n_states += 1
        elif present[i] and actors.kind[i] == Kind.IO:
            floor.copied[n_lenders] = i
            n_lenders += 1
    if rate == 0.0 or n_states == 0 or n_lenders == 0:
        return
    for issue in range(n_issues):
        _find_offers(issue, n_states, n_lenders, run, floor)
        for a in range(n_states):
            i = floor.row[a]
            preferences.lent[i, issue] = lent_expertise(actors.capacity[i], floor.pull[a], rate)
