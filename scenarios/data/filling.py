"""Rules for raw data that are missing. Each fills only what is missing and says so, by state."""

from __future__ import annotations

import numpy as np
import pandas as pd
from formulas import percentile

__all__ = ["PREDECESSORS", "Filling", "fill_agreement", "fill_remittances", "fill_states"]

PREDECESSORS = {"MNE": "SRB", "SSD": "SDN"}
"""States that came later, and the state whose part they were at the end of 2005."""

_INHERITED = (
    "non_yes_share",
    "absent_share",
    "votes_freedom_of_travel",
    "vote_55_92",
    "votes_crmw_drafting",
    "static_d1_9105",
    "wb_income_2005",
    "gdppc_ppp_const2017_2005",
    "gdppc_const_usd_2005",
    "v2xcs_ccsi_2005",
    "v2x_polyarchy_2005",
)
_PER_HEAD = ("immigrants_2005", "refugees_in_2005")
_INCOME_GROUPS = ("L", "LM", "UM", "H")
_N_NEAREST = 5


class Filling:
    """A table of raw data that is being completed, and a list of what was filled in.

    Parameters
    ----------
    table
        One row per state, indexed by ISO code; changed in place.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self._log: dict[str, list[str]] = {state: [] for state in table.index}

    def fill(self, column: str, values: pd.Series, rule: str) -> None:
        """Take ``values`` where the column is missing and a value exists, and note ``column:rule``."""
        missing = self.table[column].isna() & values.reindex(self.table.index).notna()
        self.table.loc[missing, column] = values.reindex(self.table.index)[missing]
        self.note(column, rule, self.table.index[missing])

    def note(self, what: str, rule: str, states: pd.Index) -> None:
        """Note ``what:rule`` for states."""
        for state in states:
            self._log[state].append(f"{what}:{rule}")

    def imputed(self) -> pd.Series:
        """Return, for each state, the list of what was filled and how, separated by semicolons."""
        return pd.Series({state: "; ".join(notes) for state, notes in self._log.items()})


def _of_predecessor(values: pd.Series) -> pd.Series:
    return pd.Series({state: values[before] for state, before in PREDECESSORS.items()}, dtype=values.dtype)


def _group_of_nearest(table: pd.DataFrame) -> pd.Series:
    """Return the middle income group of the five states nearest in GDP per capita, for states without a group."""
    known = table.dropna(subset=["wb_income_2005", "gdppc_ppp_const2017_2005"])
    ranks = known["wb_income_2005"].map({group: rank for rank, group in enumerate(_INCOME_GROUPS)})
    found = {}
    for state in table.index[table["wb_income_2005"].isna() & table["gdppc_ppp_const2017_2005"].notna()]:
        distance = (known["gdppc_ppp_const2017_2005"] - table.at[state, "gdppc_ppp_const2017_2005"]).abs()
        nearest = distance.sort_values(kind="stable").index[:_N_NEAREST]
        found[state] = _INCOME_GROUPS[int(ranks[nearest].median())]
    return pd.Series(found, dtype=object)


def fill_states(table: pd.DataFrame, blocs: list[str]) -> Filling:
    """Complete the raw table of states in place, add ``income_rank``, and say what was filled, by which rule.

    1. predecessor: Montenegro and South Sudan take votes, income, regime and blocs of the state whose part they
       were; predecessor_per_head: immigrants and refugees in its proportion to population.
    2. region_median: freedom-of-travel votes and UN dimension; left_out: the one vote on the protection of migrants
       and those on drafting the CRMW are not used where none was cast.
    3. five_nearest_in_gdppc: the middle income group of the five states nearest in GDP per capita.
    4. rank_of_constant_usd: rank of GDP per capita in constant dollars stands for that in purchasing power;
       income_group_median: else the median rank of the income group.
    5. mean_of_same_fh_*: regime indices of V-Dem by the mean of the states with the same Freedom House rating.

    Parameters
    ----------
    table
        Raw columns and the three columns of votes, one row per state.
    blocs
        Names of the columns of memberships.
    """
    filling = Filling(table)
    without_blocs = table.index[table[blocs].isna().all(axis=1)]
    for column in blocs:
        table[column] = table[column].fillna(_of_predecessor(table[column]))
    filling.note("blocs_2006", "predecessor", without_blocs)
    for column in _INHERITED:
        filling.fill(column, _of_predecessor(table[column]), "predecessor")
    for column in _PER_HEAD:
        per_head = _of_predecessor(table[column] / table["population_2005"])
        filling.fill(column, per_head * table["population_2005"], "predecessor_per_head")
    for column in ("votes_freedom_of_travel", "static_d1_9105"):
        filling.fill(column, table.groupby("un_region")[column].transform("median"), "region_median")
    for column in ("vote_55_92", "votes_crmw_drafting"):
        filling.note(column, "left_out", table.index[table[column].isna()])
    filling.fill("wb_income_2005", _group_of_nearest(table), "five_nearest_in_gdppc")
    _rank_incomes(filling)
    for column, rating in (("v2xcs_ccsi_2005", "fh_cl_2005"), ("v2x_polyarchy_2005", "fh_pr_2005")):
        filling.fill(column, table.groupby(rating)[column].transform("mean"), f"mean_of_same_{rating}")
    return filling


def _rank_incomes(filling: Filling) -> None:
    """Add income_rank, percentile rank of GDP per capita; what is completed is the rank, not the money."""
    table = filling.table
    table["income_rank"] = percentile(table["gdppc_ppp_const2017_2005"])
    in_usd = percentile(table["gdppc_const_usd_2005"])
    for rule, ranks in (
        ("rank_of_constant_usd", lambda: in_usd),
        ("income_group_median", lambda: table.groupby("wb_income_2005")["income_rank"].transform("median")),
    ):
        values = ranks()
        missing = table.index[table["income_rank"].isna() & values.notna()]
        table.loc[missing, "income_rank"] = values[missing]
        filling.note("gdppc_ppp_const2017_2005", rule, missing)


def fill_remittances(filling: Filling, role: pd.Series) -> None:
    """Complete remittances as a share of GDP in 2005: the value of 2006, else the median of the states of the role."""
    table, column = filling.table, "remit_pct_gdp_2005"
    filling.fill(column, table["remit_pct_gdp_2006"], "value_of_2006")
    filling.fill(column, table.groupby(role)[column].transform("median"), "role_median")


def fill_agreement(agreement: np.ndarray, states: pd.Index, region: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Complete the agreement in votes of pairs of states, shape (n, n), with the rule by pair ('' where measured).

    1. A state that came later takes the agreements of the state whose part it was; between the two stands that
       state's mean agreement with all others, for nothing is known of how they would have voted.
    2. Other pairs take the mean of what is measured between one of them and the region of the other.
    """
    filled = agreement.copy()
    rule = np.full(agreement.shape, "", dtype=object)
    place = {state: row for row, state in enumerate(states)}
    for state, before in PREDECESSORS.items():
        new, old = place[state], place[before]
        taken = agreement[old].copy()
        taken[old] = np.nanmean(np.delete(agreement[old], [new, old]))
        filled[new], filled[:, new] = taken, taken
        rule[new], rule[:, new] = "vote_agreement:predecessor", "vote_agreement:predecessor"
    same_region = region.to_numpy()[:, None] == region.to_numpy()[None, :]
    np.fill_diagonal(same_region, False)
    measured = filled.copy()
    np.fill_diagonal(measured, np.nan)
    for a, b in zip(*np.nonzero(np.triu(np.isnan(filled), 1)), strict=True):
        values = np.concatenate([measured[same_region[a], b], measured[same_region[b], a]])
        values = values[~np.isnan(values)]
        if not values.size:
            raise ValueError(
                f"fill_agreement: votes of {states[a]} and {states[b]} must be known for one in their regions, "
                "got none. State another rule."
            )
        filled[a, b] = filled[b, a] = values.mean()
        rule[a, b] = rule[b, a] = "vote_agreement:region_mean"
    return filled, rule
