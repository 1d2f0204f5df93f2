"""Actor tables: what is read, and what a malformed table gets."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

import comity
from comity import InputError
from comity.errors import Notice
from comity.forum.stage import prepare
from comity.population.people import build_population
from comity.population.tables import read_population
from comity.scenario.loading import from_data
from comity.scenario.locate import scenario_folder

STATES = """id,name,role,destination_scale,developed,income,capacity,sovereignty,cooperation,immigrant_share,\
crmw_party_2006,iom_member_2006,active_from,position_a,position_b,salience_a,salience_b
AAA,Aland,origin,0.1,0,0.2,0.3,0.4,0.5,0.01,1,1,1945-10-24,0.9,0.8,0.25,0.75
BBB,Bland,destination,0.9,1,0.9,0.8,0.7,0.4,0.1,0,1,1945-10-24,0.3,0.2,0.5,0.5
CCC,Cland,both,0.5,0,0.5,0.5,0.5,0.5,0.05,0,0,2006-06-28,0.5,0.5,0.6,0.4
"""
REGIMES = """id,civil_society_climate,electoral_competition
CCC,0.5,0.5
AAA,0.6,0.7
BBB,0.8,0.9
"""
ORGANISATIONS = """id,name,kind,normative_mandate,service,capacity,cooperation,sovereignty,active_from,active_to,\
position_a,position_b,salience_a,salience_b,mandate_a,mandate_b
ORG,Organisation,io,0.0,0.9,0.6,0.7,0.8,1951-12-05,,0.6,0.6,0.5,0.5,0.8,0.2
"""
NETWORKS = """id,name,kind,stance,normative_mandate,capacity,cooperation,sovereignty,active_from,active_to,\
position_a,position_b,salience_a,salience_b
NET,Network,cso,bridge,0.9,0.4,0.6,0.4,2000-01-01,2006-12-31,0.8,0.9,0.3,0.7
"""
PAIRS = """a,b,shared_blocs,vote_agreement,stake_ab,stake_ba
AAA,BBB,0.0,0.8,0.36,0.04
AAA,CCC,0.5,0.5,0.0,0.0
"""

Load = Callable[..., comity.Scenario]


@pytest.fixture
def load_tables(tmp_path: Path) -> Load:
    """Return a function that writes tables, some of them spoilt, and returns a scenario that reads them."""

    def load(**spoilt: str | bytes) -> comity.Scenario:
        texts = {
            "states": STATES,
            "regimes": REGIMES,
            "organisations": ORGANISATIONS,
            "networks": NETWORKS,
            "pairs": PAIRS,
        } | spoilt
        paths = {}
        for name, text in texts.items():
            file = tmp_path / (f"{name}.csv.gz" if name == "pairs" else f"{name}.csv")
            content = text if isinstance(text, bytes) else text.encode()
            file.write_bytes(gzip.compress(content) if name == "pairs" and isinstance(text, str) else content)
            paths[name] = str(file)
        room = {"phase": "round_tables", "sittings": 1, "seats": 10, "kinds": ["state", "io", "cso"]}
        return from_data(
            {
                "title": "t",
                "start": "2006-01-01",
                "end": "2007-12-31",
                "population": {"source": "tables", **paths},
                "issues": [
                    {
                        "id": k,
                        "name": k,
                        "politicisation": 0.5,
                        "development_framing": 0.5,
                        "categories": [k],
                        "source": "test",
                    }
                    for k in ("a", "b")
                ],
                "forums": [
                    {
                        "id": "F",
                        "name": "F",
                        "bindingness": 0.1,
                        "development_framing": 0.6,
                        "accreditation": False,
                        "format": [room],
                        "source": "test",
                    }
                ],
                "meetings": [
                    {
                        "id": f"M{year}",
                        "name": "M",
                        "forum": "F",
                        "start": f"{year}-05-01",
                        "end": f"{year}-05-02",
                        "sessions": [{"code": "1", "title": "a", "category": "a"}],
                        "source": "test",
                    }
                    for year in (2006, 2007)
                ],
            }
        )

    return load


def test_actors_and_pairs_are_read(load_tables):
    record = comity.run(load_tables(), seed=1, keep="trust")
    actors = record.actors_by_id.set_index("id")
    assert list(actors.index) == ["AAA", "BBB", "CCC", "ORG", "NET"]
    assert actors["group"].tolist() == ["origin", "destination", "both", "organisation", "network"]
    assert actors.loc["AAA", "capacity"] == 0.3
    assert actors["civil_society_climate"].iloc[:3].tolist() == [0.6, 0.8, 0.5]
    start = record.actors.query("meeting == 'start'").set_index("actor")
    assert start.loc["BBB", "sovereignty"] == 0.7
    # Base 0.40, votes 0.15 x (2 x 0.8 - 1) = 0.09, ties 0.2 x sqrt of the own share: 0.6 and 0.2.
    trust = record.trust_matrix("start")
    assert trust.loc["AAA", "BBB"] == pytest.approx(0.40 + 0.09 + 0.12, abs=1e-6)
    assert trust.loc["BBB", "AAA"] == pytest.approx(0.40 + 0.09 + 0.04, abs=1e-6)
    assert trust.loc["AAA", "CCC"] == pytest.approx(0.40 + 0.075, abs=1e-6)
    positions = record.positions.query("meeting == 'start'").set_index(["actor", "issue"])["position"]
    assert positions["AAA", "b"] == 0.8


def test_actors_exist_from_and_to_their_dates(load_tables):
    scenario = load_tables()
    settings = {**scenario.to_json(), "parameters": {"attendance_intercept": 8.0}}
    present = comity.run(from_data(settings), seed=1).actors.pivot(index="actor", columns="meeting", values="present")
    assert present.loc["CCC", ["M2006", "M2007"]].tolist() == [False, True]
    assert present.loc["NET", ["M2006", "M2007"]].tolist() == [True, False]


def test_a_small_rounding_of_saliences_is_mended(load_tables):
    scenario = load_tables(states=STATES.replace("0.25,0.75", "0.2502,0.75"))
    with pytest.warns(Notice, match=r"saliences of 1 of 3 actors do not sum to 1 exactly, first in line 2: 1\.0002"):
        record = comity.run(scenario, seed=1)
    assert record.actors_by_id.loc[0, ["salience_a", "salience_b"]].sum() == pytest.approx(1.0, abs=1e-12)


SPOILT = {
    "missing column": (
        "states",
        STATES.replace(",capacity,", ",capacities,"),
        r"states\.csv: column 'capacity' is missing\. Did you mean 'capacities'\?",
    ),
    "missing column of an issue": (
        "networks",
        NETWORKS.replace("position_b", "position_c"),
        r"networks\.csv: column 'position_b' is missing",
    ),
    "missing mandate": (
        "organisations",
        ORGANISATIONS.replace("mandate_b", "b"),
        r"organisations\.csv: column 'mandate_b' is missing",
    ),
    "no number": (
        "states",
        STATES.replace("BBB,Bland,destination,0.9,1,0.9,0.8", "BBB,Bland,destination,0.9,1,0.9,high"),
        r"states\.csv: line 3, column 'capacity' must be a number in \[0, 1\], got 'high'",
    ),
    "an empty cell": (
        "states",
        STATES.replace("AAA,Aland,origin,0.1,0,0.2", "AAA,Aland,origin,0.1,0,"),
        r"states\.csv: line 2, column 'income' must be a number in \[0, 1\], got ''",
    ),
    "out of range": (
        "states",
        STATES.replace("CCC,Cland,both,0.5", "CCC,Cland,both,1.5"),
        r"states\.csv: line 4, column 'destination_scale' must be a number in \[0, 1\], got '1\.5'",
    ),
    "unknown role": (
        "states",
        STATES.replace("destination,0.9", "host,0.9"),
        r"states\.csv: line 3, column 'role' must be one of .*'destination'.*, got 'host'",
    ),
    "unknown kind": (
        "organisations",
        ORGANISATIONS.replace(",io,", ",igo,"),
        r"organisations\.csv: line 2, column 'kind' must be one of .*'io'.*, got 'igo'",
    ),
    "unknown stance": (
        "networks",
        NETWORKS.replace(",bridge,", ",brigde,"),
        r"networks\.csv: line 2, column 'stance' must be one of .*'bridge'.*, got 'brigde'",
    ),
    "bad sum": (
        "states",
        STATES.replace("0.25,0.75", "0.25,0.65"),
        r"states\.csv: line 2: saliences must sum to 1, got 0\.9000",
    ),
    "no date": (
        "states",
        STATES.replace("2006-06-28", "28/06/2006"),
        r"states\.csv: line 4, column 'active_from' must be a date YYYY-MM-DD or empty, got '28/06/2006'",
    ),
    "unknown country in a pair": (
        "pairs",
        PAIRS.replace("AAA,CCC", "AAA,CCD"),
        r"pairs\.csv\.gz: line 3, column 'b': unknown country code 'CCD'\. Did you mean 'CCC'\?",
    ),
    "no number in a pair": (
        "pairs",
        PAIRS.replace("0.36", "a third"),
        r"pairs\.csv\.gz: line 2, column 'stake_ab' must be a number in \[0, 1\], got 'a third'",
    ),
    "missing column of pairs": (
        "pairs",
        PAIRS.replace("vote_agreement", "votes"),
        r"pairs\.csv\.gz: column 'vote_agreement' is missing",
    ),
    "actor twice": ("states", STATES + STATES.splitlines()[1], r"actor ids must be unique, got 'AAA' twice"),
    "state without a regime": (
        "regimes",
        REGIMES.replace("BBB,0.8,0.9\n", ""),
        r"regimes\.csv: every state must have one line, 'BBB' has 0",
    ),
    "state with two regimes": (
        "regimes",
        REGIMES + "BBB,0.8,0.9\n",
        r"regimes\.csv: every state must have one line, 'BBB' has 2",
    ),
    "no number in a regime": (
        "regimes",
        REGIMES.replace("0.9", "free"),
        r"regimes\.csv: line 4, column 'electoral_competition' must be a number",
    ),
    "a state without role": (
        "states",
        STATES.replace("Aland,origin", "Aland,"),
        r"states\.csv: line 2, column 'role' must be one of \['both', 'destination', 'origin'\], got ''",
    ),
    "a network without stance": (
        "networks",
        NETWORKS.replace("bridge", ""),
        r"networks\.csv: line 2, column 'stance' must be one of \['bridge', 'inside', 'outside'\], got ''",
    ),
    "a state among organisations": (
        "organisations",
        ORGANISATIONS.replace(",io,", ",state,"),
        r"organisations\.csv: line 2, column 'kind' must be one of \['io'\], got 'state'",
    ),
    "an organisation among networks": (
        "networks",
        NETWORKS.replace(",cso,", ",io,"),
        r"networks\.csv: line 2, column 'kind' must be one of \['business', 'cso', 'mayors', 'youth'\], got 'io'",
    ),
    "a date of a spreadsheet": (
        "states",
        STATES.replace("2006-06-28", "2006-6-28"),
        r"states\.csv: line 4, column 'active_from' must be a date YYYY-MM-DD or empty, got '2006-6-28'",
    ),
    "the year nought": (
        "states",
        STATES.replace("2006-06-28", "0000-01-01"),
        r"states\.csv: line 4, column 'active_from' must be a date YYYY-MM-DD or empty, got '0000-01-01'",
    ),
    "a pair twice": (
        "pairs",
        PAIRS + "BBB,AAA,0.0,0.8,0.36,0.04\n",
        r"pairs\.csv\.gz: line 4: the pair 'BBB', 'AAA' is there twice\. Remove one of the lines: their values differ",
    ),
    "a pair with oneself": (
        "pairs",
        PAIRS + "CCC,CCC,0.0,0.8,0.36,0.04\n",
        r"pairs\.csv\.gz: line 4: a pair must be of two states, got 'CCC' twice\. Remove the line",
    ),
    "empty file": ("networks", "", r"networks\.csv: must be a CSV table in UTF-8"),
    "not UTF-8": (
        "networks",
        NETWORKS.replace("Network", "Réseau").encode("latin-1"),
        r"networks\.csv: must be a CSV table in UTF-8",
    ),
    "not compressed": ("pairs", PAIRS.encode(), r"pairs\.csv\.gz: must be a CSV table in UTF-8"),
    "torn": ("states", STATES.replace("0.9,0.8,0.25,0.75", '0.9,"0.8,0.25'), r"states\.csv"),
}


@pytest.mark.parametrize(("table", "text", "message"), SPOILT.values(), ids=list(SPOILT))
def test_a_malformed_table_is_an_error_that_names_file_line_and_column(load_tables, table, text, message):
    with pytest.raises(InputError, match=message) as caught:
        comity.run(load_tables(**{table: text}), seed=1)
    assert "\n" not in str(caught.value).strip()


def test_a_missing_table_is_an_error(load_tables):
    data = load_tables().to_json()
    data["population"]["networks"] = "nowhere/networks.csv"
    with pytest.raises(InputError, match=r"population: table 'nowhere/networks\.csv' was not found"):
        comity.run(from_data(data), seed=1)


def test_a_table_of_the_same_name_in_the_folder_of_work_does_not_replace_a_shipped_one(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "states.csv").write_text("state,capital\nTexas,Austin\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    scenario = comity.load("hld_gfmd")
    states, _ = read_population(scenario.population, [issue.id for issue in scenario.issues])
    assert "DEU" in set(states["id"])


@pytest.fixture
def own_table(tmp_path: Path) -> Callable[[str], comity.Scenario]:
    """Return a function that writes a table of states of one's own and loads a scenario that names it."""
    file, scenario = tmp_path / "mine.csv", tmp_path / "mine.toml"
    shipped = (scenario_folder() / "data" / "states.csv").read_text(encoding="utf-8")
    scenario.write_text(f"extends = 'hld_gfmd'\n[population]\nstates = '{file.as_posix()}'\n", encoding="utf-8")

    def load(cooperation: str) -> comity.Scenario:
        file.write_text(shipped.replace(",0.443,", f",{cooperation},"), encoding="utf-8")
        return comity.load(scenario)

    return load


