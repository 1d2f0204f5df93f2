"""A meeting that is being held."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from comity.scenario.schema import Forum, Meeting
from mesa_twin.agenda import government_agenda
from mesa_twin.chairing import donors_of
from mesa_twin.experience import Experience
from mesa_twin.openness import accredited, openness_of
from mesa_twin.timetable import timetable

if TYPE_CHECKING:
    from mesa_twin.delegation import Delegation
    from mesa_twin.model import TwinModel
    from mesa_twin.state import StateAgent

__all__ = ["HeldMeeting"]


class HeldMeeting:
    """One meeting, from its opening to its close (ODD 3.2 and 3.7).

    Parameters
    ----------
    plan
        The meeting as the scenario describes it.
    forum
        The forum whose rules hold.
    hosts
        States that host it.

    Attributes
    ----------
    came, present
        Who came, and who of them was admitted, in the order of the actor table.
    """

    def __init__(self, model: TwinModel, plan: Meeting, forum: Forum, hosts: list[StateAgent]) -> None:
        self.model, self.plan, self.forum, self.hosts = model, plan, forum, hosts
        self.id = plan.id
        self.is_online = plan.venue == "online"
        self.memory = model.memory[forum.id]
        self.openness = openness_of(self)
        self.access = 1.0 if self.openness >= 1 else self.openness * forum.inside_access
        self.agenda = government_agenda(self)
        self.donors = donors_of(model, plan, forum, hosts) if forum.state_led else []
        self.came = [d for d in model.delegations if d in hosts or (self._is_awaited(d) and d.comes_to(self))]
        self.present: list[Delegation] = self.came
        if forum.accreditation:
            admitted = accredited(self)
            self.present = [d for d in self.came if d not in model.networks or d in admitted]
        self.experience: defaultdict[Delegation, Experience] = defaultdict(Experience)
        self.n_contacts = self.n_agreements = 0
        self.sittings = timetable(self)
        for place, sitting in enumerate(self.sittings, 1):
            sitting.place = place

    def _is_awaited(self, delegation: Delegation) -> bool:
        return delegation.exists(self.model.today) and self.model.invites(self.forum, delegation)

    def hold(self) -> None:
        """Hold all sittings."""
        for sitting in self.sittings:
            sitting.hold()

    def close(self) -> None:
        """Let those who sat grow attached or not, and the forum remember."""
        for delegation, experience in self.experience.items():
            attachment = delegation.attachment[self.forum.id]
            step = self.model.parameters.attachment_rate * (experience.worth - attachment)
            delegation.attachment[self.forum.id] = attachment + step
        categories = {topic.category for topic in self.agenda}
        self.memory.last_categories = categories
        self.memory.discussed |= categories
        self.memory.came = [state for state in self.model.states if state in self.came]
