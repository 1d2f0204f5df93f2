"""The world from outside: arrays to look at, and verbs that change it, each step checked and explained."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.errors import InputError, nearest
from comity.population.shown import Shown, refusal, shown
from comity.scenario.own_mechanisms import is_own_name, is_taken
from comity.world.world import World

if TYPE_CHECKING:
    from comity.mesa_model import ForumModel
    from comity.mesa_model.agents import Actor

__all__ = ["Parts", "Steps", "WorldView"]

_DERIVED = ("n", "position", "salience", "trust", "trust_held")

Parts = dict[str, dict[str, np.ndarray]]
"""What steps from outside and mechanisms of one's own have changed, by quantity and name: cooperation, sovereignty,
capacity (n,), position, anchor (n, K), attachment (n, F) and trust (n, 5), sums over the partners of a group."""


@dataclass(kw_only=True)
class Steps:
    """The steps that were made from outside.

    Attributes
    ----------
    parts
        What they have changed since the last snapshot.
    counts
        How many there were since the start, by verb and name.
    """

    parts: Parts = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, quantity: str, by: str, where: tuple[int, ...], step: float, shape: tuple[int, ...]) -> None:
        """Explain a step: add it to the part of its name."""
        names = self.parts.setdefault(quantity, {})
        if by not in names:
            names[by] = np.zeros(shape)
        names[by][where] += step

    def explain(self, quantity: str, by: str, steps: np.ndarray) -> None:
        """Explain steps of many actors at once, which a mechanism of one's own made; they are not counted."""
        names = self.parts.setdefault(quantity, {})
        names[by] = names[by] + steps if by in names else steps.copy()

    def take(self) -> Parts:
        """Return the parts and start from zero."""
        taken, self.parts = self.parts, {}
        return taken


