"""The tables of actors: built from raw data of 2006 or before, complete, within their ranges, and as stated."""

from __future__ import annotations

import gzip
import importlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from comity.population.reach import distances
from comity.scenario.loading import load

DATA = Path(__file__).resolve().parents[1] / "scenarios" / "data"
RAW = DATA / "raw"
ISSUES = (
    "remittances",
    "labour",
    "pathways",
    "coherence",
    "partnerships",
    "rights",
    "irregular",
    "inclusion",
    "displacement",
)
TABLES = ("states.csv", "organisations.csv", "networks.csv", "pairs.csv.gz", "reach.csv", "crisis.csv")
CODED = ("weights.csv", "issue_coding.csv", "issue_areas.csv", "organisations_coding.csv", "networks_coding.csv")


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def code():
    """The modules beside the data, imported as the script does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DATA))
        names = (
            "answer_record", "build", "crisis", "filling", "formulas", "pair_table", "reach_table", "reading", "state_table",
        )  # fmt: skip
        yield {name: importlib.import_module(name) for name in names}


@pytest.fixture(scope="module")
def built(code) -> dict[str, str]:
    return code["build"].build()


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    table = read(DATA / "states.csv").set_index("id")
    return table.assign(imputed=table["imputed"].fillna(""))


@pytest.fixture(scope="module")
def organisations() -> pd.DataFrame:
    return read(DATA / "organisations.csv").set_index("id")


@pytest.fixture(scope="module")
def networks() -> pd.DataFrame:
    return read(DATA / "networks.csv").set_index("id")


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    return read(DATA / "pairs.csv.gz").set_index(["a", "b"])


# What is committed is what the script builds.


@pytest.mark.parametrize("name", TABLES)
def test_committed_table_equals_a_rebuild(built, code, name):
    assert code["build"].first_difference(code["build"].read_text(DATA / name), built[name]) is None


def test_check_tells_a_difference_and_writes_nothing(built, code, monkeypatch, tmp_path, capsys):
    build = code["build"]
    monkeypatch.setattr(build, "build", lambda: built)
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.main(["--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0
    file = tmp_path / "states.csv"
    file.write_bytes(file.read_bytes().replace(b"Bangladesh", b"Elsewhere", 1))
    capsys.readouterr()
    assert build.main(["--check"]) == 1
    assert re.search(r"states\.csv: differs from line \d+", capsys.readouterr().out)


def test_packed_table_has_the_same_bytes_each_time(built, code, tmp_path):
    for name in ("one.gz", "two.gz"):
        code["build"].write_text(tmp_path / name, built["pairs.csv.gz"][:100_000])
    one, two = ((tmp_path / name).read_bytes() for name in ("one.gz", "two.gz"))
    assert one == two
    assert one[4:8] == b"\0\0\0\0", "no time stamp"


@pytest.mark.parametrize("name", TABLES)
def test_lines_end_with_a_line_feed_and_rows_are_sorted(name):
    data = (DATA / name).read_bytes()
    text = gzip.decompress(data) if name.endswith(".gz") else data
    assert b"\r" not in text
    assert text.endswith(b"\n")
    rows = [line.split(b",")[: 2 if name.startswith("pairs") else 1] for line in text.splitlines()[1:]]
    assert rows == sorted(rows)


# Shape and ranges.


def test_every_actor_has_its_row_once(states, organisations, networks, pairs):
    assert len(states) == 193
    assert len(organisations) == 34
    assert networks["kind"].value_counts().to_dict() == {"cso": 32, "business": 4, "mayors": 2, "youth": 1}
    ids = [*states.index, *organisations.index, *networks.index]
    assert len(ids) == len(set(ids))
    # Both are forums of the scenario, not actors in it.
    assert not {"PGA", "IAMR"} & set(ids)
    assert len(pairs) == 193 * 192 / 2 == 18528
    assert all(a < b for a, b in pairs.index)


def test_shares_lie_between_nought_and_one(states, organisations, networks, pairs):
    known = {"name", "region", "role", "kind", "stance", "active_from", "active_to", "imputed"}
    for table in (states, organisations, networks, pairs):
        numbers = table.drop(columns=known & set(table.columns))
        assert numbers.notna().all(axis=None)
        assert numbers.ge(0).all(axis=None)
        assert numbers.le(1).all(axis=None)
    assert set(states["role"]) == {"origin", "destination", "both"}
    assert set(networks["stance"]) == {"inside", "bridge", "outside"}


def test_saliences_sum_to_exactly_one(states, organisations, networks):
    for table in (states, organisations, networks):
        units = (table[[f"salience_{issue}" for issue in ISSUES]] * 10_000).round().astype(int)
        assert (units.sum(axis=1) == 10_000).all()


def test_issues_are_those_of_the_scenario_and_gather_each_category_once():
    coding = read(RAW / "issue_coding.csv")
    assert tuple(coding["issue"]) == ISSUES
    categories = [name.strip() for text in coding["categories"] for name in text.split(";")]
    assert len(categories) == len(set(categories)) == 17
    assert not coding["reason"].isna().any()


@pytest.mark.parametrize("name", CODED[:1] + CODED[3:])
def test_every_coded_number_says_where_it_comes_from(name):
    table = read(RAW / name)
    reason = table["source" if "source" in table else "reason"]
    assert reason.str.contains("assumption").all()


def test_days_are_dates_and_activity_ends_after_it_began(states, organisations, networks):
    for table in (states, organisations, networks):
        begins = pd.to_datetime(table["active_from"], format="%Y-%m-%d")
        assert begins.notna().all()
        if "active_to" in table:
            ends = pd.to_datetime(table["active_to"], format="%Y-%m-%d")
            assert (begins < ends)[ends.notna()].all()
    assert states["active_from"][["MNE", "SSD"]].to_list() == ["2006-06-28", "2011-07-14"]
    assert organisations.at["GMG", "active_to"] < organisations.at["UNNM", "active_from"]


# No look-ahead.


def test_raw_tables_of_states_hold_nothing_after_2006():
    table = read(RAW / "states_raw.csv")
    for column in ("crmw_signature_date", "crmw_party_date"):
        assert table[column].dropna().max() <= "2006-12-31"
    assert table["iom_join_year"].max() <= 2006
    years = [int(year) for column in table for year in re.findall(r"(?:19|20)\d\d$", column)]
    assert max(years) <= 2006
    # South Sudan joins in the course of a run: its year is a date of the calendar, not a start value.
    assert table.set_index("iso3").query("un_member_year > 2006")["un_member_year"].to_dict() == {"SSD": 2011}
    assert read(RAW / "migration_votes.csv")["date"].max() <= "2004-12-31"
    assert read(RAW / "unga_rollcalls_1991_2005.csv.gz")["date"].max() <= "2005-12-31"
    assert (table["crmw_party_date"].notna()).sum() == 34


def test_regime_indices_are_kept_apart_with_their_notice():
    assert not [column for column in read(RAW / "states_raw.csv") if column.startswith("v2")]
    assert "CC BY-SA 4.0" in (RAW / "VDEM_NOTICE.md").read_text(encoding="utf-8")


# Missing data.


def test_every_missing_cell_that_is_used_is_named_in_imputed(states):
    raw = read(RAW / "states_raw.csv").merge(read(RAW / "vdem.csv"), on="iso3").set_index("iso3")
    used = (
        "gdppc_ppp_const2017_2005",
        "wb_income_2005",
        "immigrants_2005",
        "refugees_in_2005",
        "remit_pct_gdp_2005",
        "static_d1_9105",
        "v2xcs_ccsi_2005",
        "v2x_polyarchy_2005",
    )
    for column in used:
        empty = set(raw.index[raw[column].isna()])
        named = set(states.index[states["imputed"].str.contains(rf"\b{column}:\w")])
        assert named == empty, column
    blocs = [column for column in raw if column.endswith("_2006") and not column.startswith("remit")]
    assert set(raw.index[raw[blocs].isna().any(axis=1)]) == {"SSD"}
    assert "blocs_2006:predecessor" in states.at["SSD", "imputed"]
    never_empty = raw[["emigrants_2005", "population_2005", "un_region", "un_member_year"]]
    assert never_empty.notna().all(axis=None)


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("freedom_of_travel", "votes_freedom_of_travel"),
        ("protection_of_migrants", "vote_55_92"),
        ("migrant_workers_convention", "votes_crmw_drafting"),
    ],
)
def test_a_state_that_cast_no_vote_is_named_in_imputed(states, topic, name):
    votes = read(RAW / "migration_votes.csv").query("topic == @topic")
    cast = set(votes.loc[votes["vote"].isin(["yes", "abstain", "no"]), "iso3"])
    assert set(states.index[states["imputed"].str.contains(f"{name}:")]) == set(states.index) - cast


def test_income_group_of_a_missing_state_follows_its_neighbours_in_income(code):
    table = pd.DataFrame(
        {
            "wb_income_2005": ["L", "L", "LM", "LM", "UM", "H", None],
            "gdppc_ppp_const2017_2005": [1.0, 2.0, 3.0, 4.0, 5.0, 90.0, 3.1],
        },
        index=list("ABCDEFG"),
    )
    assert code["filling"]._group_of_nearest(table).to_dict() == {"G": "LM"}


# Roles, by eye.


@pytest.mark.parametrize(
    ("role", "members"),
    [
        ("destination", "USA DEU GBR FRA AUS CAN JPN SAU ARE QAT KWT CHE SWE ITA ESP NLD"),
        ("origin", "PHL BGD MAR MEX NPL LKA ETH SLV TUN TUR ECU SEN EGY IDN"),
        ("both", "RUS ZAF THA ARG LBN"),
    ],
)
def test_roles_of_well_known_states(states, role, members):
    assert set(states.loc[members.split(), "role"]) == {role}


def test_destination_states_guard_sovereignty_and_origin_states_want_rights(states):
    mean = states.groupby("role")[["sovereignty", "position_rights", "position_labour", "position_irregular"]].mean()
    assert mean.at["destination", "sovereignty"] > mean.at["origin", "sovereignty"] + 0.25
    assert mean.at["origin", "position_rights"] > mean.at["destination", "position_rights"] + 0.2
    assert mean.at["origin", "position_labour"] > mean.at["destination", "position_labour"] + 0.2
    assert mean.at["destination", "position_irregular"] > mean.at["origin", "position_irregular"] + 0.1
    assert states["sovereignty"].idxmax() == "USA"
    assert (states.loc[["USA", "AUS", "SAU", "ARE", "KWT", "QAT"], "sovereignty"] > 0.7).all()
    assert (states.loc[["PHL", "MEX", "MAR"], "sovereignty"] < 0.2).all()


def test_developed_states(states):
    assert states.loc[["USA", "BEL", "GRC", "JPN", "CHE", "AUS", "RUS"], "developed"].eq(1).all()
    assert states.loc[["PHL", "MEX", "MUS", "TUR", "ARE", "KOR"], "developed"].eq(0).all()


# Values worked out by hand from the raw numbers that are written here.


def test_destination_scale_of_the_united_states(states):
    assert states.at["USA", "destination_scale"] == round(39_258_293 / (39_258_293 + 2_291_218), 4) == 0.9449


def test_sovereignty_of_the_united_states(states):
    # Immigrant share above 158 of 192 other states, income above 171 of 181; no CRMW. Votes: nine times no on freedom
    # of travel (0), abstention on 55/92 (0.5), two abstentions and three times no on drafting (0.2).
    opposition = 1 - (0 + 0.5 + 0.2) / 3
    mean = 0.30 * 0.944856 + 0.15 * 158 / 192 + 0.15 * 1 + 0.25 * opposition + 0.15 * 171 / 181
    assert states.at["USA", "sovereignty"] == pytest.approx(0.05 + 0.95 * mean, abs=6e-5)


def test_rights_position_of_the_philippines(states):
    # Party to the CRMW; eight times yes and one abstention on freedom of travel; yes on all others; UN dimension above
    # 51 of 192 (the American pole is high); 257,468 immigrants and 3,712,857 emigrants, share above 13 of 192.
    record = 0.35 * 1 + 0.20 * 8.5 / 9 + 0.15 * 1 + 0.15 * 1 + 0.15 * (1 - 51 / 192)
    exposure = 0.5 * 257_468 / 3_970_325 + 0.5 * 13 / 192
    assert states.at["PHL", "position_rights"] == pytest.approx(0.6 * record + 0.4 * (1 - exposure), abs=6e-5)


def test_capacity_and_cooperation_of_the_philippines(states):
    # Population above 181 of 192, income above 60 of 181. Three blocs, as 43 others have; 49 have fewer.
    capacity = 0.05 + 0.90 * (0.6 * 181 / 192 + 0.4 * 60 / 181)
    assert states.at["PHL", "capacity"] == pytest.approx(capacity, abs=6e-5)
    cooperation = 0.25 + 0.20 * (1 - 0.1298) + 0.10 * (49 + 43 / 2) / 192
    assert states.at["PHL", "cooperation"] == pytest.approx(cooperation, abs=8e-5)


def test_shared_blocs_of_three_pairs(pairs):
    # Philippines and Thailand: G77, NAM, ASEAN. France (EU, OECD, NATO, OIF) and Morocco (G77, NAM, OIC, LAS, OIF).
    assert pairs.at[("PHL", "THA"), "shared_blocs"] == 1
    assert pairs.at[("FRA", "MAR"), "shared_blocs"] == round(1 / 8, 4)


def test_stake_of_nauru_in_kiribati(pairs):
    # 949 born in Kiribati live in Nauru, 1,250 born in Nauru in Kiribati; all migration of Nauru: 2,075 + 1,880.
    assert pairs.at[("KIR", "NRU"), "stake_ba"] == round((949 + 1250) / (2075 + 1880), 6) == 0.556005


def test_agreement_is_the_share_of_equal_votes_among_those_that_both_cast(code):
    codes = np.array([[1, 1], [2, 3], [1, 8], [3, 3], [9, 1], [2, 2]])
    agreement, common = code["pair_table"].votes_in_common(codes)
    assert common[0, 1] == 4
    assert agreement[0, 1] == 3 / 4


def test_service_of_iom_and_of_the_treaty_body(organisations):
    # Programmes 1 * 1.0, money 0, dialogue 1 * 0.8, knowledge 1 * 0.5.
    assert organisations.at["IOM", "service"] == pytest.approx(0.75 * 1.0 + 0.25 * (1.0 + 0 + 0.8 + 0.5) / 4, abs=6e-5)
    assert organisations.at["CMW", "service"] == 0
    assert organisations.at["IOM", "sovereignty"] == 0.8
    assert organisations.at["ILO", "sovereignty"] == 0.2
    assert organisations.at["IOM", "un_system"] == 0, "joins the UN system in 2016"


def test_an_organisation_of_states_holds_the_mean_position_of_its_members(states, organisations):
    raw = read(RAW / "states_raw.csv").set_index("iso3")
    members = raw.index[raw["eu_2006"] == 1]
    assert len(members) == 25
    expected = states.loc[members, "position_rights"].mean()
    assert organisations.at["EU", "position_rights"] == pytest.approx(expected, abs=6e-5)


def test_mandate_follows_the_stated_areas(organisations):
    assert organisations.at["WB", "mandate_remittances"] == 1
    assert organisations.at["WB", "mandate_rights"] == 0.3
    assert organisations.at["OHCHR", "mandate_rights"] == 1


# Formulas that check what they are given.


def test_shares_are_exact_after_rounding(code):
    weights = pd.DataFrame([[1.0, 1.0, 1.0], [2.0, 1.0, 1.0]])
    expected = [[0.3334, 0.3333, 0.3333], [0.5, 0.25, 0.25]]
    assert code["formulas"].exact_shares(weights).to_numpy().tolist() == expected


def test_percentile_shares_ranks_and_leaves_gaps(code):
    ranks = code["formulas"].percentile(pd.Series([10.0, 20.0, 20.0, np.nan, 90.0]))
    assert ranks.fillna(-1).to_list() == [0, 0.5, 0.5, -1, 1]


def test_a_missing_part_is_left_out_and_not_read_as_zero(code):
    parts = {"one": pd.Series([1.0, 1.0]), "two": pd.Series([0.5, np.nan])}
    assert code["formulas"].weighted_mean(parts, {"one": 0.5, "two": 0.5}).to_list() == [0.75, 1.0]


def test_formulas_refuse_what_does_not_fit(code):
    formulas = code["formulas"]
    part = pd.Series([1.0])
    with pytest.raises(ValueError, match=r"weighted_mean: 'weights' must sum to 1, got 0\.9"):
        formulas.weighted_mean({"one": part}, {"one": 0.9})
    with pytest.raises(ValueError, match=r"weighted_mean: 'parts' must be \['one'\], got \['other'\]"):
        formulas.weighted_mean({"other": part}, {"one": 1.0})
    with pytest.raises(ValueError, match="coverage: 'issue_areas' of X must be areas of"):
        formulas.coverage(pd.Series({"X": "astronomy"}), {"data": ("coherence",)}, ["coherence"])
    with pytest.raises(ValueError, match="percentile: 'values' must be at least two numbers"):
        formulas.percentile(part)


def test_a_coded_id_must_be_an_institution(code, tmp_path):
    for name in ("forum_institutions.csv", "organisations_coding.csv"):
        (tmp_path / name).write_bytes((RAW / name).read_bytes())
    with (tmp_path / "organisations_coding.csv").open("a", encoding="utf-8") as file:
        file.write("NOWHERE,0,0,0,0,1,,,,assumption\n")
    with pytest.raises(ValueError, match=r"organisations_coding\.csv: 'id' must be one of .* got 'NOWHERE'"):
        code["reading"].read_organisations(tmp_path)


# Reach and crisis.


def test_distances_of_the_source_are_those_of_its_coordinates():
    table = read(RAW / "capitals.csv").set_index("iso3")
    found = distances(table["lat"].to_numpy(), table["lon"].to_numpy(), table.index.get_loc("CHE"))
    assert found[table.index.get_loc("CHE")] == 0
    # Geneva is 130 km from Bern: no capital can be nearer to one than to the other by more.
    assert np.abs(found - table["km_geneva"]).max() <= 130.5


def test_reach_is_complete_and_says_what_was_filled():
    table = read(DATA / "reach.csv").set_index("id")
    shares = table.filter(regex="^mission")
    assert list(table.index) == list(read(DATA / "states.csv")["id"])
    assert shares.notna().all(axis=None)
    assert shares.ge(0).all(axis=None)
    assert shares.le(1).all(axis=None)
    assert all(table.at[host, f"mission_{host}"] == 1 for host in ("BEL", "PHL", "GRC", "MEX", "CHE", "MUS"))
    assert (table.loc[["MNE", "SSD"], "missions"] == 0).all()
    notes = table["imputed"].fillna("")
    for name in shares.columns.drop(["missions", "mission_new_york"]):
        is_between = ~table[name].isin([0, 1])
        assert (table[name] == table["missions"])[is_between].all()
        assert notes[is_between].str.contains(f"{name}:share_of_missions").all()


def test_reach_of_three_states_by_hand(code):
    states = pd.DataFrame(
        {"un_region": ["X", "X", "X"], "un_member_year": [1945, 1945, 2011]}, index=["BEL", "KIR", "SSD"]
    )
    capitals = pd.DataFrame(
        {"capital": "c", "lat": 1.0, "lon": 2.0, "km_geneva": 1, "km_new_york": 2, "km_puerto_vallarta": 3},
        index=states.index,
    )
    hosts = ("BEL", "PHL", "GRC", "MEX", "CHE", "MUS")
    missions = pd.DataFrame({f"{host}_2005": [1.0, np.nan, 1.0] for host in hosts}, index=states.index)
    missions["missions_sent_2005"] = [96, np.nan, 7]
    for host in set(hosts) - {"BEL"}:
        capitals.loc[host], states.loc[host] = capitals.loc["BEL"], ["Y", 1945]
        missions.loc[host] = [0.0] * 6 + [192]
    found = code["reach_table"].reach_table(states, capitals, missions, {"PHL"}).set_index("id")
    assert found["missions"].to_dict() == {"BEL": 0.5, "KIR": 0.25, "SSD": 0.0} | dict.fromkeys(hosts[1:], 1.0)
    assert found["mission_BEL"].to_dict() == {"BEL": 1.0, "KIR": 0.25, "SSD": 0.0} | dict.fromkeys(hosts[1:], 0.0)
    assert found.at["PHL", "mission_geneva"] == 0.0  # on the list; who sends fewer than it is not known
    assert found["mission_geneva"].drop("PHL").to_dict() == {"BEL": 0.5, "KIR": 0.25, "SSD": 0.0} | dict.fromkeys(
        hosts[2:], 1.0
    )


def test_reach_of_organisations_by_hand(code):
    raw = pd.DataFrame({"un_system": [1, 1, 0, 0]}, index=["U", "V", "W", "X"])
    members = pd.DataFrame({"org": ["V", "W"], "full_members": [191, 38.2]})
    found = code["reach_table"].organisation_reach(raw, members)
    assert found["members"].tolist() == pytest.approx([1.0, 1.0, 0.2, 0.2])
    assert found["imputed"].tolist() == ["members:un_organ", "", "", "members:median_outside_un"]


def test_length_of_the_crisis_by_hand(code):
    crisis = code["crisis"]
    before = {year: 100.0 for year in range(2001, 2009)}
    levels = {
        "up": {2009: 101, 2010: 102, 2011: 103, 2012: 104, 2013: 105},
        "back in 2011": {2009: 90, 2010: 99, 2011: 100, 2012: 90, 2013: 90},
        "not back": {2009: 90, 2010: 90, 2011: 90, 2012: 90, 2013: 90},
        "back in 2010": {2009: 99, 2010: 101, 2011: 101, 2012: 101, 2013: 101},
        "unknown": {2009: np.nan, 2010: 1, 2011: 1, 2012: 1, 2013: 1},
    }
    gdp = pd.DataFrame(
        [(state, year, value) for state, later in levels.items() for year, value in {**before, **later}.items()],
        columns=["iso3", "year", "gdppc_const_usd"],
    )
    table = crisis.crisis_table(gdp).set_index("year")
    assert table["lost"].dropna().to_dict() == {2009: 0.75, 2010: 0.5, 2011: 0.25, 2012: 0.5, 2013: 0.5}
    assert table["recovered"].to_dict() == {
        2008: 0.0,
        2009: 0.0,
        2010: 0.3333,
        2011: 0.6667,
        2012: 0.6667,
        2013: 0.6667,
    }
    assert table["below_trend"].to_dict() == {2008: 0.0, 2009: 0.75, 2010: 0.0, 2011: 0.0, 2012: 0.25, 2013: 0.0}
    assert table.at[2010, "growth"] == round((0 + np.log(1.1) * 0 + np.log(102 / 101)) / 2 + np.log(101 / 99) / 2, 4)
    assert crisis.crisis_years(table.reset_index()) == 3
    with pytest.raises(ValueError, match="half of the states must be back by 2013"):
        crisis.crisis_years(table.assign(recovered=0.4).reset_index())


def test_the_crisis_of_the_replay_lasts_as_long_as_the_table_says(code):
    crisis = next(shock for shock in load("hld_gfmd").shocks if shock.id == "financial_crisis")
    assert crisis.years == code["crisis"].crisis_years(read(DATA / "crisis.csv")) == 4


# The record of answers to 2005.


def test_a_text_counts_as_agreed_where_both_camps_say_yes_on_a_subject_that_counts(code):
    # Two developed states, then three of the Group of 77. Half of a camp is no majority; who is absent does not count.
    codes = np.array([[1, 8, 1, 1, 3], [1, 2, 1, 1, 1], [1, 1, 1, 2, 3], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
    subjects = pd.Series(["hr", "ec", "", "me;hr", None])
    developed, g77 = np.array([1, 1, 0, 0, 0]) == 1, np.array([0, 0, 1, 1, 1]) == 1
    found = code["answer_record"].agreed_texts(codes, subjects, developed, g77)
    assert found.tolist() == [True, False, False, False, True]


def test_record_shrinks_to_the_mean_and_says_nothing_of_who_never_answered(code):
    calls = pd.DataFrame({"rcid": [1, 2], "date": ["2000-05-01", "2001-05-01"], "A": [1, 1], "B": [1, 2], "C": [9, 9]})
    calls["D"] = [1, 8]
    subjects = pd.DataFrame({"rcid": [1, 2], "subjects": ["hr", "hr"]})
    camp = pd.Series([1, 0, 0, 0], index=list("ABCD"))
    found = code["answer_record"].answer_record(calls, subjects, camp, 1 - camp, {"prior": 1, "absent_from": 2001})
    # Group of 77: B and D said yes to the first; B alone answered the second, and abstained. So one text is agreed.
    assert found.loc["A", "non_yes_share"] == 0.0
    # Absent from 2001: one of three members, D. (0 + 1/3) / 2 and (1 + 1/3) / 2.
    assert found["absent_share"].tolist()[:2] == pytest.approx([1 / 6, 1 / 6])
    assert found.loc["D", "absent_share"] == pytest.approx(2 / 3)
    assert found.loc["C"].isna().all()


def test_who_was_no_member_to_2005_has_the_record_of_its_predecessor(states):
    for new, old in (("MNE", "SRB"), ("SSD", "SDN")):
        for column in ("non_yes_share", "absent_share"):
            assert states.at[new, column] == states.at[old, column]
            assert f"{column}:predecessor" in states.at[new, "imputed"]
    imputed = states.index[states["imputed"].str.contains("non_yes_share|absent_share")]
    assert set(imputed) == {"MNE", "SSD"}
