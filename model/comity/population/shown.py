"""Arrays to look at: NumPy arrays that say, when somebody writes to them, which verb to use instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from comity.errors import InputError

__all__ = ["Shown", "refusal", "shown"]

_VERBS = {
    "trust": 'change_trust(i, j, step, by="…")',
    "position": 'change_position(i, issue, step, by="…")',
    "cooperation": 'change_cooperation(i, step, by="…")',
    "sovereignty": 'change_sovereignty(i, step, by="…")',
    "capacity": 'change_capacity(i, step, by="…")',
    "attachment": 'change_attachment(i, forum, step, by="…")',
}
_QUANTITY_OF = {"trust_in": "trust", "trust_parts": "trust", "trust_before": "trust", "trust_held": "trust"}


class Shown(np.ndarray[Any, np.dtype[Any]]):
    """A view that cannot be written to; what is computed from it is an ordinary array.

    Attributes
    ----------
    named
        What it shows: the name of a field of the world, of its actors or its preferences.
    """

    named: str = ""

    def __array_finalize__(self, of: Any) -> None:
        """Keep the name in slices."""
        self.named = getattr(of, "named", "")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Compute with ordinary arrays; refuse to be the target."""
        targets = [*options.get("out", ()), *inputs[: method == "at"]]
        for target in targets:
            if isinstance(target, Shown):
                target.refuse_if_closed()
        if "out" in options:
            options["out"] = tuple(_plain(item) for item in options["out"])
        return getattr(ufunc, method)(*map(_plain, inputs), **options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        """Compute as NumPy does; refuse to be the target."""
        try:
            return super().__array_function__(function, types, args, options)
        except ValueError as error:
            if "read-only" in str(error):
                self.refuse()
            raise

    def __getitem__(self, key: Any) -> Any:
        """Return a slice, a field by its name, a row of records, or a number."""
        found = super().__getitem__(key)
        if isinstance(found, np.void):  # a row of records: as a view of its own it can say what to use
            found = super().__getitem__((*(key if isinstance(key, tuple) else (key,)), ...))
        if isinstance(key, str) and isinstance(found, Shown):
            found.named = key
            return found if found.ndim else found[()]
        return found

    def __setitem__(self, key: Any, value: Any) -> None:
        """Refuse, except in a copy."""
        self.refuse_if_closed(key if isinstance(key, str) else "")
        super().__setitem__(key, value)

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse, except in a copy: records have fields, not attributes."""
        if name not in ("named", "shape", "dtype", "strides"):
            self.refuse_if_closed(name)
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """Return what the ordinary array shows."""
        return repr(np.asarray(self))

    def copy(self, order: Any = "C") -> np.ndarray:  # type: ignore[override]
        """Return an ordinary array, which may be written to and changes nothing here."""
        return np.array(self, order=order, subok=False)

    def refuse_if_closed(self, field: str = "") -> None:
        """Raise InputError unless this is a copy of its own."""
        if not self.flags.writeable:
            self.refuse(field)

    def refuse(self, field: str = "") -> NoReturn:
        """Raise the InputError that names the verb."""
        raise InputError(refusal(field or self.named))


def refusal(name: str, where: str = "model.world") -> str:
    """Return why a quantity must not be written to, and which verb changes it."""
    return f"{where}: {name} must not be written to, since tables and explanations would not know. {what_to_use(name)}"


def what_to_use(name: str) -> str:
    """Return the sentence that names the verb for a quantity, or all verbs where it has none."""
    verb = _VERBS.get(_QUANTITY_OF.get(name, name))
    if verb is not None:
        return f"Use model.world.{verb}."
    listed = ", ".join(text.partition("(")[0] for text in _VERBS.values())
    return f"It is fixed by the scenario or follows from the run. Change the scenario, or use a verb: {listed}."


def shown(array: np.ndarray, name: str) -> Shown:
    """Return an array to look at; its memory is closed, so that no flag opens it."""
    if array.size:
        array = np.ascontiguousarray(array)
        closed = memoryview(array.reshape(-1).view(np.uint8).data).toreadonly()
        found = np.frombuffer(closed, dtype=_as_array(array.dtype)).reshape(array.shape).view(Shown)
    else:
        found = array.copy().view(Shown)
        found.flags.writeable = False
    found.named = name
    return found


def _as_array(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type of an array for that of a record array."""
    return np.dtype((np.void, dtype)) if dtype.type is np.record else dtype


def _plain(item: Any) -> Any:
    return item.view(np.ndarray) if isinstance(item, Shown) else item


def _closed(name: str) -> Callable[..., Any]:
    def method(self: Shown, *args: Any, **options: Any) -> Any:
        if name != "setflags" or options.get("write") or args[:1] == (True,):
            self.refuse_if_closed()
        return getattr(np.ndarray, name)(self, *args, **options)

    method.__name__, method.__doc__ = name, f"As NumPy's ``{name}``, in a copy only."
    return method


for _name in ("fill", "partition", "put", "resize", "setfield", "setflags", "sort"):
    setattr(Shown, _name, _closed(_name))
