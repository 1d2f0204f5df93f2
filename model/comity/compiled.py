"""How a rule is compiled: numba, cached on disk, and the cache is renewed when any rule changes."""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from time import time
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import numpy as np
from numba import config, njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, _CacheLocator
from numpy.typing import NDArray

__all__ = [
    "INTERPRETED",
    "Bools",
    "Flag",
    "Floats",
    "Int8s",
    "Int16s",
    "Ints",
    "Record",
    "Records",
    "UInts",
    "Whole",
    "compiled",
    "compiled_here",
    "inner",
    "lean",
    "merged",
    "records",
    "rules_version",
    "unkept_in",
]

INTERPRETED = bool(config.DISABLE_JIT)
"""Whether rules run uncompiled, for debugging: set NUMBA_DISABLE_JIT=1 before starting Python."""

Rule = TypeVar("Rule", bound=Callable[..., Any])

Whole: TypeAlias = int | np.integer[Any]
Flag: TypeAlias = bool | np.bool_
"""A number or a truth value, whether Python's or taken from an array."""

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Int8s: TypeAlias = NDArray[np.int8]
Int16s: TypeAlias = NDArray[np.int16]
UInts: TypeAlias = NDArray[np.uint64]
"""Arrays by the type of their items; those of keys and addresses are ``UInts``."""

Records: TypeAlias = np.recarray[Any, np.dtype[np.void]]
"""A record array. A rule reads fields as attributes, Python by name; numba checks the names, mypy does not."""


class Record(Protocol):
    """One record of numbers; fields as those of ``Records``."""

    def __getattr__(self, name: str, /) -> float: ...

    def __getitem__(self, name: str, /) -> float: ...


_dispatchers: list[Any] = []
_unkept: list[str] = []


_ABANDONED = 3600.0
"""Seconds after which a file that a process was writing is taken to be that of one that was killed."""


_RULES = (
    "phases.py", "compiled.py", "mechanism.py", "randomness.py", "world", "rules", "scenario", "population", "forum",
)  # fmt: skip
"""Files and folders of the package that can change a run; records, tables, words and commands cannot."""


@lru_cache(maxsize=1)
def rules_version() -> str:
    """Return the content hash (12 hex digits) of all code that can change a run, as this process met it.

    Two records with the same scenario hash, seed and rules version are the same record. The hash covers the syntax
    trees without docstrings and without the types of functions, which numba does not read: an edited comment,
    docstring, type, table or command leaves it as it is.
    """
    return _rules_on_disk()


def _rules_on_disk(package: Path = Path(__file__).parent) -> str:
    files = [package / name for name in _RULES if name.endswith(".py")]
    files += [file for name in _RULES if not name.endswith(".py") for file in sorted((package / name).rglob("*.py"))]
    texts = [(file.relative_to(package).as_posix(), file.read_bytes()) for file in files]
    exact = hashlib.sha256(repr(texts).encode()).hexdigest()[:16]
    # Reading the trees takes a tenth of a second or more: what they came to is kept beside the compiled files.
    kept = package / "__pycache__" / f"rules-{exact}.txt"
    with suppress(OSError):
        found = kept.read_text(encoding="ascii")
        if len(found) == 12:
            return found
    digest = hashlib.sha256()
    for name, text in texts:
        digest.update(f"{name} {_bare(ast.parse(text))}".encode())
    found = digest.hexdigest()[:12]
    with suppress(OSError):
        aside = kept.with_suffix(f".{os.getpid()}")
        aside.write_text(found, encoding="ascii")
        os.replace(aside, kept)
        for older in kept.parent.glob("rules-*.txt"):
            if older != kept:
                older.unlink(missing_ok=True)
    return found


def _bare(node: Any) -> str:
    """Return a syntax tree as text, the same for all versions of Python, without docstrings, types and places.

    Only the types of arguments and of what a function returns go: in a class they can be the schema of a scenario.
    """
    if isinstance(node, list):
        return f"[{' '.join(map(_bare, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        fields["body"] = [item for item in node.body if not _is_text(item)]
    fields.pop("returns", None)
    if isinstance(node, ast.arg):
        fields.pop("annotation", None)
    told = [f"{name}={_bare(value)}" for name, value in fields.items() if value not in (None, [])]
    return f"{type(node).__name__}({' '.join(told)})"


