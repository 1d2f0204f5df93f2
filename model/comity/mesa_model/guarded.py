"""A Mesa model whose state is changed by its calendar and by verbs, and by nothing else."""

from __future__ import annotations

import inspect
import sys
from types import FrameType
from typing import Any, NoReturn
from weakref import proxy

import mesa
import numpy as np

from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.forum.stage import Stage
from comity.forum.trace import Keep, Trace
from comity.mesa_model.agents import Actor, make_agents
from comity.population.people import Population
from comity.population.verbs import Steps, WorldView
from comity.randomness import read_seed
from comity.scenario.parameters import Parameters
from comity.scenario.schema import Scenario
from comity.world.world import World

__all__ = ["GuardedModel", "checked_seed"]

_BEGIN_ANEW = "Begin a new ForumModel."
_CALENDAR = "It follows from the calendar: step(), run() and run_to(meeting, sitting) go on."
_FIXED = {
    **dict.fromkeys(("keep", "run_seed", "seed", "stage", "population"), _BEGIN_ANEW),
    **dict.fromkeys(("trace", "steps_from_outside", "ways", "is_over"), _BEGIN_ANEW),
    **dict.fromkeys(("scenario", "theory"), "Load another scenario, and begin a new ForumModel."),
    **dict.fromkeys(("today", "gathering"), _CALENDAR),
    "world": 'Use its verbs, such as model.world.change_trust(i, j, step, by="…").',
}
_OF_THE_SCENARIO = (
    frozenset(Scenario.model_fields) - {"name", "title", "description", "references"}
    | frozenset(Parameters.model_fields)
) - _FIXED.keys()
_LUCK = "The luck of a run follows from its seed: begin a new ForumModel(seed=…)."


def checked_seed(seed: Any) -> int:
    """Return the seed as an int, or raise InputError: also where ``batch_run`` would hold one run several times."""
    if seed is None and _batch() is not None:
        raise InputError(
            "seed must be a whole number from 0 to 2**63 - 1, got None. With equal seeds all iterations would be the "
            "same run: batch_run(..., rng=[1, 2, 3])."
        )
    _refuse_equal_iterations(read_seed(seed))
    return int(seed)


