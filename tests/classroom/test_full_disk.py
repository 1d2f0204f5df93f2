"""A disk that is full, or fails: the classroom says so, keeps nothing of what failed, and recovers without a restart."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.classroom.conftest import ACTORS, Served, error_of

import comity
from comity.errors import InputError
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.errors import NotSaved
from comity_classroom.core.export import export
from comity_classroom.core.ledger import Ledger, read_entries


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = sys.platform == "linux" and os.geteuid() == 0
    if mounted:
        command = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(place)]
        mounted = subprocess.run(command, capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("no disk of a few MB can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Callable[[], None]:
    """Fill a disk to the last byte; return what frees it again."""
    ballast = disk / "ballast"
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for size in (1 << 16, 1 << 10, 1):
        try:
            while True:
                os.write(handle, b"\0" * size)
        except OSError:
            continue
    os.close(handle)
    return ballast.unlink


def failing(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_failed_write_whose_undo_fails_too_is_undone_before_the_next_entry(tmp_path, monkeypatch):
    ledger = Ledger.create(tmp_path / "ledger-1.jsonl", {"kind": "opened", "seed": 3})
    before = ledger.path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        patch.setattr(os, "ftruncate", failing)
        patch.setattr(os, "truncate", failing)
        for _ in range(3):
            with pytest.raises(NotSaved, match=r"Input/output error. Nothing was saved"):
                ledger.append("locked", on=True)
    assert len(ledger.entries) == 1
    ledger.append("locked", on=False)
    ledger.close()
    assert ledger.path.read_bytes().startswith(before)
    assert [entry.what.get("on") for entry in read_entries(ledger.path)] == [None, False]


def test_a_room_recovers_from_a_failed_undo_without_a_restart(classroom, monkeypatch):
    person, _ = classroom.join("Ana")
    classroom.take(person, "NORTHLAND")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        patch.setattr(os, "ftruncate", failing)
        patch.setattr(os, "truncate", failing)
        with pytest.raises(NotSaved, match="cannot be written"):
            classroom.choose(person, "NORTHLAND", {"attends": True})
    assert not classroom.state.choices
    assert classroom.choose(person, "NORTHLAND", {"attends": False})
    classroom.close_files()
    again = Classroom(classroom.folder)
    assert [*again.state.choices.values()] == [{"attends": False}]
    again.close_files()


def test_what_cannot_be_played_is_not_in_the_ledger(classroom, monkeypatch):
    def broken(state: object) -> None:
        raise ValueError("a rule that fails")

    entries = len(classroom.ledger.entries)
    with monkeypatch.context() as patch:
        patch.setattr("comity_classroom.core.classroom.stop_at", broken)
        with pytest.raises(ValueError, match="a rule that fails"):
            classroom.advance("next")
    assert len(classroom.ledger.entries) == entries == len(read_entries(classroom.ledger.path))
    classroom.advance("next")


@pytest.fixture
def full(small_disk: Path) -> Iterator[tuple[Served, Path]]:
    """A served classroom on a small disk."""
    pytest.importorskip("starlette")
    classroom = Classroom.open(small_disk / "classroom", comity.load("teaching"), seed=3, seats=ACTORS, grace=60)
    served = Served(classroom)
    yield served, small_disk
    served.end()
    classroom.close_files()


def _toggled(served):
    return {"do": "mute", "seat": "CORAL", "on": "CORAL" not in served.classroom.state.muted}


def test_on_a_full_disk_everything_says_so_and_works_again_when_there_is_space(full):
    served, disk = full
    student, teacher = served.student("Ana", "NORTHLAND"), served.teacher()
    code = student.post("/seat/rejoin-code")[1].split('"')[3]
    teacher.post("/teacher/act", {"do": "advance", "how": "meeting"})
    files = {*served.classroom.folder.rglob("*")}
    free = fill(disk)
    acts = {
        "join": lambda: served.client().post("/join", {"code": served.code, "name": "Ben"}),
        "rejoin": lambda: served.client().post("/rejoin", {"code": code}),
        "new code": lambda: student.post("/seat/rejoin-code"),
        "choose": lambda: student.post("/seat/choose", {"seat": "NORTHLAND", "answer": {"attends": False}}),
        "advance": lambda: teacher.post("/teacher/act", {"do": "advance", "how": "next"}),
        "branch": lambda: teacher.post(
            "/teacher/act", {"do": "branch", "meeting": served.classroom.scene.stop.record.trace.meetings[0].id}
        ),
        "export": lambda: teacher.post("/teacher/act", {"do": "export", "names": False}),
        "close": lambda: teacher.post("/teacher/act", {"do": "close"}),
    }  # fmt: skip
    for name, act in acts.items():
        # The last block of the ledger may have classroom for an entry: until that is full, the classroom simply goes on.
        status, text = act()
        while name == "choose" and status == 200:
            goes = bool(len(served.classroom.ledger.entries) % 2)
            status, text = student.post("/seat/choose", {"seat": "NORTHLAND", "answer": {"attends": goes}})
        while name == "choose" and teacher.post("/teacher/act", _toggled(served))[0] == 200:
            pass  # a shorter entry may still fit where a choice does not
        assert status == 507, (name, text)
        assert "nothing has changed. The disk of the server is full" in error_of(text), name
        assert error_of(text).startswith("That was not saved"), name
        assert str(disk) not in text, name
    assert {*served.classroom.folder.rglob("*")} == files, "nothing half written is left"
    assert not served.classroom.state.is_closed
    free()
    for name, act in acts.items():
        status, text = act()
        assert status == 200, (name, text)


def test_a_restart_on_a_full_disk_says_that_the_disk_is_full(small_disk):
    Classroom.open(small_disk / "classroom", comity.load("teaching"), seats=ACTORS).close_files()
    free = fill(small_disk)
    code = "from comity.cli import main; raise SystemExit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "classroom", str(small_disk / "classroom")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    free()
    said = " ".join(done.stderr.split())
    assert done.returncode == 2
    assert "No space left on device" in said
    assert "Free space" in said
    assert "Print elsewhere" not in said
    assert "Traceback" not in said


def test_opening_a_room_on_a_full_disk_says_so_and_leaves_nothing(small_disk, capsys):
    from comity.cli import main

    free = fill(small_disk)
    assert main(["classroom", "teaching", "--folder", str(small_disk / "new")]) == 2
    assert "Free some space on the disk" in " ".join(capsys.readouterr().err.split())
    free()
    Classroom.open(small_disk / "new", comity.load("teaching"), seats=ACTORS).close_files()


@pytest.mark.parametrize("loss", ["folder", "ledger", "replaced"])
def test_what_is_written_into_a_file_that_is_gone_is_not_said_to_be_kept(classroom, loss, tmp_path):
    person, _ = classroom.join("Ana")
    classroom.take(person, "NORTHLAND")
    saved = classroom.ledger.path.read_bytes()
    if loss == "folder":
        shutil.move(classroom.folder, tmp_path / "elsewhere")
    else:
        classroom.ledger.path.unlink()
    if loss == "replaced":
        classroom.ledger.path.write_bytes(saved)
    for _ in range(2):
        with pytest.raises(NotSaved, match="cannot be written"):
            classroom.choose(person, "NORTHLAND", {"attends": True})
    assert not classroom.state.choices
    if loss == "folder":
        shutil.move(tmp_path / "elsewhere", classroom.folder)
        assert classroom.choose(person, "NORTHLAND", {"attends": True}), "when it is back the classroom goes on"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_limit_on_the_size_of_files_is_a_reason_not_to_keep(tmp_path):
    code = """
