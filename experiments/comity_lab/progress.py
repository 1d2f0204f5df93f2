"""The progress of a sweep: rate and time left; a bar on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

__all__ = ["Progress", "duration"]

_EVERY = 10.0


def duration(seconds: float) -> str:
    """Return seconds as 0:00:07, or as days and hours."""
    whole = round(seconds)
    if whole >= 2 * 86400:
        return f"{whole // 86400} days {whole % 86400 // 3600} h"
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


class Progress:
    """Progress of a sweep on standard error.

    Parameters
    ----------
    total, before
        Runs of the sweep, and runs done before it started.
    quiet
        Print nothing.
    """

    def __init__(self, total: int, before: int = 0, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self.total, self.before, self.quiet = total, before, quiet
        self.stream = stream or sys.stderr
        self.done = self.failed = 0
        self._start = self._said = time.monotonic()
        self._bar = None
        if not quiet and self.stream.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                BarColumn(), TextColumn("{task.description}"), console=Console(file=self.stream), transient=True
            )
            self._task = self._bar.add_task("starting", total=total, completed=before)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def add(self, done: int, failed: int) -> None:
        """Count stored runs."""
        self.done += done
        self.failed += failed
        now = time.monotonic()
        if self._bar is not None:
            self._bar.update(self._task, completed=self.before + self.done, description=self.line())
        elif now - self._said >= _EVERY:
            self._said = now
            self.say(self.line())

    def line(self) -> str:
        """Return the progress as one line."""
        here = self.before + self.done
        rate = self.rate()
        left = duration((self.total - here) / rate) if rate > 0 else "?"
        failed = f", {self.failed} failed" if self.failed else ""
        share = 100 * here / self.total if self.total else 100.0
        return f"{here} of {self.total} runs ({share:.0f} %), {rate:.1f} runs/s, {left} left{failed}"

    def rate(self) -> float:
        """Return runs a second since the start."""
        return self.done / max(time.monotonic() - self._start, 1e-9)

    def say(self, text: str) -> None:
        """Print a line."""
        if self.quiet:
            return
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=self.stream, flush=True)
