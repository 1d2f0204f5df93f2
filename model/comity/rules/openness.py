"""Openness: how far a host lets civil society in."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

from comity.compiled import Record, compiled
from comity.mechanism import Fixed, Mechanism, Parameter
from comity.rules.trust import trust_in_group
from comity.world.world import Group, Kind, World

if TYPE_CHECKING:
    from comity.scenario.calendar import Meeting

__all__ = [
    "MECHANISM",
    "coded_openness",
    "common_space_sittings",
    "openness",
    "openness_of_format",
    "trust_in_networks",
]

MECHANISM = Mechanism(
    name="openness",
    changes=("openness", "common space"),
    strength=None,
    group="openness",
    parameters=(
        Parameter(
            "openness_precedent", 0.45, 0, 1, "weight of the forum's last openness against that of its format",
            symbol="o_m", source="path dependence: Pierson (2000); strength: assumption", free=True,
        ),
        Parameter(
            "openness_climate", 0.2, 0, 1, "how far the host's civil-society climate moves openness",
            symbol="o_c", source="chapter, 'GFMD': openness reflects the host; assumption", free=True,
        ),
        Parameter(
            "openness_trust", 1.2, 0, 2, "how far states' trust in civil society moves openness",
            symbol="o_T", source="chapter, 'GFMD': the space grew with trust; strength: assumption", free=True,
        ),
    ),
    source="Chapter, 'GFMD': openness reflects the host and grew with trust; coding 0-5 of the calendar; "
    "form: assumption",
)  # fmt: skip

_CODING = "coding rule of the calendar"

INTERFACE_OPENNESS = Fixed(
    0.4, 0, 1, "openness of a meeting whose common space is an interface", source=f"{_CODING}: level 2 of 5"
)
COMMON_SPACE_OPENNESS = Fixed(
    0.6, 0, 1, "openness of a meeting whose common space is half a day or a day", source=f"{_CODING}: level 3 of 5"
)
ONE_SITTING = Fixed(
    0.3, 0, 1, "openness from which there is a sitting of the common space", source=f"{_CODING} in reverse; assumption"
)
TWO_SITTINGS = Fixed(
    0.7, 0, 1, "openness from which there are two sittings of the common space",
    source=f"{_CODING} in reverse; assumption",
)  # fmt: skip

_ONE, _TWO = ONE_SITTING.value, TWO_SITTINGS.value

_BY_FORMAT = {
    "interface": INTERFACE_OPENNESS.value,
    "half_day": COMMON_SPACE_OPENNESS.value,
    "full_day": COMMON_SPACE_OPENNESS.value,
}


@compiled
def trust_in_networks(world: World) -> float:
    """Return the mean trust of states in networks, a share; 1/2 where there are no networks."""
    trust, n_states, n_networks = 0.0, 0, 0
    for i in range(len(world.actors)):
        if world.actors.kind[i] == Kind.STATE:
            trust += trust_in_group(i, Group.NETWORK, world)
            n_states += 1
        elif world.actors.group[i] == Group.NETWORK:
            n_networks += 1
    return trust / (n_states * n_networks) if n_networks > 0 else 0.5


def coded_openness(meeting: Meeting, scripted: bool) -> float:
    """Return how open the calendar says that a meeting is, by its code or because it is merged; nan where it does not.

    ``scripted``: whether openness is left to the calendar where it says something.
    """
    if not scripted or (meeting.openness is None and meeting.common_space != "merged"):
        return nan
    return 1.0 if meeting.openness is None else meeting.openness


def openness_of_format(meeting: Meeting, scripted: bool) -> float:
    """Return the openness of the scripted common space, a share; nan where that of the forum counts."""
    return _BY_FORMAT.get(meeting.common_space or "", nan) if scripted else nan


@compiled
def openness(of_format: float, last: float, climate: float, trust_gained: float, parameters: Record) -> float:
    """Return the openness of a meeting that the calendar does not code, a share.

    (1 - o_m) times the openness of the format, plus o_m times the last openness of the forum, plus o_c (host's
    civil-society climate - 1/2), plus o_T times the rise of states' mean trust in networks since the beginning,
    bounded to [0, 1].

    Parameters
    ----------
    of_format, climate, trust_gained : share
        From :func:`openness_of_format` or of the forum; mean of the hosts, 1/2 without hosts; the rise of that trust.
    last : share
        Openness of the last meeting of the forum; nan before the first, where the format alone counts.
    """
    by_climate = parameters.openness_climate * (climate - 0.5)
    by_precedent = 0.0 if isnan(last) else parameters.openness_precedent * (last - of_format)
    value = of_format + by_precedent + by_climate + parameters.openness_trust * trust_gained
    return min(max(value, 0.0), 1.0)


@compiled
def common_space_sittings(openness: float) -> int:
    """Return how many common-space sittings an openness allows when it is endogenous.

    By the coding rule of the calendar in reverse: none below ``ONE_SITTING``, one below ``TWO_SITTINGS``, two above.
    """
    return int(openness >= _ONE) + int(openness >= _TWO)