def _is_text(node: ast.AST) -> bool:
    """Return whether a statement is a text alone: a docstring, of a name too."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def records(array: NDArray[np.void]) -> Records:
    """Return a structured array as rules take it: compiled as it is, uncompiled with fields as attributes."""
    return array.view(np.recarray) if INTERPRETED else cast(Records, array)


def compiled(rule: Rule) -> Rule:
    """Compile a rule to machine code; ``rule.py_func`` stays the readable form of the same code.

    Floating-point division by zero follows NumPy.
    """
    return _compile(rule)


def lean(rule: Rule) -> Rule:
    """Compile a step that makes no array, for compiled callers only (from Python, call ``rule.py_func``).

    Without the counting of references to the arrays it is given, and merged into its callers: a step that takes the
    whole world is handed twenty arrays, and to count and to pass them costs more than what the step does. Without an
    entry from Python it compiles faster.
    """
    return _compile(rule, _nrt=False, no_cpython_wrapper=True, forceinline=True)


def inner(rule: Rule) -> Rule:
    """Compile a step that makes arrays, for compiled callers only: it compiles faster without an entry from Python."""
    return _compile(rule, no_cpython_wrapper=True)


def merged(rule: Rule) -> Rule:
    """Compile a rule, and merge its machine code into that of its callers whatever its length.

    For long arithmetic in the innermost loops: only a loop without calls becomes vector code.
    """
    return _compile(rule, forceinline=True)


def compiled_here() -> int:
    """Return how many rules this process has compiled itself, since they were in no cache."""
    return sum(bool(dispatcher.stats.cache_misses) for dispatcher in _dispatchers)


def unkept_in() -> str:
    """Return the folder in which what this process compiled could not be kept, ``""`` where all was."""
    return _unkept[-1] if _unkept else ""


class _Installation(_CacheLocator):  # type: ignore[misc]  # numba comes without types
    """The place of compiled rules beside their source, whether or not this user may write there."""

    def __init__(self, rule: Callable[..., Any]) -> None:
        self._code = rule.__code__

    @classmethod
    def from_function(cls, rule: Callable[..., Any], file: str) -> _Installation:
        """Return the place for a rule: there always is one."""
        return cls(rule)

    def get_cache_path(self) -> str:
        """Return the folder."""
        return str(Path(self._code.co_filename).parent / "__pycache__")

    def get_source_stamp(self) -> str:
        """Return what changes when any rule changes."""
        return rules_version()

    def get_disambiguator(self) -> str:
        """Return what tells two rules of the same name apart, as numba does for a function in a file."""
        return str(self._code.co_firstlineno)


class _Places(CompileResultCacheImpl):  # type: ignore[misc]
    """Where compiled rules are kept: where numba keeps them, and where nothing can be written, the installation."""

    _locator_classes = (*CompileResultCacheImpl._locator_classes, _Installation)


class _Kept(IndexDataCacheFile):  # type: ignore[misc]
    """The compiled forms of a rule in a folder: a file for each, whose name says all that the code depends on.

    Numba itself numbers these files, and says in an index which is which. Of two processes that compile at once, or of
    one that reads while another replaces what older rules have left, that can give one the code of another.
    """

    def save(self, key: Any, data: Any) -> None:
        """Keep the code for a signature on a processor; what older rules have left in the folder goes."""
        self._save_data(self._name_of(key), data)
        folder = Path(self._cache_path)
        for file in folder.glob("*.nb[ci]"):
            if f".{self._source_stamp}." not in file.name:
                file.unlink(missing_ok=True)
        for file in folder.glob("*.nb[ci].tmp.*"):
            with suppress(FileNotFoundError):  # another process has finished or removed it
                if time() - file.stat().st_mtime > _ABANDONED:
                    file.unlink()

    def load(self, key: Any) -> Any:
        """Return the code, None where there is none that can be read: damaged data can raise anything."""
        with suppress(Exception):
            return self._load_data(self._name_of(key))
        return None

    def _name_of(self, key: Any) -> str:
        told = "\n".join(map(str, (self._version, *key)))
        rule = self._index_name.removesuffix(".nbi")
        return f"{rule}.{self._source_stamp}.{hashlib.sha256(told.encode()).hexdigest()[:16]}.nbc"


class _RuleCache(FunctionCache):  # type: ignore[misc]
    """The compiled code of a rule.

    It is kept beside the source or, where this user may not write there, in the user's own cache. What whoever
    installed comity has compiled is read in either case, unless ``NUMBA_CACHE_DIR`` names a place. What cannot be kept
    is compiled again by the next process: that is slow, but no error.
    """

    _impl_class = _Places

    def __init__(self, rule: Callable[..., Any]) -> None:
        super().__init__(rule)
        # Numba stamps a function with its own file only. A rule composed of rules in other files would go stale
        # silently when one of those is edited: the stamp is therefore the hash of all rules together.
        folders = (self._cache_path, _Installation(rule).get_cache_path())
        self._kept, self._installed = (_Kept(folder, self._impl.filename_base, rules_version()) for folder in folders)
        self._cache_file = self._kept

    def _load_overload(self, signature: Any, context: Any) -> Any:
        key = self._index_key(signature, context.codegen())
        data = self._kept.load(key)
        if data is None and not config.CACHE_DIR:
            data = self._installed.load(key)
        return None if data is None else self._impl.rebuild(context, data)

    def save_overload(self, signature: Any, data: Any) -> None:
        """Keep the code for one signature, where that is possible.

        Not where the rules were edited after this process met them: what it compiles then is neither the old rules nor
        the new ones as a whole, and keeping it would remove what a process with the new rules has kept.
        """
        if _rules_on_disk() != rules_version():
            return
        try:
            super().save_overload(signature, data)
        except OSError:
            _unkept.append(self._kept._cache_path)


def _compile(rule: Rule, **options: bool) -> Rule:
    if INTERPRETED:
        rule.py_func = rule  # type: ignore[attr-defined]  # the readable form, by the name that compiled rules have for it
        return rule
    # Nobody takes the address of a rule from C: without that second entry compiling takes less time.
    dispatcher = njit(error_model="numpy", no_cfunc_wrapper=True, **options)(rule)
    dispatcher._cache = _RuleCache(rule)
    _dispatchers.append(dispatcher)
    return dispatcher  # type: ignore[no-any-return]
