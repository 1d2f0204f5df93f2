"""The compiled core gives what the same code gives when the interpreter reads it line by line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import comity
from comity.cli import main
from comity.compiled import INTERPRETED, compiled, rules_version, unkept_in
from comity.machine_code import _Kept, _level_here
from comity.rules_hash import rules_on_disk

SEEDS = (1, 2)

of_compiled_code = pytest.mark.skipif(INTERPRETED, reason="is about compiled code; NUMBA_DISABLE_JIT is set")


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory: pytest.TempPathFactory, load_lively) -> dict[str, tuple]:
    """Scenarios, seeds, and what they give with every rule uncompiled, in one Python of its own."""
    # The teaching scenario sits in every phase but the assembly, has a shock, a vote and both memberships.
    cases = {f"teaching {seed}": (comity.load("teaching"), seed) for seed in SEEDS} | {"drawn": (load_lively(), 3)}
    folder = tmp_path_factory.mktemp("interpreted")
    asked = [[name, scenario.to_json(), seed] for name, (scenario, seed) in cases.items()]
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    program = (
        "import json, comity\n"
        "from comity.scenario.loading import from_data\n"
        "for name, data, seed in json.load(open('asked.json', encoding='utf-8')):\n"
        "    comity.run(from_data(data), seed=seed).save(name)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NUMBA_DISABLE_JIT": "1"}
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, cwd=folder, check=False
    )
    assert result.returncode == 0, result.stderr
    return {name: (*case, comity.read_record(folder / name)) for name, case in cases.items()}


@of_compiled_code
@pytest.mark.parametrize("name", [*(f"teaching {seed}" for seed in SEEDS), "drawn"])
def test_a_whole_run_is_the_same_compiled_and_interpreted(interpreted, name, first_difference):
    scenario, seed, read = interpreted[name]
    record = comity.run(scenario, seed=seed)
    for table, values in record.tables().items():
        assert first_difference({table: values}, {table: getattr(read, table)}, tolerance=1e-12) == ""


@of_compiled_code
def test_what_cannot_be_kept_is_said(monkeypatch, capsys):
    def full(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(comity.machine_code, "unkept", [])
    monkeypatch.setattr(_Kept, "save", full)

    @compiled
    def thrice(value):
        return 3.0 * value

    assert unkept_in() == ""
    assert thrice(1.0) == 3.0
    assert unkept_in().endswith("__pycache__")
    assert main(["compile", "--quiet"]) == 2
    said = capsys.readouterr().err
    assert "compile: the rules are compiled, but cannot be cached, because " in said
    assert "NUMBA_CACHE_DIR=FOLDER" in said


def test_a_compiled_rule_keeps_its_readable_form():
    @compiled
    def twice(value):
        return 2.0 * value

    assert twice(1.5) == twice.py_func(1.5) == 3.0


@of_compiled_code
def test_division_by_zero_follows_numpy():
    @compiled
    def ratio(a, b):
        return a / b

    assert ratio(1.0, 0.0) == float("inf")


RULE = "from comity.compiled import compiled\n@compiled\ndef twice(value):\n    return 2.0 * value\n"
CALL = "import rule, comity.compiled\nprint(rule.twice(1.5), comity.compiled.compiled_here())\n"
NOWHERE = "import tempfile\ndef refuse(**options):\n    raise PermissionError\ntempfile.TemporaryFile = refuse\n"
"""Before it keeps anything in a folder, numba tries with a temporary file whether it may write there."""


def call_a_rule(folder: Path, program: str) -> list[str]:
    """Call a rule that is installed in a folder, in a Python of its own: what it returns, and how many were compiled."""
    (folder / "rule.py").write_text(RULE, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(folder), *sys.path]))
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        "XDG_CACHE_HOME": str(folder / "user"),
        "HOME": str(folder / "user"),
    }
    environment.pop("NUMBA_CACHE_DIR", None)
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


@of_compiled_code
def test_who_may_not_write_into_the_installation_reads_what_is_compiled_there(tmp_path):
    assert call_a_rule(tmp_path, CALL) == ["3.0", "1"]
    assert call_a_rule(tmp_path, NOWHERE + CALL) == ["3.0", "0"]


@of_compiled_code
def test_who_may_not_write_into_an_installation_where_nothing_is_compiled_keeps_it_for_himself(tmp_path):
    refuse_there = NOWHERE.replace(
        "**options):\n", "dir):\n    if '__pycache__' not in dir: return open(dir + '/try', 'w')\n"
    )
    assert call_a_rule(tmp_path, refuse_there + CALL) == ["3.0", "1"]
    assert call_a_rule(tmp_path, refuse_there + CALL) == ["3.0", "0"]


@of_compiled_code
def test_where_nothing_can_be_kept_a_rule_is_compiled_and_no_error(tmp_path):
    (tmp_path / "__pycache__").write_text("not a folder", encoding="utf-8")
    (tmp_path / "user").write_text("not a folder", encoding="utf-8")
    for _ in range(2):
        assert call_a_rule(tmp_path, CALL) == ["3.0", "1"]


@of_compiled_code
def test_damaged_code_is_compiled_again(tmp_path):
    assert call_a_rule(tmp_path, CALL) == ["3.0", "1"]
    kept = list(tmp_path.rglob("*.nbc"))
    assert kept
    for file in kept:
        file.write_bytes(file.read_bytes()[:100])
    assert call_a_rule(tmp_path, CALL) == ["3.0", "1"]
    assert call_a_rule(tmp_path, CALL) == ["3.0", "0"]


def two_processes(folder: Path, *versions: str) -> list:
    """Return what processes know of the folder where the code of one rule is kept, each for its version of the rules."""
    return [_Kept(str(folder), "rule", version) for version in versions]


def test_who_reads_while_newer_code_is_written_never_gets_the_older(tmp_path, monkeypatch):
    old, new, reader = two_processes(tmp_path, "old", "new", "new")
    old.save("float", "code of the old rule")
    read, write = [], new._save_data

    def read_before_it_is_there(name, data):
        read.append(reader.load("float"))
        write(name, data)

    monkeypatch.setattr(new, "_save_data", read_before_it_is_there)
    new.save("float", "code of the new rule")
    assert read == [None]
    assert reader.load("float") == "code of the new rule"


def test_what_two_processes_keep_at_once_is_not_mixed_up(tmp_path, monkeypatch):
    one, other = two_processes(tmp_path, "new", "new")
    write = one._save_data
    monkeypatch.setattr(other, "_load_index", dict)  # it looked before there was anything

    def write_after_the_other(name, data):
        other.save("float", "code for float")
        write(name, data)

    monkeypatch.setattr(one, "_save_data", write_after_the_other)
    one.save("int", "code for int")
    for kept in two_processes(tmp_path, "new"):
        assert kept.load("int") == "code for int"
        assert kept.load("float") == "code for float"


def test_code_of_older_rules_is_not_kept_for_ever(tmp_path):
    old, new = two_processes(tmp_path, "old", "new")
    old.save("float", "code of the old rule")
    new.save("float", "code of the new rule")
    new.save("int", "code of the new rule")
    assert len(list(tmp_path.iterdir())) == 2


RULES = """
from comity.compiled import compiled
@compiled
def twice(value):
    return 2.0 * value
