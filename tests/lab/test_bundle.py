"""A bundle holds all that a run or sweep needs to be repeated; a damaged or hostile one is refused."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import comity
import comity_lab
from comity.errors import InputError
from comity.scenario.locate import scenario_folder
from comity_lab import unbundling
from comity_lab.bundling import bundle
from comity_lab.design import design_from
from comity_lab.unbundling import unpacked


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a record, a sweep, and their bundles."""
    place = tmp_path_factory.mktemp("bundles")
    comity.run("teaching", seed=7, keep="trust").save(place / "record", "comity run teaching --seed 7 --keep trust")
    design = comity_lab.Design.of(
        "teaching", {"parameters.trust_learning": [0.0, 1.0]}, replicates=2, keep=["measures", "meetings"]
    )
    comity_lab.sweep(design, place / "sweep", workers=1)
    for name in ("record", "sweep"):
        bundle(place / name, place / f"{name}.zip")
    return place


def names(archive):
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


def test_a_record_is_repeated_from_its_bundle_alone(folder, tmp_path, comity_command, monkeypatch):
    shutil.copy(folder / "record.zip", tmp_path / "given.zip")
    monkeypatch.chdir(tmp_path)
    status, text, errors = comity_command("rerun", "given.zip", "--out", "again", "--check")
    assert (status, errors) == (0, "")
    assert "rerun of given.zip: comity run teaching --seed 7 --keep trust" in text
    assert "same bytes: all " in text
    assert {f.name: f.read_bytes() for f in Path("again").iterdir()} == {
        f.name: f.read_bytes() for f in (folder / "record").iterdir()
    }


def test_the_bundle_of_a_record_explains_itself(folder):
    with zipfile.ZipFile(folder / "record.zip") as opened:
        page, versions = (opened.read(name).decode() for name in ("README.md", "environment.txt"))
        made = json.loads(opened.read("record/provenance.json"))
        assert (
            pd.read_csv(io.BytesIO(opened.read("csv/meetings.csv")))["meeting"].tolist()
            == comity.read_record(folder / "record").meetings["meeting"].tolist()
        )
        sums = dict(reversed(line.split("  ")) for line in opened.read("SHA256SUMS").decode().splitlines())
        assert all(hashlib.sha256(opened.read(name)).hexdigest() == digest for name, digest in sums.items())
    assert set(sums) == set(names(folder / "record.zip")) - {"SHA256SUMS"}
    for text in (made["scenario_hash"], made["rules_version"], "- seed: 7", "comity rerun THIS.zip", made["command"]):
        assert text in page
    assert f"numpy=={made['versions']['numpy']}\n" in versions
    assert versions.startswith(f"# Python {made['python']}\n")


def test_a_run_of_a_sweep_is_repeated_from_its_bundle_alone(folder, tmp_path, comity_command):
    status, text, _ = comity_command("rerun", folder / "sweep.zip", "--run", "1:1", "--out", tmp_path / "one")
    assert status == 0
    assert "same: all measures are equal to the last bit" in text
    made = json.loads((tmp_path / "one" / "provenance.json").read_text())
    assert made["command"].startswith("comity rerun sweep.zip --run ")
    with unpacked(folder / "sweep.zip") as inside:
        pd.testing.assert_frame_equal(comity_lab.read_sweep(inside).runs, comity_lab.read_sweep(folder / "sweep").runs)
    assert {"csv/runs.csv", "csv/points.csv", "csv/meetings.csv", "sweep/design.json"} <= set(
        names(folder / "sweep.zip")
    )


