"""Docking (Axtell et al. 1996): the model and its independent twin, under the same luck, give the same records.

The twin, `experiments/benchmarks/mesa_twin`, was written from `model/ODD.md`. Who comes, sits and does what must be
the same; numbers must agree to 1e-9, after every meeting and at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mesa_twin import TwinModel
from mesa_twin.actors import StateAgent
from mesa_twin.delegation import Belief, Experience

import comity
from comity.forum.trace import Trace
from comity.record import Record
from comity.scenario.loading import from_data
from comity.scenario.moves import Move
from comity.scenario.schema import Scenario

TOLERANCE = 1e-9
THEORIES = ("socialisation", "institutionalist", "rationalist")
ENDOGENOUS = dict.fromkeys(("host", "agenda", "openness", "arena"), "endogenous")
SEAT = ["meeting", "sitting", "phase", "round", "room", "actor", "act"]


def _state(twin: TwinModel) -> dict[str, np.ndarray]:
    """Return the state of all actors of the twin, one row each, in the shapes of the model's."""
    everybody = twin.delegations
    names = (
        "cooperation",
        "sovereignty",
        "entry_sovereignty",
        "capacity",
        "authority",
        "pressure",
        "members",
        "outreach",
    )
    trust = [[i.trust[j].mean if i is not j else 0.0 for j in everybody] for i in everybody]
    evidence = [[i.trust[j].alpha + i.trust[j].beta if i is not j else 0.0 for j in everybody] for i in everybody]
    return {
        **{name: np.array([getattr(d, name) for d in everybody]) for name in names},
        "position": np.array([list(d.position.values()) for d in everybody]),
        "anchor": np.array([list(d.anchor.values()) for d in everybody]),
        "practices": np.array([list(d.practices.values()) for d in everybody], dtype=float),
        "lent": np.array([list(d.lent.values()) for d in everybody]),
        "attachment": np.array([list(d.attachment.values()) for d in everybody]),
        "treaty_party": np.array([d.is_crmw_party for d in everybody], dtype=float),
        "agency_member": np.array([d.is_agency_member for d in everybody], dtype=float),
        "trust": np.array(trust),
        "evidence": np.array(evidence),
    }


def _core_state(model: comity.ForumModel) -> dict[str, np.ndarray]:
    world = model.world
    others = 1.0 - np.eye(world.n)
    names = ("cooperation", "sovereignty", "entry_sovereignty", "capacity", "authority", "pressure", "treaty_party")
    return {
        **{name: world.actors[name].astype(float) for name in (*names, "members", "outreach", "agency_member")},
        **{name: world.preferences[name] for name in ("position", "anchor", "practices", "lent")},
        "attachment": world.attachment,
        "trust": world.trust * others,
        "evidence": world.evidence_on.T * others,
    }


def _seats(twin: TwinModel) -> pd.DataFrame:
    """Return who sat where and what they did in the last meeting of the twin, as `Record.sittings` has it."""
    assert twin.meeting is not None
    rows = [
        (twin.meeting.id, place, sitting.phase.value, number, room.number + 1, member.id, act.value)
        for place, sitting in enumerate(twin.meeting.sittings, 1)
        for room in sitting.rooms
        for number, acts in enumerate(room.acts, 1)
        for member, act in acts.items()
    ]
    return pd.DataFrame(rows, columns=SEAT)


def _agree(what: str, twin: TwinModel, model: comity.ForumModel) -> None:
    """Compare the state of all actors; say for each variable where it differs most."""
    first, second, ids, found = _state(twin), _core_state(model), model.population.ids, []
    for name, values in first.items():
        gap = np.abs(values - second[name])
        if not gap.max() <= TOLERANCE:
            where = np.unravel_index(np.argmax(gap), gap.shape)
            found.append(f"{name} of {ids[where[0]]} {where[1:]}: {values[where]} and {second[name][where]}")
    assert not found, f"{what}: {found}"


