"""How a rule is compiled: numba, cached on disk, and the cache is renewed when any rule changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

__all__ = ["INTERPRETED", "compiled", "inner", "lean", "merged", "rules_version"]

INTERPRETED = bool(config.DISABLE_JIT)
"""Whether rules run uncompiled, for debugging: set NUMBA_DISABLE_JIT=1 before starting Python."""

Rule = TypeVar("Rule", bound=Callable[..., Any])


@lru_cache(maxsize=1)
def rules_version() -> str:
    """Return the content hash (12 hex digits) of every source file that can change a result.

    Two records with the same scenario hash, seed and rules version are the same record.
    """
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if name not in {"cli.py", "describe.py", "explain.py", "explanation.py"} and not name.startswith("commands/"):
            digest.update(name.encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def compiled(rule: Rule) -> Rule:
    """Compile a rule to machine code; ``rule.py_func`` stays the readable form of the same code.

    Floating-point division by zero follows NumPy. Numba stamps a cached function with the time of
    its own file only, so that a rule composed of rules in other files would go stale silently when
    one of those is edited: the stamp is therefore the hash of all rules together.
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


def _compile(rule: Rule, **options: bool) -> Rule:
    if INTERPRETED:
        return rule
    # Nobody takes the address of a rule from C: without that second entry compiling takes less time.
    dispatcher = njit(cache=True, error_model="numpy", no_cfunc_wrapper=True, **options)(rule)
    dispatcher._cache._cache_file._source_stamp = rules_version()
    return dispatcher  # type: ignore[no-any-return]
