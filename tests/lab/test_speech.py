"""Speech: each finding by hand, what was observed beside the sources' figures, and the observation model."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from scipy.special import expit
from scipy.stats import t

import comity
from comity.scenario.locate import scenario_folder
from comity_lab.speech import findings
from comity_lab.speech.command import print_comparison
from comity_lab.speech.comparing import Compared, differences_of, holm
from comity_lab.speech.course import Course, Framings, course_of, stakes_of
from comity_lab.speech.dose import contrast, dose_in, observed_dose
from comity_lab.speech.findings import FINDINGS, findings_of
from comity_lab.speech.observing import Coupling, ObservationModel, estimate, simulate
from comity_lab.speech.panel import FRAMES, YEARS, Panel, observed_panel
from comity_lab.speech.power import ALTERNATIVES, power_of

STATES = pd.read_csv(scenario_folder() / "data" / "states.csv", keep_default_na=False)
N_YEARS = len(YEARS)


def years(*chosen: int) -> list[int]:
    return [YEARS.index(year) for year in chosen]


def said(rows: int, **values: list[int]) -> np.ndarray:
    """Return silence but for the years given, as ``y2006=[1, 0]``."""
    table = np.zeros((rows, N_YEARS))
    for name, column in values.items():
        table[:, YEARS.index(int(name[1:]))] = column
    return table


# What was observed, computed here, beside the figures of the sources of the data.


def test_observed_findings_are_those_of_the_sources():
    panel = observed_panel(list(STATES["id"]))
    assert int((~np.isnan(panel.mention)).sum()) == 3701
    found = findings_of(panel, list(STATES["region"]))
    stated = {
        "spike": (0.12, 0.005),
        "recruits": (0.03 - 0.10, 0.02),
        "recruits_cooperation": (0.03 - 0.13, 0.005),
        "specialisation": (0.23 - 0.13, 0.005),
        "memory": (0.12, 0.01),
        "chair_year": (0.34, 0.005),
        "after_chair": (0.005, 0.01),
        "neighbours_rights": (0.31, 0.02),
        "neighbours_cooperation": (0.21, 0.02),
    }
    assert set(found) == set(stated)
    for name, (figure, off) in stated.items():
        assert found[name] == pytest.approx(figure, abs=off), name
    assert all(finding.holds(found[finding.name]) for finding in FINDINGS)
    share = np.nanmean(panel.mention, axis=0)
    assert [round(float(share[k]), 3) for k in years(2006, 2007)] == [0.283, 0.175]


# By hand.


def test_the_spike_is_2006_over_the_two_years_on_either_side():
    table = said(4, y2004=[1, 0, 0, 0], y2006=[1, 1, 1, 0], y2008=[1, 1, 0, 0])
    table[3, years(2006)] = np.nan  # no speech: three of three
    assert findings.spike(table) == pytest.approx(1.0 - (0.25 + 0 + 0 + 0.5) / 4)


def test_recruits_are_new_and_are_held_against_those_of_ordinary_years():
    table = said(4, y2006=[1, 0, 1, 0], y2009=[1, 0, 1, 0], y2000=[0, 0, 1, 0], y2001=[0, 0, 1, 0], y2005=[0, 0, 1, 0])
    # 2006: row 0 is new (row 2 spoke in 2005): one of seven later years; rows 1 and 3 stay silent: none.
    # Ordinary years: in 2000 row 2 is new, and speaks in 2001, 2005 and 2006 of 2001-2007: 3/7; row 0 speaks in 2006: 1/7,
    # rows 1 and 3 never: mean 1/21. In 2005 row 2 is new (silent 2002-2004): 2006 and 2009 of 2006-2012, 2/7; the silent:
    # row 0 in 2006 and 2009, 2/7, so 2/21. In 2001 it is not new.
    ordinary = ((3 / 7 - 1 / 21) + (2 / 7 - 2 / 21)) / 2
    assert findings.recruits(table) == pytest.approx(1 / 7 - ordinary)


def test_the_share_between_states_is_the_intraclass_correlation():
    table = np.full((3, N_YEARS), np.nan)
    table[:, years(2007, 2008)] = [[1, 1], [0, 1], [0, 0]]
    # Means 1, .5, 0 about .5: between 2 * (.25 + .25) / 2 = .5; within (.25 + .25) / 3 = 1/6; (.5 - 1/6) / 2 = 1/6.
    assert findings.between_share(table, (2007, 2013)) == pytest.approx(0.5)
    table[0, years(2008)] = np.nan
    # Now n = 1, 2, 2, mean .4: between (.36 + 2 * .01 + 2 * .16) / 2 = .35; within .5 / 2 = .25; size (5 - 9/5) / 2 = 1.6.
    assert findings.between_share(table, (2007, 2013)) == pytest.approx((0.1 / 1.6) / (0.1 / 1.6 + 0.25))


def test_memory_is_taken_within_states_and_years_and_corrected():
    table = np.full((2, N_YEARS), np.nan)
    table[:, years(2000, 2001, 2002)] = [[0, 1, 0], [1, 0, 0]]
    # Pairs (then, now): row 0 (0, 1), (1, 0); row 1 (1, 0), (0, 0). Less row and column means:
    # then -.5, .5 / .5, -.5; now (1 0 / 0 0) becomes .25, -.25 / -.25, .25. Slope 4 * (-.125) / 1 = -.5; T = 2.
    assert findings.memory(table) == pytest.approx(-0.5 + 0.5 / 2)


def test_chairs_are_held_against_their_own_past_and_states_that_never_chaired():
    table = said(3, y2007=[1, 1, 0], y2008=[0, 1, 0])
    # Row 0 chairs in 2007: rises by 1, the others by 1/2. After it, six years: 0 against (1/6 + 0) / 2.
    in_year, after = findings.chair_effects(table, [(0, 2007)])
    assert in_year == pytest.approx(0.5)
    assert after == pytest.approx(-1 / 12)
    assert math.isnan(findings.chair_effects(table, [(0, 2013)])[1])
    assert all(math.isnan(value) for value in findings.chair_effects(table, []))


def test_neighbours_are_the_others_of_the_region_in_the_year_before():
    regions = np.array(["a", "a", "b", "b"])
    table = np.full((4, N_YEARS), np.nan)
    table[:, years(2006, 2007, 2008)] = [[0, 1, 0], [1, 0, 1], [0, 0, 0], [0, 0, 0]]
    # Row 0 hears 1, then 0, and says 1, then 0; row 1 hears 0, then 1, and says 0, then 1; region b is silent: slope 1.
    assert findings.neighbours(table, regions, (2007, 2008)) == pytest.approx(1.0)
    assert math.isnan(findings.neighbours(np.zeros((4, N_YEARS)), regions, (2007, 2013)))


# The observation model.


def course(n: int = 400, **changes) -> Course:
    blank = np.zeros((n, N_YEARS))
    given = {
        "states": tuple(f"S{k}" for k in range(n)),
        "attachment": blank,
        "cooperation": blank,
        "views": {name: blank + 0.5 for name in FRAMES},
        "dialogue": np.array([year == 2006 for year in YEARS]),
        "chair": np.zeros((n, N_YEARS), dtype=bool),
        "framings": Framings(dialogue=0.5, forum=1.0),
    }
    return Course(**given | changes)


def model(n: int = 400, **changes) -> ObservationModel:
    given = {
        "intercept": -1.0,
        "stake": 0.0,
        "spread": 0.0,
        "dialogue": 2.0,
        "chair": 3.0,
        "frames": {name: (-1.0, 2.0, 0.0 if name == "cooperation" else 1.0) for name in FRAMES},
        "centres": dict.fromkeys(FRAMES, 0.5),
        "stakes": np.zeros(n),
    }
    return ObservationModel(**given | changes)


def simulated(run: Course, how: ObservationModel | None = None, **more) -> Panel:
    n = len(run.states)
    return simulate(how or model(n), run, np.zeros((n, N_YEARS)), np.random.default_rng(1), Coupling(), **more)


def test_the_chance_of_a_mention_is_that_of_the_equation():
    n = 4000
    attached = np.zeros((n, N_YEARS))
    attached[:, years(2010)] = 0.5
    panel = simulated(course(n, attachment=attached, cooperation=attached / 2))
    share = panel.mention.mean(axis=0)
    expected = {2000: expit(-1), 2006: expit(-1 + 2), 2010: expit(-1 + 2 * 0.5 + 4 * 0.25)}
    for year, chance in expected.items():
        assert share[YEARS.index(year)] == pytest.approx(chance, abs=4 * math.sqrt(0.25 / n))


def test_a_frame_follows_the_view_and_the_framing_of_what_was_held():
    n = 20_000
    views = {name: np.full((n, N_YEARS), 0.5) for name in FRAMES} | {"rights": np.full((n, N_YEARS), 1.0)}
    chair = np.zeros((n, N_YEARS), dtype=bool)
    chair[:, years(2007)] = True
    panel = simulated(course(n, views=views, chair=chair))

    def share(name: str, year: int) -> float:
        k = YEARS.index(year)
        return float(panel.frames[name][panel.mention[:, k] == 1, k].mean())

    assert share("rights", 2000) == pytest.approx(expit(-1 + 2 * 0.5), abs=0.03)
    assert share("development", 2006) == pytest.approx(expit(-1 + 0.5), abs=0.03)  # framing of the dialogue .5
    assert share("development", 2007) == pytest.approx(expit(-1 + 1.0), abs=0.03)  # of the forum 1
    assert share("cooperation_any", 2006) == pytest.approx(expit(-1 + 1.0), abs=0.03)
    assert share("cooperation", 2006) == pytest.approx(expit(-1), abs=0.03)
    assert (panel.frames["cooperation"] <= panel.frames["cooperation_any"]).all()
    assert all((frame <= panel.mention).all() for frame in panel.frames.values())


def test_where_no_speech_was_given_none_is_simulated_and_luck_is_shared():
    run = course(3)
    spoken = np.zeros((3, N_YEARS))
    spoken[1, 5] = np.nan
    one, two = (simulate(model(3), run, spoken, np.random.default_rng(7), Coupling()) for _ in range(2))
    assert np.isnan(one.mention[1, 5])
    assert all(np.isnan(frame[1, 5]) for frame in one.frames.values())
    assert np.array_equal(one.mention, two.mention, equal_nan=True)
    shifted = simulate(model(3), run, spoken, np.random.default_rng(7), Coupling(), np.full((3, N_YEARS), 0.7))
    assert (np.nan_to_num(shifted.mention) >= np.nan_to_num(one.mention)).all()  # more inclined: never fewer mentions


def test_what_was_planted_is_found_again():
    rng = np.random.default_rng(3)
    n = 3000
    stakes = rng.uniform(-0.5, 0.5, n)
    views = {name: np.repeat(rng.uniform(0, 1, (n, 1)), N_YEARS, axis=1) for name in FRAMES}
    run = course(n, views=views)
    planted = model(n, intercept=-1.2, stake=1.5, spread=0.8, stakes=stakes)
    panel = simulate(planted, run, np.zeros((n, N_YEARS)), rng, Coupling())
    found = estimate(dataclasses.replace(panel, states=("BEL", *run.states[1:])), run, stakes)
    assert (found.intercept, found.stake, found.spread) == pytest.approx((-1.2, 1.5, 0.8), abs=0.12)
    assert found.dialogue == pytest.approx(2.0, abs=0.2)
    centre = float(views["rights"][:, 0].mean())
    a, b, performed = found.frames["rights"]
    assert (a, b, performed) == pytest.approx((-1.0 + 2 * (centre - 0.5), 2.0, 1.0), abs=0.2)
    assert found.frames["development"][2] == pytest.approx(1.0, abs=0.4)  # per unit of a framing of one half


def test_coupling_grows_by_a_factor():
    assert Coupling().times(0.5) == Coupling(attachment=1.0, cooperation=2.0)


# The course of a run, and power.


def test_the_course_of_a_run_begins_at_its_start_and_knows_who_chairs_and_what_was_held():
    record = comity.run("teaching", seed=1, keep="all")
    run = course_of(record)
    assert run.states == tuple(record.population.actors.query("kind == 'state'")["id"])
    before = slice(0, YEARS.index(2006))
    assert not run.attachment[:, before].any()
    assert not run.cooperation[:, before].any()
    # The debate of 2006 comes after the meetings of that year that began by 20 September.
    held = [m for m in record.trace.meetings if (m.start.year, m.start.month, m.start.day) <= (2006, 9, 20)]
    closed = (held[-1].snapshot if held else record.trace.start).actors["cooperation"]
    rows = record.population.actors["kind"] == "state"
    assert run.views["cooperation"][:, YEARS.index(2006)] == pytest.approx(closed[rows.to_numpy()])
    dialogues = {f.id for f in record.scenario.forums if f.decides_arena}
    for k, year in enumerate(YEARS):
        spoken_of = [m for m in record.trace.meetings if m.forum in dialogues and m.start.year == year]
        assert run.dialogue[k] == any((m.start.month, m.start.day) <= (9, 20) for m in spoken_of)
    forum = {f.id for f in record.scenario.forums if f.state_led}
    chaired = {
        record.population.ids[h]: m.start.year for m in record.trace.meetings if m.forum in forum for h in m.hosts
    }
    assert {state: chaired[state] for state in run.chairs()} == {s: y for s, y in run.chairs().items()}
    still = run.still()
    assert not still.cooperation.any()
    assert (still.views["rights"] == run.views["rights"][:, :1]).all()


def test_stakes_are_mean_ranks_about_zero():
    actors = pd.DataFrame({"immigrant_share": [0.1, 0.2, 0.3, 0.4], "emigrant_share": [0.4, 0.1, 0.2, 0.3]})
    # Ranks .25, .5, .75, 1 and 1, .25, .5, .75: means .625, .375, .625, .875, less .625.
    assert stakes_of(actors) == pytest.approx([0.0, -0.25, 0.0, 0.25])


def test_a_world_in_which_nothing_lasts_has_the_power_of_chance_and_a_strong_one_more():
    run = course(120)
    table = power_of(model(120, spread=0.5), run, np.zeros((120, N_YEARS)), ["a", "b"] * 60, draws=40)
    assert set(table["world"]) == set(ALTERNATIVES)
    power = table.set_index(["world", "finding"])["power"]
    assert power["performance only", "recruits"] <= 0.1
    assert power["performers +2", "recruits"] > 0.8
    mean = table.set_index(["world", "finding"])["mean"]
    assert mean["everybody +1", "spike"] < mean["everybody +0.25", "spike"] < mean["performance only", "spike"]


# Dose.


def test_the_contrast_is_the_rank_correlation_of_dose_and_change():
    table = said(4, y2003=[1, 0, 0, 0], y2008=[0, 1, 0, 1], y2009=[0, 1, 0, 0])
    panel = Panel(states=("A", "B", "C", "D"), mention=table, frames={})
    # Changes: A 0 - 1/5, B 2/7, C 0, D 1/7: ranks 1, 4, 2, 3. Doses 0, 9, 5, 1: ranks 1, 4, 3, 2. d = 0, 0, 1, 1.
    assert contrast(panel, {"A": 0.0, "B": 9.0, "C": 5.0, "D": 1.0, "ELSEWHERE": 3.0}) == pytest.approx(1 - 6 * 2 / 60)
    assert math.isnan(contrast(panel, {"A": 1.0, "B": 1.0, "C": 1.0}))
    assert math.isnan(contrast(panel, {"A": 1.0, "B": 2.0}))


def test_the_observed_dose_is_that_of_the_21_whole_pages():
    dose = observed_dose()
    assert len(dose) == 21
    assert dose["ECU"] == 10 + 1 + 0
    assert "MEX" not in dose  # its page is cut


def test_the_dose_in_a_run_is_what_its_meetings_say():
    record = comity.run("teaching", seed=1)
    forum = {item.id for item in record.scenario.forums if item.state_led}
    meetings = record.meetings[record.meetings["forum"].isin(forum)]
    found = dose_in(record, dict.fromkeys(record.population.ids, 0.0))
    hosted = sum(len(m.hosts) for m in record.trace.meetings if m.forum in forum)
    assert sum(found.values()) == meetings["donors"].sum() + hosted
    assert dose_in(record, {"ELSEWHERE": 1.0}) == {}


# Theories compared.


def compared() -> Compared:
    names = [finding.name for finding in FINDINGS]
    rows = []
    for replicate in range(8):
        by_theory = {"socialisation": 0.10, "institutionalist": -0.10, "rationalist": 0.10 + 0.01 * (1 + replicate % 2)}
        for theory, value in by_theory.items():
            rows.append({"theory": theory, "replicate": replicate} | dict.fromkeys(names, value) | {"dose": 0.5})
    return Compared(observed=dict.fromkeys(names, 0.12) | {"dose": 0.2}, runs=pd.DataFrame(rows), model=model())


def test_the_comparison_fits_its_width_and_names_the_registration(capsys):
    print_comparison(Console(width=120, highlight=False), compared(), "a trial")
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 120
    assert "…" not in text
    for words in (
        "spike",
        "neighbours_cooperation*",
        "-0.10 [-0.10, -0.10]",
        "not reproduced",
        "institutionalist ",
        "dose (exploratory)",
        "lower",
        "preregistration.md",
        "stake 0.00",
    ):
        assert words in text


def test_theories_are_judged_by_the_rule_of_the_scorecard():
    table = compared().table().set_index(["finding", "theory"])
    row = table.loc[("spike", "socialisation")]
    assert (row["median"], row["share"], row["verdict"]) == (0.10, 1.0, "reproduced")
    assert table.loc[("recruits", "socialisation"), "verdict"] == "not reproduced"  # .10 is above .01


def test_differences_are_paired_and_directed():
    found = differences_of(compared().runs).set_index(["measure", "rival"])
    spike = found.loc[("spike", "rationalist")]
    # -.01 and -.02 by turns: mean -.015, standard deviation .005 * sqrt(8 / 7), standard error .005 / sqrt(7).
    assert spike["mean"] == pytest.approx(-0.015)
    assert spike["high"] - spike["mean"] == pytest.approx(1.96 * 0.005 / math.sqrt(7))
    assert spike["p"] == pytest.approx(t.cdf(-0.015 / (0.005 / math.sqrt(7)), 7))  # lower was expected
    assert found.loc[("memory", "rationalist"), "p"] == pytest.approx(1 - spike["p"])  # higher was
    assert math.isnan(found.loc[("after_chair", "rationalist"), "p"])
    # The institutionalist is .2 below in every pair: certain where higher was expected, impossible where lower was.
    assert found.loc[("memory", "institutionalist"), "p"] == 0.0
    assert found.loc[("spike", "institutionalist"), "p"] == 1.0
    assert found.loc[("dose", "rationalist"), "mean"] == 0


def test_holms_correction():
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_the_command_refuses_states_that_did_not_speak(comity_command):
    status, _, error = comity_command("speech", "teaching", "--replicates", "1", "--quiet")
    assert status == 2
    assert "every state must have speeches" in error
    status, _, error = comity_command("speech", "--coupling", "-1")
    assert status == 2
    assert "--coupling must be from 0 to 10, got -1" in error
