"""A record on disk: whole or not at all, read back as it was, and run again."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import comity
from comity import InputError, Record
from comity.compiled import rules_version
from comity.folders import new_folder


@pytest.fixture(scope="module")
def record() -> Record:
    return comity.run("teaching", seed=7)


@pytest.fixture
def folder(record, tmp_path) -> Path:
    return record.save(tmp_path / "run", command="comity run teaching --seed 7")


def test_tables_come_back_as_they_were(record, folder):
    tables = comity.read_record(folder)
    assert set(record.tables()) | {"actors_by_id"} == set(tables)
    for name, table in record.tables().items():
        # Parquet knows no whole seconds: dates come back in milliseconds.
        pd.testing.assert_frame_equal(tables[name], table, check_dtype=False)
    assert tables["actors_by_id"]["id"].tolist() == record.actors_by_id["id"].tolist()


def test_the_scenario_and_the_provenance_lie_beside(record, folder):
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["seed"] == 7
    assert provenance["scenario"] == "teaching"
    assert provenance["scenario_hash"] == record.scenario.hash
    assert provenance["rules_version"] == rules_version()
    assert provenance["command"] == "comity run teaching --seed 7"
    assert {"mesa", "numba", "numpy", "pandas"} <= set(provenance["versions"])
    scenario = json.loads((folder / "scenario.json").read_text(encoding="utf-8"))
    assert scenario["title"] == record.scenario.title


def test_no_time_and_no_path_is_in_a_record(folder, tmp_path):
    for file in folder.glob("*.json"):
        assert str(tmp_path) not in file.read_text(encoding="utf-8")


def test_without_a_command_the_provenance_says_how_to_repeat_it(record, tmp_path):
    folder = record.save(tmp_path / "plain")
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert provenance["command"] == "comity.run('teaching', seed=7, keep='all')"


def test_folders_on_the_way_are_made(record, tmp_path):
    assert (record.save(tmp_path / "a" / "b" / "run") / "meetings.parquet").is_file()


def test_nothing_is_overwritten(record, folder):
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(InputError, match="the output folder must not exist yet, but it does"):
        record.save(folder)
    assert before == {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_file_in_the_place_of_the_folder_is_an_error(record, tmp_path):
    (tmp_path / "run").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="must not exist yet"):
        record.save(tmp_path / "run")
    with pytest.raises(InputError, match=r"cannot be created, .*run is not a folder that can be written to"):
        record.save(tmp_path / "run" / "below")
    assert (tmp_path / "run").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_an_error(record, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    with pytest.raises(InputError, match="is not a folder that can be written to"):
        record.save(closed / "run")


def test_a_record_that_fails_half_way_leaves_nothing(record, tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("comity.storage.pq.write_table", fail)
    with pytest.raises(InputError, match=r"run: cannot be written: No space left on device"):
        record.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_half_way_leaves_nothing(record, tmp_path, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("comity.storage.pq.write_table", interrupt)
    with pytest.raises(KeyboardInterrupt):
        record.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="a umask is for POSIX")
@pytest.mark.parametrize(("umask", "folder", "file"), [(0o002, 0o775, 0o664), (0o077, 0o700, 0o600)])
def test_folders_and_files_have_the_rights_that_the_umask_leaves(record, tmp_path, umask, folder, file):
    before = os.umask(umask)
    try:
        saved = record.save(tmp_path / "a" / "run")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (saved, saved.parent)] == [folder, folder]
    assert {stat.S_IMODE(path.stat().st_mode) for path in saved.iterdir()} == {file}


def test_what_a_killed_process_left_is_removed_by_the_next(record, tmp_path):
    program = (
        "import os, pathlib, sys\n"
        "from comity.folders import new_folder\n"
        "with new_folder(pathlib.Path(sys.argv[1])) as aside:\n"
        "    (aside / 'half.parquet').write_bytes(b'half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "run")], env=environment, check=False)
    assert [path.name[:8] for path in tmp_path.iterdir()] == [".comity-"]
    record.save(tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_what_another_process_is_writing_is_left_alone(record, tmp_path):
    with new_folder(tmp_path / "slow") as aside:
        (aside / "half").write_text("half", encoding="utf-8")
        record.save(tmp_path / "run")
        (aside / "other half").write_text("other half", encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"slow", "run"}
    assert {path.name for path in (tmp_path / "slow").iterdir()} == {"half", "other half"}


def test_a_folder_that_appeared_meanwhile_is_not_replaced(tmp_path):
    with (
        pytest.raises(InputError, match=r"run: cannot be written: File exists\. Name another folder, or remove"),
        new_folder(tmp_path / "run"),
    ):
        (tmp_path / "run").mkdir()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_all_is_synced_before_the_folder_gets_its_name(record, tmp_path, monkeypatch):
    synced, sync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.fstat(handle).st_ino), sync(handle)))
    monkeypatch.setattr(os, "replace", lambda a, b: (synced.append("renamed"), replace(a, b)))
    saved = record.save(tmp_path / "run")
    before, after = synced[: synced.index("renamed")], synced[synced.index("renamed") + 1 :]
    assert {path.stat().st_ino for path in (saved, *saved.iterdir())} <= set(before)
    assert after == [tmp_path.stat().st_ino]


def test_what_is_no_record_is_an_error(tmp_path):
    for use in (comity.read_record, comity.rerun):
        with pytest.raises(InputError, match=r"must be the folder of a record with provenance\.json in it"):
            use(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("provenance.json", "{", r"run/provenance\.json: must be JSON, got"),
        ("provenance.json", "[]", r"run/provenance\.json: must be a JSON object"),
        ("provenance.json", "{}", r"run/provenance\.json: field 'seed' is missing"),
        ("scenario.json", "{}", r"run/scenario\.json: title is missing"),
    ],
)
def test_a_damaged_record_is_an_error(folder, name, text, message):
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        comity.rerun(folder)


@pytest.mark.parametrize("kept", [0, 100])
def test_a_table_that_was_cut_off_is_an_error(folder, kept):
    table = folder / "meetings.parquet"
    table.write_bytes(table.read_bytes()[:kept])
    with pytest.raises(
        InputError, match=r"run/meetings\.parquet: must be a Parquet table, got: .* is damaged; run the"
    ):
        comity.read_record(folder)


def test_a_record_without_its_scenario_cannot_be_run_again(folder):
    (folder / "scenario.json").unlink()
    with pytest.raises(InputError, match=r"with scenario\.json in it"):
        comity.rerun(folder)


def test_what_has_changed_since_is_named(folder):
    file = folder / "provenance.json"
    made = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(made | {"rules_version": "0" * 12, "python": "3.10.1"}), encoding="utf-8")
    record, _, differences = comity.rerun(folder)
    assert differences == [
        f"rules_version: 000000000000 then, {rules_version()} now",
        f"python: 3.10.1 then, {made['python']} now",
    ]
    assert record.seed == 7


def test_a_record_can_be_moved(folder, tmp_path, first_difference):
    shutil.move(folder, tmp_path / "moved")
    record, _, differences = comity.rerun(tmp_path / "moved")
    assert differences == []
    assert first_difference(record, comity.run("teaching", seed=7)) == ""
