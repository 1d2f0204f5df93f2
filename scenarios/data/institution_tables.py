"""organisations.csv and networks.csv, from the institutions of the forums and their coding."""

from __future__ import annotations

from collections.abc import Mapping

import formulas
import pandas as pd
from reach_table import organisation_reach
from reading import read_areas, read_raw

__all__ = ["network_table", "organisation_table"]

Weights = Mapping[str, Mapping[str, float]]


def organisation_table(
    raw: pd.DataFrame, states: pd.DataFrame, raw_states: pd.DataFrame, weights: Weights, issues: pd.DataFrame
) -> pd.DataFrame:
    """Return organisations.csv; an organisation of states that speaks for them holds their mean position.

    Parameters
    ----------
    raw
        Organisations with their coding.
    states, raw_states
        The finished table of states, and the raw one with its memberships of 2006.
    weights, issues
        Coded assumptions.
    """
    mandate, terms = raw["normative_mandate_0_1"], weights["organisation"]
    offered = formulas.service(raw, weights["service_worth"], weights["service"])
    table = raw[["name", "kind", "un_system"]].copy()
    table["normative_mandate"] = mandate
    table["service"] = offered
    table["capacity"] = raw["size"].astype(str).map(weights["size"])
    table["cooperation"] = terms["cooperation_floor"] + terms["cooperation_service"] * offered
    table["sovereignty"] = formulas.deference(mandate, terms)
    table = table.join(organisation_reach(raw, read_raw("io_members_2005.csv"))).join(activity(raw))
    present = states.set_index("id")[(states["active_from"] <= "2006-12-31").to_numpy()]
    for issue, coding in issues.iterrows():
        position = formulas.mandated_position(mandate, coding["io_level"], coding["io_mandate"])
        for organisation, bloc in raw["positions_of"].dropna().items():
            is_member = raw_states.loc[present.index, f"{bloc.lower()}_2006"] == 1
            position[organisation] = present.loc[is_member, f"position_{issue}"].mean()
        table[f"position_{issue}"] = position
    covered = formulas.coverage(raw["issue_areas"], read_areas(), list(issues.index))
    table = table.join(attention(covered, weights).add_prefix("salience_"))
    competence = (covered > 0).astype(float).where(covered > 0, terms["mandate_elsewhere"])
    return formulas.rounded(table.join(competence.add_prefix("mandate_")))


def network_table(raw: pd.DataFrame, weights: Weights, issues: pd.DataFrame) -> pd.DataFrame:
    """Return networks.csv."""
    stance = raw["stance"].replace("both", "bridge")
    mandate = raw["normative_mandate_0_1"]
    table = raw[["name"]].copy()
    table["kind"] = raw["kind"].replace("private", "business")
    table["stance"] = stance
    table["normative_mandate"] = mandate
    table["capacity"] = raw["size"].astype(str).map(weights["size"])
    table["cooperation"] = stance.map(weights["network_cooperation"])
    table["sovereignty"] = stance.map(weights["network_acceptance"])
    table = table.join(activity(raw))
    for issue, coding in issues.iterrows():
        position = formulas.mandated_position(mandate, coding["network_level"], coding["network_mandate"])
        shift = coding["network_outside"] * (stance == "outside")
        table[f"position_{issue}"] = (position + shift).clip(0, 1)
    covered = formulas.coverage(raw["issue_areas"], read_areas(), list(issues.index))
    return formulas.rounded(table.join(attention(covered, weights).add_prefix("salience_")))


def activity(raw: pd.DataFrame) -> pd.DataFrame:
    """Return active_from (coded day, else the first of the year of founding) and active_to of institutions."""
    founded = raw["founded"].map(lambda year: f"{int(year)}-01-01", na_action="ignore")
    days = raw["active_from"].fillna(founded)
    if days.isna().any():
        raise ValueError(
            f"forum_institutions.csv: 'founded' must be a year where no active_from is coded, got an empty cell for "
            f"{list(days.index[days.isna()])}. Code a day with its reason."
        )
    return pd.DataFrame({"active_from": days, "active_to": raw["active_to"]})


def attention(covered: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Return saliences of institutions: a floor for each issue, more for each stated area under it."""
    terms = weights["coverage"]
    return formulas.exact_shares(terms["floor"] + terms["covered"] * covered)
