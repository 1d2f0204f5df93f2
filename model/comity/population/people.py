"""The population: who the actors are, by name and attribute, and the world that a run starts from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from comity.compiled import records
from comity.errors import InputError, nearest, note
from comity.population.columns import columns_of
from comity.population.prior_trust import prior_trust
from comity.population.reach import Reach, read_reach
from comity.population.references import check_references, of_absent_actors, of_overrides
from comity.population.synthetic import draw_population
from comity.population.tables import read_population
from comity.randomness import address
from comity.scenario.schema import Scenario
from comity.scenario.subject import MIGRATION
from comity.world.world import ACTOR, GROUPS, ISSUE, KINDS, PREFERENCE, STANCES, TRUST_PARTS, Group, World

__all__ = ["Population", "build_population"]

_ATTRIBUTES = {
    "developed": "developed",
    "income": "income",
    "climate": "civil_society_climate",
    "normative": "normative_mandate",
    "service": "service",
    "non_yes": "non_yes_share",
    "absent": "absent_share",
    "members": "members",
    "entry_sovereignty": "sovereignty",
    "entry_cooperation": "cooperation",
    "sovereignty": "sovereignty",
    "cooperation": "cooperation",
    "capacity": "capacity",
    "authority": "capacity",
}
"""Column of the actor table behind each attribute of the world; authority starts at capacity (assumption).

