"""What happens between meetings: shocks (ODD 7.27) and years (3.8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from comity.scenario.schema import Shock
from mesa_twin.arithmetic import clip, mean

if TYPE_CHECKING:
    from mesa_twin.delegation import Delegation
    from mesa_twin.model import TwinModel

__all__ = ["pass_year", "strengths", "strike"]


def strengths(shock: Shock, delegations: Iterable[Delegation]) -> dict[Delegation, float]:
    """Return whom a shock hits, and how strongly."""
    hit = [d for d in delegations if (d.id in shock.actors if shock.actors else d.role in shock.roles)]
    if not shock.scaled_by:
        return dict.fromkeys(hit, 1.0)
    values = [d.scales[shock.scaled_by] for d in hit]
    result = {}
    for delegation, value in zip(hit, values, strict=True):
        below, equal = sum(other < value for other in values), values.count(value)
        result[delegation] = (below + (equal + 1) / 2) / len(hit)
    return result


def strike(model: TwinModel, shock: Shock) -> None:
    """Let a shock hit."""
    state_led = [forum.id for forum in model.given.forums if forum.state_led]
    for delegation, strength in strengths(shock, model.delegations).items():
        delegation.sovereignty = clip(delegation.sovereignty + shock.sovereignty * strength)
        delegation.entry_sovereignty = clip(delegation.entry_sovereignty + shock.sovereignty * strength)
        delegation.pressure = clip(delegation.pressure + shock.pressure * strength)
        delegation.capacity = clip(delegation.capacity * (1 + shock.capacity * strength))
        for forum in state_led:
            delegation.attachment[forum] = clip(delegation.attachment[forum] * (1 + shock.attachment * strength))
        for issue, step in shock.anchors.items():
            delegation.anchor[issue] = clip(delegation.anchor[issue] + step * strength)
            delegation.position[issue] = clip(delegation.position[issue] + step * strength)


def pass_year(model: TwinModel, year: int) -> None:
    """Let a year end: states internalise, all delegations live through it, organisations are ranked, states join."""
    name = f"year:{year}"
    roles = {state.role for state in model.states}
    means = {
        role: {issue: mean(s.position[issue] for s in model.states if s.role == role) for issue in model.issues}
        for role in roles
    }
    for state in model.existing_states():
        state.internalise(means)
    for delegation in model.delegations:
        delegation.live_through(name)
    states = model.existing_states()
    organisations = [o for o in model.organisations if o.exists(model.today)]
    agency = next((o for o in organisations if o.id == model.given.institutions.agency), None)
    support = [mean(state.support_for(organisation) for state in states) for organisation in organisations]
    if organisations and max(support) > min(support):
        least, most = min(support), max(support)
        for organisation, value in zip(organisations, support, strict=True):
            organisation.gain_authority((value - least) / (most - least))
            organisation.reach_out((value - least) / (most - least))
    institutions = model.given.institutions
    for state in states if institutions.rights_issue else ():
        state.ratify(name, institutions.rights_issue)
    if agency is not None:
        for state in states:
            state.accede(name, agency)
        agency.count_members(states)
    for state in model.states:
        model.datacollector.add_table_row(
            "memberships", {"year": year, "actor": state.id, "crmw": state.is_crmw_party, "iom": state.is_agency_member}
        )
