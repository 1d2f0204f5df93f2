"""ForumModel is a working Mesa model on every version of Mesa that is supported, without a warning."""

from __future__ import annotations

import copy
import gc
import inspect
import os
import subprocess
import sys
import weakref

import mesa
import numpy as np
import pytest

import comity
from comity import ForumModel, InputError
from comity.population.agents import Actor, CivilSociety, InternationalOrganisation, State


@pytest.fixture
def model() -> ForumModel:
    return ForumModel("teaching", seed=1)


def test_it_is_a_model_with_an_agent_for_each_actor(model):
    assert isinstance(model, mesa.Model)
    assert [agent.id for agent in model.agents] == list(model.population.ids)
    assert {kind: len(agents) for kind, agents in model.agents_by_type.items()} == {
        State: 8,
        InternationalOrganisation: 2,
        CivilSociety: 2,
    }
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)


def test_a_run_without_agents_goes_at_once_when_nobody_uses_it():
    # Mesa ties a model to itself: a sweep would hold the matrices of many runs until the garbage is collected.
    model = ForumModel("teaching", seed=1, agents=False)
    model.step()
    assert model.steps == 1
    assert copy.deepcopy(model).run().trace.meetings[-1].id == model.run().trace.meetings[-1].id
    model.step()  # harmless
    gone = weakref.ref(model)
    gc.disable()
    try:
        del model
        assert gone() is None
    finally:
        gc.enable()


def test_its_scenario_is_the_value_that_was_given(model):
    # Mesa 3.5 has an attribute of this name, and writes the model into it.
    assert model.scenario == comity.load("teaching")
    assert isinstance(model.scenario, comity.Scenario)
    assert not hasattr(model.scenario, "model")


def test_a_step_holds_one_sitting(model):
    # The first dialogue has one plenary, three round tables and one corridor.
    held = []
    for _ in range(5):
        model.step()
        held.append(model.gathering.sitting if model.gathering else "closed")
    assert held == [1, 2, 3, 4, "closed"]
    assert [meeting.id for meeting in model.trace.meetings] == ["DIALOGUE1"]
    model.step()
    assert model.gathering.meeting.id == "FORUM1"


def test_it_stops_by_itself_and_a_further_step_is_harmless(model):
    model.run()
    assert not model.running
    before = model.world.trust.copy()
    model.step()
    assert not model.running
    assert (model.world.trust == before).all()
    assert len(model.trace.meetings) == 3


def test_select_and_agg_work(model):
    rich = model.agents.select(lambda agent: isinstance(agent, State) and agent.sovereignty > 0.7)
    assert {agent.id for agent in rich} == {"NORTHLAND", "OILPORT"}
    states = model.agents_by_type[State]
    # (0.35 + 0.50 + 0.30 + 0.45 + 0.55 + 0.45 + 0.40 + 0.50) / 8 = 3.5 / 8
    assert states.agg("cooperation", np.mean) == pytest.approx(3.5 / 8)
    assert model.mean_cooperation == pytest.approx(3.5 / 8)
    assert states.agg("sovereignty", max) == 0.85
    assert sorted(model.agents.get("kind")) == ["cso"] * 2 + ["io"] * 2 + ["state"] * 8


def test_the_views_show_the_rows_of_the_world(model):
    by_id = {agent.id: agent for agent in model.agents}
    palmera, coral, bridge, rights = (by_id[name] for name in ("PALMERA", "CORAL", "BRIDGE", "RIGHTS"))
    assert palmera.name == "Palmera (large organised emigration)"
    assert (palmera.kind, palmera.group) == ("state", "origin")
    assert palmera.position.tolist() == [0.90, 0.75, 0.75]
    assert palmera.salience.tolist() == [0.30, 0.40, 0.30]
    assert (palmera.capacity, palmera.cooperation, palmera.sovereignty) == (0.60, 0.55, 0.30)
    assert palmera.is_crmw_party
    assert palmera.is_iom_member
    assert not by_id["SAVANNA"].is_iom_member
    assert bridge.stance == "bridge"
    assert rights.normative_mandate == 1.0
    assert palmera.attachment_to("FORUM") == 0.55
    # Prior trust of two states without ties is the base; the mean vote agreement of 1/2 adds nothing.
    assert palmera.trust_in(coral) == pytest.approx(0.40)
    others = [palmera.trust_in(other) for other in model.agents if other is not palmera]
    assert palmera.trust_held == pytest.approx(np.mean(others))
    model.run()
    assert palmera.trust_in(coral) == model.world.trust[palmera.row, coral.row]
    assert sum(agent.practices for agent in model.agents) == comity.Record.of(model).meetings["practices"].iloc[-1]


def test_writing_to_an_agent_changes_the_world(model, first_difference):
    oilport = next(agent for agent in model.agents if agent.id == "OILPORT")
    oilport.cooperation, oilport.sovereignty, oilport.capacity = 0.9, 0.1, 1.0
    oilport.position[:] = 0.95
    row = model.world.actors[oilport.row]
    assert (row["cooperation"], row["sovereignty"], row["capacity"]) == (0.9, 0.1, 1.0)
    assert model.world.position[oilport.row].tolist() == [0.95] * 3
    changed = comity.Record.of(model.run())
    assert first_difference(changed, comity.run("teaching", seed=1)) != ""
    # and only in this model: the next starts from the scenario again
    assert (
        first_difference(comity.Record.of(ForumModel("teaching", seed=1).run()), comity.run("teaching", seed=1)) == ""
    )