Those of memberships are named by the subject of the scenario.
"""


@dataclass(frozen=True, kw_only=True)
class Population:
    """The actors of a scenario.

    Attributes
    ----------
    actors
        One row per actor, in the order of the world: id, name, kind, role, stance, group, and the other
        attributes of the tables.
    world
        The state from which every run starts; a run copies what it changes.
    active_from, active_to
        First and last day on which an actor exists, as proleptic ordinals, shape (n,).
    ids, rows
        Ids in the order of the world, and the row of each.
    reach
        Capitals and missions of states; None where the scenario names no such table, so that reach has no effect.
    left_out
        Ids of actors that the tables or the list have and the scenario leaves out.
    notices
        What in the tables, and of the actors that the scenario names, has no effect: one sentence each.
    """

    actors: pd.DataFrame
    world: World
    active_from: np.ndarray
    active_to: np.ndarray
    ids: tuple[str, ...]
    rows: dict[str, int]
    left_out: frozenset[str]
    reach: Reach | None = None
    notices: tuple[str, ...] = ()

    def index(self, actor: str) -> int:
        """Return the row of an actor, or raise InputError naming the nearest id."""
        if actor not in self.rows:
            raise InputError(f"actor {actor!r} is not in this scenario. {nearest(actor, self.ids)}")
        return self.rows[actor]


def build_population(scenario: Scenario) -> Population:
    """Return the actors of a scenario, from tables, from a list or from distributions."""
    settings = scenario.population
    issues = [issue.id for issue in scenario.issues]
    notices: list[str] = []
    if settings.source == "synthetic":
        assert settings.synthetic is not None  # guaranteed by the scenario's checks
        actors, pairs = draw_population(settings.synthetic, issues, scenario.subject)
    else:
        actors, pairs = read_population(settings, issues, notices, columns_of(scenario))
    everybody = frozenset(actors["id"])
    notices += _of_empty_sides(actors, scenario)
    actors = _select(actors, scenario)
    actors = actors.reset_index(drop=True)
    reach = None
    if settings.source == "tables" and settings.reach:
        reach = read_reach(settings.reach, actors, notices)
    notices += [*of_absent_actors(actors, scenario), *of_overrides(actors, settings.override, scenario.subject)]
    for line in notices:
        note(line)
    actors = _override(actors, settings.override, [f"salience_{issue}" for issue in issues])
    actors = actors.drop(columns="written_out", errors="ignore")
    population = _assemble(actors, pairs, scenario, everybody - set(actors["id"]))
    return replace(population, reach=reach, notices=tuple(notices))


def _of_empty_sides(actors: pd.DataFrame, scenario: Scenario) -> list[str]:
    """Return a notice for each side of the forum that has no states, where states are to agree on an arena.

    Not where the subject is migration, whose what-ifs leave out a side on purpose.
    """
    ranked = [forum.id for forum in scenario.forums if forum.decides_arena and scenario.subject != MIGRATION]
    *sides, both = scenario.subject.role_ids
    there = set(actors["role"])
    return [
        f"forum {ranked[0]!r}: no state has the role {side!r}, and a side without states consents to every arena. Give "
        "the role to a state, or set decides_arena = false"
        for side in sides
        if ranked and not there & {side, both}
    ]


def _select(actors: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    settings = scenario.population
    ids = list(actors["id"])
    doubled = actors["id"][actors["id"].duplicated()]
    if len(doubled):
        raise InputError(f"population: actor ids must be unique, got {doubled.iloc[0]!r} twice. Remove one of them.")
    for name in settings.remove:
        if name not in ids:
            raise InputError(f"population.remove names actor {name!r}, which is not there. {nearest(name, ids)}")
    check_references(actors, scenario)
    kept = ~actors["id"].isin(settings.remove)
    if settings.keep_roles is not None:
        kept &= (actors["kind"] != "state") | actors["role"].isin(settings.keep_roles)
    if int((kept & (actors["kind"] == "state")).sum()) < 2:
        raise InputError("population: at least two states are needed, fewer are left. Remove fewer actors.")
    return actors[kept]


def _override(actors: pd.DataFrame, override: dict[str, dict[str, float]], saliences: list[str]) -> pd.DataFrame:
    actors = actors.copy()
    numeric = [name for name in actors.columns if pd.api.types.is_numeric_dtype(actors[name])]
    for actor, changes in override.items():
        row = actors.index[actors["id"] == actor]
        if not len(row):
            raise InputError(
                f"population.override names actor {actor!r}, which is not there. {nearest(actor, actors['id'])}"
            )
        for field, value in changes.items():
            if field not in numeric:
                raise InputError(f"population.override.{actor}: {field!r} is no attribute. {nearest(field, numeric)}")
            if not 0 <= value <= 1:
                raise InputError(f"population.override.{actor}.{field} must be in [0, 1], got {value:g}. Change it.")
            actors[field] = actors[field].astype(float)
            actors.loc[row, field] = value
        total = float(actors.loc[row, saliences].to_numpy(float).sum())
        if abs(total - 1) > 1e-3 and not changes.keys().isdisjoint(saliences):
            raise InputError(
                f"population.override.{actor}: saliences must sum to 1, got {total:.4f}. Change the others too."
            )
    return actors


def _assemble(actors: pd.DataFrame, pairs: pd.DataFrame, scenario: Scenario, left_out: frozenset[str]) -> Population:
    n, issues, forums = len(actors), [issue.id for issue in scenario.issues], scenario.forums
    index = {actor: row for row, actor in enumerate(actors["id"])}
    is_state = (actors["kind"] == "state").to_numpy()
    groups = scenario.subject.groups
    group = np.where(is_state, actors["role"].map({r: i for i, r in enumerate(scenario.subject.role_ids)}), 0)
    group = np.where(actors["kind"] == "io", int(Group.ORGANISATION), group)
    group = np.where(~is_state & (actors["kind"] != "io"), int(Group.NETWORK), group).astype(np.int8)
    actors = actors.assign(group=[groups[code] for code in group])
    pairs = pairs[pairs["a"].isin(index) & pairs["b"].isin(index)]
    first, second = pairs["a"].map(index).to_numpy(int), pairs["b"].map(index).to_numpy(int)
    stake = 0.5 * (pairs["stake_ab"].to_numpy(float) + pairs["stake_ba"].to_numpy(float))
    tied = stake > 0
    blocs = pairs["shared_blocs"].to_numpy(float)
    allied = blocs > 0
    prior = prior_trust(actors, pairs, first, second, scenario.population.prior_trust)

    filled = np.zeros(n, dtype=ACTOR)
    filled["address"] = [address(actor) for actor in actors["id"]]
    for name, values in (("kind", KINDS), ("stance", STANCES)):
        filled[name] = actors[name].map({item: code for code, item in enumerate(values)})
    filled["group"] = group
    for name, source in _ATTRIBUTES.items():
        filled[name] = actors[source]
    for name, membership in zip(("treaty_party", "agency_member"), scenario.subject.memberships, strict=True):
        if membership is not None:
            filled[name] = actors[membership.column]
    if scenario.institutions.agency in index:
        there = is_state & (actors["active_from"].to_numpy(str) <= scenario.start.isoformat())
        filled["members"][index[scenario.institutions.agency]] = (
            filled["agency_member"][there].mean() if there.any() else 0.0
        )
    preferences = np.zeros((n, len(issues)), dtype=PREFERENCE)
    for name in ("salience", "mandate", "position"):
        preferences[name] = actors[[f"{name}_{issue}" for issue in issues]].to_numpy(float)
    preferences["anchor"] = preferences["position"]
    prior_in = np.ascontiguousarray(prior.T)
    world = World(
        prior_in=prior_in,
        ties=np.ascontiguousarray(np.column_stack([first[tied], second[tied]]).astype(np.int32)),
        stake=np.ascontiguousarray(stake[tied]),
        bloc_pairs=np.ascontiguousarray(np.column_stack([first[allied], second[allied]]).astype(np.int32)),
        shared_blocs=np.ascontiguousarray(blocs[allied]),
        actors=records(filled),
        preferences=records(preferences),
        issues=records(
            np.array([(issue.politicisation, issue.development_framing) for issue in scenario.issues], dtype=ISSUE)
        ),
        trust_in=prior_in,
        evidence_on=np.zeros((n, n)),
        attachment=np.tile([forum.attachment for forum in forums], (n, 1)).astype(float),
        gave=np.zeros((n, len(forums)), dtype=np.int8),
        trust_before=_trust_held(prior, group),
        trust_parts=np.zeros((len(GROUPS), len(TRUST_PARTS), n)),
    )
    return Population(
        actors=actors,
        world=world,
        active_from=_ordinals(actors["active_from"], date.min),
        active_to=_ordinals(actors["active_to"], date.max),
        ids=tuple(actors["id"]),
        rows=index,
        left_out=left_out,
    )


def _trust_held(trust: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the sum of trust of each actor in the others of each group, shape (groups, n)."""
    members = (group[:, None] == np.arange(len(GROUPS))[None, :]).astype(float)
    return np.ascontiguousarray((trust @ members - np.diag(trust)[:, None] * members).T)


def _ordinals(days: pd.Series, empty: date) -> np.ndarray:
    return np.array([date.fromisoformat(str(day)).toordinal() if day else empty.toordinal() for day in days])
