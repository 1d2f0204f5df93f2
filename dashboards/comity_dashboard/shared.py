"""What all visitors share: each value is made once, cannot be written to, and is kept up to a bound in bytes."""

from __future__ import annotations

import gc
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import fields, is_dataclass, replace
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from comity.population.people import Population
from comity.record import Record
from comity.scenario.schema import Scenario
from comity_dashboard.phrases import Phrases

__all__ = ["Shared", "close_table", "closed"]

Made = TypeVar("Made")
_ELSEWHERE = (type, ModuleType, FunctionType, BuiltinFunctionType, Scenario, Population, Phrases)
"""Types of what a value uses but does not own. Runs read the arrays of a population."""


class Shared:
    """Values by key, the least recently used forgotten first. Threads may use it at the same time.

    A value must depend only on its key, since all visitors get the same object.

    Parameters
    ----------
    most_bytes
        Bound of what is kept. The latest value is kept even if it is larger.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._lock = most_bytes, threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._making: dict[Hashable, Future[Any]] = {}

    @property
    def n_bytes(self) -> int:
        """Size of what is kept."""
        with self._lock:
            return sum(size for _, size in self._kept.values())

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the value of a key.

        If it is not kept, the first caller makes it, and others wait. An error is raised in all of them and not kept.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: Made = self._kept[key][0]
                return kept
            waited = self._making.get(key)
            if waited is None:
                mine = self._making[key] = Future()
        if waited is not None:
            found: Made = waited.result()
            return found
        try:
            made = make()
            self._keep(key, made, _size(made))
        except BaseException as error:
            with self._lock:
                del self._making[key]
            mine.set_exception(error)
            raise
        mine.set_result(made)
        return made

    def _keep(self, key: Hashable, made: Any, size: int) -> None:
        with self._lock:
            del self._making[key]
            self._kept[key] = (made, size)
            total = sum(size for _, size in self._kept.values())
            while total > self._most_bytes and len(self._kept) > 1:
                total -= self._kept.popitem(last=False)[1][1]


def _size(value: Any) -> int:
    """Return the size of a value in bytes, and make the tables in it read-only."""
    seen, left, size = {id(value)}, [value], 0
    while left:
        item = left.pop()
        # The size of a table of pandas would be that of its arrays, which come later.
        size += object.__sizeof__(item) if isinstance(item, pd.DataFrame | pd.Index) else sys.getsizeof(item)
        within = gc.get_referents(item)
        if isinstance(item, np.ndarray):
            within.append(item.base)
        elif isinstance(item, memoryview):
            within.append(item.obj)
        elif isinstance(item, pd.DataFrame):
            close_table(item)
        for other in within:
            if id(other) not in seen and not isinstance(other, _ELSEWHERE):
                seen.add(id(other))
                left.append(other)
    return size


def close_table(table: pd.DataFrame) -> None:
    """Make the cells of a table read-only."""
    for block in gc.get_referents(table._mgr.blocks):
        if isinstance(block.values, np.ndarray):
            block.values.flags.writeable = False
        else:
            block.values._readonly = True


class _Closed(Record):
    """A record that several visitors read: whoever takes a table gets one that is copied when it is written to."""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if not isinstance(found, pd.DataFrame):
            return found
        close_table(found)  # before pandas 3, a copy on write cannot be had: writing raises there
        return found.copy(deep=False)


def closed(record: Record) -> Record:
    """Return the same record for all visitors: its arrays are read-only, and tables are copied when written to.

    The arrays are views: later runs use some of the same arrays, and rules are compiled for arrays that can be written
    to.
    """
    trace = _closed(record.trace)
    return _Closed(record.scenario, record.seed, record.keep, record.population, trace, record.held)


def _closed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        view = value.view()
        view.flags.writeable = False
        return view
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(_closed, value))
    if isinstance(value, list | tuple):
        return type(value)(map(_closed, value))
    if isinstance(value, dict):
        return {key: _closed(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{item.name: _closed(getattr(value, item.name)) for item in fields(value)})
    return value