class GuardedModel(mesa.Model):
    """What Mesa lets everybody do to a model, and what would go wrong without a word here, is refused."""

    _calendar: Calendar
    _is_peopled = True
    _is_stopped = False
    _begins = False

    def __init__(self) -> None:
        self._begins = True
        super().__init__(rng=self._calendar.run_seed % 2**32)
        self._begins = False

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute of one's own; refuse what the run, its scenario or its calendar says."""
        if name[0] == "_":  # the state of the run, set at every step
            object.__setattr__(self, name, value)
            return
        if name in _FIXED:
            if self._begins:  # Mesa 3.5 sets a scenario of its own
                return
            raise InputError(f"model: {name} must not be set. {_FIXED[name]}")
        if name not in self.__dict__ and not self._begins and name in _OF_THE_SCENARIO:
            raise InputError(
                f"model: {name} must not be set, since it belongs to the scenario. "
                'Give it before the run: comity.load("…", settings={"parameters.…": …}).'
            )
        super().__setattr__(name, value)

    @property
    def running(self) -> bool:
        """Whether there is anything left to hold, and nobody has stopped the run."""
        return self._calendar.running and not self._is_stopped

    @running.setter
    def running(self, value: bool) -> None:
        if not isinstance(value, (bool, np.bool_)):
            raise InputError(f"model: running must be True or False, got {value!r}. False stops the run.")
        self._is_stopped = not value

    @property
    def scenario(self) -> Scenario:
        """What is simulated."""
        return self._calendar.scenario

    @property
    def keep(self) -> Keep:
        """Level of detail."""
        return self._calendar.keep

    @property
    def run_seed(self) -> int:
        """Seed of all luck of the run."""
        return self._calendar.run_seed

    @property
    def stage(self) -> Stage:
        """What runs share whatever their parameters."""
        return self._calendar.stage

    @property
    def population(self) -> Population:
        """Who the actors are."""
        return self._calendar.population

    @property
    def trace(self) -> Trace:
        """What the run has left so far."""
        return self._calendar.trace

    @property
    def ways(self) -> set[str]:
        """Methods by which it was held."""
        return self._calendar.ways

    @property
    def steps_from_outside(self) -> Steps:
        """What the verbs of :attr:`world` have changed."""
        return self._calendar.steps_from_outside

    @property
    def _world(self) -> World:
        return self._calendar.world

    @property
    def world(self) -> WorldView:
        """The state of all actors: arrays to look at, and verbs to change it."""
        return WorldView(self, self._world)  # type: ignore[arg-type]

    def register_agent(self, agent: mesa.Agent) -> None:
        """Take up an agent of one's own; actors come from the scenario only."""
        if isinstance(agent, Actor) and self._is_peopled:
            raise InputError(
                "model: actors come from the scenario, an agent cannot be added. "
                "Add a row to a table of actors of your own (population.states), or use a class of your own."
            )
        super().register_agent(agent)  # type: ignore[no-untyped-call]

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Let an agent of one's own go; actors stay."""
        if isinstance(agent, Actor):
            agent.remove()
        super().deregister_agent(agent)  # type: ignore[no-untyped-call]

    def remove_all_agents(self) -> None:
        """Refuse: actors belong to the scenario."""
        raise InputError(
            "model: agents cannot be removed, since actors belong to the scenario. "
            'Load it without them: comity.load("…", settings={"population.remove": ["…"]}).'
        )

    def reset_randomizer(self, seed: Any = None) -> NoReturn:
        """Refuse: nothing here draws from Mesa's generators."""
        raise InputError(f"model: reset_randomizer would change nothing. {_LUCK}")

    def reset_rng(self, rng: Any = None) -> NoReturn:
        """Refuse: nothing here draws from Mesa's generators."""
        raise InputError(f"model: reset_rng would change nothing. {_LUCK}")

    def people(self) -> None:
        """Create the agents, the views of the actors."""
        self._is_peopled = False
        make_agents(self)  # type: ignore[arg-type]
        self._is_peopled = True
        self._n_agents = len(self.agents)

    def refuse_missing_agents(self) -> None:
        """Raise InputError where agents were taken out of ``model.agents`` itself: they would go on attending."""
        n_agents = self.__dict__.get("_n_agents", 0)
        if n_agents and min(len(self._all_agents), sum(map(len, self._agents_by_type.values()))) < n_agents:
            raise InputError(
                "model: model.agents must hold all actors, but some were taken out of it; they would go on attending. "
                "Make a selection of your own, model.agents.select(...) without inplace, and begin a new ForumModel."
            )

    def loosen(self) -> None:
        """Let a model that is at its end go as soon as nobody uses it: Mesa ties it to itself, to count and time steps.

        Else a sweep holds the matrices of hundreds of runs until the garbage is collected, and each run starts in
        memory that no cache has seen. The methods that Mesa has put before those of the class go, and the schedule of
        steps knows the model only while it is there.
        """
        for name, value in list(vars(self).items()):
            if getattr(value, "__self__", None) is self:
                delattr(self, name)
            elif getattr(value, "model", None) is self:
                value.model = proxy(self)


def _batch() -> FrameType | None:
    """Return the frame in which Mesa's ``batch_run`` holds one run; None elsewhere."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "_model_run_func" and frame.f_globals.get("__name__") == "mesa.batchrunner":
            return frame
        frame = frame.f_back  # type: ignore[assignment]
    return None


def _refuse_equal_iterations(seed: int) -> None:
    """Raise InputError where ``batch_run`` would hold the same run twice: a seed says all about the luck of a run."""
    frame = _batch()
    if frame is None:
        return
    number, iteration, parameters = frame.f_locals["run"]
    names_seeds = "rng" in inspect.signature(frame.f_globals["batch_run"]).parameters
    is_same = not names_seeds and iteration > 0 and seed == parameters.get("seed", 0)
    planned: Any = frame
    while planned is not None and planned.f_code.co_name != "batch_run":
        planned = planned.f_back  # not there in a process of its own, where each row of the result still has its seed
    if planned is not None and number == 0:
        plans = [_plan(given) for _, _, given in planned.f_locals["runs_list"]]
        is_same = is_same or len(set(plans)) < len(plans)
    if is_same:
        use = "rng=[1, 2, 3]" if names_seeds else '{"scenario": …, "seed": range(3)}, iterations=1'
        raise InputError(
            "batch_run: runs must differ in a parameter or in their seed, but two would be the same run, seed "
            f"{seed}. Give iterations seeds of their own: batch_run(ForumModel, {use})."
        )


def _plan(given: dict[str, Any]) -> tuple[Any, ...]:
    """Return what tells two planned runs apart."""
    return tuple(
        (name, repr(value) if isinstance(value, (str, int, float)) else id(value)) for name, value in given.items()
    )
