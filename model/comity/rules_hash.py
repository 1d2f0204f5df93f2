"""Which rules these are: one content hash of all code that can change a run."""

from __future__ import annotations

import ast
import hashlib
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["rules_on_disk", "rules_version"]

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
    return rules_on_disk()


def rules_on_disk(package: Path = Path(__file__).parent) -> str:
    """Return the content hash of the rules as they are in the files now; see :func:`rules_version`."""
    files = [package / name for name in _RULES if name.endswith(".py")]
    files += [file for name in _RULES if not name.endswith(".py") for file in sorted((package / name).rglob("*.py"))]
    texts = [(file.relative_to(package).as_posix(), file.read_bytes()) for file in files]
    exact = hashlib.sha256(repr(texts).encode()).hexdigest()[:16]
    # Reading the trees takes a tenth of a second or more: what they came to is kept beside the compiled files.
    # A wheel with compiled rules has that too.
    kept = package / "__pycache__" / f"rules-{exact}.txt"
    for file in (kept, package / "prebuilt" / kept.name):
        with suppress(OSError):
            found = file.read_text(encoding="ascii")
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
