"""comity sweep: what it says, and one paragraph with status 2 for every wrong input, with nothing written."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import comity_lab
from comity.errors import InputError
from comity_lab import studies
from comity_lab.progress import Progress, duration
from comity_lab.shipped import find_votes

STUDIES = sorted((Path(comity_lab.__file__).parents[1]).glob("*.toml"))
SMALL = """
scenario = "teaching"
replicates = 3
[[factors]]
name = "parameters.persuasion_rate"
values = [0.0, 0.1]
"""
FAILING = SMALL + '[[factors]]\nname = "population.remove"\nvalues = [[], ["NOBODY"]]\n'


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


BAD = [
    (SMALL.replace("persuasion_rate", "persuasion_rat"), (), "is not a parameter. Did you mean 'persuasion_rate'?"),
    (SMALL.replace("0.1]", "1.4]"), (), "must stay in [0, 1], the range of the parameter, got 1.4"),
    ('sampler = "sobols"\n' + SMALL, (), "sampler must be one of"),
    (SMALL.replace("= 3", "= 0"), (), "replicates must be 1 or more, got 0"),
    ("replicates = \n", (), "design.toml: must be valid TOML"),
    (SMALL, ("--shard", "9/8"), "--shard must be k/n with k from 1 to n, got '9/8'"),
    (SMALL, ("--shard", "0/8"), "got '0/8'"),
    (SMALL, ("--shard", "half"), "got 'half'"),
    (SMALL, ("--workers", "0"), "--workers must be from 1 to 1000, got 0"),
    (SMALL, ("--workers", "two"), "Invalid value for '--workers'"),
    (SMALL, ("--resume",), "must be the folder of a sweep, got none"),
    (SMALL, ("--workers", "2", "--cluster", "tcp://127.0.0.1:1"), "exclude each other"),
    (SMALL, ("--cluster", "nowhere"), "none answers at nowhere"),
    (SMALL, ("--cluster", "tcp://127.0.0.1"), "host or port is missing"),
]


@pytest.mark.parametrize(("text", "options", "message"), BAD)
def test_wrong_input_gets_one_paragraph_and_nothing_is_written(
    comity_command, write_design, tmp_path, text, options, message
):
    if "--cluster" in options and "--workers" not in options:
        pytest.importorskip("distributed", reason="the extra cluster is not installed")
    status, output, errors = comity_command("sweep", write_design(text), "--out", tmp_path / "out", "-q", *options)
    assert (status, output) == (2, "")
    assert message in errors
    assert errors.startswith("comity: ")
    assert errors.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["design.toml"]


def test_a_cluster_that_nobody_can_reach_is_refused_at_once(comity_command, write_design, tmp_path):
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    words = ("sweep", write_design(SMALL), "--out", tmp_path / "out", "--cluster", closed_port())
    status, _, errors = comity_command(*words)
    assert status == 2
    assert "none answers at tcp://127.0.0.1" in errors
    assert not (tmp_path / "out").exists()


def test_the_folder_of_another_design_is_refused(comity_command, write_design, tmp_path):
    out = tmp_path / "out"
    words = ("--out", out, "--workers", 1, "-q")
    assert comity_command("sweep", write_design(SMALL), *words) == (0, "", "")
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    status, _, errors = comity_command("sweep", write_design(SMALL.replace("= 3", "= 4")), *words)
    assert status == 2
    assert "must hold the sweep of this design" in errors
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before


def test_a_sweep_says_what_it_did_and_how_to_read_it(comity_command, write_design, tmp_path):
    file, out = write_design(SMALL), tmp_path / "out"
    status, output, errors = comity_command("sweep", file, "--out", out, "--workers", 1)
    assert status == 0
    assert "design: teaching, grid over 1 factors" in errors
    assert "2 points x 3 replicates = 6 runs" in errors
    assert f"6 of 6 runs are in {out}, 6 of them new" in output
    status, output, errors = comity_command("sweep", file, "--out", out, "--workers", 1)
    assert "it is continued" in errors
    assert "0 of them new" in output
    status, output, _ = comity_command("sweep", out, "--workers", 1)
    assert (status, "0 of them new" in output) == (0, True)


def test_failed_runs_are_told_and_the_status_is_1(comity_command, write_design, tmp_path):
    file, out = write_design(FAILING), tmp_path / "out"
    status, _, errors = comity_command("sweep", file, "--out", out, "--workers", 1, "-q")
    assert status == 1
    assert f"6 of the runs failed; read_sweep(…).failures says why. Repeat them: comity sweep {file}" in errors
    assert errors.rstrip().endswith("--retry-failed")


def test_one_run_is_repeated_and_written(write_design, capsys, tmp_path):
    from comity_lab.sweep_command import rerun_run

    comity_lab.sweep(comity_lab.load_design(write_design(SMALL)), tmp_path / "out", workers=1)
    assert rerun_run(tmp_path / "out", "1:2", tmp_path / "record")
    output = capsys.readouterr().out
    assert "point 1, replicate 2" in output
    assert "parameters.persuasion_rate = 0.1" in output
    assert "same: all measures are equal to the last bit" in output
    assert (tmp_path / "record" / "actors.parquet").is_file()


def test_shards_of_the_command_merge(comity_command, write_design, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = write_design(SMALL)
    for k in (2, 1):
        assert comity_command("sweep", file, "--shard", f"{k}/2", "--workers", 1, "-q")[0] == 0
    tables = comity_lab.read_sweep("sweeps/design-1of2", "sweeps/design-2of2")
    assert (len(tables.runs), tables.n_missing) == (6, 0)


@pytest.mark.parametrize("study", STUDIES, ids=lambda file: file.stem)
def test_every_design_that_is_shipped_can_be_swept(comity_command, tmp_path, monkeypatch, study):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("comity_lab.pilot._SECONDS", 0.0)
    status, output, errors = comity_command("sweep", study, "--dry-run", "--workers", 2)
    assert status == 0, errors
    for word in ("runs ", "time ", "with 2 processes", "disk ", "from "):
        assert word in output
    assert "failed" not in output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("replicates", "words"), [(3, "with 1 process"), (300_000, "with 2 processes")])
def test_a_dry_run_counts_the_processes_that_the_sweep_would_start(
    comity_command, write_design, monkeypatch, replicates, words
):
    monkeypatch.setattr("comity_lab.pilot._SECONDS", 0.0)
    monkeypatch.setattr("comity_lab.sweeping.n_cores", lambda: 2)
    file = write_design(SMALL.replace("= 3", f"= {replicates}"))
    assert words in comity_command("sweep", file, "--dry-run")[1]


def test_a_dry_run_is_about_right(comity_command, write_design, tmp_path):
    file = write_design(SMALL.replace("= 3", "= 60"))
    _, output, _ = comity_command("sweep", file, "--dry-run", "--workers", 1)
    told = float(output.partition("about ")[2].partition(" kB")[0]) * 1000
    comity_command("sweep", file, "--workers", 1, "--out", tmp_path / "out", "-q")
    used = sum(chunk.stat().st_size for chunk in (tmp_path / "out" / "chunks").iterdir())
    assert used / 3 < told < used * 3


def test_the_options_are_listed_without_the_heavy_libraries():
    program = (
        "import sys, typer; from comity_lab.commands import mount; mount(typer.Typer()); "
        "print(sorted({'numpy', 'pandas', 'mesa', 'numba', 'pyarrow', 'pydantic'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert result.stdout == "[]\n", result.stderr


def test_progress_is_plain_lines_without_a_terminal(capsys, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    with Progress(200, before=50) as progress:
        clock[0] += 5
        progress.add(10, 0)
        clock[0] += 5
        progress.add(20, 2)
    errors = capsys.readouterr().err
    assert errors == "80 of 200 runs (40 %), 3.0 runs/s, 0:00:40 left, 2 failed\n"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00:00"), (75, "0:01:15"), (86399, "23:59:59"), (302400, "3 days 12 h")]
)
def test_durations_are_readable(seconds, text):
    assert duration(seconds) == text


def test_a_shipped_design_goes_by_its_name_from_any_folder(comity_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, output, errors = comity_command("sweep", "free_parameters", "--dry-run")
    assert (status, "runs        500" in output) == (0, True), errors
    status, _, errors = comity_command("sweep", "free_parametres", "--dry-run")
    assert (status, "Did you mean 'free_parameters'?" in errors) == (2, True)
    (tmp_path / "free_parameters.toml").write_text(SMALL, encoding="utf-8")  # a file here goes before a shipped one
    assert "runs        500" not in comity_command("sweep", "free_parameters", "--dry-run")[1]
    assert not (tmp_path / "sweeps").exists()


def test_a_shipped_study_goes_by_its_name(capsys):
    assert studies.main([]) == 0
    listed = capsys.readouterr().out
    for name in ("framing_arena", "mechanisms", "openness", "rhythm"):
        assert f"  {name} " in listed
        assert studies.study_of(name).question in listed
    assert studies.main(["opennes"]) == 2
    assert "Did you mean 'openness'?" in capsys.readouterr().err


def test_a_shipped_vote_goes_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_votes(Path("IMD2012")).read_text(encoding="utf-8").startswith("iso3,vote")
    assert find_votes(Path("IMD2012.csv")) == Path("IMD2012.csv")  # a path is what it says
    with pytest.raises(InputError, match=r"^--votes: must be the path of a \.csv file or a shipped name, got 'IMD'\. "):
        find_votes(Path("IMD"))
