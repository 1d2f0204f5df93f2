"""states.csv: one row for each member state of the UN, from data of 2006 or before."""

from __future__ import annotations

from collections.abc import Mapping

import formulas
import pandas as pd
from filling import Filling, fill_remittances, fill_states
from reading import MEMBERSHIPS

__all__ = ["state_table"]

_BORN_LATER = {"MNE": "2006-06-28", "SSD": "2011-07-14"}
_LAST_DAY = "2006-12-31"
_MAY_BE_MISSING = (
    "remit_pct_gdp_2006",
    "gdppc_ppp_const2017_2005",
    "gdppc_const_usd_2005",
    "fh_pr_2005",
    "fh_cl_2005",
    "crmw_signature_date",
    "crmw_party_date",
    "iom_join_year",
    "vote_55_92",
    "votes_crmw_drafting",
)

Weights = Mapping[str, Mapping[str, float]]


def state_ranks(raw: pd.DataFrame) -> pd.DataFrame:
    """Return the ingredients of the formulas for states: percentile ranks 0-1, and the destination scale."""
    scale = formulas.destination_scale(raw["immigrants_2005"], raw["emigrants_2005"])
    return pd.DataFrame(
        {
            "immigrants": formulas.percentile(raw["immigrants_2005"] / raw["population_2005"]),
            "emigrants": formulas.percentile(raw["emigrants_2005"] / raw["population_2005"]),
            "remittances": formulas.percentile(raw["remit_pct_gdp_2005"]),
            "refugees": formulas.percentile(raw["refugees_in_2005"] / raw["population_2005"]),
            "population": formulas.percentile(raw["population_2005"]),
            "memberships": formulas.percentile(raw[list(MEMBERSHIPS)].sum(axis=1)),
            "un_dimension": 1 - formulas.percentile(raw["static_d1_9105"]),
            "income": raw["income_rank"],
            "destination": scale,
            "origin": 1 - scale,
        }
    )


def rights_positions(raw: pd.DataFrame, ranks: pd.DataFrame, weights: Weights) -> pd.Series:
    """Return the position on rights: record (convention, votes) and interest (1 - exposure), both 0-1."""
    is_party, is_signatory = raw["crmw_party_date"].notna(), raw["crmw_signature_date"].notna()
    record = formulas.weighted_mean(
        {
            "convention": formulas.convention_standing(is_party, is_signatory, weights["convention"]),
            "votes_freedom_of_travel": raw["votes_freedom_of_travel"],
            "vote_55_92": raw["vote_55_92"],
            "votes_crmw_drafting": raw["votes_crmw_drafting"],
            "un_dimension": ranks["un_dimension"],
        },
        weights["rights_record"],
    )
    exposure = formulas.weighted_mean(
        {"destination_scale": ranks["destination"], "immigrants": ranks["immigrants"]}, weights["exposure"]
    )
    return formulas.weighted_mean({"record": record, "interest": 1 - exposure}, weights["rights_position"])


def state_sovereignty(raw: pd.DataFrame, ranks: pd.DataFrame, weights: Weights) -> pd.Series:
    """Return sovereignty from destination scale, immigrants, convention, opposition in votes, and income."""
    is_party, is_signatory = raw["crmw_party_date"].notna(), raw["crmw_signature_date"].notna()
    mean_support = raw[["votes_freedom_of_travel", "vote_55_92", "votes_crmw_drafting"]].mean(axis=1)
    parts = {
        "destination_scale": ranks["destination"],
        "immigrants": ranks["immigrants"],
        "no_convention": formulas.no_convention(is_party, is_signatory, weights["no_convention"]),
        "opposition": 1 - mean_support,
        "income": ranks["income"],
    }
    return formulas.sovereignty(parts, weights["sovereignty"], weights["sovereignty_range"])


def active_from(states: pd.DataFrame) -> pd.Series:
    """Return the day of admission to the UN for the two states that came later, else the first of its year."""
    days = states["un_member_year"].astype(int).astype(str) + "-01-01"
    return days.where(~days.index.isin(_BORN_LATER), days.index.to_series().map(_BORN_LATER))


def complete(raw: pd.DataFrame) -> tuple[Filling, pd.Series]:
    """Fill what is missing, state by state, and return the filling and the role of each state."""
    filling = fill_states(raw, list(MEMBERSHIPS))
    role = formulas.role(raw["immigrants_2005"], raw["emigrants_2005"], raw["wb_income_2005"] == "H")
    fill_remittances(filling, role)
    return filling, role


def state_table(raw: pd.DataFrame, with_immigrants: set[str], weights: Weights, issues: pd.DataFrame) -> pd.DataFrame:
    """Return states.csv.

    Parameters
    ----------
    raw
        Raw table of states, completed here in place.
    with_immigrants
        States for which the bilateral stock lists immigrants; for others a stake rests on emigrants only.
    weights, issues
        Coded assumptions.
    """
    filling, role = complete(raw)
    filling.note("bilateral_2005", "emigrants_only", raw.index.difference(sorted(with_immigrants)))
    required = raw.columns.difference(list(_MAY_BE_MISSING))
    empty = raw[required].isna()
    if empty.any(axis=None):
        raise ValueError(
            f"states_raw.csv: {list(required[empty.any()])} must be complete or have a rule in filling.py, "
            f"got empty cells for {list(raw.index[empty.any(axis=1)])}. Add a rule."
        )
    ranks = state_ranks(raw)
    rights = rights_positions(raw, ranks, weights)
    sovereignty = state_sovereignty(raw, ranks, weights)
    table = pd.DataFrame(
        {
            "name": raw["name"],
            "region": raw["un_region"],
            "role": role,
            "destination_scale": ranks["destination"],
            "developed": formulas.is_developed(raw["un_region"]),
            "income": ranks["income"],
            "capacity": formulas.capacity(
                ranks["population"], ranks["income"], weights["capacity"], weights["capacity_range"]
            ),
            "sovereignty": sovereignty,
            "cooperation": formulas.cooperation(sovereignty, ranks["memberships"], weights["cooperation"]),
            "civil_society_climate": raw["v2xcs_ccsi_2005"],
            "electoral_competition": raw["v2x_polyarchy_2005"],
            "immigrant_share": raw["immigrants_2005"] / raw["population_2005"],
            "emigrant_share": raw["emigrants_2005"] / raw["population_2005"],
            "crmw_party_2006": (raw["crmw_party_date"] <= _LAST_DAY).astype(int),
            "iom_member_2006": (raw["iom_join_year"] <= 2006).astype(int),
            "non_yes_share": raw["non_yes_share"],
            "absent_share": raw["absent_share"],
            "active_from": active_from(raw),
        }
    )
    for issue, coding in issues.iterrows():
        interest = ranks[coding["interest"]]
        table[f"position_{issue}"] = formulas.issue_position(interest, rights, coding)
    parts = ranks[["immigrants", "emigrants", "remittances", "refugees", "destination"]]
    saliences = formulas.salience({name: parts[name] for name in parts}, issues)
    table = table.join(saliences.add_prefix("salience_"))
    table["imputed"] = filling.imputed()
    return formulas.rounded(table)
