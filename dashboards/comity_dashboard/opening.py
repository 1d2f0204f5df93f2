"""What may be opened by its name: what ships, what the command line named, and what was typed into a page since."""

from __future__ import annotations

import json
import os
from typing import Literal

from comity.scenario.locate import shipped_patches, shipped_scenarios

__all__ = ["VARIABLE", "Kind", "allow", "is_allowed", "named"]

VARIABLE = "COMITY_DASHBOARD_OPEN"
Kind = Literal["scenario", "patch", "set", "folder"]
_MOST = 1000
# By this server, in this process: an address may name again what somebody has typed, so that a refresh brings it back.
_typed: dict[tuple[Kind, str], None] = {}


def named() -> list[str]:
    """Return scenarios and folders of records that were named, in order."""
    return [str(name) for name in json.loads(os.environ.get(VARIABLE, "[]"))]


def allow(kind: Kind, name: str) -> None:
    """Let addresses name what was typed into a page, or chosen there; the oldest of many is forgotten."""
    _typed.pop((kind, name), None)
    _typed[kind, name] = None
    if len(_typed) > _MOST:
        del _typed[next(iter(_typed))]


def is_allowed(kind: Kind, name: str) -> bool:
    """Return whether an address may name this; no disk is asked for what is not known."""
    shipped = {"scenario": shipped_scenarios, "patch": shipped_patches}.get(kind)
    return (kind, name) in _typed or (kind in ("scenario", "folder") and name in named()) or (
        shipped is not None and name in shipped()
    )  # fmt: skip
