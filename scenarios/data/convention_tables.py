"""convention/: the states that drafted the migrant workers' convention, from the earliest data at hand.

These are later than what they initialise: migrants of 1990, incomes and blocs of 2000, regimes of 1995, votes of 1991
to 1993, bilateral stocks of 2005, for meetings from 1979 on. None of the votes on the drafting enters. States that are
gone (the Soviet Union, the German Democratic Republic, Yugoslavia, Czechoslovakia, both Yemens) are absent; the rows of
Russia and Germany stand for the Soviet Union and the Federal Republic in the votes.
"""

from __future__ import annotations

from collections.abc import Mapping

import formulas
import numpy as np
import pandas as pd
from pair_table import votes_in_common
from reading import read_raw

__all__ = ["convention_tables"]

LAST_ADMISSION = "1990-12-18"
"""The day on which the convention was adopted: who joined the UN later did not draft it."""
VOTES_TO = "1993-12-31"
"""Last day of the roll calls that tell agreement: the first three years at hand."""
ISSUES = ("rights", "regular", "cooperation")


def convention_tables(
    states: pd.DataFrame, pairs: pd.DataFrame, roll_calls: pd.DataFrame, weights: Mapping[str, Mapping[str, float]]
) -> dict[str, pd.DataFrame]:
    """Return states.csv, states_regime.csv and pairs.csv.gz of the drafting, by the name of their file.

    Parameters
    ----------
    states, pairs
        The general tables: names, regions, dates of admission, stakes of 2005.
    roll_calls
        One row per roll call, one column of codes per state.
    weights
        By formula and term.
    """
    general = states.set_index("id", drop=False)
    general = general[general["active_from"] <= LAST_ADMISSION]
    raw = read_raw("states_1990s.csv").set_index("iso3").reindex(general.index)
    regime = read_raw("vdem_1995.csv").set_index("iso3").reindex(general.index)
    income = raw["gdppc_ppp_const2017_2000"]
    columns = pd.concat(
        [raw[["immigrants_1990", "emigrants_1990", "population_1990"]], income.rename("income"), regime], axis=1
    )
    filled = {name: _filled(columns[name], general["region"]) for name in columns}
    imputed = columns.isna().apply(
        lambda row: "; ".join(f"{name}:region_median" for name in columns if row[name]), axis=1
    )
    rich = formulas.percentile(filled["income"])
    immigrants, emigrants = filled["immigrants_1990"], filled["emigrants_1990"]
    scale = formulas.destination_scale(immigrants, emigrants)
    share = (immigrants / filled["population_1990"]).clip(0, 1)
    rank = formulas.percentile(share)
    unknown = pd.Series(np.nan, general.index)
    sovereignty = formulas.sovereignty(
        {
            "destination_scale": scale,
            "immigrants": rank,
            "no_convention": unknown,
            "opposition": unknown,
            "income": rich,
        },
        weights["sovereignty"],
        weights["sovereignty_range"],
    )
    blocs = raw.filter(regex="_2000$").drop(columns=["gdppc_ppp_const2017_2000", "gdppc_const_usd_2000"]).fillna(0)
    exposure = formulas.weighted_mean({"destination_scale": scale, "immigrants": rank}, weights["exposure"])
    memberships = formulas.percentile(blocs.sum(axis=1))
    size = formulas.percentile(filled["population_1990"])
    table = general[["id", "name", "region"]].assign(
        role=formulas.role(immigrants, emigrants, rich >= weights["drafting_role"]["high_income"]),
        destination_scale=scale,
        developed=general["developed"],
        income=rich,
        capacity=formulas.capacity(size, rich, weights["capacity"], weights["capacity_range"]),
        sovereignty=sovereignty,
        cooperation=formulas.cooperation(sovereignty, memberships, weights["cooperation"]),
        immigrant_share=share,
        active_from=general["active_from"],
    )
    for issue in ISSUES:
        table[f"position_{issue}"] = weights["drafting_position"]["top"] - weights["drafting_slope"][issue] * exposure
    for issue in ISSUES:
        table[f"salience_{issue}"] = weights["drafting_salience"][issue]
    table["imputed"] = imputed
    regimes = general[["id"]].assign(
        civil_society_climate=filled["v2xcs_ccsi_1995"], electoral_competition=filled["v2x_polyarchy_1995"]
    )
    return {
        "convention/states.csv": table.round(4),
        "convention/states_regime.csv": regimes.round(4),
        "convention/pairs.csv.gz": _pairs(blocs, pairs, roll_calls),
    }


def _filled(values: pd.Series, region: pd.Series) -> pd.Series:
    """Return values with the median of the region, else of all, where one is missing."""
    values = values.astype(float)
    return values.fillna(values.groupby(region).transform("median")).fillna(values.median())


def _pairs(blocs: pd.DataFrame, pairs: pd.DataFrame, roll_calls: pd.DataFrame) -> pd.DataFrame:
    ids = blocs.index
    early = roll_calls[roll_calls["date"] <= VOTES_TO]
    agreement, _ = votes_in_common(early[list(ids)].to_numpy())
    shared = formulas.jaccard(blocs.to_numpy(float))
    a, b = np.triu_indices(len(ids), 1)
    found = pd.DataFrame({"a": ids[a], "b": ids[b], "shared_blocs": shared[a, b].round(4)})
    found["vote_agreement"] = pd.Series(agreement[a, b]).fillna(np.nanmean(agreement[a, b])).round(4)
    return found.merge(pairs[["a", "b", "stake_ab", "stake_ba"]], on=["a", "b"], how="left")
