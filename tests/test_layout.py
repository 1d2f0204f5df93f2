"""The house keeps its plan: source roots, the direction of imports, light start, consistent pins."""

from __future__ import annotations

import ast
import graphlib
import itertools
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
SOURCE_ROOTS = ("model", "experiments", "dashboards")
PACKAGE = ROOT / "model" / "comity"
REQUIREMENTS = sorted(f"requirements/{file.name}" for file in (ROOT / "requirements").glob("*.txt"))

# The rooms of comity from the ground up: a file may import its own room and those of the lines above, file by file.
FLOORS = (
    (
        "errors",
        "phases",
        "extras",
        "cards",
        "rules_hash",
        "machine_code",
        "compiled",
        "folders",
        "mechanism",
        "own_code",
        "randomness",
    ),
    ("world",),
    ("rules",),
    ("scenario",),
    ("population", "posterior"),
    ("forum",),
    ("mesa_model",),
    ("record",),
    ("runs", "saved"),
    ("measures", "bands", "data_dictionary", "many", "plot", "facts"),
    ("words", "briefs"),
    ("env",),
    ("__init__",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def module_name(path: Path, root: Path) -> str:
    """Return the dotted name of a file below a source root; a package's ``__init__`` is the package."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, name: str, source: str | None = None) -> Iterator[tuple[int, str]]:
    """Yield line and dotted target of every import that can run; ``from a import b`` is ``a.b``.

    What stands under ``if TYPE_CHECKING`` never runs: an agent may name the type of its model.
    """
    is_package = path.name == "__init__.py"
    tree = ast.parse(path.read_text(encoding="utf-8") if source is None else source, filename=str(path))
    branches = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    typing_only = [branch for branch in branches if ast.unparse(branch.test) == "TYPE_CHECKING"]
    skipped = {id(inner) for block in typing_only for child in block.body for inner in ast.walk(child)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = name.split(".") if is_package else name.split(".")[:-1]
                above = package[: len(package) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def inside_comity(target: str) -> str | None:
    """Return the target below comity, ``__init__`` for what the package itself offers, None for others.

    >>> inside_comity("comity.scenario.load")
    'scenario.load'
    """
    head, _, rest = target.partition(".")
    if head != "comity":
        return None
    return rest if rest.split(".")[0] in FLOOR_OF else "__init__"


def covers(allowed: str, target: str) -> bool:
    """Tell whether a name covers a target: the same name, or one that lies below it."""
    return target == allowed or target.startswith(allowed + ".")


def wrong_imports(path: Path, package: Path = PACKAGE, source: str | None = None) -> list[str]:
    """Return the imports of one file of comity that go up, as sentences."""
    name = module_name(path, package.parent)
    home = name.partition(".")[2].split(".")[0] or "__init__"
    wrong = []
    for line, target in imports(path, name, source):
        inner = inside_comity(target)
        if inner is not None and FLOOR_OF[inner.split(".")[0]] > FLOOR_OF[home]:
            wrong.append(f"{path.relative_to(package.parent)}:{line}: {home} must not import {target}")
    return wrong


def package_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_source_roots_are_no_packages():
    found = [root for root in SOURCE_ROOTS if (ROOT / root / "__init__.py").exists()]
    assert not found, f"{found} must not have an __init__.py: they are folders on the path"


def test_no_source_file_is_longer_than_350_lines():
    files = [file for root in SOURCE_ROOTS for file in sorted((ROOT / root).rglob("*.py"))]
    lines = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert lines
    assert {file: n for file, n in lines.items() if n > 350} == {}, "split them"


def test_nothing_is_imported_by_the_name_of_a_source_root():
    wrong = []
    for root in (*SOURCE_ROOTS, "tests", "scenarios"):
        for path in sorted((ROOT / root).rglob("*.py")):
            for line, target in imports(path, module_name(path, ROOT)):
                if target.split(".")[0] in SOURCE_ROOTS:
                    wrong.append(f"{path.relative_to(ROOT)}:{line}: import {target}")
    assert not wrong, "\n".join(wrong)


def test_every_module_of_comity_has_a_floor():
    here = {module_name(path, PACKAGE.parent).partition(".")[2].split(".")[0] for path in package_files()}
    assert here - {""} == set(FLOOR_OF) - {"__init__"}, "say in FLOORS where each room lies"


def test_imports_run_one_way():
    wrong = [sentence for path in package_files() for sentence in wrong_imports(path)]
    assert not wrong, "\n".join(wrong)


def file_graph(root: Path) -> dict[str, set[str]]:
    """Return for each file below a folder, by dotted name, the files of the same folder that it imports."""
    names = {module_name(path, root.parent): path for path in sorted(root.rglob("*.py"))}
    graph: dict[str, set[str]] = {}
    for name, path in names.items():
        targets = set()
        for _, target in imports(path, name):
            found = target if target in names else target.rpartition(".")[0]
            if found in names and found != name:
                targets.add(found)
        graph[name] = targets
    return graph


@pytest.mark.parametrize("package", ["model/comity", "experiments/comity_lab", "dashboards/comity_classroom"])
def test_files_import_each_other_in_no_circle(package):
    graphlib.TopologicalSorter(file_graph(ROOT / package)).prepare()


@pytest.mark.parametrize(
    ("file", "source", "n_wrong"),
    [
        ("rules/trust.py", "from comity.world.world import World", 0),
        ("rules/trust.py", "from comity.scenario import Parameters", 1),
        ("rules/trust.py", "from ..forum import room", 1),
        ("rules/trust.py", "from comity.rules.act import act", 0),
        ("forum/room.py", "def seat():\n    import comity.rules.seating", 0),
        ("forum/room.py", "def seat():\n    import comity.record", 1),
        ("scenario/__init__.py", "from .loading import load\nfrom ..errors import InputError", 0),
        ("scenario/parameters.py", "from comity.rules import RULES", 0),
        ("mesa_model/model.py", "from comity.forum import room\nfrom comity import record", 1),
        ("mesa_model/model.py", "if TYPE_CHECKING:\n    from comity.record import Record", 0),
        ("record/record.py", "from comity import load", 1),
        ("measures.py", "import comity.record", 0),
        ("cli.py", "from comity.record import Record\nimport numpy", 0),
    ],
)
def test_the_check_itself_sees_a_wrong_import(file, source, n_wrong):
    assert len(wrong_imports(PACKAGE / file, source=source)) == n_wrong


# --- the lab and the application ---

HOUSES = ("comity", "comity_lab", "comity_dashboard", "comity_classroom")
"""Packages in the order of their imports: each may import those before it, and none that comes after."""

FRAME = ("app", "served", "serving", "commands")
"""Modules of the application that may know its pages."""


def wrong_houses(path: Path, root: Path, source: str | None = None) -> list[str]:
    """Return the imports of one file that go to a later package, or inside the application back to a page."""
    name = module_name(path, root)
    house, _, inner = name.partition(".")
    later = HOUSES[HOUSES.index(house) + 1 :]
    wrong = []
    for line, target in imports(path, name, source):
        head, _, rest = target.partition(".")
        # The command line mounts the commands of all packages.
        mounts = name == "comity.cli" and (head == "comity_lab" or rest.split(".")[0].endswith("commands"))
        if head in later and not mounts:
            wrong.append(f"{name}:{line}: {house} must not import {target}")
        elif house == head == "comity_dashboard" and rest.split(".")[0] == "pages":
            if inner.split(".")[0] not in ("pages", *FRAME):
                wrong.append(f"{name}:{line}: only the frame knows pages, and this imports {target}")
            elif inner.startswith("pages.") and not covers(name, target):
                wrong.append(f"{name}:{line}: a page must not import another, {target}")
        elif house == head == "comity_dashboard" and inner.startswith("figures."):
            if rest.split(".")[0] not in ("atlas", "figures", "palette", "phrases"):
                wrong.append(f"{name}:{line}: a figure is a function of tables and must not import {target}")
    return wrong


def test_packages_are_imported_one_way_and_figures_know_no_page():
    files = [
        (path, ROOT / root)
        for root in SOURCE_ROOTS
        for house in HOUSES
        for path in sorted((ROOT / root / house).rglob("*.py"))
    ]
    assert {module_name(*file).split(".")[0] for file in files} >= {"comity", "comity_lab", "comity_dashboard"}
    wrong = [sentence for file in files for sentence in wrong_houses(*file)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("root", "file", "source", "n_wrong"),
    [
        ("model", "comity/record.py", "import comity_dashboard.story", 1),
        ("model", "comity/record.py", "from comity_lab import sweep", 1),
        ("model", "comity/cli.py", "from comity_dashboard.runs import story_of", 1),
        ("model", "comity/cli.py", "import comity_dashboard.commands", 0),
        ("experiments", "comity_lab/store.py", "def read():\n    from comity_dashboard import runs", 1),
        ("dashboards", "comity_dashboard/figures/swept.py", "from comity_lab.reading import SweepTables", 0),
        ("dashboards", "comity_dashboard/figures/watch.py", "from comity_dashboard.pages.watch import Watch", 1),
        ("dashboards", "comity_dashboard/figures/watch.py", "from comity_dashboard.runs import story_of", 1),
        ("dashboards", "comity_dashboard/story.py", "from comity_dashboard.pages import watch", 1),
        ("dashboards", "comity_dashboard/pages/watch.py", "from comity_dashboard.pages.change import Change", 1),
        ("dashboards", "comity_dashboard/app.py", "from comity_dashboard.pages.change import Change", 0),
        ("dashboards", "comity_dashboard/app.py", "import comity_classroom", 1),
    ],
)
def test_the_check_of_packages_itself_sees_a_wrong_import(root, file, source, n_wrong):
    assert len(wrong_houses(ROOT / root / file, ROOT / root, source)) == n_wrong


def test_the_command_line_starts_without_the_heavy_libraries():
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import comity.cli"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(ROOT / root) for root in SOURCE_ROOTS)},
    )
    assert result.returncode == 0, result.stderr
    assert not result.stdout, "importing prints nothing"
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "comity.cli" in imported
    assert not imported & {"mesa", "numba", "pandas", "solara"}


def pins(python: str) -> dict[str, Requirement]:
    """Return the pins of constraints.txt that hold on a version of Python, by name; one each."""
    found: dict[str, Requirement] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if text := line.partition("#")[0].strip():
            pin = Requirement(text)
            if pin.marker is None or pin.marker.evaluate({"python_version": python}):
                assert canonicalize_name(pin.name) not in found, f"two pins of {pin.name} on {python}"
                found[canonicalize_name(pin.name)] = pin
    return found


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_every_dependency_is_pinned_within_its_bounds(python):
    pinned = pins(python)
    groups = [project()["dependencies"], *project()["optional-dependencies"].values()]
    for requirement in map(Requirement, itertools.chain.from_iterable(groups)):
        pin = pinned.get(canonicalize_name(requirement.name))
        assert pin, f"constraints.txt does not pin {requirement.name}"
        version = str(pin.specifier).removeprefix("==")
        assert requirement.specifier.contains(version), f"{pin} is outside of {requirement}"


@pytest.mark.parametrize(
    "file", ["constraints.txt", "Makefile", "pyproject.toml", ".ci/run", "install.py", *REQUIREMENTS]
)
def test_no_address_of_a_registry_is_written_down(file):
    own = project().get("urls", {}).values()
    text = (ROOT / file).read_text(encoding="utf-8")
    for address in own:
        text = text.replace(address, "")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text
