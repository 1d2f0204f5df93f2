"""What an address may open: shipped files, and what was named on the command line or typed into a page."""

from __future__ import annotations

import json
import os
from typing import Literal

from comity.posterior import SHIPPED
from comity.scenario.locate import shipped_patches, shipped_scenarios

__all__ = ["POSTERIOR", "SWEEPS", "VARIABLE", "Kind", "allow", "is_allowed", "may_sweep", "named", "posterior"]

VARIABLE = "COMITY_DASHBOARD_OPEN"
POSTERIOR = "COMITY_DASHBOARD_POSTERIOR"
SWEEPS = "COMITY_DASHBOARD_SWEEPS"
Kind = Literal["scenario", "patch", "set", "folder"]
_MOST = 1000
# What was typed since this server started. An address may name it again, so that a refresh works.
_typed: dict[tuple[Kind, str], None] = {}


def named() -> list[str]:
    """Return the scenarios and records named on the command line, in order."""
    return [str(name) for name in json.loads(os.environ.get(VARIABLE, "[]"))]


def posterior() -> str:
    """Return the posterior named on the command line, or the shipped one."""
    return os.environ.get(POSTERIOR, SHIPPED)


def may_sweep() -> bool:
    """Return whether visitors may list the sweeps of this machine and start shipped ones.

    By default, those of a server that listens on this machine only; others by an option of the command.
    """
    return os.environ.get(SWEEPS) == "on"


def allow(kind: Kind, name: str) -> None:
    """Allow addresses to name what was typed or chosen on a page. The oldest entries are forgotten."""
    _typed.pop((kind, name), None)
    _typed[kind, name] = None
    if len(_typed) > _MOST:
        del _typed[next(iter(_typed))]


def is_allowed(kind: Kind, name: str) -> bool:
    """Return whether an address may name this. The disk is not touched."""
    shipped = {"scenario": shipped_scenarios, "patch": shipped_patches}.get(kind)
    return (kind, name) in _typed or (kind in ("scenario", "folder") and name in named()) or (
        shipped is not None and name in shipped()
    )  # fmt: skip
