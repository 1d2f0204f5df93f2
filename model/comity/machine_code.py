"""The machine code of rules: what numba makes of them, and where it is kept. Imported when the first rule is called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any, NamedTuple

import llvmlite
from llvmlite import binding
from numba import config, njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, _CacheLocator

from comity.rules_hash import rules_on_disk, rules_version

__all__ = ["PREBUILT", "compile_portably", "dispatcher_of", "unkept"]

unkept: list[str] = []
"""The folders in which what this process compiled could not be kept."""

PREBUILT = Path(__file__).parent / "prebuilt"
"""The folder of compiled rules that came with a wheel; see ``wheel.py``. A checkout has none."""


class _Level(NamedTuple):
    """Processors for which one machine code serves: their name in LLVM, and the features that all of them have."""

    name: str
    features: frozenset[str]


_V3 = "avx avx2 bmi bmi2 cx16 f16c fma lzcnt movbe popcnt sahf sse3 ssse3 sse4.1 sse4.2 xsave"
_LEVELS = {
    "x86_64": _Level("x86-64-v3", frozenset(_V3.split())),
    "aarch64": _Level("generic", frozenset()),
    "arm64": _Level("generic", frozenset()),
}
"""The level for which wheels have compiled rules, by the first word of LLVM's name of the platform. Processors of
x86-64-v3 are those since 2013 (Intel) and 2015 (AMD); source: the psABI of x86-64, section 3.1.1."""

_ABANDONED = 3600.0
"""Seconds after which a file that a process was writing is taken to be that of one that was killed."""


def dispatcher_of(rule: Callable[..., Any], options: dict[str, bool | str]) -> Any:
    """Return numba's dispatcher of a rule, which loads or compiles machine code when it is called."""
    dispatcher = njit(**options)(rule)
    dispatcher._cache = _RuleCache(rule)
    return dispatcher


def compile_portably(folder: Path) -> None:
    """Let this process compile for every processor of its level, and keep the code in a folder.

    To be called before the first rule is.
    """
    name = _LEVELS[binding.get_process_triple().partition("-")[0]].name
    config.CPU_NAME, config.CPU_FEATURES, config.CACHE_DIR = name, "", str(folder)


def _level_here(triple: str) -> _Level | None:
    """Return the level of which this processor is one, None where it is older or the user has chosen a processor."""
    level = _LEVELS.get(triple.partition("-")[0])
    if level is None or config.CPU_NAME is not None or config.CPU_FEATURES is not None:
        return None
    if not level.features:
        return level
    has = binding.get_host_cpu_features()
    return level if all(has.get(name) for name in level.features) else None


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
        told = "\n".join(map(str, (self._version, llvmlite.__version__, *key)))
        rule = self._index_name.removesuffix(".nbi")
        return f"{rule}.{self._source_stamp}.{hashlib.sha256(told.encode()).hexdigest()[:16]}.nbc"


class _RuleCache(FunctionCache):  # type: ignore[misc]
    """The compiled code of a rule.

    It is kept beside the source or, where this user may not write there, in the user's own cache. What whoever
    installed comity has compiled is read in either case, unless ``NUMBA_CACHE_DIR`` names a place. Rules that are in
    neither place are those that came with the wheel, if they are of these rules, versions and kind of processor. What
    cannot be kept is compiled again by the next process: that is slow, but no error.
    """

    _impl_class = _Places

    def __init__(self, rule: Callable[..., Any]) -> None:
        super().__init__(rule)
        # Numba stamps a function with its own file only. A rule composed of rules in other files would go stale
        # silently when one of those is edited: the stamp is therefore the hash of all rules together.
        folders = (self._cache_path, _Installation(rule).get_cache_path())
        base = self._impl.filename_base
        self._kept, self._installed, self._prebuilt = (
            _Kept(folder, base, rules_version()) for folder in (*folders, str(PREBUILT))
        )
        self._cache_file = self._kept

    def _load_overload(self, signature: Any, context: Any) -> Any:
        key = self._index_key(signature, context.codegen())
        data = self._kept.load(key)
        if data is None and not config.CACHE_DIR:
            data = self._installed.load(key)
        if data is None and (level := _level_here(key[1][0])):
            data = self._prebuilt.load((key[0], (key[1][0], level.name, ""), key[2]))
        return None if data is None else self._impl.rebuild(context, data)

    def _index_key(self, signature: Any, codegen: Any) -> Any:
        key = super()._index_key(signature, codegen)
        (triple, *processor) = key[1]
        # On macOS the platform has the version of the system in its name, on which the code does not depend.
        return key[0], (re.sub(r"[0-9.]+$", "", triple), *processor), key[2]

    def save_overload(self, signature: Any, data: Any) -> None:
        """Keep the code for one signature, where that is possible.

        Not where the rules were edited after this process met them: what it compiles then is neither the old rules nor
        the new ones as a whole, and keeping it would remove what a process with the new rules has kept.
        """
        if rules_on_disk() != rules_version():
            return
        try:
            super().save_overload(signature, data)
        except OSError:
            unkept.append(self._kept._cache_path)
