"""What others put into folders that a sweep uses: pipes, devices, links, and files that this user may not remove."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from comity import InputError
from comity.folders import temporary_folder
from comity_lab import read_sweep, sweep
from comity_lab.design import design_from
from comity_lab.lock import locked

posix = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes of POSIX")


def one(functions: str):
    return design_from({"function": f"{functions}:failing", "factors": [{"name": "x1", "values": [0.1, 0.2]}]})


@pytest.fixture
def done(functions, tmp_path) -> Path:
    """A finished sweep."""
    sweep(one(functions), tmp_path / "out", workers=1)
    return tmp_path / "out"


def in_time(folder: Path) -> str:
    """Return what another process says that reads a sweep; fail where it waits without end or takes all memory."""
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "import comity, comity_lab\n"
        "try:\n"
        "    found = comity_lab.read_sweep(sys.argv[1]); found.runs\n"
        "    print([item.reason for item in found.damaged])\n"
        "except comity.InputError as error:\n"
        "    print(error)\n"
    )
    found = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=60,
                           env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False)  # fmt: skip
    assert found.returncode == 0, found.stderr
    return found.stdout


@posix
@pytest.mark.parametrize("put", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)], ids=["pipe", "device"])
def test_a_chunk_that_would_never_end_is_damaged(functions, done, put):
    chunk = next((done / "chunks").glob("*.parquet"))
    chunk.unlink()
    put(chunk)
    assert "no file of data" in in_time(done)
    assert sweep(one(functions), done, workers=1).complete
    assert len(read_sweep(done).runs) == 2


@posix
@pytest.mark.parametrize("name", ["provenance.json", "points.parquet"])
def test_a_plan_that_is_a_pipe_is_one_clear_line(done, name):
    (done / name).unlink()
    os.mkfifo(done / name)
    assert f"the plan of the sweep cannot be read: {name} is no file" in in_time(done)


@posix
def test_a_lock_that_is_a_link_is_named_and_not_followed(functions, done, tmp_path):
    (tmp_path / "own").write_text("mine")
    (done / "lock").unlink(missing_ok=True)
    (done / "lock").symlink_to(tmp_path / "own")
    with pytest.raises(InputError, match=r"must have its own lock file, got a link\. Remove "):
        sweep(one(functions), done, workers=1)
    assert (tmp_path / "own").read_text() == "mine"


def test_a_folder_in_the_place_of_the_holder_is_one_clear_line(tmp_path):
    (tmp_path / "lock.json").mkdir()
    with pytest.raises(InputError, match=r"cannot be written to: .* Or name another folder\."), locked(tmp_path):
        pass


def test_what_another_user_left_in_a_shared_folder_stops_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    theirs = tmp_path / ".comity-0123456789ab.part"
    (theirs / ".writing").mkdir(parents=True)

    def refused(*arguments: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "replace", refused)
    with temporary_folder() as mine:
        assert mine.is_dir()
    assert theirs.is_dir()


def test_a_path_with_a_nul_is_one_clear_line(functions):
    for use in (read_sweep, lambda path: sweep(one(functions), Path(path), workers=1)):
        with pytest.raises(InputError, match=r"'a\\x00b': must be a path without a NUL character"):
            use("a\0b")


@posix
def test_a_path_that_is_not_utf8_is_taken(functions, tmp_path):
    out = tmp_path / os.fsdecode(b"Z\xfcrich")
    try:
        assert sweep(one(functions), out, workers=1).complete
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    assert len(read_sweep(out).runs) == 2
