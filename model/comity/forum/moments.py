"""The moments of a run in its course: how far it is, where it stops, and how it goes on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.compiled import Bools, Entry, Records, Whole, lean
from comity.phases import Moment

__all__ = ["PLACE", "Moment", "Until", "begin_event", "go_on", "is_due", "number_of"]


_SEATING, _TALK = int(Moment.SEATING), int(Moment.TALK)
_AFTER = 1_000_000
"""Added to the number of a moment after the sittings, of which there are fewer."""

PLACE = np.dtype(
    [(name, np.int64) for name in ("event", "moment", "sitting", "is_resumed", "today", "arena", "chairs")], align=True
)
"""How far a run is, one record: the ``event`` of its schedule and the ``moment`` that come next, how many sittings of
the meeting are held, whether it goes on from a stop (0/1); ``today`` as by ``date.toordinal``; the ``arena`` that
states last chose, a code; how many changes of ``chairs`` there were."""


class Until(NamedTuple):
    """Where a run stops: before a ``number`` of an ``event``, or, after it has gone on, before one of ``moments``.

    ``number`` is from :func:`number_of`; ``moments`` bool (moments,).
    """

    event: int
    number: int
    moments: Bools


@lean
def number_of(moment: Whole, sitting: Whole) -> Whole:
    """Return a number that grows with the moments of an event; at ``SEATING`` and ``TALK`` with its sittings too."""
    if moment < _SEATING:
        return moment
    if moment <= _TALK:
        return moment + 2 * sitting
    return moment + _AFTER


@lean
def is_due(place: Entry, until: Until) -> bool:
    """Return whether a run stops here."""
    if place.event >= until.event and (
        place.event > until.event or number_of(place.moment, place.sitting) >= until.number
    ):
        return True
    return bool(until.moments[place.moment] and place.is_resumed == 0)


@lean
def go_on(place: Entry, moment: Whole) -> None:
    """Go on to a moment of the same event."""
    place.moment = moment
    place.is_resumed = 0


@lean
def begin_event(place: Entry, events: Records) -> None:
    """Go on to the first moment of the next event, if there is one."""
    place.event += 1
    place.sitting = 0
    place.is_resumed = 0
    if place.event < len(events):
        place.moment = events.first[place.event]
