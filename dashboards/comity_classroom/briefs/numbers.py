"""The numbers of a role sheet: the attributes of an actor with unit and source."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from comity.scenario.schema import Scenario
from comity_classroom.briefs.brief import Number
from comity_classroom.briefs.sources import source_of
from comity_classroom.phrases import Phrases

__all__ = ["numbers_of"]

_STATE = (
    "destination_scale",
    "immigrant_share",
    "emigrant_share",
    "income",
    "capacity",
    "sovereignty",
    "cooperation",
    "civil_society_climate",
    "electoral_competition",
    "crmw_party_2006",
    "iom_member_2006",
)
_ORGANISATION = ("normative_mandate", "service", "capacity", "sovereignty", "cooperation")
_NETWORK = ("normative_mandate", "capacity", "sovereignty", "cooperation")
_FORMS = {
    **dict.fromkeys(("destination_scale", "immigrant_share", "emigrant_share"), "percent"),
    **dict.fromkeys(("crmw_party_2006", "iom_member_2006"), "flag"),
}
"""Format of a number, unless it is a share with two decimals."""


def numbers_of(scenario: Scenario, actor: pd.Series, phrases: Phrases) -> tuple[Number, ...]:
    """Return the numbers of one actor, in the order in which a role sheet shows them.

    Parameters
    ----------
    actor
        Its row in the population's table. A number that neither a table nor the scenario gives is left out: the zero
        in the model is a placeholder.
    """
    return tuple(_numbers(scenario, actor, phrases))


def _numbers(scenario: Scenario, actor: pd.Series, phrases: Phrases) -> Iterator[Number]:
    kind = str(actor["kind"])
    named = scenario.institutions.agency
    agency = next((item.name for item in scenario.population.actors if item.id == named), named)
    group = {"state": "state", "io": "organisation"}.get(kind, "network")
    for key in {"state": _STATE, "organisation": _ORGANISATION, "network": _NETWORK}[group]:
        if key not in actor.index or not _has_institution(scenario, key):
            continue
        source = source_of(scenario, str(actor["id"]), group, key, phrases, actor.get("imputed", ""))
        if source is None:
            continue
        value = float(actor[key])
        form = _FORMS.get(key, "share")
        words = f"numbers.{group}.{key}"
        yield Number(
            key=key,
            label=phrases.say(f"{words}.label", agency=phrases.name(agency)),
            value=value,
            shown=_shown(value, form, phrases),
            unit=phrases.say(f"{words}.unit"),
            source=source,
        )


def _has_institution(scenario: Scenario, key: str) -> bool:
    """Return whether a scenario has the institution of a membership; True for other numbers."""
    institutions = scenario.institutions
    return bool({"crmw_party_2006": institutions.rights_issue, "iom_member_2006": institutions.agency}.get(key, True))


def _shown(value: float, form: str, phrases: Phrases) -> str:
    if form == "flag":
        return phrases.say("yes" if value else "no")
    if form == "percent":
        return phrases.say("percent", value=phrases.number(100 * value, 1))
    return phrases.number(value)
