"""Support for organisations: states favour those that serve them and do not bind them."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Floats, Ints, Record, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.rules.reach import reach_of
from comity.world.world import ROLES, Kind, Opened, Run

__all__ = [
    "MECHANISM",
    "fill_support",
    "rank_organisations",
    "support",
    "support_by_group",
    "support_of",
    "update_authority",
]

MECHANISM = Mechanism(
    name="support for organisations",
    changes=("authority",),
    strength="authority_rate",
    group="organisations",
    parameters=(
        Parameter(
            "support_service", 0.6, 0, 4, "weight of the service that an organisation offers times its reach",
            symbol="u_v",
        ),
        Parameter(
            "support_sovereignty", 0.6, 0, 4, "weight of sovereignty times the organisation's normative mandate",
            symbol="u_sigma", source="chapter, 'Conclusion': non-normative agency; assumption",
        ),
        Parameter("support_trust", 1.0, 0, 4, "weight of trust in the organisation", symbol="u_T"),
        Parameter(
            "authority_rate", 0.3, 0, 1, "how fast an organisation's authority follows the support it has",
            symbol="u_a", unit="per year",
        ),
    ),
    source="Chapter, 'The Second HLD': states support the state-friendly organisation; form: assumption",
)  # fmt: skip

_N_ROLES = len(ROLES)


@compiled
def support(
    service: float, reach: float, sovereignty: float, mandate: float, trust: float, parameters: Record
) -> float:
    """Return u_v service_o R_o - u_sigma sigma_i (normative mandate)_o + u_T T_io, the support of a state.

    What is weighed are shares; support has no unit and no bounds but those that the weights give.
    """
    return (
        parameters.support_service * service * reach
        - parameters.support_sovereignty * sovereignty * mandate
        + parameters.support_trust * trust
    )


@lean
def support_of(state: Whole, organisation: Whole, run: Opened) -> float:
    """Return the support of a state for an organisation, by their rows."""
    actors = run.world.actors
    return support(
        actors.service[organisation],
        reach_of(actors.members[organisation], actors.outreach[organisation]),
        actors.sovereignty[state],
        actors.normative[organisation],
        run.world.trust_in[organisation, state],
        run.parameters,
    )


@compiled
def support_by_group(active: Bools, run: Run) -> Floats:
    """Return the mean support of active origin, destination and other states for each actor, shape (3, n).

    Columns of actors that are no organisation are nan, as is a row of a role without states.
    """
    opened = Opened(run.world, run.table[0], run.keys)
    n = len(opened.world.actors)
    mean = np.empty((_N_ROLES, n))
    fill_support(active, opened, mean, np.empty(n, dtype=np.int64))
    return mean


@lean
def fill_support(active: Bools, run: Opened, mean: Floats, rows: Ints) -> None:
    """Fill ``mean`` (3, n); ``rows`` (n,) is working space."""
    actors = run.world.actors
    for role in range(_N_ROLES):
        n_states = 0
        for i in range(len(actors)):
            if actors.kind[i] == Kind.STATE and active[i] and actors.group[i] == role:
                rows[n_states] = i
                n_states += 1
        for o in range(len(actors)):
            mean[role, o] = np.nan
            if actors.kind[o] == Kind.IO and n_states > 0:
                total = 0.0
                for place in range(n_states):
                    total += support_of(rows[place], o, run)
                mean[role, o] = total / n_states


@lean
def rank_organisations(active: Bools, run: Opened, standing: Floats) -> bool:
    """Fill ``standing`` (n,) of active organisations, from 0 for the least to 1 for the most supported.

    Return whether one is supported more than another; else there is no standing.
    """
    actors = run.world.actors
    least, most = np.inf, -np.inf
    for o in range(len(actors)):
        if actors.kind[o] == Kind.IO and active[o]:
            given = 0.0
            for i in range(len(actors)):
                if actors.kind[i] == Kind.STATE and active[i]:
                    given += support_of(i, o, run)
            standing[o] = given
            least, most = min(least, given), max(most, given)
    if not most > least:
        return False
    for o in range(len(actors)):
        standing[o] = (standing[o] - least) / (most - least)
    return True


@lean
def update_authority(active: Bools, standing: Floats, run: Opened) -> None:
    """Move the authority of active organisations towards their ``standing`` (n,)."""
    actors = run.world.actors
    for o in range(len(actors)):
        if actors.kind[o] == Kind.IO and active[o]:
            actors.authority[o] += run.parameters.authority_rate * (standing[o] - actors.authority[o])
