"""What cannot act: refused where nothing else was asked for, else said in a notice; shipped files need none."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import comity
from comity import InputError
from comity.cli import main
from comity.errors import Notice
from comity.forum.stage import prepare
from comity.scenario.loading import load
from comity.scenario.locate import scenario_folder, shipped_patches, shipped_scenarios
from comity.words.describe import describe

LESSONS = [str(file) for file in sorted(scenario_folder().glob("seminar/*/*.toml"))]
SHOCK = '[[shocks]]\nid = "coup"\nname = "A campaign"\nsource = "assumption"\n'


def patched(folder: Path, text: str, **more: object) -> comity.Scenario:
    file = folder / "p.toml"
    file.write_text(text, encoding="utf-8")
    return load("teaching", patches=[file], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [*shipped_scenarios(), *LESSONS])
def test_shipped_scenarios_and_lessons_load_without_a_notice(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        prepare(load(name))


@pytest.mark.parametrize("patch", shipped_patches())
def test_shipped_patches_load_without_a_notice_over_every_calendar_and_theory(patch):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for base in ("hld_gfmd", "hld_gfmd_2025"):
            for theory in (None, "rationalist"):
                prepare(load(base, patches=[patch], theory=theory))


@pytest.mark.parametrize("day", ["2080-05-01", "2005-12-31", "2009-01-01"])
def test_a_shock_outside_the_calendar_is_refused(tmp_path, day):
    with pytest.raises(InputError, match=rf"shock 'coup': date must lie between 2006-01-01 and 2008-12-31, got {day}"):
        patched(tmp_path, f"{SHOCK}date = {day}\nsovereignty = 0.5\n")


@pytest.mark.parametrize("day", ["2006-01-01", "2008-12-31"])
def test_a_shock_on_the_first_or_last_day_is_none_outside(tmp_path, day):
    assert patched(tmp_path, f"{SHOCK}date = {day}\nsovereignty = 0.5\n").shocks[-1].id == "coup"


REFUSED = {
    "a shock that hits nobody": (
        f"{SHOCK}date = 2007-01-01\nroles = []\npressure = 0.1\n",
        r"roles must name at least one",
    ),
    "a shock beyond all shares": (
        f"{SHOCK}date = 2007-01-01\nanchors = {{ rights = 5.0 }}\n",
        r"shock 'coup': anchors\.rights must be in \[-1, 1\], got 5",
    ),
    "actors of a shock twice": (
        f'{SHOCK}date = 2007-01-01\nactors = ["CORAL", "CORAL"]\npressure = 0.1\n',
        r"shock 'coup': actors must name each once, got 'CORAL' twice",
    ),
    "a meeting that ends after the end": (
        '[[meetings]]\nid = "DIALOGUE2"\nend = 2009-01-02\n',
        r"meeting 'DIALOGUE2': end must not be after the end of the scenario, 2008-12-31, got 2009-01-02",
    ),
    "a meeting linked to itself": (
        '[[meetings]]\nid = "FORUM1"\nlinked_to = "FORUM1"\n',
        r"linked_to must name another",
    ),
    "a host twice": ('[[meetings]]\nid = "FORUM1"\nhosts = ["CORAL", "CORAL"]\n', r"hosts must name each once"),
    "a chair of nobody": (
        '[[chairs]]\ndate = 2007-01-01\nevent = "withdrawal"\ntext = "t"\nsource = "s"\n',
        r"chairs: the withdrawal of 2007-01-01 must name a state, got none",
    ),
    "actors that are not drawn": (
        '[population]\nsource = "synthetic"\n[population.synthetic]\nstates = 5\n',
        r"population\.actors must not be given when source is \"synthetic\"",
    ),
    "a role of an organisation": (
        '[[population.actors]]\nid = "SERVICE"\nrole = "origin"\n',
        r"role must be given to states",
    ),
    "a stance of a state": ('[[population.actors]]\nid = "CORAL"\nstance = "inside"\n', r"stance is for networks only"),
    "a stake in an organisation": (
        "[[population.actors]]\nid = 'CORAL'\nstake = { SERVICE = 0.2 }\n",
        r"actor 'CORAL': stake must be between two states, got 'SERVICE'",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=list(REFUSED))
def test_what_can_never_act_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        patched(tmp_path, text)


OF_WRONG_KIND = {
    "a host": (
        '[[meetings]]\nid = "FORUM1"\nhosts = ["SERVICE"]\n',
        r"host 'SERVICE' must be a state, got one of kind 'io'",
    ),
    "a host of another time": (
        '[[meetings]]\nid = "FORUM1"\nhosts = ["CORAL"]\n[[population.actors]]\nid = "CORAL"\nactive_from = 2008-01-01\n',
        r"meeting 'FORUM1': host 'CORAL' must exist on 2007-\d\d-\d\d, but exists from 2008-01-01",
    ),
    "a chair": (
        '[[chairs]]\ndate = 2007-01-01\nevent = "chair"\nstate = "BRIDGE"\ntext = "t"\nsource = "s"\n',
        r"chairs: 'BRIDGE' of 2007-01-01 must be a state",
    ),
    "half a flag": (
        "[population.override.CORAL]\ndeveloped = 0.5\n",
        r"override\.CORAL\.developed must be 0 or 1, got 0\.5",
    ),
}


@pytest.mark.parametrize(("text", "message"), OF_WRONG_KIND.values(), ids=list(OF_WRONG_KIND))
def test_actors_of_the_wrong_kind_or_time_are_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        prepare(patched(tmp_path, text))


NOTICED = {
    "a shock of nothing": (f"{SHOCK}date = 2007-01-01\n", r"shock 'coup' changes nothing"),
    "years of what makes nobody withdraw": (
        '[[shocks]]\nid = "campaign"\nyears = 3\n',
        r"shock 'campaign': years have no effect: withdrawal is 0",
    ),
    "roles beside actors": (
        f'{SHOCK}date = 2007-01-01\nroles = ["origin"]\nactors = ["CORAL"]\npressure = 0.1\n',
        r"shock 'coup': roles have no effect: actors are given",
    ),
    "a parameter of a scripted choice": (
        "[parameters]\nagenda_comfort = 2.0\n",
        r"agenda_comfort has no effect.*agenda = ",
    ),
    "sittings of no phase": (
        '[[meetings]]\nid = "FORUM1"\nsittings = { closing = 2 }\n',
        r"sittings\.closing has no effect",
    ),
    "sessions counted and given": (
        '[[meetings]]\nid = "FORUM1"\nsession_count = 9\n',
        r"session_count has no effect here",
    ),
    "a size of what is not drawn": ("[population.synthetic]\nstates = 50\n", r"population\.synthetic has no effect"),
    "a table of what is a list": ('[population]\nstates = "mine.csv"\n', r"population\.states has no effect"),
    "service of a network": (
        '[[population.actors]]\nid = "BRIDGE"\nservice = 0.5\n',
        r"actor 'BRIDGE': service has no effect on an actor of kind 'cso'",
    ),
    "an actor of another time": (
        '[[population.actors]]\nid = "BRIDGE"\nactive_from = 2010-01-01\n',
        r"actor 'BRIDGE' does not exist between 2006-01-01 and 2008-12-31",
    ),
    "an openness that no meeting reads": (
        '[[forums]]\nid = "FORUM"\nopenness = 0.9\n',
        r"forums\.FORUM\.openness has no effect here: each of its meetings says how open it is",
    ),
    "a shock after the last meeting": (
        '[[shocks]]\nid = "campaign"\ndate = 2008-10-20\n',
        r"'campaign' of 2008-10-20 comes after the last meeting, DIALOGUE2: of all tables only memberships and joiners",
    ),
    "an attribute that is overridden": (
        '[population.override.BRIDGE]\ncooperation = 0.1\n[[population.actors]]\nid = "BRIDGE"\ncooperation = 0.9\n',
        r"actors\.BRIDGE\.cooperation has no effect here: population\.override\.BRIDGE\.cooperation replaces it",
    ),
    "a chair outside": (
        '[[chairs]]\ndate = 2020-01-01\nevent = "chair"\nstate = "CORAL"\ntext = "t"\nsource = "s"\n',
        r"chairs: the chair of 2020-01-01 lies outside 2006-01-01 to 2008-12-31",
    ),
}


@pytest.mark.parametrize(("text", "message"), NOTICED.values(), ids=list(NOTICED))
def test_what_has_no_effect_is_said(tmp_path, text, message):
    with pytest.warns(Notice, match=message):
        patched(tmp_path, text)


@pytest.mark.parametrize(
    ("settings", "theory", "message"),
    [
        (
            {"parameters.persuasion_rate": 0.2},
            "rationalist",
            r"persuasion_rate has no effect here: the rationalist theory",
        ),
        (
            {"parameters": {"mimicry_rate": 0.2}},
            "institutionalist",
            r"mimicry_rate has no effect here: the institution",
        ),
        ({"forums.FORUM.openness": 0.9}, None, r"forums\.FORUM\.openness has no effect here"),
        ({"forums.FORUM.lineup": 3}, None, r"forums\.FORUM\.lineup has no effect here: choices\.host"),
        ({"meetings.FORUM1.themes": 2}, None, r"meetings\.FORUM1\.themes has no effect here: choices\.agenda"),
        ({"parameters.chair_selectivity": 3.0}, None, r"chair_selectivity has no effect here: choices\.host"),
        ({"parameters.accreditation_share": 0.5}, None, r"accreditation_share has no effect here: no forum accredits"),
        ({"meetings.FORUM1.hosts": ["CORAL"], "choices.host": "endogenous"}, None, r"FORUM1\.hosts has no effect here"),
        ({"meetings.FORUM1.openness": 0.1, "choices.openness": "endogenous"}, None, r"FORUM1\.openness has no effect"),
    ],
)
def test_a_setting_that_a_choice_or_theory_overrules_is_named(settings, theory, message):
    with pytest.warns(Notice, match=message):
        load("teaching", settings=settings, theory=theory)


def test_a_theory_is_given_once():
    with pytest.raises(
        InputError, match=r"theory must be given once, got 'socialisation' and the preset 'rationalist'"
    ):
        load("teaching", settings={"theory": "socialisation"}, theory="rationalist")


def test_an_override_of_what_is_not_read_is_said(tmp_path):
    with pytest.warns(Notice, match=r"population\.override\.SERVICE\.income has no effect on an actor of kind 'io'"):
        prepare(patched(tmp_path, "[population.override.SERVICE]\nincome = 0.5\n"))


@pytest.mark.filterwarnings("ignore::comity.errors.Notice")
def test_describe_names_what_has_no_effect(tmp_path):
    told = describe(patched(tmp_path, f"{SHOCK}date = 2007-01-01\n"))
    assert "Without effect\n  shock 'coup' changes nothing: all of its effects are 0" in told
    assert "Without effect" not in describe(load("teaching"))


def test_the_command_line_prints_a_notice_once_on_standard_error(tmp_path, capsys):
    (tmp_path / "p.toml").write_text(f"{SHOCK}date = 2007-01-01\n", encoding="utf-8")
    assert main(["describe", "teaching", "--patch", str(tmp_path / "p.toml")]) == 0
    printed = capsys.readouterr()
    assert printed.err.count("comity: note: ") == 1
    assert "shock 'coup' changes nothing" in printed.err
    assert "comity: note" not in printed.out


def test_a_value_is_set_once_on_the_command_line(capsys):
    words = ["describe", "teaching", "--set", "parameters.turnover=0.2", "--set", "parameters.turnover=0.3"]
    assert main(words) == 2
    assert "every value must be set once, got 'parameters.turnover' twice" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("move", "told"),
    [
        (
            {"actor": "BRIDGE", "meeting": "DIALOGUE2", "vote": "yes"},
            "BRIDGE votes yes (without effect: only states do)",
        ),
        ({"actor": "SERVICE", "meeting": "FORUM1", "hosts": True}, "SERVICE hosts (without effect: only states do)"),
        (
            {"actor": "CORAL", "meeting": "FORUM1", "arena": "un"},
            "(without effect: states do not rank the arenas after this",
        ),
        (
            {"actor": "CORAL", "meeting": "FORUM1", "act": "silence", "sitting": 99},
            "(without effect: the meeting has 7 sit",
        ),
        ({"actor": "CORAL", "meeting": "FORUM1", "act": "silence", "sitting": 7}, "CORAL stays silent in sitting 7"),
    ],
)
def test_describe_does_not_tell_a_move_in_vain_as_if_it_happened(move, told):
    text = " ".join(describe(load("teaching", settings={"moves": [move]})).split())
    assert told in text
    assert ("without effect" in told) == ("without effect" in text)


def test_describe_refuses_a_move_of_nobody():
    with pytest.raises(InputError, match=r"move of 'CORALL' at 'FORUM1': actor 'CORALL' is not in this scenario"):
        describe(load("teaching", settings={"moves": [{"actor": "CORALL", "meeting": "FORUM1", "attends": True}]}))


def test_a_name_in_a_file_is_not_taken_in_silence(tmp_path):
    with pytest.warns(Notice, match=r"name has no effect: a scenario is called like its file"):
        assert patched(tmp_path, 'name = "mine"\n').name == "teaching+p"
