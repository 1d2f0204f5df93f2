"""Reach: an organisation serves its members, and others the more the more support it has."""

from __future__ import annotations

from comity.compiled import Bools, Floats, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "count_members", "extend_outreach", "outreach_step", "reach_of"]

MECHANISM = Mechanism(
    name="reach",
    changes=("outreach",),
    strength="reach_rate",
    group="organisations",
    parameters=(
        Parameter(
            "reach_rate", 0.1, 0, 1, "how fast an organisation's service to states outside of it follows its support",
            symbol="u_r", unit="per year", free=True,
        ),
    ),
    source="Chapter, 'The Second HLD': rise of the organisation that states support; form: assumption",
)  # fmt: skip


@compiled
def reach_of(members: float, outreach: float) -> float:
    """Return R_o = m_o + (1 - m_o) g_o, the share of states that an organisation serves.

    ``members`` m_o, the share of states that are members; ``outreach`` g_o, the share of the others that it serves, as
    observers or in the field.
    """
    return members + (1.0 - members) * outreach


@compiled
def outreach_step(outreach: float, standing: float, rate: float) -> float:
    """Return u_r (standing_o - g_o), the yearly change of outreach, a difference of shares.

    ``outreach`` g_o, ``standing`` between least and most supported, ``rate`` u_r per year: shares.
    """
    return rate * (standing - outreach)


@lean
def extend_outreach(active: Bools, standing: Floats, run: Opened) -> None:
    """Move the outreach of active organisations towards their ``standing`` (n,)."""
    actors = run.world.actors
    for o in range(len(actors)):
        if actors.kind[o] == Kind.IO and active[o]:
            actors.outreach[o] += outreach_step(actors.outreach[o], standing[o], run.parameters.reach_rate)


@lean
def count_members(active: Bools, agency: Whole, run: Opened) -> None:
    """Set the share of members of the agency to that of the active states that have joined it."""
    actors = run.world.actors
    n_states, n_members = 0, 0
    for i in range(len(actors)):
        if actors.kind[i] == Kind.STATE and active[i]:
            n_states += 1
            n_members += actors.agency_member[i]
    if n_states > 0:
        actors.members[agency] = n_members / n_states
