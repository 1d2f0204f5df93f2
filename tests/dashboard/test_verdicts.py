"""The first sentence of a page: what a scorecard, many pairs or a sweep say, by hand."""

from __future__ import annotations

import time

import numpy as np
import pytest

import comity_lab
from comity.errors import InputError
from comity.measures import MEASURES
from comity_dashboard import sweeps
from comity_dashboard.access import SWEEPS
from comity_dashboard.ensembles import PairedRuns, verdict
from comity_dashboard.figures.matters import matters
from comity_dashboard.figures.scores import Scores
from comity_dashboard.serving import environment
from comity_lab.reading import read_sweep

NAMES = [item.name for item in MEASURES]


def pairs(second):
    """Thirty pairs in which all measures are luck, and the second setup is as told."""
    luck = np.random.default_rng(1).normal(0.5, 0.1, (30, len(NAMES)))
    return PairedRuns(seeds=tuple(range(30)), values=np.stack([luck, second(luck.copy())]))


def test_the_verdict_names_the_largest_difference_beyond_luck_with_its_direction():
    def lower(values):
        values[:, NAMES.index("trust_roles")] -= np.linspace(0.19, 0.21, 30)
        values[:, NAMES.index("cooperation")] += np.linspace(0.09, 0.11, 30)
        return values

    said = verdict(pairs(lower))
    assert said[0].startswith("In the second run, “trust between origin and destination states at the end” is lower: ")
    assert said[0].endswith("in 30 of 30 pairs.")
    assert said[1].startswith(f"Of {len(NAMES)} measures, 2 differ beyond luck; ")
    assert "−0.20" in said[1]


def test_luck_is_not_called_a_difference_though_one_of_many_measures_seems_to_differ():
    rng = np.random.default_rng(8)
    noise = pairs(lambda values: values + rng.normal(0.0, 0.05, values.shape))
    change = (noise.values[1] - noise.values[0]).T
    alone = [abs(one.mean()) > 2.045 * one.std(ddof=1) / np.sqrt(30) for one in change]
    assert any(alone)  # by its own interval
    assert verdict(noise)[0] == "No difference beyond luck in 30 pairs of runs."


def test_the_same_runs_and_a_single_pair_have_no_verdict():
    assert verdict(pairs(lambda values: values)) == ["Both runs are the same in all 30 pairs."]
    one = pairs(lambda values: values + 0.1)
    assert "cannot tell" in verdict(PairedRuns(seeds=(0,), values=one.values[:, :1]))[0]


def card(mine, theirs):
    """A scorecard of two targets with these shares under the theory and a rival."""
    rows, totals = [], []
    for name, shares in (("mine", mine), ("theirs", theirs)):
        for key, share in zip(("F1.a", "F2"), shares, strict=True):
            row = {"source": name, "kind": "theory", "key": key, "fact": key[:2], "part": "", "unit": "count"}
            row |= {"sentence": f"Fact {key[:2]}.", "observed": 3.0, "tolerance": 1.0, "median": 2.0, "low": 1.0}
            row |= {"accepted_low": None, "accepted_high": None, "high": 4.0, "use": "calibrate", "share": share}
            rows.append(row | {"verdict": "reproduced" if share > 0.5 else "not reproduced"})
        n, ours = (sum(share > 0.5 for share in shares) for shares in (shares, mine))
        totals.append({"source": name, "facts": 2, "reproduced": n, "model_same_facts": ours, "use": "calibrate"})
    return Scores({"title": "t", "rule": "r", "sentences": [], "totals": totals, "targets": rows})


def test_a_rival_that_does_better_is_said_first():
    better = card((0.9, 0.1), (0.8, 1.0)).headline()
    assert better[0].startswith("The rival theory “theirs” does better: of the 2 facts that its runs decide, it")
    assert better[1].startswith("The theory “mine” reproduces 1 of the 2 facts that are used for calibration")
    worse = card((0.9, 0.9), (0.8, 0.1)).headline()
    assert worse[0].startswith("The theory “mine” reproduces 2")
    assert worse[1] == "The rival theory “theirs” does worse: 1 of 2, where “mine” has 2."
    assert "level" in card((0.9, 0.1), (0.8, 0.1)).headline()[1]
    assert worse[-1].endswith("this is a fit, not a test.")


