"""Every free parameter is seen by a fact or by a what-if, as the page on calibration says."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

import comity
from comity.facts import load_facts, observe
from comity.measures import MEASURES
from comity.scenario.locate import find_scenario, shipped_patches
from comity.scenario.parameters import parameter_table
from comity_lab.analysis.means import interval

FOLDER = find_scenario("hld_gfmd").parent / "calibration"
SEEN = re.findall(
    r"^\| `(\w+)` \| (?:fact ([\w.]+)|`(\w+)`: (\w+)) \|$",
    (FOLDER / "README.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
SEEDS = range(10)


def test_every_free_parameter_is_calibrated_or_seen_by_a_fact_or_a_what_if():
    screening = pd.read_csv(FOLDER / "screening.csv")
    moved = set(screening.loc[screening["effect"] >= 1, "name"])
    listed = [name for name, *_ in SEEN]
    assert len(listed) == len(set(listed))
    assert not moved & set(listed)
    assert moved | set(listed) == {row["name"] for row in parameter_table() if row["free"]}
    assert {patch for _, _, patch, _ in SEEN if patch} <= set(shipped_patches())


@cache
def values(patch: str, parameter: str, column: str) -> np.ndarray:
    """Return a measure (or, without such a name, a target) of ten runs, with a parameter at zero if one is named."""
    scenario = comity.load(
        "hld_gfmd", patches=[patch] if patch else [], settings={f"parameters.{parameter}": 0} if parameter else None
    )
    records = (comity.run(scenario, seed=seed, keep="meetings") for seed in SEEDS)
    measure = next((item for item in MEASURES if item.name == column), None)
    facts = load_facts()
    return np.array([measure.compute(r) if measure else observe(r, facts)[column] for r in records], dtype=float)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*has no effect here")  # a target may be measured where the model chooses
@pytest.mark.parametrize(("parameter", "target", "patch", "measure"), SEEN, ids=[name for name, *_ in SEEN])
def test_what_is_said_to_see_a_parameter_sees_it(parameter, target, patch, measure):
    if target:
        difference = values("", parameter, target) - values("", "", target)
    else:
        at_zero, as_it_is = (
            values(patch, name, measure) - values("", name, measure) for name in (parameter, "")
        )  # the effect of the what-if
        difference = at_zero - as_it_is
    found = interval(difference[None])
    assert abs(found["mean"][0]) > found["half_width"][0], f"{parameter}: {difference}"