@compiled
def four_times(value):
    return twice(twice(value))
@compiled
def added(values):
    total = 0.0
    for value in values:
        total += four_times(value)
    return total
"""
CALLS = """
import numpy, rules, comity.compiled
print(rules.added(numpy.ones(3)), rules.four_times(1), comity.compiled.compiled_here())
"""


def started(folder: Path, program: str) -> subprocess.Popen:
    """Start a Python of its own, whose rules are kept beside those of a folder."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), *sys.path]))}
    environment.pop("NUMBA_CACHE_DIR", None)
    return subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


@of_compiled_code
def test_processes_that_compile_at_once_all_end_right_and_leave_all_compiled(tmp_path):
    (tmp_path / "rules.py").write_text(RULES, encoding="utf-8")
    at_once = [started(tmp_path, CALLS) for _ in range(3)]
    for process in at_once:
        shown, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert shown.split()[:2] == ["12.0", "4.0"]
    shown, errors = started(tmp_path, CALLS).communicate(timeout=120)
    assert shown.split() == ["12.0", "4.0", "0"], errors
    assert not list(tmp_path.rglob("*.tmp.*"))


@of_compiled_code
def test_a_process_that_is_killed_while_it_compiles_harms_nobody(tmp_path):
    (tmp_path / "rules.py").write_text(RULES, encoding="utf-8")
    killed = started(tmp_path, f"print('begun', flush=True)\n{CALLS}")
    assert killed.stdout is not None
    killed.stdout.readline()
    beside = started(tmp_path, CALLS)
    killed.kill()
    killed.communicate()
    shown, errors = beside.communicate(timeout=120)
    assert shown.split()[:2] == ["12.0", "4.0"], errors