def test_equal_runs_have_bundles_of_equal_bytes(folder, tmp_path):
    for name in ("record", "sweep"):
        copy = shutil.copytree(folder / name, tmp_path / name)
        for file in copy.rglob("*"):
            file.touch()
        (copy / "notes.txt").write_text("not of the run")
        (copy / "lock").touch()
        bundle(copy, tmp_path / f"{name}.zip")
        assert (tmp_path / f"{name}.zip").read_bytes() == (folder / f"{name}.zip").read_bytes()
        assert names(tmp_path / f"{name}.zip") == sorted(names(folder / f"{name}.zip"))
    with zipfile.ZipFile(folder / "record.zip") as opened:
        assert {entry.date_time for entry in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def own_scenario(place):
    """Write a scenario with a table of its own, and return its file."""
    place.mkdir()
    shutil.copy(scenario_folder() / "data" / "states.csv", place / "my states.csv")
    file = place / "mine.toml"
    file.write_text('extends = "hld_gfmd"\n[population]\nstates = "my states.csv"\n', encoding="utf-8")
    return file


def test_the_users_own_table_travels_with_the_run(tmp_path, comity_command):
    file = own_scenario(tmp_path / "work")
    comity.run(file, seed=1, keep="meetings").save(tmp_path / "record")
    bundle(tmp_path / "record", tmp_path / "b.zip")
    comity_lab.sweep(design_from({"scenario": str(file), "replicates": 1}), tmp_path / "sweep", workers=1)
    bundle(tmp_path / "sweep", tmp_path / "s.zip")
    shutil.rmtree(tmp_path / "work")
    with unpacked(tmp_path / "b.zip") as inside:
        record, _, changed = comity.runs.rerun(inside)
        assert not changed
        then = comity.read_record(inside)
        assert record.meetings.equals(then.meetings)
    assert comity_command("rerun", tmp_path / "s.zip", "--run", "0:0")[0] == 0


def test_a_table_that_was_changed_is_not_bundled(tmp_path):
    file = own_scenario(tmp_path / "work")
    comity.run(file, seed=1, keep="meetings").save(tmp_path / "record")
    with (tmp_path / "work" / "my states.csv").open("a") as table:
        table.write("\n")
    with pytest.raises(InputError, match="must be the table that the runs were made with"):
        bundle(tmp_path / "record", tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_nothing_is_overwritten_and_no_folder_is_no_bundle(folder, tmp_path, comity_command):
    before = (folder / "record.zip").read_bytes()
    status, _, errors = comity_command("bundle", folder / "record", "--out", folder / "record.zip")
    assert (status, "the file must not exist yet" in errors) == (2, True)
    assert (folder / "record.zip").read_bytes() == before
    status, _, errors = comity_command("bundle", tmp_path, "--out", tmp_path / "x.zip")
    assert status == 2
    assert not (tmp_path / "x.zip").exists()
    (tmp_path / "there").mkdir()
    status, _, errors = comity_command("rerun", folder / "record.zip", "--out", tmp_path / "there")
    assert (status, "must not exist yet" in errors) == (2, True)


def test_a_sweep_needs_a_run_and_a_record_none(folder, comity_command):
    status, _, errors = comity_command("rerun", folder / "sweep.zip")
    assert (status, "--run must name the run to repeat" in errors) == (2, True)
    status, _, errors = comity_command("rerun", folder / "record.zip", "--run", "0:0")
    assert (status, "--run must go with a sweep" in errors) == (2, True)


def test_the_page_of_a_function_says_that_its_code_is_not_there(tmp_path):
    data = {"function": "comity_lab.known:sobol_g", "factors": [{"name": "x1", "values": [0, 1]}]}
    comity_lab.sweep(design_from(data), tmp_path / "s", workers=1)
    bundle(tmp_path / "s", tmp_path / "s.zip")
    with zipfile.ZipFile(tmp_path / "s.zip") as opened:
        assert (
            "held by comity_lab.known:sobol_g, whose code is not in this archive" in opened.read("README.md").decode()
        )


# --- archives that nobody should trust ---


def rewritten(archive, out, change):
    """Write an archive again after a change of its files, with checksums that fit."""
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist() if name != "SHA256SUMS"}
    change(files)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in [*files.items(), ("SHA256SUMS", sums.encode())]:
            made.writestr(name, data)
    return out


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "record/../../escaped",
        "/tmp/escaped",
        "record/..",
        "record\\..\\escaped",
        "C:/escaped",
        "sweep/.x/y",
    ],
)
def test_no_name_leads_out_of_the_folder(folder, tmp_path, name):
    file = rewritten(folder / "record.zip", tmp_path / "hostile.zip", lambda files: files.update({name: b"x"}))
    with pytest.raises(InputError, match="must be an archive as comity bundle writes it, but it has the name"):
        with unpacked(file):
            pass
    assert not list(tmp_path.rglob("escaped"))


def test_a_link_is_a_file_of_its_text(folder, tmp_path):
    entry = zipfile.ZipInfo("record/meetings.parquet")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "record.zip") as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    files["record/meetings.parquet"] = b"/etc/passwd"
    text = files["SHA256SUMS"].decode().splitlines()
    text = [line for line in text if not line.endswith("record/meetings.parquet")]
    text.append(f"{hashlib.sha256(b'/etc/passwd').hexdigest()}  record/meetings.parquet")
    files["SHA256SUMS"] = "\n".join(text).encode()
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as made:
        for name, data in files.items():
            made.writestr(entry if name == entry.filename else name, data)
    with unpacked(tmp_path / "link.zip") as inside:
        assert not (inside / "meetings.parquet").is_symlink()
        with pytest.raises(InputError, match="must be a Parquet table"):
            comity.read_record(inside)


def test_a_bomb_is_not_unpacked(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(unbundling, "LARGEST", 10**6)
    file = rewritten(folder / "record.zip", tmp_path / "b.zip", lambda f: f.update({"csv/zeros.csv": bytes(10**7)}))
    assert file.stat().st_size < 10**6
    with pytest.raises(InputError, match=r"must be at most 0 GiB when unpacked, got 0\.0 GB"):
        with unpacked(file):
            pass


def test_a_bundle_of_something_else_is_refused(folder, tmp_path):
    def without_record(files):
        for name in [name for name in files if name.startswith("record/")]:
            del files[name]

    with pytest.raises(InputError, match="it holds neither a record nor a sweep"):
        with unpacked(rewritten(folder / "record.zip", tmp_path / "empty.zip", without_record)):
            pass
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as made:
        made.writestr("hello.txt", "x")
    with pytest.raises(InputError, match=r"there is no SHA256SUMS in it"):
        with unpacked(tmp_path / "other.zip"):
            pass


@pytest.mark.parametrize("place", [0.001, 0.2, 0.5, 0.8, 0.999])
@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_damaged_bundle_is_one_line(folder, tmp_path, comity_command, place, damage):
    data = bytearray((folder / "record.zip").read_bytes())
    at = int(place * len(data))
    data = data[:at] if damage == "cut" else data
    if damage == "flip":
        data[at] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(data)
    status, _, errors = comity_command("rerun", tmp_path / "damaged.zip")
    assert status == 2
    assert errors.startswith("comity: ")
    assert "must be an archive as comity bundle writes it" in errors
    assert errors.count("\n") == 1


def test_a_file_that_is_not_there_or_no_archive(tmp_path, comity_command):
    status, _, errors = comity_command("rerun", tmp_path / "nothing.zip")
    assert (status, "No such file" in errors) == (2, True)
    (tmp_path / "text.zip").write_text("hello")
    status, _, errors = comity_command("rerun", tmp_path / "text.zip")
    assert (status, "File is not a zip file" in errors) == (2, True)
