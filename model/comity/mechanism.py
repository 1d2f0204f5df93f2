"""The contract of every rule: what it changes, its parameters, and which strength switches it off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["ASSUMPTION", "LOGIT", "OWN", "Fixed", "Mechanism", "Parameter"]

ASSUMPTION = "assumption"
"""The source of a number that nobody has measured."""

OWN = "mechanisms of your own"
"""The heading over the parameters of mechanisms that do not come with comity."""

LOGIT = "logit"
"""The unit of a weight in a logistic decision."""


@dataclass(frozen=True)
class Parameter:
    """A number that can move a result.

    Attributes
    ----------
    name
        Its name everywhere: in scenario files, in tables and in the rule.
    default, low, high
        Its value where a scenario names none, and the range that is accepted.
    meaning
        What it does, in words.
    symbol, unit
        Its symbol in ``model/ODD.md``, and its unit.
    source
        Where the value is taken from, or the word assumption.
    free
        Whether calibration may move it.
    """

    name: str
    default: float
    low: float
    high: float
    meaning: str
    symbol: str
    unit: str = "1"
    source: str = ASSUMPTION
    free: bool = False


@dataclass(frozen=True)
class Fixed:
    """A number that can move a result and that no scenario sets: it is the same in all runs.

    It stands in the module that uses it, under a name of its own; appendix A.2 of ``model/ODD.md`` lists them all.

    Attributes
    ----------
    value, low, high
        The number, and the range in which it would make sense.
    meaning
        What it does, in words.
    unit
        Its unit.
    source
        Where it is taken from, or the word assumption.
    """

    value: float
    low: float
    high: float
    meaning: str
    unit: str = "1"
    source: str = ASSUMPTION

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"a fixed number must be in {self.low:g} to {self.high:g}, got {self.value:g}")

    @property
    def count(self) -> int:
        """The number, of something that is counted."""
        return int(self.value)


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """One rule of the model, as it declares itself.

    Each module of ``comity.rules`` declares one under the name ``MECHANISM``, beside the rule itself. So does a file
    with a mechanism of one's own, which also says when its rule acts; see ``docs/mechanisms.md``.

    Attributes
    ----------
    name
        The field's term for it.
    changes
        The state variables or decisions that it moves.
    strength
        The parameter that is zero when the mechanism does nothing, or None where the mechanism is a
        decision that has to be taken in any case (attendance, seating, the agenda).
    group
        The heading under which its parameters are listed.
    parameters
        The parameters that it owns. A rule may also read those of the rules that it calls.
    source
        Where the rule is taken from, or "Assumption: …".
    moment
        Of a mechanism of one's own: the :class:`comity.phases.Moment`, or its name, before which its rule acts.
    rule
        Of a mechanism of one's own: the function of a :class:`comity.forum.occasion.Occasion` that acts.
    """

    name: str
    changes: tuple[str, ...]
    strength: str | None
    group: str = OWN
    parameters: tuple[Parameter, ...]
    source: str
    moment: int | str | None = None
    rule: Callable[[Any], object] | None = None
