"""The year: what it does to everybody, whether they meet or not."""

from __future__ import annotations

from comity.compiled import Floats, Whole, apart
from comity.forum.course import Frame, Years, era_of
from comity.rules.accession import accede
from comity.rules.domestic_pull import pull_home
from comity.rules.forgetting import forget
from comity.rules.internalisation import internalise
from comity.rules.ratification import ratify
from comity.rules.reach import count_members, extend_outreach
from comity.rules.recovery import recover
from comity.rules.support import rank_organisations, update_authority
from comity.rules.turnover import replace_delegations
from comity.world.world import Opened

__all__ = ["pass_year"]


@apart
def pass_year(y: Whole, frame: Frame, years: Years, run: Opened, standing: Floats) -> None:
    """Let the year y of the calendar pass for everybody, and keep the memberships at its end.

    Order: internalisation, domestic pull on positions, forgetting of evidence, turnover of delegations, recovery from
    pressure, authority and outreach of organisations by their standing, ratification of the convention on migrants'
    rights, accession to the agency, whose members are counted. ``standing`` (n,) is working space.
    """
    year, setting = years.years[y], frame.setting[0]
    active = frame.existing[era_of(frame.place.today[0], frame)]
    internalise(active, run)
    pull_home(run)
    if run.parameters.evidence_decay > 0.0:
        forget(run)
    replace_delegations(year, run)
    recover(run)
    if rank_organisations(active, run, standing):
        update_authority(active, standing, run)
        extend_outreach(active, standing, run)
    if setting.rights >= 0:
        ratify(active, setting.rights, year, run)
    if setting.agency >= 0 and active[setting.agency]:
        accede(active, setting.agency, year, run)
        count_members(active, setting.agency, run)
    for i in range(len(active)):
        years.memberships[y, 0, i] = run.world.actors.treaty_party[i]
        years.memberships[y, 1, i] = run.world.actors.agency_member[i]
