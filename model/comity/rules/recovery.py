"""Recovery: the domestic pressure of a shock fades."""

from __future__ import annotations

from comity.compiled import lean
from comity.mechanism import Mechanism, Parameter
from comity.world.world import Opened

__all__ = ["MECHANISM", "recover"]

MECHANISM = Mechanism(
    name="recovery",
    changes=("pressure",),
    strength="pressure_recovery",
    group="between",
    parameters=(
        Parameter(
            "pressure_recovery", 0.5, 0, 1, "share of the domestic pressure of a shock that is gone after a year",
            symbol="chi", unit="per year",
        ),
    ),
    source="Assumption: domestic pressure fades geometrically",
)  # fmt: skip


@lean
def recover(run: Opened) -> None:
    """Let the share chi of everybody's domestic pressure go in a year."""
    for i in range(len(run.world.actors)):
        run.world.actors.pressure[i] *= 1.0 - run.parameters.pressure_recovery
