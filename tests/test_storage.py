"""A record on disk: whole or not at all, read back as it was, and run again."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comity
from comity import InputError, Record
from comity.commands.rerun import rerun_record
from comity.compiled import rules_version
from comity.errors import Notice
from comity.folders import new_folder
from comity.measures import measure


@pytest.fixture(scope="module")
def record() -> Record:
    return comity.run("teaching", seed=7)


@pytest.fixture
def folder(record, tmp_path) -> Path:
    return record.save(tmp_path / "run", command="comity run teaching --seed 7")


def test_tables_come_back_as_they_were(record, folder):
    saved = comity.read_record(folder)
    assert isinstance(saved, Record)
    assert list(saved.tables()) == list(record.tables())
    for name, table in record.tables().items():
        pd.testing.assert_frame_equal(getattr(saved, name), table)
    pd.testing.assert_frame_equal(saved.actors_by_id, record.actors_by_id)
    assert (saved.seed, saved.keep, saved.issues, saved.matrices) == (7, "all", record.issues, ())
    assert saved.scenario == record.scenario
    assert (saved.seat_counts == record.seat_counts).all()
    assert saved.provenance() == record.provenance("comity run teaching --seed 7")


def test_trust_matrices_come_back_as_they_were(tmp_path):
    record = comity.run("teaching", seed=7, keep="trust")
    saved = comity.read_record(record.save(tmp_path / "run"))
    assert saved.matrices == record.matrices == ("start", "DIALOGUE1", "FORUM1", "DIALOGUE2")
    for meeting in record.matrices:
        pd.testing.assert_frame_equal(saved.trust_matrix(meeting), record.trust_matrix(meeting))
    assert saved.trust_matrix("start").to_numpy().dtype == np.float32
    with pytest.raises(InputError, match="no trust matrix of 'FORUM2' was kept"):
        saved.trust_matrix("FORUM2")
    (tmp_path / "run" / "trust_matrices.parquet").unlink()
    with pytest.raises(InputError, match=r"An earlier version saved none: comity\.rerun"):
        comity.read_record(tmp_path / "run").trust_matrix("start")


@pytest.mark.parametrize("keep", ["meetings", "all", "trust"])
def test_a_record_that_was_read_is_saved_as_the_same_bytes(keep, tmp_path):
    first = comity.run("teaching", seed=7, keep=keep).save(tmp_path / "first")
    second = comity.read_record(first).save(tmp_path / "second")
    assert {f.name: f.read_bytes() for f in first.iterdir()} == {f.name: f.read_bytes() for f in second.iterdir()}


def test_what_asks_for_the_arrays_of_a_saved_run_gets_them(record, folder, tmp_path):
    saved = comity.read_record(folder)
    assert measure(saved) == pytest.approx(measure(record), nan_ok=True)
    assert saved.population.ids == record.population.ids
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    (folder / "provenance.json").write_text(json.dumps(made | {"rules_version": "0" * 12}), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"asks for the arrays of its run, which another run would not have: rules_ver"
    ):
        measure(comity.read_record(folder))
    (folder / "provenance.json").write_text(json.dumps(made), encoding="utf-8")
    comity.run("teaching", seed=8).meetings.to_parquet(folder / "meetings.parquet")
    with pytest.raises(InputError, match=r"which another run would not have: the tables were changed since"):
        measure(comity.read_record(folder))


def test_a_saved_record_without_detail_says_how_to_keep_it(tmp_path):
    live = comity.run("teaching", seed=7, keep="meetings")
    saved = comity.read_record(live.save(tmp_path / "run"))
    for record in (live, saved):
        with pytest.raises(InputError, match=r"must be kept, got keep='meetings'\. Run again with keep='all'"):
            record.actors  # noqa: B018
    pd.testing.assert_frame_equal(saved.sittings, live.sittings)


def test_csv_files_lie_beside_on_request_and_nothing_else_changes(record, folder, tmp_path):
    both = record.save(tmp_path / "both", command="comity run teaching --seed 7", csv=True)
    names = {file.name for file in folder.iterdir()}
    tables = {f"{name}.csv" for name in (*record.names, "actors_by_id")}
    assert {file.name for file in both.iterdir()} == names | tables
    assert all((both / name).read_bytes() == (folder / name).read_bytes() for name in names)
    read = pd.read_csv(both / "meetings.csv", parse_dates=["date"], keep_default_na=False, na_values=[])
    assert list(read.columns) == list(record.meetings.columns)
    assert read["states"].tolist() == record.meetings["states"].tolist()
    assert read["cooperation_origin"].tolist() == record.meetings["cooperation_origin"].tolist()  # every digit
    pd.testing.assert_frame_equal(comity.read_record(both).meetings, record.meetings)


def test_a_record_with_csv_files_is_repeated_with_them(record, tmp_path, capsys):
    both = record.save(tmp_path / "both", command="comity run teaching --seed 7", csv=True)
    assert rerun_record(both, tmp_path / "again", check=True)
    assert f"all {len(list(both.iterdir()))} files are equal" in capsys.readouterr().out
    assert {file.name for file in (tmp_path / "again").iterdir()} == {file.name for file in both.iterdir()}
    (both / "votes.csv").write_text("changed", encoding="utf-8")
    assert not rerun_record(both, None, check=True)
    assert "different bytes: votes.csv" in capsys.readouterr().out


def test_records_of_earlier_versions_are_read(record, folder):
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    for name in ("held_by", "system"):
        del made[name]
    (folder / "provenance.json").write_text(json.dumps(made), encoding="utf-8")
    saved = comity.read_record(folder)
    assert saved.provenance().to_json()["held_by"] == "unknown"
    pd.testing.assert_frame_equal(saved.meetings, record.meetings)
    assert comity.rerun(folder)[2] == []


def test_a_table_that_was_edited_is_not_saved_as_what_the_run_left(tmp_path):
    record = comity.run("teaching", seed=7)
    record.meetings.loc[0, "states"] = 999
    with pytest.raises(
        InputError, match=r"table 'meetings' was edited after the run, and a record is saved as the run"
    ):
        record.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
    saved = comity.read_record(comity.run("teaching", seed=7).save(tmp_path / "run"))
    saved.votes["answer"] = "yes"
    with pytest.raises(InputError, match="table 'votes' was edited after it was read"):
        saved.save(tmp_path / "again")


def test_the_actors_of_a_record_are_its_own(tmp_path):
    before = comity.run("teaching", seed=7)
    before.actors_by_id["name"] = "nobody"
    assert "nobody" not in set(comity.run("teaching", seed=7).actors_by_id["name"])
    with pytest.raises(InputError, match="table 'actors_by_id' was edited"):
        before.save(tmp_path / "run")


@pytest.mark.parametrize("name", ["seed", "keep", "scenario", "meetings", "trace"])
def test_what_a_record_says_cannot_be_replaced(record, name):
    with pytest.raises(InputError, match=f"record: {name} must not be set, since a record holds what a run left"):
        setattr(record, name, None)


def test_the_command_of_a_scenario_that_was_made_in_python_does_not_claim_its_name(tmp_path):
    for scenario, expected in (
        (comity.load("teaching"), "comity.run('teaching', seed=1, keep='meetings')"),
        (
            comity.load("teaching", theory="rationalist"),
            "comity.run(comity.load('teaching', theory='rationalist'), seed=1, keep='meetings')",
        ),
        (
            comity.load("teaching", settings={"parameters.turnover": 0.0}),
            "comity.run(scenario, seed=1, keep='meetings'), where scenario is that of scenario.json",
        ),
        (
            comity.load("teaching").with_parameters(turnover=0.0),
            "comity.run(scenario, seed=1, keep='meetings'), where scenario is that of scenario.json",
        ),
    ):
        record = comity.run(scenario, seed=1, keep="meetings")
        assert record.provenance().command == expected
    folder = record.save(tmp_path / "run")
    assert comity.rerun(folder)[2] == []


def test_the_provenance_says_what_held_the_run(tmp_path):
    assert comity.run("teaching", seed=1).provenance().to_json()["held_by"] == "comity.run"
    model = comity.ForumModel("teaching", seed=1)
    assert Record.of(model).held.by == "ForumModel: not begun"
    model.step()
    model.run_to("FORUM1", 1)
    half = Record.of(model)
    assert half.provenance().to_json()["held_by"] == "ForumModel: run_to(), step()"
    assert half.provenance().to_json()["until"] == {"meeting": "FORUM1", "sitting": 1}
    assert half.provenance().command == "comity.ForumModel('teaching', seed=1, keep='all').run_to('FORUM1', 1)"
    folder = half.save(tmp_path / "half")
    whole = Record.of(model.run())
    assert "until" not in whole.provenance().to_json()
    again, _, differences = comity.rerun(folder)
    assert differences == []
    assert again.meetings["meeting"].tolist() == ["DIALOGUE1"]
    again.save(tmp_path / "again")
    for file in folder.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


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
    with pytest.raises(InputError, match=r"cannot be created, .*run is not a writable folder"):
        record.save(tmp_path / "run" / "below")
    assert (tmp_path / "run").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_an_error(record, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    with pytest.raises(InputError, match="is not a writable folder"):
        record.save(closed / "run")


def test_a_record_that_fails_half_way_leaves_nothing(record, tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("comity.record.storage.pq.write_table", fail)
    with pytest.raises(InputError, match=r"run: cannot be written: No space left on device"):
        record.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_half_way_leaves_nothing(record, tmp_path, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("comity.record.storage.pq.write_table", interrupt)
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
        pytest.raises(
            InputError, match=r"run: cannot be written: File exists\. Remove what is there\. Or name another"
        ),
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
        (
            "provenance.json",
            '{"seed": 7, "keep": "all", "command": "", "until": "x"}',
            "until and edited must be as a run",
        ),
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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keep": "much"}, r"run/provenance\.json: keep must be 'meetings', 'all' or 'trust', got 'much'"),
        ({"seed": "abc"}, "seed must be a whole number"),
        ({"until": {"meeting": "FORUM1"}}, "until and edited must be as a run wrote them"),
        ({"edited": 5}, "until and edited must be as a run wrote them"),
    ],
)
def test_a_damaged_provenance_is_not_read(folder, change, message):
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    (folder / "provenance.json").write_text(json.dumps(made | change), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        comity.read_record(folder)


def test_tables_of_ones_own_beside_a_record_are_left_alone(record, folder):
    pd.DataFrame({"a": [1]}).to_parquet(folder / "seed.parquet")
    (folder / "mine.parquet").write_bytes(b"x")
    assert comity.read_record(folder).seed == 7
    (folder / "votes.parquet").unlink()
    with pytest.raises(InputError, match=r"run: votes\.parquet is missing\. The record is damaged"):
        comity.read_record(folder)
    pd.DataFrame({"a": [1]}).to_parquet(folder / "trust_matrices.parquet")
    record.votes.to_parquet(folder / "votes.parquet")
    with pytest.raises(InputError, match="must have the columns meeting and holder, got a"):
        comity.read_record(folder)


def test_a_name_that_is_too_long_is_an_error(record, tmp_path):
    with pytest.raises(InputError, match=r"cannot be read: File name too long\. The name is too long"):
        record.save(tmp_path / ("x" * 300))


def test_a_scenario_that_was_edited_beside_its_tables_is_named(tmp_path):
    comity.run("teaching", seed=1, keep="meetings").save(tmp_path / "record")
    file = tmp_path / "record" / "scenario.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"persuasion_rate": 0.06', '"persuasion_rate": 0.5'), encoding="utf-8")
    with pytest.warns(Notice, match=r"record/scenario\.json: is not the scenario that the tables were made with"):
        comity.read_record(tmp_path / "record")
