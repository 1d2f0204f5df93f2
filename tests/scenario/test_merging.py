"""The one rule by which patches, files that extend others, settings and factors are laid over a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import InputError
from comity.scenario.loading import load
from comity.scenario.merging import flat_settings, lay_settings, merge, overlapping


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


SAME = [
    {"parameters.persuasion_rate": 0.2, "parameters.turnover": 0.3},
    {"parameters": {"persuasion_rate": 0.2, "turnover": 0.3}},
    {"parameters": {"persuasion_rate": 0.2}, "parameters.turnover": 0.3},
]


@pytest.mark.parametrize("settings", SAME)
def test_a_path_and_a_table_say_the_same_and_leave_all_else_as_it_was(settings):
    base, changed = load("hld_gfmd"), load("hld_gfmd", settings=settings)
    assert changed.parameters == base.parameters.model_copy(update={"persuasion_rate": 0.2, "turnover": 0.3})


@pytest.mark.parametrize(
    "settings",
    [
        {"meetings.FORUM1.openness": 0.9},
        {"meetings": {"FORUM1": {"openness": 0.9}}},
        {"meetings.FORUM1": {"openness": 0.9}},
        {"meetings": {"FORUM1.openness": 0.9}},
        {"meetings": [{"id": "DIALOGUE1"}, {"id": "FORUM1", "openness": 0.9}, {"id": "DIALOGUE2"}]},
    ],
)
def test_items_of_a_list_merge_by_their_id_however_they_are_written(settings):
    scenario, base = load("teaching", settings=settings), load("teaching")
    assert scenario.meeting("FORUM1") == base.meeting("FORUM1").model_copy(update={"openness": 0.9})
    assert [item.id for item in scenario.meetings] == [item.id for item in base.meetings]


def test_a_table_of_settings_says_the_same_as_a_patch(tmp_path):
    patch = write(tmp_path, "p", '[choices]\nhost = "endogenous"\n[population]\nremove = ["CORAL"]\n')
    settings = {"choices": {"host": "endogenous"}, "population": {"remove": ["CORAL"]}}
    assert load("teaching", patches=[patch]).hash == load("teaching", settings=settings).hash


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"parameters": {"turnover": 0.2}, "parameters.turnover": 0.3}, r"set once, got 'parameters\.turnover' twice"),
        (
            {"choices": "endogenous", "choices.host": "endogenous"},
            r"set once, got 'choices\.host' twice, or with a part",
        ),
        ({"meetings": [{"id": "FORUM1"}], "meetings.FORUM1.openness": 0.1}, r"set once, got 'meetings\.FORUM1\.open"),
        (
            {"meetings": [{"id": "FORUM1"}, {"id": "FORUM1"}]},
            r"meetings: every id must occur only once, got 'FORUM1' twice",
        ),
        ({"meetings": [{"openness": 0.1}]}, r"meetings: every item must have an id"),
        (
            {"meetings": [{"id": "FORUM1", "openness": 0.1}]},
            r"meetings must name all items .*none of DIALOGUE1, DIALOGUE2",
        ),
        (
            {"shocks": [{"id": "other"}]},
            r"shocks must name all items that there are, got none of campaign: whether they",
        ),
        ({"meetings": {"FORUM2": {"openness": 0.1}}}, r"meetings has no item 'FORUM2'\. Did you mean 'FORUM1'\?"),
        ({"meetings.1.openness": 0.1}, r"meetings has no item '1'\. Known: DIALOGUE1"),
        ({"meetings.FORUM1": 0.1}, r"'meetings\.FORUM1' must be a table, got 0\.1"),
        ({"meetings.FORUM1.id": "X"}, r"meetings\.FORUM1\.id must stay 'FORUM1', got 'X'"),
        ({"choices": {}}, r"'choices' must set something, got an empty table"),
        ({"parameters": {"": 1}}, r"must be a dotted path"),
        ([("choices.host", "endogenous")], r"settings must be a table of values by path, got \["),
    ],
)
def test_settings_that_would_lose_something_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        load("teaching", settings=settings)


LOST = {
    "the same id twice": (
        '[[meetings]]\nid = "FORUM1"\nopenness = 1.0\n[[meetings]]\nid = "FORUM1"\ncity = "X"\n',
        r"p\.toml: meetings: every id must occur only once, got 'FORUM1' twice\. Write one block of 'FORUM1'",
    ),
    "the same new id twice": (
        '[[shocks]]\nid = "X"\nname = "X"\n[[shocks]]\nid = "X"\nname = "Y"\n',
        r"shocks: every id must occur only once, got 'X' twice",
    ),
    "the same actor twice": (
        '[[population.actors]]\nid = "CORAL"\ncapacity = 0.1\n[[population.actors]]\nid = "CORAL"\ncooperation = 0.1\n',
        r"population\.actors: every id must occur only once, got 'CORAL' twice",
    ),
    "the same vote twice": (
        '[[meetings]]\nid = "DIALOGUE2"\n[[meetings.votes]]\nid = "COMPACT"\n[[meetings.votes]]\nid = "COMPACT"\n',
        r"meetings\.DIALOGUE2\.votes: every id must occur only once, got 'COMPACT' twice",
    ),
    "an item without id": ("[[meetings]]\nopenness = 1.0\n", r"meetings: every item must have an id"),
    "actors by id": (
        "[population.actors.CORAL]\ncapacity = 0.2\n",
        r"Write \[\[population\.actors\]\] above each item",
    ),
    "changed and removed": (
        '[[shocks]]\nid = "campaign"\npressure = 0.1\n[remove]\nshocks = ["campaign"]\n',
        r"'campaign' must not be both in shocks and in remove\.shocks",
    ),
    "two values for one field": (
        '[[meetings]]\nid = "FORUM1"\nopenness = 1.0\n[[each]]\nof = "meetings"\nset = { openness = 0.2 }\n',
        r"each\[0\]: set\.openness must not change what the block of 'FORUM1' says, 1\.0, got 0\.2",
    ),
    "one of two forums is not there": (
        '[[each]]\nof = "meetings"\nwhere = { forum = ["FORUM", "DIALOG"] }\nset = { openness = 0.2 }\n',
        r"where\.forum names 'DIALOG', .* Did you mean 'DIALOGUE'\?",
    ),
    "nothing to set": ('[[each]]\nof = "meetings"\nset = {}\n', r"set must be a table without id, got \{\}"),
    "chairs of no meeting": (
        '[[chairs]]\ndate = 2007-01-01\nevent = "chair"\nstate = "CORAL"\nmeeting = "FORUM9"\ntext = "t"\nsource = "s"\n',
        r"p\.toml: chairs: meeting 'FORUM9' is not in the calendar\. Did you mean 'FORUM1'\?",
    ),
    "chairs removed that are not there": (
        '[remove]\nchairs = ["FORUM1"]\n',
        r"remove\.chairs must name meetings .*got 'FORUM1'",
    ),
}


@pytest.mark.parametrize(("text", "message"), LOST.values(), ids=list(LOST))
def test_a_patch_in_which_something_would_be_lost_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        load("teaching", patches=[write(tmp_path, "p", text)])


def test_the_same_id_twice_is_refused_in_a_file_that_extends(tmp_path):
    text = 'extends = "teaching"\n' + LOST["the same id twice"][0]
    with pytest.raises(InputError, match=r"mine\.toml: meetings: every id must occur only once, got 'FORUM1' twice"):
        load(write(tmp_path, "mine", text))


def test_a_patch_is_laid_once(tmp_path):
    patch = write(tmp_path, "p", "[parameters]\nturnover = 0.2\n")
    with pytest.raises(InputError, match=r"p\.toml: a patch must be laid once, got it twice"):
        load("teaching", patches=[patch, patch])
    with pytest.raises(InputError, match=r"extends must name each file once, got 'p' twice"):
        load(write(tmp_path, "mine", 'extends = ["teaching", "p", "p"]\n'))


def test_actors_left_out_by_one_patch_are_not_brought_back_by_the_next(tmp_path):
    first = write(tmp_path, "first", '[remove]\nactors = ["CORAL"]\n')
    second = write(tmp_path, "second", '[population]\nremove = ["SAVANNA"]\n')
    assert load("teaching", patches=[first, second]).population.remove == ("CORAL", "SAVANNA")
    both = load("teaching", patches=[first], settings={"population.remove": ["SAVANNA"]})
    assert both.population.remove == ("CORAL", "SAVANNA")
    assert load("teaching", patches=[first], settings={"population.remove": []}).population.remove == ()


def test_chairs_of_a_meeting_can_be_removed(tmp_path):
    before = load("hld_gfmd")
    after = load("hld_gfmd", patches=[write(tmp_path, "p", '[remove]\nchairs = ["GFMD2010"]\n')])
    assert [event for event in before.chairs if event.meeting != "GFMD2010"] == list(after.chairs)
    assert len(after.chairs) < len(before.chairs)


def test_a_list_without_items_empties_a_list():
    assert load("teaching", settings={"shocks": []}).shocks == ()


def test_moves_are_added_and_replace_what_is_on_the_same_thing():
    one = {"actor": "CORAL", "meeting": "FORUM1", "attends": True}
    other = {"actor": "SAVANNA", "meeting": "FORUM1", "attends": True}
    base = {"moves": [one]}
    assert lay_settings(base, {"moves": [other]}, "here")["moves"] == [one, other]
    assert lay_settings(base, {"moves": [one | {"attends": False}]}, "here")["moves"] == [one | {"attends": False}]
    assert lay_settings(base, {"moves": []}, "here")["moves"] == []


def test_a_merge_does_not_touch_its_base():
    base = {"a": {"b": [{"id": "x", "y": 1}]}}
    assert merge(base, {"a": {"b": [{"id": "x", "z": 2}]}}, "here") == {"a": {"b": [{"id": "x", "y": 1, "z": 2}]}}
    assert base == {"a": {"b": [{"id": "x", "y": 1}]}}


def test_paths_overlap_where_one_is_or_holds_the_other():
    assert overlapping(["a.b", "a.bc", "b"]) is None
    assert overlapping(["a.b.c", "a.bc", "a.b"]) == ("a.b", "a.b.c")
    assert overlapping(["a", "a"]) == ("a", "a")
    assert flat_settings({"a": {"b": 1}, "c.d": 2}, "here") == {"a.b": 1, "c.d": 2}


def test_a_list_that_names_all_items_gives_their_order():
    base = {"issues": [{"id": "a", "x": 1}, {"id": "b"}]}
    turned = merge(base, {"issues": [{"id": "b"}, {"id": "c"}, {"id": "a"}]}, "here")
    assert turned["issues"] == [{"id": "b"}, {"id": "c"}, {"id": "a", "x": 1}]
    some = merge(base, {"issues": [{"id": "c"}, {"id": "b"}]}, "here")
    assert [item["id"] for item in some["issues"]] == ["a", "b", "c"]
