"""What a year does to everybody, whether they meet or not."""

import numpy as np

from comity.between.accession import accede
from comity.between.domestic_pull import pull_home
from comity.between.forgetting import forget
from comity.between.organisations import update_authority
from comity.between.ratification import ratify
from comity.between.recovery import recover
from comity.between.turnover import replace_delegations
from comity.compiled import compiled

__all__ = ["pass_year"]


@compiled
def pass_year(world, active, rights_issue, agency, year, rates_table, keys):
    """Let one year pass for everybody.

    Order: domestic pull on positions, forgetting of evidence, turnover of delegations, recovery from pressure,
    authority of organisations, ratification of the convention on migrants' rights, accession to the agency.

    Parameters
    ----------
    active : bool, shape (n,)
        Who exists at the end of the year.
    rights_issue, agency : int
        The issue that the convention is about and the row of the agency, -1 where there is none.
    year : uint64
        Address of the year.
    rates_table : record array, shape (1,)
        All parameters, from :func:`comity.scenario.parameters.rates_of`.
    """
    rates = rates_table[0]
    pull_home(world, rates)
    if rates.evidence_decay > 0.0:
        forget(world, rates)
    replace_delegations(world, year, rates, keys)
    recover(world, rates)
    update_authority(world, active, rates, np.empty(len(world.actors)))
    if rights_issue >= 0:
        ratify(world, active, rights_issue, year, rates, keys)
    if agency >= 0 and active[agency]:
        accede(world, active, agency, year, rates, keys)
