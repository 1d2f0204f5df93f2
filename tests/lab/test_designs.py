"""Designs: what can be said, and what is refused in one paragraph."""

from __future__ import annotations

import numpy as np
import pytest

import comity
from comity import InputError
from comity_lab import Design, Factor, load_design, read_sweep, sweep
from comity_lab.design import design_from
from comity_lab.plan import plan_of
from comity_lab.recipe import unpack
from comity_lab.resolving import recipe_of

RATE = "parameters.persuasion_rate"


def test_a_file_and_python_say_the_same(write_design):
    file = write_design(
        'scenario = "teaching"\nreplicates = 3\nseed = 9\n'
        f'[[factors]]\nname = "{RATE}"\nlow = 0.0\nhigh = 0.1\nsteps = 3\n'
        '[[factors]]\nname = "preset"\nvalues = ["socialisation", "rationalist"]\n'
    )
    factors = [
        Factor(name=RATE, low=0, high=0.1, steps=3),
        Factor(name="preset", values=("socialisation", "rationalist")),
    ]
    written, made = plan_of(load_design(file)), plan_of(Design.of("teaching", factors, replicates=3, seed=9))
    assert written.design.name == "design"
    assert written.hash == made.hash
    assert (written.n_points, written.n_runs) == (6, 18)


def test_names_do_not_change_the_hash_but_content_does():
    def hash_of(**options):
        return plan_of(Design.of("teaching", {RATE: [0.0, 0.1]}, **options)).hash

    same = hash_of(name="a")
    assert same == hash_of(name="b") == hash_of(keep=["measures", "measures"])
    others = [hash_of(seed=1), hash_of(replicates=2), hash_of(keep=["meetings"]), hash_of(common_random_numbers=False)]
    others.append(hash_of(settings={"parameters.turnover": 0.3}))
    assert len({same, *others}) == 6


def test_scenario_and_patches_are_found_beside_the_design(write_design, tmp_path):
    write_design('extends = "teaching"\n[parameters]\nturnover = 0.4\n', "mine.toml")
    write_design("[parameters]\nturnover = 0.1\n", "calm.toml")
    text = 'scenario = "mine.toml"\n[[factors]]\nname = "patch"\nvalues = ["none", "calm"]\n'
    plan = plan_of(load_design(write_design(text)))
    assert [plan.recipe.scenario(plan.values(i)).parameters.turnover for i in (0, 1)] == [0.4, 0.1]
    assert str(tmp_path) not in str(plan.recipe.to_json())


def test_every_point_is_the_scenario_that_load_would_give():
    factors = {
        RATE: [0.0, 0.1],
        "patch": ["none", "no_trust_learning"],
        "preset": ["socialisation", "institutionalist"],
        "forums.FORUM.openness": [0.1, 0.9],
        "choices.openness": ["scripted", "endogenous"],
    }
    plan = plan_of(Design.of("teaching", factors))
    shipped = unpack(plan.recipe.packed)
    for point in range(plan.n_points):
        values = plan.values(point)
        settings = {name: values[name] for name in factors if "." in name}
        patches = [] if values["patch"] == "none" else [values["patch"]]
        expected = comity.load("teaching", patches=patches, settings=settings, theory=values["preset"])
        for recipe in (plan.recipe, shipped):
            made = recipe.scenario(values)
            assert made.hash == expected.hash
            assert made.strengths == expected.strengths
            assert made.setting_hash == expected.setting_hash


def test_points_that_differ_in_parameters_share_all_else():
    recipe = recipe_of(Design.of("teaching", {RATE: (0.0, 0.2)}, sampler="latin_hypercube", n=4))
    first, second = recipe.scenario({RATE: 0.1}), recipe.scenario({RATE: 0.2})
    assert first.population is second.population
    assert first.hash != second.hash


