"""Records that a disk, another program or somebody else has changed: one clear line, and none runs code."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import comity
from comity import InputError


@pytest.fixture
def folder(tmp_path) -> Path:
    return comity.run("teaching", seed=7).save(tmp_path / "run")


@pytest.mark.parametrize("name", ["provenance.json", "scenario.json"])
@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000], ids=["list", "object"])
def test_deep_json_is_one_clear_line(folder, name, text):
    (folder / name).write_text(text)
    with pytest.raises(InputError, match=rf"run/{name}: must be JSON, got: .* The record is damaged"):
        comity.read_record(folder)


@pytest.mark.parametrize("text", [b"{", b"{}", b"[]", b"[" * 100_000, b'{"columns": [{"name": "meeting"}]}'])
def test_damaged_notes_of_a_table_are_one_clear_line(folder, text):
    file = folder / "meetings.parquet"
    pq.write_table(pq.read_table(file).replace_schema_metadata({b"pandas": text}), file)
    with pytest.raises(InputError, match=r"run/meetings\.parquet: must be a Parquet table, got: .*damaged") as told:
        comity.read_record(folder)
    assert "\n" not in str(told.value)


def test_two_columns_of_a_name_are_one_clear_line(folder):
    file = folder / "meetings.parquet"
    table = pq.read_table(file)
    pq.write_table(pa.Table.from_arrays(table.columns, names=["x"] * table.num_columns), file)
    with pytest.raises(InputError, match=r"run/meetings\.parquet: must be a Parquet table, got: ") as told:
        comity.read_record(folder)
    assert "\n" not in str(told.value)


def test_a_table_runs_no_code(folder, tmp_path):
    class Bait:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    notes = {b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": pickle.dumps(Bait())}
    file = folder / "meetings.parquet"
    table = pq.read_table(file)
    bait = pa.field("bait", pa.int64(), metadata=notes)
    pq.write_table(table.append_column(bait, pa.array([1] * table.num_rows)), file)
    comity.read_record(folder)
    assert not (tmp_path / "ran").exists()


def test_a_path_with_a_nul_is_one_clear_line():
    with pytest.raises(InputError, match=r"'a\\x00b': must be a path without a NUL character"):
        comity.run("teaching", seed=7).save("a\0b")


def test_what_may_not_be_read_is_one_clear_line(folder, monkeypatch):
    def closed(path: Path, **options: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", closed)
    with pytest.raises(InputError, match=r"run/provenance\.json: cannot be read: Permission denied\. Change"):
        comity.read_record(folder)


@pytest.mark.skipif(os.name != "posix", reason="needs names of POSIX")
def test_a_path_that_is_not_utf8_is_taken(tmp_path):
    out = tmp_path / os.fsdecode(b"Z\xfcrich")
    try:
        out.mkdir()
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    saved = comity.read_record(comity.run("teaching", seed=7).save(out / "run"))
    assert len(saved.meetings) == 3
