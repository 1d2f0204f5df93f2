"""The comity command: every command answers, every wrong input gets one paragraph and status 2."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import comity
from comity.cli import app, main
from comity.scenario.locate import scenario_folder
from comity.scenario.parameters import Parameters

TEACHING = (scenario_folder() / "teaching.toml").read_text(encoding="utf-8")
COMMANDS = ("run", "rerun", "explain", "describe", "scenarios", "schema", "parameters")


@pytest.fixture
def comity_command(capsys, monkeypatch) -> Callable[..., tuple[int, str, str]]:
    """Call the command in this process; returns exit status, output and errors."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*words: object) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("records") / "teaching"
    assert main(["run", "teaching", "--seed", "7", "--set", "parameters.turnover=0.3", "--out", str(folder), "-q"]) == 0
    return folder


def process(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "COLUMNS": "100"}
    command = [sys.executable, "-m", "comity.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, **options)


# --- what works ---


def test_run_shows_meetings_outcomes_and_what_to_do_next(comity_command):
    status, out, _ = comity_command("run", "teaching", "--seed", "7")
    assert status == 0
    assert "8 states, 2 organisations, 2 networks; 3 meetings in 2006-2008" in out
    record = comity.run("teaching", seed=7)
    for row in record.meetings.itertuples():
        line = next(line for line in out.splitlines() if line.startswith(f"{row.date:%Y-%m-%d} {row.meeting}"))
        assert f" {row.states}/8 " in line
        assert f" {row.statements}/{row.cooperative}/{row.contesting} " in line
    answers = record.votes["answer"].value_counts()
    assert f"{answers['yes']} ({record.votes['p_yes'].sum():.1f})" in out
    assert "comity explain teaching --seed 7 --actor ID" in out
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("columns", ["100", "160"])
def test_tables_fit_and_nothing_is_cut_off(comity_command, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    _, out, _ = comity_command("run", "synthetic", "--seed", "2", "--all")
    table = out.split("Two lines a meeting")[0]
    assert max(map(len, table.splitlines())) <= int(columns)
    assert "…" not in table
    assert "INFORMAL2011" in table


def test_run_writes_a_record_with_its_command(saved):
    made = json.loads((saved / "provenance.json").read_text(encoding="utf-8"))
    assert made["command"] == "comity run teaching --seed 7 --set parameters.turnover=0.3"
    assert made["seed"] == 7
    assert len(pd.read_parquet(saved / "meetings.parquet")) == 3


def test_the_command_holds_all_options_but_no_folder(comity_command, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('extends = "teaching"\n', encoding="utf-8")
    patch = tmp_path / "patch.toml"
    patch.write_text("[parameters]\nturnover = 0.2\n", encoding="utf-8")
    words = (
        "run",
        file,
        "--patch",
        patch,
        "--preset",
        "rationalist",
        "--keep",
        "meetings",
        "--out",
        tmp_path / "a",
        "-q",
    )
    assert comity_command(*words) == (0, "", "")
    made = json.loads((tmp_path / "a" / "provenance.json").read_text(encoding="utf-8"))
    assert made["command"] == ("comity run mine.toml --seed 0 --patch patch.toml --preset rationalist --keep meetings")


def test_sitting_by_sitting_and_meeting_by_meeting_are_the_same_bytes(saved, tmp_path):
    scenario = comity.load("teaching", settings={"parameters.turnover": 0.3})
    made = json.loads((saved / "provenance.json").read_text(encoding="utf-8"))
    other = comity.run(scenario, seed=7).save(tmp_path / "library", made["command"])
    for file in saved.iterdir():
        assert file.read_bytes() == (other / file.name).read_bytes(), file.name


@pytest.mark.parametrize("where", ["class", "seminar/1_silent_delegates"])
def test_the_commands_that_are_printed_can_be_typed(where, comity_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "dialogue_2006.toml").write_text('extends = "teaching"\n')
    (tmp_path / "class" / "less.toml").write_text("[parameters]\nturnover = 0.1\n")
    _, out, _ = comity_command("run", f"{where}/dialogue_2006", "--patch", "class/less.toml", "--keep", "meetings")
    printed = re.search(r"To keep the tables:  comity (.*) --out FOLDER", out).group(1)
    assert comity_command(*shlex.split(printed), "-q")[0] == 0
    assert f"comity explain {where}/dialogue_2006 --seed 0 --patch class/less.toml --actor ID" in out


def test_rerun_gives_the_same_bytes(comity_command, saved, tmp_path):
    status, out, _ = comity_command("rerun", saved)
    assert (status, "same bytes: all" in out) == (0, True)
    status, out, _ = comity_command("rerun", saved, "--check", "--out", tmp_path / "again")
    assert (status, "same bytes" in out) == (0, True)
    for file in saved.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_rerun_names_the_files_that_differ_and_why(comity_command, tmp_path):
    folder = tmp_path / "record"
    comity_command("run", "teaching", "--out", folder, "-q")
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    (folder / "provenance.json").write_text(json.dumps(made | {"rules_version": "old"}), encoding="utf-8")
    (folder / "votes.parquet").unlink()
    status, out, _ = comity_command("rerun", folder)
    assert status == 1
    assert "different bytes: provenance.json, votes.parquet (not in the stored record)" in " ".join(out.split())
    assert "rules_version: old then" in out


def test_explain_a_record_and_a_scenario(comity_command, saved):
    status, out, _ = comity_command("explain", saved, "--actor", "Northland", "--what", "trust", "--until", "FORUM1")
    assert status == 0
    assert out.startswith("The mean trust in all others of Northland")
    assert "not explained" in out
    assert next(line for line in out.splitlines() if line.startswith("not explained")).split()[-1] == "0"
    assert max(map(len, out.splitlines())) <= 100
    assert "…" not in out
    settings = ("--seed", "7", "--set", "parameters.turnover=0.3")
    again = comity_command(
        "explain", "teaching", "--actor", "NORTHLAND", "--what", "trust", "--until", "FORUM1", *settings
    )
    assert again[:2] == (0, out)


def test_describe_compares_with_what_was_varied(comity_command, tmp_path):
    _, out, _ = comity_command("describe", "teaching", "--set", "parameters.turnover=0.3", "--sources")
    assert "Compared with teaching\n  parameters.turnover: 0.15, now 0.3" in out
    assert "CH: Rother" in out
    file = tmp_path / "mine.toml"
    file.write_text('extends = "teaching"\n[remove]\nmeetings = ["FORUM1"]\n', encoding="utf-8")
    _, out, _ = comity_command("describe", file)
    assert "meetings: FORUM1 removed" in out
    _, out, _ = comity_command("describe", "teaching")
    assert "Compared with" not in out


def test_lists(comity_command):
    _, out, _ = comity_command("scenarios")
    assert "Two dialogues and a forum among twelve actors" in out
    _, out, _ = comity_command("parameters")
    assert all(f" {name} " in out for name in Parameters.model_fields)
    _, free, _ = comity_command("parameters", "--free")
    assert " persuasion_rate " in free
    assert " vote_trust " not in free
    _, out, _ = comity_command("--version")
    assert out == f"comity {comity.__version__}\n"


def test_schema_is_json_and_written_once(comity_command, tmp_path):
    _, out, _ = comity_command("schema")
    assert "meetings" in json.loads(out)["properties"]
    file = tmp_path / "schema.json"
    assert comity_command("schema", "--out", file)[0] == 0
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(out)
    status, _, err = comity_command("schema", "--out", file)
    assert (status, "must not exist yet" in err) == (2, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(command):
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    if command != "scenarios":
        assert f"comity {command}" in result.output
        assert "Examples" in result.output


def test_help_without_a_command():
    for words in ([], ["--help"]):
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0
        assert all(command in result.output for command in COMMANDS)


def test_every_command_has_a_panel_and_the_help_fits_80_columns(monkeypatch):
    from comity.commands.panels import _PANELS

    names = {command.name or command.callback.__name__.replace("_", "-") for command in app.registered_commands}
    names |= {group.name for group in app.registered_groups}
    assert sorted(names) == sorted(name for panel in _PANELS.values() for name in panel)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    for words in (["--help"], ["sweep", "--help"]):
        lines = CliRunner().invoke(app, words).output.splitlines()
        assert max(map(len, lines)) <= 80
        examples = lines[next(n for n, line in enumerate(lines) if "Examples" in line) + 1 :]
        assert all(line.startswith(" comity") for line in examples if line.strip()), "an example is broken in two"


@pytest.mark.parametrize("name", ["means", "differences", "sensitivity", "plan", "report"])
def test_a_former_name_works_and_says_the_new_one(comity_command, name):
    assert comity_command(name, "none")[0] == 2
    old, new = comity_command(name, "none")[2].splitlines(), comity_command("sweep", name, "none")[2].splitlines()
    assert old == [f"comity: note: 'comity {name}' is now 'comity sweep {name}'.", *new]


def test_a_design_after_sweep_is_run(comity_command):
    short, long = (comity_command("sweep", *words, "none.toml", "--dry-run") for words in ([], ["run"]))
    assert short == long == (2, "", short[2])
    assert "none.toml" in short[2]
    assert comity_command("sweep", "--dry-run", "none.toml") == long
    assert "No such command 'meens'. Did you mean 'means'?" in comity_command("sweep", "meens", "sweeps/x")[2]
    assert "Run a design, or continue it" in CliRunner().invoke(app, ["sweep", "run", "--help"]).output


def test_light_start():
    code = "import sys, comity.cli; print([m for m in ('mesa', 'numba', 'pandas', 'pydantic') if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert result.stdout.strip() == "[]"


# --- what is wrong ---


def table_scenario(folder: Path, spoil: Callable[[dict[str, pd.DataFrame]], None]) -> Path:
    """Write the teaching scenario with its actors in tables, one of them spoilt."""
    scenario = comity.load("teaching")
    actors = comity.run(scenario, seed=0, keep="meetings").actors_by_id.drop(columns="group")
    kinds = {"states": ["state"], "organisations": ["io"], "networks": ["cso"]}
    tables = {name: actors[actors["kind"].isin(found)].astype(object) for name, found in kinds.items()}
    regime = ["civil_society_climate", "electoral_competition"]
    tables["regimes"] = tables["states"][["id", *regime]]
    tables["states"] = tables["states"].drop(columns=regime)
    columns = ("a", "b", "shared_blocs", "vote_agreement", "stake_ab", "stake_ba")
    tables["pairs"] = pd.DataFrame([("NORTHLAND", "PALMERA", 0, 0.5, 0.35, 0.35)], columns=columns).astype(object)
    spoil(tables)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    data = scenario.to_json()
    text = 'extends = "teaching"\n[population]\nsource = "tables"\nactors = []\n'
    text += "".join(f"{name} = '{(folder / name).as_posix()}.csv'\n" for name in tables)
    assert data["population"]["source"] == "list"
    path = folder / "tables.toml"
    path.write_text(text, encoding="utf-8")
    return path


def drop_income(tables):
    del tables["states"]["income"]


def word_for_number(tables):
    tables["states"].iloc[1, list(tables["states"].columns).index("capacity")] = "large"


def unknown_country(tables):
    tables["pairs"].loc[0, "b"] = "PALMERRA"


def weights_of_two(tables):
    tables["states"].iloc[0, list(tables["states"].columns).index("salience_labour")] = 1.0


TABLES = {
    "missing column": (drop_income, "states.csv: column 'income' is missing"),
    "non-numeric cell": (
        word_for_number,
        "states.csv: line 3, column 'capacity' must be a number in [0, 1], got 'large'",
    ),
    "unknown country": (unknown_country, "column 'b': unknown country code 'PALMERRA'. Did you mean 'PALMERA'?"),
    "weights": (weights_of_two, "states.csv: line 2: saliences must sum to 1, got"),
}


def check(result: tuple[int, str, str], expected: str) -> None:
    status, out, err = result
    assert status == 2
    assert expected in err
    assert err.startswith("comity: ")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert "Traceback" not in err + out


def test_tables_that_are_right_run(comity_command, tmp_path):
    assert comity_command("run", table_scenario(tmp_path, lambda tables: None), "-q")[0] == 0


@pytest.mark.parametrize("case", TABLES)
def test_malformed_tables(comity_command, tmp_path, case):
    spoil, expected = TABLES[case]
    path = table_scenario(tmp_path, spoil)
    check(comity_command("run", path, "--out", tmp_path / "out"), expected)
    assert not list(tmp_path.glob("*out*"))


CAMPAIGN = 'id = "campaign"'
FILES = {
    "unknown key": ("end = 2008-12-31", "endd = 2008-12-31", "endd is not a known key. Did you mean 'end'?"),
    "unknown nested key": (
        CAMPAIGN,
        f"{CAMPAIGN}\npresure = 0.1",
        "presure is not a known key. Did you mean 'pressure'?",
    ),
    "out of range": (
        CAMPAIGN,
        f"{CAMPAIGN}\nattachment = 4",
        "shocks[0].attachment must be less than or equal to 1, got 4",
    ),
    "no host": ('hosts = ["WESTMARK"]', "", "meeting 'FORUM1': hosts must name at least one state, got none"),
    "unknown host": ('hosts = ["WESTMARK"]', 'hosts = ["WESTMARC"]', "host 'WESTMARC' is not an actor. Did you mean"),
    "duplicate actors": ('id = "CORAL"', 'id = "SAVANNA"', "actor id must be unique, got 'SAVANNA' twice"),
    "weights": (
        "labour = 0.45, rights = 0.35 }",
        "labour = 0.45, rights = 0.30 }",
        "weights in salience must sum to 1",
    ),
    "not TOML": ("[choices]", "[choices", "must be valid TOML"),
    "missing title": ('title = "Two dialogues and a forum among twelve actors"', "", "title is missing"),
    "unknown category": (
        'category = "labour migration"',
        'category = "labor migration"',
        "Did you mean 'labour migration'?",
    ),
}


@pytest.mark.parametrize("command", ["run", "describe"])
@pytest.mark.parametrize("case", FILES)
def test_wrong_scenario_files(comity_command, tmp_path, case, command):
    old, new, expected = FILES[case]
    assert old in TEACHING
    path = tmp_path / "mine.toml"
    path.write_text(TEACHING.replace(old, new), encoding="utf-8")
    out = ("--out", tmp_path / "out") if command == "run" else ()
    check(comity_command(command, path, *out), expected)
    assert [item.name for item in tmp_path.iterdir()] == ["mine.toml"]


def test_circular_extends(comity_command, tmp_path):
    (tmp_path / "one.toml").write_text('extends = "two"\n', encoding="utf-8")
    (tmp_path / "two.toml").write_text('extends = "one"\n', encoding="utf-8")
    for command in ("run", "describe"):
        check(comity_command(command, tmp_path / "one.toml"), "extends must not be circular, got one -> two -> one")


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        (
            '[remove]\nmeetings = ["FORUM9"]',
            "remove names meeting 'FORUM9', which the base does not have. Did you mean",
        ),
        ('[remove]\nactors = ["CORALL"]', "population.remove names actor 'CORALL', which is not there. Did you mean"),
        ('[remove]\nforums = ["FORUMS"]', "remove.forums names 'FORUMS', which is not defined. Did you mean 'FORUM'?"),
        (
            '[remove]\nmeeting = ["FORUM1"]',
            "remove.meeting is not a list that can be shortened. Did you mean 'meetings'?",
        ),
        ("[population.override.CORAL]\ncapasity = 0.5", "'capasity' is no attribute. Did you mean 'capacity'?"),
        ("[parameters]\nturnovr = 0.5", "parameters.turnovr is not a known key. Did you mean 'turnover'?"),
    ],
)
def test_patches_that_name_something_absent(comity_command, tmp_path, patch, expected):
    (tmp_path / "patch.toml").write_text(patch, encoding="utf-8")
    check(comity_command("run", "teaching", "--patch", tmp_path / "patch.toml", "--out", tmp_path / "out"), expected)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "teachin"], "teachin: no such scenario"),
        (["run", "no/such/file.toml"], "no such scenario"),
        (["run", "teaching", "--patch", "nothing"], "nothing: no such patch"),
        (["run", "teaching", "--seed", "seven"], "--seed must be a whole number from 0 to 2**63 - 1, got 'seven'"),
        (["run", "teaching", "--seed", "1.5"], "--seed must be a whole number"),
        (["run", "teaching", "--seed", "-1"], "--seed must be a whole number"),
        (["run", "teaching", "--seed", str(2**63)], "--seed must be a whole number"),
        (["explain", "teaching", "--seed", "x", "--actor", "CORAL"], "--seed must be a whole number"),
        (["run", "teaching", "--set", "parameters.turnover"], "--set must be KEY=VALUE, got 'parameters.turnover'"),
        (["run", "teaching", "--set", "=3"], "--set must be KEY=VALUE"),
        (
            ["run", "teaching", "--set", "parameters.turnover=2"],
            "parameters.turnover must be less than or equal to 1, got 2",
        ),
        (["run", "teaching", "--set", "parameters.turnover=much"], "parameters.turnover must be"),
        (["run", "teaching", "--set", "parameters.turnovr=0.1"], "Did you mean 'turnover'?"),
        (
            ["run", "teaching", "--set", "meetings.FORUM9.openness=0.1"],
            "meetings has no item 'FORUM9'. Did you mean 'FORUM1'?",
        ),
        (
            ["run", "teaching", "--preset", "realist"],
            "theory must be 'socialisation', 'institutionalist' or 'rationalist'",
        ),
        (["run", "teaching", "--keep", "everything"], "keep must be 'meetings', 'all' or 'trust', got 'everything'"),
        (["run", "teaching", "--sed", "3"], "No such option: --sed"),
        (["runn"], "No such command 'runn'"),
        (["explain", "teaching", "--actor", "CORALL"], "actor 'CORALL' is not in this record. Did you mean 'CORAL'"),
        (["explain", "teaching", "--actor", "CORAL", "--what", "mood"], "--what must be one of cooperation, trust"),
        (["explain", "teaching", "--actor", "CORAL", "--until", "FORUM9"], "Did you mean 'FORUM1'?"),
        (["explain", "teaching"], "--actor must be given"),
        (["rerun"], "Missing argument"),
        (["rerun", "no_such_folder"], "no_such_folder: must be the folder of a record"),
        (["rerun", __file__], "or an archive (ZIP) that comity bundle wrote, got another file"),
        (["describe", "teaching", "--set", "x=1"], "x is not a known key"),
    ],
)
def test_wrong_words(comity_command, tmp_path, monkeypatch, words, expected):
    monkeypatch.chdir(tmp_path)
    extra = ["--out", "out"] if words[0] == "run" else []
    check(comity_command(*words, *extra), expected)
    assert not list(tmp_path.iterdir())


