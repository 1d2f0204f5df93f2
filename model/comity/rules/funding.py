"""Funding: there is no budget, so donors pledge to each meeting, and pledging is a habit."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Floats, Ints, Record, apart, compiled, lean
from comity.mechanism import LOGIT, Mechanism, Parameter
from comity.randomness import Decision, fill_uniforms
from comity.rules.logistic import logistic
from comity.world.meeting import Doors
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "keep_habit", "pledge", "pledge_probability"]

MECHANISM = Mechanism(
    name="funding",
    changes=("donors", "habit of pledging"),
    strength=None,
    group="chair",
    parameters=(
        Parameter("pledge_intercept", -6.0, -12, 6, "readiness to pledge money", symbol="m_0", unit=LOGIT, free=True),
        Parameter("pledge_attachment", 3.0, 0, 10, "weight of attachment in a pledge", symbol="m_p", unit=LOGIT),
        Parameter("pledge_income", 3.0, 0, 10, "weight of income in a pledge", symbol="m_y", unit=LOGIT),
        Parameter(
            "pledge_need", 0.5, 0, 5, "added readiness where the host is a developing country",
            symbol="m_n", unit=LOGIT, source="facts R3 (gfmd.org, who pays); strength: assumption",
        ),
        Parameter(
            "pledge_habit", 2.5, 0, 10, "added readiness of a state that pledged to the forum's last meeting",
            symbol="m_h", unit=LOGIT, source="state dependence: Heckman (1981); strength: assumption", free=True,
        ),
    ),
    source="Chapter, 'GFMD': no fixed budget, continuous pledges; facts R3; form: assumption",
)  # fmt: skip

_ZERO = np.uint64(0)


@compiled
def pledge_probability(attachment: float, income: float, need: float, gave: float, parameters: Record) -> float:
    """Return P(pledges) = L(m_0 + m_p p_if + m_y income_i + m_n need + m_h gave_if).

    ``attachment`` p_if, ``income``: shares; ``need``: 1 where a host is a developing country, else 0; ``gave``: 1 for a
    state that pledged to the last meeting of the forum, else 0.
    """
    return logistic(
        parameters.pledge_intercept
        + parameters.pledge_attachment * attachment
        + parameters.pledge_income * income
        + parameters.pledge_need * need
        + parameters.pledge_habit * gave
    )


@apart
def pledge(doors: Doors, hosts: Ints, meeting: np.uint64, run: Opened, draws: Floats, donors: Bools) -> None:
    """Fill ``donors`` (n,) with the states that pledge money to a meeting; ``draws`` (n,) is working space.

    Hosts pay anyway and are not counted.

    Parameters
    ----------
    doors : comity.world.meeting.Doors
        The actors that exist, the forum, and what people chose.
    hosts : int64, shape (hosts,)
        Rows of the host states.
    meeting : uint64
        Address of the meeting.
    """
    actors = run.world.actors
    fill_uniforms(run.keys[Decision.PLEDGE], meeting, _ZERO, actors.address, _ZERO, len(actors), draws)
    need = 0.0
    for host in hosts:
        if actors.developed[host] == 0:
            need = 1.0
    for i in range(len(actors)):
        donors[i] = False
        if doors.active[i] and actors.kind[i] == Kind.STATE:
            attachment, gave = run.world.attachment[i, doors.forum], run.world.gave[i, doors.forum]
            chance = pledge_probability(attachment, actors.income[i], need, gave, run.parameters)
            donors[i] = draws[i] < chance if doors.pledges[i] < 0 else doors.pledges[i] == 1
    for host in hosts:
        donors[host] = False


@lean
def keep_habit(doors: Doors, donors: Bools, run: Opened) -> None:
    """Remember at the close who pledged; hosts paid anyway, and keep the habit that they had or had not."""
    for i in range(len(donors)):
        is_host = False
        for host in doors.hosts:
            is_host |= i == host
        if not is_host:
            run.world.gave[i, doors.forum] = donors[i]
