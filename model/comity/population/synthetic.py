"""A population of any size, drawn from stated distributions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from comity.scenario.schema import Synthetic

__all__ = ["draw_population"]


def draw_population(settings: Synthetic, issues: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the actors and the pairs of states of a synthetic population.

    All distributions are assumptions. Destination scale: beta around 0.2 for origin and 0.8 for
    destination states. Sovereignty: beta around the means of the settings. Positions: beta around
    1 - sovereignty. Cooperation: beta around 0.4. Capacity: uniform, raised by a quarter for destinations.
    Salience: flat Dirichlet. Ties: random pairs, their stakes exponential around 0.05.

    Parameters
    ----------
    settings
        Sizes, means, concentration a + b of the beta distributions, and the population's own seed.
    issues
        Ids of the issues.
    """
    rng = np.random.Generator(np.random.Philox(key=settings.seed))
    n_states, n_ios, n_networks = settings.states, settings.organisations, settings.networks
    n = n_states + n_ios + n_networks
    destination = np.arange(n_states) < round(settings.destination_share * n_states)

    def beta(mean: np.ndarray | float, size: int) -> np.ndarray:
        centre = np.clip(mean, 0.02, 0.98)
        return rng.beta(centre * settings.concentration, (1 - centre) * settings.concentration, size)

    def every(states: np.ndarray, ios: np.ndarray | float, networks: np.ndarray | float) -> np.ndarray:
        return np.concatenate([states, np.broadcast_to(ios, n_ios), np.broadcast_to(networks, n_networks)])

    stances = np.array(["inside", "bridge", "bridge", "outside"])[np.arange(n_networks) % 4]
    sovereignty = beta(np.where(destination, settings.sovereignty_destination, settings.sovereignty_origin), n_states)
    mandate = np.tile([0.0, 0.5, 1.0], n_ios // 3 + 1)[:n_ios]
    actors = pd.DataFrame(
        {
            "id": [f"S{i + 1:04d}" for i in range(n_states)]
            + [f"O{i + 1:04d}" for i in range(n_ios)]
            + [f"N{i + 1:04d}" for i in range(n_networks)],
            "kind": ["state"] * n_states + ["io"] * n_ios + ["cso"] * n_networks,
            "role": ["destination" if d else "origin" for d in destination] + [""] * (n_ios + n_networks),
            "stance": [""] * (n_states + n_ios) + list(stances),
            "destination_scale": every(beta(np.where(destination, 0.8, 0.2), n_states), 0.5, 0.5),
            "developed": every(destination.astype(float), 0, 0).astype(int),
            "income": every(rng.uniform(size=n_states) * 0.6 + 0.4 * destination, 0.5, 0.3),
            "capacity": every(np.clip(rng.uniform(size=n_states) * 0.8 + 0.25 * destination, 0, 1), 0.6, 0.4),
            "sovereignty": every(sovereignty, 0.8 - 0.6 * mandate, 0.3),
            "cooperation": every(beta(0.4, n_states), 0.6, 0.5),
            "civil_society_climate": every(rng.uniform(size=n_states), 0.5, 0.5),
            "electoral_competition": every(rng.uniform(size=n_states), 0.5, 0.5),
            "immigrant_share": every(beta(np.where(destination, 0.15, 0.03), n_states), 0, 0),
            "normative_mandate": every(np.zeros(n_states), mandate, 1.0),
            "service": every(np.zeros(n_states), 1.0 - 0.5 * mandate, 0.0),
            "members": every(np.zeros(n_states), np.ones(len(mandate)), 0.0),
            "crmw_party_2006": 0,
            "iom_member_2006": 0,
            "active_from": "",
            "active_to": "",
        }
    )
    actors["name"] = actors["id"]
    salience = rng.dirichlet(np.ones(len(issues)), n)
    columns: dict[str, np.ndarray] = {}
    for k, issue in enumerate(issues):
        states = beta(1 - sovereignty, n_states)
        columns[f"position_{issue}"] = every(states, beta(0.6, n_ios), beta(0.85, n_networks))
        columns[f"salience_{issue}"] = salience[:, k]
        columns[f"mandate_{issue}"] = every(np.zeros(n_states), (rng.uniform(size=n_ios) < 0.3) * 0.7 + 0.3, 0.0)
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
            "vote_agreement": rng.beta(4, 2, len(pairs)),
            "stake_ab": np.minimum(rng.exponential(0.05, len(pairs)), 1.0),
            "stake_ba": np.minimum(rng.exponential(0.05, len(pairs)), 1.0),
        }
    )
