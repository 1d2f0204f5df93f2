"""Own tables: what a table says is what the model has, or it is refused, or named as unused."""

from __future__ import annotations

import gzip
import os
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comity
from comity import InputError
from comity.errors import Notice
from comity.population import table_files
from comity.population.people import Population, build_population
from comity.scenario.loading import load
from comity.scenario.locate import scenario_folder
from comity.words.describe import describe

DATA = scenario_folder() / "data"
Build = Callable[..., Population]


def shipped(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / name, dtype=str, keep_default_na=False)


STATES, REGIMES, PAIRS = shipped("states.csv"), shipped("states_regime.csv"), shipped("pairs.csv.gz")
BASE = build_population(load("hld_gfmd"))


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Return a function that puts a table in the place of a shipped one, and returns the population."""

    def build(key: str, table: pd.DataFrame | str | bytes, name: str = "", more: str = "") -> Population:
        file = tmp_path / (name or f"{key}.csv")
        if isinstance(table, pd.DataFrame):
            table.to_csv(file, index=False)
        else:
            file.write_bytes(table if isinstance(table, bytes) else table.encode())
        scenario = tmp_path / "s.toml"
        scenario.write_text(f'extends = "hld_gfmd"\n[population]\n{key} = "{file.name}"\n{more}', encoding="utf-8")
        return build_population(load(scenario))

    return build


def with_cell(column: str, value: str, line: int = 5, table: pd.DataFrame = STATES) -> pd.DataFrame:
    changed = table.copy()
    changed.loc[line - 2, column] = value
    return changed


def is_same(population: Population) -> bool:
    worlds = (BASE.world, population.world)
    return BASE.ids == population.ids and all(
        np.array_equal(*(getattr(world, name) for world in worlds)) for name in BASE.world._fields
    )


def turned(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.rename(columns={"a": "b", "b": "a", "stake_ab": "stake_ba", "stake_ba": "stake_ab"})


TEXT = STATES.to_csv(index=False)
AS_SHIPPED = {
    "regime columns in the table of states": ("states", STATES.merge(REGIMES, on="id")),
    "lines of states in another order": ("states", STATES.sample(frac=1, random_state=1)),
    "lines of organisations in another order": (
        "organisations",
        shipped("organisations.csv").sample(frac=1, random_state=1),
    ),
    "lines of networks in another order": ("networks", shipped("networks.csv").sample(frac=1, random_state=1)),
    "lines of regimes in another order": ("regimes", REGIMES.sample(frac=1, random_state=1)),
    "columns in another order": ("states", STATES[STATES.columns[::-1]]),
    "lines of pairs in another order": ("pairs", PAIRS.sample(frac=1, random_state=1)),
    "pairs the other way round": ("pairs", turned(PAIRS)),
    "some pairs the other way round": ("pairs", pd.concat([PAIRS.iloc[::2], turned(PAIRS.iloc[1::2])])),
    "pairs both ways": ("pairs", pd.concat([PAIRS, turned(PAIRS)])),
    "a kind that is state": ("states", STATES.assign(kind="state")),
    "an empty active_to": ("states", STATES.assign(active_to="")),
    "blanks around headings": ("states", STATES.rename(columns=lambda name: f" {name} ")),
    "blanks around cells": ("states", STATES.map(lambda cell: f" {cell}\t")),
    "the mark of Windows": ("states", "\ufeff" + TEXT),
    "lines that end as on Windows": ("states", TEXT.replace("\n", "\r\n")),
    "all cells in quotes": ("states", STATES.to_csv(index=False, quoting=1)),
    "empty lines": ("states", TEXT.replace("\n", "\n\n") + "," * (len(STATES.columns) - 1) + "\n"),
    "empty columns at the end": ("states", TEXT.replace("\n", ",,\n")),
    "flags with decimals": ("states", STATES.assign(developed=STATES["developed"] + ".0")),
    "compressed under another name": ("pairs", gzip.compress(PAIRS.to_csv(index=False).encode())),
    "compressed in two parts": (
        "pairs",
        gzip.compress(PAIRS[:9].to_csv(index=False).encode())
        + gzip.compress(PAIRS[9:].to_csv(index=False, header=False).encode()),
    ),
}


@pytest.mark.parametrize(("key", "table"), AS_SHIPPED.values(), ids=list(AS_SHIPPED))
def test_the_same_data_in_another_form_are_the_same_world_without_a_notice(build, key, table):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert is_same(build(key, table))


def test_a_state_that_ceased_keeps_its_last_day(build):
    population = build("states", STATES.assign(active_to=np.where(STATES["id"] == "SRB", "2006-06-03", "")))
    row = population.rows["SRB"]
    assert population.active_to[row] == pd.Timestamp("2006-06-03").toordinal()
    assert population.actors.loc[row, "active_to"] == "2006-06-03"


def test_regime_columns_of_ones_own_are_used_where_no_table_of_regimes_is_named(build):
    own = with_cell("civil_society_climate", "0.123456789", table=STATES.merge(REGIMES, on="id"))
    with pytest.raises(
        InputError, match=r"states\.csv: line 5, column 'civil_society_climate' must be 0\.\d+ as in data/states_regime"
    ):
        build("states", own)
    population = build("states", own, more='regimes = ""\n')
    assert population.world.actors["climate"][3] == 0.123456789
    with pytest.raises(InputError, match=r"states\.csv: column 'civil_society_climate' is missing\. Add it, or name"):
        build("states", STATES, more='regimes = ""\n')


@pytest.mark.parametrize("written", ["0.1234567890123456789", "0.30000000000000004", "1e-300", ".5", "+0.25", "5E-1"])
def test_a_number_is_read_to_the_last_bit(build, written):
    population = build("states", with_cell("capacity", written))
    assert population.world.actors["capacity"][3] == float(written)


UNUSED = {
    "two more": ("states", STATES.assign(capital="x", gdp="1"), r"states\.csv: columns 'capital', 'gdp' are not used"),
    "the end under another name": ("states", STATES.assign(active_until=""), r"column 'active_until' is not used"),
    "attributes of another kind": ("states", STATES.assign(service="0.5"), r"column 'service' is not used"),
    "an issue that there is not": (
        "states",
        STATES.assign(salience_labor="0.1"),
        r"column 'salience_labor' is not used",
    ),
    "an index": ("states", STATES.to_csv(), r"column number 1 \(without a name\) is not used"),
    "of regimes": ("regimes", REGIMES.assign(v2x="1"), r"regimes\.csv: column 'v2x' is not used"),
    "of pairs": ("pairs", PAIRS.assign(distance="1"), r"pairs\.csv: column 'distance' is not used"),
    "of organisations": (
        "organisations",
        shipped("organisations.csv").assign(income="1"),
        r"column 'income' is not used",
    ),
    "of networks": ("networks", shipped("networks.csv").assign(service="1"), r"column 'service' is not used"),
    "regimes of nobody": (
        "regimes",
        pd.concat([REGIMES, REGIMES.head(1).assign(id="XXX")]),
        r"regimes\.csv: lines of states that are not in data/states\.csv are not used: XXX",
    ),
    "saliences that are rounded": (
        "states",
        with_cell("salience_labour", str(float(STATES.loc[3, "salience_labour"]) + 0.0004)),
        r"saliences of 1 of 193 actors do not sum to 1 exactly, first in line 5: 1\.0004\. The model divides",
    ),
}


@pytest.mark.parametrize(("key", "table", "message"), UNUSED.values(), ids=list(UNUSED))
def test_what_is_not_used_is_named(build, key, table, message):
    with pytest.warns(Notice, match=message):
        population = build(key, table)
    assert len(population.notices) == 1


def test_describe_names_unused_columns(tmp_path):
    STATES.assign(capital="x").to_csv(tmp_path / "states.csv", index=False)
    (tmp_path / "s.toml").write_text('extends = "hld_gfmd"\n[population]\nstates = "states.csv"\n', encoding="utf-8")
    with pytest.warns(Notice, match="column 'capital' is not used"):
        told = describe(load(tmp_path / "s.toml"))
    assert "column 'capital' is not used" in " ".join(told.split())


REGIME = STATES.merge(REGIMES, on="id")
REFUSED = {
    "the suffix of a merge": (
        "states",
        REGIME.rename(columns={"civil_society_climate": "civil_society_climate_x"}),
        r"column 'civil_society_climate_x' must be named 'civil_society_climate' to be used",
    ),
    "both suffixes of a merge": ("states", STATES.merge(STATES[["id", "capacity"]], on="id"), r"'capacity' is missing"),
    "other letters": (
        "states",
        STATES.assign(ACTIVE_TO=""),
        r"column 'ACTIVE_TO' must be named 'active_to' to be used",
    ),
    "a blank for a line": (
        "states",
        STATES.rename(columns={"emigrant_share": "Emigrant share"}),
        r"must be named 'emigrant_s",
    ),
    "a column twice": ("states", TEXT.replace("income,", "capacity,", 1), r"column 'capacity' must occur only once"),
    "per cent": ("states", with_cell("capacity", "45"), r"got '45'\. Write a share, such as 0\.45 for 45 per cent"),
    "a sign of per cent": ("states", with_cell("capacity", "45%"), r"got '45%'\. Write a share"),
    "a decimal comma": ("states", with_cell("capacity", "0,45"), r"got '0,45'\. Write a point in place .*: 0\.45\."),
    "a word for a flag": (
        "states",
        with_cell("developed", "True"),
        r"'developed' must be 0 or 1, got 'True'\. Write 1 for",
    ),
    "half a flag": ("states", with_cell("iom_member_2006", "0.5"), r"'iom_member_2006' must be 0 or 1, got '0\.5'"),
    "a date of a spreadsheet": (
        "states",
        with_cell("active_from", "38872"),
        r"must be a date YYYY-MM-DD or empty, got '38872'",
    ),
    "an end before the beginning": (
        "states",
        STATES.assign(active_to="1900-01-01"),
        r"line 2, column 'active_to' must be empty or not before active_from, got '1900-01-01'",
    ),
    "an id in small letters": (
        "pairs",
        with_cell("a", "afg", table=PAIRS),
        r"unknown country code 'afg'\. Did you mean 'AFG'",
    ),
    "an id with a blank": ("states", with_cell("id", "AF G"), r"line 5, column 'id' must be letters, digits"),
    "no id": ("states", with_cell("id", ""), r"line 5, column 'id' must be letters, digits, .*got ''"),
    "an id twice": (
        "states",
        pd.concat([STATES, STATES.head(1)]),
        r"line 195: actor ids must be unique, got 'AFG' twice",
    ),
    "no name": ("states", with_cell("name", ""), r"line 5, column 'name' must be a name, got ''"),
    "a kind that is none": (
        "states",
        STATES.assign(kind="io"),
        r"line 2, column 'kind' must be one of \['state'\], got 'io'",
    ),
    "semicolons": ("states", STATES.to_csv(index=False, sep=";"), r"with commas between its columns, got semicolons"),
    "tabs": ("states", STATES.to_csv(index=False, sep="\t"), r"with commas between its columns, got tabs"),
    "a cell too many": (
        "states",
        TEXT.replace("\nALB", ",7\nALB", 1),
        r"line 3 must have 36 cells, as the heading, got 37",
    ),
    "a cell too few": ("states", TEXT.replace("origin,", "", 1), r"line 2 must have 36 cells, as the heading, got 35"),
    "a workbook": (
        "states",
        b"PK\x03\x04" + b"x" * 99,
        r"got an Excel workbook or an archive\. Save the sheet as CSV UTF-8",
    ),
    "UTF-16": ("states", TEXT.encode("utf-16"), r"got UTF-16\. Save it as CSV UTF-8"),
    "Latin-1": (
        "states",
        TEXT.replace("Angola", "Ångola").encode("latin-1"),
        r"in line 3 \(byte 0xc5\)\. Save it as CSV UTF-8",
    ),
    "zeros": ("states", TEXT.replace("Angola", "Ang\0ola"), r"got a file that is no text"),
    "signs of a terminal": (
        "states",
        TEXT.replace("Angola", "Ang\x1bola"),
        r"line 3, column 'name' .*control character '\\x1b'",
    ),
    "a line break in a cell": (
        "states",
        TEXT.replace("Angola", '"Ang\nola"'),
        r"column 'name' .*got a line break in it",
    ),
    "a long cell": (
        "states",
        TEXT.replace("Angola", "x" * 5000),
        r"'name' must have at most 2,000 characters, got 5,000",
    ),
    "a very long cell": ("states", TEXT.replace("Angola", "x" * 200_000), r"line 3: .*field larger than field limit"),
    "no table at all": (
        "states",
        "root:x:0:0\nsecret\n",
        r"states\.csv: must be a CSV table with the columns id, .* without any",
    ),
    "a pair twice": (
        "pairs",
        pd.concat([PAIRS, turned(PAIRS.head(1)).assign(stake_ab="0.9")]),
        r"line 18530: the pair 'AGO', 'AFG' is there twice\. Remove one of the lines: their values differ",
    ),
}


@pytest.mark.parametrize(("key", "table", "message"), REFUSED.values(), ids=list(REFUSED))
def test_a_table_that_would_be_misread_is_refused(build, key, table, message):
    with pytest.raises(InputError, match=message) as caught:
        build(key, table)
    assert "secret" not in str(caught.value)


def test_a_table_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(build, monkeypatch):
    bomb = gzip.compress(b"a,b\n" + b"0" * (4 * 2**20))
    monkeypatch.setattr(table_files, "LARGEST_TABLE", 2**20)
    with pytest.raises(InputError, match=r"pairs\.csv\.gz: must be at most 1 MB large, got a larger table"):
        build("pairs", bomb, "pairs.csv.gz")
    with pytest.raises(InputError, match=r"states\.csv: must be at most 1 MB large"):
        build("states", TEXT + "\n" * 2**20)


def test_a_torn_compressed_table_is_refused(build):
    torn = gzip.compress(PAIRS.to_csv(index=False).encode())[:-99]
    with pytest.raises(InputError, match=r"got a damaged gzip file: it ends too early"):
        build("pairs", torn, "pairs.csv.gz")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_what_is_no_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    os.symlink("loop.csv", tmp_path / "loop.csv")
    for name, message in (
        ("folder.csv", "'folder.csv' must be a file, got a folder"),
        ("pipe.csv", "'pipe.csv' must be a file, got a device or a pipe"),
        (os.devnull, "must be a file, got a device or a pipe"),
        ("loop.csv", "'loop.csv' was not found"),
        ("x" * 5000, "was not found"),
    ):
        with pytest.raises(InputError, match=message):
            build_population(load("hld_gfmd", settings={"population.states": name}))


def test_a_table_with_a_heading_only_is_a_table_without_rows(build):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(build("networks", shipped("networks.csv").head(0)).ids) == 227


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (PAIRS.head(0), r"18528 pairs of states have no line, first AFG and AGO: the model gives no shared bloc"),
        (PAIRS.iloc[::2], r"9264 pairs of states have no line, first AFG and ALB"),
        (PAIRS.drop(index=3), r"no line is of the pair AFG and ARE: .* a vote agreement of 1/2, no stake"),
    ],
)
def test_pairs_without_a_line_are_said(build, pairs, message):
    with pytest.warns(Notice, match=message):
        assert len(build("pairs", pairs).ids) == 266


def test_a_state_that_was_added_has_no_pairs_and_that_is_said(build):
    added = STATES.merge(REGIMES, on="id")
    added = pd.concat([added, added.head(1).assign(id="XKX", name="Kosovo")])
    with pytest.warns(Notice, match=r"193 pairs of states have no line, first AFG and XKX"):
        assert "XKX" in build("states", added, more='reach = ""\n').ids


ADVISED = {
    "a state left out of the table": (
        "states",
        STATES[STATES["id"] != "FRA"],
        r"'FRA'\. .*\[remove\] actors = \[.FRA.\]",
    ),
    "a state added without a regime": (
        "states",
        pd.concat([STATES, STATES.head(1).assign(id="XKX")]),
        r"'XKX' has 0\. Add the columns civil_society_climate and electoral_competition to .*states\.csv, or name",
    ),
    "a regime of nobody": ("regimes", pd.concat([REGIMES, REGIMES.head(1).assign(id="")]), r"'id' must be the id of a"),
    "a missing column": (
        "states",
        STATES.drop(columns="position_irregular"),
        r"'position_irregular' is missing\. Add it\.",
    ),
    "stakes above 1": ("pairs", PAIRS.assign(stake_ab="0.9"), r"stakes of 'AFG' in all others must sum to 1 at most"),
}


@pytest.mark.parametrize(("name", "table", "message"), ADVISED.values(), ids=list(ADVISED))
def test_advice_about_a_table_can_be_followed(build, name, table, message):
    with pytest.raises(InputError, match=message):
        build(name, table)


def test_lines_above_the_heading_are_named(tmp_path):
    (tmp_path / "states.csv").write_text("Data Source,World Bank\n\n" + STATES.to_csv(index=False), encoding="utf-8")
    (tmp_path / "s.toml").write_text('extends = "hld_gfmd"\n[population]\nstates = "states.csv"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"in its first line, got one without any .* or remove the lines above it\."):
        build_population(load(tmp_path / "s.toml"))


def test_the_luck_of_the_corridor_does_not_go_by_the_order_of_a_pair(tmp_path):
    turned(PAIRS).to_csv(tmp_path / "pairs.csv", index=False)
    (tmp_path / "s.toml").write_text('extends = "hld_gfmd"\n[population]\npairs = "pairs.csv"\n', encoding="utf-8")
    one, other = (comity.run(name, seed=1, keep="meetings").meetings for name in ("hld_gfmd", tmp_path / "s.toml"))
    pd.testing.assert_frame_equal(one, other)
