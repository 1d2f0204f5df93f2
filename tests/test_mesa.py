"""ForumModel is a working Mesa model on every version of Mesa that is supported, without a warning."""

from __future__ import annotations

import contextlib
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
from comity.mesa_model.agents import Actor, CivilSociety, InternationalOrganisation, State


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
    assert palmera.is_treaty_party
    assert palmera.is_agency_member
    assert not by_id["SAVANNA"].is_agency_member
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


def test_a_verb_changes_this_model_only(model, first_difference):
    oilport = next(agent for agent in model.agents if agent.id == "OILPORT")
    model.world.change_cooperation(oilport, 0.6, by="test")
    model.world.change_position(oilport, "rights", 0.5, by="test")
    assert oilport.cooperation == pytest.approx(0.9)
    assert model.world.actors[oilport.row]["cooperation"] == oilport.cooperation
    changed = comity.Record.of(model.run())
    assert first_difference(changed, comity.run("teaching", seed=1)) != ""
    # and only in this model: the next starts from the scenario again
    assert (
        first_difference(comity.Record.of(ForumModel("teaching", seed=1).run()), comity.run("teaching", seed=1)) == ""
    )


@pytest.mark.parametrize("value", [7.0, float("nan"), 0.5])
def test_sets_of_agents_take_no_values(model, value):
    with pytest.raises(
        InputError, match=r"cooperation must not be written to, .* Use model\.world\.change_cooperation"
    ):
        model.agents.select(lambda agent: agent.kind == "state").set("cooperation", value)


REMOVALS = {
    "remove": lambda model: next(iter(model.agents)).remove(),
    "do": lambda model: model.agents.do("remove"),
    "shuffle_do": lambda model: model.agents.shuffle_do("remove"),
    "deregister": lambda model: model.deregister_agent(next(iter(model.agents))),
    "all": lambda model: model.remove_all_agents(),
}


@pytest.mark.parametrize("how", REMOVALS)
def test_an_actor_cannot_leave_through_mesa(model, how, first_difference):
    with pytest.raises(InputError, match=r"cannot be removed, since actors belong to the scenario.*population\.remove"):
        REMOVALS[how](model)
    assert len(model.agents) == 12
    assert first_difference(comity.Record.of(model.run()), comity.run("teaching", seed=1)) == ""


@pytest.mark.parametrize("take", ["remove", "discard"])
def test_an_actor_that_was_taken_out_of_the_set_is_missed(model, take):
    getattr(model.agents, take)(next(iter(model.agents)))
    for go_on in (model.step, model.run, lambda: model.run_to("FORUM1", 1), lambda: comity.Record.of(model)):
        with pytest.raises(InputError, match=r"model\.agents must hold all actors, but some were taken out of it"):
            go_on()


def test_a_selection_in_place_is_missed(model):
    model.agents.select(lambda agent: agent.kind == "io", inplace=True)
    with pytest.raises(InputError, match=r"select\(\.\.\.\) without inplace"):
        model.step()


def test_no_actor_can_be_added_but_agents_of_ones_own_can(model, first_difference):
    with pytest.raises(InputError, match="actors come from the scenario, an agent cannot be added"):
        State(model, 3)
    with pytest.raises(InputError, match="actors come from the scenario, an agent cannot be added"):
        State.create_agents(model, 2, row=1)

    class Journalist(mesa.Agent):
        pass

    journalist = Journalist(model)
    assert journalist in model.agents
    journalist.remove()
    assert len(model.agents) == 12
    assert first_difference(comity.Record.of(model.run()), comity.run("teaching", seed=1)) == ""


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("today", None, "today must not be set. It follows from the calendar"),
        ("gathering", None, "gathering must not be set. It follows from the calendar"),
        ("keep", "trust", "keep must not be set. Begin a new ForumModel"),
        ("scenario", None, "scenario must not be set. Load another scenario"),
        ("run_seed", 2, "run_seed must not be set. Begin a new ForumModel"),
        ("seed", 2, "seed must not be set. Begin a new ForumModel"),
        ("stage", None, "stage must not be set"),
        ("trace", None, "trace must not be set"),
        ("population", None, "population must not be set"),
        ("running", "no", "running must be True or False, got 'no'"),
        ("theory", "rationalist", "theory must not be set. Load another scenario"),
        ("persuasion_rate", 0.5, "persuasion_rate must not be set, since it belongs to the scenario"),
        ("meetings", (), "meetings must not be set, since it belongs to the scenario"),
    ],
)
def test_what_the_run_says_cannot_be_set_on_the_model(model, name, value, message):
    with pytest.raises(InputError, match=message):
        setattr(model, name, value)


def test_attributes_of_ones_own_can_be_set(model):
    model.notes = {"CORAL": 1}
    model.step()
    assert model.notes == {"CORAL": 1}


