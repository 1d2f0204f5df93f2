"""Posteriors: reading draws, and what fixes a parameter against them."""

from __future__ import annotations

import pytest

import comity
from comity.cli import main
from comity.commands.choice import Choice
from comity.errors import InputError
from comity.measures import measure
from comity.posterior import read_posterior, without


@pytest.fixture
def draws(tmp_path):
    file = tmp_path / "posterior.csv"
    file.write_text("# made by hand\npersuasion_rate,trust_learning\n0.0,1.5\n0.2,0.5\n", encoding="utf-8")
    return file


def test_draws_are_read_in_order(draws):
    assert read_posterior(draws) == (
        {"persuasion_rate": 0.0, "trust_learning": 1.5},
        {"persuasion_rate": 0.2, "trust_learning": 0.5},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("persuation_rate\n0.1\n", "every column must be a parameter, got 'persuation_rate'.*persuasion_rate"),
        ("persuasion_rate\n", "must have at least one draw"),
        ("persuasion_rate\n7\n", "draw 1: 'persuasion_rate' must be from 0 to 1, got '7'\\. Correct it"),
        ("persuasion_rate\n0.1\nmuch\n", "draw 2: 'persuasion_rate' must be from 0 to 1, got 'much'"),
        ("persuasion_rate,trust_learning\n0.1,\n", "draw 1: 'trust_learning' must be from 0 to 5"),
        ("", "must be a table with one column per parameter"),
    ],
)
def test_a_posterior_that_cannot_be_used_is_refused(tmp_path, text, expected):
    file = tmp_path / "p.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        read_posterior(file)
    with pytest.raises(InputError, match="cannot be read"):
        read_posterior(tmp_path / "none.csv")


def test_what_is_set_prevails_over_draws(draws):
    choice = Choice(scenario="teaching", settings=("parameters.persuasion_rate=0.3",), posterior=str(draws))
    assert choice.draws() == ({"trust_learning": 1.5}, {"trust_learning": 0.5})
    choice = Choice(scenario="teaching", patches=("no_trust_learning",), posterior=str(draws))
    assert all("trust_learning" not in draw for draw in choice.draws())
    assert without(read_posterior(draws), {"persuasion_rate"}) == ({"trust_learning": 1.5}, {"trust_learning": 0.5})


def test_run_prints_bands_over_the_draws(draws, capsys):
    assert main(["run", "teaching", "--posterior", str(draws)]) == 0
    printed = capsys.readouterr().out
    assert "Bands over 2 draws of parameters" in printed
    values = [
        measure(comity.run(comity.load("teaching", settings={f"parameters.{k}": v for k, v in draw.items()}), seed=n))
        for n, draw in enumerate(read_posterior(draws))
    ]
    row = next(line for line in printed.splitlines() if line.startswith("trust roles"))
    low, high = sorted(value["trust_roles"] for value in values)
    assert f"{(low + high) / 2:.3g} [" in row
