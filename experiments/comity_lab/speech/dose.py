"""Dose: whether states that did more in the forum speak more of migration afterwards. Exploratory, 21 states."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from comity.record import Record
from comity.scenario.locate import scenario_folder
from comity_lab.speech.panel import YEARS, Panel

__all__ = ["contrast", "dose_in", "observed_dose"]

_BEFORE, _AFTER = (2001, 2005), (2007, 2013)


def observed_dose() -> dict[str, float]:
    """Return what each of the 21 states did whose pages reach past 2012: its roles at round tables, years in which it
    paid, and whether it was host, added up."""
    table = pd.read_csv(scenario_folder() / "data" / "raw" / "dose_states.csv", keep_default_na=False)
    whole = table[table["page_reaches_past_2012"] == "yes"]
    dose = whole["rt_roles"] + whole["donor_years_n"] + whole["host"]
    return dict(zip(whole["iso3"], dose.astype(float), strict=True))


def dose_in(record: Record, states: Mapping[str, float]) -> dict[str, float]:
    """Return what the same states did in a run to 2012: meetings of the state-led forum that they paid for or hosted.

    A record has no roles of single states at round tables.
    """
    led = {forum.id for forum in record.scenario.forums if forum.state_led}
    held = [m for m in record.trace.meetings if m.forum in led and m.start.year < _AFTER[1]]
    rows = {state: record.population.rows[state] for state in states if state in record.population.rows}
    return {s: float(sum(bool(m.donors[row]) + (row in m.hosts) for m in held)) for s, row in rows.items()}


def contrast(panel: Panel, dose: Mapping[str, float]) -> float:
    """Return the rank correlation of dose with the change of a state's mentions, 2007-2013 minus 2001-2005.

    nan where either does not vary, or fewer than three states are known.
    """
    rows = [panel.states.index(state) for state in dose if state in panel.states]
    given = np.array([dose[panel.states[row]] for row in rows], dtype=float)

    def mean(period: tuple[int, int]) -> np.ndarray:
        part = panel.mention[rows, YEARS.index(period[0]) : YEARS.index(period[1]) + 1]
        return np.asarray(pd.DataFrame(part).mean(axis=1), dtype=float)

    change = mean(_AFTER) - mean(_BEFORE)
    known = ~np.isnan(change)
    if known.sum() < 3 or np.ptp(given[known]) == 0 or np.ptp(change[known]) == 0:
        return float("nan")
    return float(spearmanr(given[known], change[known]).statistic)
