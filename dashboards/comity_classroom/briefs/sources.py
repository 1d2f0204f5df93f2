"""Sources: where each number of an actor comes from. A source is printed only beside a number that it gave."""

from __future__ import annotations

import functools
from pathlib import Path

import pandas as pd

from comity.scenario.own_tables import find_table
from comity.scenario.schema import ListedActor, PopulationSource, Scenario
from comity_classroom.phrases import Phrases

__all__ = ["is_shipped_world", "source_of", "source_of_pairs"]

_DRAWN = (
    "destination_scale",
    "income",
    "capacity",
    "sovereignty",
    "cooperation",
    "civil_society_climate",
    "electoral_competition",
    "immigrant_share",
)
"""State attributes that :func:`comity.population.synthetic.draw_population` draws; it sets the others by rule."""

_FIELDS = {"crmw_party_2006": "crmw_party", "iom_member_2006": "iom_member"}
"""Scenario fields of an actor whose names differ from the columns."""

_INPUTS = {
    "destination_scale": "immigrants_2005",
    "immigrant_share": "immigrants_2005",
    "income": "gdppc_ppp_const2017_2005",
    "civil_society_climate": "v2xcs_ccsi_2005",
    "electoral_competition": "v2x_polyarchy_2005",
}
"""The input behind each number of a shipped state, by its name in the column ``imputed``."""

_TABLES = {"state": ("states", "regimes"), "organisation": ("organisations",), "network": ("networks",)}


def source_of(
    scenario: Scenario, actor: str, group: str, key: str, phrases: Phrases, imputed: object = ""
) -> str | None:
    """Return the source of a number in words; None if the model filled it in.

    Parameters
    ----------
    actor
        Id.
    group
        ``state``, ``organisation`` or ``network``.
    key
        Column of the actor tables.
    imputed
        Missing inputs of this actor in the shipped tables, ``input:rule`` each.
    """
    settings = scenario.population
    if key in settings.override.get(actor, {}):
        return phrases.say("sources.override")
    if settings.source == "synthetic":
        if key in ("crmw_party_2006", "iom_member_2006"):
            return None
        return phrases.say("sources.synthetic" if group == "state" and key in _DRAWN else "sources.rule")
    written = next((item for item in settings.actors if item.id == actor), None)
    if written is not None:
        return _of_written(written, _FIELDS.get(key, key), phrases)
    for table in _TABLES[group]:
        path = str(getattr(settings, table))
        if key in _columns(path, settings.checksums.get(path, "")):
            if path in settings.checksums:
                return phrases.say("sources.table", file=Path(path).name)
            source = phrases.say(f"numbers.{group}.{key}.source")
            inputs = [item.partition(":")[0].strip() for item in str(imputed).split(";")]
            return phrases.say("sources.filled", source=source) if _INPUTS.get(key) in inputs else source
    return None


def source_of_pairs(settings: PopulationSource, actor: str, phrases: Phrases) -> str:
    """Return the sentence below the trust and partners of an actor: how they were derived, and the source."""
    if settings.source == "synthetic":
        return phrases.say("origins.drawn")
    if any(item.id == actor for item in settings.actors):
        return phrases.say("origins.list")
    if settings.pairs in settings.checksums:
        return phrases.say("origins.table", file=Path(settings.pairs).name)
    return phrases.say("origins.shipped")


def is_shipped_world(settings: PopulationSource) -> bool:
    """Return whether the states are all states of the shipped tables."""
    is_real = settings.source == "tables" and settings.states not in settings.checksums
    return is_real and not settings.remove and settings.keep_roles is None


def _of_written(actor: ListedActor, field: str, phrases: Phrases) -> str | None:
    known = type(actor).model_fields
    if field not in known:
        return None
    # A scenario that was saved and loaded again, such as that of a classroom, has every field of every actor.
    is_resolved = actor.model_fields_set >= set(actor.model_dump())
    if field not in actor.model_fields_set:
        return phrases.say("sources.default")
    if is_resolved and getattr(actor, field) == known[field].default:
        return phrases.say("sources.list_or_default")
    return phrases.say("sources.list")


@functools.lru_cache(maxsize=16)
def _columns(path: str, checksum: str) -> frozenset[str]:
    """Return the column names of a table; ``checksum`` keeps the cache apart for successive tables at one path."""
    return frozenset(pd.read_csv(find_table(path), nrows=0, encoding="utf-8").columns)