def _equal(what: str, first: pd.DataFrame, second: pd.DataFrame, keys: list[str]) -> None:
    """Compare the columns of the first table: numbers to the tolerance, nothing with nothing, the rest exactly."""
    assert len(first) == len(second), f"{what}: {len(first)} rows and {len(second)}"
    if first.empty:
        return
    a, b = (table[first.columns].sort_values(keys, ignore_index=True) for table in (first, second))
    for name in a.columns:
        if pd.api.types.is_numeric_dtype(b[name]):
            same = np.isclose(a[name].to_numpy(float), b[name].to_numpy(float), rtol=0, atol=TOLERANCE, equal_nan=True)
        else:
            same = a[name].to_numpy(str) == b[name].to_numpy(str)
        if not same.all():
            row = int(np.argmin(same))
            raise AssertionError(f"{what}: {name}\n{a.loc[row].to_dict()}\n{b.loc[row].to_dict()}")


def dock(scenario: Scenario, seed: int) -> TwinModel:
    """Run the twin and the model side by side, comparing after every meeting; return the twin."""
    twin, model = TwinModel(scenario, seed=seed), comity.ForumModel(scenario, seed=seed, agents=False)
    ids = [delegation.id for delegation in twin.delegations]
    held = 0
    while twin.running:
        before = twin.meeting
        twin.step()
        if twin.meeting is before or twin.meeting is None:
            continue
        while len(model.trace.meetings) == held and model.running:
            model.step()
        held += 1
        trace = model.trace.meetings[-1]
        where = f"seed {seed}, {trace.id}"
        assert trace.id == twin.meeting.id
        assert trace.held_as == twin.meeting.forum.id, where
        assert [ids[row] for row in trace.hosts] == [host.id for host in twin.meeting.hosts], where
        assert [t.category for t in trace.topics] == [topic.category for topic in twin.meeting.agenda], where
        assert [ids[row] for row in np.flatnonzero(trace.present)] == [d.id for d in twin.meeting.present], where
        assert [ids[row] for row in np.flatnonzero(trace.donors)] == [d.id for d in twin.meeting.donors], where
        assert trace.openness == pytest.approx(twin.meeting.openness, abs=TOLERANCE), where
        only = Record(scenario, seed, "all", model.population, Trace(meetings=[trace]))
        _equal(where, _seats(twin), only.sittings, SEAT[:-1])
        if not model.running:  # with the last meeting the model also lets the rest of the time pass
            twin.run()
        _agree(where, twin, model)
    model.run()
    assert len(model.trace.meetings) == held
    _agree(f"seed {seed}, at the end", twin, model)
    _compare_records(twin, Record.of(model), f"seed {seed}")
    return twin


def _compare_records(twin: TwinModel, record: Record, where: str) -> None:
    """Compare what both report: meetings, votes, memberships, arenas, chairs, meetings that were not held."""
    _equal(f"{where}, meetings", twin.datacollector.get_model_vars_dataframe(), record.meetings, ["meeting"])
    _equal(f"{where}, votes", twin.datacollector.get_table_dataframe("votes"), record.votes, ["vote", "actor"])
    support = twin.datacollector.get_table_dataframe("support")
    _equal(f"{where}, support", support, record.support, ["meeting", "organisation"])
    members = twin.datacollector.get_table_dataframe("memberships")
    for treaty in ("crmw", "iom"):
        table = record.memberships[record.memberships["treaty"] == treaty]
        assert members.groupby("year")[treaty].sum().to_dict() == table.groupby("year")["members"].sum().to_dict()
    opinions = pd.DataFrame(
        [{"meeting": m, "actor": a} | o for m, held in twin.opinions.items() for a, o in held.items()],
        columns=["meeting", "actor", "un", "informal", "nowhere", "norm_setting"],
    )
    arenas = record.arenas
    _equal(f"{where}, arenas", opinions, arenas, ["meeting", "actor"])
    assert twin.not_held == [meeting for meeting, _ in record.trace.cancelled], where
    withdrawn = [(e.meeting, e.event, e.state) for e in record.trace.chairs if e.event == "withdrawal"]
    if twin.given.choices.host == "endogenous":
        assert twin.chairs == withdrawn, where


