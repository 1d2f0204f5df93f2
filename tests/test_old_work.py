"""Work of version 0.1, as it left it: it opens for reading, or is refused with both versions and the way on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import comity
import comity_lab
from comity.cli import main
from comity.errors import InputError

OLD = Path(__file__).parent / "old" / "0.1"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLD, tmp_path / "old"))


def test_a_run_is_read_and_not_rerun_where_its_vote_has_no_class(old, capsys):
    record = comity.read_record(old / "run_teaching")
    assert record.seed == 3
    assert list(record.meetings["meeting"]) == ["DIALOGUE1", "FORUM1", "DIALOGUE2"]
    assert set(record.votes["answer"]) <= {"yes", "abstain", "no", "absent"}
    assert main(["rerun", str(old / "run_teaching"), "--check"]) == 2
    assert "vote 'COMPACT': 'text_class' must be 'agreed' or 'contested'" in capsys.readouterr().err


def test_a_run_is_explained(old, capsys):
    assert main(["explain", str(old / "run_teaching"), "--actor", "PALMERA"]) == 0
    assert "Palmera" in capsys.readouterr().out


def test_a_sweep_is_refused_with_both_versions_and_left_as_it_is(old):
    before = {file: file.read_bytes() for file in (old / "sweep_teaching").rglob("*.parquet")}
    with pytest.raises(
        InputError, match=r"made by comity 0\.1\.0 under the rules d7d83717a9dd, and this is .* under the"
    ):
        comity_lab.read_sweep(old / "sweep_teaching")
    assert {file: file.read_bytes() for file in (old / "sweep_teaching").rglob("*.parquet")} == before


def test_a_class_that_ends_in_a_vote_without_a_class_of_its_text_is_refused(old):
    from comity_classroom.core.classroom import Classroom

    with pytest.raises(InputError, match=r"ledger-1\.jsonl: must be .*vote 'COMPACT': 'text_class' must be"):
        Classroom(old / "room_teaching")