class WorldView:
    """The world of a model, to look at and to change by verbs.

    All arrays of :class:`comity.world.world.World` can be read here and none can be written to. Each verb moves
    one quantity of one actor by a ``step``, which ``by`` names: explanations and tables show it under that name,
    beside the parts of the built-in mechanisms, and the parts add up to the change. Actors are given as rows, ids or
    agents; they must exist on the day. A step must leave its quantity in [0, 1]; else InputError says which steps are
    possible. Steps can be made before, between and within meetings, until the run is
    at its end.
    """

    __slots__ = ("_model", "_world")
    _model: ForumModel
    _world: World

    def __init__(self, model: ForumModel, world: World) -> None:
        object.__setattr__(self, "_model", model)
        object.__setattr__(self, "_world", world)

    def __getattr__(self, name: str) -> Any:
        """Return a quantity as an array to look at."""
        if name.startswith("_") or name not in (*World._fields, *_DERIVED):
            known = [*World._fields, *_DERIVED, *(verb for verb in dir(type(self)) if verb.startswith("change_"))]
            raise AttributeError(f"model.world has no {name!r}. {nearest(name, known)}")
        if name == "n":
            return self._world.n
        if name == "trust":
            return _renamed(shown(self._world.trust_in, name).T, name)
        if name in ("position", "salience"):
            return shown(self._world.preferences, "preferences")[name]
        return shown(getattr(self._world, name), name)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse."""
        raise InputError(refusal(name))

    def __delattr__(self, name: str) -> None:
        """Refuse."""
        raise InputError(refusal(name))

    def __dir__(self) -> list[str]:
        """Return what can be read and done."""
        return [*World._fields, *_DERIVED, *(name for name in super().__dir__() if name.startswith("change_"))]

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is copied: with its model."""
        return WorldView, (self._model, self._world)

    def __repr__(self) -> str:
        """Return what it is."""
        return f"<world of {self._world.n} actors: read its arrays, change it by verbs such as change_trust>"

    def change_trust(self, i: Actor | str | int, j: Actor | str | int, step: float, *, by: str) -> None:
        """Move the trust T_ij of an actor in another one by a step; on how much evidence it rests does not change."""
        verb = "change_trust"
        holder, partner = self._row(i, verb, "i"), self._row(j, verb, "j")
        if holder == partner:
            raise InputError(f"{verb}: i and j must be two actors, got {self._id(holder)!r} twice. Name another j.")
        what = f"trust of {self._id(holder)} in {self._id(partner)}"
        before, after = self._moved(verb, what, self._world.trust_in[partner, holder], step, by)
        group = int(self._world.actors["group"][partner])
        self._world.trust_in[partner, holder] = after
        self._world.trust_before[group, holder] += after - before
        held = self._model.gathering
        if held is not None and held.log.spoke[partner]:  # the meeting has not taught it
            held.log.proof_before[partner, holder] += (after - before) * self._world.evidence_on[partner, holder]
        shape = (self._world.n, len(self._world.trust_before))
        self._model.steps_from_outside.add("trust", by, (holder, group), after - before, shape)

    def change_position(self, i: Actor | str | int, issue: str | int, step: float, *, by: str) -> None:
        """Move the position x_ik of an actor on an issue, given by id or number; the domestic anchor stays."""
        verb = "change_position"
        row, k = self._row(i, verb, "i"), self._number(issue, verb, "issue", "issues")
        what = f"position of {self._id(row)} on {self._model.scenario.issues[k].id}"
        positions = self._world.preferences["position"]
        before, after = self._moved(verb, what, positions[row, k], step, by)
        positions[row, k] = after
        self._model.steps_from_outside.add("position", by, (row, k), after - before, positions.shape)

    def change_cooperation(self, i: Actor | str | int, step: float, *, by: str) -> None:
        """Move the disposition c_i of an actor to cooperate."""
        self._change("cooperation", i, step, by, explained=True)

    def change_sovereignty(self, i: Actor | str | int, step: float, *, by: str) -> None:
        """Move the sovereignty concern sigma_i of an actor; what a new delegation brings stays."""
        self._change("sovereignty", i, step, by, explained=True)

    def change_capacity(self, i: Actor | str | int, step: float, *, by: str) -> None:
        """Move the capacity q_i of an actor. Tables show it, and have parts for no mechanism, nor for this step."""
        self._change("capacity", i, step, by, explained=False)

    def change_attachment(self, i: Actor | str | int, forum: str | int, step: float, *, by: str) -> None:
        """Move the attachment p_if of an actor to a forum, given by id or number; as with capacity, without parts."""
        verb = "change_attachment"
        row, f = self._row(i, verb, "i"), self._number(forum, verb, "forum", "forums")
        what = f"attachment of {self._id(row)} to {self._model.scenario.forums[f].id}"
        self._world.attachment[row, f] = self._moved(verb, what, self._world.attachment[row, f], step, by)[1]

    def _change(self, quantity: str, i: Actor | str | int, step: float, by: str, *, explained: bool) -> None:
        verb = f"change_{quantity}"
        row = self._row(i, verb, "i")
        values = self._world.actors[quantity]
        before, after = self._moved(verb, f"{quantity} of {self._id(row)}", values[row], step, by)
        values[row] = after
        if explained:
            self._model.steps_from_outside.add(quantity, by, (row,), after - before, (self._world.n,))

    def _moved(self, verb: str, what: str, value: float, step: float, by: str) -> tuple[float, float]:
        """Return a quantity before and after a step, count it, or raise InputError: everything is checked here."""
        _check_name(verb, by)
        if isinstance(step, (bool, np.bool_)) or not isinstance(step, Real) or not -1 <= step <= 1:
            raise InputError(
                f"{verb}: step must be a number from -1 to 1, got {step!r}. Give a difference, such as 0.05."
            )
        if not self._model.running:
            raise InputError(
                f"{verb}: the run is at its end, so that no step can act. Ask model.running first, or begin a new "
                "ForumModel."
            )
        before = float(value)
        after = before + float(step)
        if not 0.0 <= after <= 1.0:
            raise InputError(
                f"{verb}: step must be in {-before:.6g} to {1 - before:.6g}, so that {what} stays in [0, 1], "
                f"got {float(step):.6g}: it is {before:.6g} now. Give a smaller step."
            )
        counts = self._model.steps_from_outside.counts
        counts[verb, by] = counts.get((verb, by), 0) + 1
        return before, after

    def _row(self, actor: Actor | str | int, verb: str, which: str) -> int:
        """Return the row of an actor that exists today, or raise InputError."""
        people = self._model.population
        row: Any = actor  # until it is known to be a number
        if isinstance(actor, str):
            row = people.rows.get(actor, -1)
            if row < 0:
                raise InputError(f"{verb}: {which} must be an actor, got {actor!r}. {nearest(actor, people.ids)}")
        elif hasattr(actor, "row"):
            if getattr(actor, "model", None) is not self._model:
                raise InputError(f"{verb}: {which} must be an agent of this model, got one of another. Give its id.")
            row = actor.row
        if isinstance(row, (bool, np.bool_)) or not isinstance(row, Integral) or not 0 <= int(row) < self._world.n:
            raise InputError(
                f"{verb}: {which} must be a row from 0 to {self._world.n - 1}, an id or an agent, got {actor!r}. "
                "Give one of them."
            )
        if not self._model.stage.active_on(self._model.today)[int(row)]:
            raise InputError(
                f"{verb}: {which} must exist on the day, but {people.ids[int(row)]} does not on {self._model.today}. "
                "Name another actor, or make the step while it exists."
            )
        return int(row)

    def _number(self, item: str | int, verb: str, which: str, listed: str) -> int:
        """Return the number of an issue or a forum, or raise InputError."""
        ids = [found.id for found in getattr(self._model.scenario, listed)]
        if isinstance(item, str):
            if item not in ids:
                raise InputError(f"{verb}: {which} must be one of the scenario, got {item!r}. {nearest(item, ids)}")
            return ids.index(item)
        if isinstance(item, (bool, np.bool_)) or not isinstance(item, Integral) or not 0 <= int(item) < len(ids):
            raise InputError(
                f"{verb}: {which} must be an id or a number from 0 to {len(ids) - 1}, got {item!r}. {nearest('', ids)}"
            )
        return int(item)

    def _id(self, row: int) -> str:
        return self._model.population.ids[row]


def _check_name(verb: str, by: str) -> None:
    """Raise InputError unless a name can stand beside those of the built-in mechanisms in all tables."""
    if not is_own_name(by):
        raise InputError(
            f"{verb}: by must name your mechanism in small letters, digits and _, got {by!r}. "
            'Give a name, such as by="gossip".'
        )
    if is_taken(by):
        raise InputError(
            f"{verb}: by must be a name of your own, but {by!r} is that of a built-in mechanism or of a column. "
            f'Give another one, such as by="my_{by}".'
        )


def _renamed(array: Shown, name: str) -> Shown:
    array.named = name
    return array
