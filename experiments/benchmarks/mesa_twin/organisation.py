"""An international organisation."""

from __future__ import annotations

from mesa_twin.delegation import Delegation

__all__ = ["OrganisationAgent"]


class OrganisationAgent(Delegation):
    """An international organisation: its authority follows the support of states."""

    def gain_authority(self, standing: float) -> None:
        """Move authority towards its standing among the organisations (ODD 7.20)."""
        self.authority += self.model.parameters.authority_rate * (standing - self.authority)
