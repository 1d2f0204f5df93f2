"""How a rule is compiled: to machine code by numba, which is imported when the first rule is called."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import update_wrapper
from threading import RLock
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from comity.rules_hash import rules_version

__all__ = [
    "INTERPRETED",
    "Bools",
    "Entry",
    "Flag",
    "Floats",
    "Int8s",
    "Int16s",
    "Ints",
    "Record",
    "Records",
    "UInts",
    "Whole",
    "apart",
    "compiled",
    "compiled_here",
    "inner",
    "lean",
    "merged",
    "records",
    "rules_version",
    "unkept_in",
]

INTERPRETED = os.environ.get("NUMBA_DISABLE_JIT", "").strip() not in ("", "0")
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


Entry: TypeAlias = Any
"""One of ``Records`` whose fields are of several types, and to which a rule may write."""


class Record(Protocol):
    """One record of numbers; fields as those of ``Records``."""

    def __getattr__(self, name: str, /) -> float: ...

    def __getitem__(self, name: str, /) -> float: ...


class _Rule:
    """A rule from which numba makes machine code when it is first called, by Python or by another rule."""

    def __init__(self, rule: Callable[..., Any], options: dict[str, bool | str]) -> None:
        update_wrapper(self, rule)
        self.py_func = rule
        self._options = options
        self._dispatcher: Any = None

    @property
    def dispatcher(self) -> Any:
        """Numba's dispatcher of the rule, made once in a process."""
        with _making:
            if self._dispatcher is None:
                from comity.machine_code import dispatcher_of

                self._dispatcher = dispatcher_of(self.py_func, self._options)
                _met.append(self)
        return self._dispatcher

    @property
    def _numba_type_(self) -> Any:  # numba asks for it where a rule calls this one
        return self.dispatcher._numba_type_

    def __call__(self, *arguments: Any) -> Any:
        return (self._dispatcher or self.dispatcher)(*arguments)


_met: list[_Rule] = []
_making = RLock()


def records(array: NDArray[np.void]) -> Records:
    """Return a structured array as rules take it: compiled as it is, uncompiled with fields as attributes."""
    return array.view(np.recarray) if INTERPRETED else cast(Records, array)


def compiled(rule: Rule) -> Rule:
    """Compile a rule to machine code; ``rule.py_func`` stays the readable form of the same code.

    Floating-point division by zero follows NumPy. While it runs, other threads of Python do too.
    """
    return _compile(rule, _nrt=True, nogil=True)


def lean(rule: Rule) -> Rule:
    """Compile a step that makes no array, for compiled callers only (from Python, call ``rule.py_func``).

    Without the counting of references to the arrays it is given, and merged into its callers: a step that takes the
    whole world is handed twenty arrays, and to count and to pass them costs more than what the step does. Without an
    entry from Python it compiles faster.
    """
    return _compile(rule, _nrt=False, no_cpython_wrapper=True, forceinline=True)


def apart(rule: Rule) -> Rule:
    """Compile a long step as ``lean`` does, but as a function of its own.

    The time to compile a function grows faster than its length; merge what is short or called in the innermost loops.
    """
    return _compile(rule, _nrt=False, no_cpython_wrapper=True)


def inner(rule: Rule) -> Rule:
    """Compile a step that makes arrays, for compiled callers only: it compiles faster without an entry from Python.

    References are counted in it whoever calls it; numba else takes over from the caller whether they are.
    """
    return _compile(rule, _nrt=True, no_cpython_wrapper=True)


def merged(rule: Rule) -> Rule:
    """Compile a rule, and merge its machine code into that of its callers whatever its length.

    For long arithmetic in the innermost loops: only a loop without calls becomes vector code.
    """
    return _compile(rule, forceinline=True)


def compiled_here() -> int:
    """Return how many rules this process has compiled itself, since they were in no cache."""
    return sum(bool(rule.dispatcher.stats.cache_misses) for rule in _met)


def unkept_in() -> str:
    """Return the folder in which what this process compiled could not be kept, ``""`` where all was."""
    if not _met:
        return ""
    from comity.machine_code import unkept

    return unkept[-1] if unkept else ""


def _compile(rule: Rule, **options: bool) -> Rule:
    if INTERPRETED:
        rule.py_func = rule  # type: ignore[attr-defined]  # the readable form, by the name that compiled rules have for it
        return rule
    # Nobody takes the address of a rule from C: without that second entry compiling takes less time.
    return cast(Rule, _Rule(rule, {"error_model": "numpy", "no_cfunc_wrapper": True, **options}))