import resource, signal, sys, comity
from pathlib import Path
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.errors import NotSaved
from comity_classroom.phrases import load_phrases
classroom = Classroom.open(Path(sys.argv[1]), comity.load("teaching"), seats=("NORTHLAND", "PALMERA"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = classroom.ledger.path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 60, resource.RLIM_INFINITY))
try:
    classroom.pause(True)
except NotSaved as error:
    print(error.said(load_phrases()))
assert not classroom.state.is_paused and classroom.ledger.path.stat().st_size == size
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
classroom.pause(True)
classroom.close_files()
again = Classroom(Path(sys.argv[1]))
assert again.state.is_paused
again.close_files()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "classroom")], capture_output=True, text=True, timeout=120
    )
    assert done.stderr == ""
    assert "That was not saved" in done.stdout
    assert "File too large" in done.stdout


def test_two_exports_at_once_are_two_exports(classroom):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: export(classroom), range(4)))
    assert len({item.record for item in found}) == 4
    for item in found:
        assert item.record.is_dir()
        assert item.scenario.is_file()
        assert item.ledger.is_file()
    assert not [path for path in classroom.folder.iterdir() if path.name.startswith(".export")]


def test_an_export_that_fails_leaves_no_part_of_it(classroom, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise InputError("record: cannot be written") from None

    with monkeypatch.context() as patch:
        patch.setattr("comity.record.Record.save", full)
        with pytest.raises(InputError, match="record: cannot be written"):
            export(classroom)
    assert not [
        *classroom.folder.glob("class-*"),
        *classroom.folder.glob("record-*"),
        *classroom.folder.glob(".export*"),
    ]
    assert export(classroom).scenario.name == "class-1.toml"


def test_what_a_killed_export_left_goes_when_the_room_is_opened_and_not_while_another_holds_it(classroom):
    left = classroom.folder / ".export-abc"
    (left / "record").mkdir(parents=True)
    (classroom.folder / ".ledger-2.jsonl.new").write_text("half")
    with pytest.raises(InputError, match="holding a class"):
        Classroom(classroom.folder)
    assert left.is_dir()
    classroom.close_files()
    again = Classroom(classroom.folder)
    assert not [path for path in classroom.folder.iterdir() if path.name.startswith(".")]
    again.close_files()