def test_a_table_of_ones_own_that_changed_makes_another_scenario(own_table):
    before = own_table("0.443")
    first = build_population(before).actors.set_index("id")["cooperation"]
    assert first["AFG"] == 0.443
    after = own_table("0.9")
    assert after.hash != before.hash
    assert prepare(after).population.actors.set_index("id")["cooperation"]["AFG"] == 0.9
    assert own_table("0.443").hash == before.hash


def test_a_table_of_ones_own_that_changed_after_loading_is_an_error(own_table):
    scenario = own_table("0.443")
    kept = from_data(scenario.to_json())
    own_table("0.9")
    for one in (scenario, kept):
        with pytest.raises(InputError, match=r"mine\.csv: must be the table with which the scenario was loaded"):
            build_population(one)


@pytest.fixture
def beside(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a folder with a scenario, and beside it the table of states that it names."""
    shipped = (scenario_folder() / "data" / "states.csv").read_text(encoding="utf-8")

    def make(folder: str, cooperation: str = "0.9", name: str = "states.csv", kind: str = "scenario") -> Path:
        where = tmp_path / folder
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(shipped.replace(",0.443,", f",{cooperation},"), encoding="utf-8")
        extends = "extends = 'hld_gfmd'\n" if kind == "scenario" else ""
        (where / "mine.toml").write_text(f"{extends}[population]\nstates = '{name}'\n", encoding="utf-8")
        return where / "mine.toml"

    return make


@pytest.mark.parametrize("name", ["states.csv", "data/states.csv"])
def test_a_table_is_looked_for_beside_the_file_that_names_it(beside, name, tmp_path, monkeypatch):
    file = beside("mine", name=name)
    monkeypatch.chdir(tmp_path)
    scenario = comity.load(file.relative_to(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")  # as a rerun would
    assert build_population(from_data(scenario.to_json())).actors.set_index("id")["cooperation"]["AFG"] == 0.9


def test_a_table_beside_a_patch_is_found_too(beside):
    scenario = comity.load("hld_gfmd", patches=[beside("mine", kind="patch")])
    assert build_population(scenario).actors.set_index("id")["cooperation"]["AFG"] == 0.9


def test_what_a_table_holds_and_not_where_it_is_makes_the_scenario(beside):
    first, moved, other = beside("first"), beside("moved", name="their.csv"), beside("other", "0.8")
    assert comity.load(first).hash == comity.load(moved).hash != comity.load(other).hash


def test_shipped_tables_need_no_checksum():
    assert "checksums" not in comity.load("hld_gfmd").to_json()["population"]
