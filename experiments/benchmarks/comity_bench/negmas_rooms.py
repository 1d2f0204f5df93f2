"""NegMAS: in the same rooms everybody negotiates one position, by stacked alternating offers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

__all__ = ["negotiate"]

_LEVELS = 11


def negotiate(members: list[int], positions: np.ndarray) -> Any:
    """Let the members of a room negotiate once around and return the state of the mechanism.

    Each wants a level of one issue close to its own position, offers with an aspiration that falls, and accepts what
    reaches it. Nobody trusts, learns or is persuaded, and a room ends in an agreement or in none, whereas the rooms
    of the model never vote: it is another question, at the same size.
    """
    negmas: Any = import_module("negmas")
    issues = [negmas.make_issue(_LEVELS, "position")]
    mechanism = negmas.SAOMechanism(issues=issues, n_steps=1)
    for member in members:
        gains = {(level,): 1.0 - abs(level / (_LEVELS - 1) - float(positions[member])) for level in range(_LEVELS)}
        wants = negmas.preferences.MappingUtilityFunction(mapping=gains, issues=issues)
        mechanism.add(negmas.sao.AspirationNegotiator(name=str(member)), ufun=wants)
    return mechanism.run()