def test_shards_are_a_partition_and_runs_of_a_setting_follow_each_other():
    plan = plan_of(Design.of("teaching", {RATE: [0.0, 0.1], "patch": ["none", "no_trust_learning"]}, replicates=3))
    parts = [plan.shard(k, 5) for k in range(1, 6)]
    assert sorted(np.concatenate(parts)) == list(range(12))
    settings = plan.settings[plan.shard(1, 1) // 3]
    assert (np.diff(settings) >= 0).all()


def test_seeds_are_common_by_default():
    def seeds(common):
        plan = plan_of(Design.of("teaching", {RATE: [0.0, 0.1]}, replicates=2, seed=5, common_random_numbers=common))
        return [plan.seed(number) for number in range(4)]

    by_hand = [int(np.random.SeedSequence(5, spawn_key=(r,)).generate_state(1, np.uint64)[0] >> 1) for r in (0, 1)]
    assert seeds(True) == by_hand * 2
    assert len(set(seeds(False))) == 4
    assert all(0 <= seed < 2**63 for seed in seeds(False))


def test_a_design_varies_what_a_person_chose(write_design, tmp_path):
    # What if Coral had accepted to host, and had come with an offer?
    seat = 'actor = "CORAL", meeting = "FORUM1"'
    text = (
        'scenario = "teaching"\nreplicates = 2\n[settings]\n"choices.host" = "endogenous"\n[[factors]]\n'
        f'name = "moves"\nvalues = [[], [{{ {seat}, hosts = true }}, {{ {seat}, sitting = 4, act = "cooperation" }}]]\n'
    )
    sweep(load_design(write_design(text)), out=tmp_path / "out", workers=1)
    plan = plan_of(load_design(write_design(text)))
    assert [len(plan.recipe.scenario(plan.values(point)).moves) for point in (0, 1)] == [0, 2]
    runs = read_sweep(tmp_path / "out").runs
    assert set(runs["status"]) == {"ok"}
    assert len(set(runs["moves"])) == 2
    host = [comity.run(plan.recipe.scenario(plan.values(1)), seed=seed).meetings["hosts"].iloc[1] for seed in (0, 1)]
    assert host == ["CORAL", "CORAL"]


BAD = [
    ({}, "scenario must be given"),
    ({"scenario": "teachin"}, "no such scenario.*Did you mean 'teaching'"),
    ({"scenario": "teaching", "sampler": "sobo"}, "sampler must be one of .*got 'sobo'. Did you mean 'sobol'"),
    ({"scenario": "teaching", "replicates": 0}, "replicates must be 1 or more, got 0"),
    ({"scenario": "teaching", "replicate": 3}, "replicate is not a known key. Did you mean 'replicates'"),
    ({"scenario": "teaching", "seed": -1}, "seed must be a whole number"),
    ({"scenario": "teaching", "keep": ["meeting"]}, "keep must name .*got 'meeting'. Did you mean 'meetings'"),
    ({"scenario": "teaching", "function": "a:b"}, "scenario and function must not both be given"),
    ({"function": "nowhere:f"}, "function must be module:name of what can be imported, got 'nowhere:f'"),
]
BAD_FACTORS = [
    ({"name": "parameters.persuasion_rat", "values": [0.1]}, "is not a parameter. Did you mean 'persuasion_rate'"),
    ({"name": "persuasion_rate", "values": [0.1]}, "must be a dotted path.*Write parameters.persuasion_rate"),
    ({"name": "patches", "values": ["none"]}, "must be parameters.NAME, preset, patch.*Did you mean 'patch'"),
    ({"name": "moves", "values": ["none"]}, "must have lists of moves as values"),
    ({"name": "moves", "low": 0, "high": 1, "steps": 2}, "must have lists of moves as values"),
    ({"name": RATE, "values": [0.1, 1.4]}, r"must stay in \[0, 1\], the range of the parameter, got 1.4"),
    ({"name": RATE, "low": -0.1, "high": 0.4, "steps": 3}, r"must stay in \[0, 1\].*got -0.1"),
    ({"name": RATE, "low": 0.4, "high": 0.1, "steps": 3}, "low must be less than high, got 0.4 and 0.1"),
    ({"name": RATE, "low": 0.1, "high": 0.4}, "steps must be given for a grid over a range"),
    ({"name": RATE, "low": 0.1}, "low and high must be given"),
    ({"name": RATE}, "must have either low and high or values, got neither"),
    ({"name": RATE, "values": [0.1], "low": 0.1}, "must have either low and high or values, got both"),
    ({"name": RATE, "values": []}, "values must not be empty"),
    ({"name": RATE, "values": [0.1, 0.1]}, "values must differ, got 0.1 twice"),
    ({"name": RATE, "values": ["much"]}, "must stay in .*got 'much'"),
    ({"name": RATE, "value": [0.1]}, "value is not a known key. Did you mean 'values'"),
    ({"name": "preset", "values": ["realist"]}, "values must be presets, got 'realist'. Did you mean 'rationalist'"),
    ({"name": "patch", "values": ["no_gfm"]}, "no such patch.*Did you mean 'no_gfmd'"),
    ({"name": "patch", "values": [1]}, "must have a list of names"),
    ({"name": "forums.FORUN.openness", "values": [0.1]}, "has no item 'FORUN'. Did you mean 'FORUM'"),
    ({"name": "forums.FORUM.openness", "values": [0.1, 7]}, "design: forums.FORUM.openness = 7: .*must be"),
    ({"name": "choices.hosts", "values": ["scripted"]}, "hosts is not a known key. Did you mean 'host'"),
]


@pytest.mark.parametrize(("data", "message"), BAD)
def test_a_bad_design_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        plan_of(design_from(data))


@pytest.mark.parametrize(("factor", "message"), BAD_FACTORS)
def test_a_bad_factor_is_refused(factor, message):
    with pytest.raises(InputError, match=message):
        plan_of(design_from({"scenario": "teaching", "factors": [factor]}))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sampler": "latin_hypercube"}, "n must be 1 or more for latin_hypercube, got None"),
        ({"sampler": "sobol", "n": 100}, "n must be a power of two for sobol, got 100. Take 64 or 128"),
        ({"sampler": "morris"}, "trajectories must be 2 or more"),
        ({"sampler": "morris", "trajectories": 4, "levels": 3}, "levels must be even"),
        ({"sampler": "latin_hypercube", "n": 20_000_000}, "n must be"),
        ({"sampler": "latin_hypercube", "n": 4_000_000, "replicates": 1000}, "must have at most"),
        ({"points": [{"patch": "none"}]}, "points must go with"),
    ],
)
def test_a_sampler_says_what_it_needs(options, message):
    factors = [{"name": RATE, "low": 0.0, "high": 0.2}]
    with pytest.raises(InputError, match=message):
        plan_of(design_from({"scenario": "teaching", "factors": factors, **options}))


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "points must not be empty"),
        ([{"patch": "none"}, {RATE: 0.1}], "points must all name the same factors"),
        ([{RATE: 7.0}], "must stay in"),
    ],
)
def test_a_bad_list_is_refused(points, message):
    with pytest.raises(InputError, match=message):
        plan_of(design_from({"scenario": "teaching", "sampler": "list", "points": points}))


