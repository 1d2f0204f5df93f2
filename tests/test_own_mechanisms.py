"""A mechanism of one's own: it acts at its moment, every change is explained, and what is wrong is said in a line."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comity
from comity.cli import main
from comity.commands.listings import scenario_schema
from comity.forum.calendar import Calendar
from comity.own_code import module_of
from comity.phases import Moment
from comity.population.verbs import WorldView
from comity.record import Record
from comity.record.dictionary import entry
from comity.scenario.loading import from_data
from comity.scenario.locate import scenario_folder
from comity.words.explain import explain
from comity_dashboard.levers import parameter_groups
from comity_dashboard.runs import scenario_of
from comity_dashboard.setup import Setup
from comity_lab.design import Design
from comity_lab.plan import Plan, plan_of
from comity_lab.reading import read_sweep
from comity_lab.sweeping import sweep

GOSSIP = scenario_folder() / "mechanisms" / "gossip.py"

NUDGE = """
from comity.mechanism import Mechanism, Parameter

def rule(occasion):
    {rule}

MECHANISM = Mechanism(
    name="{name}", moment={moment}, rule=rule, changes={changes}, strength={strength}, source="assumption",
    parameters=({parameters}),
)
"""
STEP = 'Parameter("nudge_step", 0.01, 0, 1, "step", symbol="d"),'
UP = 'w = occasion.world.actors["cooperation"]; w[occasion.active] *= 1 - occasion.parameters.nudge_step'


def write(folder: Path, file: str = "nudge.py", **parts: str) -> Path:
    """Write a mechanism that lowers the cooperation of all by a share, unless parts say otherwise."""
    given = {
        "name": "nudge", "moment": '"MEANS"', "changes": '("cooperation",)', "strength": '"nudge_step"', "rule": UP,
        "parameters": STEP,
    }  # fmt: skip
    path = folder / file
    path.write_text(NUDGE.format(**{**given, **parts}), encoding="utf-8")
    return path


def held(*mechanisms: Path | str, seed: int = 3, **settings: float) -> Record:
    scenario = comity.load("teaching", patches=mechanisms)
    return comity.run(scenario.with_parameters(**settings), seed=seed, keep="trust")


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="module")
def plain() -> Record:
    return comity.run("teaching", seed=3, keep="trust")


def same(first: Record, second: Record) -> bool:
    return all(table.equals(second.tables()[name]) for name, table in first.tables().items())


def test_with_a_strength_of_zero_the_run_is_the_one_without(plain):
    assert same(plain, held(GOSSIP, gossip_rate=0.0))


def test_the_hash_of_a_scenario_without_mechanisms_knows_nothing_of_them():
    content = comity.load("teaching").to_json()
    assert "mechanisms" not in content
    with_none = from_data({**content, "mechanisms": []})
    assert with_none.hash == comity.load("teaching").hash
    assert with_none.to_json() == content


def test_gossip_moves_trust_and_is_told_by_its_name(plain):
    record = held(GOSSIP)
    found = explain(record, "NORTHLAND", "trust")
    parts = found.parts.set_index("mechanism")
    assert parts.loc["gossip", "meaning"] == "the mechanism gossip (gossip.py)"
    assert parts.loc["gossip", "part"] != 0
    assert found.residual == pytest.approx(0, abs=1e-9)
    assert "from_outside" not in found.meetings
    assert record.trust_by_group["by_gossip"].abs().max() > 0
    assert record.held.edited == ()


def test_a_step_of_gossip_is_that_of_its_formula():
    module = module_of("gossip.py", GOSSIP.read_text(encoding="utf-8"))
    trust = np.array([[0.0, 0.5, 0.2], [0.8, 0.0, 0.6], [0.3, 0.1, 0.0]])
    together = np.zeros((3, 3), dtype=np.bool_)
    together[0, 1] = together[1, 0] = True
    step = module.gossip(trust, together, 0.5)
    # Actor 0 sat with 1 alone: 0.5 * T_01 T_10 (T_12 - T_02) / 1; and 1 with 0 alone.
    expected = np.zeros((3, 3))
    expected[0, 2] = 0.5 * 0.5 * 0.8 * (0.6 - 0.2)
    expected[1, 2] = 0.5 * 0.8 * 0.5 * (0.2 - 0.6)
    assert step == pytest.approx(expected)


def test_gossip_gives_the_numbers_of_the_same_rule_built_in():
    """In the model, uncompiled, the rule is called in its place; as a file it is called from outside: equal bytes."""
    script = Path(__file__).parent / "built_in_gossip.py"
    done = subprocess.run(
        [sys.executable, str(script), str(GOSSIP)], env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True,
        text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == ["same", "moved"]


@pytest.mark.parametrize("moment", [moment.name for moment in Moment])
def test_a_mechanism_acts_at_every_moment_and_all_is_explained(tmp_path, plain, moment):
    record = held(write(tmp_path, moment=f'"{moment}"'))
    assert record.actors["cooperation_by_nudge"].abs().max() > 0  # the table checks that parts add up
    assert not plain.actors["cooperation"].equals(record.actors["cooperation"])


@pytest.mark.parametrize(
    ("moment", "n_times"), [("YEAR", 3), ("SHOCK", 1), ("ARENA", 3), ("MEANS", 3), ("SNAPSHOT", 3)]
)
def test_it_acts_once_each_time_that_its_moment_comes(tmp_path, capsys, moment, n_times):
    held(write(tmp_path, moment=f'"{moment}"', rule="print('here', occasion.date, occasion.place)"))
    assert capsys.readouterr().out.count("here") == n_times


@pytest.mark.parametrize("moment", ["YEAR", "ARENA", "SEATING", "TALK", "MEANS", "SNAPSHOT"])
def test_a_run_that_is_stopped_is_the_run_that_is_not(tmp_path, moment):
    scenario = comity.load("teaching", patches=[write(tmp_path, moment=f'"{moment}"'), GOSSIP])
    whole = comity.run(scenario, seed=3, keep="trust")
    stepped = Calendar(scenario, seed=3, keep="trust")
    while stepped.running:
        stepped.step()
    assert same(whole, Record.of(stepped))
    stopped = Calendar(scenario, seed=3, keep="trust")
    stopped.run_to("FORUM1", 0).run_to("FORUM1", 2).hold_to(Moment[moment], Moment.SNAPSHOT)
    assert same(whole, Record.of(stopped.run()))
    few = comity.run(scenario, seed=3, keep="meetings")
    assert few.meetings.equals(whole.meetings)


@pytest.mark.parametrize("moment", ["TALK", "GENERALISATION", "MEANS"])
def test_a_step_of_trust_is_that_of_a_verb_at_the_same_moment(tmp_path, moment):
    """Neither is a lesson of the meeting, which would be carried over to others."""
    rule = """w, a = occasion.world, occasion.active
    if not occasion.memory:
        occasion.memory["done"] = True
        w.trust[np.ix_(a, a)] -= 0.5 * w.trust[np.ix_(a, a)]"""
    file = write(tmp_path, moment=f'"{moment}"', rule=f"import numpy as np\n    {rule}", changes='("trust",)')
    model = Calendar("teaching", seed=3, keep="trust").hold_to(Moment[moment])
    world, trust = WorldView(model, model.world), model.world.trust.copy()
    for i, j in permutations(range(len(trust)), 2):
        world.change_trust(i, j, -0.5 * trust[i, j], by="nudge")
    by_verbs, by_file = Record.of(model.run()), held(file)
    pd.testing.assert_frame_equal(by_verbs.meetings, by_file.meetings, rtol=1e-12)  # sums in another order
    for meeting in by_file.matrices:
        assert by_verbs.trust_matrix(meeting).equals(by_file.trust_matrix(meeting))
    for column in ("trust_by_nudge", "trust_by_generalised"):
        assert by_verbs.actors[column].to_numpy() == pytest.approx(by_file.actors[column].to_numpy(), abs=1e-12)


def test_what_is_kept_in_memory_belongs_to_the_run_and_luck_to_the_seed(tmp_path):
    rule = """m = occasion.memory; m["n"] = m.get("n", 0) + 1
    occasion.world.actors["cooperation"][occasion.active] *= 1 - 0.01 * m["n"] * occasion.luck()[occasion.active]
    occasion.world.actors["cooperation"][occasion.active] *= 1 - 0.01 * occasion.luck(1)[occasion.active]"""
    file = write(tmp_path, rule=rule)
    first, again, other = held(file), held(file), held(file, seed=4)
    assert same(first, again)
    assert not first.actors["cooperation_by_nudge"].equals(other.actors["cooperation_by_nudge"])


def test_every_quantity_can_be_moved_and_has_its_columns(tmp_path):
    rule = """w, a = occasion.world, occasion.active
    for values in (w.position, w.preferences["anchor"], w.actors["capacity"], w.actors["sovereignty"], w.attachment):
        values[a] *= 0.99
    w.trust[np.ix_(a, a)] *= 0.99"""
    names = ("trust", "position", "anchor", "sovereignty", "capacity", "attachment")
    record = held(write(tmp_path, rule=f"import numpy as np\n    {rule}", changes=repr(names)))
    for column in ("capacity_by_nudge", "attachment_by_nudge", "sovereignty_by_nudge", "trust_by_nudge"):
        assert record.actors[column].min() < 0
    assert record.positions["anchor_by_nudge"].min() < 0
    assert record.positions["by_nudge"].min() < 0
    assert explain(record, "NORTHLAND", "anchor").residual == pytest.approx(0, abs=1e-9)
    for name in ("actors", "positions", "trust_by_group"):
        for column in record.tables()[name]:
            assert entry(name, column) is not None, column


def test_a_scenario_carries_its_mechanism(tmp_path):
    file = write(tmp_path)
    toml = tmp_path / "mine.toml"
    toml.write_text('extends = "teaching"\nmechanisms = ["nudge.py"]\nparameters.nudge_step = 0.5\n', encoding="utf-8")
    scenario = comity.load(toml)
    first = comity.run(scenario, seed=1)
    file.unlink()
    for copy in (from_data(scenario.to_json()), pickle.loads(pickle.dumps(scenario)), scenario.model_copy()):
        assert copy.hash == scenario.hash
        assert copy.parameters.nudge_step == 0.5
        assert same(first, comity.run(copy, seed=1))
    write(tmp_path, rule=UP.replace("1 -", "1.0 -"))
    assert comity.load(toml).hash != scenario.hash


def test_rerun_repeats_the_rule_of_then_and_notes_that_the_file_was_changed(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = write(tmp_path)
    held(file).save(tmp_path / "record")
    assert main(["rerun", str(tmp_path / "record")]) == 0
    assert "nudge.py" not in capfd.readouterr().err
    assert str(tmp_path) not in (tmp_path / "record" / "scenario.json").read_text(encoding="utf-8")
    write(tmp_path, rule="pass")
    assert main(["rerun", str(tmp_path / "record")]) == 0
    shown = capfd.readouterr()
    assert "same bytes" in shown.out
    assert "nudge.py: was changed since" in shown.err
    assert main(["bundle", str(tmp_path / "record"), "--out", str(tmp_path / "b.zip")]) == 0
    file.unlink()
    capfd.readouterr()
    assert main(["rerun", str(tmp_path / "b.zip")]) == 0
    assert "nudge.py: is not in this folder; the run is repeated with the rule" in capfd.readouterr().err


def test_reading_a_record_runs_no_code(tmp_path, monkeypatch):
    held(write(tmp_path)).save(tmp_path / "record")
    monkeypatch.setattr("comity.scenario.own_mechanisms.module_of", lambda *_: pytest.fail("code was run"))
    record = comity.read_record(tmp_path / "record")
    assert record.scenario.parameters.nudge_step == 0.01
    assert explain(record, "CORAL").residual == pytest.approx(0, abs=1e-9)


def test_a_scenario_that_says_otherwise_than_its_file_is_not_run(tmp_path):
    content = comity.load("teaching", patches=[write(tmp_path)]).to_json()
    content["mechanisms"][0]["moment"] = "YEAR"
    with pytest.raises(comity.InputError, match=r"nudge.py: must declare the mechanism 'nudge' as the scenario says"):
        comity.run(from_data(content))


def test_a_sweep_is_not_continued_with_another_rule(tmp_path):
    def plan() -> Plan:
        return plan_of(Design.of("teaching", {"patch": ["none", str(tmp_path / "nudge.py")]}))

    write(tmp_path)
    sweep(plan(), tmp_path / "sweep", workers=1, quiet=True)
    assert sweep(plan(), tmp_path / "sweep", workers=1, quiet=True).done == 0
    write(tmp_path, rule="pass")
    with pytest.raises(comity.InputError, match=r"sweep: .*another"):
        sweep(plan(), tmp_path / "sweep", workers=1, quiet=True)


def test_commands_show_a_mechanism_and_its_parameters(tmp_path, capfd):
    file = str(write(tmp_path))
    assert main(["parameters", "--mechanism", file]) == 0
    assert "nudge_step" in capfd.readouterr().out
    assert main(["describe", "teaching", "--mechanism", file]) == 0
    shown = capfd.readouterr().out
    assert "nudge, from nudge.py: acts before MEANS, changes cooperation; nudge_step = 0.01" in " ".join(shown.split())
    assert main(["run", "teaching", "--mechanism", file, "--set", "parameters.nudge_step=0.2", "-q"]) == 0
    assert main(["explain", "teaching", "--mechanism", file, "--actor", "CORAL"]) == 0
    assert "the mechanism nudge (nudge.py)" in " ".join(capfd.readouterr().out.split())
    assert main(["mechanism"]) == 0
    assert "gossip" in capfd.readouterr().out
    assert main(["mechanism", "gossip"]) == 0
    assert capfd.readouterr().out == GOSSIP.read_text(encoding="utf-8")
    assert len(GOSSIP.read_text(encoding="utf-8").splitlines()) < 100


def test_a_sweep_varies_its_parameter_and_needs_the_file_no_more(tmp_path):
    file = write(tmp_path)
    factors = {"parameters.nudge_step": [0.0, 0.3]}
    plan = plan_of(Design.of("teaching", factors, patches=[str(file)], replicates=4))
    file.unlink()
    assert sweep(plan, tmp_path / "two", workers=2, quiet=True).failed == 0
    assert sweep(plan, tmp_path / "one", workers=1, quiet=True).failed == 0
    one, two = (read_sweep(tmp_path / name).runs for name in ("one", "two"))
    assert one.equals(two)
    means = one.groupby("parameters.nudge_step")["cooperation"].mean()
    assert means[0.3] < means[0.0]
    with pytest.raises(comity.InputError, match=r"must stay in \[0, 1\], the range of the parameter, got 3"):
        Design.of("teaching", {"parameters.nudge_step": [3.0]}, patches=[str(write(tmp_path))])


def test_its_parameter_is_a_slider_and_its_scenario_a_setup(tmp_path):
    toml = tmp_path / "mine.toml"
    write(tmp_path)
    toml.write_text('extends = "teaching"\nmechanisms = ["nudge.py"]\n', encoding="utf-8")
    (row,) = [row for group in parameter_groups(comity.load(toml)) for row in group["items"] if "nudge" in row["name"]]
    assert (row["base"], row["low"], row["high"], row["off"]) == (0.01, 0.0, 1.0, "nudge")
    setup = Setup(scenario=str(toml)).setting("parameters.nudge_step", "0.4")
    assert scenario_of(setup).parameters.nudge_step == 0.4


def test_editors_complete_the_names_of_files():
    schema = scenario_schema()
    assert schema["properties"]["mechanisms"]["items"] == {"type": "string"}
    assert "OwnMechanism" not in str(schema)


def test_a_what_if_is_with_and_without_it(tmp_path):
    design = Design.of("teaching", {"patch": ["none", str(write(tmp_path))]}, replicates=3)
    assert sweep(plan_of(design), tmp_path / "sweep", workers=1, quiet=True).failed == 0


def test_a_sweep_goes_on_where_a_rule_raises(tmp_path):
    rule = "occasion.world.actors['cooperation'][occasion.active] *= 1 / (0.3 - occasion.parameters.nudge_step) * 0.1"
    design = Design.of("teaching", {"parameters.nudge_step": [0.1, 0.3]}, patches=[str(write(tmp_path, rule=rule))])
    assert sweep(plan_of(design), tmp_path / "sweep", workers=1, quiet=True).failed == 1
    (error,) = read_sweep(tmp_path / "sweep").failures["error"]
    assert "nudge.py: mechanism 'nudge' at MEANS of DIALOGUE1, line 5: raised ZeroDivisionError" in error


WRONG_FILES = {
    "moment": ({"moment": '"DINNER"'}, "moment must be one of YEAR, SHOCK, ARENA, .*SNAPSHOT, got DINNER"),
    "no moment": ({"moment": "None"}, "moment must be one of YEAR"),
    "name": ({"name": "Nudge it"}, "name must be a name of your own"),
    "taken name": ({"name": "turnover"}, "but a built-in mechanism or a column has it"),
    "changes": ({"changes": '("salience",)'}, "changes must name some of trust, position"),
    "strength": ({"strength": '"nudge_stp"'}, "strength must be one of its own parameters.*'nudge_step'"),
    "default": ({"parameters": STEP.replace("0.01", "2")}, "default must be a number from low to high, got 2"),
    "parameter clash": (
        {"parameters": STEP.replace("nudge_step", "corridor_rate"), "strength": "None"},
        "parameter 'corridor_rate' must have a name of its own, but the model has one",
    ),
}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_a_wrong_declaration_is_refused_when_the_scenario_is_loaded(tmp_path, what):
    parts, message = WRONG_FILES[what]
    with pytest.raises(comity.InputError, match=message) as caught:
        comity.load("teaching", patches=[write(tmp_path, **parts)])
    assert "nudge.py" in str(caught.value)
    assert "\n" not in str(caught.value)


WRONG_TEXTS = {
    "no mechanism": ("x = 1", r"nudge.py: must declare a mechanism, MECHANISM = .*, got none"),
    "not one": ("MECHANISM = 3", "got int"),
    "syntax": ("def f(:", "nudge.py, line 1: must be Python, got: invalid syntax"),
    "raises": ("x = 1\ny = x / 0", "nudge.py, line 2: raised ZeroDivisionError: division by zero"),
    "imports": ("import my_other_file", "nudge.py, line 1: No module named 'my_other_file'. Import only installed"),
    "long": ("x = 1\n" * 4000, "must have at most 20,000 characters"),
}


@pytest.mark.parametrize("what", WRONG_TEXTS)
def test_a_file_without_a_mechanism_is_refused(tmp_path, what):
    text, message = WRONG_TEXTS[what]
    file = tmp_path / "nudge.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(comity.InputError, match=message):
        comity.load("teaching", patches=[file])


def test_a_missing_file_two_of_a_name_and_a_misspelt_parameter_are_refused(tmp_path):
    with pytest.raises(comity.InputError, match=r"nowhere.py: no such patch"):
        comity.load("teaching", patches=["nowhere.py"])
    toml = tmp_path / "mine.toml"
    for named, message in (
        ('["nowhere.py"]', r"nowhere.py: must be a Python file \(.py\) with a mechanism, got no such file"),
        ('"nudge.py"', "mechanisms must be a list of Python files"),
        ('["nudge.py", "again.py"]', "nudge.py and again.py both declare 'nudge'"),
    ):
        write(tmp_path)
        write(tmp_path, "again.py", rule="pass")
        toml.write_text(f'extends = "teaching"\nmechanisms = {named}\n', encoding="utf-8")
        with pytest.raises(comity.InputError, match=message):
            comity.load(toml)
    with pytest.raises(comity.InputError, match=r"parameters.nudge_stp is not a known key. Did you mean 'nudge_step'?"):
        comity.load("teaching", patches=[tmp_path / "nudge.py"], settings={"parameters.nudge_stp": 0.1})
    with pytest.raises(comity.InputError, match=r"parameters.nudge_step must be less than or equal to 1, got 2"):
        comity.load("teaching", patches=[tmp_path / "nudge.py"], settings={"parameters.nudge_step": 2})


AT = r"nudge.py: mechanism 'nudge' at MEANS of DIALOGUE1"
WRONG_RULES = {
    "unexplained": (
        "occasion.world.actors['capacity'][2] = 0.5",
        AT + ": changed capacity of [A-Z]+ from .* to 0.5, which it does not declare.* Add 'capacity' to its changes",
    ),
    "no state": (
        "occasion.world.evidence_on[1, 0] += 1",
        AT + ": changed evidence_on of [A-Z]+ in [A-Z]+ from .*A mechanism may change trust, position",
    ),
    "fixed": ("occasion.world.prior_in[0, 1] = 1", AT + ", line 5: raised ValueError: assignment destination is read"),
    "log": ("occasion.gathering.log.acts[0] = 1", AT + ", line 5: raised ValueError: assignment destination is read"),
    "out of range": (
        "occasion.world.actors['cooperation'][0] = 1.5",
        AT + r": must leave cooperation of [A-Z]+ in \[0, 1\], got 1.5",
    ),
    "nan": ("occasion.world.actors['cooperation'][0] = float('nan')", AT + r": must leave .* in \[0, 1\], got nan"),
    "raises": ("1 / 0", AT + ", line 5: raised ZeroDivisionError: division by zero. Correct the rule."),
    "raises at an actor": (
        "for i in occasion.rows():\n        1 / (i - 2)",
        AT + ", actor [A-Z]+, line 6: raised ZeroDivisionError",
    ),
    "misspelt": ("occasion.parameters.nudge", AT + ", line 5: raised AttributeError"),
}


@pytest.mark.parametrize("what", WRONG_RULES)
def test_what_a_rule_does_wrong_names_mechanism_moment_meeting_and_actor(tmp_path, what):
    rule, message = WRONG_RULES[what]
    with pytest.raises(comity.InputError, match=message) as caught:
        held(write(tmp_path, rule=rule))
    assert "\n" not in str(caught.value)


def test_only_actors_that_exist_may_be_changed(tmp_path):
    scenario = comity.load("hld_gfmd", patches=[write(tmp_path, rule="occasion.world.actors['cooperation'] *= 0.9")])
    with pytest.raises(comity.InputError, match=r"exist on 20\d\d-\d\d-\d\d. Change only rows of occasion.active"):
        comity.run(scenario, keep="meetings")
