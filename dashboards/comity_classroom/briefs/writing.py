"""Writing a brief: the role sheet of one seat, from the data of its scenario."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np
import pandas as pd

from comity.population.people import Population, build_population
from comity.population.synthetic import draw_population
from comity.population.tables import read_population
from comity.scenario.loading import from_data
from comity.scenario.schema import Scenario
from comity_classroom.briefs import rule
from comity_classroom.briefs.brief import Brief, IssueView, Partner
from comity_classroom.briefs.numbers import numbers_of
from comity_classroom.briefs.origins import source_of_pairs
from comity_classroom.briefs.wishes import Seat, aims_of, red_lines_of
from comity_classroom.phrases import Phrases, load_phrases

__all__ = ["actors_of", "brief_of"]

_N_STATES, _N_OTHERS, _N_PARTNERS = 3, 2, 3
"""States, and others, in each list of trust on a role sheet; and partners in migration."""
_BANDS = ((0.2, "lowest"), (0.4, "low"), (0.6, "middle"), (0.8, "high"), (1.01, "highest"))
"""Upper ends of the bands in which a share is put into words."""
_CARES = ((0.75, "little"), (1.25, "some"), (np.inf, "much"))
"""Upper ends for attention to an issue, relative to an equal spread."""


def actors_of(scenario: Scenario) -> Population:
    """Return the actors of a scenario; the last few are kept, since a pack asks for each seat of the same one."""
    return _built(_text_of(scenario))[0]


def _text_of(scenario: Scenario) -> str:
    return json.dumps(scenario.to_json(), sort_keys=True)


@functools.lru_cache(maxsize=4)
def _built(text: str) -> tuple[Population, pd.DataFrame]:
    """Return the actors of a scenario and the pairs of states with the share of migrants that each has in the other."""
    scenario = from_data(json.loads(text))
    settings, issues = scenario.population, [issue.id for issue in scenario.issues]
    pairs = draw_population(settings.synthetic, issues) if settings.synthetic else read_population(settings, issues)
    return build_population(scenario), pairs[1]


def brief_of(scenario: Scenario, actor: str, language: str | Path = "en") -> Brief:
    """Return the brief of a seat.

    Parameters
    ----------
    scenario
        Any scenario: with actors from tables, written out, or drawn.
    actor
        Id of the actor.
    language
        Code of a language that comes with comity, or a folder with phrases and templates of your own.

    Raises
    ------
    InputError
        For an unknown actor or language, or a phrase that is missing.
    """
    phrases = load_phrases(language)
    population, pairs = _built(_text_of(scenario))
    row = population.index(actor)
    data, seat = population.actors.iloc[row], Seat.of(scenario, population, row)
    group = {"state": str(data["role"]), "io": ""}.get(seat.kind, seat.stance)
    trusted, distrusted = _trusted(population, row, scenario.start.toordinal())
    return Brief(
        actor=actor,
        name=str(data["name"]),
        kind=seat.kind,
        role=group,
        portrait=_portrait(scenario, actor, str(data["name"]), seat.kind, group, phrases),
        numbers=numbers_of(scenario, data, phrases),
        issues=_issues(scenario, seat, phrases),
        sovereignty=phrases.say(
            f"sovereignty.{'state' if seat.kind == 'state' else 'other'}.{_band(seat.sovereignty)}",
            value=seat.sovereignty,
        ),
        trusted=trusted,
        distrusted=distrusted,
        partners=_partners(population, pairs, actor),
        aims=aims_of(scenario, seat, phrases),
        red_lines=red_lines_of(scenario, seat, phrases),
        notes=_notes(data.get("imputed"), phrases),
        basis=source_of_pairs(scenario.population, actor, phrases),
        phrases=phrases,
    )


def _portrait(scenario: Scenario, actor: str, name: str, kind: str, group: str, phrases: Phrases) -> str:
    """Return what the scenario says of an actor, or a sentence made of its kind and role."""
    written = next((item.text for item in scenario.population.actors if item.id == actor), "")
    return written or phrases.say(f"portraits.{kind}.{group}" if group else f"portraits.{kind}", name=name)


def _issues(scenario: Scenario, seat: Seat, phrases: Phrases) -> tuple[IssueView, ...]:
    views = []
    for k in np.argsort(-seat.salience, kind="stable"):
        issue, position, salience = scenario.issues[k], float(seat.position[k]), float(seat.salience[k])
        attention = next(name for limit, name in _CARES if salience * len(scenario.issues) < limit)
        words = {"issue": issue.name, "position": position, "salience": salience}
        views.append(
            IssueView(
                issue=issue.id,
                name=issue.name,
                position=position,
                salience=salience,
                wish=rule.wish(position),
                sentence=f"{phrases.say(f'positions.{_band(position)}', **words)} "
                f"{phrases.say(f'attention.{attention}', **words)}",
            )
        )
    return tuple(views)


def _band(share: float) -> str:
    return next(name for limit, name in _BANDS if share < limit)


def _trusted(population: Population, row: int, day: int) -> tuple[tuple[Partner, ...], tuple[Partner, ...]]:
    """Return the partners that an actor trusts most and least, among those that exist on a day.

    Some states and some others, each; of partners that it trusts alike the larger ones. Nobody is named as the least
    trusted who is trusted as much as those who are trusted most.
    """
    trust = np.round(population.world.trust[row], 6)
    there = (population.active_from <= day) & (population.active_to >= day)
    there[row] = False
    capacity, is_state = population.world.actors["capacity"], population.world.actors["group"] < 3
    most: list[int] = []
    least: list[int] = []
    for members, n in ((is_state, _N_STATES), (~is_state, _N_OTHERS)):
        rows = np.flatnonzero(there & members)
        best = rows[np.lexsort((-capacity[rows], -trust[rows]))][:n]
        lower = rows[trust[rows] < trust[best].min()] if len(best) else rows
        most += list(best)
        least += list(lower[np.lexsort((-capacity[lower], trust[lower]))][:n])
    most.sort(key=lambda other: -trust[other])
    least.sort(key=lambda other: trust[other])
    named = [tuple(_partner(population, other, float(trust[other])) for other in rows) for rows in (most, least)]
    return named[0], named[1]


def _partners(population: Population, pairs: pd.DataFrame, actor: str) -> tuple[Partner, ...]:
    """Return the states in which an actor has most of its migrants, with the share of its own."""
    own = pd.concat(
        [
            pairs.loc[pairs["a"] == actor, ["b", "stake_ab"]].set_axis(["partner", "share"], axis=1),
            pairs.loc[pairs["b"] == actor, ["a", "stake_ba"]].set_axis(["partner", "share"], axis=1),
        ]
    )
    own = own[(own["share"] > 0) & own["partner"].isin(population.rows)]
    own = own.sort_values(["share", "partner"], ascending=[False, True]).head(_N_PARTNERS)
    return tuple(
        _partner(population, population.rows[str(item.partner)], float(item.share))  # type: ignore[arg-type]
        for item in own.itertuples()
    )


def _partner(population: Population, row: int, share: float) -> Partner:
    return Partner(partner=population.ids[row], name=str(population.actors["name"].iat[row]), share=share)


def _notes(imputed: object, phrases: Phrases) -> tuple[str, ...]:
    return (phrases.say("notes.imputed", rules=imputed),) if isinstance(imputed, str) and imputed else ()
