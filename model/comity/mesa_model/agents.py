"""The agents: Mesa's view of the actors; each attribute reads one row of the world's arrays."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import mesa
import numpy as np

from comity.errors import InputError, nearest
from comity.population.shown import refusal
from comity.world.world import KINDS, STANCES, Kind

if TYPE_CHECKING:
    from comity.mesa_model.model import ForumModel

__all__ = ["Actor", "CivilSociety", "InternationalOrganisation", "State", "make_agents"]

_SET_ONCE = ("model", "unique_id", "row")


class Actor(mesa.Agent):
    """What states, organisations and networks have in common; nothing is held here but the row."""

    model: ForumModel

    def __init__(self, model: ForumModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __setattr__(self, name: str, value: object) -> None:
        """Set what Mesa sets; refuse everything else, for an agent is a view: the message names the verb."""
        if name.startswith("_") or name == "pos" or (name in _SET_ONCE and self.__dict__.get(name) is None):
            super().__setattr__(name, value)
            return
        known = [item for item in dir(type(self)) if not item.startswith("_")]
        if name in known or name in _SET_ONCE:
            raise InputError(refusal(name, f"agent {self.id}"))
        raise InputError(
            f"agent {self.id}: {name!r} must not be set, for an agent is a view of an actor and has no such attribute. "
            f"{nearest(name, known)} Keep what is your own in a dict by id; change an actor by a verb of model.world."
        )

    def __getattr__(self, name: str) -> NoReturn:
        """Say what there is; to Mesa's DataCollector, too, which would fill a misspelt reporter's column with None."""
        known = [item for item in dir(type(self)) if not item.startswith("_")]
        message = f"agent: there is no attribute {name!r}. {nearest(name, known)}"
        is_collected = sys._getframe(1).f_globals.get("__name__") == "mesa.datacollection"
        if is_collected and not any(hasattr(kind, name) for kind in (State, InternationalOrganisation, CivilSociety)):
            raise InputError(message)
        raise AttributeError(message)

    def remove(self) -> NoReturn:
        """Refuse: an actor belongs to the scenario and would go on attending."""
        raise InputError(
            f"agent {self.id}: cannot be removed, since actors belong to the scenario. Load it without this one: "
            f'comity.load("…", settings={{"population.remove": ["{self.id}"]}}). For one that leaves on a day, give '
            "active_to in a table of actors of your own."
        )

    @property
    def id(self) -> str:
        """Id of the actor, an ISO 3166-1 alpha-3 code for the 193 states."""
        return self.model.population.ids[self.row]

    @property
    def name(self) -> str:
        """Name of the actor."""
        return str(self.model.population.actors["name"].iat[self.row])

    @property
    def kind(self) -> str:
        """state, io, cso, business, mayors or youth."""
        return KINDS[self.model._world.actors["kind"][self.row]]

    @property
    def group(self) -> str:
        """Role of a state, one of the subject's (origin, destination, both), else organisation or network."""
        code = int(self.model._world.actors["group"][self.row])
        return str(self.model.scenario.subject.groups[code])

    @property
    def cooperation(self) -> float:
        """Disposition to act cooperatively when it speaks, c_i, a share."""
        return float(self.model._world.actors["cooperation"][self.row])

    @property
    def sovereignty(self) -> float:
        """How costly outside say over the topic is to it, sigma_i, a share."""
        return float(self.model._world.actors["sovereignty"][self.row])

    @property
    def capacity(self) -> float:
        """Size and seniority of the delegation it can field, q_i, a share."""
        return float(self.model._world.actors["capacity"][self.row])

    @property
    def position(self) -> np.ndarray:
        """Positions x_ik by issue, 0 national to 1 joint, shape (K,), to look at."""
        position: np.ndarray = self.model.world.position[self.row]
        return position

    @property
    def salience(self) -> np.ndarray:
        """Saliences s_ik by issue, shape (K,), sum 1, to look at."""
        salience: np.ndarray = self.model.world.salience[self.row]
        return salience

    @property
    def practices(self) -> float:
        """Practices copied from others, all issues, a count."""
        return float(self.model._world.preferences["practices"][self.row].sum())

    @property
    def trust_held(self) -> float:
        """Mean trust in all others, a share."""
        world = self.model._world
        trust = world.trust[self.row]
        return float((trust.sum() - trust[self.row]) / max(world.n - 1, 1))

    def trust_in(self, other: Actor) -> float:
        """Trust T_ij in another actor, a share."""
        if getattr(other, "model", None) is not self.model:
            raise InputError(f"agent {self.id}: trust_in must be given an agent of its own model, got {other!r:.60}.")
        return float(self.model._world.trust[self.row, other.row])

    def attachment_to(self, forum: str) -> float:
        """How much it values that a forum continues, p_if, a share."""
        names = [item.id for item in self.model.scenario.forums]
        if forum not in names:
            raise InputError(f"agent {self.id}: forum {forum!r} is not in this scenario. {nearest(forum, names)}")
        return float(self.model._world.attachment[self.row, names.index(forum)])


class State(Actor):
    """A state."""

    @property
    def is_treaty_party(self) -> bool:
        """Whether it is party to the treaty of the subject, such as the migrant workers' convention."""
        return bool(self.model._world.actors["treaty_party"][self.row])

    @property
    def is_agency_member(self) -> bool:
        """Whether it is a member of the agency, such as IOM."""
        return bool(self.model._world.actors["agency_member"][self.row])


class InternationalOrganisation(Actor):
    """An international organisation."""

    @property
    def normative_mandate(self) -> float:
        """How far it sets and monitors norms rather than serves, a share."""
        return float(self.model._world.actors["normative"][self.row])


class CivilSociety(Actor):
    """A civil-society network, or the business, mayors' and youth mechanisms."""

    @property
    def stance(self) -> str:
        """inside, bridge or outside the state-led forum."""
        return STANCES[self.model._world.actors["stance"][self.row]]


def make_agents(model: ForumModel) -> None:
    """Create the agents of a model, in the order of the world."""
    for row, kind in enumerate(model._world.actors["kind"]):
        if kind == Kind.STATE:
            State(model, row)
        elif kind == Kind.IO:
            InternationalOrganisation(model, row)
        else:
            CivilSociety(model, row)
    # Mesa 3.3 keeps every model alive in a class-wide table of id counters; 3.5 has no such table.
    counters = getattr(mesa.Agent, "_ids", None)
    if counters is not None:
        counters.pop(model, None)
