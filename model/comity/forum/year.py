"""The year: what it does to everybody, whether they meet or not."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Whole, compiled
from comity.rules.accession import accede
from comity.rules.domestic_pull import pull_home
from comity.rules.forgetting import forget
from comity.rules.internalisation import internalise
from comity.rules.ratification import ratify
from comity.rules.reach import count_members, extend_outreach
from comity.rules.recovery import recover
from comity.rules.support import rank_organisations, update_authority
from comity.rules.turnover import replace_delegations
from comity.world.world import Opened, Run

__all__ = ["pass_year"]


@compiled
def pass_year(active: Bools, rights_issue: Whole, agency: Whole, year: np.uint64, run: Run) -> None:
    """Let one year pass for everybody.

    Order: internalisation, domestic pull on positions, forgetting of evidence, turnover of delegations, recovery from
    pressure, authority and outreach of organisations by their standing, ratification of the convention on migrants'
    rights, accession to the agency, whose members are counted.

    Parameters
    ----------
    active : bool, shape (n,)
        Who exists at the end of the year.
    rights_issue, agency : int
        The issue that the convention is about and the row of the agency, -1 where there is none.
    year : uint64
        Address of the year.
    run : comity.world.world.Run
        World, parameters and luck.
    """
    opened = Opened(run.world, run.table[0], run.keys)
    internalise(active, opened)
    pull_home(opened)
    if opened.parameters.evidence_decay > 0.0:
        forget(opened)
    replace_delegations(year, opened)
    recover(opened)
    standing = np.zeros(len(active))
    if rank_organisations(active, opened, standing):
        update_authority(active, standing, opened)
        extend_outreach(active, standing, opened)
    if rights_issue >= 0:
        ratify(active, rights_issue, year, opened)
    if agency >= 0 and active[agency]:
        accede(active, agency, year, opened)
        count_members(active, agency, opened)