@of_compiled_code
def test_rules_that_were_edited_under_a_running_process_are_not_kept_as_the_old_ones(tmp_path):
    # It must neither keep new code under the name of the old rules, nor remove what the new ones have kept.
    edited = "import comity.machine_code\ncomity.machine_code.rules_on_disk = lambda: 'edited'\n"
    (tmp_path / "rules.py").write_text(RULES, encoding="utf-8")
    (tmp_path / "__pycache__").mkdir()
    newer = tmp_path / "__pycache__" / "rules.twice-3.py311.edited.0123456789abcdef.nbc"
    newer.write_bytes(b"of the new rules")
    first = "import comity.compiled\ncomity.compiled.rules_version()\n" + edited + CALLS
    shown, errors = started(tmp_path, first).communicate(timeout=120)
    assert shown.split()[:2] == ["12.0", "4.0"], errors
    assert [file.name for file in tmp_path.rglob("*.nb*")] == [newer.name]


def test_what_a_killed_process_left_half_written_goes_when_it_is_old(tmp_path):
    (kept,) = two_processes(tmp_path, "new")
    old, fresh = tmp_path / "rule.new.1.nbc.tmp.aa", tmp_path / "rule.new.2.nbc.tmp.bb"
    for file in (old, fresh):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    kept.save("float", "code")
    assert not old.exists()
    assert fresh.exists()


@pytest.mark.parametrize("content", [b"", b"x", b"\x80\x04", b"cnosuchmodule\nname\n.", b"\x80\x04\x95" + b"\xff" * 40])
def test_a_kept_file_with_anything_in_it_is_compiled_again(tmp_path, content):
    (kept,) = two_processes(tmp_path, "new")
    kept.save("float", "code")
    for file in tmp_path.glob("*.nbc"):
        file.write_bytes(content)
    assert kept.load("float") is None


