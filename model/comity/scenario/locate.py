"""Where the shipped scenarios are: in a checkout or inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

from comity.errors import InputError, nearest

__all__ = ["find_scenario", "is_file", "scenario_folder", "shipped_patches", "shipped_scenarios"]

_NOT_SCENARIOS = ("claims", "facts")
"""Files beside the scenarios that are none."""


def scenario_folder() -> Path:
    """Return the folder of the shipped scenarios."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "scenarios", package.parents[1] / "scenarios"):
        if folder.is_dir():
            return folder
    raise InputError("scenarios: the folder of shipped scenarios was not found. Reinstall comity.")


def shipped_scenarios() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in scenario_folder().glob("*.toml") if path.stem not in _NOT_SCENARIOS)


def shipped_patches() -> list[str]:
    """Return the names of the shipped what-if patches."""
    return sorted(path.stem for path in (scenario_folder() / "patches").glob("*.toml"))


def is_file(path: Path) -> bool:
    """Return whether there is such a file; a path longer than the system takes, or with a zero in it, is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def find_scenario(name: str | Path, beside: Path | None = None, kind: str = "scenario") -> Path:
    """Return the file of a scenario or patch, given its path or its shipped name.

    Parameters
    ----------
    name
        Path to a TOML file, or the name of a shipped scenario or patch; as a patch also a Python file with a mechanism.
    beside
        Folder that is searched first, for ``extends`` in a user's own file.
    kind
        ``"scenario"`` or ``"patch"``.
    """
    given = Path(name)
    known = shipped_patches() if kind == "patch" else shipped_scenarios()
    if not given.name:
        raise InputError(
            f"{kind} must be the path of a .toml file or a shipped name, got {str(name)!r}. {nearest('', known)}"
        )
    shipped = scenario_folder() / "patches" if kind == "patch" else scenario_folder()
    file = given if given.suffix == ".toml" else given.with_name(given.name + ".toml")
    if kind == "patch" and given.suffix == ".py":
        shipped, file = scenario_folder() / "mechanisms", given
    for candidate in ([beside / file] if beside else []) + [file, shipped / file]:
        if is_file(candidate):
            return candidate.resolve()
    if kind == "scenario" and str(name) in shipped_patches():
        raise InputError(
            f"{name}: is a what-if, no scenario. Lay it over one: --patch {name}, or in a file "
            f'extends = ["hld_gfmd", "{name}"].'
        )
    own = ", or that of a .py file with a mechanism" if kind == "patch" else ""
    raise InputError(
        f"{name!s:.200}: no such {kind}; expected the path of a .toml file or a shipped name{own}. "
        f"{nearest(str(name), known)}"
    )
