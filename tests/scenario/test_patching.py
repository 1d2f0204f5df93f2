"""Patches: what is merged, what replaces, what is removed, and what gets an error."""

from __future__ import annotations

from pathlib import Path

import pytest

import comity
from comity import InputError, Scenario
from comity.scenario.loading import load
from comity.scenario.patching import apply_patch, patch_schema


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


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


def each(tmp_path: Path, text: str) -> Scenario:
    return load("teaching", patches=[write(tmp_path, "patch", f"[[each]]\n{text}\n")])


def test_each_changes_all_items_that_it_chooses(tmp_path):
    scenario = each(tmp_path, 'of = "meetings"\nwhere = { forum = "DIALOGUE" }\nset = { openness = 0.9 }')
    changed = {meeting.id: meeting.openness for meeting in scenario.meetings}
    assert changed == {"DIALOGUE1": 0.9, "FORUM1": load("teaching").meeting("FORUM1").openness, "DIALOGUE2": 0.9}
    everywhere = each(tmp_path, 'of = "meetings"\nset = { venue = "online" }')
    assert {meeting.venue for meeting in everywhere.meetings} == {"online"}


def test_each_merges_tables_inside_an_item_and_comes_after_the_rest():
    base = {"meetings": [{"id": "A", "forum": "F", "sittings": {"corridor": 1}}, {"id": "B", "forum": "G"}]}
    patch = {
        "meetings": [{"id": "A", "forum": "G"}],
        "each": [{"of": "meetings", "where": {"forum": "G"}, "set": {"sittings": {"plenary": 2}}}],
    }
    merged = apply_patch(base, patch, "here")["meetings"]
    assert merged[0] == {"id": "A", "forum": "G", "sittings": {"corridor": 1, "plenary": 2}}
    assert merged[1] == {"id": "B", "forum": "G", "sittings": {"plenary": 2}}


def test_each_removes_those_of_a_list_that_are_there(tmp_path):
    # FORUM9 is not in this calendar: a patch may name meetings that only a longer calendar has.
    scenario = each(tmp_path, 'of = "meetings"\nwhere = { id = ["FORUM1", "FORUM9"] }\nremove = true')
    assert [meeting.id for meeting in scenario.meetings] == ["DIALOGUE1", "DIALOGUE2"]
    assert each(tmp_path, 'of = "shocks"\nremove = true').shocks == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('of = "meeting"\nremove = true', r"each\[0\]: of must be one of meetings, .* Did you mean 'meetings'\?"),
        ('of = "meetings"\nwhere = { city = "X" }\nremove = true', r"must choose meetings by id or forum, got 'city'"),
        ('of = "meetings"\nwhere = { forum = "FORUMS" }\nremove = true', r"none of the meetings .* mean 'FORUM'\?"),
        ('of = "meetings"', r"must have either set or remove = true"),
        ('of = "meetings"\nremove = true\nset = { city = "X" }', r"must have either set or remove = true"),
        ('of = "meetings"\nset = { id = "X" }', r"set must be a table without id"),
        ('of = "meetings"\nwhere = "FORUM"\nremove = true', r"where must be a table of values, got 'FORUM'"),
        ('of = "meetings"\nsets = { city = "X" }', r"sets is not a known key\. Did you mean 'set'\?"),
    ],
)
def test_each_says_what_is_wrong_with_it(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        each(tmp_path, text)


def test_each_must_be_a_list_of_tables(tmp_path):
    with pytest.raises(InputError, match=r"each must be a list of tables"):
        apply_patch({}, {"each": {"of": "meetings"}}, "here")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[meetings.FORUM1]\nopenness = 0.1",
            r"patch\.toml: meetings must be a list of tables, got {'FORUM1': .*\[\[me",
        ),
        ("forums = 3", r"forums must be a list of tables, got 3\. Write \[\[forums\]\] above each item"),
        ('moves = "x"\n[remove]\nmoves = ["x"]', r"moves must be a list of tables, got 'x'"),
        ("shocks = [1]\n[[each]]\nof = 'shocks'\nremove = true", r"shocks must be a list of tables, got \[1\]"),
        ("meetings = [{ id = ['a'] }]", r"meetings: id must be a text, got \['a'\]"),
        (
            "[[meetings]]\nid = 'FORUM1'\nlinked_to = ['DIALOGUE1']",
            r"meetings\[1\]\.linked_to must be a valid string, got \['DIALOGUE1'\]",
        ),
        ("[[each]]\nof = ['meetings']\nremove = true", r"each\[0\]: of must be one of meetings, .*got \['meetings'\]"),
        ("remove = ['FORUM1']", r"remove must be a table of lists, got \['FORUM1'\]\. Write \[remove\] and"),
        ("population = 3\n[remove]\nactors = ['CORAL']", r"population must be a table, got 3"),
        ("[population]\nremove = 3\n[remove]\nactors = ['CORAL']", r"population\.remove must be a list of ids, got 3"),
    ],
)
def test_a_list_or_table_written_as_something_else_is_an_error_that_says_so(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        load("teaching", patches=[write(tmp_path, "patch", text)])


def test_a_single_value_cannot_be_set_inside_a_list_of_texts():
    with pytest.raises(InputError, match=r"categories has no item '0'"):
        load("teaching", settings={"issues.rights.categories.0.x": 1})


def test_removing_a_meeting_removes_what_is_linked_to_it():
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


def test_the_schema_knows_what_only_a_patch_may_hold():
    schema = patch_schema()
    item = schema["each"]["items"]
    assert set(item["properties"]) == {"of", "where", "set", "remove"}
    assert set(item["properties"]["of"]["enum"]) == {"meetings", "forums", "issues", "shocks"}
    assert set(schema["remove"]["properties"]) == {"meetings", "forums", "actors", "shocks", "chairs", "moves"}
