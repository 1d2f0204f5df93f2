"""Loading: names and paths, extends, single values, and files that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import InputError
from comity.scenario.loading import load, read_value
from comity.scenario.locate import scenario_folder
from comity.scenario.merging import set_path


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


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


def test_extends_lays_patches_over_its_base_in_their_order(tmp_path):
    write(tmp_path, "one", "[parameters]\nturnover = 0.5\ntrust_learning = 2.0\n")
    write(tmp_path, "two", "[parameters]\nturnover = 0.25\n")
    file = write(tmp_path, "mine", 'extends = ["teaching", "one", "two"]\n[parameters]\nevidence_decay = 0.125\n')
    expected = load("teaching", patches=[tmp_path / "one.toml", tmp_path / "two.toml"])
    assert load(file).hash == expected.with_parameters(evidence_decay=0.125).hash
    assert load(file).parameters.turnover == 0.25


def test_extends_must_not_go_in_circles(tmp_path):
    write(tmp_path, "a", 'extends = "b"\n')
    write(tmp_path, "b", 'extends = "c"\n')
    file = write(tmp_path, "c", 'extends = "a"\n')
    with pytest.raises(InputError, match=r"extends must not be circular, got c -> a -> b -> c\."):
        load(file)


def test_the_mark_that_windows_editors_put_first_is_passed_over(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_bytes(b'\xef\xbb\xbfextends = "teaching"\r\n[parameters]\r\ntrust_learning = 2.0\r\n')
    assert load(file).parameters.trust_learning == 2.0
    assert load("teaching", patches=[file]).parameters.trust_learning == 2.0


@pytest.mark.parametrize("name", ["", "."])
def test_no_name_is_an_error_that_says_so(name):
    for wrong in ({"scenario": name}, {"scenario": "teaching", "patches": [name]}):
        with pytest.raises(
            InputError, match=r"must be the path of a \.toml file or a shipped name, got '\.?'\. Known: "
        ):
            load(**wrong)


def test_a_what_if_in_the_place_of_a_scenario_is_named_as_such():
    with pytest.raises(InputError, match=r"no_gfmd: is a what-if, no scenario\. Lay it over one: --patch no_gfmd"):
        load("no_gfmd")


def test_one_patch_without_a_list_is_not_taken_letter_by_letter():
    with pytest.raises(InputError, match=r"patches must be a list of names, got 'no_gfmd'\. Write \['no_gfmd'\]"):
        load("hld_gfmd", patches="no_gfmd")


def test_what_a_scenario_does_not_have_is_named_with_the_near_name():
    scenario = load("teaching")
    with pytest.raises(InputError, match=r"meeting 'FORUM2' is not in this scenario\. Did you mean 'FORUM1'"):
        scenario.meeting("FORUM2")
    with pytest.raises(InputError, match=r"forum 'FORUMS' is not in this scenario\. Did you mean 'FORUM'"):
        scenario.forum("FORUMS")


def test_a_what_if_of_a_what_if_is_not_laid_over_a_scenario_without_the_first(tmp_path):
    first = write(tmp_path, "first", 'extends = "teaching"\n[parameters]\nturnover = 0.5\n')
    second = write(tmp_path, "second", 'extends = "first"\n[parameters]\ntrust_learning = 2.0\n')
    both = write(tmp_path, "both", 'extends = ["teaching", "first"]\n')
    assert load(second).parameters.turnover == 0.5
    assert load("teaching", patches=[first]).parameters.turnover == 0.5
    assert load("teaching", patches=[first, second]).hash == load(second).hash
    assert load(first, patches=[second]).hash == load(second).hash
    for alone, got in ((second, "'first'"), (both, r"\['teaching', 'first'\]")):
        with pytest.raises(
            InputError, match=rf"{alone.name}: extends must be .* when it is laid over something, got {got}\."
        ):
            load("teaching", patches=[alone])
    with pytest.raises(InputError, match=r"second\.toml: extends must be"):
        load(write(tmp_path, "mine", 'extends = ["teaching", "second"]\n'))


def test_extends_must_be_a_name(tmp_path):
    for wrong in ("3", "[]", '["teaching", 3]'):
        with pytest.raises(InputError, match=r"extends must be the name of a scenario, or a list of .*, got [\[3]"):
            load(write(tmp_path, "a", f"extends = {wrong}\n"))


def test_extends_must_exist(tmp_path):
    with pytest.raises(InputError, match=r"teachin: no such scenario; .* Did you mean 'teaching'\?"):
        load(write(tmp_path, "a", 'extends = "teachin"\n'))


def test_remove_needs_a_base(tmp_path):
    with pytest.raises(InputError, match="remove needs a base that it can change"):
        load(write(tmp_path, "a", '[remove]\nmeetings = ["X"]\n'))


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
        ("meetings.FORUM1", 0.5, r"'meetings\.FORUM1' must be a table, got 0\.5\. Name a key in it"),
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


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "/dev/null"])
def test_a_path_that_can_be_none_is_no_scenario(name):
    with pytest.raises(InputError, match=r"no such scenario; expected the path of a \.toml file") as caught:
        load(name)
    assert len(str(caught.value)) < 500
