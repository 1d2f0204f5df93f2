"""Other ways to hold a run, which should not matter; a design names them as ``runner``."""

from __future__ import annotations

import numpy as np

from comity.forum.calendar import Calendar
from comity.record import Record
from comity.scenario.schema import Scenario

__all__ = ["other_luck", "single_precision"]

_ODD = np.uint64(2654435761)  # odd, so that the product is a permutation of the 32-bit addresses (Knuth's multiplier)
_MASK = np.uint64(0xFFFFFFFF)


def single_precision(scenario: Scenario, seed: int) -> Record:
    """Hold a run in which trust is rounded to single precision after every meeting."""
    model = Calendar(scenario, seed=seed, keep="meetings")
    while model.running:
        model.step()
        if model.gathering is None:
            model.world.trust_in[:] = model.world.trust_in.astype(np.float32)
    return Record.of(model)


def other_luck(scenario: Scenario, seed: int) -> Record:
    """Hold a run in which every actor draws at another address, and so has luck that no other run has."""
    model = Calendar(scenario, seed=seed, keep="meetings")
    model.world.actors["address"] = (model.world.actors["address"] * _ODD) & _MASK
    return Record.of(model.run())
