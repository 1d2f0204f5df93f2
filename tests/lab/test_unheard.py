"""A wish that no run would hear is refused, and so is what is asked for twice."""

from __future__ import annotations

import re
import warnings

import pytest

from comity import InputError
from comity.errors import Notice
from comity_lab import Design, read_sweep, sweep
from comity_lab.design import design_from, load_design
from comity_lab.factor import identity
from comity_lab.plan import plan_of
from comity_lab.recipe import recipe_from
from comity_lab.scoring.roll_call import read_roll_call
from comity_lab.work import one_run

RATE = "parameters.persuasion_rate"
KNOWN = "comity_lab.known:ishigami"


def rate(**options):
    return {"name": RATE, **(options or {"values": [0.1, 0.2]})}


@pytest.mark.parametrize(("first", "second"), [(0.2, 0.2), (0.1, 1e-1), (0, 0.0), (0, -0.0)])
def test_the_same_point_twice_is_refused_with_both_numbers(first, second):
    points = [{RATE: first}, {RATE: 0.15}, {RATE: second}]
    with pytest.raises(InputError, match="points must differ, got the same at point 0 and point 2"):
        design_from({"scenario": "teaching", "sampler": "list", "points": points})


def test_points_are_compared_whatever_the_order_of_their_keys():
    points = [{"patch": "none", RATE: 0.1}, {RATE: 0.1, "patch": "none"}]
    with pytest.raises(InputError, match="got the same at point 0 and point 1"):
        design_from({"scenario": "teaching", "sampler": "list", "points": points})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 1.0], "values must differ, got 1.0 twice"),
        ([0.2, "0.2"], "got 0.2 and '0.2', which no table can tell apart"),
        ([True, "true"], "got True and 'true', which no table can tell apart"),
        ([[1], [1.0]], "values must differ"),
        ([{"a": 1, "b": 2}, {"b": 2.0, "a": 1}], "values must differ"),
        ([float("nan")], "values must be finite, got nan"),
        ([1, float("inf")], "values must be finite, got inf"),
        ([[float("nan")]], "values must be finite"),
    ],
)
def test_values_that_mean_the_same_or_nothing_are_refused(values, message):
    with pytest.raises(InputError, match=message):
        design_from({"function": KNOWN, "factors": [{"name": "x", "values": values}]})


def test_numbers_beyond_the_reach_of_floats_stay_apart():
    assert identity(2**53) != identity(2**53 + 1)
    assert identity(True) != identity(1)
    assert identity([1, {"a": 2}]) == identity((1.0, {"a": 2.0}))


