"""Python files of one's own: read as text, which a scenario carries with it, and executed where it is needed."""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from comity.errors import InputError

__all__ = ["line_of", "module_of", "read_code"]

_LONGEST = 20_000


def read_code(name: str, what: str, folders: Iterable[Path]) -> tuple[Path, str]:
    """Return the file of one's own and its text, or raise InputError.

    Parameters
    ----------
    name
        As given: a path.
    what
        What the file should declare, for the message.
    folders
        Where it is looked for, in this order.
    """
    file = next((file for folder in folders if _is_file(file := folder / name)), None)
    if file is None or file.suffix != ".py":
        got = "another kind of file" if file is not None else "no such file"
        raise InputError(f"{name:.200}: must be a Python file (.py) with {what}, got {got}. Correct the path.")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{file.name}: must be text in UTF-8, got other bytes. Save it as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}. Check the path and its permissions.") from None
    if len(text) > _LONGEST:
        raise InputError(
            f"{file.name}: must have at most {_LONGEST:,} characters, got {len(text):,}. Move what is general into a "
            "package, and import it."
        )
    return file.resolve(), text


@lru_cache(maxsize=64)
def module_of(name: str, text: str) -> ModuleType:
    """Return the module that the text of a file makes, executed once in a process; InputError where it fails.

    It is executed from a copy whose folder is named after the text. So compiled rules in it are kept as those of comity
    are, and never taken for those of an edited file.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    copy = _cache() / digest / name
    if not _is_file(copy):
        with suppress(OSError):  # it is a convenience: without it rules are compiled in each process
            copy.parent.mkdir(parents=True, exist_ok=True)
            aside = copy.with_name(f".{secrets.token_hex(8)}")
            aside.write_text(text, encoding="utf-8", newline="\n")
            os.replace(aside, copy)
    try:
        code = compile(text, str(copy), "exec")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise InputError(f"{_at(name, line)}: must be Python, got: {error.args[0]}. Correct it.") from None
    module = ModuleType(f"comity_own_{digest}")
    module.__file__ = str(copy)
    sys.modules[module.__name__] = module
    try:
        exec(code, module.__dict__)
    except Exception as error:
        del sys.modules[module.__name__]
        if isinstance(error, ModuleNotFoundError):
            raise InputError(
                f"{_at(name, line_of(error, module))}: {error}. Import only installed packages: the file is copied "
                "without its folder."
            ) from None
        raise InputError(
            f"{_at(name, line_of(error, module))}: raised {type(error).__name__}: {error}. Correct the file."
        ) from None
    return module


def line_of(error: BaseException, module: ModuleType) -> int | None:
    """Return the line of a file of one's own at which an error was raised, None if it was not there."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == module.__file__), None)


def _at(name: str, line: int | None) -> str:
    return name if line is None else f"{name}, line {line}"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _cache() -> Path:
    """Return the folder for copies: where numba was told to keep code, or in the cache of this user."""
    told = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        base = Path(told) if told else Path.home() / ".cache"
    except RuntimeError:  # a user without a home
        base = Path(os.devnull)
    return base / "comity" / "own"
