"""What a wheel holds, and that it works in a bare environment, in an empty folder, outside of the checkout."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").rglob("*.md")) if page.parent.name != "add")]
README = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
"""Without the pages on how to add to the code, which need a checkout."""


def built(folder: Path, source: Path = ROOT, target: str = "wheel") -> Path:
    """Build a wheel or an sdist of a source into a folder, and return its file."""
    pytest.importorskip("hatchling", reason="hatchling is not installed (extra dev)")
    words = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(words, cwd=source, check=True, capture_output=True, timeout=120)
    (file,) = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


def test_it_holds_what_readme_and_the_commands_name(names):
    for file in (ROOT / "experiments").glob("*.toml"):
        assert f"comity_lab/shipped_designs/{file.name}" in names
    for file in (ROOT / "experiments").glob("study_*.py"):
        assert f"comity_lab/shipped_designs/{file.name}" in names
    assert "comity/ODD.md" in names
    for name in re.findall(r"[`( ]((?:scenarios|model|experiments)/[\w./-]+)", README):
        inside = name.replace("model/ODD.md", "comity/ODD.md").replace("scenarios/", "comity/scenarios/", 1)
        inside = inside.replace("experiments/", "comity_lab/shipped_designs/", 1)
        assert any(found.startswith(inside) for found in names), f"README names {name}, which no wheel holds"


def test_it_holds_every_file_of_the_packages_and_no_other(names):
    tracked = {
        f"{package}/{file.relative_to(ROOT / room / package).as_posix()}"
        for room, package in (
            ("model", "comity"), ("experiments", "comity_lab"), ("dashboards", "comity_dashboard"),
            ("dashboards", "comity_classroom"),
        )
        for file in (ROOT / room / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }  # fmt: skip
    added = ("comity/ODD.md", "comity/scenarios/", "comity_lab/shipped_designs/")
    assert {name for name in names if not name.startswith(added) and ".dist-info/" not in name} == tracked
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests/", "experiments/"))]


def test_an_sdist_makes_the_same_wheel_and_holds_what_a_checkout_has(tmp_path, names):
    with tarfile.open(built(tmp_path / "sdist", target="sdist")) as file:
        file.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # from 3.11.4 on
    (source,) = tmp_path.glob("comity-*")
    for name in ("Makefile", "install.py", "CONTRIBUTING.md", "constraints.txt", "requirements/comity.txt", "tests"):
        assert (source / name).exists(), name
    with zipfile.ZipFile(built(tmp_path / "wheel", source)) as file:
        assert set(file.namelist()) == names


def test_the_release_builds_wheels_by_steps_that_exist():
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed (extra dev)")
    release = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    assert release[True]["push"]["tags"]  # YAML reads the key "on" as a truth value
    systems, pythons = (release["jobs"]["compiled"]["strategy"]["matrix"][name] for name in ("system", "python"))
    assert {name.partition("-")[0] for name in systems} == {"ubuntu", "macos", "windows"}
    assert {f"Programming Language :: Python :: {python}" for python in pythons} <= set(
        tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    )
    for job in release["jobs"].values():
        assert set(job) <= {"name", "runs-on", "strategy", "steps"}
        for step in job["steps"]:
            assert set(step) <= {"name", "uses", "with", "run", "shell", "working-directory"}
            assert ("uses" in step) != ("run" in step)
            assert re.fullmatch(r"actions/[\w-]+@v\d+", step.get("uses", "actions/x@v1"))
            for variable in re.findall(r"\${{ *(.*?) *}}", str(step)):
                assert variable in ("matrix.system", "matrix.python")
            for word in step.get("run", "").split():
                if word.endswith((".py", ".txt")):
                    assert (ROOT / word).is_file(), word


# --- a bare environment ---


class Bare:
    """An environment with a wheel and what it needs, and an empty folder to work in."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python, self.folder, self.variables = python, folder, dict[str, str]()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment as a user of a bare machine does."""
        if words[0] == "comity":
            words = (str(self.python.with_name("comity")), *words[1:])
        elif words[0] == "python":
            words = (str(self.python), *words[1:])
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
        home = {"HOME": str(self.folder), "USERPROFILE": str(self.folder), "PATH": str(self.python.parent)}
        return subprocess.run(
            words,
            cwd=self.folder,
            env=kept | home | self.variables,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=600,
        )


