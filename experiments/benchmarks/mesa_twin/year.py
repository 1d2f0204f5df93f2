"""The year between meetings (ODD 3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa_twin.arithmetic import mean

if TYPE_CHECKING:
    from mesa_twin.model import TwinModel

__all__ = ["pass_year"]


def pass_year(model: TwinModel, year: int) -> None:
    """Let a year end: all delegations live through it, organisations are ranked, states join."""
    name = f"year:{year}"
    for delegation in model.delegations:
        delegation.live_through(name)
    states = model.existing_states()
    organisations = [o for o in model.organisations if o.exists(model.today)]
    support = [mean(state.support_for(organisation) for state in states) for organisation in organisations]
    if organisations and max(support) > min(support):
        least, most = min(support), max(support)
        for organisation, value in zip(organisations, support, strict=True):
            organisation.gain_authority((value - least) / (most - least))
    institutions = model.given.institutions
    for state in states if institutions.rights_issue else ():
        state.ratify(name, institutions.rights_issue)
    agency = next((o for o in organisations if o.id == institutions.agency), None)
    if agency is not None:
        for state in states:
            state.accede(name, agency)
    for state in model.states:
        model.datacollector.add_table_row(
            "memberships", {"year": year, "actor": state.id, "crmw": state.is_crmw_party, "iom": state.is_agency_member}
        )
