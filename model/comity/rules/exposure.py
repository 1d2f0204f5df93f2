"""Exposure: what it costs at home to be seen dealing with an issue in a forum."""

from __future__ import annotations

from comity.compiled import Floats, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.meeting import Timetable
from comity.world.world import Opened

__all__ = ["MECHANISM", "expose", "exposure"]

MECHANISM = Mechanism(
    name="exposure",
    changes=("seats", "acts", "sovereignty", "agenda", "arena"),
    strength=None,
    group="exposure",
    parameters=(
        Parameter(
            "base_exposure", 0.25, 0, 1, "political cost of an issue in a forum that binds nobody at all",
            symbol="b_0", free=True,
        ),
    ),
    source="Chapter, 'From Rights to Development': development framing depoliticises, binding forums deter; "
    "form: assumption",
)  # fmt: skip


@compiled
def exposure(politicisation: float, framing: float, development: float, base: float, bindingness: float) -> float:
    """Return E_kf = pi_k (1 - phi_f d_k) (b_0 + b_f), bounded to [0, 1].

    Parameters
    ----------
    politicisation : pi_k, share
        How contested the issue is at home.
    framing : phi_f, share
        How far the forum frames issues as development.
    development : d_k, share
        How far the issue can be framed as development.
    base : b_0, share
        Cost in a forum that binds nobody.
    bindingness : b_f, share
        Bindingness and formality of the forum and phase.
    """
    cost = politicisation * (1.0 - framing * development) * (base + bindingness)
    return min(max(cost, 0.0), 1.0)


@lean
def expose(s: Whole, timetable: Timetable, run: Opened, exposures: Floats) -> None:
    """Fill ``exposures`` (rooms,) with the exposure E_kf in each room of sitting s."""
    for room in range(timetable.sittings.n_rooms[s]):
        issue = timetable.issue[timetable.sittings.first_room[s] + room]
        exposures[room] = exposure(
            run.world.issues.politicisation[issue],
            timetable.framing,
            run.world.issues.development_framing[issue],
            run.parameters.base_exposure,
            timetable.sittings.bindingness[s],
        )