@pytest.fixture(scope="module")
def compiled_wheel(tmp_path_factory):
    """The wheel for this Python and system, with compiled rules."""
    pytest.importorskip("hatchling", reason="hatchling is not installed (extra dev)")
    spec = importlib.util.spec_from_file_location("wheel", ROOT / "wheel.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    out = tmp_path_factory.mktemp("compiled wheel")
    script.build(sys.executable, out)
    (file,) = out.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def bare(compiled_wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare machine")
    environment = folder / "environment"
    made = subprocess.run([sys.executable, "-m", "venv", str(environment)], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"this Python makes no environments: {made.stderr or made.stdout}")
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install(python, str(compiled_wheel))
    (folder / "empty").mkdir()
    return Bare(python, folder / "empty")


def install(python: Path, wanted: str) -> None:
    """Install something with the versions of the checkout."""
    words = [str(python), "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), wanted]
    done = subprocess.run(words, capture_output=True, text=True, cwd=python.parent)
    if done.returncode:
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave(f"a wheel cannot be installed here, perhaps for want of a network: {done.stderr[-300:]}")


@pytest.fixture(scope="module")
def full(bare, compiled_wheel):
    """The bare environment, after what a plain install can do was seen, with what README and lessons use more."""
    install(bare.python, f"{compiled_wheel}[analysis,mesa,discover]")
    return bare


COUNTED = "import sys, comity.compiled; from comity.cli import main; main(sys.argv[1:]); print(comity.compiled.compiled_here())"


@pytest.mark.slow
@pytest.mark.wheel
def test_a_plain_install_has_nothing_to_compile_and_runs_scores_and_sweeps(bare):
    for words in (
        "run teaching --quiet",
        "run hld_gfmd --quiet --keep trust",
        "score teaching --replicates 2 --workers 1 --quiet",
        "whatif no_trust_learning --scenario teaching --replicates 2 --workers 1 --quiet",
        "sweep run what_if --dry-run --quiet",
        "compile --quiet",
    ):
        done = bare.run("python", "-c", COUNTED, *words.split())
        assert done.returncode == 0, f"{words}: {done.stderr}"
        assert done.stdout.splitlines()[-1] == "0", words
    assert not list(bare.python.parents[1].rglob("__pycache__/*.nbc"))
    for name in ("mesa", "scipy", "matplotlib", "SALib", "networkx"):
        assert bare.run("python", "-c", f"import {name}").returncode, f"{name} is installed"


@pytest.mark.slow
@pytest.mark.wheel
def test_a_wheel_that_is_not_for_these_rules_compiles_them_as_ever(bare):
    # The control: the same environment, with an edited rule, and for a processor of the user's choice.
    (rule,) = bare.python.parents[1].rglob("comity/rules/logistic.py")
    text = rule.read_text(encoding="utf-8")
    changed = text + "\n\n_EDITED = True\n"
    program = "import numpy, comity.compiled; from comity.randomness import uniform; k = numpy.uint64(1)\n"
    program += "uniform(k, k, k, k, k); print(comity.compiled.compiled_here())"
    assert bare.run("python", "-c", program).stdout.strip() == "0"
    try:
        rule.write_text(changed, encoding="utf-8")
        assert int(bare.run("python", "-c", program).stdout) > 0
    finally:
        rule.write_text(text, encoding="utf-8")
    bare.variables = {"NUMBA_CPU_NAME": "generic"}
    assert int(bare.run("python", "-c", program).stdout) > 0
    bare.variables = {}


@pytest.mark.slow
@pytest.mark.wheel
@pytest.mark.parametrize("what", ["dashboard", "classroom"])
def test_the_hint_for_a_missing_extra_fits_a_wheel(bare, what):
    done = bare.run("comity", what)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(f'-m pip install "comity[{what}]"')
    assert "constraints" not in done.stderr


@pytest.mark.slow
@pytest.mark.wheel
def test_readme_works_from_a_wheel_in_an_empty_folder(full):
    bare = full
    wrong = []
    commands = [
        command.strip()
        for line in re.findall(r"^    (comity .*)$", README, re.MULTILINE)
        for command in line.split("#")[0].split(";")
    ]
    scripts = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(commands) > 15
    assert len(scripts) > 3
    for command in dict.fromkeys(commands):
        if not command.startswith(("comity dashboard", "comity classroom")):
            done = bare.run(*shlex.split(command))
            if done.returncode or not done.stdout:
                wrong.append(f"{command}: {done.stderr[-300:]}")
    for number, script in enumerate(scripts):
        # In a file, as a reader would have it: its processes are started anew and read it again.
        file = bare.folder / f"block_{number}.py"
        file.write_text(script, encoding="utf-8")
        done = bare.run("python", str(file))
        if done.returncode or not done.stdout:
            wrong.append(f"block {number}: {done.stderr[-300:]}")
    for command in ("python -m comity_lab.studies", "python -m comity_lab.studies rhythm --quick --workers 1"):
        done = bare.run(*command.split())
        if done.returncode or not done.stdout:
            wrong.append(f"{command}: {done.stderr[-300:]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.wheel
def test_every_command_and_lesson_of_the_seminar_works_from_a_wheel(full):
    wrong = []
    for lesson in sorted((ROOT / "scenarios" / "seminar").glob("*/lesson.md")):
        for block in re.findall(r"```sh\n(.*?)```", lesson.read_text(encoding="utf-8"), re.DOTALL):
            for command in block.replace("\\\n", " ").splitlines():
                if command.startswith("comity ") and not command.startswith(("comity dashboard", "comity classroom")):
                    done = full.run(*shlex.split(command, comments=True))
                    if done.returncode:
                        wrong.append(f"{lesson.parent.name}: {command}: {done.stderr[-300:]}")
    assert not wrong, "\n".join(wrong)
