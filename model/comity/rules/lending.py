"""Lending: organisations lend experts and drafts to small delegations that agree with them."""

from __future__ import annotations

from comity.compiled import Bools, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "lend_experts", "lent_expertise"]

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
def lent_expertise(capacity: float, mandate: float, trust: float, distance: float, rate: float) -> float:
    """Return l (1 - q_i) M_ok T_io (1 - |x_ik - x_ok|), what an organisation o lends to state i on issue k, a share.

    ``capacity`` q_i of the state, ``mandate`` M_ok of the organisation, ``trust`` T_io of the state in it, ``distance``
    |x_ik - x_ok| of their positions, ``rate`` l: shares.
    """
    return rate * (1.0 - capacity) * mandate * trust * (1.0 - distance)


@lean
def lend_experts(present: Bools, run: Opened) -> None:
    """Fill ``lent`` of all actors for a meeting: of the organisations ``present`` (n,), the one that lends most counts.

    Expertise is for the states that came, by issue; all others have none.
    """
    actors, preferences, rate = run.world.actors, run.world.preferences, run.parameters.expert_lending
    n, n_issues = preferences.salience.shape
    for i in range(n):
        for issue in range(n_issues):
            preferences.lent[i, issue] = 0.0
    if rate == 0.0:
        return
    for o in range(n):
        if actors.kind[o] != Kind.IO or not present[o]:
            continue
        for i in range(n):
            if actors.kind[i] != Kind.STATE or not present[i]:
                continue
            trust = run.world.trust_in[o, i]
            for issue in range(n_issues):
                distance = abs(preferences.position[i, issue] - preferences.position[o, issue])
                lent = lent_expertise(actors.capacity[i], preferences.mandate[o, issue], trust, distance, rate)
                preferences.lent[i, issue] = max(preferences.lent[i, issue], lent)