UNHEARD = [
    ({"n": 8}, "n would have no effect: the sampler is grid"),
    ({"second_order": True}, "second_order would have no effect"),
    ({"trajectories": 4}, "trajectories would have no effect"),
    ({"levels": 6}, "levels would have no effect"),
    ({"sampler": "latin_hypercube", "n": 4, "factors": [rate(low=0.0, high=0.1, steps=3)]}, "steps of the factor"),
    ({"settings": {RATE: 0.1}, "factors": [rate()]}, "must be given once, got a setting and a factor"),
    ({"settings": {"theory": "rationalist"}, "factors": [{"name": "preset", "values": ["socialisation"]}]}, "theory"),
    (
        {
            "factors": [
                {"name": "population.prior_trust.blocs", "values": [0.0, 0.1]},
                {"name": "population.prior_trust", "values": [{"blocs": 0.0}, {"blocs": 0.1}]},
            ]
        },
        "must be given once, got two factors",
    ),
    ({"factors": [{"name": "scenario", "values": ["teaching", "synthetic"]}], "until": 2007}, "until would have no effect"),
    ({"factors": [{"name": "scenario", "values": ["teaching", "synthetic"]}], "settings": {RATE: 0.1}}, "settings would"),
    ({"factors": [{"name": "scenario", "values": ["teaching", "teaching.toml"]}]}, "make the same scenario"),
    ({"factors": [{"name": "population.remove", "values": [["CORAL"]]}, rate(), rate(values=[0.3])]}, "got .* twice"),
    ({"factors": [{"name": "preset", "values": ["rationalist"]}, {"name": "theory", "values": ["rationalist"]}]}, "are one"),
    ({"factors": [rate(values=[0.1], steps=3)]}, "steps goes with low and high"),
    ({"factors": [rate(values=[0.1], integer=True)]}, "integer goes with low and high"),
    ({"until": 99_999}, "until must be a year"),
    ({"replicates": True}, "replicates must be a number, got true"),
    ({"seed": False}, "seed must be a number, got false"),
    ({"factors": [rate(low=False, high=True)]}, "must be a number, got"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message"), UNHEARD)
def test_what_no_run_of_a_scenario_would_hear_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        plan_of(design_from({"scenario": "teaching", **options}))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": ["meetings"]}, "keep would have no effect: a function has no scenario"),
        ({"patches": ["no_pga"]}, "patches would have no effect"),
        ({"settings": {"a": 1}}, "settings would have no effect"),
        ({"until": 2007}, "until would have no effect"),
        ({"factors": [{"name": "seed", "values": [1]}]}, "must have a name that is no column"),
        ({"factors": [{"name": " ", "values": [1]}]}, "must have a name that is no column"),
        ({"factors": [{"name": "x", "low": 0, "high": 3, "integer": True, "steps": 10}]}, "steps must be at most 4"),
        ({"function": "comity_lab.known:__doc__"}, "which cannot be called"),
        ({"sampler": "list", "points": [{}, {}]}, "must name at least one factor"),
    ],
)
def test_what_no_function_would_hear_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        plan_of(design_from({"function": KNOWN, **options}))


@pytest.mark.parametrize(
    "options",
    [
        {"replicates": 10**9},
        {"replicates": 10**400},
        {"factors": [{"name": f"x{i}", "low": 0, "high": 1, "steps": 10_000} for i in range(3)]},
        {"factors": [{"name": f"x{i}", "low": 0, "high": 1, "steps": 10**9} for i in range(50)]},
        {"sampler": "morris", "trajectories": 10**12, "factors": [{"name": "x", "low": 0, "high": 1}]},
        {"factors": [{"name": "x", "low": 0, "high": 1, "steps": 40_000_000}]},
    ],
)
def test_sizes_that_nobody_could_hold_are_refused_with_an_estimate(options):
    with pytest.raises(
        InputError, match=r"must have at most \d+ (runs|points), got .*which needs (about .* GB and|more)"
    ):
        plan_of(design_from({"function": KNOWN, **options}))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        'scenario = "teaching"\n[settings]\nx = ' + "{a = " * 3000 + "1" + "}" * 3000,
        'scenario = "teaching"\n[settings]\n' + ".".join("a" * 5000) + " = 1",
        'scenario = "teaching"\n[[factors]]\nname = "a.b"\nvalues = [{' + ".".join("a" * 3000) + " = 1}]",
    ],
    ids=["arrays", "tables", "path", "value"],
)
def test_a_design_of_any_depth_is_one_clear_line(write_design, text):
    with pytest.raises(InputError, match=r"levels deep|is not a known key") as told:
        plan_of(load_design(write_design(text)))
    assert "\n" not in str(told.value)


def test_a_sweep_of_an_older_version_can_still_be_read():
    given = {"scenario": "teaching", "sampler": "list", "points": [{RATE: 0.1}, {RATE: 0.1}], "levels": 6}
    stored = {**Design.model_validate(given).model_dump(mode="json")}
    recipe = recipe_from({"design": stored, "scenario": None, "patches": {}})
    assert recipe.design.factors[0].values == (0.1,)


# --- commands ---

