"""The ledger: an entry is there whole or not at all, and damage is seen."""

from __future__ import annotations

import json
import os

import pytest

from comity.errors import InputError
from comity_classroom.room.classroom import Classroom
from comity_classroom.room.ledger import Ledger, read_entries


@pytest.fixture
def ledger(tmp_path):
    made = Ledger.create(tmp_path / "ledger-1.jsonl", {"kind": "opened", "seed": 3})
    made.append("joined", person="p1", name="Ana “é” \u2028 \\ \n end")
    made.append("seated", person="p1", seat="MEX")
    yield made
    made.close()


def test_entries_come_back_as_they_were_written(ledger):
    again = read_entries(ledger.path)
    assert again == ledger.entries
    assert [(entry.n, entry.kind) for entry in again] == [(1, "opened"), (2, "joined"), (3, "seated")]
    assert again[1].what["name"] == "Ana “é” \u2028 \\ \n end"


def test_an_entry_is_on_disk_before_it_counts(ledger, monkeypatch):
    order = []
    monkeypatch.setattr(os, "fsync", lambda handle: order.append(os.fstat(handle).st_size))
    before = ledger.path.stat().st_size
    ledger.append("locked", on=True)
    assert order
    assert order[-1] > before, "the file had grown when it was synced"


@pytest.mark.parametrize("lost", [1, 2, 20, 60])
def test_a_line_cut_in_the_middle_is_set_aside_and_named(ledger, lost):
    raw = ledger.path.read_bytes()
    last = raw[raw.rstrip(b"\n").rfind(b"\n") + 1 :]
    ledger.close()
    ledger.path.write_bytes(raw[:-lost])
    opened = Ledger(ledger.path)
    assert [entry.kind for entry in opened.entries] == ["opened", "joined"]
    assert opened.cut is not None
    assert opened.cut.read_bytes() == last[:-lost]
    opened.append("seated", person="p1", seat="DEU")
    opened.close()
    assert [entry.what.get("seat") for entry in read_entries(ledger.path)] == [None, None, "DEU"]


@pytest.mark.parametrize("line", [1, 2])
def test_a_changed_line_is_refused_and_named(ledger, line):
    lines = ledger.path.read_text().splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace("seed", "seid").replace("Ana", "Eva")
    ledger.path.write_text("".join(lines))
    with pytest.raises(InputError, match=rf"line {line} must be as it was written"):
        Ledger(ledger.path)


def test_a_line_that_was_removed_is_noticed(ledger):
    lines = ledger.path.read_text().splitlines(keepends=True)
    ledger.path.write_text(lines[0] + lines[2])
    with pytest.raises(InputError, match="line 2"):
        Ledger(ledger.path)


def test_rubbish_within_is_refused(ledger):
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(lines[0] + b"\x00\x00\x00\n" + lines[2])
    with pytest.raises(InputError, match="line 2 must be as it was written, but it is not an entry"):
        read_entries(ledger.path)


def test_a_write_that_fails_leaves_nothing(ledger, monkeypatch):
    before = ledger.path.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(InputError, match="No space left on device"):
            ledger.append("locked", on=True)
    assert ledger.path.read_bytes() == before
    assert len(ledger.entries) == 3
    ledger.append("locked", on=False)
    assert [entry.kind for entry in read_entries(ledger.path)] == ["opened", "joined", "seated", "locked"]


def test_a_ledger_is_never_overwritten(ledger):
    with pytest.raises(InputError, match="must not exist yet"):
        Ledger.create(ledger.path, {"kind": "opened"})


def test_two_servers_cannot_hold_one_room(room):
    with pytest.raises(InputError, match="holding a class"):
        Classroom(room.folder)


def test_a_cut_room_opens_and_says_so(room, capsys):
    from comity_classroom.server.serving import open_room

    room.join("Ana")
    room.close_files()
    raw = room.ledger.path.read_bytes()
    room.ledger.path.write_bytes(raw[:-9])
    again = open_room(str(room.folder), seed=None, folder=None, seats=None, grace=60)
    assert again.state.people == {}
    again.close_files()
    assert "cut in the middle" in " ".join(capsys.readouterr().out.split())


def test_lines_are_json(ledger):
    for line in ledger.path.read_text().splitlines():
        assert set(json.loads(line)) >= {"n", "at", "kind", "sum"}
