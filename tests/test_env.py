"""Seats for programs: PettingZoo's own tests, the same bytes, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import comity
from comity import InputError
from comity.cli import main
from comity.facts import load_facts, observe
from comity.forum.calendar import Calendar
from comity.forum.moments import Moment
from comity.phases import Phase
from comity.rules.act import Act
from comity.scenario.loading import from_data
from comity.scenario.moves import Move
from comity.scenario.writing import scenario_text
from comity.words.explain import explain

pytest.importorskip("pettingzoo", reason="the extra env is not installed")

from pettingzoo.test import parallel_api_test, parallel_seed_test

from comity.env import BY_MODEL, ForumEnv, by_trust, in_words, play

SEATS = ["NORTHLAND", "CORAL", "RIGHTS", "OUTSIDE"]


def chance(seed):
    luck = np.random.default_rng(seed)
    return lambda seen: int(luck.choice(np.flatnonzero(seen["action_mask"])))


def same(one, other, without=()):
    assert one.keys() - set(without) == other.keys() - set(without)
    for name in one.keys() - set(without):
        assert one[name].equals(other[name]), name


def test_pettingzoo_finds_nothing_wrong(recwarn):
    parallel_api_test(ForumEnv("teaching", SEATS[:2]), 60)
    # which samples from the action space without the mask
    parallel_seed_test(lambda: ForumEnv("teaching", SEATS[:2], illegal="model"), 20)
    assert not [item for item in recwarn if "pettingzoo" in str(item.filename)]


@pytest.mark.parametrize("policies", [{}, dict.fromkeys(SEATS, lambda seen: BY_MODEL)])
def test_the_rule_of_the_model_as_agent_gives_the_run_without_programs(policies):
    env = ForumEnv("teaching", SEATS, keep="all")
    play(env, policies, 3)
    same(env.record().tables(), comity.run("teaching", seed=3).tables())


@pytest.mark.parametrize("seed", range(3))
def test_an_episode_is_the_run_of_its_scenario(seed):
    env = ForumEnv("teaching", SEATS, keep="trust")
    play(env, dict.fromkeys(SEATS, chance(seed)), seed)
    record = env.record()
    assert len(record.scenario.moves) > 20
    again = comity.run(from_data(record.scenario.to_json()), seed=seed, keep="trust")
    same(record.tables(), again.tables())
    assert again.moves["effect"].any()
    last = record.trace.meetings[-1].id
    assert record.trust_matrix(last).equals(again.trust_matrix(last))
    assert not record.tables()["meetings"].equals(comity.run("teaching", seed=seed).tables()["meetings"])


def test_chosen_acts_are_done_and_heard_and_rewarded():
    env = ForumEnv("teaching", ["NORTHLAND", "WESTMARK"], reward=lambda env, seat: float(len(env.acts_of(seat))))
    found, _ = env.reset(seed=3)
    assert found["NORTHLAND"]["action_mask"][env.action_of("statement", 1)]
    found, rewards, *_ = env.step(dict.fromkeys(env.agents, env.action_of("statement", 1)))
    assert set(env.acts_of("NORTHLAND")) == {"statement"}
    assert rewards["NORTHLAND"] == len(env.acts_of("NORTHLAND"))
    other = env.rows["WESTMARK"]
    heard = found["NORTHLAND"]["heard"][other]
    assert heard[[Act.STATEMENT - Act.SILENCE]].sum() == rewards["NORTHLAND"]
    assert 0 <= found["NORTHLAND"]["heard_position"][other] <= 1


def test_other_rooms_are_not_perceived():
    env = ForumEnv("hld_gfmd", ["FRA"])
    found, _ = env.reset(seed=1)
    checked = 0
    while env.agents and checked < 5:
        found, *_ = env.step({"FRA": BY_MODEL})
        if env.agents and env.table.max() > 0:
            elsewhere = env.table != env.table[env.rows["FRA"]]
            assert not found["FRA"]["heard"][elsewhere].any()
            assert (found["FRA"]["heard_position"][elsewhere] == -1).all()
            checked += 1
    assert checked == 5


def test_positions_are_those_at_the_beginning_of_the_sitting():
    env = ForumEnv("teaching", ["NORTHLAND"])
    env.reset(seed=3)
    spoke = 0
    while env.agents:
        before, last = env.calendar.world.position.copy(), env._next
        found, *_ = env.step({"NORTHLAND": env.action_of(room=1)} if last.phase is not Phase.VOTE else {})
        seen, k, row = found["NORTHLAND"], env.issue_of("NORTHLAND"), env.rows["NORTHLAND"]
        heard = np.flatnonzero(seen["heard_position"] >= 0)
        assert np.allclose(seen["heard_position"][heard], before[heard, k])
        spoke += len(heard)
        assert seen["heard_issue"] == (k if seen["heard"].any() else -1)
        if seen["heard"].any():
            assert seen["room_mean"] == pytest.approx(before[env.table == env.table[row], k].mean(), abs=1e-6)
    assert spoke > 20


def test_trust_as_reward_is_gained_in_the_sitting_alone():
    env = ForumEnv("teaching", ["NORTHLAND"], reward="trust")
    env.reset(seed=3)
    while env.agents:
        away = env.action_of(room="away")
        _, rewards, *_ = env.step({"NORTHLAND": away})
        assert env.table[env.rows["NORTHLAND"]] < 0
        assert rewards["NORTHLAND"] == 0


def test_an_episode_is_saved_explained_scored_and_run_again_as_any_record(tmp_path, capsys):
    env = ForumEnv("teaching", SEATS, keep="all")
    play(env, dict.fromkeys(SEATS, chance(1)), 3)
    folder = env.record().save(tmp_path / "episode")
    for words in (["rerun", folder, "--check"], ["explain", folder, "--actor", "NORTHLAND"]):
        assert main([*map(str, words)]) == 0, capsys.readouterr()
    (tmp_path / "episode.toml").write_text(scenario_text(env.record().scenario), encoding="utf-8")
    assert main(["run", str(tmp_path / "episode.toml"), "--seed", "3", "--out", str(tmp_path / "again")]) == 0
    for file in folder.glob("*.parquet"):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name
    found = explain(comity.read_record(folder), "NORTHLAND", "cooperation")
    assert found.parts["part"].sum() == pytest.approx(found.change, abs=1e-12)


def test_an_episode_of_the_replay_is_scored_against_history():
    env = ForumEnv("hld_gfmd", ["FRA"])
    play(env, {"FRA": chance(1)}, 1)
    assert env.record().scenario.moves
    said, plain = (observe(one, load_facts()) for one in (env.record(), comity.run("hld_gfmd", seed=1)))
    assert said.keys() == plain.keys()
    assert {key for key, value in said.items() if value != value} == {k for k, value in plain.items() if value != value}


def test_trust_as_reward_is_the_change_of_trust():
    env = ForumEnv("teaching", ["NORTHLAND"], reward="trust")
    env.reset(seed=3)
    before = env.calendar.world.trust.copy()
    _, rewards, *_ = env.step({})
    assert rewards["NORTHLAND"] == by_trust(env, "NORTHLAND")
    assert (env.trust_before == before).all()


def test_an_observation_can_be_read():
    env = ForumEnv("teaching", ["NORTHLAND"])
    found, _ = env.reset(seed=3)
    text = in_words(env, "NORTHLAND", found["NORTHLAND"])
    assert "You are Northland" in text
    assert "Your actions: 0 as the model chooses" in text
    found, *_ = env.step({"NORTHLAND": env.action_of("cooperation", 1)})
    text = in_words(env, "NORTHLAND", found["NORTHLAND"])
    assert "Northland (large destination), there: cooperation" in text
    assert f"mean position {found['NORTHLAND']['room_mean'][0]:.2f}." in text


@pytest.mark.parametrize("action", [-1, 999, 1.5, "statement", None, 4 + 5 * 9])
def test_an_action_that_is_not_allowed_holds_nothing(action):
    env = ForumEnv("teaching", ["NORTHLAND"])
    env.reset(seed=3)
    before = env.calendar.gathering.sitting
    with pytest.raises(InputError, match=r"env: action of 'NORTHLAND' at sitting 1 of .* must be one of 0, "):
        env.step({"NORTHLAND": action})
    assert env.calendar.gathering.sitting == before
    assert not env.record().scenario.moves


@pytest.mark.parametrize(
    ("seats", "reward", "said"),
    [
        (["NORTHLAN"], "brief", "not an actor"),
        (["CORAL", "CORAL"], "brief", "named once"),
        ([], "brief", "at least one"),
        (["CORAL"], "money", "reward must be"),
    ],
)
def test_seats_and_rewards_that_there_are_not(seats, reward, said):
    with pytest.raises(InputError, match=said):
        ForumEnv("teaching", seats, reward=reward)


def test_a_seat_that_never_has_a_choice_has_an_episode_of_one_step():
    env = ForumEnv("teaching", ["OUTSIDE"])  # whose stance keeps it away from all meetings
    env.reset()
    _, rewards, over, *_ = env.step({})
    assert (rewards, over, env.agents) == ({"OUTSIDE": 0.0}, {"OUTSIDE": True}, [])


def test_an_episode_that_is_over_cannot_go_on():
    env = ForumEnv("teaching", ["NORTHLAND"])
    play(env, {}, 1)
    with pytest.raises(InputError, match="over"):
        env.step({})
    env.reset(seed=1)
    with pytest.raises(InputError, match="not played by a program"):
        env.step({"CORAL": 0})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"meeting": "FORUM1"}, "sitting that comes next"),
        ({"sitting": 2}, "sitting that comes next"),
        ({"actor": "NOBODY"}, "not in this scenario"),
        ({"act": None, "table": 40}, "table must be in 0 to"),
        ({"round": 9}, "round must be in 1 to"),
    ],
)
def test_a_late_move_that_cannot_be_carried_out_is_refused(changes, said):
    calendar = Calendar("teaching", seed=3).hold_to(Moment.SEATING)
    held = calendar.gathering
    given = {"actor": "NORTHLAND", "meeting": held.meeting.id, "sitting": 1, "act": "silence"}
    with pytest.raises(InputError, match=said):
        calendar.choose([Move(**(given | changes))])
    assert not calendar.scenario.moves
    calendar.choose([Move(**given)])
    with pytest.raises(InputError, match="twice"):
        calendar.choose([Move(**given)])
    with pytest.raises(InputError, match="before a sitting"):
        Calendar("teaching").choose([])
