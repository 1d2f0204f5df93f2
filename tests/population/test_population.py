"""Prior trust by hand, populations drawn from distributions, and what a scenario changes in a population."""

from __future__ import annotations

import numpy as np
import pytest

import comity
from comity import InputError


@pytest.fixture(scope="module")
def prior():
    return comity.run("teaching", seed=1, keep="trust").trust_matrix("start")


@pytest.mark.parametrize(
    ("holder", "partner", "trust"),
    [
        ("CORAL", "SAVANNA", 0.40),  # no tie: the base; a vote agreement of 1/2 adds nothing
        ("NORTHLAND", "PALMERA", 0.518322),  # 0.40 + 0.20 x sqrt(0.35)
        ("HIGHVALE", "NORTHLAND", 0.463246),  # 0.40 + 0.20 x sqrt(0.10): the own stake counts
        ("NORTHLAND", "HIGHVALE", 0.40),
        ("NORTHLAND", "SERVICE", 0.55),  # 0.40 + 0.15 - 0.25 x 0.75 x 0
        ("NORTHLAND", "RIGHTS", 0.3625),  # 0.55 - 0.25 x 0.75 x 1
        ("RIGHTS", "NORTHLAND", 0.3625),  # and in reverse
        ("NORTHLAND", "BRIDGE", 0.24125),  # 0.40 - 0.05 + 0.20 x (0.80 - 0.5) - 0.25 x 0.75 x 0.9
        ("BRIDGE", "NORTHLAND", 0.24125),
        ("OILPORT", "OUTSIDE", 0.0575),  # 0.35 - 0.20 x 0.40 - 0.25 x 0.85
        ("SERVICE", "RIGHTS", 0.55),  # among organisations
        ("SERVICE", "BRIDGE", 0.40),
        ("BRIDGE", "OUTSIDE", 0.40),  # different stances: no kinship
    ],
)
def test_prior_trust_by_hand(prior, holder, partner, trust):
    assert prior.loc[holder, partner] == pytest.approx(trust, abs=1e-6)


def test_prior_trust_is_bounded_and_networks_of_one_stance_are_kin():
    settings = {
        "population.prior_trust": {"base": 0.0, "kinship": 1.0, "ties": 0.0},
        "population.actors.OUTSIDE.stance": "bridge",
    }
    trust = comity.run(comity.load("teaching", settings=settings), seed=1, keep="trust").trust_matrix("start")
    assert trust.loc["BRIDGE", "OUTSIDE"] == pytest.approx(0.95)
    assert trust.loc["OILPORT", "OUTSIDE"] == pytest.approx(0.05)


def synthetic(**settings: float) -> comity.Record:
    given = {f"population.synthetic.{name}": value for name, value in settings.items()}
    return comity.run(comity.load("synthetic", settings=given), seed=1, keep="all")


def test_a_drawn_population_has_the_size_and_camps_asked_for():
    actors = synthetic(states=40, organisations=7, networks=9, destination_share=0.25).actors_by_id
    assert actors["kind"].value_counts().to_dict() == {"state": 40, "cso": 9, "io": 7}
    assert (actors["role"] == "destination").sum() == 10
    assert actors["id"].is_unique


def test_a_drawn_population_follows_its_means():
    # Beta with mean 0.70 and a + b = 8: variance 0.7 x 0.3 / 9; 400 states: standard error sqrt(0.0233 / 400) = 0.0076.
    # Origin states alike: mean 0.45, variance 0.45 x 0.55 / 9, standard error 0.0083.
    asked = {"sovereignty_destination": 0.70, "sovereignty_origin": 0.45}
    actors = synthetic(states=800, destination_share=0.5, **asked).actors_by_id
    means = actors[actors["kind"] == "state"].groupby("role")["sovereignty"].mean()
    assert means["destination"] == pytest.approx(0.70, abs=4 * 0.0076)
    assert means["origin"] == pytest.approx(0.45, abs=4 * 0.0083)


def test_drawn_saliences_sum_to_one_and_all_shares_are_shares():
    actors = synthetic(states=60).actors_by_id
    salience = actors[[name for name in actors.columns if name.startswith("salience_")]].sum(axis=1)
    assert salience.to_numpy() == pytest.approx(np.ones(len(actors)), abs=1e-12)
    for name in ("sovereignty", "cooperation", "capacity", "income", "civil_society_climate", "immigrant_share"):
        assert actors[name].between(0, 1).all(), name


def test_the_population_has_a_seed_of_its_own():
    first, again, other = (synthetic(seed=seed, states=30).actors_by_id for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first["sovereignty"].equals(other["sovereignty"])
    two = [comity.run(comity.load("synthetic"), seed=seed).actors_by_id for seed in (1, 2)]
    assert two[0].equals(two[1]), "the luck of a run does not draw actors"


@pytest.mark.parametrize(("organisations", "networks"), [(0, 5), (5, 0), (0, 0)])
def test_a_world_without_organisations_or_networks_runs(organisations, networks):
    settings = {"organisations": organisations, "networks": networks, "states": 20}
    record = synthetic(**settings)
    assert len(record.actors_by_id) == 20 + organisations + networks
    assert record.tables()


def test_keep_roles_and_override():
    settings = {"population.keep_roles": ["origin"], "population.override": {"CORAL": {"capacity": 0.9}}}
    scenario = comity.load("teaching", settings=settings | {"meetings.FORUM1.hosts": ["PALMERA"]})
    actors = comity.run(scenario, seed=1).actors_by_id.set_index("id")
    assert set(actors[actors["kind"] == "state"]["role"]) == {"origin"}
    assert len(actors) == 8
    assert actors.loc["CORAL", "capacity"] == 0.9


def test_a_stake_in_nobody_is_an_error():
    with pytest.raises(InputError, match=r"stake names 'ATLANTIS', which is not an actor"):
        comity.run(comity.load("teaching", settings={"population.actors.CORAL.stake": {"ATLANTIS": 0.5}}), seed=1)
