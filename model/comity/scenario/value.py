"""What all parts of a scenario have in common: frozen, unknown keys refused, and no value turned into another."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any, Literal, NoReturn, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from comity.errors import InputError

__all__ = ["ID", "ID_PATTERN", "MISFIT", "Day", "Kind", "Role", "Share", "Stance", "Value", "without_defaults"]

Kind = Literal["state", "io", "cso", "business", "mayors", "youth"]
Stance = Literal["inside", "bridge", "outside"]
Share = Field(ge=0, le=1)
ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_\-]*$"
ID = Field(pattern=ID_PATTERN, max_length=40)
Role = Annotated[str, ID]
"""Code of a role of states, one of those of the subject of the scenario."""

MISFIT = "misfit"
"""Type of an error whose message goes on after the place and the word *must*; ``field`` in it belongs to the place."""


def _day(given: Any) -> date:
    """Return a date as it is; pydantic alone takes a number for seconds since 1970, and a text of digits too."""
    meant, came = None, repr(given)[:60]
    if isinstance(given, datetime):
        meant, came = given.date(), given.isoformat()
        if given.tzinfo is None and given.time() == time():
            return meant
    elif isinstance(given, date):
        return given
    elif isinstance(given, str):
        meant = _date_in(given)
        if meant is not None and meant.isoformat() == given:
            return meant
    elif isinstance(given, int) and not isinstance(given, bool):
        meant, came = _date_in(came), f"the number {came}"
    what = f"Write {meant.isoformat()}." if meant else "Write year, month and day, as in 2007-07-09."
    kind = "a date without a time" if isinstance(given, datetime) or ":" in came else "a date"
    raise PydanticCustomError(MISFIT, "be {kind}, got {came}. {what}", {"kind": kind, "came": came, "what": what})


def _date_in(text: str) -> date | None:
    """Return the date that a text means beyond doubt: year, month and day in this order."""
    found = re.fullmatch(r"\s*(\d{4})(?:[-./ ]?)(\d{1,2})(?:[-./ ]?)(\d{1,2})(?:[T ]\d\d:\d\d.*)?\s*", text, re.ASCII)
    if not found or (text.strip().isdigit() and len(text.strip()) != 8):
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


Day = Annotated[date, BeforeValidator(_day)]
"""A date, also as a text 2007-07-09, and nothing else."""


_TABLES_AND_BOOLEANS = frozenset({dict, bool})


@cache
def _numeric(model: type[BaseModel]) -> frozenset[str]:
    """Return the fields of a model that hold numbers, alone or by name, and no booleans."""
    words = {
        name: str(field.annotation)
        for name, field in model.model_fields.items()
        if not any(isinstance(item, Strict) for item in field.metadata)
    }
    return frozenset(n for n, kind in words.items() if re.search(r"\b(float|int)\b", kind) and "bool" not in kind)


def _boolean_in(value: Any, place: str) -> str:
    """Return the place of the first boolean in a value or in a table of values, or nothing."""
    if isinstance(value, dict):
        return next((found for key, item in value.items() if (found := _boolean_in(item, f"{place}.{key}"))), "")
    return place if isinstance(value, bool) else ""


class Closed(dict[Any, Any]):
    """A table in a scenario: a dict to look at. What was checked and hashed once stays as it is."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise InputError(
            f"scenario: the table with {', '.join(map(str, list(self)[:3])) or 'no key'} must not be written to, since "
            "a scenario is a value, checked when it is loaded. Load another one: "
            'comity.load("…", settings={"…": …}), or scenario.model_copy(update={…}).'
        )

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is copied and sent: as a whole."""
        return Closed, (dict(self),)


def _closed(value: Any) -> Any:
    return Closed({key: _closed(item) for key, item in value.items()}) if type(value) is dict else value


class Value(BaseModel):
    """A part of a scenario."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _no_boolean_is_a_number(cls, data: Any) -> Any:
        """Return the data as they are; pydantic alone takes true for 1."""
        if isinstance(data, dict) and not _TABLES_AND_BOOLEANS.isdisjoint(map(type, data.values())):
            for name in data.keys() & _numeric(cls):
                place = _boolean_in(data[name], name)
                if place:
                    raise PydanticCustomError(MISFIT, "be a number, got a boolean. Write a number.", {"field": place})
        return data

    @model_validator(mode="after")
    def _tables_are_closed(self) -> Self:
        """Close the tables, too: frozen alone, a model lets everybody write into its dicts."""
        for name, value in self.__dict__.items():
            if type(value) is dict:
                self.__dict__[name] = _closed(value)
        return self


def without_defaults(value: Value, given: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a value as plain data, without those fields that have their default.

    So a field that was added later changes no hash of a scenario that does not use it.
    """
    fields = type(value).model_fields
    unused = {name for name in names if getattr(value, name) == fields[name].get_default(call_default_factory=True)}
    return {name: item for name, item in given.items() if name not in unused}
