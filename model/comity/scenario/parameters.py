"""Every number that can move a result, gathered from the rules that declare them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, ValidationError, create_model

from comity.compiled import Records, records
from comity.errors import InputError
from comity.mechanism import Parameter
from comity.rules import MECHANISMS
from comity.scenario.misfits import explain
from comity.scenario.own_mechanisms import OwnMechanism
from comity.scenario.value import Value

__all__ = ["Parameters", "parameter_table", "parameters_from", "parameters_with", "table_of"]


def _field(parameter: Parameter, group: str) -> Any:
    return Field(
        default=parameter.default,
        ge=parameter.low,
        le=parameter.high,
        description=parameter.meaning,
        json_schema_extra={
            "symbol": parameter.symbol,
            "unit": parameter.unit,
            "group": group,
            "source": parameter.source,
            "free": parameter.free,
        },
    )


_GROUPS = list(dict.fromkeys(mechanism.group for mechanism in MECHANISMS))
_DECLARED = tuple(
    (parameter, mechanism.group)
    for mechanism in sorted(MECHANISMS, key=lambda mechanism: _GROUPS.index(mechanism.group))
    for parameter in mechanism.parameters
)

if TYPE_CHECKING:

    class Parameters(Value):
        """The parameters of the rules, one field each; a strength of zero switches its rule off."""

        def __getattr__(self, name: str) -> float: ...

else:
    Parameters = create_model(
        "Parameters",
        __base__=Value,
        __doc__="The parameters of the rules, one field each; a strength of zero switches its rule off.",
        __module__=__name__,
        **{parameter.name: (float, _field(parameter, group)) for parameter, group in _DECLARED},
    )

_RECORD = np.dtype([(parameter.name, np.float64) for parameter, _ in _DECLARED])


@lru_cache(maxsize=64)
def parameters_with(mechanisms: tuple[OwnMechanism, ...]) -> type[Parameters]:
    """Return the parameters of a scenario that has mechanisms of one's own: those of the model and of these."""
    if not mechanisms:
        return Parameters
    fields: dict[str, Any] = {
        parameter.name: (float, _field(parameter, group)) for item in mechanisms for parameter, group in item.declared()
    }
    made: type[Parameters] = create_model("Parameters", __base__=Parameters, __module__=__name__, **fields)


    def reduced(self: Parameters) -> tuple[Any, ...]:
        """Return how they are copied and sent: the class is made where they arrive."""
        return _parameters_of, (mechanisms, self.model_dump())

    made.__reduce__ = reduced  # type: ignore[method-assign, assignment]
    return made


def _parameters_of(mechanisms: tuple[OwnMechanism, ...], values: Mapping[str, Any]) -> Parameters:
    return parameters_with(mechanisms).model_validate(values)


def table_of(parameters: Parameters) -> Records:
    """Return the model's parameters as a record array of length 1; see :class:`comity.world.world.Run`."""
    table = np.array([tuple(getattr(parameters, name) for name in _RECORD.names or ())], dtype=_RECORD)
    return records(table)


def parameters_from(
    values: Mapping[str, Any], where: str = "parameters", mechanisms: tuple[OwnMechanism, ...] = ()
) -> Parameters:
    """Return the parameters that plain values describe, or raise InputError with the first thing that is wrong."""
    known = parameters_with(mechanisms)
    try:
        return known.model_validate(values)
    except ValidationError as error:
        raise InputError(explain(error, where, known)) from None


def parameter_table(mechanisms: Iterable[OwnMechanism] = ()) -> list[dict[str, Any]]:
    """Return one row per parameter: name, symbol, unit, group, low, high, default, free, source, meaning.

    Parameters of mechanisms of one's own come last.
    """
    own = [declared for mechanism in mechanisms for declared in mechanism.declared()]
    return [
        {
            "name": parameter.name,
            "symbol": parameter.symbol,
            "unit": parameter.unit,
            "group": group,
            "low": float(parameter.low),
            "high": float(parameter.high),
            "default": float(parameter.default),
            "free": parameter.free,
            "source": parameter.source,
            "meaning": parameter.meaning,
        }
        for parameter, group in (*_DECLARED, *own)
    ]
