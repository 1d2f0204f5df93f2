"""Openness: how far a host lets civil society in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from comity.compiled import compiled
from comity.mechanism import Fixed, Mechanism, Parameter
from comity.rules.trust import trust_in_group
from comity.world.world import Group, Kind, Run, World

if TYPE_CHECKING:
    from comity.scenario.calendar import Meeting
    from comity.scenario.forums import Forum

__all__ = ["MECHANISM", "common_space_sittings", "is_coded", "openness", "trust_in_networks"]

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


def is_coded(meeting: Meeting, scripted: bool) -> bool:
    """Return whether the calendar says how open a meeting is: by its code, or because it is merged."""
    return scripted and (meeting.openness is not None or meeting.common_space == "merged")


def openness(
    meeting: Meeting,
    forum: Forum,
    hosts: Sequence[int],
    trust_gained: float,
    last: float | None,
    scripted: bool,
    run: Run,
) -> float:
    """Return the openness of a meeting, a share.

    Scripted: the value coded in the calendar, and 1 for a merged meeting. Where there is none, and always when
    endogenous: (1 - o_m) times the openness of the format, plus o_m times the last openness of the forum, plus o_c
    (host's civil-society climate - 1/2), plus o_T times the rise of states' mean trust in networks since the
    beginning, bounded to [0, 1]. The openness of the format is that of the scripted common space, else of the forum.

    Parameters
    ----------
    trust_gained
        The rise of that trust, a share.
    last
        Openness of the last meeting of the forum, a share; None before the first, where the format alone counts.
    scripted
        Whether openness is left to the calendar where it says something.
    """
    if is_coded(meeting, scripted):
        return 1.0 if meeting.openness is None else meeting.openness
    base = _BY_FORMAT.get(meeting.common_space or "", forum.openness) if scripted else forum.openness
    climates = run.world.actors["climate"]
    climate = sum(float(climates[host]) for host in hosts) / len(hosts) if hosts else 0.5
    by_climate = float(run.parameters["openness_climate"]) * (climate - 0.5)
    by_precedent = 0.0 if last is None else float(run.parameters["openness_precedent"]) * (last - base)
    value = base + by_precedent + by_climate + float(run.parameters["openness_trust"]) * trust_gained
    return float(min(max(value, 0.0), 1.0))


def common_space_sittings(openness: float) -> int:
    """Return how many common-space sittings an openness allows when it is endogenous.

    By the coding rule of the calendar in reverse: none below ``ONE_SITTING``, one below ``TWO_SITTINGS``, two above.
    """
    return (openness >= ONE_SITTING.value) + (openness >= TWO_SITTINGS.value)
