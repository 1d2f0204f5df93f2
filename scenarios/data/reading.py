"""Reading the raw tables and the coded assumptions, with errors that say what is wrong where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

__all__ = [
    "MEMBERSHIPS",
    "read_areas",
    "read_issues",
    "read_networks",
    "read_organisations",
    "read_raw",
    "read_states",
    "read_weights",
]

RAW = Path(__file__).with_name("raw")

MEMBERSHIPS = tuple(
    f"{bloc}_2006"
    for bloc in (
        "eu",
        "gcc",
        "g77",
        "nam",
        "au",
        "oic",
        "las",
        "asean",
        "caricom",
        "oecd",
        "nato",
        "commonwealth",
        "oas",
        "ecowas",
        "sadc",
        "cis",
        "mercosur",
        "pif",
        "oif",
        "saarc",
    )
)
"""Columns of the twenty blocs whose members are known for 2006."""

_TEXT = ("iso3", "name", "un_region", "wb_income_2005", "crmw_signature_date", "crmw_party_date")
_VOTES = {
    "votes_freedom_of_travel": "freedom_of_travel",
    "vote_55_92": "protection_of_migrants",
    "votes_crmw_drafting": "migrant_workers_convention",
}


def read_raw(name: str, raw: Path = RAW) -> pd.DataFrame:
    """Return a raw table; only the empty cell is missing, for 'NA' is a word like others."""
    return pd.read_csv(raw / name, keep_default_na=False, na_values=[""], encoding="utf-8")


def read_weights(raw: Path = RAW) -> Mapping[str, Mapping[str, float]]:
    """Return the weights of raw/weights.csv by formula and term, read-only."""
    table = read_raw("weights.csv", raw)
    twice = table.duplicated(["formula", "term"])
    if twice.any():
        raise ValueError(
            f"weights.csv: 'term' must be unique within its formula, got {table.loc[twice, 'term'].iloc[0]!r} twice. "
            "Remove one row."
        )
    terms = table.set_index("term")["value"].astype(float)
    formulas = table["formula"].to_numpy()
    return MappingProxyType(
        {formula: MappingProxyType(terms[formulas == formula].to_dict()) for formula in dict.fromkeys(formulas)}
    )


def read_issues(raw: Path = RAW) -> pd.DataFrame:
    """Return the coding of issues, one row each, indexed by issue in the order of the scenario."""
    return read_raw("issue_coding.csv", raw).set_index("issue")


def read_areas(raw: Path = RAW) -> dict[str, tuple[str, ...]]:
    """Return the issues that each stated area of work gathers under."""
    table = read_raw("issue_areas.csv", raw)
    return {area: tuple(issues.split(";")) for area, issues in zip(table["area"], table["issues"], strict=True)}


def read_states(value_of_vote: Mapping[str, float], raw: Path = RAW) -> pd.DataFrame:
    """Return the raw table of states with V-Dem and the mean support in three groups of votes, sorted by code."""
    table = read_raw("states_raw.csv", raw).set_index("iso3").sort_index()
    for column in table.columns.difference(list(_TEXT)):
        table[column] = pd.to_numeric(table[column]).astype(float)
    table = table.join(read_raw("vdem.csv", raw).set_index("iso3"))
    votes = read_raw("migration_votes.csv", raw).set_index(["resolution", "iso3"])
    worth = votes["vote"].map(dict(value_of_vote))
    for column, topic in _VOTES.items():
        table[column] = worth[votes["topic"] == topic].groupby(level="iso3").mean()
    return table


def _coded(kinds: tuple[str, ...], coding: str, raw: Path) -> pd.DataFrame:
    """Return the rows of some kinds of institution joined to their coding; every coded id must be there."""
    table = read_raw("forum_institutions.csv", raw).set_index("id")
    table = table[table["kind"].isin(kinds)]
    coded = read_raw(coding, raw).set_index("id")
    unknown = coded.index.difference(table.index)
    if len(unknown):
        raise ValueError(
            f"{coding}: 'id' must be one of forum_institutions.csv, got {unknown[0]!r}. Correct the row or remove it."
        )
    return coded.join(table).sort_index()


def read_organisations(raw: Path = RAW) -> pd.DataFrame:
    """Return the international organisations with their coding."""
    return _coded(("io",), "organisations_coding.csv", raw)


def read_networks(raw: Path = RAW) -> pd.DataFrame:
    """Return the networks with their coding; events that the scenario holds as forums (PGA, IAMR) have none."""
    return _coded(("cso", "private", "mayors", "youth"), "networks_coding.csv", raw)
