"""Two runs on one timeline: the meetings of both, and the moment of each run."""

from __future__ import annotations

from typing import Any

from comity_dashboard.packed import pack
from comity_dashboard.story import LANES, Story

__all__ = ["SideBySide"]

_Key = tuple[str, str, int]
"""Meeting, phase, and number within that phase. Two runs may hold different sittings of a meeting."""


class SideBySide:
    """Two stories on one timeline.

    Attributes
    ----------
    timeline, phases
        Input of the player, as in :class:`comity_dashboard.story.Story`. ``only`` of a meeting is 0 if both runs hold
        it, else the number of the run that does.
    places
        For each story and moment of the timeline: its own moment (``own``) and last meeting (``last``), or -1.
    """

    def __init__(self, one: Story, two: Story) -> None:
        stories = (one, two)
        known = [{item["id"]: item for item in story.timeline.data["meetings"]} for story in stories]
        places = [_places(story) for story in stories]
        ordered = sorted(
            dict.fromkeys([*known[0], *known[1]]), key=lambda name: (known[0].get(name) or known[1][name])["date"]
        )
        moments, phases, meetings, keys = [[-1, 0]], ["start"], [], [("start", "", 0)]
        for m, name in enumerate(ordered):
            held = [story for story in known if name in story]
            sittings = _merged(*([key for key in found if key[0] == name] for found in places))
            meetings.append(
                {**held[0][name], "first": len(moments), "sittings": len(sittings),
                 "only": 0 if len(held) == 2 else 1 + int(name in known[1])}
            )  # fmt: skip
            moments += [[m, s] for s in range(len(sittings))]
            phases += [phase for _, phase, _ in sittings]
            keys += sittings
        self.timeline = pack(_frame(stories) | {"meetings": meetings, "moments": moments})
        self.phases = pack(phases)
        self.places = (pack(_where(one, places[0], keys)), pack(_where(two, places[1], keys)))


def _places(story: Story) -> dict[_Key, int]:
    """Return the moments of a story by meeting, phase, and number within that phase."""
    found: dict[_Key, int] = {}
    for moment, ((m, s), phase) in enumerate(zip(story.moments, story.phases.data, strict=True)):
        trace = story.record.trace.meetings[m]
        key = ("start", "", 0) if m < 0 else (trace.id, phase, int((trace.phases[:s] == trace.phases[s]).sum()))
        found[key] = moment
    return found


def _merged(first: list[_Key], second: list[_Key]) -> list[_Key]:
    """Return the sittings of both in order. A sitting of the second run alone follows its predecessor there."""
    found = list(first)
    at = 0
    for key in second:
        if key in found:
            at = found.index(key) + 1
        else:
            found.insert(at, key)
            at += 1
    return found


def _where(story: Story, places: dict[_Key, int], keys: list[_Key]) -> dict[str, list[int]]:
    own = [places.get(key, -1) for key in keys]
    numbers = {trace.id: m for m, trace in enumerate(story.record.trace.meetings)}
    last, seen = [-1], -1
    for key in keys[1:]:
        seen = numbers.get(key[0], seen)
        last.append(seen)
    return {"own": own, "last": last}


def _frame(stories: tuple[Story, Story]) -> dict[str, Any]:
    """Return the frame of the timeline: lanes, cancelled meetings, shocks, first and last day."""
    timelines = [story.timeline.data for story in stories]
    lanes = {lane["id"]: lane for timeline in timelines for lane in timeline["lanes"]}
    cancelled = {item["id"] + item["text"]: item for timeline in timelines for item in timeline["cancelled"]}
    events = {item["date"] + item["text"]: item for timeline in timelines for item in timeline["events"]}
    return {
        "events": list(events.values()),
        "lanes": [lanes[lane] for lane in LANES if lane in lanes],
        "cancelled": list(cancelled.values()),
        "start": min(timeline["start"] for timeline in timelines),
        "end": max(timeline["end"] for timeline in timelines),
    }
