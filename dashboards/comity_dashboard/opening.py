"""What was named on the command line of ``comity dashboard``, handed to the server in its environment."""

from __future__ import annotations

import json
import os

__all__ = ["VARIABLE", "named"]

VARIABLE = "COMITY_DASHBOARD_OPEN"


def named() -> list[str]:
    """Return scenarios and folders of records that were named, in order."""
    return [str(name) for name in json.loads(os.environ.get(VARIABLE, "[]"))]
