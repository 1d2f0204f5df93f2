"""Every declared parameter moves some output: paired runs at the ends of its range differ."""

from __future__ import annotations

import pytest

import comity
from comity.scenario.parameters import parameter_table

SEEDS = range(1, 9)
PLACELESS = ("attendance_reach",)
"""What does nothing in a drawn world, which has no places; tests/rules/test_attendance.py sees it move the history."""
DRAFTED = ("draft_position", "draft_bindingness", "draft_sovereignty")
"""What does nothing unless people draft a text; tests/rules/test_drafting.py sees it move a vote."""
ROWS = [row for row in parameter_table() if row["name"] not in (*PLACELESS, *DRAFTED)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_the_parameter_moves_some_output(row, load_lively, first_difference):
    low, high = (load_lively(**{row["name"]: row[end]}) for end in ("low", "high"))
    moved = (first_difference(comity.run(low, seed=seed), comity.run(high, seed=seed)) for seed in SEEDS)
    assert any(moved), f"{row['name']} from {row['low']} to {row['high']} changes no table"


@pytest.mark.parametrize("row", [row for row in ROWS if row["free"]], ids=lambda row: row["name"])
def test_a_free_parameter_moves_an_output_near_its_default(row, load_lively, first_difference):
    # Calibration works in the neighbourhood of the default, not at the ends.
    step = 0.25 * (abs(row["default"]) or 1.0)
    low, high = max(row["low"], row["default"] - step), min(row["high"], row["default"] + step)
    runs = [load_lively(**{row["name"]: value}) for value in (low, high)]
    moved = (first_difference(comity.run(runs[0], seed=s), comity.run(runs[1], seed=s)) for s in SEEDS)
    assert any(moved)


def test_what_is_not_simulated_moves_nothing(first_difference):
    # Negative control: the comparison does not find a difference where there is none.
    other = comity.load("teaching", settings={"title": "Another title", "description": "Another text."})
    assert first_difference(comity.run("teaching", seed=1), comity.run(other, seed=1)) == ""
