"""Chairing: which state volunteers for the chair, which withdraws, which stands in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from comity.mechanism import Mechanism, Parameter
from comity.randomness import Decision, uniforms
from comity.world.world import Kind, Run

if TYPE_CHECKING:
    from comity.forum.doors import Doors
    from comity.scenario.calendar import Shock

__all__ = ["MECHANISM", "choose_chair", "shock_on_chair", "withdraws"]

MECHANISM = Mechanism(
    name="chairing",
    changes=("hosts", "vacancies"),
    strength=None,
    group="chair",
    parameters=(
        Parameter(
            "chair_selectivity", 6.0, 0, 50, "how closely the choice of chair follows attachment, capacity and trust",
            symbol="v_s",
        ),
        Parameter(
            "withdrawal_rate", 0.1, 0, 1, "chance that a designated chair withdraws, without shock and fully funded",
            symbol="v_w",
        ),
        Parameter(
            "withdrawal_unfunded", 0.4, 0, 1, "added chance for the poorest chair without any pledge",
            symbol="v_u",
            source="facts R3: hosts with limited funds need donors and can withdraw; strength: assumption",
        ),
        Parameter(
            "donors_needed", 10.0, 1, 100, "donor governments at which a meeting counts as funded",
            symbol="v_d", unit="governments", source="facts F25: 5 to 21 donors for each chair; value: assumption",
        ),
    ),
    source="Chapter, 'GFMD': rotating chair and troika, governments withdrew, others filled in; form: assumption",
)  # fmt: skip

_MIDDLE = 3 * 0.5  # of a sum of three shares
_ZERO = np.uint64(0)


def choose_chair(
    doors: Doors,
    chosen: np.ndarray,
    last_developed: int | None,
    excluded: set[int],
    occasion: int,
    meeting: np.uint64,
    run: Run,
) -> int | None:
    """Return the state that takes the chair, or None when nobody volunteers.

    State i volunteers with probability L(v_s (p_if + q_i + mean trust of the other states in i - 3/2)). Among
    volunteers on the other side of the developed-developing line than the last chair, the one with the highest sum
    takes the chair; if there are none on that side, the one with the highest sum on the last chair's own. Where
    people chose to host, only they are asked, of whatever side; where they chose not to, they do not volunteer.

    Parameters
    ----------
    doors
        The actors that exist, and the forum.
    chosen
        Whether a person chose to host (1) or not to (0), int8 (n,); -1 for the others.
    last_developed
        1 or 0 for the last chair, None before the first.
    excluded
        Rows that may not be asked: the last chair, those that withdrew.
    occasion
        0 for a choice at the opening, 1 for a stand-in, 2 for the designation of the next chair: fresh draws.
    meeting
        Address of the meeting.
    """
    world, actors = run.world, run.world.actors
    others = np.flatnonzero((actors["kind"] == Kind.STATE) & doors.active)
    states = np.array([row for row in others if row not in excluded], dtype=np.int64)
    if not len(states):
        return None
    held = world.trust[np.ix_(others, states)].sum(axis=0) - world.trust[states, states]
    reputation = held / max(len(others) - 1, 1)
    readiness = world.attachment[states, doors.forum] + actors["capacity"][states] + reputation - _MIDDLE
    chance = 1.0 / (1.0 + np.exp(-run.parameters["chair_selectivity"] * readiness))
    draws = uniforms(run.keys[Decision.CHAIR], meeting, np.uint64(occasion), actors["address"][states])
    volunteers = (draws < chance) & (chosen[states] != 0)
    if (chosen[states] == 1).any():
        volunteers, last_developed = chosen[states] == 1, None
    for side in [1 - last_developed, last_developed] if last_developed is not None else [None]:
        able = volunteers if side is None else volunteers & (actors["developed"][states] == side)
        if able.any():
            return int(states[np.argmax(np.where(able, readiness, -np.inf))])
    return None


def withdraws(chair: int, donors: int, shock: float, meeting: np.uint64, run: Run) -> bool:
    """Return whether a designated chair withdraws.

    With probability v_w + (1 - income_chair) v_u shortage + shock, bounded to 1, where shortage is
    max(0, 1 - donors / donors needed). Rich hosts do not need pledges; a crisis spares nobody.

    Parameters
    ----------
    donors
        Governments that would pay for a meeting under this chair.
    shock
        From :func:`shock_on_chair`.
    """
    actors, parameters = run.world.actors, run.parameters
    shortage = max(0.0, 1.0 - donors / float(parameters["donors_needed"]))
    unfunded = (1.0 - float(actors["income"][chair])) * float(parameters["withdrawal_unfunded"]) * shortage
    chance = float(parameters["withdrawal_rate"]) + unfunded + shock
    draw = uniforms(run.keys[Decision.WITHDRAWAL], meeting, _ZERO, actors["address"][chair : chair + 1])[0]
    return bool(draw < min(chance, 1.0))


def shock_on_chair(shocks: Iterable[Shock], exposures: dict[str, np.ndarray], chair: int, opening: date) -> float:
    """Return what shocks add to the chance that a chair withdraws, each for as long as its ``years`` last.

    ``exposures`` says how strongly each shock hits each actor, by its id; ``opening`` is the first day of the meeting.
    """
    return sum(
        shock.withdrawal * float(exposures[shock.id][chair])
        for shock in shocks
        if 0 <= (opening - shock.date).days <= 365 * shock.years
    )
