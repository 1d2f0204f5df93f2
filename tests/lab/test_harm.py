"""What a disk, a person or another version can do to a sweep: one clear line, and nothing lost."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comity import InputError
from comity_lab import merge, read_sweep, sweep
from comity_lab.design import design_from
from comity_lab.store import open_store

posix = pytest.mark.skipif(os.name != "posix", reason="needs signals and permissions of POSIX")


def of_function(function: str, values: list, **options):
    return design_from({"function": function, "factors": [{"name": "x1", "values": values}], **options})


@pytest.fixture
def done(functions, tmp_path) -> Path:
    """A finished sweep of twenty runs in several chunks."""
    sweep(of_function(f"{functions}:failing", [0.1, 0.2, 0.3, 0.4], replicates=5), tmp_path / "out", workers=1)
    return tmp_path / "out"


# --- the plan ---


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\x00\xff\xfe", b"[" * 100_000, b'{"design": 3}', b'"text"', b"{}"],
    ids=["empty", "cut", "list", "null", "binary", "deep", "number", "text", "nothing"],
)
@pytest.mark.parametrize("name", ["design.json", "provenance.json"])
def test_a_damaged_plan_is_one_clear_line(done, name, content):
    (done / name).write_bytes(content)
    with pytest.raises(
        InputError, match=r"out: the plan of the sweep cannot be read: .*\S\. .*another folder\.$"
    ) as told:
        read_sweep(done)
    assert "\n" not in str(told.value)
    assert name in str(told.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("replicates", 0),
        ("replicates", "many"),
        ("replicates", 10**30),
        ("factors", None),
        ("factors", [{"name": "x1"}]),
        ("factors", [{"name": "x1", "values": [9]}]),
        ("sampler", "unheard"),
        ("seed", -1),
        ("unheard", 1),
    ],
)
def test_a_plan_with_wrong_values_is_one_clear_line(done, key, value):
    data = json.loads((done / "design.json").read_text())
    data["design"][key] = value
    (done / "design.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match=r"cannot be read|must have the hash"):
        open_store(done)


def test_the_plan_of_another_version_names_both(done):
    for name, key, value in (
        ("provenance.json", "versions", {"comity": "99.0"}),
        ("design.json", "design", {"new": 1}),
    ):
        data = json.loads((done / name).read_text())
        data[key] = data[key] | value
        (done / name).write_text(json.dumps(data))
    with pytest.raises(InputError, match=r"new is not a known key.*made by comity 99.0 .*, and this is [0-9]"):
        open_store(done)


def test_points_that_are_no_table_are_one_clear_line(done):
    (done / "points.parquet").write_bytes(b"PAR1" + b"\x00" * 50 + b"PAR1")
    with pytest.raises(InputError, match="the plan of the sweep cannot be read"):
        open_store(done)


# --- chunks ---


def put(folder: Path, data: bytes) -> Path:
    """Write bytes as a chunk whose name has the right checksum."""
    file = folder / "chunks" / f"000000000-00001-{hashlib.sha256(data).hexdigest()[:32]}.parquet"
    file.write_bytes(data)
    return file


def table_of(plan: str, **columns) -> bytes:
    kept = {
        "point": pa.array([0], pa.int32()),
        "replicate": pa.array([0], pa.int32()),
        "attempt": pa.array([9], pa.int16()),
        "status": pa.array(["ok"]),
        **columns,
    }
    sink = pa.BufferOutputStream()
    table = pa.table({name: column for name, column in kept.items() if column is not None})
    pq.write_table(table.replace_schema_metadata({"plan": plan}), sink)
    return sink.getvalue().to_pybytes()


HARMS = {
    "folder": (None, "a folder and no file"),
    "no parquet": (b"this is no table", "no Parquet table"),
    "parquet ends": (b"PAR1" + b"\x07" * 40 + b"\x10\x00\x00\x00PAR1", "no Parquet table"),
    "no point": ({"point": None}, "without the column point"),
    "text for a number": ({"replicate": pa.array(["0"])}, "without the column replicate"),
    "beyond": ({"point": pa.array([4], pa.int32())}, "beyond the last point"),
    "below": ({"replicate": pa.array([-1], pa.int32())}, "beyond the last replicate"),
    "gap": ({"attempt": pa.array([None], pa.int16())}, "gaps in the column attempt"),
    "words": ({"measures.y": pa.array(["much"])}, "a measure that is no number"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_chunk_that_is_none_is_named_and_set_aside(done, harm):
    before = merge(done, done.parent / "before.parquet").read_bytes()
    content, said = HARMS[harm]
    if content is None:
        file = done / "chunks" / "000000000-00001-ffff.parquet"
        file.mkdir()
    else:
        file = put(done, content if isinstance(content, bytes) else table_of(open_store(done).plan.hash, **content))
    tables = read_sweep(done)
    assert merge(tables, done.parent / "during.parquet").read_bytes() == before
    assert [(item.file.name, said in item.reason) for item in tables.damaged] == [(file.name, True)]
    outcome = sweep(open_store(done).plan, done, workers=1)
    assert (len(outcome.damaged), outcome.complete) == (1, True)
    assert not read_sweep(done).damaged or read_sweep(done).runs.shape[0] == 20
    assert file.with_name(file.name + ".damaged").exists()


def test_a_second_damaged_chunk_of_a_name_has_a_name_too(done):
    for _ in range(2):
        put(done, b"this is no table")
        sweep(open_store(done).plan, done, workers=1)
    assert len(list((done / "chunks").glob("*.damaged*"))) == 2


# --- the disk ---


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "Free space"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "permissions"),
        (errno.EROFS, "is read-only"),
        (errno.ENOTDIR, "is a file, not a folder"),
        (errno.EIO, "The disk is failing"),
    ],
)
def test_what_helps_depends_on_what_the_system_says(functions, tmp_path, monkeypatch, number, said):
    def refuse(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError, match=said) as told:
        sweep(of_function(f"{functions}:failing", [0.1]), tmp_path / "out", workers=1)
    assert ("Free space" in str(told.value)) == (number == errno.ENOSPC)


def test_what_is_no_folder_for_a_sweep_is_one_clear_line(functions, tmp_path):
    design = of_function(f"{functions}:failing", [0.1])
    (tmp_path / "file").write_text("text")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("all of it")
    for out, said in (
        ("file", "must be new, empty"),
        ("file/below", "a file, not a folder|Remove what is there"),
        ("round", "broken link"),
        ("gone", "broken link"),
        ("other", "must be new, empty"),
        ("a" * 300, "name is too long|File name too long"),
    ):
        with pytest.raises(InputError, match=said):
            sweep(design, tmp_path / out, workers=1)


def test_an_empty_folder_behind_a_link_is_filled(functions, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert sweep(of_function(f"{functions}:failing", [0.1]), tmp_path / "link", workers=1).complete
    assert (tmp_path / "link").is_symlink()
    assert len(read_sweep(tmp_path / "real").runs) == 1


@posix
@pytest.mark.parametrize(
    ("mask", "folder", "file"), [(0o002, 0o775, 0o664), (0o022, 0o755, 0o644), (0o077, 0o700, 0o600)]
)
def test_folders_and_files_honour_the_umask(functions, tmp_path, mask, folder, file):
    before = os.umask(mask)
    try:
        sweep(of_function(f"{functions}:failing", [0.1]), tmp_path / "out", workers=1)
        merge(tmp_path / "out", tmp_path / "merged.parquet")
    finally:
        os.umask(before)
    items = [tmp_path / "out", *(tmp_path / "out").rglob("*"), tmp_path / "merged.parquet"]
    found = {item.name: oct(item.stat().st_mode & 0o777) for item in items}
    wanted = {item.name: oct(folder if item.is_dir() else file) for item in items}
    assert found == wanted


def test_a_place_that_may_not_be_looked_at_is_one_clear_line(comity_command, done, monkeypatch):
    exists = Path.exists

    def closed(path: Path, **options: object) -> bool:
        if "closed" in path.parts:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return exists(path)

    monkeypatch.setattr(Path, "exists", closed)
    out = done.parent / "closed"
    for words in (
        ("sweep", "means", done, "--out", out),
        ("sweep", "report", done, "--out", out / "report.html"),
        ("calibrate", "teaching", "--parameters", "persuasion_rate", "--out", out),
    ):
        status, _, errors = comity_command(*words)
        assert (status, "cannot be read: Permission denied. Change its permissions" in errors) == (2, True), errors
