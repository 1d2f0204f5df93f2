"""The ledger: an entry is there whole or not at all, and damage is seen."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

import comity
from comity.errors import InputError
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.folder import is_classroom
from comity_classroom.core.ledger import Ledger, read_entries


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
    with pytest.raises(InputError, match=rf"line {line} must be unchanged"):
        Ledger(ledger.path)


def test_a_line_that_was_removed_is_noticed(ledger):
    lines = ledger.path.read_text().splitlines(keepends=True)
    ledger.path.write_text(lines[0] + lines[2])
    with pytest.raises(InputError, match="line 2"):
        Ledger(ledger.path)


def test_rubbish_within_is_refused(ledger):
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(lines[0] + b"\x00\x00\x00\n" + lines[2])
    with pytest.raises(InputError, match="line 2 must be unchanged, but it is not a valid entry"):
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
    with pytest.raises(InputError, match="must be a new"):
        Ledger.create(ledger.path, {"kind": "opened"})


def test_two_servers_cannot_hold_one_room(classroom):
    with pytest.raises(InputError, match="holding a class"):
        Classroom(classroom.folder)


def test_a_cut_room_opens_and_says_so(classroom, capsys):
    from comity_classroom.server.opening import open_classroom

    classroom.join("Ana")
    classroom.close_files()
    raw = classroom.ledger.path.read_bytes()
    classroom.ledger.path.write_bytes(raw[:-9])
    again = open_classroom(str(classroom.folder), grace=60)
    assert again.state.people == {}
    again.close_files()
    assert "is incomplete" in " ".join(capsys.readouterr().out.split())


def test_lines_are_json(ledger):
    for line in ledger.path.read_text().splitlines():
        assert set(json.loads(line)) >= {"n", "at", "kind", "sum"}


def rewritten(ledger: Ledger, keep: int) -> None:
    """Keep the first lines of a closed ledger only."""
    ledger.close()
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(b"".join(lines[:keep]))


@pytest.mark.parametrize("keep", [0, 1, 2])
def test_lines_that_are_missing_at_the_end_are_noticed(ledger, keep):
    rewritten(ledger, keep)
    with pytest.raises(
        InputError, match=rf"must have 3 entries, according to ledger-head beside it, but it has {keep}"
    ):
        Ledger(ledger.path)


def test_a_ledger_ahead_of_its_head_is_what_a_crash_leaves(ledger):
    head = ledger.path.with_name("ledger-head").read_bytes()
    ledger.append("locked", on=True)
    ledger.append("locked", on=False)
    ledger.close()
    ledger.path.with_name("ledger-head").write_bytes(head)
    again = Ledger(ledger.path)
    assert len(again.entries) == 5
    again.close()
    rewritten(again, 4)
    with pytest.raises(InputError, match="must have 5 entries"):
        Ledger(ledger.path)


def test_a_line_that_was_being_written_when_the_server_died_did_not_count(ledger):
    ledger.close()
    with ledger.path.open("ab") as file:
        file.write(b'{"n":4,"at":"2026-1')
    again = Ledger(ledger.path)
    assert again.cut is not None
    assert not again.cut_counted
    again.close()


def test_a_line_that_counted_and_was_cut_is_said_to_have_counted(ledger):
    ledger.close()
    ledger.path.write_bytes(ledger.path.read_bytes()[:-1])
    again = Ledger(ledger.path)
    assert again.cut_counted
    again.close()


@pytest.mark.parametrize("head", [None, b"", b"\0" * 128, b"[" * 5000, b'{"ledger":"x","n":1,"sum":"a"}', b"{}"])
def test_without_a_head_that_can_be_read_the_room_opens_and_says_what_it_cannot_notice(classroom, head, capsys):
    from comity_classroom.server.opening import open_classroom

    classroom.close_files()
    file = classroom.folder / "ledger-head"
    file.unlink() if head is None else file.write_bytes(head)
    again = open_classroom(str(classroom.folder), grace=60)
    assert "missing entries at the end of the ledger would not be noticed" in " ".join(capsys.readouterr().out.split())
    again.join("Ana")
    again.close_files()
    rewritten(again.ledger, 1)
    with pytest.raises(InputError, match="must have 2 entries"):
        Classroom(classroom.folder)


def test_a_newest_branch_that_is_missing_is_noticed(classroom):
    classroom.advance("meeting")
    classroom.branch(classroom.scene.stop.record.trace.meetings[0].id)
    classroom.close_files()
    classroom.ledger.path.unlink()
    with pytest.raises(InputError, match=r"ledger-2\.jsonl: must be there, according to ledger-head beside it"):
        Classroom(classroom.folder)


def test_flipped_bits_are_noticed_wherever_they_are(ledger):
    ledger.close()
    raw = ledger.path.read_bytes()
    chosen = random.Random(5)
    for place in {*chosen.sample(range(len(raw)), 150), *range(len(raw) - 60, len(raw))}:
        bad = bytearray(raw)
        bad[place] ^= 1 << chosen.randrange(8)
        ledger.path.write_bytes(bad)
        try:
            opened = Ledger(ledger.path)
        except InputError:
            continue
        assert opened.cut_counted, f"bit flipped in byte {place}"
        opened.close()
        opened.cut.unlink()
        ledger.path.with_name("ledger-head").unlink()
        ledger.path.write_bytes(raw)
        Ledger(ledger.path).close()


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b"[]",
        b'{"n":1}',
        b"\xff\xfe",
        b'{"n":1,"at":"","kind":["opened"],"sum":"x"}',
        b'{"n":' + b"1" * 5000 + b"}",
    ],
    ids=["deep", "a list", "no kind", "no text", "a list as kind", "a long number"],
)
def test_a_line_that_is_no_entry_is_named(tmp_path, line):
    path = tmp_path / "ledger-1.jsonl"
    path.write_bytes(line + b"\n")
    with pytest.raises(InputError, match="line 1 must be unchanged"):
        Ledger(path)


def entries(folder, *lines):
    """Write a ledger with right sums, as anybody can."""
    folder.mkdir()
    made = Ledger.create(folder / "ledger-1.jsonl", {"kind": "opened", **lines[0]})
    for kind, what in lines[1:]:
        made.append(kind, **what)
    made.close()
    return folder


OPENING = {"scenario": comity.load("teaching").to_json(), "seed": 0, "seats": ["NORTHLAND"]}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([OPENING, ("sung", {})], "entry 2 has the kind 'sung', which this version does not know"),
        ([OPENING | {"format": 2}], r"entry 1 must have the format 1.*got 2. Use a newer version"),
        ([{"seed": 0}], r"entry 1 must be a valid entry of kind 'opened'"),
        ([OPENING, ("joined", {"person": "p1"})], r"entry 2 must be a valid entry of kind 'joined'.*'name'"),
        ([OPENING, ("chosen", {"seat": "NORTHLAND", "meeting": "X", "sitting": 0, "choice": {"act": "x"}})],
         "entries contradict each other"),
        ([OPENING | {"seats": ["NOWHERE"]}], "can be played"),
        ([OPENING | {"scenario": {"title": "x"}}], "can be played"),
        ([OPENING | {"scenario": OPENING["scenario"] | {"colour": "red"}}], "can be played.*colour"),
        ([OPENING | {"scenario": 7}], "can be played"),
        ([OPENING | {"seed": "x"}], "can be played"),
        ([OPENING, ("injected", {"amendment": {"kind": "flood", "meeting": "X"}})], "unknown amendment 'flood'"),
        ([OPENING, ("injected", {"amendment": {"kind": "flood", "meeting": OPENING["scenario"]["meetings"][0]["id"]}})],
         "unknown amendment 'flood'"),
    ],
)  # fmt: skip
def test_entries_that_no_room_can_follow_are_named(tmp_path, lines, said):
    folder = entries(tmp_path / "classroom", *lines)
    with pytest.raises(InputError, match=said) as caught:
        Classroom(folder)
    assert str(folder / "ledger-1.jsonl") in str(caught.value)
    with pytest.raises(InputError, match=said):
        Classroom(folder)


def test_a_room_whose_first_ledger_is_gone_is_still_a_room(classroom):
    classroom.advance("meeting")
    classroom.branch("DIALOGUE1")
    classroom.close_files()
    (classroom.folder / "ledger-1.jsonl").unlink()
    assert is_classroom(classroom.folder)
    again = Classroom(classroom.folder)
    assert again.state.branch == 2
    again.close_files()
    again.ledger.path.unlink()
    assert is_classroom(classroom.folder), "its head is there"
    with pytest.raises(InputError, match="has no ledger"):
        Classroom(classroom.folder)


@pytest.mark.parametrize("name", ["x" * 300, "", "/", "nowhere"])
def test_what_is_no_room(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not is_classroom(Path(name))


@pytest.mark.parametrize(
    "make",
    [lambda path: path.mkdir(), lambda path: path.symlink_to(path.name), lambda path: path.symlink_to("/dev/null")],
    ids=["a folder", "a loop", "nothing"],
)
def test_a_ledger_that_is_no_file_is_named(classroom, make):
    classroom.close_files()
    classroom.ledger.path.unlink()
    make(classroom.ledger.path)
    with pytest.raises(InputError, match=r"ledger-1\.jsonl|has no ledger"):
        Classroom(classroom.folder)


def test_files_with_other_names_are_no_ledgers(classroom):
    classroom.close_files()
    for name in ("ledger-x.jsonl", "ledger-1 copy.jsonl", "ledger-02.jsonl", "ledger-0.jsonl", "ledger-²..jsonl"):
        (classroom.folder / name).write_text("nonsense")
    again = Classroom(classroom.folder)
    assert again.ledger.path.name == "ledger-1.jsonl"
    again.close_files()
