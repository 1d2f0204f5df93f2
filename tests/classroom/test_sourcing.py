"""A source is printed only where the number came from it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import comity
from comity.cli import main
from comity.scenario import writing
from comity.scenario.loading import from_data, load
from comity.scenario.locate import scenario_folder
from comity.words.describe import describe
from comity_classroom.briefs import brief_of
from comity_classroom.core.debrief import counted, counted_beside, is_history
from comity_classroom.pack import role_sheet_html
from comity_dashboard.captions import captions

DATA = scenario_folder() / "data"
PUBLISHED = re.compile(r"UN DESA|World Bank|V-Dem|UN Treaty|Correlates of War|own coding|coded size")
FEW = ["DEU", "FRA", "MAR", "MEX", "PHL", "USA"]


@pytest.fixture
def own(tmp_path: Path):
    """A scenario over tables of one's own, some of which have the names of shipped ones."""
    states = pd.read_csv(DATA / "states.csv", dtype=str, keep_default_na=False).query("id in @FEW")
    states.drop(columns=["emigrant_share", "imputed"]).to_csv(tmp_path / "states.csv", index=False)
    regimes = pd.read_csv(DATA / "states_regime.csv", dtype=str).query("id in @FEW")
    regimes.to_csv(tmp_path / "regimes_of_mine.csv", index=False)
    pairs = pd.read_csv(DATA / "pairs.csv.gz", dtype=str, keep_default_na=False).query("a in @FEW and b in @FEW")
    pairs.to_csv(tmp_path / "pairs.csv", index=False)
    data = comity.load("synthetic").to_json()
    issues = comity.load("hld_gfmd").to_json()["issues"]
    population = {"states": "states.csv", "regimes": "regimes_of_mine.csv", "pairs": "pairs.csv"}
    data |= {"issues": issues, "population": population, "institutions": {"agency": "IOM", "rights_issue": "rights"}}
    file = tmp_path / "mine.toml"
    file.write_text(scenario_text(comity.load("synthetic"), data), encoding="utf-8")
    return file


def scenario_text(scenario, data):
    """Return plain data of a scenario as TOML."""
    from types import SimpleNamespace

    return writing.scenario_text(SimpleNamespace(to_json=lambda: {**scenario.to_json(), **data}))


def sources(scenario, actor):
    return {number.key: number.source for number in brief_of(scenario, actor).numbers}


def test_numbers_from_tables_of_ones_own_name_the_table(own):
    scenario = comity.load(str(own))
    found = sources(scenario, "DEU")
    assert found.pop("civil_society_climate") == found.pop("electoral_competition") == "from regimes_of_mine.csv"
    assert "emigrant_share" not in found, "a column that is not there has no line, and no zero"
    assert set(found.values()) == {"from states.csv"}
    sheet = role_sheet_html(brief_of(scenario, "DEU"))
    assert not PUBLISHED.search(sheet)
    assert "votes and ties of pairs.csv" in sheet
    assert "coded" in sources(scenario, "IOM")["capacity"], "organisations are those that come with comity"
    assert "own tables states.csv, regimes_of_mine.csv, pairs.csv and the data tables that come with comity" in (
        " ".join(describe(scenario).split())
    )


def test_a_pack_of_ones_own_scenario_has_no_published_source(own, tmp_path, capsys):
    assert main(["teach", str(own), "--seats", "DEU,MAR", "--runs", "2", "--out", str(tmp_path / "pack")]) == 0
    for page in (tmp_path / "pack").glob("*.html"):
        assert not PUBLISHED.search(page.read_text(encoding="utf-8")), page.name


def test_a_room_says_the_same_of_a_scenario_that_it_has_written_down(own):
    scenario = comity.load(str(own))
    assert sources(from_data(scenario.to_json()), "MAR") == sources(scenario, "MAR")
    teaching = comity.load("teaching")
    assert set(sources(from_data(teaching.to_json()), "NORTHLAND")) == set(sources(teaching, "NORTHLAND"))


