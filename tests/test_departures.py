"""How a what-if departs from the description: what is said of each element, and by which section."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import comity
from comity.changes import Change, changes
from comity.cli import main
from comity.departures import departures
from comity.description import ELEMENTS, read_description, sections, submodels
from comity.errors import InputError
from comity.scenario.loading import load
from comity.scenario.locate import shipped_patches

ROOT = Path(__file__).resolve().parents[1]
TEXT = read_description()


def said(patch: object, base: str = "hld_gfmd") -> dict[str, str]:
    """Return the lines on each element by its number."""
    found = departures(load(base), load(base, patches=[patch]), TEXT)
    return {heading.split()[0]: " | ".join(lines) for heading, lines in found}


def write(folder, text):
    file = folder / "what_if.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("patch", shipped_patches())
def test_every_shipped_what_if_departs_somewhere_and_keeps_the_purpose(patch):
    found = said(patch)
    assert list(found) == [str(number) for number in range(1, len(ELEMENTS) + 1)]
    assert found["1"] == "unchanged"
    assert any(lines != "unchanged" for lines in found.values())


def test_parameters_have_default_new_value_and_sections():
    found = said("no_socialisation")
    assert "persuasion_rate (eta_p): default 0.06, now 0 per round [7.7 Persuasion]" in found["7"]
    assert "mimicry switched off (mimicry_rate) [7.9 Mimicry]" in found["7"]
    assert "learning: persuasion switched off" in found["4"]
    assert found["2"] == found["3"] == "unchanged"


def test_meetings_and_forums_that_are_gone():
    found = said("no_gfmd")
    assert "GFMD2007" in found["3"]
    assert "removed" in found["3"]
    assert "forum GFMD has no meeting left" in found["2"]
    assert "forum HLD" not in found["2"]


def test_actors_that_are_gone_whatever_the_way():
    assert "actors of kind state removed: 10, 10 destination (ARE, AUS" in said("no_large_destinations")["2"]
    assert "actors of kind io removed: 1 (IOM)" in said("no_iom")["2"]
    removed = said("origin_states_only")["2"]
    assert "destination" in removed
    assert "origin" not in removed.replace("keep_roles", "")


def test_actors_that_came(tmp_path):
    text = '[[population.actors]]\nid = "NEW"\nname = "New"\nkind = "io"\nsovereignty = 0.5\ncooperation = 0.5\ncapacity = 0.5\n'
    issues = [issue.id for issue in load("teaching").issues]
    for field, value in (("position", 0.5), ("salience", 1 / len(issues))):
        text += f"{field} = {{ {', '.join(f'{issue} = {value!r}' for issue in issues)} }}\n"
    assert "actors of kind io added: 1 (NEW)" in said(write(tmp_path, text), "teaching")["2"]


def test_phases_that_are_gone_and_sections_of_formats():
    found = said("un_forum")
    assert "GFMD: no civil-society day (section 3.3)" in found["3"]
    assert "[7.22 Timetable; 7.3 Seating]" in found["2"]
    assert "no civil-society day at 12 meetings" in said("no_civil_society_days")["3"]
    assert "7.11 Corridor" in said("online_only")["3"]


def test_shocks_choices_and_theory(tmp_path):
    assert "shocks: compact_campaign removed [7.20 Shocks]" in said("no_campaign")["6"]
    found = said(write(tmp_path, 'theory = "rationalist"\n[choices]\nhost = "endogenous"\n'))
    assert "choices.host: scripted, now endogenous [7.13 Chairing and funding]" in found["6"]
    assert "theory: socialisation, now rationalist" in found["4"]
    assert "trust-building switched off" in found["7"]


def test_a_base_that_is_not_at_its_default_says_so(tmp_path):
    file = write(tmp_path, "[parameters]\nturnover = 0.3\n")
    base = load("teaching", settings={"parameters.turnover": 0.2})
    lines = dict(departures(base, load("teaching", patches=[file]), TEXT))
    assert any(
        "turnover (theta): default 0.15, 0.2 in the base, now 0.3 per year" in line for line in lines["7 Submodels"]
    )


def test_sections_are_found_in_the_text():
    found = sections(TEXT)
    assert [item.title for item in found if "." not in item.number][:7] == list(ELEMENTS)
    assert str(submodels(TEXT)["comity.mechanisms.exposure"]) == "7.1 Exposure"


def test_changes_are_grouped_where_they_are_alike():
    base = load("hld_gfmd")
    found = {change.path: change for change in changes(base, load("hld_gfmd", patches=["closed_hosts"]))}
    assert found["meetings.openness"].after == 0.4
    assert set(found["meetings.openness"].ids) < {m.id for m in base.meetings if m.forum == "GFMD"}
    assert changes(base, base) == []
    assert Change(path="a.b", ids=("X",), before=(1,), after=2).line() == "a.X.b: 1, now 2"
    assert Change(path="a.b", ids=("X", "Y"), before=(1, 3), after=2).line() == "a.b of X, Y: 1, 3, now 2"


# --- the command ---


def test_the_description_is_printed_as_it_is(capsys):
    assert main(["odd"]) == 0
    assert capsys.readouterr().out == TEXT


def test_departures_are_printed_for_each_what_if(capsys):
    assert main(["odd", "--diff", "no_iom", "no_campaign"]) == 0
    out = capsys.readouterr().out
    assert out.count("1 Purpose and patterns") == 2
    assert "hld_gfmd+no_iom: What if there had been no IOM?" in out
    assert comity.load("hld_gfmd").hash in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["odd", "--diff"], "--diff must have a patch"),
        (["odd", "no_iom"], "needs --diff"),
        (["odd", "--diff", "no_iomm"], "Did you mean 'no_iom'"),
    ],
)
def test_wrong_input_is_one_paragraph_with_status_2(words, message, capsys):
    assert main(words) == 2
    assert message in " ".join(capsys.readouterr().err.split())


# --- in a wheel ---


def test_a_wheel_holds_the_description_and_an_installed_package_finds_it(tmp_path):
    builder = pytest.importorskip("hatchling.builders.wheel").WheelBuilder(str(ROOT))
    wheel = next(builder.build(directory=str(tmp_path), versions=["standard"]))
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        assert archive.namelist().count("comity/ODD.md") == 1
        archive.extractall(installed)
    words = [sys.executable, "-c", "from comity.cli import main; raise SystemExit(main(['odd']))"]
    env = {**os.environ, "PYTHONPATH": str(installed)}
    printed = subprocess.run(words, capture_output=True, text=True, env=env, cwd=tmp_path, timeout=120)
    assert (printed.returncode, printed.stdout) == (0, TEXT), printed.stderr


def test_a_missing_description_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr("comity.description.__file__", str(tmp_path / "comity" / "description.py"))
    with pytest.raises(InputError, match=r"the description must be there, but is not\. Reinstall comity"):
        read_description()
