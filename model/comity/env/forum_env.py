"""The environment. A step is a sitting in which a seat can do something; all others pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv

from comity.env.rewards import REWARDS, Reward
from comity.errors import InputError, nearest
from comity.forum.calendar import Calendar
from comity.forum.gathering import Gathering
from comity.forum.moments import Moment
from comity.forum.next_sitting import NextSitting
from comity.forum.trace import Keep
from comity.phases import Phase
from comity.randomness import read_seed
from comity.record import Record
from comity.rules.act import Act
from comity.scenario.loading import load
from comity.scenario.moves import Move
from comity.scenario.schema import Scenario

__all__ = ["ACTS", "BY_MODEL", "HEARD", "ForumEnv", "play"]

ACTS: tuple[str | None, ...] = (None, "silence", "statement", "cooperation", "contestation")
"""Acts by number; the first leaves the act to the model's own rule."""
BY_MODEL = 0
"""The action that leaves room and act to the model: the model's own rule as an agent."""

_PHASES = list(Phase)
_FLOORLESS = (Phase.CORRIDOR, Phase.VOTE)
HEARD = (Act.SILENCE, Act.STATEMENT, Act.COOPERATION, Act.CONTESTATION)
_UNHEARD = -1.0


class ForumEnv(ParallelEnv):  # type: ignore[misc]
    """A run in which programs hold some seats, and the model all others.

    An action is a number: ``len(ACTS) * room + act``. The room is 0 for the model's choice, 1 to ``max_rooms`` for a
    room, ``max_rooms + 1`` to stay away. The act is the same in all rounds of the sitting. ``action_mask`` in the
    observation says which actions are allowed. :data:`BY_MODEL` always is.

    Parameters
    ----------
    scenario
        A scenario, or the name or path of one.
    seats
        Ids of the actors that programs play.
    reward
        ``"brief"`` (:func:`comity.env.by_brief`), ``"trust"`` (:func:`comity.env.by_trust`) or a function.
    seed
        Seed of the first episode, where ``reset`` gives none. Each further episode has the next one.
    keep
        Level of detail of the record, as for :func:`comity.run`.
    illegal
        What becomes of an action that is not allowed: ``"error"``, or ``"model"``, which leaves the seat to the model.

    Raises
    ------
    InputError
        If an actor is not in the scenario or is named twice, or there is no such reward.

    Attributes
    ----------
    possible_agents, agents
        Ids of the seats; ``agents`` is empty after the last sitting.
    calendar
        The run.
    held, table, sitting
        Of the sitting that was just held: its meeting, the room of each actor (-1 without one), its number from 0.
    trust_before
        Trust of each actor (row) in each other one before it, (n, n).
    """

    metadata: ClassVar[dict[str, Any]] = {"name": "comity_v0", "render_modes": []}

    def __init__(
        self, scenario: Scenario | str | Path = "teaching", seats: Sequence[str] = (), *,
        reward: Literal["brief", "trust"] | Reward = "brief", seed: int = 0, keep: Keep = "meetings",
        illegal: Literal["error", "model"] = "error",
    ) -> None:  # fmt: skip
        self.scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
        if illegal not in ("error", "model"):
            raise InputError(f"env: illegal must be 'error' or 'model', got {illegal!r}. Choose one.")
        self.render_mode, self._is_lenient = None, illegal == "model"
        self._seed, self._keep = read_seed(seed) - 1, keep
        self.calendar = Calendar(self.scenario, seed=seed, keep=keep)
        ids = self.calendar.population.ids
        for number, seat in enumerate(seats):
            if seat not in ids:
                raise InputError(f"env: seat {seat!r} is not an actor of this scenario. {nearest(seat, ids)}")
            if seat in seats[:number]:
                raise InputError(f"env: seat {seat!r} must be named once, got it twice. Leave one out.")
        if not seats:
            raise InputError("env: seats must name at least one actor, got none. Name those that programs play.")
        if isinstance(reward, str) and reward not in REWARDS:
            raise InputError(
                f"env: reward must be {' or '.join(map(repr, REWARDS))}, or a function, got {reward!r}. Choose one."
            )
        self.reward: Reward = REWARDS[reward] if isinstance(reward, str) else reward
        self.possible_agents, self.agents = list(seats), list(seats)
        plans = self.calendar._course.proceedings.sittings
        self.max_rooms = max(int(plans["n_rooms"].max(initial=1)), 1)
        self.rows = {seat: self.calendar.population.rows[seat] for seat in seats}
        self._space = spaces.Discrete(len(ACTS) * (self.max_rooms + 2))
        self._observed = self._observation_space()

    def observation_space(self, agent: str) -> spaces.Dict:
        """Return what an observation of a seat can be."""
        return self._observed

    def action_space(self, agent: str) -> spaces.Discrete:
        """Return which actions there are."""
        return self._space

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
        """Begin a new episode, and hold all up to the first sitting in which a seat can do something.

        Parameters
        ----------
        seed
            Seed of the run; without it that of the episode before, plus one.
        options
            Ignored; PettingZoo asks for it.
        """
        self._seed = self._seed + 1 if seed is None else read_seed(seed)
        self.calendar = Calendar(self.scenario, seed=self._seed, keep=self._keep)
        self.agents = list(self.possible_agents)
        n = len(self.calendar.population.ids)
        self.held: Gathering | None = None
        self.sitting, self.table = 0, np.full(n, -1)
        self._heard, self._positions = np.zeros((n, len(HEARD)), np.float32), np.full(n, _UNHEARD, np.float32)
        self._means = self._positions.copy()
        self._go_on()
        return self._observations(), {seat: {} for seat in self.agents}

    def step(
        self, actions: Mapping[str, int]
    ) -> tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """Hold the sitting with the actions of the seats, and all that follows up to the next with a choice.

        A seat without an action is left to the model.

        Raises
        ------
        InputError
            If an action is not allowed; the message says which seat, at which sitting, and what is allowed. Nothing
            has been held then.
        """
        next_, held = self._next, self._doors
        if not self.agents:
            raise InputError("env: the episode is over. Call reset() for a new one.")
        rewards = dict.fromkeys(self.agents, 0.0)
        if next_ is not None and held is not None:  # None where no sitting of the whole run gives a seat a choice
            moves = [move for seat, action in actions.items() for move in self._moves(seat, action, next_)]
            self.calendar.choose(moves)
            self.trust_before, position = self.calendar.world.trust.copy(), self.calendar.world.position.copy()
            self.sitting, self.held = next_.sitting - 1, held
            self.calendar.hold_to(Moment.SEATING, Moment.ATTACHMENT)  # up to the end of the sitting and no further
            self.table = held.tables[self.sitting].copy()
            self._listen(held, position)
            rewards = {seat: float(self.reward(self, seat)) for seat in self.agents}
            self._go_on(is_before_one=next_.sitting < next_.n_sittings)
        over, seats = self._next is None, self.agents
        found = self._observations(), rewards, dict.fromkeys(seats, over), dict.fromkeys(seats, False)
        self.agents = [] if over else seats
        return *found, {seat: {} for seat in seats}

    def record(self) -> Record:
        """Return the record of the episode so far: one like any other, with the moves in its scenario."""
        return Record.of(self.calendar, by="comity.env")

    def action_of(self, act: str | None = None, room: int | Literal["away"] | None = None) -> int:
        """Return the number of an action: an act of :data:`ACTS`, a room from 1 or ``"away"``; None is the model's.

        Raises
        ------
        InputError
            If there is no such act or room.
        """
        number = 0 if room is None else self.max_rooms + 1 if room == "away" else room
        if act not in ACTS or not isinstance(number, int) or not 0 <= number <= self.max_rooms + 1:
            raise InputError(
                f"env: an action must have an act of {', '.join(map(str, ACTS))} and a room of 1 to {self.max_rooms}, "
                f"'away' or None, got {act!r} and {room!r}. Choose one of these."
            )
        return len(ACTS) * number + ACTS.index(act)

    def acts_of(self, seat: str) -> list[str]:
        """Return what a seat did in the sitting that was just held, round by round; nothing where it did not sit."""
        if self.held is None or self.table[self.rows[seat]] < 0:
            return []
        return [Act(int(act)).name.lower() for act in self._rounds(self.held)[:, self.rows[seat]] if act >= 0]

    def issue_of(self, seat: str) -> int:
        """Return which issue the room of a seat discussed in the sitting just held; -1 without a room."""
        room = int(self.table[self.rows[seat]])
        if self.held is None or room < 0:
            return -1
        return int(self.held.timetable.issue[self.held.timetable.sittings["first_room"][self.sitting] + room])

    def _rounds(self, held: Gathering) -> np.ndarray:
        entry = held.timetable.sittings[self.sitting]
        if _PHASES[entry["phase"]] in _FLOORLESS:
            return np.zeros((0, len(self.table)), np.int8)
        return held.log.acts[entry["first_round"] : entry["first_round"] + entry["rounds"]]

    def _listen(self, held: Gathering, position: np.ndarray) -> None:
        """Keep what could be perceived: acts; the ``position`` (n, issues) of who spoke, and the mean of its room."""
        acts, rows = self._rounds(held), np.flatnonzero(self.table >= 0)
        self._heard = np.stack([(acts == act).sum(axis=0) for act in HEARD], axis=1).astype(np.float32)
        self._positions, self._means = np.full((2, len(self.table)), _UNHEARD, np.float32)
        if len(acts) and len(rows):
            rooms, first = self.table[rows], held.timetable.sittings["first_room"][self.sitting]
            stood = position[rows, held.timetable.issue[first + rooms]]
            means = np.bincount(rooms, stood) / np.maximum(np.bincount(rooms), 1)
            self._means[rows] = np.clip(means[rooms], 0, 1)
            spoke = self._heard[rows, 1:].sum(axis=1) > 0
            self._positions[rows[spoke]] = stood[spoke]

    def _go_on(self, is_before_one: bool = False) -> None:
        """Hold all up to the next sitting in which a seat can do something, or to the end."""
        while self.calendar.running:
            if not is_before_one:
                self.calendar.hold_to(Moment.SEATING)
            is_before_one = False
            self._doors, self._next = self.calendar.gathering, self.calendar.next_sitting()
            if self._next is not None and any(self._mask(seat).sum() > 1 for seat in self.agents):
                return
        self._doors, self._next = None, None

    def _mask(self, seat: str) -> np.ndarray:
        """Return which actions a seat has, int8."""
        mask, next_, held = np.zeros((self.max_rooms + 2, len(ACTS)), np.int8), self._next, self._doors
        mask[0, 0] = 1
        if next_ is None or held is None or next_.phase is Phase.VOTE or not next_.present[self.rows[seat]]:
            return mask.ravel()
        kind = int(self.calendar.world.actors["kind"][self.rows[seat]])
        if not held.timetable.sittings["kinds"][next_.sitting - 1] >> kind & 1:
            return mask.ravel()
        n_acts = 1 if next_.phase in _FLOORLESS else len(ACTS)
        mask[0, : n_acts if next_.tables[self.rows[seat]] >= 0 else 1] = 1
        mask[1 : len(next_.rooms) + 1, :n_acts] = 1
        mask[-1, 0] = 1
        return mask.ravel()

    def _moves(self, seat: str, action: int, next_: NextSitting) -> list[Move]:
        where = f"env: action of {seat!r} at sitting {next_.sitting} of {next_.meeting!r}"
        if seat not in self.agents:
            raise InputError(f"{where}: it is not played by a program. {nearest(seat, self.agents)}")
        mask = self._mask(seat)
        if not isinstance(action, (int, np.integer)) or not 0 <= action < len(mask) or not mask[action]:
            if self._is_lenient and action in self._space:
                return []
            allowed = ", ".join(map(str, np.flatnonzero(mask)))
            raise InputError(f"{where}: must be one of {allowed}, got {action!r}. action_mask says which are allowed.")
        room, act = divmod(int(action), len(ACTS))
        at: dict[str, Any] = {"actor": seat, "meeting": next_.meeting, "sitting": next_.sitting}
        moves = [Move(**at, table=0 if room == self.max_rooms + 1 else room)] if room else []
        return [*moves, Move(**{**at, "act": ACTS[act]})] if act else moves

    def _observation_space(self) -> spaces.Dict:
        n, n_issues = len(self.calendar.population.ids), len(self.scenario.issues)

        def share(*shape: int, low: float = 0.0, high: float = 1.0) -> spaces.Box:
            return spaces.Box(low, high, shape, np.float32)

        return spaces.Dict(
            {
                "own": share(3),
                "position": share(n_issues),
                "salience": share(n_issues),
                "trust": share(n),
                "phase": spaces.Discrete(len(_PHASES)),
                "room_issues": spaces.Box(-1, n_issues - 1, (self.max_rooms,), np.int64),
                "room": spaces.Discrete(self.max_rooms + 1),
                "present": spaces.MultiBinary(n),
                "at_my_table": spaces.MultiBinary(n),
                "heard": share(n, len(HEARD), high=10.0),
                "heard_position": share(n, low=_UNHEARD),
                "room_mean": share(1, low=_UNHEARD),
                "heard_issue": spaces.Box(-1, n_issues - 1, (1,), np.int64),
                "action_mask": spaces.Box(0, 1, (self._space.n,), np.int8),
            }
        )

    def _observations(self) -> dict[str, dict[str, Any]]:
        return {seat: self._observation(seat) for seat in self.agents}

    def _observation(self, seat: str) -> dict[str, Any]:
        """Return what a delegation perceives: its own state, its own trust, its programme, and its last room."""
        world, row, next_ = self.calendar.world, self.rows[seat], self._next
        mine = (self.table == self.table[row]) & (self.table[row] >= 0)
        issues = np.full(self.max_rooms, -1, np.int64)
        room, present, beside = -1, np.zeros(len(self.table), bool), np.zeros(len(self.table), bool)
        if next_ is not None:
            ids = [issue.id for issue in self.scenario.issues]
            issues[: len(next_.issues)] = [ids.index(issue) for issue in next_.issues]
            room, present = int(next_.tables[row]), next_.present
            beside = (next_.tables == room) & (room >= 0)
        own = [world.actors[name][row] for name in ("sovereignty", "cooperation", "capacity")]
        return {
            "own": np.clip(np.array(own, np.float32), 0, 1),
            "position": world.position[row].astype(np.float32),
            "salience": np.clip(world.salience[row], 0, 1).astype(np.float32),
            "trust": np.clip(world.trust[row], 0, 1).astype(np.float32),
            "phase": np.int64(0 if next_ is None else _PHASES.index(next_.phase)),
            "room_issues": issues,
            "room": np.int64(room + 1),
            "present": present.astype(np.int8),
            "at_my_table": beside.astype(np.int8),
            "heard": np.where(mine[:, None], self._heard, 0).astype(np.float32),
            "heard_position": np.where(mine, self._positions, _UNHEARD).astype(np.float32),
            "room_mean": self._means[[row]],
            "heard_issue": np.array([self.issue_of(seat) if self._means[row] >= 0 else -1], np.int64),
            "action_mask": self._mask(seat),
        }


def play(env: ForumEnv, policies: Mapping[str, Callable[[dict[str, Any]], int]], seed: int) -> dict[str, float]:
    """Play an episode; return the sum of rewards of each seat. Seats without a policy are left to the model.

    A policy is a function from an observation to an action; ``env.record()`` has the episode.
    """
    found, _ = env.reset(seed=seed)
    total = dict.fromkeys(env.possible_agents, 0.0)
    while env.agents:
        actions = {seat: policies[seat](found[seat]) for seat in env.agents if seat in policies}
        found, rewards, *_ = env.step(actions)
        for seat, gained in rewards.items():
            total[seat] += gained
    return total