def test_an_actor_that_is_added_to_the_tables_has_no_number_that_nobody_gave(tmp_path):
    file = tmp_path / "added.toml"
    issues = [issue.id for issue in comity.load("hld_gfmd").issues]
    file.write_text(
        'extends = "hld_gfmd"\n[[population.actors]]\nid = "ATL"\nname = "Atlantis"\nkind = "state"\nrole = "origin"\n'
        "sovereignty = 0.4\ncooperation = 0.5\ncapacity = 0.3\nincome = 0.2\n"
        f"position = {{ {', '.join(f'{issue} = 0.5' for issue in issues)} }}\n"
        f"salience = {{ {', '.join(f'{issue} = {1 / len(issues)!r}' for issue in issues)} }}\n",
        encoding="utf-8",
    )
    scenario = load(str(file))
    found = sources(scenario, "ATL")
    assert "emigrant_share" not in found
    assert found["income"].startswith("the scenario file")
    assert found["immigrant_share"].startswith("a default of comity")
    assert not any(PUBLISHED.search(text) for text in found.values())
    again = sources(from_data(scenario.to_json()), "ATL")
    assert again["income"].startswith("the scenario file")
    assert "or a default" in again["immigrant_share"]
    assert "UN DESA" in sources(scenario, "DEU")["emigrant_share"]
    assert "the ties and mandates in the scenario" in role_sheet_html(brief_of(scenario, "ATL"))


def test_a_number_that_was_filled_in_is_not_called_that_of_the_source():
    scenario = comity.load("hld_gfmd")
    states = pd.read_csv(DATA / "states.csv", keep_default_na=False).set_index("id")["imputed"]
    filled = next(state for state, inputs in states.items() if "v2xcs_ccsi_2005:mean" in inputs)
    assert sources(scenario, filled)["civil_society_climate"].startswith("filled in by a rule; missing in: V-Dem")
    assert sources(scenario, "DEU")["civil_society_climate"].startswith("V-Dem")


def test_only_what_is_drawn_is_called_drawn():
    scenario = comity.load("synthetic")
    assert {key for key in sources(scenario, "S0001") if key.endswith("_2006")} == set()
    assert all(text.startswith("drawn") for text in sources(scenario, "S0001").values())
    assert all(text.startswith("set by the rule") for text in sources(scenario, "O0001").values())
    assert "drawn blocs" in role_sheet_html(brief_of(scenario, "S0001"))


def test_counts_of_history_stand_only_beside_the_meetings_that_were_counted(tmp_path, own):
    assert counted_beside(comity.load("hld_gfmd")) == counted()
    assert is_history(comity.load("hld_gfmd"))
    for name in ("teaching", "synthetic", str(own)):
        assert counted_beside(comity.load(name)) == {}
        assert not is_history(comity.load(name))
    moved = tmp_path / "moved.toml"
    moved.write_text(
        'extends = "hld_gfmd"\n[[meetings]]\nid = "GFMD2008"\nstart = 2008-03-03\nend = 2008-03-04\n', encoding="utf-8"
    )
    scenario = load(str(moved))
    assert 2008 not in counted_beside(scenario)
    assert 2007 in counted_beside(scenario)
    assert not is_history(scenario)
    renamed = from_data(called_gfmd(comity.load("synthetic").to_json()))
    assert counted_beside(renamed) == {}, "a forum of that name is not that forum"


def called_gfmd(data):
    """Call the informal forum of a scenario GFMD."""
    old = next(forum["id"] for forum in data["forums"] if forum["state_led"])
    forums = [{**forum, "id": "GFMD"} if forum["id"] == old else forum for forum in data["forums"]]
    meetings = [{**m, "forum": "GFMD"} if m["forum"] == old else m for m in data["meetings"]]
    return {**data, "forums": forums, "meetings": meetings}


def test_a_source_is_cited_and_not_merely_spelt(tmp_path):
    file = tmp_path / "word.toml"
    text = 'extends = "synthetic"\n[references]\nMM = "a book"\nCH = "Global encounters"\nREAL = "another one"\n'
    file.write_text(text + '[[issues]]\nid = "labour"\nname = "MM and CH"\nsource = "REAL, p. 3"\n', encoding="utf-8")
    assert load(str(file)).sources() == ["REAL: another one"]


def test_the_chapter_is_said_to_speak_of_what_cites_it():
    for name, cites in (("teaching", True), ("synthetic", False)):
        record = comity.run(comity.load(name), seed=1)
        told = captions(record, [[-1, 0], [0, 0]])
        assert all(bool(item["section"]) is cites for item in told)


def test_an_inject_without_a_source_names_none():
    from comity_classroom.pack.pages import render
    from comity_classroom.phrases import load_phrases

    inject = {"title": "News", "day": pd.Timestamp(2007, 1, 1), "after": "", "source": "", "effects": ()}
    page = render(load_phrases(), "injects.html", injects=[inject], scenario=comity.load("teaching"), css="", agenda=())
    assert "Source:" not in page
