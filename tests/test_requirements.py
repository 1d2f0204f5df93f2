"""What is installed is known by its hash and by its licence."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "requirements"
HOLDS = {
    "comity": (),
    "dashboard": ("dashboard",),
    "classroom": ("classroom",),
    "dev": ("dev", "docs", "mesa", "analysis", "notebook", "discover", "env", "cluster", "dashboard", "classroom"),
}


def script(name, file):
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


licenses = script("licenses", FOLDER / "licenses.py")
install = script("install", ROOT / "install.py")


def blocks(file):
    """Return the requirements of a file, each with its hashes."""
    text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    found = []
    for block in re.split(r"\n(?=\S)", text.strip()):
        if not block.startswith(("#", "-r ")):
            head, *hashes = [part.strip().removesuffix("\\").strip() for part in block.splitlines()]
            found.append((Requirement(head), hashes))
    return found


def pinned(file, python):
    """Return the pins of a file, and of the one with which it begins, that hold on a version of Python."""
    files = [file] if file == "comity" else ["comity", file]
    found: dict[str, set[str]] = {}
    for requirement, _ in itertools.chain.from_iterable(map(blocks, files)):
        place = {"python_version": python, "python_full_version": f"{python}.9", "extra": ""}
        if requirement.marker is None or requirement.marker.evaluate(place):
            found.setdefault(canonicalize_name(requirement.name), set()).add(str(requirement.specifier))
    return found


@pytest.mark.parametrize("file", HOLDS)
def test_every_package_is_one_version_and_has_hashes(file):
    text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    assert file == "comity" or "\n-r comity.txt\n" in text
    assert len(blocks(file)) > 5
    for requirement, hashes in blocks(file):
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        for line in hashes:
            assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line), f"{requirement}: {line}"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("file", HOLDS)
def test_the_versions_are_those_of_the_constraints_and_nothing_is_left_out(file, python):
    found = pinned(file, python)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if text := line.partition("#")[0].strip():
            pin = Requirement(text)
            place = {"python_version": python, "python_full_version": f"{python}.9"}
            if pin.marker is None or pin.marker.evaluate(place):
                assert found.get(canonicalize_name(pin.name), {str(pin.specifier)}) == {str(pin.specifier)}, pin
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], "hatchling"]
    for extra in HOLDS[file]:
        wanted += project["optional-dependencies"][extra]
    for requirement in map(Requirement, wanted):
        (version,) = found[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version.removeprefix("==")), f"{requirement} is {version}: lock again"


def test_the_installer_knows_the_same_files_and_extras():
    assert set(install.WHAT) == set(HOLDS) == {file.stem for file in FOLDER.glob("*.txt")}
    for what, extras in HOLDS.items():
        assert install.EXTRAS.get(what, "").strip("[]") == ",".join(extras)


ABOVE = {
    "distributed": "2026.1.1",
    "filelock": "3.20.3",
    "fonttools": "4.60.2",
    "h11": "0.16",
    "jinja2": "3.1.6",
    "markdown": "3.8.1",
    "pillow": "12.1.1",
    "pyarrow": "14.0.1",
    "pymdown-extensions": "10.16.1",
    "requests": "2.32.4",
    "setuptools": "78.1.1",
    "solara": "1.35.1",
    "starlette": "1.3.1",
    "tornado": "6.5.3",
    "urllib3": "2.6.3",
}
"""First versions without a known advisory."""


@pytest.mark.parametrize(("name", "version"), ABOVE.items())
def test_what_is_installed_lies_above_known_advisories(name, version):
    pins = [
        requirement for file in HOLDS for requirement, _ in blocks(file) if canonicalize_name(requirement.name) == name
    ]
    assert pins, f"{name} is not installed: remove it here"
    for pin in pins:
        assert Version(str(pin.specifier).removeprefix("==")) >= Version(version)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
    for requirement in map(Requirement, own):
        if canonicalize_name(requirement.name) == name:  # what is asked for by name has the floor itself
            floors = [Version(part.version) for part in requirement.specifier if part.operator == ">="]
            assert floors, requirement
            assert max(floors) >= Version(version), requirement


# --- licences ---


def listed():
    rows = re.findall(
        r"^\| ([\w-]+) \| ([^|]+) \| ([^|]+) \| (\w+) \|$", licenses.TABLE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name: (versions.split(", "), licence) for name, versions, licence, _ in rows if name != "package"}


def test_the_list_of_licences_has_every_package_with_its_versions():
    assert {name: versions for name, (versions, _) in listed().items()} == {
        name: versions for name, (versions, _) in licenses.locked().items()
    }, "python requirements/licenses.py --write"


def test_no_licence_is_unknown_or_reaches_further_than_its_own_files():
    wrong = {name: licence for name, (_, licence) in listed().items() if not licenses.is_allowed(licence)}
    assert wrong == licenses.APART
    for file in set(HOLDS) - {"dev"}:
        assert not {canonicalize_name(requirement.name) for requirement, _ in blocks(file)} & set(wrong), file


def test_the_list_says_what_the_metadata_say():
    wrong = []
    for name, (versions, licence) in listed().items():
        with contextlib.suppress(PackageNotFoundError):  # of other systems, Pythons or extras
            package = distribution(name)
            told = licenses.licence_of(package)
            if not (licenses.is_allowed(told) or name in licenses.APART) or (
                package.version == versions[0] and told != licence
            ):
                wrong.append(f"{name}: {told or 'unknown'}, not {licence}: python requirements/licenses.py --write")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ({"License-Expression": "MIT OR GPL-3.0-only"}, True),
        ({"License-Expression": "MIT AND GPL-3.0-only"}, False),
        ({"License-Expression": "AGPL-3.0-or-later"}, False),
        ({"License": "GPLv3"}, False),
        ({"License": "Free for everybody but banks"}, False),
        ({}, False),
        ({"License": "MIT License\n\nPermission is hereby granted"}, True),
        ({"Classifier": ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]}, False),
        ({"Classifier": ["Topic :: X", "License :: OSI Approved :: ISC License (ISCL)"]}, True),
    ],
)
def test_the_check_of_licences_itself_sees_a_wrong_one(metadata, licence):
    told = SimpleNamespace(get=metadata.get, get_all=metadata.get)
    assert licenses.is_allowed(licenses.licence_of(SimpleNamespace(metadata=told))) is licence