GRID = 'scenario = "teaching"\nreplicates = 2\n[[factors]]\nname = "parameters.persuasion_rate"\nvalues = [0.1, 0.2]\n'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--retry-failed"], "--retry-failed must be used with an existing sweep"),
        (["--shard", "5/9"], "5/9 has no runs, because the sweep has 4"),
        (["--shard", "3/2"], "--shard must be k/n with k from 1 to n"),
        (["--shard", "0/2"], "--shard must be k/n with k from 1 to n"),
        (["--workers", "2", "--cluster", "tcp://host:1"], "exclude each other"),
    ],
)
def test_an_option_of_a_sweep_that_cannot_act_is_refused(comity_command, write_design, tmp_path, words, message):
    status, _, errors = comity_command("sweep", write_design(GRID), "--out", tmp_path / "out", *words)
    assert (status, message in errors) == (2, True), errors
    assert not (tmp_path / "out").exists()


def test_a_dry_run_tells_what_is_missing_and_not_what_is_there(comity_command, write_design, tmp_path):
    words = ("sweep", write_design(GRID), "--out", tmp_path / "out", "--workers", 1, "-q")
    assert comity_command(*words, "--shard", "1/2")[0] == 0
    assert "runs        2\n" in comity_command(*words, "--dry-run")[1]
    assert comity_command(*words)[0] == 0
    assert "all runs are done; nothing would be run" in comity_command(*words, "--dry-run")[1]


@pytest.mark.parametrize("option", [["--replicates", "200"], ["--seed", "0"], ["--workers", "1"], ["--vote", "A"]])
def test_an_option_that_a_swept_scenario_cannot_hear_is_refused(comity_command, write_design, tmp_path, option):
    sweep(load_design(write_design(GRID)), tmp_path / "out", workers=1)
    status, _, errors = comity_command("score", tmp_path / "out", *option)
    assert (status, f"got {option[0]} too" in errors) == (2, True), errors


