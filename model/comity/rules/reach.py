"""Reach: how many states an organisation can serve follows the support that it has."""

from __future__ import annotations

from comity.compiled import Bools, Floats, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "count_members", "extend_reach", "reach_step"]

MECHANISM = Mechanism(
    name="reach",
    changes=("reach",),
    strength="reach_rate",
    group="organisations",
    parameters=(
        Parameter(
            "reach_rate", 0.05, 0, 1, "how fast an organisation's reach follows the support it has",
            symbol="u_r", unit="per year", free=True,
        ),
    ),
    source="Chapter, 'The Second HLD': side-lining of UN organisations and rise of the state-friendly one; "
    "form: assumption",
)  # fmt: skip


@compiled
def reach_step(reach: float, standing: float, rate: float) -> float:
    """Return u_r (standing_o - R_o), the yearly change of reach, a difference of shares.

    ``reach`` R_o, ``standing`` between least and most supported, ``rate`` u_r per year: shares.
    """
    return rate * (standing - reach)


@lean
def extend_reach(active: Bools, agency: Whole, standing: Floats, run: Opened) -> None:
    """Move the reach of active organisations towards their ``standing`` (n,), but that of the agency, or -1.

    States join the agency one by one; see :func:`count_members`.
    """
    actors = run.world.actors
    for o in range(len(actors)):
        if actors.kind[o] == Kind.IO and active[o] and o != agency:
            actors.reach[o] += reach_step(actors.reach[o], standing[o], run.parameters.reach_rate)


@lean
def count_members(active: Bools, agency: Whole, run: Opened) -> None:
    """Set the reach of the agency to the share of the active states that are its members."""
    actors = run.world.actors
    n_states, n_members = 0, 0
    for i in range(len(actors)):
        if actors.kind[i] == Kind.STATE and active[i]:
            n_states += 1
            n_members += actors.iom_member[i]
    if n_states > 0:
        actors.reach[agency] = n_members / n_states
