"""Loading: extends, patches, single values, hashes; and every check with a scenario that fails it."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import comity
from comity import InputError, Scenario
from comity.errors import nearest
from comity.scenario.loading import from_data, load, read_value
from comity.scenario.locate import find_scenario, scenario_folder, shipped_patches, shipped_scenarios
from comity.scenario.patching import apply_patch, set_path
from comity.scenario.phases import PHASE_CODES, SUCCESSORS, Phase
from comity.scenario.presets import PRESETS

TEACHING = tomllib.loads((scenario_folder() / "teaching.toml").read_text(encoding="utf-8"))


@pytest.fixture
def data() -> dict[str, Any]:
    """Return the teaching scenario as plain data that may be spoilt."""
    return copy.deepcopy(TEACHING)


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


# --- Shipped scenarios


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_loads_and_runs(name, has_tables):
    scenario = load(name)
    assert scenario.name == name
    assert scenario.sources() or name == "synthetic", "it says what it rests on"
    if scenario.population.source == "tables" and not has_tables:
        pytest.skip("needs the tables in scenarios/data")
    record = comity.run(scenario, seed=0, keep="meetings")
    held = set(record.meetings["meeting"]) | set(record.chairs.query("event == 'cancelled'")["meeting"])
    assert held == {meeting.id for meeting in scenario.meetings}


def sources_in(node: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield place and text of every field called source below a scenario in plain data."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "source" and isinstance(value, str):
                yield place, value
            else:
                yield from sources_in(value, f"{place}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from sources_in(value, f"{place}[{number}]")


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_number_has_a_resolved_source_or_is_called_an_assumption(name):
    scenario = load(name)
    for place, text in sources_in(scenario.to_json()):
        if place == ".population" or (name == "teaching" and ".sessions" in place):
            continue  # the first is the source of the actors; the others are covered by their meeting
        codes = set(re.findall(r"[A-Za-z0-9]+", text)) & set(scenario.references)
        assert codes or "assumption" in text or "invented" in text, f"{place}: {text!r}"


@pytest.mark.parametrize("patch", shipped_patches())
def test_every_shipped_patch_loads_and_runs_over_its_base(patch, has_tables):
    scenario = load("hld_gfmd", patches=[patch])
    assert scenario.name == f"hld_gfmd+{patch}"
    assert scenario.hash != load("hld_gfmd").hash
    if not has_tables:
        pytest.skip("needs the tables in scenarios/data")
    assert len(comity.run(scenario, seed=0, keep="meetings").meetings) > 0


@pytest.mark.parametrize("patch", shipped_patches())
def test_every_shipped_patch_begins_with_the_question_that_it_asks(patch):
    text = find_scenario(patch, kind="patch").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "?" in "".join(line for line in text.splitlines(True) if line.startswith("#"))


def test_the_scenarios_that_are_promised_are_shipped():
    assert {"hld_gfmd", "teaching", "synthetic"} <= set(shipped_scenarios())
    assert "facts" not in shipped_scenarios()


# --- Extends


def test_extends_lays_a_file_over_its_base(tmp_path):
    file = write(tmp_path, "mine", 'extends = "teaching"\ntitle = "Mine"\n[parameters]\ntrust_learning = 2.0\n')
    scenario, base = load(file), load("teaching")
    assert scenario.title == "Mine"
    assert scenario.name == "mine"
    assert scenario.parameters.trust_learning == 2.0
    assert scenario.meetings == base.meetings
    assert scenario.parameters.model_copy(update={"trust_learning": 1.0}) == base.parameters


def test_extends_finds_a_neighbour_first_and_goes_on_from_there(tmp_path):
    write(tmp_path, "teaching", 'extends = "middle"\ntitle = "Not the shipped one"\n')
    write(tmp_path, "middle", 'extends = "synthetic"\n[parameters]\nturnover = 0.5\n')
    file = write(tmp_path, "top", 'extends = "teaching"\n')
    scenario = load(file)
    assert scenario.title == "Not the shipped one"
    assert scenario.parameters.turnover == 0.5
    assert scenario.population.source == "synthetic"


def test_extends_must_not_go_in_circles(tmp_path):
    write(tmp_path, "a", 'extends = "b"\n')
    write(tmp_path, "b", 'extends = "c"\n')
    file = write(tmp_path, "c", 'extends = "a"\n')
    with pytest.raises(InputError, match=r"extends must not be circular, got c -> a -> b -> c\."):
        load(file)


def test_extends_must_be_a_name(tmp_path):
    with pytest.raises(InputError, match=r"extends must be the name of a scenario, got 3\."):
        load(write(tmp_path, "a", "extends = 3\n"))


def test_extends_must_exist(tmp_path):
    with pytest.raises(InputError, match=r"teachin: no such scenario; .* Did you mean 'teaching'\?"):
        load(write(tmp_path, "a", 'extends = "teachin"\n'))


def test_remove_needs_a_base(tmp_path):
    with pytest.raises(InputError, match="remove needs a base to remove from"):
        load(write(tmp_path, "a", '[remove]\nmeetings = ["X"]\n'))


# --- Patches


def test_a_patch_merges_lists_by_id():
    base = {"forums": [{"id": "A", "x": 1, "y": 1}, {"id": "B", "x": 2}], "n": [1, 2]}
    merged = apply_patch(base, {"forums": [{"id": "C", "x": 3}, {"id": "A", "x": 9}], "n": [3]}, "here")
    assert merged["forums"] == [{"id": "A", "x": 9, "y": 1}, {"id": "B", "x": 2}, {"id": "C", "x": 3}]
    assert merged["n"] == [3]
    assert base["forums"][0]["x"] == 1, "the base stays as it was"


def test_a_patch_merges_tables_key_by_key():
    merged = apply_patch({"a": {"b": {"c": 1, "d": 2}}, "e": 1}, {"a": {"b": {"c": 9}}}, "here")
    assert merged["a"] == {"b": {"c": 9, "d": 2}}


def test_patches_are_laid_in_order_and_settings_last(tmp_path):
    first = write(tmp_path, "first", "[parameters]\nturnover = 0.1\npersuasion_rate = 0.1\n")
    second = write(tmp_path, "second", "[parameters]\nturnover = 0.2\n")
    scenario = load("teaching", patches=[first, second], settings={"parameters.persuasion_rate": 0.3})
    assert scenario.parameters.turnover == 0.2
    assert scenario.parameters.persuasion_rate == 0.3
    assert scenario.name == "teaching+first+second"


def remove(tmp_path: Path, text: str) -> Scenario:
    return load("teaching", patches=[write(tmp_path, "patch", f"[remove]\n{text}\n")])


def test_a_patch_removes_actors_shocks_and_meetings(tmp_path):
    scenario = remove(tmp_path, 'actors = ["CORAL"]\nshocks = ["campaign"]\nmeetings = ["FORUM1"]')
    assert scenario.population.remove == ("CORAL",)
    assert scenario.shocks == ()
    assert [meeting.id for meeting in scenario.meetings] == ["DIALOGUE1", "DIALOGUE2"]
    assert "CORAL" not in set(comity.run(scenario, seed=1).actors["actor"])


def test_removing_a_meeting_removes_what_is_linked_to_it(tmp_path, data):
    meetings = {"id": "M1"}, {"id": "M2", "linked_to": "M1"}, {"id": "M3", "linked_to": "M2"}, {"id": "M4"}
    patched = apply_patch({"meetings": list(meetings)}, {"remove": {"meetings": ["M1"]}}, "here")
    assert [meeting["id"] for meeting in patched["meetings"]] == ["M4"]


def test_removing_a_forum_removes_its_meetings(tmp_path):
    scenario = remove(tmp_path, 'forums = ["FORUM"]')
    assert [meeting.id for meeting in scenario.meetings] == ["DIALOGUE1", "DIALOGUE2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'meetings = ["FORUM2"]',
            r"patch\.toml: remove names meeting 'FORUM2', which the base does not have\. Did you mean",
        ),
        (
            'shocks = ["campain"]',
            r"remove names shock 'campain', which the base does not have\. Did you mean 'campaign'\?",
        ),
        ('forums = ["FORUMS"]', r"remove\.forums names 'FORUMS', which is not defined\. Did you mean 'FORUM'\?"),
        ('meeting = ["FORUM1"]', r"remove\.meeting is not a list that can be shortened\. Did you mean 'meetings'\?"),
        ('meetings = "FORUM1"', r"remove\.meetings must be a list of ids, got 'FORUM1'"),
        ("meetings = [1]", r"remove\.meetings must be a list of ids, got \[1\]"),
    ],
)
def test_a_patch_that_removes_something_absent_is_an_error(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        remove(tmp_path, text)


def test_an_actor_that_is_not_there_cannot_be_removed(tmp_path):
    scenario = remove(tmp_path, 'actors = ["CORALL"]')
    with pytest.raises(InputError, match=r"population\.remove names actor 'CORALL', .* Did you mean 'CORAL'\?"):
        comity.run(scenario)


# --- Single values


def test_settings_go_by_dotted_path_and_by_id():
    scenario = load(
        "teaching",
        settings={
            "parameters.persuasion_rate": 0.2,
            "forums.FORUM.bindingness": 0.6,
            "meetings.FORUM1.openness": 0.9,
            "population.actors.CORAL.capacity": 0.8,
            "choices.host": "endogenous",
        },
    )
    assert scenario.parameters.persuasion_rate == 0.2
    assert scenario.forum("FORUM").bindingness == 0.6
    assert scenario.forum("DIALOGUE").bindingness == 0.6
    assert scenario.meeting("FORUM1").openness == 0.9
    assert scenario.choices.host == "endogenous"


def test_a_setting_does_not_touch_its_base():
    base = {"forums": [{"id": "A", "x": 1}]}
    assert set_path(base, "forums.A.x", 2, "here") == {"forums": [{"id": "A", "x": 2}]}
    assert base == {"forums": [{"id": "A", "x": 1}]}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "parameters.persuasion_rat",
            0.1,
            r"parameters\.persuasion_rat is not a known key\. Did you mean 'persuasion_rate'\?",
        ),
        ("parameter.persuasion_rate", 0.1, r"parameter is not a known key\. Did you mean 'parameters'\?"),
        ("parameters.persuasion_rate", 1.4, r"parameters\.persuasion_rate must be less than or equal to 1, got 1\.4"),
        (
            "parameters.persuasion_rate",
            -0.1,
            r"parameters\.persuasion_rate must be greater than or equal to 0, got -0\.1",
        ),
        ("parameters.persuasion_rate", "much", r"parameters\.persuasion_rate must be a valid number, .*got 'much'"),
        ("parameters.persuasion_rate", float("nan"), r"parameters\.persuasion_rate must be a finite number, got nan"),
        ("meetings.FORUM9.openness", 0.5, r"meetings has no item 'FORUM9'\. Did you mean 'FORUM1'\?"),
        ("meetings.FORUM1", 0.5, r"meetings has no item 'FORUM1'"),
        ("title.first", "x", r"title is a value, not a table\. Shorten the path\."),
        ("parameters..turnover", 0.1, r"must be a dotted path such as parameters\.persuasion_rate"),
        ("", 0.1, r"must be a dotted path"),
        ("meetings.FORUM1.opennes", 0.5, r"meetings\[1\]\.opennes is not a known key\. Did you mean 'openness'\?"),
        ("theory", "realist", r"theory must be 'socialisation', 'institutionalist' or 'rationalist', got 'realist'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_an_error(path, value, message):
    with pytest.raises(InputError, match=message):
        load("teaching", settings={path: value})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        ("3", 3),
        ("true", True),
        ("endogenous", "endogenous"),
        ('["A", "B"]', ["A", "B"]),
        ("2006-01-02", None),
    ],
)
def test_values_on_the_command_line_are_toml_or_bare_words(text, value):
    import datetime

    assert read_value(text) == (datetime.date(2006, 1, 2) if value is None else value)


# --- Files


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "teachin",
            r"teachin: no such scenario; expected the path of a \.toml file or .* name\. Did you mean 'teaching'\?",
        ),
        ("nothing/like/this.toml", "no such scenario"),
    ],
)
def test_a_missing_file_is_an_error(name, message):
    with pytest.raises(InputError, match=message):
        load(name)


def test_a_missing_patch_is_an_error():
    with pytest.raises(InputError, match=r"no_gfm: no such patch; .* Did you mean 'no_gfmd'\?"):
        load("hld_gfmd", patches=["no_gfm"])


def test_a_file_that_is_not_toml_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"broken\.toml: must be valid TOML in UTF-8, got: .*line 1"):
        load(write(tmp_path, "broken", "title = \n"))
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"\n')
    with pytest.raises(InputError, match=r"latin\.toml: must be valid TOML in UTF-8"):
        load(tmp_path / "latin.toml")


def test_paths_and_names_lead_to_the_same_scenario():
    assert load(scenario_folder() / "teaching.toml") == load("teaching")
    assert load(str(scenario_folder() / "teaching")) == load("teaching")


# --- Hash and round trip


def test_the_hash_is_stable_and_knows_what_matters():
    base = load("teaching")
    assert re.fullmatch(r"[0-9a-f]{16}", base.hash)
    assert load("teaching").hash == base.hash
    words = load("teaching", settings={"title": "Other", "description": "Other", "references.XX": "Other"})
    assert words.hash == base.hash
    for path, value in {
        "parameters.persuasion_rate": 0.061,
        "forums.FORUM.bindingness": 0.11,
        "population.actors.CORAL.capacity": 0.16,
        "theory": "rationalist",
        "end": "2009-12-31",
    }.items():
        assert load("teaching", settings={path: value}).hash != base.hash, path


def test_a_value_that_equals_the_default_does_not_change_the_hash():
    assert load("teaching", settings={"parameters.persuasion_rate": 0.06}).hash == load("teaching").hash


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_scenario_survives_the_way_through_json(name):
    import json

    scenario = load(name)
    again = from_data(json.loads(json.dumps(scenario.to_json())))
    assert again == scenario
    assert again.hash == scenario.hash


def test_a_scenario_is_a_value_that_cannot_be_changed():
    scenario = load("teaching")
    with pytest.raises(ValidationError, match="frozen"):
        scenario.title = "x"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        scenario.parameters.turnover = 0.1  # type: ignore[misc]


# --- Presets


@pytest.mark.parametrize("theory", PRESETS)
def test_a_preset_overrules_the_parameters_of_the_file(theory):
    scenario = load("teaching", theory=theory, settings={"parameters.persuasion_rate": 0.5})
    assert scenario.theory == theory
    assert scenario.parameters.persuasion_rate == 0.5
    assert scenario.strengths.persuasion_rate == PRESETS[theory].get("persuasion_rate", 0.5)
    for name, value in PRESETS[theory].items():
        assert getattr(scenario.strengths, name) == value


def test_run_takes_a_preset_for_a_scenario_or_a_name(first_difference):
    by_name = comity.run("teaching", seed=2, theory="rationalist")
    by_value = comity.run(load("teaching"), seed=2, theory="rationalist")
    assert by_name.scenario.theory == by_value.scenario.theory == "rationalist"
    assert first_difference(by_name, by_value) == ""
    assert by_value.scenario.hash == load("teaching", theory="rationalist").hash


def test_an_unknown_preset_is_an_input_error_either_way():
    for scenario in ("teaching", load("teaching")):
        with pytest.raises(InputError, match="theory must be 'socialisation', 'institutionalist' or 'rationalist'"):
            comity.run(scenario, theory="realist")


# --- Phases


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


# --- Checks, each with a scenario that fails it


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


def test_the_unspoilt_scenario_passes(data):
    assert from_data({**data, "name": "teaching"}) == load("teaching")


def test_unknown_co_chairs_hosts_and_actors_of_a_shock_are_errors(data):
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
        ("population.override", {"CORALS": {"capacity": 0.1}}, r"population\.override names actor 'CORALS'"),
        (
            "population.override",
            {"CORAL": {"capacities": 0.1}},
            r"population\.override\.CORAL: 'capacities' is no attribute\. Did you mean 'capacity'",
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


# --- Words


def test_nearest_names_one_or_lists_some():
    assert nearest("persuasion_rat", ["persuasion_rate", "turnover"]) == "Did you mean 'persuasion_rate'?"
    assert nearest("zzz", ["b", "a"]) == "Known: a, b."
    assert nearest("zzz", []) == "None are defined here."
    assert nearest("zzz", [f"n{number:02}" for number in range(20)]).endswith("n11, ….")


def test_an_input_error_is_a_value_error():
    assert issubclass(InputError, ValueError)