def test_agents_are_optional(first_difference):
    bare = ForumModel("teaching", seed=1, agents=False)
    assert len(bare.agents) == 0
    assert first_difference(comity.Record.of(bare.run()), comity.run("teaching", seed=1)) == ""


def test_a_collector_with_own_reporters(model):
    collector = mesa.DataCollector(
        model_reporters={
            "day": "today",
            "quiet": lambda m: float(np.mean([agent.cooperation < 0.4 for agent in m.agents])),
        },
        agent_reporters={"actor": "id", "trust_held": "trust_held"},
    )
    collector.collect(model)
    while model.running:
        model.step()
        collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert frame["quiet"].iloc[0] == pytest.approx(3 / 12)  # Northland 0.35, Oilport 0.30, the assembly outside 0.20
    assert frame["day"].is_monotonic_increasing
    agents = collector.get_agent_vars_dataframe()
    assert len(agents) == 12 * len(frame)
    assert agents["trust_held"].between(0, 1).all()


def test_its_own_collector_has_a_row_for_each_step(model):
    steps = 0
    while model.running:
        model.step()
        steps += 1
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == steps
    assert list(frame.columns) == ["today", "cooperation", "sovereignty"]
    assert frame["cooperation"].iloc[-1] == pytest.approx(model.mean_cooperation)


def test_batch_run_works():
    # From Mesa 3.5 on batch_run names the seeds itself, by its argument rng, and overrules those of the parameters.
    names_seeds = "rng" in inspect.signature(mesa.batch_run).parameters
    seeds = {"rng": [1, 2]} if names_seeds else {"iterations": 1}
    parameters = {"scenario": "teaching", "keep": "meetings"} | ({} if names_seeds else {"seed": [1, 2]})
    rows = mesa.batch_run(
        ForumModel,
        parameters,
        number_processes=1,
        max_steps=100,
        data_collection_period=-1,
        display_progress=False,
        **seeds,
    )
    assert [row["seed"] for row in rows] == [1, 2]
    for row in rows:
        model = ForumModel("teaching", seed=row["seed"], keep="meetings").run()
        assert row["cooperation"] == pytest.approx(model.mean_cooperation, abs=1e-15)


def test_dropped_models_are_freed():
    # Mesa 3.3 has a class-wide table of id counters that would keep them all.
    dropped = []
    for seed in range(20):
        model = ForumModel("teaching", seed=seed)
        model.step()
        dropped.append(weakref.ref(model))
        del model
    gc.collect()
    assert sum(reference() is not None for reference in dropped) == 0


def test_agents_of_two_models_do_not_mix():
    first, second = ForumModel("teaching", seed=1), ForumModel("teaching", seed=1)
    for model in (first, second):
        assert all(agent.model is model for agent in model.agents)
    next(iter(first.agents)).cooperation = 0.123
    assert next(iter(second.agents)).cooperation == 0.35


def test_an_agent_is_thin(model):
    own = {name for agent in model.agents for name in vars(agent)} - {"unique_id", "pos", "model"}
    assert {name for name in own if not name.startswith("_")} == {"row"}
    assert issubclass(State, Actor)


@pytest.mark.parametrize("keep", ["everything", "", None])
def test_the_level_of_detail_is_checked(keep):
    with pytest.raises(InputError, match="keep must be 'meetings', 'all' or 'trust', got"):
        ForumModel("teaching", keep=keep)


PROGRAM = """
import inspect
import warnings
import mesa
import numpy as np
import comity
from comity import ForumModel

warnings.simplefilter("error")
model = ForumModel("teaching", seed=1)
while model.running:
    model.step()
    model.agents.select(lambda agent: agent.cooperation > 0.5).agg("sovereignty", np.mean)
model.datacollector.get_model_vars_dataframe()
names_seeds = "rng" in inspect.signature(mesa.batch_run).parameters
parameters = {"scenario": "teaching", "keep": "meetings"} | ({} if names_seeds else {"seed": [1, 2]})
mesa.batch_run(
    ForumModel, parameters, number_processes=1, max_steps=50, data_collection_period=-1, display_progress=False,
    **({"rng": [1, 2]} if names_seeds else {}),
)
for name in ("teaching", "synthetic"):
    record = comity.run(name, seed=0, keep="trust")
    record.tables(), record.joiners, record.trust_matrix("start")
print("no warning")
"""


def test_nothing_warns():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    flags = ["-W", "error::DeprecationWarning", "-W", "error::PendingDeprecationWarning", "-W", "error::FutureWarning"]
    result = subprocess.run(
        [sys.executable, *flags, "-c", PROGRAM], capture_output=True, text=True, env=environment, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "no warning"
    assert result.stderr == ""
