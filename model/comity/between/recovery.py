"""Recovery: the domestic pressure of a shock fades."""

from comity.compiled import lean
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "recover"]

MECHANISM = Mechanism(
    name="recovery",
    changes=("pressure",),
    strength="pressure_recovery",
    parameters=("pressure_recovery",),
    source="Assumption: domestic pressure fades geometrically",
)


@lean
def recover(world, rates):
    """Let the share chi of everybody's domestic pressure go in a year."""
    for i in range(len(world.actors)):
        world.actors.pressure[i] *= 1.0 - rates.pressure_recovery
