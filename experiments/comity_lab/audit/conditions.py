"""Conditions: changes under which the claims are tested again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from comity.scenario.schema import Scenario
from comity_lab.audit.initial import noisy, states_under, write_states

__all__ = ["CONDITIONS", "Condition", "Variation", "conditions_for"]

_OTHER_SEED = 1_000_003
_NOISE = 0.2
_RUNNERS = "comity_lab.audit.runners"
_FLAT = {"population.prior_trust": {"blocs": 0.0, "votes": 0.0, "ties": 0.0, "climate": 0.0}}


@dataclass(frozen=True, kw_only=True)
class Variation:
    """What a condition changes in a design: settings, the runner, and the seed."""

    settings: dict[str, Any] = field(default_factory=dict)
    runner: str = ""
    seed_shift: int = 0


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One change.

    Attributes
    ----------
    name, text
        Its name, and what it changes.
    kind
        ``baseline``; ``should not matter``: a claim that depends on it is an artefact; ``uncertain``: an assumption
        for which another one is as good.
    vary
        Function of the scenario and a folder for tables to the variation.
    needs_tables
        Whether it takes actors from tables.
    quick
        Whether it is in the short form.
    """

    name: str
    text: str
    kind: Literal["baseline", "should not matter", "uncertain"]
    vary: Callable[[Scenario, Path], Variation]
    needs_tables: bool = False
    quick: bool = False


def _ties(scenario: Scenario, folder: Path) -> Variation:
    """Reverse the order of issues, which breaks ties in agendas and rooms."""
    issues = [issue.model_dump(mode="json") for issue in reversed(scenario.issues)]
    return Variation(settings={"issues": issues})


def _rounds(scenario: Scenario, folder: Path) -> Variation:
    forums = [forum.model_dump(mode="json") for forum in scenario.forums]
    for forum in forums:
        for entry in forum["format"]:
            entry["rounds"] = min(2 * entry["rounds"], 10)
    return Variation(settings={"forums": forums})


def _formula(name: str) -> Callable[[Scenario, Path], Variation]:
    def vary(scenario: Scenario, folder: Path) -> Variation:
        return _with_states(scenario, folder, lambda: states_under(name))

    return vary


def _noise(seed: int) -> Callable[[Scenario, Path], Variation]:
    def vary(scenario: Scenario, folder: Path) -> Variation:
        return _with_states(scenario, folder, lambda: noisy(states_under("as_built"), _NOISE, seed))

    return vary


def _with_states(scenario: Scenario, folder: Path, make: Callable[[], Any]) -> Variation:
    file = folder / "states.csv"
    write_states(file, scenario.population.states, make())  # an old file may be of another version
    return Variation(settings={"population.states": str(file.absolute())})


def _same(scenario: Scenario, folder: Path) -> Variation:
    return Variation()


CONDITIONS: tuple[Condition, ...] = (
    Condition(name="as_is", text="as it is", kind="baseline", vary=_same, quick=True),
    Condition(
        name="other_seeds",
        text="other seeds",
        kind="should not matter",
        vary=lambda scenario, folder: Variation(seed_shift=_OTHER_SEED),
        quick=True,
    ),
    Condition(
        name="other_luck",
        text="every actor draws at another address",
        kind="should not matter",
        vary=lambda scenario, folder: Variation(runner=f"{_RUNNERS}:other_luck"),
        quick=True,
    ),
    Condition(
        name="ties", text="issues in reverse order, which breaks ties the other way", kind="should not matter",
        vary=_ties, quick=True,
    ),
    Condition(name="rounds", text="twice as many rounds in a sitting", kind="should not matter", vary=_rounds),
    Condition(
        name="single",
        text="trust rounded to single precision after every meeting",
        kind="should not matter",
        vary=lambda scenario, folder: Variation(runner=f"{_RUNNERS}:single_precision"),
        quick=True,
    ),
    Condition(
        name="votes_only", text="sovereignty and rights from votes only", kind="uncertain", vary=_formula("votes_only"),
        needs_tables=True,
    ),
    Condition(
        name="vdem_only", text="sovereignty and rights from V-Dem only", kind="uncertain", vary=_formula("vdem_only"),
        needs_tables=True,
    ),
    Condition(
        name="unweighted", text="ingredients unweighted", kind="uncertain", vary=_formula("unweighted"),
        needs_tables=True,
    ),
    *(
        Condition(
            name=f"noise_{seed}", text=f"sovereignty, cooperation, positions with ±20 % noise, draw {seed}",
            kind="uncertain", vary=_noise(seed), needs_tables=True, quick=seed == 1,
        )
        for seed in (1, 2, 3)
    ),
    Condition(
        name="flat_trust",
        text="trust before 2006 the same in all states: no blocs, votes, ties, climate",
        kind="uncertain",
        vary=lambda scenario, folder: Variation(settings=dict(_FLAT)),
    ),
)  # fmt: skip
"""All conditions; the first is the baseline."""


def conditions_for(scenario: Scenario, *, quick: bool = False) -> list[Condition]:
    """Return the conditions that can be tried on a scenario."""
    has_tables = scenario.population.source == "tables"
    return [item for item in CONDITIONS if (item.quick or not quick) and (has_tables or not item.needs_tables)]
