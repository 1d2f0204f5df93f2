"""ForumModel: the calendar as a Mesa model; one step is one sitting."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import mesa

from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.forum.gathering import Gathering
from comity.forum.next_sitting import NextSitting
from comity.forum.trace import Keep
from comity.mesa_model.guarded import GuardedModel, checked_seed
from comity.scenario.schema import Scenario

__all__ = ["ForumModel"]


class ForumModel(GuardedModel):
    """The recurring forums of global migration governance.

    ``step()`` holds one sitting; between two meetings it lets the years and the shocks of the calendar pass, and
    before a meeting's first sitting it opens the meeting. ``run()`` holds everything that is left.

    Parameters
    ----------
    scenario
        A scenario, or the name or path of one.
    seed
        Seed of all luck of the run; 0 is a seed.
    keep
        ``"meetings"`` (sweeps), ``"all"`` (also every actor and sitting) or ``"trust"`` (also trust matrices).
    agents
        Whether to create Mesa's agents, the views of the actors.

    Raises
    ------
    InputError
        Where the scenario, the seed or the level of detail cannot be used.

    Attributes
    ----------
    world
        State of all actors: arrays to look at, and verbs to change it; the agents are views of its rows. See
        :class:`comity.population.verbs.WorldView`.
    scenario, population, stage, trace, keep, run_seed, ways, steps_from_outside
        Those of the calendar; see :class:`comity.forum.calendar.Calendar`.
    """

    def __init__(
        self, scenario: Scenario | str | Path = "hld_gfmd", *, seed: int = 0, keep: Keep = "all", agents: bool = True
    ) -> None:
        self._calendar = Calendar(scenario, seed=checked_seed(seed), keep=keep)
        super().__init__()
        if agents:
            self.people()
        self.datacollector = mesa.DataCollector(
            model_reporters={"today": "today", "cooperation": "mean_cooperation", "sovereignty": "mean_sovereignty"}
        )

    @property
    def today(self) -> date:
        """Day up to which time has passed."""
        return self._calendar.today

    @property
    def is_over(self) -> bool:
        """Whether the calendar is at its end."""
        return self._calendar.is_over

    @property
    def gathering(self) -> Gathering | None:
        """The meeting that is being held, or None between meetings."""
        return self._calendar.gathering

    @property
    def mean_cooperation(self) -> float:
        """Mean disposition to cooperate among states, a share."""
        return float(self._world.actors["cooperation"][self.stage.is_state].mean())

    @property
    def mean_sovereignty(self) -> float:
        """Mean sovereignty concern among states, a share."""
        return float(self._world.actors["sovereignty"][self.stage.is_state].mean())

    def step(self) -> None:
        """Hold one sitting: open the next meeting if none is being held, close it after its last sitting."""
        self.refuse_missing_agents()
        self._calendar.step()
        self.datacollector.collect(self)

    def run(self) -> ForumModel:
        """Hold all that is left, as one compiled call where only meetings are kept, and return the model.

        A subclass with a ``step()`` of its own is held by its steps.
        """
        while type(self).step is not ForumModel.step and self.running:
            self.step()
        self.refuse_missing_agents()
        if self.running:
            self._calendar.run()
        self.loosen()
        return self

    def run_to(self, meeting: str, sitting: int) -> ForumModel:
        """Hold all up to and including a sitting; see :meth:`comity.forum.calendar.Calendar.run_to`."""
        if type(self).step is not ForumModel.step:
            raise InputError(
                f"run_to: holds many sittings at once and would pass over {type(self).__name__}.step(). Call step() "
                "until model.gathering is where you want to be."
            )
        self.refuse_missing_agents()
        self._calendar.run_to(meeting, sitting)
        return self

    def next_sitting(self) -> NextSitting | None:
        """Return what the next sitting will be; see :meth:`comity.forum.calendar.Calendar.next_sitting`."""
        return self._calendar.next_sitting()