def test_output_folders_that_cannot_be_used(comity_command, saved, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    for words in (("run", "teaching"), ("rerun", saved)):
        check(comity_command(*words, "--out", tmp_path / "there"), "the output folder must not exist yet, but it does")
        check(comity_command(*words, "--out", tmp_path / "file" / "out"), "is not a writable folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "there"]
    assert not list((tmp_path / "there").iterdir())


def test_a_damaged_record(comity_command, saved, tmp_path):
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "provenance.json").write_text("{", encoding="utf-8")
    check(comity_command("rerun", damaged), "must be JSON")
    check(comity_command("explain", damaged, "--actor", "CORAL"), "must be JSON")


def test_a_record_has_its_own_seed(comity_command, saved):
    check(comity_command("explain", saved, "--actor", "CORAL", "--seed", "1"), "is a record, which has its own seed")


def test_exit_statuses_of_the_process(tmp_path):
    wrong = process("run", "teaching", "--seed", "x", "--out", str(tmp_path / "out"))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    check((wrong.returncode, wrong.stdout, wrong.stderr), "--seed must be")
    assert process("--version").stdout == f"comity {comity.__version__}\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is a file of Linux")
@pytest.mark.parametrize("words", [("run", "teaching"), ("scenarios",), ("odd",)])
def test_a_full_disk_under_what_is_printed_is_no_traceback(words):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "comity.cli", *words],
            stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "comity: the output could not be written: No space left on device. Send it elsewhere.\n"


def test_without_a_place_to_print_the_work_is_done(tmp_path):
    command = f'"{sys.executable}" -m comity.cli run teaching --out "{tmp_path / "out"}" >&-'
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "meetings.parquet").is_file()


def test_interruption_is_no_traceback(comity_command, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("comity.commands.listings.list_scenarios", interrupt)
    assert comity_command("scenarios") == (130, "", "comity: stopped.\n")


def test_other_errors_keep_their_traceback(comity_command, monkeypatch):
    def fail() -> None:
        raise ZeroDivisionError("a mistake in comity")

    monkeypatch.setattr("comity.commands.listings.list_scenarios", fail)
    with pytest.raises(ZeroDivisionError, match="a mistake"):
        comity_command("scenarios")
