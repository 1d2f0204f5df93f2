"""Phases in order, and every check with a scenario that fails it."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

import comity
from comity import InputError
from comity.phases import PHASE_CODES, SUCCESSORS, Phase
from comity.scenario.loading import from_data, load
from comity.scenario.locate import scenario_folder

TEACHING = tomllib.loads((scenario_folder() / "teaching.toml").read_text(encoding="utf-8"))


@pytest.fixture
def data() -> dict[str, Any]:
    """Return the teaching scenario as plain data that may be spoilt."""
    return copy.deepcopy(TEACHING)


def test_every_phase_knows_its_successors():
    assert set(SUCCESSORS) == set(Phase) == set(PHASE_CODES)
    assert list(PHASE_CODES.values()) == list(range(len(Phase)))
    for phase in (Phase.CLOSING, Phase.VOTE):
        assert SUCCESSORS[phase] == {Phase.VOTE}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("closing", "plenary"),
        ("plenary", "preparation"),
        ("assembly", "round_tables"),
        ("civil_society_day", "closing"),
    ],
)
def test_phases_out_of_order_are_an_error(data, before, after):
    entry = data["forums"][0]["format"][0]
    data["forums"][0]["format"] = [{**entry, "phase": before}, {**entry, "phase": after}]
    with pytest.raises(InputError, match=f"format of forum 'DIALOGUE': '{after}' cannot follow '{before}'"):
        from_data(data)


def spoil(data: dict[str, Any], path: str, value: Any) -> None:
    """Set a value by a path of keys and places: ``meetings.0.forum``; None deletes."""
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    node: Any = data
    for key in way:
        node = node[key]
    if value is None:
        del node[last]
    else:
        node[last] = value


def twice(kind: str, *path: str) -> Any:
    def double(data: dict[str, Any]) -> None:
        node = data
        for key in path:
            node = node[key]
        node[kind].append(copy.deepcopy(node[kind][0]))

    return double


def announced(state: str, meeting: str) -> dict[str, str]:
    text = {"text": "in the line-up", "source": "test"}
    return {"date": "2006-09-15", "event": "announced", "state": state, "meeting": meeting} | text


SPOILT: list[tuple[str, Any, Any, str]] = [
    ("issues twice", twice("issues"), None, r"issue id must be unique, got 'remittances' twice"),
    ("forums twice", twice("forums"), None, r"forum id must be unique, got 'DIALOGUE' twice"),
    ("meetings twice", twice("meetings"), None, r"meeting id must be unique, got 'DIALOGUE1' twice"),
    ("shocks twice", twice("shocks"), None, r"shock id must be unique, got 'campaign' twice"),
    ("actors twice", twice("actors", "population"), None, r"actor id must be unique, got 'NORTHLAND' twice"),
    (
        "votes twice",
        lambda d: d["meetings"][2]["votes"].append(d["meetings"][2]["votes"][0]),
        None,
        r"vote id must be unique, got 'COMPACT' twice",
    ),
    (
        "category of two issues",
        "issues.1.categories",
        ["labour migration", "rights/protection"],
        r"issues: a category must belong to one issue only",
    ),
    ("end before start", "end", "2005-12-31", r"end must not be before start, got 2006-01-01 to 2005-12-31"),
    (
        "unknown rights issue",
        "institutions.rights_issue",
        "right",
        r"institutions: rights_issue names 'right', which is not defined\. Did you mean 'rights'\?",
    ),
    ("unknown forum", "meetings.0.forum", "DIALOG", r"meeting 'DIALOGUE1': forum names 'DIALOG', .*'DIALOGUE'\?"),
    (
        "unknown category",
        "meetings.0.sessions.0.category",
        "rights",
        r"meeting 'DIALOGUE1': session '1': category names 'rights', which is not defined",
    ),
    ("unknown forum of a vote", "meetings.2.votes.0.forum", "FORUMM", r"vote 'COMPACT': forum names 'FORUMM'"),
    ("unknown category of a vote", "meetings.2.votes.0.categories", ["work"], r"vote 'COMPACT': category names 'work'"),
    ("unknown link", "meetings.1.linked_to", "DIALOGUE3", r"meeting 'FORUM1': linked_to names 'DIALOGUE3'"),
    (
        "no host",
        "meetings.1.hosts",
        [],
        r"meeting 'FORUM1': hosts must name at least one state, got none: forum 'FORUM' is state-led",
    ),
    (
        "unknown founder",
        lambda d: d["forums"][1].update(founded_by="DIALOG", attachment=0.0),
        None,
        r"forum 'FORUM': founded_by names 'DIALOG', which is not defined\. Did you mean 'DIALOGUE'\?",
    ),
    (
        "its own founder",
        lambda d: d["forums"][1].update(founded_by="FORUM", attachment=0.0),
        None,
        r"forum 'FORUM': founded_by must name another forum, got itself",
    ),
    (
        "attachment to what does not exist",
        "forums.1.founded_by",
        "DIALOGUE",
        r"forum 'FORUM': attachment must be 0 where founded_by is given, got 0\.55",
    ),
    (
        "a line-up that names a state twice",
        "chairs",
        [announced("CORAL", "FORUM1"), announced("CORAL", "")],
        r"chairs: the line-up announced on 2006-09-15 must name each once, got 'CORAL' twice",
    ),
    (
        "a line-up that names a meeting twice",
        "chairs",
        [announced("CORAL", "FORUM1"), announced("PALMERA", "FORUM1")],
        r"chairs: the line-up announced on 2006-09-15 must name each once, got 'FORUM1' twice",
    ),
    (
        "outside of the years",
        "meetings.0.start",
        "2005-09-14",
        r"meeting 'DIALOGUE1': start must lie between 2006-01-01 and 2008-12-31, got 2005-09-14",
    ),
    ("unknown issue of a shock", "shocks.0.anchors", {"right": -0.1}, r"shock 'campaign': anchors names 'right'"),
    ("no actors", "population.actors", [], r"population\.actors must not be empty when source is \"list\""),
    (
        "no distributions",
        "population.source",
        "synthetic",
        r"population\.synthetic must be given when source is \"synthetic\"",
    ),
    (
        "unknown issue of an actor",
        "population.actors.0.position",
        {"remittances": 0.6, "labour": 0.2, "rights": 0.1, "right": 0.1},
        r"actor 'NORTHLAND': position names 'right'",
    ),
    (
        "unknown issue of a mandate",
        "population.actors.8.mandate",
        {"work": 0.1},
        r"actor 'SERVICE': mandate names 'work'",
    ),
    (
        "position missing",
        "population.actors.0.position",
        {"remittances": 0.6, "labour": 0.2},
        r"actor 'NORTHLAND': position must be given for every issue, \['rights'\] missing",
    ),
    (
        "salience missing",
        "population.actors.0.salience",
        {"remittances": 0.6, "labour": 0.4},
        r"actor 'NORTHLAND': salience must be given for every issue, \['rights'\] missing",
    ),
    (
        "salience off",
        "population.actors.0.salience",
        {"remittances": 0.6, "labour": 0.2, "rights": 0.1},
        r"actor 'NORTHLAND': weights in salience must sum to 1, got 0\.9",
    ),
    (
        "position off",
        "population.actors.0.position",
        {"remittances": 0.6, "labour": 1.2, "rights": 0.1},
        r"actor 'NORTHLAND': position\.labour must be in \[0, 1\], got 1\.2",
    ),
    (
        "stake in oneself",
        "population.actors.0.stake",
        {"NORTHLAND": 0.1},
        r"actor 'NORTHLAND': stake must name others, got itself\. Remove it",
    ),
    ("no role", "population.actors.0.role", None, r"actor 'NORTHLAND': a state needs a role"),
    ("no stance", "population.actors.10.stance", None, r"actor 'BRIDGE': a network needs a stance"),
    (
        "end of a meeting",
        "meetings.0.end",
        "2006-09-13",
        r"meeting 'DIALOGUE1': end 2006-09-13 is before start 2006-09-14",
    ),
    (
        "too many sittings",
        "meetings.0.sittings",
        {"plenary": 51},
        r"meeting 'DIALOGUE1': sittings\.plenary must be in 0\.\.50, got 51",
    ),
    (
        "unknown key",
        "forums.0.bindingnes",
        0.3,
        r"forums\[0\]\.bindingnes is not a known key\. Did you mean 'bindingness'\?",
    ),
    (
        "unknown key of a phase",
        "forums.0.format.0.seat",
        3,
        r"forums\[0\]\.format\[0\]\.seat is not a known key\. Did you mean 'seats'\?",
    ),
    (
        "unknown key of an actor",
        "population.actors.0.capcity",
        0.3,
        r"population\.actors\[0\]\.capcity is not a known key\. Did you mean 'capacity'\?",
    ),
    ("missing", "forums.0.bindingness", None, r"forums\[0\]\.bindingness is missing\. Add it\."),
    ("no date", "meetings.0.start", "soon", r"meetings\[0\]\.start must be .*date.*, got 'soon'"),
    ("no whole number", "meetings.0.session_count", 2.5, r"meetings\[0\]\.session_count must be .*integer.*, got 2\.5"),
    ("no id", "meetings.0.id", "1 meeting", r"meetings\[0\]\.id .*, got '1 meeting'"),
    (
        "unknown phase",
        "forums.0.format.0.phase",
        "coffee",
        r"forums\[0\]\.format\[0\]\.phase must be .*'plenary'.*, got 'coffee'",
    ),
    (
        "unknown kind",
        "population.actors.0.kind",
        "empire",
        r"population\.actors\[0\]\.kind must be .*'state'.*, got 'empire'",
    ),
    ("no meetings", "meetings", [], r"meetings must have at least 1 item, got \[\]"),
    (
        "too many co-chairs",
        "meetings.1.sessions.1.cochairs",
        ["CORAL", "SAVANNA", "PALMERA", "OILPORT"],
        r"meetings\[1\]\.sessions\[1\]\.cochairs must have at most 3 items, got \[",
    ),
    (
        "a date with a time",
        "meetings.0.start",
        "2006-09-14T12:00:00",
        r"meetings\[0\]\.start must be a date without a time, got '2006-09-14T12:00:00'",
    ),
    (
        "gone before it came",
        "population.actors.0.active_to",
        "1900-01-01",
        r"actor 'NORTHLAND': active_to 1900-01-01 is before active_from 1945-10-24",
    ),
    (
        "out of range",
        "forums.0.bindingness",
        1.5,
        r"forums\[0\]\.bindingness must be less than or equal to 1, got 1\.5",
    ),
]


@pytest.mark.parametrize(
    ("spoilt", "value", "message"), [case[1:] for case in SPOILT], ids=[case[0] for case in SPOILT]
)
def test_what_does_not_fit_is_an_error_that_says_where_and_what(data, spoilt, value, message):
    if callable(spoilt):
        spoilt(data)
    else:
        spoil(data, spoilt, value)
    with pytest.raises(InputError, match=message) as caught:
        from_data(data, "mine.toml")
    text = str(caught.value)
    assert text.startswith("mine.toml: ")
    assert "\n" not in text
    assert text.rstrip().endswith((".", "?", ")"))
    assert "?." not in text


def test_the_unspoilt_scenario_passes(data):
    assert from_data({**data, "name": "teaching"}) == load("teaching")


def test_unknown_actors_wherever_they_are_named_are_errors(data):
    for path, value, message in (
        (
            "meetings.1.sessions.1.cochairs",
            ["NORTHLAN"],
            r"session '2': co-chair 'NORTHLAN' is not an actor\. Did you mean 'NORTHLAND'",
        ),
        (
            "meetings.1.hosts",
            ["WESTMARC"],
            r"meeting 'FORUM1': host 'WESTMARC' is not an actor\. Did you mean 'WESTMARK'",
        ),
        (
            "shocks.0.actors",
            ["CORALS"],
            r"shock 'campaign': actors names 'CORALS', which is not there\. Did you mean 'CORAL'",
        ),
        (
            "institutions.agency",
            "SERVICES",
            r"institutions: agency names 'SERVICES', which is not there\. Did you mean 'SERVICE'",
        ),
        (
            "chairs",
            [{"date": "2007-01-01", "event": "chair", "state": "WESTMARC", "text": "t", "source": "s"}],
            r"chairs: 'WESTMARC' of 2007-01-01 is not an actor\. Did you mean 'WESTMARK'",
        ),
        ("population.override", {"CORALS": {"capacity": 0.1}}, r"population\.override names actor 'CORALS'"),
        (
            "population.override",
            {"CORAL": {"capacities": 0.1}},
            r"population\.override\.CORAL: 'capacities' is no attribute\. Did you mean 'capacity'",
        ),
        (
            "population.override",
            {"CORAL": {"salience_labour": 0.9}},
            r"population\.override\.CORAL: saliences must sum to 1, got 1\.\d+\. Change the others too",
        ),
        (
            "population.override",
            {"CORAL": {"capacity": 1.1}},
            r"population\.override\.CORAL\.capacity must be in \[0, 1\], got 1\.1",
        ),
        (
            "population.remove",
            [f"{name}" for name in ("WESTMARK", "OILPORT", "CROSSLAND", "PALMERA", "HIGHVALE", "SAVANNA", "CORAL")],
            r"population: at least two states are needed",
        ),
    ):
        spoilt = copy.deepcopy(data)
        spoil(spoilt, path, value)
        with pytest.raises(InputError, match=message):
            comity.run(from_data(spoilt), seed=1)


def test_a_forum_that_another_founds_starts_without_attachment(data):
    forum = data["forums"][1]
    forum["founded_by"] = "DIALOGUE"
    del forum["attachment"]
    scenario = from_data(data)
    assert scenario.forum("FORUM").attachment == 0.0
    assert from_data(scenario.to_json()) == scenario
    first = comity.run(scenario, seed=1).actors.query("meeting == 'DIALOGUE1'")
    assert set(comity.ForumModel(scenario).population.world.attachment[:, 1]) == {0.0}
    assert first["attachment"].max() > 0, "that is the one to the dialogue"


def test_a_state_may_be_announced_again_on_another_day(data):
    data["chairs"] = [announced("CORAL", "FORUM1"), announced("CORAL", "") | {"date": "2007-09-15"}]
    assert len(from_data(data).chairs) == 2
