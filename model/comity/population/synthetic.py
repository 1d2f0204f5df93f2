"""A population of any size, drawn from stated distributions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from comity.mechanism import Fixed
from comity.scenario.people import ABSENT, NON_YES
from comity.scenario.schema import Subject, Synthetic
from comity.scenario.subject import MIGRATION

__all__ = ["draw_population"]

SCALE_ORIGIN = Fixed(0.2, 0, 1, "mean destination scale of origin states")
SCALE_DESTINATION = Fixed(0.8, 0, 1, "mean destination scale of destination states")
SCALE_OTHERS = Fixed(0.5, 0, 1, "destination scale of organisations and networks")
INCOME_SPREAD = Fixed(0.6, 0, 1, "range over which incomes of states are spread")
INCOME_DESTINATION = Fixed(0.4, 0, 1, "what the income of a destination state is above that of an origin state")
INCOME_ORGANISATIONS = Fixed(0.5, 0, 1, "income of organisations")
INCOME_NETWORKS = Fixed(0.3, 0, 1, "income of networks")
CAPACITY_SPREAD = Fixed(0.8, 0, 1, "range over which capacities of states are spread")
CAPACITY_DESTINATION = Fixed(0.25, 0, 1, "what the capacity of a destination state is above that of an origin state")
CAPACITY_ORGANISATIONS = Fixed(0.6, 0, 1, "capacity of organisations")
CAPACITY_NETWORKS = Fixed(0.4, 0, 1, "capacity of networks")
SOVEREIGNTY_ORGANISATIONS = Fixed(0.8, 0, 1, "sovereignty of an organisation without normative mandate")
SOVEREIGNTY_MANDATE = Fixed(0.6, 0, 1, "how much less the sovereignty of one with a full normative mandate is")
SOVEREIGNTY_NETWORKS = Fixed(0.3, 0, 1, "sovereignty of networks")
COOPERATION_STATES = Fixed(0.4, 0, 1, "mean disposition of states to cooperate")
COOPERATION_ORGANISATIONS = Fixed(0.6, 0, 1, "disposition of organisations to cooperate")
COOPERATION_NETWORKS = Fixed(0.5, 0, 1, "disposition of networks to cooperate")
REGIME_OTHERS = Fixed(0.5, 0, 1, "civil-society climate and electoral competition of organisations and networks")
IMMIGRANTS_ORIGIN = Fixed(0.03, 0, 1, "mean share of immigrants in the population of origin states")
IMMIGRANTS_DESTINATION = Fixed(0.15, 0, 1, "mean share of immigrants in the population of destination states")
MANDATE_STEP = Fixed(0.5, 0, 0.5, "step of the normative mandates of organisations, in turn none, one step, two steps")
MANDATE_NETWORKS = Fixed(1.0, 0, 1, "normative mandate of networks")
SERVICE_MANDATE = Fixed(0.5, 0, 1, "how much less than 1 the service is of one with a full normative mandate")
POSITION_ORGANISATIONS = Fixed(0.6, 0, 1, "mean position of organisations")
POSITION_NETWORKS = Fixed(0.85, 0, 1, "mean position of networks")
COMPETENT = Fixed(0.3, 0, 1, "chance that an organisation is competent in an issue")
COMPETENCE_BASE = Fixed(0.3, 0, 1, "mandate to speak of an organisation on an issue in which it is not competent")
COMPETENCE_GAIN = Fixed(0.7, 0, 1, "what that of a competent one is above it")
EDGE = Fixed(0.02, 0.001, 0.1, "least distance of the mean of a beta distribution from 0 and from 1")
AGREEMENT_A = Fixed(4, 0.1, 100, "first parameter of the beta distribution of vote agreement, whose mean is 2/3")
AGREEMENT_B = Fixed(2, 0.1, 100, "second parameter of the same")
STAKE = Fixed(0.05, 0.001, 1, "mean of the exponential distribution of the stake of one state in another")
STANCES = ("inside", "bridge", "bridge", "outside")
"""Stances of networks, in turn: assumption."""


def draw_population(
    settings: Synthetic, issues: list[str], subject: Subject = MIGRATION
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the actors and the pairs of states of a synthetic population.

    All distributions are assumptions. Of states: destination scale, share of immigrants and cooperation are beta
    around stated means, sovereignty around those of the settings, positions around 1 - sovereignty; income and
    capacity are uniform, and higher for destinations; climate and competition are uniform. Positions of organisations
    and networks are beta around stated means, their other attributes fixed. Salience: flat Dirichlet. Shares
    of non-yes and of absences: the means of the states of 2006. Ties: random pairs, with shared blocs uniform, vote
    agreement beta, and stakes exponential.

    Parameters
    ----------
    settings
        Sizes, means, concentration a + b of the beta distributions, and the population's own seed.
    issues
        Ids of the issues.
    subject
        Names of the roles, of which the first two are drawn, and of memberships, of which nobody has any.
    """
    rng = np.random.Generator(np.random.Philox(key=settings.seed))
    n_states, n_ios, n_networks = settings.states, settings.organisations, settings.networks
    n = n_states + n_ios + n_networks
    destination = np.arange(n_states) < round(settings.destination_share * n_states)

    def beta(mean: np.ndarray | float, size: int) -> np.ndarray:
        centre = np.clip(mean, EDGE.value, 1 - EDGE.value)
        return rng.beta(centre * settings.concentration, (1 - centre) * settings.concentration, size)

    def every(states: np.ndarray, ios: np.ndarray | float, networks: np.ndarray | float) -> np.ndarray:
        return np.concatenate([states, np.broadcast_to(ios, n_ios), np.broadcast_to(networks, n_networks)])

    stances = np.array(STANCES)[np.arange(n_networks) % len(STANCES)]
    sovereignty = beta(np.where(destination, settings.sovereignty_destination, settings.sovereignty_origin), n_states)
    mandate = np.arange(n_ios) % 3 * MANDATE_STEP.value
    actors = pd.DataFrame(
        {
            "id": [f"S{i + 1:04d}" for i in range(n_states)]
            + [f"O{i + 1:04d}" for i in range(n_ios)]
            + [f"N{i + 1:04d}" for i in range(n_networks)],
            "kind": ["state"] * n_states + ["io"] * n_ios + ["cso"] * n_networks,
            "role": [subject.role_ids[d] for d in destination.astype(int)] + [""] * (n_ios + n_networks),
            "stance": [""] * (n_states + n_ios) + list(stances),
            "destination_scale": every(
                beta(np.where(destination, SCALE_DESTINATION.value, SCALE_ORIGIN.value), n_states),
                SCALE_OTHERS.value,
                SCALE_OTHERS.value,
            ),
            "developed": every(destination.astype(float), 0, 0).astype(int),
            "income": every(
                rng.uniform(size=n_states) * INCOME_SPREAD.value + INCOME_DESTINATION.value * destination,
                INCOME_ORGANISATIONS.value,
                INCOME_NETWORKS.value,
            ),
            "capacity": every(
                np.clip(
                    rng.uniform(size=n_states) * CAPACITY_SPREAD.value + CAPACITY_DESTINATION.value * destination, 0, 1
                ),
                CAPACITY_ORGANISATIONS.value,
                CAPACITY_NETWORKS.value,
            ),
            "sovereignty": every(
                sovereignty,
                SOVEREIGNTY_ORGANISATIONS.value - SOVEREIGNTY_MANDATE.value * mandate,
                SOVEREIGNTY_NETWORKS.value,
            ),
            "cooperation": every(
                beta(COOPERATION_STATES.value, n_states), COOPERATION_ORGANISATIONS.value, COOPERATION_NETWORKS.value
            ),
            "civil_society_climate": every(rng.uniform(size=n_states), REGIME_OTHERS.value, REGIME_OTHERS.value),
            "electoral_competition": every(rng.uniform(size=n_states), REGIME_OTHERS.value, REGIME_OTHERS.value),
            "immigrant_share": every(
                beta(np.where(destination, IMMIGRANTS_DESTINATION.value, IMMIGRANTS_ORIGIN.value), n_states), 0, 0
            ),
            "non_yes_share": every(np.full(n_states, NON_YES), 0, 0),
            "absent_share": every(np.full(n_states, ABSENT), 0, 0),
            "normative_mandate": every(np.zeros(n_states), mandate, MANDATE_NETWORKS.value),
            "service": every(np.zeros(n_states), 1.0 - SERVICE_MANDATE.value * mandate, 0.0),
            "members": every(np.zeros(n_states), np.ones(n_ios), 0.0),
            **{item.column: 0 for item in subject.memberships if item},
            "active_from": "",
            "active_to": "",
        }
    )
    actors["name"] = actors["id"]
    salience = rng.dirichlet(np.ones(len(issues)), n)
    columns: dict[str, np.ndarray] = {}
    for k, issue in enumerate(issues):
        states = beta(1 - sovereignty, n_states)
        columns[f"position_{issue}"] = every(
            states, beta(POSITION_ORGANISATIONS.value, n_ios), beta(POSITION_NETWORKS.value, n_networks)
        )
        columns[f"salience_{issue}"] = salience[:, k]
        columns[f"mandate_{issue}"] = every(
            np.zeros(n_states),
            (rng.uniform(size=n_ios) < COMPETENT.value) * COMPETENCE_GAIN.value + COMPETENCE_BASE.value,
            0.0,
        )
    return pd.concat([actors, pd.DataFrame(columns)], axis=1), _draw_pairs(rng, settings)


def _draw_pairs(rng: np.random.Generator, settings: Synthetic) -> pd.DataFrame:
    n = settings.states
    count = min(int(settings.ties_per_state * n / 2), n * (n - 1) // 2)
    first, second = rng.integers(0, n, count), rng.integers(0, n, count)
    low, high = np.minimum(first, second), np.maximum(first, second)
    pairs = pd.DataFrame({"low": low, "high": high}).query("low < high").drop_duplicates()
    return pd.DataFrame(
        {
            "a": [f"S{i + 1:04d}" for i in pairs["low"]],
            "b": [f"S{i + 1:04d}" for i in pairs["high"]],
            "shared_blocs": rng.uniform(size=len(pairs)),
            "vote_agreement": rng.beta(AGREEMENT_A.value, AGREEMENT_B.value, len(pairs)),
            "stake_ab": np.minimum(rng.exponential(STAKE.value, len(pairs)), 1.0),
            "stake_ba": np.minimum(rng.exponential(STAKE.value, len(pairs)), 1.0),
        }
    )