def test_a_run_can_be_stopped_and_the_record_says_where(model):
    model.step()
    model.running = False
    model.run()
    assert comity.Record.of(model).held.until == ("DIALOGUE1", 1)


@pytest.mark.parametrize("name", ["reset_randomizer", "reset_rng"])
def test_the_luck_of_a_run_is_not_that_of_mesa(model, name):
    with pytest.raises(InputError, match=f"{name} would change nothing. The luck of a run follows from its seed"):
        getattr(model, name)(3)


def test_shuffling_the_agents_changes_nothing(model, first_difference):
    model.agents.shuffle(inplace=True)
    model.agents.shuffle_do(lambda agent: agent.cooperation)
    assert first_difference(comity.Record.of(model.run()), comity.run("teaching", seed=1)) == ""


def test_run_model_is_a_run(model, first_difference):
    model.run_model()
    record = comity.Record.of(model)
    assert record.held.by == "ForumModel: step()"
    assert first_difference(record, comity.run("teaching", seed=1)) == ""


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


NAMES_SEEDS = "rng" in inspect.signature(mesa.batch_run).parameters


@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("parameters", [{}, {"seed": [1, 2]}, {"seed": 5}])
def test_iterations_that_would_be_the_same_run_are_refused(processes, parameters):
    with pytest.raises(InputError, match=r"same run.*(rng=\[1, 2, 3\]|\"seed\": range\(3\))"):
        mesa.batch_run(
            ForumModel,
            {"scenario": "teaching", "keep": "meetings", "agents": False, **parameters},
            iterations=3,
            number_processes=processes,
            display_progress=False,
        )


@pytest.mark.skipif(not NAMES_SEEDS, reason="Mesa before 3.5 does not name seeds")
def test_a_seed_that_is_named_twice_is_refused():
    with pytest.raises(InputError, match="two would be the same run, seed 1"):
        mesa.batch_run(ForumModel, {"scenario": "teaching"}, rng=[1, 2, 1], display_progress=False)


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
    first.world.change_cooperation(next(iter(first.agents)), 0.1, by="test")
    assert next(iter(first.agents)).cooperation == pytest.approx(0.45)
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


class Gossiping(ForumModel):
    """A mechanism of somebody's own."""

    def step(self) -> None:
        """Hold a sitting, and let two gossip."""
        super().step()
        if self.running:
            self.world.change_trust("CORAL", "PALMERA", 0.001, by="gossip")


def test_a_subclass_is_held_by_its_own_steps(first_difference):
    stepped, run = Gossiping("teaching", seed=1), Gossiping("teaching", seed=1)
    while stepped.running:
        stepped.step()
    first, second = comity.Record.of(stepped), comity.Record.of(run.run())
    assert first_difference(first, second) == ""
    assert first.held == second.held
    assert first.held.by == "Gossiping: step()"
    assert first.held.edited == (f"change_trust by gossip, {stepped.steps - 1} times",)
    with pytest.raises(InputError, match=r"would pass over Gossiping\.step\(\)\. Call step\(\) until"):
        Gossiping("teaching", seed=1).run_to("FORUM1", 1)


@pytest.mark.parametrize("given", [{"seed": [3, 3]}, {"seed": [1, 2], "keep": ["meetings", "meetings"]}])
@pytest.mark.skipif(NAMES_SEEDS, reason="Mesa 3.5 names seeds by rng")
def test_parameters_that_are_given_twice_are_refused(given):
    with pytest.raises(InputError, match="two would be the same run, seed"):
        mesa.batch_run(ForumModel, {"scenario": "teaching", **given}, display_progress=False)


def test_an_agent_that_was_taken_out_of_its_type_is_missed(model):
    model.agents_by_type[State].remove(next(iter(model.agents_by_type[State])))
    with pytest.raises(InputError, match="must hold all actors"):
        model.step()


def test_an_agent_answers_for_its_own_model_only():
    one, other = (ForumModel("teaching", seed=1) for _ in range(2))
    agent = one.agents[0]
    with pytest.raises(InputError, match=r"NORTHLAND: trust_in must be given an agent of its own model"):
        agent.trust_in(other.agents[1])
    with pytest.raises(InputError, match=r"NORTHLAND: forum 'FORUMS' is not in this scenario\. Did you mean 'FORUM'"):
        agent.attachment_to("FORUMS")


def test_a_misspelt_reporter_is_refused():
    model = ForumModel("teaching", seed=1)
    with pytest.raises(InputError, match=r"there is no attribute 'coperation'\. Did you mean 'cooperation'"):
        mesa.DataCollector(agent_reporters={"c": "coperation"}).collect(model)
    with contextlib.suppress(AttributeError):  # Mesa 3.5 refuses what some agents lack; 3.3 leaves a gap
        mesa.DataCollector(agent_reporters={"s": "stance"}).collect(model)
    assert not hasattr(next(iter(model.agents)), "stance")
