"""Work of version 0.1, as it left it: it opens for reading, or is refused with both versions and the way on."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import comity
import comity_lab
from comity.cli import main

OLD = Path(__file__).parent / "old" / "0.1"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLD, tmp_path / "old"))


def test_a_run_is_read_and_rerun_says_that_the_rules_changed(old, capsys):
    record = comity.read_record(old / "run_teaching")
    assert record.seed == 3
    assert record.meetings.drop(columns=["date"]).equals(
        comity.run("teaching", seed=3).meetings.drop(columns=["date"])
    ), "the rules give what they gave"
    assert main(["rerun", str(old / "run_teaching"), "--check"]) in (0, 1)
    told = " ".join(capsys.readouterr().out.split())
    assert re.search(r"rules_version: d7d83717a9dd then, [0-9a-f]{12} now", told)


def test_a_run_is_explained(old, capsys):
    assert main(["explain", str(old / "run_teaching"), "--actor", "PALMERA"]) == 0
    assert "Palmera" in capsys.readouterr().out


def test_a_sweep_is_read_and_never_continued_under_other_rules(old, capsys, monkeypatch):
    assert len(comity_lab.read_sweep(old / "sweep_teaching").runs) == 4
    assert main(["means", str(old / "sweep_teaching")]) == 0
    capsys.readouterr()
    monkeypatch.chdir(old)
    before = {file: file.read_bytes() for file in Path("sweep_teaching").rglob("*.parquet")}
    assert main(["sweep", "design.toml", "--out", "sweep_teaching", "--workers", "1"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert f"made by comity 0.1.0 under the rules d7d83717a9dd; this is comity {comity.__version__}" in told
    assert {file: file.read_bytes() for file in Path("sweep_teaching").rglob("*.parquet")} == before


def test_a_class_goes_on_where_it_stopped(old, capsys):
    from comity_classroom.core.classroom import Classroom

    room = Classroom(old / "room_teaching")
    try:
        assert sorted(room.state.seats) == ["NORTHLAND", "PALMERA", "WESTMARK"]
        assert room.scene.stop.next is not None
    finally:
        room.close_files()
