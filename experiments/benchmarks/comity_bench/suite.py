"""The suite: all parts in their order, done one after the other, and what each found or why it did not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from comity.errors import InputError, nearest
from comity_bench import growth, memory, others, parts, replay, start, twin, workers
from comity_bench.machine import load, place
from comity_bench.row import Part, Row, missing

__all__ = ["PARTS", "chosen", "measured", "report", "write"]

PARTS: tuple[Part, ...] = tuple(module.PART for module in (replay, twin, others, parts, start, growth, memory, workers))
"""All parts, in the order in which they are measured and printed."""


def chosen(names: Sequence[str]) -> list[Part]:
    """Return the parts of these names, all where none is given; raise InputError for one that is not known."""
    known = [part.name for part in PARTS]
    for name in names:
        if name not in known:
            raise InputError(f"--only: must name a part, got {name!r}. {nearest(name, known)}")
    return [part for part in PARTS if not names or part.name in names]


def measured(part: Part, quick: bool) -> list[Row]:
    """Return every row of a part; one that could not be measured says why."""
    try:
        found = {row.name: row for row in part.measure(quick)}
        why = "the measurement left it out"
    except Exception as error:  # a measurement may lag behind what it measures, and the others are done all the same
        found, why = {}, f"the measurement failed: {type(error).__name__}: {error}"
    rows = [found.pop(name) if name in found else missing(name, unit, why) for name, unit in part.rows]
    return [*rows, *found.values()]


def report(wanted: Sequence[Part], quick: bool, each: Callable[[Part, list[Row]], None]) -> dict[str, Any]:
    """Measure parts, hand each to ``each`` when it is done, and return all as plain data."""
    data: dict[str, Any] = {**place(), "quick": quick, "load_before": load(), "parts": []}
    for part, rows, seconds in _done(wanted, quick):
        each(part, rows)
        about = {"name": part.name, "title": part.title, "text": part.text}
        data["parts"].append({**about, "seconds": round(seconds, 1), "rows": [asdict(row) for row in rows]})
    return data | {"load_after": load()}


def _done(wanted: Sequence[Part], quick: bool) -> Iterator[tuple[Part, list[Row], float]]:
    for part in wanted:
        start = time.perf_counter()
        rows = measured(part, quick)
        yield part, rows, time.perf_counter() - start


def write(data: dict[str, Any], out: Path) -> None:
    """Write what was found as JSON; raise InputError where the file cannot be written."""
    try:
        out.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror or error}. Name another file.") from None
