"""Where the numbers come from: machine, versions, rules, commit."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from comity.compiled import rules_version
from comity_lab.executors import n_cores

__all__ = ["commit", "load", "place"]

_PACKAGES = ("comity", "mesa", "numpy", "numba", "llvmlite", "pandas", "pyarrow", "scipy", "agentpy")


def place() -> dict[str, Any]:
    """Return machine, versions, version of the rules and commit, as plain data."""
    return {
        "machine": {
            "system": f"{platform.system()} {platform.release()}",
            "processor": _processor(),
            "cores": n_cores(),
            "memory_gb": _memory(),
        },
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
        "rules_version": rules_version(),
        "commit": commit(),
    }


def load() -> float | None:
    """Return how many processes wanted a core in the last minute, on average; None where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def commit() -> str | None:
    """Return the commit that is checked out, with ``+`` where files differ from it; None without one."""
    folder = Path(__file__).parent
    try:
        ask = ["git", "-C", str(folder)]
        found = subprocess.run([*ask, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run([*ask, "status", "--porcelain"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return found.stdout.strip() + ("+" if changed.stdout.strip() else "")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
