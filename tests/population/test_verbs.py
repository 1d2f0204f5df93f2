"""The world from outside: nothing can be written to, and every step of a verb is checked and explained."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import comity
from comity import ForumModel, InputError, Record
from comity.cli import main
from comity.rules import MECHANISMS
from comity.words.explain import explain
from comity.world.world import GROUPS


@pytest.fixture
def model() -> ForumModel:
    return ForumModel("teaching", seed=1, keep="trust")


def agent_of(model: ForumModel, name: str):
    return next(agent for agent in model.agents if agent.id == name)


WRITES = {
    "trust": (lambda m: m.world.trust.__setitem__((0, 1), 0.9), "change_trust"),
    "trust_in": (lambda m: m.world.trust_in.__setitem__((0, 1), 0.9), "change_trust"),
    "a row": (lambda m: m.world.trust[0].__setitem__(1, 0.9), "change_trust"),
    "in place": (lambda m: m.world.trust.__iadd__(0.1), "change_trust"),
    "out": (lambda m: np.add(m.world.trust, 0.1, out=m.world.trust), "change_trust"),
    "out of a method": (lambda m: m.world.trust.clip(0, 0.5, out=m.world.trust), "change_trust"),
    "at": (lambda m: np.add.at(m.world.trust_in, (0, 1), 0.1), "change_trust"),
    "copyto": (lambda m: np.copyto(m.world.trust_in, 0.5), "change_trust"),
    "fill": (lambda m: m.world.trust_in.fill(0.5), "change_trust"),
    "sort": (lambda m: m.world.trust_in.sort(), "change_trust"),
    "put": (lambda m: np.put(m.world.trust_in, [1], 0.5), "change_trust"),
    "nan_to_num": (lambda m: np.nan_to_num(m.world.trust_in, copy=False), "change_trust"),
    "flag": (lambda m: m.world.trust.setflags(write=True), "change_trust"),
    "flags": (lambda m: setattr(m.world.trust.flags, "writeable", True), "change_trust"),
    "attribute": (lambda m: setattr(m.world, "trust", np.ones((12, 12))), "change_trust"),
    "deleted": (lambda m: delattr(m.world, "trust"), "change_trust"),
    "replaced": (lambda m: setattr(m, "world", None), "change_trust"),
    "a field": (lambda m: m.world.actors["cooperation"].__setitem__(0, 0.9), "change_cooperation"),
    "whole field": (lambda m: m.world.actors.__setitem__("sovereignty", 0.9), "change_sovereignty"),
    "a record": (lambda m: m.world.actors[3].__setitem__("capacity", 0.9), "change_capacity"),
    "positions": (lambda m: m.world.position.__imul__(0.5), "change_position"),
    "attachment": (lambda m: m.world.attachment.__setitem__((0, 0), 0.9), "change_attachment"),
    "salience": (lambda m: m.world.salience.__setitem__((0, 0), 0.9), "It is fixed by the scenario"),
    "address": (lambda m: m.world.actors["address"].__setitem__(0, 9), "It is fixed by the scenario"),
    "agent": (lambda m: setattr(agent_of(m, "CORAL"), "cooperation", 0.3), "change_cooperation"),
    "set of agents": (lambda m: m.agents.set("sovereignty", 0.3), "change_sovereignty"),
    "its position": (lambda m: agent_of(m, "CORAL").position.__setitem__(0, 0.9), "change_position"),
    "its positions": (lambda m: setattr(agent_of(m, "CORAL"), "position", [0.9] * 3), "change_position"),
    "added to it": (lambda m: agent_of(m, "CORAL").position.__iadd__(0.1), "change_position"),
    "its salience": (lambda m: agent_of(m, "CORAL").salience.fill(0.5), "It is fixed by the scenario"),
    "its trust": (lambda m: setattr(agent_of(m, "CORAL"), "trust_held", 0.5), "change_trust"),
    "misspelt": (lambda m: setattr(agent_of(m, "CORAL"), "cooperaton", 0.3), "Did you mean 'cooperation'?"),
    "its row": (lambda m: setattr(agent_of(m, "CORAL"), "row", 0), "row must not be written to"),
}


@pytest.mark.parametrize("how", WRITES)
def test_what_is_written_to_the_world_is_refused_and_the_verb_is_named(model, how, first_difference):
    write, message = WRITES[how]
    with pytest.raises(InputError) as refused:
        write(model)
    assert message in str(refused.value)
    assert first_difference(Record.of(model.run()), comity.run("teaching", seed=1, keep="trust")) == ""


def test_memory_stays_closed_where_numpy_itself_refuses(model):
    for write in (
        lambda: np.asarray(model.world.trust).__setitem__((0, 1), 0.9),
        lambda: model.world.trust.flat.__setitem__(0, 0.9),
        lambda: np.random.default_rng(1).shuffle(model.world.trust_in),
        lambda: model.population.world.trust_in.__setitem__((0, 1), 0.9),
    ):
        with pytest.raises(ValueError, match="read-only"):
            write()


def test_what_is_computed_from_the_world_is_an_ordinary_array(model):
    for array in (
        model.world.trust * 2,
        model.world.trust.copy(),
        model.world.trust.mean(axis=0),
        -model.world.position,
    ):
        assert type(array) is np.ndarray
        array[0] = 0.0
    frame = pd.DataFrame(model.world.trust)
    assert frame.shape == (12, 12)
    assert float(model.world.trust.mean()) == pytest.approx(float(np.asarray(model.world.trust).mean()))
    assert model.world.n == 12
    with pytest.raises(AttributeError, match=r"has no 'trusst'\. Did you mean 'trust'"):
        model.world.trusst  # noqa: B018


def test_steps_of_trust_are_in_the_matrix_and_in_all_tables(model):
    plain = comity.run("teaching", seed=1, keep="trust")
    agent = agent_of(model, "NORTHLAND")
    before = agent.trust_in(agent_of(model, "PALMERA"))
    model.world.change_trust("NORTHLAND", "PALMERA", 0.2, by="gossip")
    assert agent.trust_in(agent_of(model, "PALMERA")) == before + 0.2
    model.world.change_trust(agent, agent_of(model, "PALMERA").row, np.float32(0.125), by="gossip")
    model.run_to("FORUM1", 1)
    model.world.change_trust("CORAL", agent, -0.1, by="rumour")
    record = Record.of(model.run())
    group = record.actors_by_id.set_index("id")["group"]
    members = {name: group.index[group == name] for name in GROUPS}
    for meeting in record.matrices:
        matrix = record.trust_matrix(meeting).astype(float)
        held = record.trust_by_group.query("meeting == @meeting").set_index(["actor", "partner"])["trust"]
        actors = record.actors.query("meeting == @meeting").set_index("actor")["trust_held"]
        for actor in matrix.index:
            others = matrix.loc[actor].drop(actor)
            assert actors[actor] == pytest.approx(others.mean(), abs=1e-6)
            for name, some in members.items():
                known = others[[other for other in some if other != actor]]
                assert held[actor, name] == pytest.approx(known.mean() if len(known) else 0.0, abs=1e-6)
        if meeting != "start":
            told = record.meetings.set_index("meeting").loc[meeting, "trust_origin_destination"]
            mean = matrix.loc[members["origin"], members["destination"]].to_numpy().mean()
            assert told == pytest.approx(mean, abs=1e-6)
    for quantity in ("trust", "cooperation", "sovereignty"):
        columns = [name for name in record.actors.columns if name.startswith(f"{quantity}_by_")]
        value = record.actors.pivot(
            index="meeting", columns="actor", values="trust_held" if quantity == "trust" else quantity
        )
        moved = value.loc[list(record.matrices)].diff().iloc[1:].sum()
        explained = record.actors.groupby("actor")[columns].sum().sum(axis=1)
        assert explained.to_numpy() == pytest.approx(moved[explained.index].to_numpy(), abs=1e-12)
    steps = record.actors.set_index(["actor", "meeting"])
    assert steps.loc[("NORTHLAND", "DIALOGUE1"), "trust_by_gossip"] == pytest.approx(0.325 / 11)
    assert steps.loc[("CORAL", "FORUM1"), "trust_by_rumour"] == pytest.approx(-0.1 / 11)
    assert steps["trust_by_rumour"].sum() == pytest.approx(-0.1 / 11)
    assert set(plain.actors.columns) == {
        name for name in record.actors.columns if "gossip" not in name and "rumour" not in name
    }


def test_steps_are_explained_under_their_name(model):
    model.world.change_cooperation("CORAL", 0.1, by="gossip")
    model.world.change_sovereignty("CORAL", -0.1, by="gossip")
    model.world.change_position("CORAL", "labour", 0.1, by="gossip")
    model.world.change_position("CORAL", 0, -0.04, by="gossip")
    model.world.change_trust("CORAL", "PALMERA", 0.1, by="gossip")
    record = Record.of(model.run())
    for what, part in (("cooperation", 0.1), ("sovereignty", -0.1), ("trust", 0.1 / 11)):
        found = explain(record, "CORAL", what)
        parts = found.parts.set_index("mechanism")
        assert parts.loc["gossip", "part"] == pytest.approx(part)
        assert parts.loc["gossip", "meaning"] == "steps from outside named gossip"
        assert abs(found.residual) < 1e-12
        assert found.meetings["from_outside"].tolist() == pytest.approx([part, 0.0, 0.0])
        total = found.meetings[["before_it", "in_it", "from_outside"]].to_numpy().sum()
        assert total == pytest.approx(found.change, abs=1e-12)
        assert "steps from outside named gossip" in str(found)
    table = record.positions.query("actor == 'CORAL' and meeting == 'DIALOGUE1'").set_index("issue")
    assert table["by_gossip"].to_dict() == pytest.approx({"labour": 0.1, "remittances": -0.04, "rights": 0.0})
    assert "from_outside" not in explain(comity.run("teaching", seed=1), "CORAL").meetings


def test_capacity_and_attachment_move_without_parts(model):
    before = agent_of(model, "CORAL").capacity
    model.world.change_capacity("CORAL", 0.05, by="aid")
    model.world.change_attachment("CORAL", "FORUM", -0.05, by="aid")
    assert agent_of(model, "CORAL").capacity == before + 0.05
    assert agent_of(model, "CORAL").attachment_to("FORUM") == pytest.approx(0.5)
    record = Record.of(model.run())
    assert record.held.edited == ("change_capacity by aid, 1 time", "change_attachment by aid, 1 time")
    assert not [name for name in record.actors.columns if "aid" in name]


WRONG = {
    "too far up": (
        dict(i="CORAL", j="PALMERA", step=0.9),
        r"step must be in -0\.4 to 0\.6, so that trust of CORAL in PALMERA",
    ),
    "too far down": (dict(i="CORAL", j="PALMERA", step=-0.5), r"stays in \[0, 1\], got -0\.5: it is 0\.4 now"),
    "nan": (dict(i="CORAL", j="PALMERA", step=float("nan")), "step must be a number from -1 to 1, got nan"),
    "infinite": (dict(i="CORAL", j="PALMERA", step=float("inf")), "step must be a number from -1 to 1, got inf"),
    "7": (dict(i="CORAL", j="PALMERA", step=7), "step must be a number from -1 to 1, got 7"),
    "huge": (dict(i="CORAL", j="PALMERA", step=10**400), "step must be a number from -1 to 1, got 1000"),
    "text": (dict(i="CORAL", j="PALMERA", step="0.1"), "step must be a number from -1 to 1, got '0.1'"),
    "bool": (dict(i="CORAL", j="PALMERA", step=True), "step must be a number from -1 to 1, got True"),
    "array": (dict(i="CORAL", j="PALMERA", step=np.array([0.1, 0.1])), "step must be a number from -1 to 1, got array"),
    "misspelt": (dict(i="CORRAL", j="PALMERA", step=0.1), r"i must be an actor, got 'CORRAL'\. Did you mean 'CORAL'"),
    "row": (dict(i=0, j=12, step=0.1), "j must be a row from 0 to 11, an id or an agent, got 12"),
    "negative row": (dict(i=-1, j=0, step=0.1), "i must be a row from 0 to 11"),
    "a float": (dict(i=0, j=1.0, step=0.1), "j must be a row from 0 to 11"),
    "nobody": (dict(i=None, j=1, step=0.1), "i must be a row from 0 to 11"),
    "itself": (dict(i="CORAL", j="CORAL", step=0.1), "i and j must be two actors, got 'CORAL' twice"),
    "no name": (dict(i=0, j=1, step=0.1, by=""), "by must name your mechanism in small letters"),
    "capital": (dict(i=0, j=1, step=0.1, by="Gossip"), "by must name your mechanism in small letters"),
    "built-in part": (dict(i=0, j=1, step=0.1, by="corridor"), r"that of a built-in mechanism .* by=\"my_corridor\""),
    "built-in": (dict(i=0, j=1, step=0.1, by="domestic_pull"), "that of a built-in mechanism"),
    "column": (dict(i=0, j=1, step=0.1, by="change"), "that of a built-in mechanism or of a column"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_step_that_cannot_be_made_says_why_and_changes_nothing(model, what, first_difference):
    given, message = WRONG[what]
    with pytest.raises(InputError, match=message):
        model.world.change_trust(**{"by": "gossip", **given})
    record = Record.of(model.run())
    assert record.held.edited == ()
    assert first_difference(record, comity.run("teaching", seed=1, keep="trust")) == ""


def test_issues_and_forums_are_checked(model):
    with pytest.raises(InputError, match=r"issue must be one of the scenario, got 'rigths'\. Did you mean 'rights'"):
        model.world.change_position("CORAL", "rigths", 0.1, by="gossip")
    with pytest.raises(InputError, match="issue must be an id or a number from 0 to 2, got 3"):
        model.world.change_position("CORAL", 3, 0.1, by="gossip")
    with pytest.raises(InputError, match="forum must be one of the scenario, got 'FORRUM'"):
        model.world.change_attachment("CORAL", "FORRUM", 0.1, by="gossip")


def test_the_name_of_every_mechanism_is_taken(model):
    assert len(MECHANISMS) > 15
    for name in sorted(mechanism.name for mechanism in MECHANISMS):
        by = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
        with pytest.raises(InputError, match="that of a built-in mechanism"):
            model.world.change_cooperation(0, 0.1, by=by)


def test_an_actor_that_does_not_exist_on_the_day_cannot_move():
    model = ForumModel("hld_gfmd", seed=1, agents=False)
    absent = int(np.flatnonzero(~model.stage.active_on(model.today))[0])
    with pytest.raises(
        InputError, match=rf"j must exist on the day, but {model.population.ids[absent]} does not on 2006"
    ):
        model.world.change_trust(0, absent, 0.1, by="gossip")


def test_agents_of_another_model_and_steps_after_the_end_are_refused(model):
    with pytest.raises(InputError, match="i must be an agent of this model, got one of another"):
        model.world.change_cooperation(agent_of(ForumModel("teaching"), "CORAL"), 0.1, by="gossip")
    model.run()
    with pytest.raises(InputError, match="the run is at its end, so that no step can act"):
        model.world.change_cooperation("CORAL", 0.1, by="gossip")


def test_trust_that_is_changed_behind_the_verbs_is_found_when_a_meeting_closes():
    for change in (
        lambda world: world.trust_in.__setitem__((0, 1), world.trust_in[0, 1] + 0.01),
        lambda world: world.trust_parts.__setitem__((0, 0, 0), 0.3),
        lambda world: world.trust_in.__setitem__((3, 4), float("nan")),
    ):
        touched = ForumModel("teaching", seed=1)
        change(touched._world)
        with pytest.raises(InputError, match=r"trust must not be written to, .* It was changed without one"):
            touched.run_to("DIALOGUE1", 5)


@pytest.mark.parametrize("quantity", ["cooperation", "sovereignty", "position"])
def test_what_else_is_changed_behind_the_verbs_is_found_when_tables_are_made(quantity, tmp_path):
    touched = ForumModel("teaching", seed=1)
    if quantity == "position":
        touched._world.preferences["position"][0, 0] = 0.99
    else:
        touched._world.actors[quantity][0] = 0.01
    record = Record.of(touched.run())
    with pytest.raises(InputError, match=f"{quantity} must not be written to, .* It was changed without one"):
        record.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_copy_keeps_what_was_changed(model, first_difference):
    import copy

    model.world.change_trust("CORAL", "PALMERA", 0.1, by="gossip")
    twin = copy.deepcopy(model)
    twin.world.change_trust("CORAL", "PALMERA", 0.1, by="gossip")
    assert model.steps_from_outside.counts == {("change_trust", "gossip"): 1}
    assert twin.steps_from_outside.counts == {("change_trust", "gossip"): 2}
    assert first_difference(Record.of(model.run()), Record.of(twin.run())) != ""


def test_the_record_of_an_edited_run_says_so_and_rerun_says_what_it_cannot_repeat(tmp_path, capsys):
    model = ForumModel("teaching", seed=1)
    for _ in range(2):
        model.world.change_sovereignty(0, -0.1, by="gossip")
    record = Record.of(model.run())
    folder = record.save(tmp_path / "run")
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert made["edited"] == ["change_sovereignty by gossip, 2 times"]
    assert made["command"] == "none: the world was edited during the run"
    assert main(["rerun", str(folder), "--check"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "cannot be run again, and nothing was compared" in told
    assert "Edited: change_sovereignty by gossip, 2 times" in told
    assert main(["rerun", str(folder), "--out", str(tmp_path / "again")]) == 2
    assert not (tmp_path / "again").exists()
    with pytest.raises(InputError, match="cannot be run again, since its world was edited during the run"):
        comity.rerun(folder)
    saved = comity.read_record(folder)
    pd.testing.assert_frame_equal(saved.actors, record.actors)
    assert saved.held == record.held
    with pytest.raises(InputError, match=r"asks for the arrays of its run, which cannot be held again: its world was"):
        saved.trace  # noqa: B018
    assert "edited" not in comity.run("teaching", seed=1).provenance().to_json()


@pytest.mark.parametrize("command", [["compare", "RUN", "teaching", "--replicates", "2"], ["score", "RUN"]])
def test_a_record_of_an_edited_run_does_not_stand_for_its_scenario(command, tmp_path, capsys):
    model = ForumModel("teaching", seed=1)
    model.world.change_sovereignty(0, -0.1, by="gossip")
    folder = Record.of(model.run()).save(tmp_path / "run")
    assert main([str(folder) if word == "RUN" else word for word in command]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert (
        "cannot be run again, since its world was edited during the run (change_sovereignty by gossip, 1 time)" in told
    )


def test_a_record_from_other_rules_is_not_called_a_changed_file(tmp_path, capsys):
    class Quiet(ForumModel):
        def step(self) -> None:
            self._calendar._run.parameters["persuasion_rate"] = 0.0
            super().step()

    folder = Record.of(Quiet("teaching", seed=1).run()).save(tmp_path / "run")
    assert main(["rerun", str(folder), "--check"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "does not come from comity's own run (held by: Quiet: step())" in told