def test_the_most_telling_target_is_that_with_the_largest_difference_and_both_sides_are_said():
    first, second = card((0.9, 0.3), (0.0, 0.6)).telling()
    assert first.startswith("Most telling: “mine” reproduces what “theirs” does not. Fact F1; observed 3 ± 1 (number).")
    assert first.endswith("90 % under “mine”, 0 % under “theirs”.")
    assert second.startswith("The other way round: “theirs” reproduces what “mine” does not. Fact F2;")
    (alone,) = card((0.2, 0.3), (0.2, 0.3)).telling()
    assert alone.startswith("Most telling: “mine” does not reproduce this. Fact F1; ")
    assert card((0.9, 0.9), (0.9, 0.9)).telling() == []


def swept(tmp_path, factors, **more):
    design = comity_lab.Design.of("teaching", factors, replicates=4, seed=1, **more)
    comity_lab.sweep(design, tmp_path / "s", workers=1)
    return read_sweep(tmp_path / "s")


def test_of_two_factors_the_one_with_the_larger_share_of_the_differences_matters(tmp_path):
    sweep = swept(tmp_path, {"parameters.persuasion_rate": [0.0, 0.3], "parameters.trust_learning": [0.0, 2.0]})
    found = matters(sweep, "trust_roles")
    assert found.factor == "parameters.trust_learning"
    means = sweep.runs.groupby(sweep.factors)["trust_roles"].mean()
    by = means.groupby("parameters.trust_learning").mean()
    share = ((by - means.mean()) ** 2).mean() / ((means - means.mean()) ** 2).mean()
    assert found.said[0].endswith(f": {100 * share:.0f} % of the differences between points.")
    assert found.said[1].startswith("Its largest effect is 0 → 2: +")
    assert found.figure.option["series"][0]["data"][-1] == pytest.approx(share, abs=1e-3)


def test_of_one_factor_the_value_that_changes_most_is_named(tmp_path):
    sweep = swept(tmp_path, {"patch": ["none", "no_trust_learning"]})
    found = matters(sweep, "trust_roles")
    assert found.said[0].startswith("“no trust learning” changes “trust between origin and destination states")
    means = sweep.runs.groupby("patch")["trust_roles"].mean()
    change = means["no_trust_learning"] - means["none"]
    assert found.figure.option["series"][0]["data"] == pytest.approx([change], abs=1e-3)


def test_sweeps_start_only_where_they_may_and_only_shipped_ones(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (environment()[SWEEPS], environment(sweeps=True)[SWEEPS]) == ("", "on")
    monkeypatch.delenv(SWEEPS, raising=False)
    with pytest.raises(InputError, match="does not let visitors start sweeps"):
        sweeps.start("free_parameters")
    monkeypatch.setenv(SWEEPS, "on")
    for name in ("../evil", str(tmp_path / "mine.toml"), "unknown"):
        with pytest.raises(InputError, match="must be a shipped design"):
            sweeps.start(name)
    assert sweeps.offers()[0].name == "free_parameters"
    assert sweeps.offers()[0].runs == 500


def test_a_sweep_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(SWEEPS, "on")
    folder = sweeps.start("free_parameters")
    assert folder == str(sweeps.Path("sweeps") / "free_parameters")
    with pytest.raises(InputError, match="one can run at a time, and"):
        sweeps.start("what_if")
    until(lambda: sweeps.runs_in(folder)[0] > 0 or sweeps.going() is None)
    sweeps.stop()
    until(lambda: sweeps.going() is None)
    kept, total = sweeps.runs_in(folder)
    assert 0 < kept == len(read_sweep(folder).runs)
    assert sweeps.ended() is None
    assert sweeps.start("free_parameters") == folder
    until(lambda: sweeps.going() is None)
    assert sweeps.runs_in(folder) == (total, total) == (500, 500)
    (recent,) = sweeps.recent()
    assert (recent.folder, recent.done) == (folder, 500)
    monkeypatch.delenv(SWEEPS)
    assert sweeps.recent() == []


def until(is_so):
    end = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