def test_morris_refuses_a_list_of_values():
    with pytest.raises(InputError, match="morris takes ranges of numbers only"):
        Design.of("teaching", {"preset": ["socialisation"]}, sampler="morris", trajectories=4)


def test_a_parameter_that_the_theory_fixes_is_refused():
    with pytest.raises(InputError, match="is fixed by the theory rationalist, so it would have no effect"):
        plan_of(Design.of("teaching", {RATE: [0.0, 0.1], "preset": ["rationalist"]}))
    plan_of(Design.of("teaching", {RATE: [0.0, 0.1], "preset": ["rationalist", "socialisation"]}))


@pytest.mark.parametrize("text", ["scenario = ", "\xff"])
def test_a_file_that_is_no_toml_is_refused(write_design, text):
    file = write_design("")
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"design.toml: must be valid TOML"):
        load_design(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="the design cannot be read"):
        load_design(tmp_path / "none.toml")


def test_a_list_of_points_means_the_same_whatever_the_order_of_its_keys(tmp_path):
    # A design is read back with its keys sorted: its hash and the values of its points must not move.
    point = {"parameters.trust_learning": 0.5, "parameters.persuasion_rate": 0.1}
    other = {"parameters.trust_learning": 2.0, "parameters.persuasion_rate": 0.0}
    straight = Design.of("teaching", points=[point, other], sampler="list", replicates=1)
    turned = Design.of(
        "teaching", points=[dict(reversed(p.items())) for p in (point, other)], sampler="list", replicates=1
    )
    assert straight == turned
    out = tmp_path / "list"
    sweep(straight, out, workers=1)
    runs = read_sweep(out).runs
    assert runs["parameters.trust_learning"].tolist() == [0.5, 2.0]
    assert runs["parameters.persuasion_rate"].tolist() == [0.1, 0.0]


def test_the_mark_that_windows_editors_put_first_is_passed_over(tmp_path):
    patch = tmp_path / "mine.toml"
    patch.write_bytes(b"\xef\xbb\xbf[parameters]\r\npersuasion_rate = 0.0\r\n")
    file = tmp_path / "design.toml"
    file.write_bytes(
        b'\xef\xbb\xbfscenario = "teaching"\r\n[[factors]]\r\nname = "patch"\r\nvalues = ["none", "mine"]\r\n'
    )
    assert set(recipe_of(load_design(file)).patches) == {"mine"}


def test_a_last_year_before_the_first_meeting_is_an_error_and_not_the_whole_run():
    with pytest.raises(InputError, match=r"design: until must not be before the first meeting, 2006, got 1990\."):
        recipe_of(Design.of("teaching", until=1990))


def test_a_what_if_of_a_what_if_is_no_patch_of_a_sweep(tmp_path):
    (tmp_path / "first.toml").write_text('extends = "teaching"\n', encoding="utf-8")
    (tmp_path / "second.toml").write_text('extends = "first"\n', encoding="utf-8")
    values = {"patch": ["none", str(tmp_path / "second.toml")]}
    with pytest.raises(InputError, match=r"second\.toml: extends must be .* got 'first'\."):
        recipe_of(Design.of("teaching", values))
