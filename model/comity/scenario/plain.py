"""Plain data before anything is made of them: TOML files, and bounds on depth and on the length of texts."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from comity.errors import InputError

__all__ = ["CONTROL", "check_plain", "read_toml", "read_value"]

_DEEPEST = 40
_LARGEST_FILE = 16 * 2**20
_LONGEST = 20_000
_SHORT = 300
_SHORT_ONES = ("title", "name", "theme", "city", "code", "category")
_LARGEST = 10**100
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What no text may hold; a line may end."""
_LOOKS_LIKE_A_DATE = re.compile(r"=\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")


def check_plain(data: Any, where: str) -> None:
    """Raise InputError where plain data are nested too deeply, or hold a text that is too long or no text.

    At most 40 levels; of a title, a name and the like 300 characters, of any other text 20,000; no control characters.
    """
    if _is_tame(data):
        return
    left: list[tuple[Any, str, int]] = [(data, "", 0)]
    while left:
        node, place, depth = left.pop()
        if isinstance(node, str):
            _check_text(node, f"{where}: {place}", _SHORT if place.rpartition(".")[2] in _SHORT_ONES else _LONGEST)
        elif isinstance(node, int | float) and abs(node) > _LARGEST and node - node == 0:
            raise InputError(f"{where}: {place} must be a number below 1e100, got a larger one. Write a smaller one.")
        elif depth >= _DEEPEST and isinstance(node, dict | list | tuple):
            raise InputError(f"{where}: {place[:60]}… must not be nested more than {_DEEPEST} levels deep. Flatten it.")
        elif isinstance(node, dict):
            for key, value in node.items():
                name = key if isinstance(key, str) else str(key)
                _check_text(name, f"{where}: a key of {place or 'the file'}", 200)
                left.append((value, f"{place}.{name}" if place else name, depth + 1))
        elif isinstance(node, list | tuple):
            left += [(value, f"{place}[{number}]", depth + 1) for number, value in enumerate(node)]


def _is_tame(data: Any) -> bool:
    """Return whether plain data are within all bounds at a glance, which most are; where not, a closer look is due."""
    level = [data]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for node in level:
            kind = type(node)
            if kind is dict:
                below += node.values()
                keys = [*map(str, node)]
                if max(map(len, keys), default=0) > 200 or not "".join(keys).isprintable():
                    return False
                if any(len(text) > _SHORT for name in _SHORT_ONES if isinstance(text := node.get(name), str)):
                    return False
            elif kind is list or kind is tuple:
                below += node
            elif kind is str:
                if len(node) > _LONGEST or not (node.isprintable() or _is_text(node)):
                    return False
            elif kind is int and abs(node) > _LARGEST:
                return False
        if not below:
            return True
        level = below
    return False


def _is_text(text: str) -> bool:
    return not CONTROL.search(text.replace("\r\n", "\n"))


def _check_text(text: str, place: str, longest: int) -> None:
    if len(text) > longest:
        raise InputError(f"{place} must have at most {longest:,} characters, got {len(text):,}. Shorten it.")
    # A line may end as on Windows.
    found = CONTROL.search(text.replace("\r\n", "\n"))
    if found:
        raise InputError(f"{place} must be text, got the control character {found.group()!r} in it. Remove it.")


def read_toml(path: Path, label: str) -> dict[str, Any]:
    """Return what a TOML file says, or raise InputError.

    Parameters
    ----------
    label
        What the file is called in messages.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            size = f"{path.stat().st_size / 2**20:,.0f}"
            raise InputError(f"{label}: must be at most {_LARGEST_FILE >> 20} MB large, got {size} MB. Shorten it.")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{label}: must be valid TOML in UTF-8, got: {error}. Save it as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}. Check the path and its permissions.") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = _hint(text, str(error))
        raise InputError(f"{label}: must be valid TOML in UTF-8, got: {error}. {hint}") from None
    except RecursionError:
        raise InputError(f"{label}: must not be nested more than {_DEEPEST} levels deep. Flatten it.") from None
    except ValueError as error:  # a whole number of more digits than Python reads
        raise InputError(f"{label}: must be valid TOML, got: {str(error).partition(';')[0]}. Correct it.") from None
    check_plain(data, label)
    return data


def _hint(text: str, error: str) -> str:
    """Return what to do about a line that cannot be read."""
    found = re.search(r"at line (\d+)", error)
    lines = text.split("\n")
    line = lines[int(found[1]) - 1] if found and int(found[1]) <= len(lines) else ""
    if _LOOKS_LIKE_A_DATE.search(line):
        return "Write a date that exists as year, month and day, with two digits each: 2007-07-09."
    return "Correct that place."


def read_value(text: str) -> Any:
    """Return the TOML value that a text stands for; a bare word is a string."""
    try:
        read = tomllib.loads(f"value = {text}")
        return read["value"] if len(read) == 1 else text
    except tomllib.TOMLDecodeError:
        return text
    except (RecursionError, ValueError):
        raise InputError(
            f"--set: the value must be a number, a text, a date, or a short list, got {text[:40]}…. Shorten it."
        ) from None
