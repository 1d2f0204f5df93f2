"""Signals: SIGTERM, which batch systems send, counts as Ctrl-C."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["stopped", "terminate_is_interrupt", "uninterrupted"]


@contextmanager
def _handled(number: int, handler: Callable[..., Any] | signal.Handlers) -> Iterator[None]:
    try:
        before = signal.signal(number, handler)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(number, before)


@contextmanager
def terminate_is_interrupt() -> Iterator[None]:
    """Treat SIGTERM, which batch systems send, like Ctrl-C."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    with _handled(signal.SIGTERM, stop):
        yield


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore Ctrl-C briefly, while a message is printed or files are tidied."""
    with _handled(signal.SIGINT, signal.SIG_IGN):
        yield


def stopped(out: Path | None) -> int:
    """Say what an interrupted command keeps, and return the exit status of Ctrl-C."""
    kept = "nothing is kept" if out is None else f"finished runs are kept in {out}; the same command continues"
    print(f"stopped: {kept}.", file=sys.stderr)
    return 130
