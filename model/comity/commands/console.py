"""Where the commands write: a rich console that is as wide as the terminal, and 100 columns without one."""

from __future__ import annotations

import os
import sys

from rich.console import Console

__all__ = ["console"]

_WIDTH_WITHOUT_TERMINAL = 100


def console(*, stderr: bool = False) -> Console:
    """Return a console on standard output, or on standard error."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH_WITHOUT_TERMINAL
    return Console(stderr=stderr, width=width, highlight=False)
