"""Mechanisms of one's own at their moments: each rule acts on a copy of the world, and what it changed is explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from comity.errors import InputError
from comity.forum.course import Course, Proceedings
from comity.forum.gathering import Gathering, gathering_of
from comity.forum.occasion import Occasion
from comity.forum.stage import Stage
from comity.mechanism import Mechanism
from comity.own_code import line_of
from comity.phases import Moment
from comity.population.verbs import Steps
from comity.randomness import key_of
from comity.scenario.moves import Move
from comity.scenario.own_mechanisms import CHANGES, OwnMechanism, loaded
from comity.scenario.schema import Scenario
from comity.world.meeting import Log, Timetable
from comity.world.world import GROUPS, World, copied

__all__ = ["OwnMechanisms"]

_FIXED = ("prior_in", "ties", "stake", "bloc_pairs", "shared_blocs", "issues")
_PLACES = {
    "trust": ("trust_in", ""), "attachment": ("attachment", ""),
    **{name: ("preferences", name) for name in ("position", "anchor")},
    **{name: ("actors", name) for name in ("cooperation", "sovereignty", "capacity")},
}  # fmt: skip
"""Where the world holds what a mechanism may change: its array, and the field of a record."""
_QUANTITIES = {place: name for name, place in _PLACES.items()}
_ROUNDING = 1e-9
_LONGEST = 300


class _Loaded(NamedTuple):
    """A mechanism that acts in a run."""

    own: OwnMechanism
    declared: Mechanism
    module: ModuleType
    key: np.uint64
    memory: dict[str, Any]


class OwnMechanisms:
    """The mechanisms of a scenario that do not come with the model, in one run.

    A mechanism whose strength is zero is left out: it does not even stop the run.

    Attributes
    ----------
    moments
        The moments at which at least one acts.
    """

    def __init__(self, scenario: Scenario, stage: Stage, seed: int) -> None:
        self._scenario, self._stage = scenario, stage
        self._done: tuple[int, int, int] | None = None
        self._by_moment: dict[Moment, list[_Loaded]] = {}
        for own in scenario.mechanisms:
            if own.strength is None or getattr(scenario.strengths, own.strength) != 0:
                entry = _Loaded(own, *loaded(own), np.uint64(key_of(seed, f"own:{own.name}")), {})
                self._by_moment.setdefault(Moment[own.moment], []).append(entry)
        self.moments: tuple[Moment, ...] = tuple(self._by_moment)

    def act(self, world: World, course: Course, steps: Steps, moves: Mapping[str, list[Move]]) -> None:
        """Let the mechanisms of the moment that comes next act, once each time that it comes.

        Raises
        ------
        InputError
            Where a rule raises, leaves a state out of range, or changes what it does not declare; the message names
            file, mechanism, moment, meeting and, where it is known, the actor.
        """
        place = course.frame.place[0]
        at = (int(place["event"]), int(place["moment"]), int(place["sitting"]))
        if not self._by_moment or at == self._done or at[0] == len(course.frame.events):
            return
        self._done = at
        for entry in self._by_moment.get(Moment(at[1]), ()):
            occasion = self._occasion(entry, world, course, moves)
            where = f"{entry.own.file_name}: mechanism {entry.own.name!r} at {occasion.moment.name} of {occasion.place}"
            _call(entry, occasion, where)
            self._take_over(entry, occasion, world, course.proceedings, steps, where)

    def _occasion(self, entry: _Loaded, world: World, course: Course, moves: Mapping[str, list[Move]]) -> Occasion:
        place = course.frame.place[0]
        event, moment, sitting = (
            course.frame.events[place["event"]],
            Moment(int(place["moment"])),
            int(place["sitting"]),
        )
        x, day, meeting, gathering = int(event["index"]), date.fromordinal(int(event["day"])), None, None
        name = f"year:{day.year}" if moment == Moment.YEAR else f"shock:{day}"
        if moment >= Moment.ARENA:
            meeting = self._stage.meetings[x]
            day, name = max(date.fromordinal(int(place["today"])), meeting.start), meeting.id
        if meeting is not None and moment >= Moment.MONEY:
            gathering = _closed(gathering_of(x, self._stage, course, moves.get(meeting.id, ()), sitting))
        return Occasion(
            world=_copy(world),
            parameters=self._scenario.strengths,
            moment=moment,
            date=day,
            meeting=meeting,
            gathering=gathering,
            active=self._stage.active_on(day),
            ids=tuple(self._stage.population.ids),
            memory=entry.memory,
            place=name,
            sitting=sitting,
            key=entry.key,
        )

    def _take_over(
        self, entry: _Loaded, occasion: Occasion, world: World, kept: Proceedings, steps: Steps, where: str
    ) -> None:
        """Check all that a rule has changed; then take it over, and explain it by the name of the mechanism."""
        name, after = entry.own.name, occasion.world
        np.fill_diagonal(after.trust_in, world.trust_in.diagonal())  # trust in oneself is unused
        changed = dict(_changed(world, after))
        for place, (old, new) in changed.items():
            self._check(_QUANTITIES.get(place, ""), place, old, new, occasion, entry.own.changes, where)
        for quantity in entry.own.changes:
            old = _of(world, _PLACES[quantity])
            new = np.clip(_of(after, _PLACES[quantity]), 0.0, 1.0)
            step = new - old
            if quantity == "trust":
                if occasion.gathering is not None and occasion.moment < Moment.SNAPSHOT:  # no lesson of the meeting
                    spoke = kept.spoke
                    kept.proof_before[spoke] += step[spoke] * world.evidence_on[spoke]
                sums = _by_group(step, world)
                world.trust_before[:] += sums.T
                steps.explain(quantity, name, sums)
            else:
                steps.explain(quantity, name, step)
            old[:] = new

    def _check(
        self, quantity: str, place: tuple[str, str], old: Any, new: Any, occasion: Occasion, declared: tuple[str, ...],
        where: str,
    ) -> None:  # fmt: skip
        ids, differs = occasion.ids, _differ(old, new)
        first = tuple(int(i) for i in np.argwhere(differs)[0])
        if quantity not in declared:
            what, values = quantity or place[1] or place[0], f"{_shown(old[first])} to {_shown(new[first])}"
            whose = self._named(quantity or place[0], what, first, ids)
            cure = f"Add {quantity!r} to its changes." if quantity else f"A mechanism may change {', '.join(CHANGES)}."
            raise InputError(
                f"{where}: changed {whose} from {values}, which it does not declare, so that nothing would explain it. "
                f"{cure}"
            )
        wrong = differs & ~((new >= -_ROUNDING) & (new <= 1 + _ROUNDING))
        if wrong.any():
            at = tuple(int(i) for i in np.argwhere(wrong)[0])
            whose = self._named(quantity, quantity, at, ids)
            raise InputError(f"{where}: must leave {whose} in [0, 1], got {_shown(new[at])}. Bound the step.")
        absent = differs & ~occasion.active.reshape(-1, *[1] * (differs.ndim - 1))
        if quantity == "trust":
            absent = differs & ~(occasion.active[:, None] & occasion.active[None, :])
        if absent.any():
            at = tuple(int(i) for i in np.argwhere(absent)[0])
            whose = self._named(quantity, quantity, at, ids)
            raise InputError(
                f"{where}: changed {whose}, but not all actors in it exist on {occasion.date}. Change only rows of "
                "occasion.active."
            )

    def _named(self, quantity: str, what: str, at: tuple[int, ...], ids: tuple[str, ...]) -> str:
        """Return in words which state of which actor it is."""
        scenario = self._scenario
        if quantity in ("trust", "trust_in", "evidence_on"):
            return f"{what} of {ids[at[1]]} in {ids[at[0]]}"
        if quantity in ("trust_before", "trust_parts"):
            return f"{what} of {ids[at[-1]]}"
        text = f"{what} of {ids[at[0]]}"
        if quantity in ("position", "anchor", "preferences"):
            return f"{text} on {scenario.issues[at[1]].id}"
        return f"{text} to {scenario.forums[at[1]].id}" if quantity in ("attachment", "gave") else text


def _call(entry: _Loaded, occasion: Occasion, where: str) -> None:
    rule = entry.declared.rule
    assert rule is not None
    try:
        rule(occasion)
    except Exception as error:
        line = line_of(error, entry.module)
        of = "" if occasion.row is None else f", actor {occasion.ids[occasion.row]}"
        place = "" if line is None else f", line {line}"
        text = " ".join(str(error).split())
        text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        raise InputError(f"{where}{of}{place}: raised {type(error).__name__}: {text}. Correct the rule.") from error


def _copy(world: World) -> World:
    """Return a world to which a rule may write, whatever it may change of it; what is fixed cannot be written to."""
    parts: dict[str, Any] = {
        name: (_view if name in _FIXED else copied)(getattr(world, name)) for name in World._fields
    }
    return World(**parts)


def _view(array: Any) -> Any:
    if not isinstance(array, np.ndarray):
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def _closed(held: Gathering) -> Gathering:
    """Return a gathering to look at."""
    log, timetable = Log(*map(_view, held.log)), Timetable(*map(_view, held.timetable))
    return replace(held, log=log, timetable=timetable)


def _changed(before: World, after: World) -> Iterator[tuple[tuple[str, str], tuple[Any, Any]]]:
    """Yield each array, or field of a record, that differs, before and after."""
    for name in World._fields:
        if name in _FIXED:
            continue
        for field in getattr(before, name).dtype.names or ("",):
            old, new = _of(before, (name, field)), _of(after, (name, field))
            if _differ(old, new).any():
                yield (name, field), (old, new)


def _of(world: World, place: tuple[str, str]) -> Any:
    array = getattr(world, place[0])
    return array[place[1]] if place[1] else array


def _differ(old: Any, new: Any) -> Any:
    """Return where two arrays differ; nan is the same as nan."""
    return (old != new) & ((old == old) | (new == new))


def _by_group(step: np.ndarray, world: World) -> np.ndarray:
    """Return steps of trust, row the partner, summed over the partners of each group: (n, 5), row the holder."""
    group = world.actors["group"]
    return np.stack([step[group == g].sum(axis=0) for g in range(len(GROUPS))], axis=1)


def _shown(value: Any) -> str:
    return f"{float(value):.6g}"
