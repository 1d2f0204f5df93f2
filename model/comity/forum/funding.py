"""Money: there is no budget, so donors pledge to each meeting anew."""

import numpy as np

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism
from comity.mechanisms.logistic import logistic
from comity.population.world import Kind
from comity.randomness import Decision, fill_uniforms

__all__ = ["MECHANISM", "pledge", "pledge_probability", "pledges"]

MECHANISM = Mechanism(
    name="funding",
    changes=("donors",),
    strength=None,
    parameters=("pledge_intercept", "pledge_attachment", "pledge_income", "pledge_need"),
    source="Chapter, 'GFMD': no fixed budget, continuous pledges; facts R3; form: assumption",
)

_ZERO = np.uint64(0)


@compiled
def pledge_probability(attachment, income, need, rates):
    """Return P(pledges) = L(m_0 + m_p p_if + m_y income_i + m_n [developing host]), ``need`` 1 for such a host."""
    return logistic(
        rates.pledge_intercept
        + rates.pledge_attachment * attachment
        + rates.pledge_income * income
        + rates.pledge_need * need
    )


@lean
def pledge(world, active, chosen, forum, hosts, meeting, keys, rates, draws, donors):
    """Fill ``donors`` (n,) with the states that pledge money to a meeting; ``draws`` (n,) is working space.

    Parameters as in :func:`pledges`.
    """
    fill_uniforms(keys[Decision.PLEDGE], meeting, _ZERO, world.actors.address, _ZERO, len(active), draws)
    need = 0.0
    for host in hosts:
        if world.actors.developed[host] == 0:
            need = 1.0
    for i in range(len(active)):
        donors[i] = False
        if active[i] and world.actors.kind[i] == Kind.STATE:
            chance = pledge_probability(world.attachment[i, forum], world.actors.income[i], need, rates)
            donors[i] = draws[i] < chance if chosen[i] < 0 else chosen[i] == 1
    for host in hosts:
        donors[host] = False


@compiled
def pledges(world, active, chosen, forum, hosts, meeting, keys, rates_table):
    """Return which states pledge money to a meeting, bool, shape (n,); hosts pay anyway and are not counted.

    Parameters
    ----------
    active : bool, shape (n,)
        Who exists on that day.
    chosen : int8, shape (n,)
        Who pledges (1) or does not (0) because a person chose so; -1 for the others.
    forum : int
        Index of the forum, for attachment.
    hosts : int64, shape (hosts,)
        Rows of the host states.
    meeting : uint64
        Address of the meeting.
    rates_table : record array, shape (1,)
        All parameters, from :func:`comity.scenario.parameters.rates_of`.
    """
    donors = np.empty(len(active), dtype=np.bool_)
    draws = np.empty(len(active))
    pledge(world, active, chosen, forum, hosts, meeting, keys, rates_table[0], draws, donors)
    return donors