@of_compiled_code
def test_comity_compile_leaves_nothing_to_be_compiled(tmp_path):
    # Every signature with which a rule is called anywhere has been met by it; in caches or not does not matter here.
    program = (
        "import comity, comity.compiled\n"
        "from comity.cli import main\n"
        "def met():\n"
        "    return {rule.__qualname__: len(rule.dispatcher.overloads) for rule in comity.compiled._met}\n"
        "assert main(['compile', '--quiet']) == 0\n"
        "before = met()\n"
        "for name in ('teaching', 'synthetic', 'hld_gfmd_2025'):\n"
        "    comity.run(name, seed=3, keep='trust').tables()\n"
        "comity.run(comity.load('hld_gfmd', patches=['binding_arena']), seed=1).tables()\n"
        "comity.ForumModel('teaching', agents=True).step()\n"
        "main(['explain', 'teaching', '--actor', 'NORTHLAND', '--what', 'trust'])\n"
        "print([name for name, n in met().items() if n > before.get(name, 0)])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "[]"


# --- compiled rules that come with a wheel ---

PORTABLY = """
from pathlib import Path
from comity.machine_code import compile_portably
compile_portably(Path("cache"))
"""
HERE = """
from pathlib import Path
import comity.machine_code
comity.machine_code.PREBUILT = Path("prebuilt")
"""


def call_rules(folder: Path, program: str, **variables: str) -> list[str]:
    """Call the rules of a folder in a Python of its own: what they return, and how many it has compiled."""
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), *sys.path])), **variables}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", program + CALLS],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="module")
def prebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rules beside one in which they are compiled for all processors of the kind, as in a wheel."""
    if _level_here(platform_of_llvm()) is None:
        pytest.skip("this processor is older than those for which wheels have compiled rules")
    folder = tmp_path_factory.mktemp("prebuilt")
    (folder / "rules.py").write_text(RULES, encoding="utf-8")
    assert call_rules(folder, PORTABLY) == ["12.0", "4.0", "3"]
    (folder / "prebuilt").mkdir()
    for file in (folder / "cache").glob("*/*.nbc"):
        file.rename(folder / "prebuilt" / file.name)
    return folder


def platform_of_llvm() -> str:
    from llvmlite import binding

    return binding.get_process_triple()


@of_compiled_code
def test_rules_that_come_with_a_wheel_are_not_compiled_again(prebuilt):
    assert call_rules(prebuilt, HERE) == ["12.0", "4.0", "0"]
    assert not list((prebuilt / "__pycache__").glob("*.nbc"))


@of_compiled_code
@pytest.mark.parametrize(
    ("what", "program", "variables"),
    [
        ("a processor that the user has chosen", "", {"NUMBA_CPU_NAME": "generic"}),
        ("other rules", "comity.machine_code.rules_version = lambda: 'tampered'\n", {}),
        (
            "an older processor",
            "comity.machine_code._LEVELS = {\n"
            "    name: comity.machine_code._Level(level.name, frozenset({'no_such_feature'}))\n"
            "    for name, level in comity.machine_code._LEVELS.items()\n}\n",
            {},
        ),
    ],
)
def test_rules_of_a_wheel_that_do_not_fit_are_compiled_as_ever(prebuilt, what, program, variables):
    *values, compiled_now = call_rules(prebuilt, HERE + program, **variables)
    assert values == ["12.0", "4.0"]
    assert int(compiled_now) >= 3, what


@pytest.mark.parametrize("library", ["numba", "llvmlite"])
def test_compiled_rules_are_those_of_one_version_of_numba_and_llvmlite(tmp_path, monkeypatch, library):
    (kept,) = two_processes(tmp_path, "rules")
    kept.save("float", "code")
    monkeypatch.setattr(f"{library}.__version__", "0.0")
    (later,) = two_processes(tmp_path, "rules")
    assert later.load("float") is None


@of_compiled_code
def test_rules_are_declared_and_scenarios_checked_without_numba():
    program = "import sys, comity.rules, comity.scenario\nprint('numba' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "False"


@of_compiled_code
def test_two_threads_that_call_a_rule_first_make_it_once():
    @compiled
    def once(value):
        return value + 1.0

    with ThreadPoolExecutor(8) as pool:
        made = {id(dispatcher) for dispatcher in pool.map(lambda _: once.dispatcher, range(64))}
    assert len(made) == 1


PACKAGE = Path(comity.__file__).parent


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's sources."""
    copy = tmp_path / "comity"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "scenarios"))
    (copy / "__pycache__").mkdir()
    return copy


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("rules/persuasion.py", '"""Persuasion: positions move', '"""Persuasion: positions go'),
        ("rules/trust.py", "# The loop over listeners", "# This loop over listeners"),
        ("rules/act.py", "Differences of position below this", "Distances of position below this"),
        ("rules/logistic.py", "utility: float) -> float:", "utility: int) -> object:"),
        ("record/tables/by_meeting.py", "trace.practices", "trace.practices + 1"),
        ("measures.py", "def ", "def  "),
        ("commands/compiling.py", "1.5", "2.5"),
        ("words/describe.py", "_WIDTH = 98", "_WIDTH = 97"),
    ],
)
def test_what_cannot_change_a_run_does_not_change_the_version_of_the_rules(package, file, before, after):
    version = rules_on_disk(package)
    assert version == rules_version()
    text = (package / file).read_text(encoding="utf-8")
    assert before in text
    (package / file).write_text(text.replace(before, after), encoding="utf-8")
    assert rules_on_disk(package) == version


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("rules/persuasion.py", "if abs(difference) > bound:", "if abs(difference) >= bound:"),
        ("rules/chairing.py", '"chair_selectivity", 6.0', '"chair_selectivity", 7.0'),
        ("forum/room.py", "choose_acts(talk, run, floor, acts)\n", "pass\n"),
        ("scenario/presets.py", '"backlash_rate": 0.0', '"backlash_rate": 0.1'),
        ("world/world.py", "BOTH = 2", "BOTH = 3"),
        ("scenario/forums.py", "politicisation: float", "politicisation: int"),
        ("population/prior_trust.py", "def prior_trust", "def _prior_trust"),
        ("randomness.py", "import hashlib", "import hashlib, os"),
    ],
)
def test_what_can_change_a_run_changes_the_version_of_the_rules(package, file, before, after):
    text = (package / file).read_text(encoding="utf-8")
    assert before in text
    (package / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    assert rules_on_disk(package) != rules_version()


def test_the_rules_version_is_twelve_hexadecimal_digits():
    assert len(rules_version()) == 12
    int(rules_version(), 16)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_comparison_sees_a_difference(seed, load_teaching, first_difference):
    # Negative control: a parameter moved by a thousandth does not pass as the same run.
    other = comity.run(load_teaching(trust_learning=1.001), seed=seed)
    assert first_difference(comity.run("teaching", seed=seed), other, tolerance=1e-12) != ""
