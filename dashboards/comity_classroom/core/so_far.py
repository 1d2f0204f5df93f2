"""How a class follows its briefs so far: every aim as met, on the way or missed, every red line as held or broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from comity.briefs.thresholds import MET
from comity.phases import Phase
from comity.scenario.schema import Meeting
from comity_classroom.briefs.brief import Aim, Brief, RedLine
from comity_classroom.briefs.conduct import conduct_of
from comity_classroom.briefs.fidelity import Fidelity, Part, fidelity
from comity_classroom.core.amendments import meetings_to_come
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Stop

__all__ = ["Standing", "conduct_so_far", "fidelity_so_far", "standings"]

_PHASES = list(Phase)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a seat stands on one aim or red line.

    Attributes
    ----------
    of
        ``aim`` or ``red line``.
    status
        ``none`` before the first occasion; an aim is ``met``, ``on_the_way`` or ``missed``, a line ``held`` or
        ``broken``.
    value, threshold
        Of an aim: its score and the lowest one at which it is met. Of a red line on offers: the highest exposure at
        which the seat made an offer on the issue, and the exposure of the line. Of other lines: occasions on which it
        was crossed, and 0. None before the first occasion.
    occasions
        Number of meetings, rounds or choices that count.
    """

    of: str
    key: str
    status: str
    value: float | None
    threshold: float
    occasions: int


def conduct_so_far(stop: Stop, state: ClassroomState, seat: str) -> pd.DataFrame:
    """Return the conduct of a seat up to now, with the sittings of an open meeting.

    With a plan, only what the class plays counts: what the model does in a seat between two sittings of the plan is no
    act of its student.
    """
    conduct = conduct_of(stop.record, seat, stop.model.gathering)
    if not state.planned:
        return conduct
    played: set[tuple[str, int | str]] = {(place.meeting, place.sitting) for place in state.planned}
    for trace in stop.record.trace.meetings:
        for number, code in enumerate(trace.phases, 1):
            if (trace.id, number) in played and _PHASES[int(code)] is Phase.VOTE:
                played.add((trace.id, "vote"))
        if (trace.id, len(trace.phases)) in played:
            played.add((trace.id, "arena"))
    doors = {"pledge", "host"}
    keys = [
        (row.meeting, row.sitting if row.kind == "act" else 0 if row.kind in doors else row.kind)
        for row in conduct[["meeting", "sitting", "kind"]].itertuples()
    ]
    return conduct[pd.Series([key in played for key in keys], index=conduct.index, dtype=bool)]


def fidelity_so_far(stop: Stop, state: ClassroomState, brief: Brief) -> Fidelity:
    """Return how closely a seat has followed its brief so far."""
    return fidelity(brief, conduct_so_far(stop, state, brief.actor))


def standings(stop: Stop, state: ClassroomState, brief: Brief) -> tuple[Standing, ...]:
    """Return where a seat stands on each aim and red line of its brief."""
    conduct = conduct_so_far(stop, state, brief.actor)
    parts = fidelity(brief, conduct).parts
    chances = _Chances(stop=stop, state=state)
    n_aims = len(brief.aims)
    aims = [_aim(aim, part, chances) for aim, part in zip(brief.aims, parts[:n_aims], strict=True)]
    lines = [_line(line, part, conduct) for line, part in zip(brief.red_lines, parts[n_aims:], strict=True)]
    return (*aims, *lines)


def _aim(aim: Aim, part: Part, chances: _Chances) -> Standing:
    threshold = MET.default
    if part.score is not None and part.score >= threshold:
        status = "met"
    elif chances.are_left(aim):
        status = "none" if part.score is None else "on_the_way"
    else:
        status = "none" if part.score is None else "missed"
    return Standing(
        of="aim", key=aim.key, status=status, value=part.score, threshold=threshold,
        occasions=part.occasions,
    )  # fmt: skip


def _line(line: RedLine, part: Part, conduct: pd.DataFrame) -> Standing:
    status = "none" if part.score is None else "held" if part.score == 1.0 else "broken"
    value: float | None = None
    if line.key == "offer":
        on_it = conduct["issue"].map(lambda issues: line.subject in str(issues).split(";")).astype(bool)
        offers = conduct.loc[on_it & (conduct["act"] == "cooperation"), "exposure"]
        value = float(offers.max()) if len(offers) else None
    elif part.score is not None:
        value = float(part.crossings)
    return Standing(
        of="red line", key=line.key, status=status, value=value, threshold=line.exposure,
        occasions=part.occasions,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Chances:
    """The occasions that are left to a class."""

    stop: Stop
    state: ClassroomState

    def are_left(self, aim: Aim) -> bool:
        """Return whether a meeting is left at which an aim can be pursued."""
        if aim.key == "arena":
            return any(self.stop.scenario.forum(meeting.forum).decides_arena for meeting in self._meetings)
        if aim.key == "pledge":
            return any(meeting.forum == aim.subject for meeting in self._meetings)
        return bool(self._meetings)

    @cached_property
    def _meetings(self) -> list[Meeting]:
        return list(self._left())

    def _left(self) -> Iterator[Meeting]:
        ahead = self.stop.next
        if ahead is None:
            return
        coming = [self.stop.scenario.meeting(ahead.place.meeting)]
        coming += [one for one in meetings_to_come(self.stop.scenario, self.stop.opened) if one is not coming[0]]
        planned = {place.meeting for place in self.state.planned}
        yield from (meeting for meeting in coming if not planned or meeting.id in planned)
