"""Writing a brief: the role sheet of one seat, from the data of its scenario."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np
import pandas as pd

from comity.briefs import thresholds
from comity.population.people import Population, build_population
from comity.population.synthetic import draw_population
from comity.population.tables import read_population
from comity.scenario.loading import from_data
from comity.scenario.schema import Scenario
from comity_classroom.briefs.aims import Seat, aims_of, red_lines_of
from comity_classroom.briefs.brief import Brief, IssueView, Partner
from comity_classroom.briefs.numbers import numbers_of
from comity_classroom.briefs.sources import source_of_pairs
from comity_classroom.phrases import Phrases, load_phrases

__all__ = ["actors_of", "brief_of"]

_BANDS = ("lowest", "low", "middle", "high", "highest")
"""Five bands of equal width, in which a share is put into words."""


def actors_of(scenario: Scenario) -> Population:
    """Return the actors of a scenario. The last few are cached: a pack asks once for each seat."""
    return _built(_text_of(scenario))[0]


def _text_of(scenario: Scenario) -> str:
    return json.dumps(scenario.to_json(), sort_keys=True)


@functools.lru_cache(maxsize=4)
def _built(text: str) -> tuple[Population, pd.DataFrame]:
    """Return the actors of a scenario, and the pairs of states with the share of migrants of each in the other."""
    scenario = from_data(json.loads(text))
    settings, issues = scenario.population, [issue.id for issue in scenario.issues]
    pairs = draw_population(settings.synthetic, issues) if settings.synthetic else read_population(settings, issues)
    return build_population(scenario), pairs[1]


def brief_of(scenario: Scenario, actor: str, language: str | Path = "en") -> Brief:
    """Return the brief of a seat.

    Parameters
    ----------
    scenario
        Any scenario; its actors come from tables, from a list, or from distributions.
    actor
        Id of the actor.
    language
        Code of a shipped language, or a folder with your own phrases and templates.

    Raises
    ------
    InputError
        For an unknown actor or language, or a missing phrase.
    """
    phrases = load_phrases(language)
    population, pairs = _built(_text_of(scenario))
    row = population.index(actor)
    data, seat = population.actors.iloc[row], Seat.of(scenario, population, row)
    group = {"state": str(data["role"]), "io": ""}.get(seat.kind, seat.stance)
    trusted, distrusted = _trusted(population, row, scenario.start.toordinal(), phrases)
    return Brief(
        actor=actor,
        name=phrases.name(str(data["name"])),
        kind=seat.kind,
        role=group,
        portrait=_portrait(scenario, actor, phrases.name(str(data["name"])), seat.kind, group, phrases),
        numbers=numbers_of(scenario, data, phrases),
        issues=_issues(scenario, seat, phrases),
        sovereignty=phrases.say(
            f"sovereignty.{'state' if seat.kind == 'state' else 'other'}.{_band(seat.sovereignty)}",
            value=seat.sovereignty,
        ),
        trusted=trusted,
        distrusted=distrusted,
        partners=_partners(population, pairs, actor, phrases),
        aims=aims_of(scenario, seat, phrases),
        red_lines=red_lines_of(scenario, seat, phrases),
        notes=_notes(data.get("imputed"), phrases),
        basis=source_of_pairs(scenario.population, actor, phrases),
        phrases=phrases,
    )


def _portrait(scenario: Scenario, actor: str, name: str, kind: str, group: str, phrases: Phrases) -> str:
    """Return the text of the scenario about an actor, or a sentence for its kind and role."""
    written = next((item.text for item in scenario.population.actors if item.id == actor), "")
    return phrases.name(written) or phrases.say(
        f"portraits.{kind}.{group}" if group else f"portraits.{kind}", name=name
    )


def _issues(scenario: Scenario, seat: Seat, phrases: Phrases) -> tuple[IssueView, ...]:
    views = []
    for k in np.argsort(-seat.salience, kind="stable"):
        issue, position, salience = scenario.issues[k], float(seat.position[k]), float(seat.salience[k])
        relative = salience * len(scenario.issues)
        attention = "little" if relative < thresholds.LITTLE.default else "some"
        attention = "much" if relative >= thresholds.MUCH.default else attention
        words = {"issue": phrases.name(issue.name), "position": position, "salience": salience}
        views.append(
            IssueView(
                issue=issue.id,
                name=phrases.name(issue.name),
                position=position,
                salience=salience,
                sentence=f"{phrases.say(f'positions.{_band(position)}', **words)} "
                f"{phrases.say(f'attention.{attention}', **words)}",
            )
        )
    return tuple(views)


def _band(share: float) -> str:
    return _BANDS[min(int(share * len(_BANDS)), len(_BANDS) - 1)]


def _trusted(
    population: Population, row: int, day: int, phrases: Phrases
) -> tuple[tuple[Partner, ...], tuple[Partner, ...]]:
    """Return the partners that an actor trusts most and least, among those that exist on a day.

    Each list has some states and some others. Ties go to the larger delegation. The second list leaves out partners
    that are trusted as much as the last of the first list.
    """
    trust = np.round(population.world.trust[row], 6)
    there = (population.active_from <= day) & (population.active_to >= day)
    there[row] = False
    capacity, is_state = population.world.actors["capacity"], population.world.actors["group"] < 3
    most: list[int] = []
    least: list[int] = []
    for members, n in ((is_state, int(thresholds.N_STATES.default)), (~is_state, int(thresholds.N_OTHERS.default))):
        rows = np.flatnonzero(there & members)
        best = rows[np.lexsort((-capacity[rows], -trust[rows]))][:n]
        lower = rows[trust[rows] < trust[best].min()] if len(best) else rows
        most += list(best)
        least += list(lower[np.lexsort((-capacity[lower], trust[lower]))][:n])
    most.sort(key=lambda other: -trust[other])
    least.sort(key=lambda other: trust[other])
    named = [
        tuple(_partner(population, other, float(trust[other]), phrases) for other in rows) for rows in (most, least)
    ]
    return named[0], named[1]


def _partners(population: Population, pairs: pd.DataFrame, actor: str, phrases: Phrases) -> tuple[Partner, ...]:
    """Return the states with the largest shares of an actor's migrants, with these shares."""
    own = pd.concat(
        [
            pairs.loc[pairs["a"] == actor, ["b", "stake_ab"]].set_axis(["partner", "share"], axis=1),
            pairs.loc[pairs["b"] == actor, ["a", "stake_ba"]].set_axis(["partner", "share"], axis=1),
        ]
    )
    own = own[(own["share"] > 0) & own["partner"].isin(population.rows)]
    own = own.sort_values(["share", "partner"], ascending=[False, True]).head(int(thresholds.N_PARTNERS.default))
    return tuple(
        _partner(population, population.rows[str(item.partner)], float(item.share), phrases)  # type: ignore[arg-type]
        for item in own.itertuples()
    )


def _partner(population: Population, row: int, share: float, phrases: Phrases) -> Partner:
    return Partner(partner=population.ids[row], name=phrases.name(str(population.actors["name"].iat[row])), share=share)


def _notes(imputed: object, phrases: Phrases) -> tuple[str, ...]:
    return (phrases.say("notes.imputed", rules=imputed),) if isinstance(imputed, str) and imputed else ()
