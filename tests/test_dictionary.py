"""The data dictionary: every column of every table has an entry, and its values are in the range that is stated."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pytest

import comity
from comity import InputError, Record
from comity.cli import main
from comity.data_dictionary import descriptions
from comity.measures import MEASURES
from comity.record import DETAILED_TABLES, DRAFTS, MOVES, TABLES
from comity.record.dictionary import Column, columns, entry
from comity.scenario.locate import shipped_scenarios
from comity.scenario.moves import Move

UNITS = {"share", "count", "ratio", "number", "year", "date", "yes or no", "code", "id", "ids", "text", "1"}
MORE = ("actors_by_id", "trust_matrices")
MOVES_MADE = (
    Move(actor="CORAL", meeting="FORUM1", attends=False),
    Move(actor="CORAL", meeting="DIALOGUE2", draft="supports", paragraph="rights", wording=1),
)


def wrong_values(values: pd.Series, about: Column) -> str:
    """Return how the values of a column differ from its entry; nothing where they do not."""
    known = values.dropna()
    if about.unit == "date":
        return "" if known.empty or known.dtype.kind == "M" else "no dates"
    if about.unit == "code":
        strange = set(known) - {*about.range.split("/"), ""}
        return f"unknown codes {strange}" if strange else ""
    if about.unit in ("id", "ids", "text"):
        return "" if all(isinstance(value, str) for value in known) else "no texts"
    numbers = pd.to_numeric(known.astype(float) if known.dtype == bool else known)
    if about.unit in ("count", "number", "year", "yes or no") and (numbers % 1 != 0).any():
        return "no whole numbers"
    low, _, high = about.range.partition("..")
    slack = 1e-6  # trust matrices are float32
    if low and (numbers < float(low) - slack).any():
        return f"{numbers.min()} below {low}"
    if high and (numbers > float(high) + slack).any():
        return f"{numbers.max()} above {high}"
    return ""


def tables_of(record: Record) -> dict[str, pd.DataFrame]:
    found = {**record.tables(), "actors_by_id": record.actors_by_id}
    if record.matrices:
        matrices = [record.trust_matrix(name).add_prefix("trust_in_") for name in record.matrices]
        named = [
            m.reset_index(names="holder").assign(meeting=n) for m, n in zip(matrices, record.matrices, strict=True)
        ]
        found["trust_matrices"] = pd.concat(named)
    return found


def misfits(record: Record) -> list[str]:
    found = []
    for table, frame in tables_of(record).items():
        for column in frame.columns:
            about = entry(table, column, record.scenario.subject)
            said = "has no entry" if about is None else wrong_values(frame[column], about)
            if said:
                found.append(f"{table}.{column}: {said}")
    return found


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_column_of_every_table_has_an_entry_that_holds(name):
    record = comity.run(name, seed=3, keep="trust" if name == "teaching" else "all")
    assert misfits(record) == []


@pytest.mark.parametrize("seed", range(4))
def test_the_ranges_hold_where_every_mechanism_is_at_work(load_lively, seed):
    assert misfits(comity.run(load_lively(), seed=seed)) == []


def test_the_columns_of_moves_have_entries():
    record = comity.run(comity.load("teaching").with_moves(MOVES_MADE), seed=1)
    assert (len(record.moves), len(record.drafts)) == (2, 3)
    assert misfits(record) == []


OWN = """
from comity.mechanism import Mechanism

def rest(occasion):
    occasion.world.actors["capacity"][occasion.active] *= 0.9
    occasion.world.attachment[occasion.active] *= 0.9

MECHANISM = Mechanism(
    name="fatigue", moment="MEANS", rule=rest, changes=("capacity", "attachment"), strength=None, parameters=(),
    source="assumption",
)
"""


def test_no_entry_is_of_a_column_that_no_table_has(load_lively, tmp_path):
    records = [comity.run("teaching", seed=7, keep="trust"), comity.run("hld_gfmd", seed=7)]
    records.append(comity.run(comity.load("teaching").with_moves(MOVES_MADE), seed=1))
    (tmp_path / "fatigue.py").write_text(OWN, encoding="utf-8")
    records.append(comity.run(comity.load("teaching", patches=[tmp_path / "fatigue.py"]), seed=1))
    used = {entry(table, name) for record in records for table, frame in tables_of(record).items() for name in frame}
    assert [f"{item.table}.{item.column}" for item in columns() if item not in used] == []


def test_a_wrong_value_is_seen():
    share, code = Column("t", "a", "share", "0..1", "", ""), Column("t", "b", "code", "yes/no", "", "")
    assert wrong_values(pd.Series([0.0, 1.0, None]), share) == ""
    assert wrong_values(pd.Series([0.5, 1.2]), share) == "1.2 above 1"
    assert wrong_values(pd.Series([-0.1]), share) == "-0.1 below 0"
    assert wrong_values(pd.Series(["yes", ""]), code) == ""
    assert "perhaps" in wrong_values(pd.Series(["perhaps"]), code)
    assert wrong_values(pd.Series([1.5]), Column("t", "c", "count", "0..", "", "")) == "no whole numbers"


def test_the_dictionary_is_a_table():
    found = comity.dictionary()
    assert list(found.columns) == ["table", "column", "unit", "range", "meaning", "source"]
    assert set(found["table"]) == {*TABLES, *DETAILED_TABLES, MOVES, DRAFTS, *MORE, "measures"}
    assert not found.duplicated(["table", "column"]).any()
    assert set(found["unit"]) <= UNITS
    assert (found["meaning"].str.len() > 3).all()
    assert (found["source"] != "").all()
    assert not found["meaning"].str.contains("{", regex=False).any()
    assert comity.dictionary("measures")["column"].tolist() == [item.name for item in MEASURES]
    with pytest.raises(
        InputError, match=r"^dictionary: TABLE must be a table of a record, got 'vote'\. Did you mean 'votes'"
    ):
        comity.dictionary("vote")


def test_parquet_fields_say_what_they_mean(tmp_path):
    folder = comity.run("teaching", seed=7, keep="trust").save(tmp_path / "run")
    for file in folder.glob("*.parquet"):
        for field in pq.read_schema(file):
            about = entry(file.stem, field.name)
            assert about is not None
            told = {name.decode(): text.decode() for name, text in field.metadata.items()}
            assert told == {name: getattr(about, name) for name in ("meaning", "unit", "range", "source")}


def test_every_table_has_a_sentence():
    assert set(descriptions()) == set(comity.dictionary()["table"])
    assert all(text.endswith((".", "``", "`")) for text in descriptions().values())


def test_the_command_prints_a_table_or_all(capsys):
    assert main(["dictionary", "votes"]) == 0
    out = capsys.readouterr().out
    assert "p_*" in out
    assert "8 columns" in out
    assert main(["dictionary", "vote"]) == 2
    assert "Did you mean 'votes'" in capsys.readouterr().err