def _shortened(until: date, **changes: Any) -> Scenario:
    """Return the historical scenario cut off at a day."""
    data = comity.load("hld_gfmd").to_json()
    meetings = [meeting for meeting in data["meetings"] if meeting["start"] <= until.isoformat()]
    held = {meeting["id"] for meeting in meetings}
    shocks = [shock for shock in data["shocks"] if shock["date"] <= until.isoformat()]
    chairs = [event for event in data["chairs"] if event["meeting"] in held]
    return from_data(
        data | {"end": until.isoformat(), "meetings": meetings, "shocks": shocks, "chairs": chairs} | changes
    )


@pytest.mark.parametrize("theory", THEORIES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_twin_docks_on_the_teaching_scenario(
    load_teaching: Callable[..., Scenario], theory: str, seed: int
) -> None:
    twin = dock(load_teaching(theory=theory), seed)
    assert len(twin.datacollector.get_table_dataframe("votes")) > 0


@pytest.mark.parametrize(("theory", "seed"), [("socialisation", 2), ("institutionalist", 1), ("rationalist", 2)])
def test_the_twin_docks_on_the_first_years_of_the_history(theory: str, seed: int) -> None:
    dock(_shortened(date(2008, 12, 31), theory=theory), seed)


@pytest.mark.parametrize("seed", range(6))
def test_the_twin_docks_where_all_choices_are_endogenous(load_lively: Callable[..., Scenario], seed: int) -> None:
    dock(load_lively(), seed)


@pytest.mark.parametrize("seed", range(3))
def test_the_twin_docks_where_a_forum_is_founded_and_chairs_stand_in_line(
    load_lively: Callable[..., Scenario], seed: int
) -> None:
    data = load_lively(
        chair_selectivity=2.0, pledge_intercept=-3.0, openness_precedent=0.7, agenda_inertia=2.0
    ).to_json()
    data["forums"][1] |= {"founded_by": data["forums"][0]["id"], "attachment": 0.0, "lineup": 3, "theme_issues": 2}
    data["meetings"] = [m | ({"themes": 2} if m["forum"] == data["forums"][1]["id"] else {}) for m in data["meetings"]]
    data["shocks"] = [shock | {"withdrawal": 0.5, "years": 1.5} for shock in data["shocks"]]
    twin = dock(from_data(data), seed)
    assert any(memory.lineup for memory in twin.memory.values())
    assert any(given for state in twin.states for given in state.has_given.values())


@pytest.fixture
def unusual(load_teaching: Callable[..., Scenario]) -> Scenario:
    """Return a small world with what the history seldom has.

    Networks that need accreditation, parallel tables with too few seats and several rounds, listed co-chairs of one
    side, an online meeting, meetings that overlap, one with nothing but votes, actors that come and go, shocks on a
    day of a year's end and during a meeting.
    """
    data = load_teaching().to_json()
    dialogue, forum = data["forums"]
    forum |= {"accreditation": True, "openness": 0.3, "stances": ["inside", "bridge", "outside"]}
    for line in (*dialogue["format"], *forum["format"]):
        if line["phase"] == "round_tables":
            line |= {"tables": 2, "seats": 4, "rounds": 2, "mixing": 0.5}
    first, middle, last = data["meetings"]
    middle |= {"venue": "online", "openness": None, "common_space": "half_day", "sittings": {"round_tables": 3}}
    middle["sessions"][0]["cochairs"] = ["NORTHLAND", "WESTMARK"]
    first |= {"end": "2007-08-01"}
    last |= {"sessions": [], "session_count": None}
    bare = first | {"id": "BARE", "start": "2008-01-15", "end": "2008-01-15", "linked_to": "DIALOGUE1"}
    bare |= {"sessions": [], "sittings": {"plenary": 0, "round_tables": 0, "corridor": 0}}
    bare["votes"] = [last["votes"][0] | {"id": "BARE", "categories": ["labour migration"]}]
    data["meetings"].append(bare)
    for name, first_day, last_day in (("CORAL", "2007-03-01", None), ("SAVANNA", "1960-01-01", "2008-01-20")):
        actor = next(actor for actor in data["population"]["actors"] if actor["id"] == name)
        actor |= {"active_from": first_day, "active_to": last_day}
    shock = {"name": "A shock", "sovereignty": 0.2, "capacity": -0.3, "attachment": -0.2, "source": "test"}
    data["shocks"] += [
        shock | {"id": "new_year", "date": "2006-12-31", "scaled_by": "income", "anchors": {"rights": -0.3}},
        shock | {"id": "summer", "date": "2007-07-10", "actors": ["OILPORT", "RIGHTS"], "pressure": 0.4},
    ]
    return from_data(data)


@pytest.mark.parametrize("seed", range(4))
def test_the_twin_docks_on_an_unusual_calendar(unusual: Scenario, seed: int) -> None:
    twin = dock(unusual, seed)
    assert twin.summary["meeting"] == "DIALOGUE2"
    assert {"BARE", "DIALOGUE2"} == set(twin.opinions) - {"DIALOGUE1"}


@pytest.mark.parametrize(
    ("parameters", "attachment", "turn"),
    [
        ({"withdrawal_unfunded": 1.0, "donors_needed": 30.0}, 0.55, "a chair withdraws"),
        ({"chair_selectivity": 50.0}, 0.0, "nobody volunteers"),
        ({"arena_threshold": 0.35}, 0.55, "states choose no forum"),
        ({"arena_sovereignty": 0.0, "arena_threshold": 0.2, "arena_obligation": 0.0}, 0.55, "states choose the UN"),
    ],
)
def test_the_twin_docks_at_every_turn_that_a_choice_may_take(
    load_lively: Callable[..., Scenario], parameters: dict[str, float], attachment: float, turn: str
) -> None:
    data = load_lively(**parameters).to_json()
    data["forums"] = [forum | {"attachment": attachment} for forum in data["forums"]]
    twin = dock(from_data(data), 1)
    held_as = set(twin.datacollector.get_model_vars_dataframe()["held_as"])
    seen = {
        "a chair withdraws": len(twin.chairs) > 0,
        "nobody volunteers": len(twin.not_held) > 0 and twin.arena == "informal",
        "states choose no forum": twin.arena == "nowhere",
        "states choose the UN": twin.arena == "un" and held_as == {"FORMAL"},
    }
    assert seen[turn]


def _whims(record: Record, seed: int) -> list[Move]:
    """Return moves at random for all actors, of every kind, some of them impossible."""
    luck = np.random.default_rng(seed)
    moves = []
    for trace in record.trace.meetings:
        for actor in record.population.ids:
            if luck.random() < 0.5:
                continue
            whole = {"attends": luck.random() < 0.8, "pledges": luck.random() < 0.5}
            whole |= {"hosts": luck.random() < 0.5} if luck.random() < 0.3 else {}
            whole |= {"arena": luck.choice(["un", "informal", "nowhere"], p=[0.2, 0.6, 0.2])}
            whole |= {"vote": luck.choice(["yes", "abstain", "no", "absent"])} if trace.votes else {}
            moves += [Move.model_validate({"actor": actor, "meeting": trace.id, name: v}) for name, v in whole.items()]
            if trace.votes:
                moves += _voices(actor, trace.id, record.issues, luck)
            for sitting in range(1, len(trace.phases) + 1):
                where = {"actor": actor, "meeting": trace.id, "sitting": sitting}
                if luck.random() < 0.5:
                    moves.append(Move.model_validate({**where, "table": int(luck.integers(0, 5))}))
                others = [other for other in record.population.ids if other != actor]
                named = luck.choice(others, size=int(luck.integers(0, 3)), replace=False)
                moves += [Move.model_validate({**where, "partner": str(other)}) for other in named]
                if luck.random() < 0.5:
                    act = str(luck.choice(["silence", "statement", "cooperation", "contestation"]))
                    number = {"round": int(luck.integers(1, 3))} if luck.random() < 0.5 else {}
                    moves.append(Move.model_validate({**where, **number, "act": act}))
    return moves


def _voices(actor: str, meeting: str, issues: list[str], luck: np.random.Generator) -> list[Move]:
    """Return what an actor says of some wordings, at random; more support than opposition, so that some are agreed."""
    said = [(issue, wording) for issue in issues for wording in range(-2, 3) if luck.random() < 0.4]
    stances = luck.choice(["supports", "opposes"], size=len(said), p=[0.7, 0.3])
    return [
        Move.model_validate(
            {"actor": actor, "meeting": meeting, "draft": str(stance), "paragraph": issue, "wording": wording}
        )
        for (issue, wording), stance in zip(said, stances, strict=True)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_twin_docks_where_people_choose(load_teaching: Callable[..., Scenario], seed: int) -> None:
    data = load_teaching().to_json()
    for forum in data["forums"]:
        for line in forum["format"]:
            if line["phase"] == "round_tables":
                line |= {"tables": 3, "rounds": 2, "seats": 5}
    scenario = from_data(data)
    record = comity.run(scenario, seed=seed)
    scenario = scenario.with_moves(_whims(record, seed))
    dock(scenario, seed)
    effect = comity.run(scenario, seed=seed).moves.groupby("choice")["effect"].sum()
    assert (effect.reindex(["attends", "pledges", "arena", "vote", "table", "act", "partner", "draft"]) > 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_twin_docks_where_people_choose_and_the_model_the_rest(
    load_lively: Callable[..., Scenario], seed: int
) -> None:
    record = comity.run(load_lively(), seed=seed)
    scenario = load_lively().with_moves(_whims(record, seed))
    dock(scenario, seed)
    effect = comity.run(scenario, seed=seed).moves.groupby(["choice", "value"])["effect"].sum()
    assert effect["hosts", "false"] > 0
    assert effect["hosts", "true"] > 0


@pytest.mark.parametrize(
    ("owner", "name", "rule"),
    [
        (Belief, "forget", lambda belief, decay: None),
        (StateAgent, "burden", lambda state, weight: 0.9 * state.sovereignty * weight),
        (Experience, "heard", lambda experience, speeches, cooperative: None),
        (StateAgent, "generalise", lambda state: None),
    ],
)
def test_docking_finds_a_rule_that_differs(
    load_teaching: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch, owner: type, name: str, rule: Any
) -> None:
    monkeypatch.setattr(owner, name, rule)
    with pytest.raises(AssertionError, match=r"seed 1, (DIALOGUE|FORUM)"):
        dock(load_teaching(), 1)


@pytest.mark.parametrize(
    ("name", "rule"), [("carry_home", lambda state, networks: None), ("internalise", lambda state, means: None)]
)
def test_docking_finds_a_domestic_anchor_that_differs(
    load_lively: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch, name: str, rule: Any
) -> None:
    # In the teaching scenario no state hears a network.
    monkeypatch.setattr(StateAgent, name, rule)
    with pytest.raises(AssertionError, match=r"seed 1, .*anchor of"):
        dock(load_lively(), 1)


def test_the_twin_docks_after_a_meeting_to_which_no_state_came(load_lively: Callable[..., Scenario]) -> None:
    scenario = load_lively(agenda_demand=5.0, agenda_novelty=0.0)
    actors = comity.ForumModel(scenario).population.actors
    groups = actors[actors["kind"] == "state"].set_index("id")["group"]
    first, second, *_ = (meeting.id for meeting in scenario.meetings if meeting.forum == "FORMAL")
    came = [Move(actor=state, meeting=first, attends=group == "destination") for state, group in groups.items()]
    nobody = [Move(actor=state, meeting=second, attends=False) for state in groups.index]
    dock(scenario.with_moves([*came, *nobody]), 1)


def test_the_twin_docks_where_a_state_cares_about_nothing_in_a_text() -> None:
    settings = {
        "meetings.DIALOGUE2.votes.COMPACT.categories": ["rights/protection"],
        "population.actors.OILPORT.salience": {"remittances": 0.4, "labour": 0.6, "rights": 0.0},
    }
    dock(comity.load("teaching", settings=settings), 1)


@pytest.mark.parametrize("endogenous", [False, True])
def test_the_twin_docks_on_the_whole_history(endogenous: bool) -> None:
    changes = {"choices": ENDOGENOUS} if endogenous else {}
    dock(_shortened(date(2021, 12, 31), **changes), 1)
