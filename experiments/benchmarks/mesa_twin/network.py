"""A network of civil society, business, mayors or youth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa_twin.arithmetic import mean
from mesa_twin.delegation import Delegation
from mesa_twin.luck import Decision

if TYPE_CHECKING:
    from mesa_twin.held_meeting import HeldMeeting
    from mesa_twin.sitting import Sitting

__all__ = ["NetworkAgent"]


class NetworkAgent(Delegation):
    """A network: it needs to be invited, to be accredited and to be let into the room."""

    def would_man(self, sitting: Sitting) -> float:
        """Return the probability to man a room of a sitting, in government rooms times access."""
        return super().would_man(sitting) * self.admission(sitting)

    def admission(self, sitting: Sitting) -> float:
        """Return the access that networks have to rooms of governments."""
        return sitting.meeting.access if sitting.is_government else 1.0

    def credit(self, meeting: HeldMeeting) -> float:
        """Return its place in the queue for accreditation: what the hosts think of it, and luck (ODD 7.18)."""
        opinion = mean((host.trust[self].mean for host in meeting.hosts), empty=0.5)
        return opinion + self.model.luck.draw(Decision.ACCREDITATION, meeting.id, actor=self.address)
