"""climate/: the states of the climate conferences of 2009-2012, from the general tables and a coding of coalitions."""

from __future__ import annotations

from itertools import combinations

import formulas
import numpy as np
import pandas as pd
from reading import read_raw

__all__ = ["climate_tables"]

_GENERAL = ["id", "name", "region", "developed", "income", "capacity", "non_yes_share", "absent_share", "active_from"]
_REGIME = ["civil_society_climate", "electoral_competition"]


def climate_tables(states: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return states.csv, states_regime.csv and pairs.csv of the climate conferences, by the name of their file.

    What is not about migration comes from the tables of 193 states, data of 2006 or before. Role, sovereignty,
    cooperation, positions and saliences are those of the coalition of each state: assumptions. Shared blocs are the
    Jaccard index of the negotiating groups. Nobody has a stake in another.

    Parameters
    ----------
    states, pairs
        The general tables.
    """
    coded = read_raw("climate_states.csv").set_index("iso3").sort_index()
    coalitions = read_raw("climate_coalitions.csv").set_index("coalition").drop(columns="source")
    general = states.set_index("id", drop=False).loc[coded.index]
    own = coalitions.loc[coded["coalition"]].set_index(coded.index)
    table = pd.concat([general[_GENERAL], coded[["coalition"]], own], axis=1)
    return {
        "climate/states.csv": table,
        "climate/states_regime.csv": general[["id", *_REGIME]],
        "climate/pairs.csv": _pairs(coded["groups"], pairs),
    }


def _pairs(groups: pd.Series, pairs: pd.DataFrame) -> pd.DataFrame:
    names = sorted({name for text in groups for name in text.split(";")})
    member = np.array([[name in text.split(";") for name in names] for text in groups], dtype=float)
    shared = formulas.jaccard(member)
    votes = pairs.set_index(["a", "b"])["vote_agreement"]
    rows = [
        {
            "a": a,
            "b": b,
            "shared_blocs": round(float(shared[i, j]), 4),
            "vote_agreement": votes[a, b],
            "stake_ab": 0.0,
            "stake_ba": 0.0,
        }
        for (i, a), (j, b) in combinations(enumerate(groups.index), 2)
    ]
    return pd.DataFrame(rows)
