"""Finds the shipped designs, studies and recorded votes, in a checkout or in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from comity.errors import InputError, nearest
from comity.scenario.locate import scenario_folder

__all__ = [
    "find_design",
    "find_study",
    "find_votes",
    "shipped_design",
    "shipped_designs",
    "shipped_studies",
    "shipped_votes",
]

_PREFIX = "study_"


def shipped_designs() -> list[str]:
    """Return the names of the shipped designs, which ``comity sweep`` takes."""
    return sorted(file.stem for file in _folder().glob("*.toml"))


def shipped_studies() -> list[str]:
    """Return the names of the shipped studies, which ``python -m comity_lab.studies`` takes."""
    return sorted(file.stem.removeprefix(_PREFIX) for file in _folder().glob(f"{_PREFIX}*.py"))


def shipped_votes() -> list[str]:
    """Return the names of the recorded votes, which ``comity score --votes`` takes."""
    return sorted(file.stem for file in _votes().glob("*.csv"))


def find_design(given: Path) -> Path:
    """Return the file of a design, given as a path or as a shipped name."""
    return _find(given, _folder(), shipped_designs(), ".toml", "design")


def shipped_design(name: str) -> Path:
    """Return the file of a shipped design, or raise InputError for another name."""
    if name not in (known := shipped_designs()):
        raise InputError(f"design: must be a shipped design, got {name!r}. {nearest(name, known)}")
    return _folder() / f"{name}.toml"


def find_votes(given: Path) -> Path:
    """Return the file of a recorded vote, given as a path or as a shipped name."""
    return _find(given, _votes(), shipped_votes(), ".csv", "--votes")


def find_study(name: str) -> Path:
    """Return the file of a shipped study, or raise InputError."""
    known = shipped_studies()
    short = name.removeprefix(_PREFIX)
    if short not in known:
        raise InputError(f"studies: must be a shipped study, got {name!r}. {nearest(short, known)}")
    return _folder() / f"{_PREFIX}{short}.py"


def _find(given: Path, folder: Path, known: list[str], ending: str, kind: str) -> Path:
    """Return a path as it is given; a bare name stands for a file here, else for a shipped one."""
    if given.exists() or given.suffix == ending or len(given.parts) != 1:
        return given
    here = given.with_name(given.name + ending)
    if here.is_file():
        return here
    if given.name in known:
        return folder / f"{given.name}{ending}"
    raise InputError(
        f"{kind}: must be the path of a {ending} file or a shipped name, got {given.name!r}. "
        f"{nearest(given.name, known)}"
    )


def _folder() -> Path:
    """Return the folder of designs and studies: ``hatch_build.py`` puts them into the package in a wheel."""
    package = Path(__file__).parent
    inside = package / "shipped_designs"
    return inside if inside.is_dir() else package.parent


def _votes() -> Path:
    return scenario_folder() / "data" / "votes"
