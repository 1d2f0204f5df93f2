"""crisis.csv: how long the financial crisis of 2008 lasted, year by year, in GDP per head of 190 states."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["crisis_table", "crisis_years"]

FIRST, LAST = 2008, 2013
"""The crisis begins in October 2008; nothing after 2013 is read."""


def crisis_table(gdp: pd.DataFrame) -> pd.DataFrame:
    """Return, for each year from 2008 to 2013, what states' economies did.

    Columns: ``growth``, the median over states of the growth of GDP per head, log points; ``below_trend``, the share
    of states that grew less than their own mean of 2002-2007 minus one standard deviation of these six years; ``lost``,
    the share whose GDP per head is below its best of 2007 and 2008; ``recovered``, the share of the states that lost
    in 2009 whose GDP per head has been back at its best of 2007 and 2008 in this year or before.

    Parameters
    ----------
    gdp
        ``iso3``, ``year`` (2001-2013), ``gdppc_const_usd``; states with an empty year are left out.
    """
    level = gdp.pivot(index="iso3", columns="year", values="gdppc_const_usd").dropna()
    growth = np.log(level).diff(axis=1)
    before = growth[list(range(FIRST - 6, FIRST))]
    floor = before.mean(axis=1) - before.std(axis=1)
    best = level[[FIRST - 1, FIRST]].max(axis=1)
    hit = level[FIRST + 1] < best
    is_back = pd.Series(False, level.index)
    rows = []
    for year in range(FIRST, LAST + 1):
        if year > FIRST:
            is_back |= level[year] >= best
        rows.append(
            {
                "year": year,
                "growth": growth[year].median(),
                "below_trend": (growth[year] < floor).mean(),
                "lost": (level[year] < best).mean() if year > FIRST else np.nan,
                "recovered": is_back[hit].mean(),
            }
        )
    return pd.DataFrame(rows).round(4)


def crisis_years(table: pd.DataFrame) -> int:
    """Return the years after 2008 until half of the states that lost in 2009 were back.

    Raises
    ------
    ValueError
        Where they are not by the last year of the table.
    """
    back = table.loc[table["recovered"] >= 0.5, "year"]
    if back.empty:
        raise ValueError("gdp_per_head.csv: half of the states must be back by 2013, got fewer. State a length.")
    return int(back.iloc[0]) - FIRST
