"""Sources: checksums of the user's code and tables that affect the results of a sweep.

A sweep of a function, or with a runner, depends on the file that defines it and on the modules of the user that this
file imports. What was installed (the standard library, site-packages) and comity itself are not followed: the rules
have a version of their own. Imports by computed names and files that a function reads are not detected.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import CodeType
from typing import Any

from comity.errors import InputError
from comity.scenario.own_tables import with_checksums
from comity_lab.factor import Factor

__all__ = ["UNKNOWN", "check_call", "check_loaded", "code_of", "difference", "tables_named", "tables_of"]

UNKNOWN = "unknown"
"""Checksum of a function without a file, such as one in a notebook: edits cannot be detected."""

_OWN = ("comity", "comity_lab", "comity_dashboard", "comity_classroom", "comity_bench")
_met: dict[str, tuple[object, str]] = {}
"""Of each module that was loaded here: which loading it was, and the checksum of its file when it was first seen."""


def code_of(place: str) -> dict[str, str]:
    """Return the checksums of the source that a function ``module:name`` depends on, by module.

    Empty for a function that comes with comity.
    """
    module = place.partition(":")[0]
    if module.partition(".")[0] in _OWN or module in sys.builtin_module_names:
        return {}
    found: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found or name.partition(".")[0] in _OWN:
            continue
        file = _file_of(name, installed=name == module)
        if file is None:
            if name == module:
                found[name] = UNKNOWN
            continue
        data = _read(file)
        if data is None:
            found[name] = UNKNOWN
            continue
        found[name] = hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()[:16]
        if file.suffix == ".py":
            waiting += _imports(data, name, is_package=file.stem == "__init__")
    return dict(sorted(found.items()))


def check_loaded(place: str, function: Any, code: Mapping[str, str]) -> None:
    """Raise InputError if this process loaded a function before its file was edited.

    Parameters
    ----------
    place
        ``module:name``.
    function
        The imported function.
    code
        Checksums of its source as it is now.
    """
    if UNKNOWN in code.values():
        return
    is_stale = False
    for name, checksum in code.items():
        loading = getattr(sys.modules.get(name), "__spec__", None)
        if loading is not None:
            before = _met.get(name)
            if before is None or before[0] is not loading:
                _met[name] = (loading, checksum)
            else:
                is_stale |= before[1] != checksum
    file = _file_of(place.partition(":")[0], installed=True) if code else None
    own = getattr(function, "__code__", None)
    if file is not None and file.suffix == ".py" and own is not None and own.co_filename == str(file):
        is_stale |= own not in _codes(compile(_read(file) or b"", str(file), "exec", dont_inherit=True))
    if is_stale:
        raise InputError(
            f"design: {place} must be the function that its file holds now, but the file was edited after this process "
            "loaded it. Start Python again."
        )


def tables_of(paths: Iterable[str]) -> dict[str, str]:
    """Return the checksums of the user's tables among some paths; paths without a table are omitted."""
    own: dict[str, str] = {}
    for path in paths:
        own |= with_checksums({"states": path}).get("checksums", {})
    return own


def tables_named(factors: Iterable[Factor], patches: Mapping[str, Any]) -> dict[str, str]:
    """Return the checksums of the tables of the user that factors name, themselves or in a patch."""
    found: dict[str, str] = {}
    for factor in factors:
        key = factor.name.removeprefix("population.")
        for value in (factor.values or ()) if key != factor.name else ():
            found |= with_checksums({key: value}).get("checksums", {})
    for patch in patches.values():
        if isinstance(patch.get("population"), dict):
            found |= with_checksums(patch["population"]).get("checksums", {})
    return found


def difference(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Return the names whose checksums differ, in words; empty if none does."""
    names = [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return shown


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _file_of(name: str, *, installed: bool = False) -> Path | None:
    """Return the file of a module, without importing it; None if it has none, or was installed.

    Parameters
    ----------
    name
        Dotted name of the module.
    installed
        Whether one that was installed counts, as that of the function itself does.
    """
    if name == "__main__":
        place = getattr(sys.modules["__main__"], "__file__", None)
        return Path(place) if place is not None and Path(place).is_file() else None
    path: list[str] | None = None
    spec: ModuleSpec | None = None
    parts = name.split(".")
    for number in range(len(parts)):
        try:
            place_of = find_spec if number == 0 else partial(PathFinder.find_spec, path=path)
            spec = place_of(".".join(parts[: number + 1]))
        except (ImportError, ValueError, AttributeError):
            spec = None
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or [])
    if spec is None or not spec.origin:
        return None
    file = Path(spec.origin)
    return file if file.is_file() and (installed or not _is_installed(file)) else None


def _is_installed(file: Path) -> bool:
    folders = {sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    place = file.resolve()
    if {"site-packages", "dist-packages"} & set(place.parts):
        return True
    return any(folder and place.is_relative_to(Path(folder).resolve()) for folder in folders)


def _imports(source: bytes, module: str, *, is_package: bool) -> Iterator[str]:
    """Yield the names of modules that a source may import, and of the packages that they are in."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    package = module if is_package else module.rpartition(".")[0]
    yield from _with_packages(package)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_packages(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".") if package else []
                parts = parts[: len(parts) - (node.level - 1)]
                base = ".".join([*parts, *([base] if base else [])])
            yield from _with_packages(base)
            for alias in node.names:  # a name may be a module of the package
                yield f"{base}.{alias.name}" if base else alias.name


def _with_packages(name: str) -> list[str]:
    parts = name.split(".") if name else []
    return [".".join(parts[: number + 1]) for number in range(len(parts))]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for item in code.co_consts:
        if isinstance(item, CodeType):
            yield from _codes(item)


def check_call(place: str, function: Any, taken: str) -> None:
    """Raise InputError if a function does not take the arguments named in ``taken``, in that order."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # one that is compiled and does not say
        return
    try:
        signature.bind(*taken.split(", "))
    except TypeError:
        name = place.partition(":")[2]
        raise InputError(
            f"design: function {place} must take {taken}, got {name}{signature}. Write def {name}({taken})."
        ) from None
