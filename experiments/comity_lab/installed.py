"""The installed version: all processes of a sweep must have the same."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from comity.compiled import rules_version

__all__ = ["installed"]


def installed() -> str:
    """Return the version of comity and that of its rules, in words."""
    try:
        comity = version("comity")
    except PackageNotFoundError:
        comity = "(not installed)"
    return f"comity {comity} with the rules {rules_version()}"