def test_other_options_that_would_be_passed_over_are_refused(comity_command, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.toml").write_text(f"[parameters]\npersuasion_rate = 0.{ord(name)}\n", encoding="utf-8")
    for words, message in (
        (["whatif", tmp_path / "a" / "x.toml", tmp_path / "b" / "x.toml"], "got two called 'x'"),
        (["calibrate", "teaching", "--points", "100000000"], "--points must be at most 100000"),
        (["calibrate", "teaching", "--waves", "1000"], "--waves must be at most 100"),
    ):
        status, _, errors = comity_command(*words)
        assert (status, message in errors) == (2, True), errors


def test_a_folder_that_is_named_twice_is_refused(write_design, tmp_path):
    sweep(load_design(write_design(GRID)), tmp_path / "out", workers=1)
    with pytest.raises(InputError, match="every folder must be named once"):
        read_sweep(tmp_path / "out", tmp_path / "." / "out")


def test_a_what_if_that_changes_nothing_is_said(comity_command, tmp_path):
    (tmp_path / "same.toml").write_text('title = "The same"\n', encoding="utf-8")
    words = ("whatif", tmp_path / "same.toml", "--scenario", "teaching", "--replicates", 2, "--workers", 1, "-q")
    status, shown, _ = comity_command(*words)
    assert status == 0
    assert "same: nothing differs from the reference, so there can be no effect" in " ".join(shown.split())


def test_a_setting_in_a_table_that_a_factor_sets_is_refused():
    with pytest.raises(InputError, match=r"must be given once, got a setting and a factor"):
        design_from({"scenario": "teaching", "settings": {"parameters": {"persuasion_rate": 0.1}}, "factors": [rate()]})


def test_a_sweep_says_that_facts_are_not_about_its_scenario(comity_command, write_design, tmp_path):
    text = 'scenario = "teaching"\nkeep = ["measures", "facts"]\n'
    status, _, errors = comity_command("sweep", write_design(text), "--workers", 1, "--out", tmp_path / "out")
    assert status == 0, errors
    assert "Warning: these facts are not about 'teaching'" in errors


UNHEARD_FACTORS = {
    "a parameter of another choice": (
        [{"name": "parameters.agenda_chair", "values": [0.0, 1.0]}],
        r"factor 'parameters\.agenda_chair': .* has no effect here: choices\.agenda = \"scripted\"",
    ),
    "an openness that no meeting reads": (
        [{"name": "forums.FORUM.openness", "values": [0.1, 0.9]}],
        r"factor 'forums\.FORUM\.openness': .* each of its meetings says how open it is",
    ),
    "a day after the last meeting": (
        [{"name": "shocks.campaign.date", "values": ["2008-01-01", "2008-12-01"]}],
        r"'campaign' of 2008-12-01 comes after the last meeting",
    ),
}


@pytest.mark.parametrize(("factors", "message"), UNHEARD_FACTORS.values(), ids=list(UNHEARD_FACTORS))
def test_a_factor_that_cannot_act_is_named(factors, message):
    with pytest.warns(Notice, match=message):
        plan_of(design_from({"scenario": "teaching", "factors": factors}))


def test_a_factor_that_acts_under_another_value_of_another_factor_is_not_named():
    factors = [
        {"name": "choices.agenda", "values": ["scripted", "endogenous"]},
        {"name": "parameters.agenda_chair", "values": [0.0, 1.0]},
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert plan_of(design_from({"scenario": "teaching", "factors": factors})).n_points == 4


def test_a_path_in_a_point_stands_with_or_without_quotes():
    points = [{"parameters": {"persuasion_rate": 0.1}}, {"parameters.persuasion_rate": 0.2}]
    design = design_from({"scenario": "teaching", "sampler": "list", "points": points})
    assert [factor.name for factor in design.factors] == ["parameters.persuasion_rate"]
    assert plan_of(design).values(1) == {"parameters.persuasion_rate": 0.2}


def test_a_range_of_numbers_over_a_count_is_refused_before_any_run():
    factors = [{"name": "population.synthetic.states", "low": 10, "high": 20}]
    with pytest.raises(InputError, match=r"must be a valid integer, got a number with a fractional part"):
        plan_of(design_from({"scenario": "synthetic", "sampler": "latin_hypercube", "n": 3, "factors": factors}))


def test_a_function_must_take_values_and_seed(tmp_path, monkeypatch):
    (tmp_path / "takes_values_only.py").write_text("def f(values):\n    return {'y': 1.0}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match=r"must take values, seed, got f\(values\)\. Write def f\(values, seed\)"):
        plan_of(design_from({"function": "takes_values_only:f", "factors": [{"name": "x", "values": [1, 2]}]}))


@pytest.mark.parametrize(
    ("returned", "message"), [("None", r"got NoneType\."), ("comity.run('teaching', seed=1)", r"got one of seed 1\.")]
)
def test_a_runner_must_return_the_record_of_its_seed(tmp_path, monkeypatch, returned, message):
    name = f"returns_{len(returned)}"
    (tmp_path / f"{name}.py").write_text(f"import comity\ndef r(scenario, seed):\n    return {returned}\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    plan = plan_of(design_from({"scenario": "teaching", "runner": f"{name}:r"}))
    run = one_run(plan.recipe, plan.matrix[0], plan.seed(0))
    assert run.status == "failed"
    assert re.search(r"must return the record of the scenario and the seed \d+ that it is given, " + message, run.error)


def test_columns_of_a_roll_call_that_are_not_used_are_named(tmp_path):
    file = tmp_path / "V.csv"
    file.write_text("iso3,vote,weight\nFRA,yes,2\n", encoding="utf-8")
    with pytest.warns(Notice, match=r"V\.csv: not used: column 'weight'"):
        assert read_roll_call(file, ["FRA"])["FRA"] == "yes"
    file.write_text("iso3;vote\nFRA;yes\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"with commas between its columns, got semicolons"):
        read_roll_call(file, ["FRA"])
