"""reach.csv: where each state is and where it has a mission; and the reach of organisations. Data of 2006 or before."""

from __future__ import annotations

import pandas as pd

__all__ = ["organisation_reach", "reach_table"]

_N_OTHERS = 192
"""Other member states, to which a state can send a mission: the denominator for South Sudan's 193 members of 2011."""
_N_MEMBERS = 191
"""Member states of the United Nations at the end of 2005."""
_HOSTS = ("BEL", "PHL", "GRC", "MEX", "CHE", "MUS")
_CITIES = ("geneva", "new_york", "puerto_vallarta")


def reach_table(
    states: pd.DataFrame, capitals: pd.DataFrame, missions: pd.DataFrame, absent_in_geneva: set[str]
) -> pd.DataFrame:
    """Return reach.csv, one row for each state.

    1. ``missions``: other states with a resident mission of this state in 2005, divided by 192. States that came
       later start with none. ``region_median``: Kiribati, on which the source is silent, takes the median of its
       region.
    2. ``mission_HOST``: 1 with a resident mission in the host state of a forum of 2007-2012, and in one's own
       capital. ``share_of_missions``: where it is not known, the share of all states in which the state has one.
    3. ``mission_geneva``: 0 for the states on a list of November 1999, else 1. The list has members and observers of
       the WTO only; a state that is not on it and sends fewer missions than the median of those on it may be neither,
       so that rule 2 holds.
    4. ``mission_new_york``: 1 for every state (assumption: all members have a mission to the United Nations).
    5. ``km_CITY``: distance from the capital to cities of meetings that are not capitals, in km.

    Parameters
    ----------
    states
        Raw table of states, by code; only ``un_region`` is used.
    capitals, missions
        Raw tables, by code.
    absent_in_geneva
        States on the list of 1999.
    """
    region = states["un_region"]
    later = states.index[states["un_member_year"] > 2005]
    sent = missions["missions_sent_2005"].astype(float)
    sent[later] = 0.0
    imputed: dict[str, list[str]] = {state: [] for state in states.index}
    for state in sent.index[sent.isna()]:
        sent[state] = sent[region[region == region[state]].index].median()
        imputed[state].append("missions:region_median")
    share = sent / _N_OTHERS
    table = pd.DataFrame(
        {"capital": capitals["capital"], "latitude": capitals["lat"], "longitude": capitals["lon"], "missions": share}
    )
    for host in _HOSTS:
        there = missions[f"{host}_2005"].astype(float)
        there[host], there[later] = 1.0, 0.0
        table[f"mission_{host}"] = _completed(there, share, f"mission_{host}", imputed)
    listed = table.index.isin(sorted(absent_in_geneva))
    unknown = ~listed & (sent < sent[listed].median())
    there = pd.Series(1.0, table.index).mask(listed, 0.0).mask(unknown, None)
    table["mission_geneva"] = _completed(there, share, "mission_geneva", imputed)
    table["mission_new_york"] = 1.0
    for city in _CITIES:
        table[f"km_{city}"] = capitals[f"km_{city}"]
    table["imputed"] = pd.Series({state: "; ".join(notes) for state, notes in imputed.items()})
    return table.round(5).sort_index().rename_axis("id").reset_index()


def _completed(there: pd.Series, share: pd.Series, name: str, imputed: dict[str, list[str]]) -> pd.Series:
    for state in there.index[there.isna()]:
        imputed[state].append(f"{name}:share_of_missions")
    return there.fillna(share)


def organisation_reach(organisations: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Return how far organisations reach in 2005: ``members``, a share, and ``imputed``.

    Member states divided by the 191 of the United Nations. ``un_organ``: 1 for the UN system without members of its
    own; ``median_outside_un``: the median of the counted organisations outside the UN for the others.

    Parameters
    ----------
    organisations
        Coded organisations, by id.
    members
        ``org`` and ``full_members``, end of 2005.
    """
    counted = members.set_index("org")["full_members"] / _N_MEMBERS
    outside = organisations.index[organisations["un_system"] == 0]
    by_system = organisations["un_system"].map({1: 1.0, 0: counted[counted.index.isin(outside)].median()})
    share = counted.reindex(organisations.index)
    rule = organisations["un_system"].map({1: "members:un_organ", 0: "members:median_outside_un"})
    return pd.DataFrame({"members": share.fillna(by_system), "imputed": rule.where(share.isna(), "")})
