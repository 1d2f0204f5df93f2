"""Folders that somebody else made: no link in them leads a classroom to another file, and no pipe makes it wait."""

from __future__ import annotations

import json
import os
import threading

import pytest

from comity.errors import InputError
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.head import FILE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes of POSIX")


@pytest.fixture
def folder(classroom):
    """The folder of a classroom with one person, which nobody serves now."""
    classroom.join("Ana")
    classroom.secrets.new_teacher()
    classroom.close_files()
    return classroom.folder


def in_time(act):
    """Return what an act returned or raised; fail where it waits without end."""
    found = []

    def work():
        try:
            found.append(act())
        except InputError as error:
            found.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(20)
    assert found, "it waits without end"
    return found[0]


@pytest.mark.parametrize("lead", [os.symlink, os.link])
def test_a_head_that_is_a_link_is_not_written_through(folder, tmp_path, lead):
    own = tmp_path / "thesis.txt"
    own.write_text("all of it\n" * 100)
    (folder / FILE).unlink()
    lead(own, folder / FILE)
    with_link = Classroom(folder)
    with_link.join("Bo")
    with_link.close_files()
    assert own.read_text() == "all of it\n" * 100
    assert not (folder / FILE).is_symlink()
    assert json.loads((folder / FILE).read_text())["n"] == 3
    assert sorted(path.name for path in folder.iterdir()) == ["ledger-1.jsonl", FILE, "lock", "secrets.json"]


def test_a_ledger_that_is_a_link_is_refused(folder, tmp_path):
    other = tmp_path / "other.jsonl"
    (folder / "ledger-1.jsonl").rename(other)
    (folder / "ledger-1.jsonl").symlink_to(other)
    before = other.read_bytes()
    with pytest.raises(InputError, match=r"ledger-1\.jsonl: cannot be read: Is a link to another file"):
        Classroom(folder)
    assert other.read_bytes() == before


def test_a_lock_that_is_a_link_is_named(folder, tmp_path):
    (tmp_path / "own").write_text("mine")
    (folder / "lock").unlink(missing_ok=True)
    (folder / "lock").symlink_to(tmp_path / "own")
    with pytest.raises(InputError, match="must have its own lock file, got a link"):
        Classroom(folder)
    assert (tmp_path / "own").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("secrets.json", "Is a pipe or a device"),
        ("ledger-1.jsonl", "Is a pipe or a device"),
        ("ledger-2.jsonl", "Is a pipe or a device"),
        (FILE, ""),
    ],
)
def test_a_pipe_in_the_place_of_a_file_makes_nobody_wait(folder, name, said):
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    answer = in_time(lambda: Classroom(folder))
    if said:
        assert isinstance(answer, InputError)
        assert said in str(answer)
    else:
        assert not answer.ledger.has_head
        answer.close_files()
