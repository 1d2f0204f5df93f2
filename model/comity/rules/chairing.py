"""Chairing: which state volunteers for the chair, which withdraws, which stands in."""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.compiled import Bools, Floats, Int8s, Records, Whole, apart, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.randomness import Decision, fill_uniforms, uniform
from comity.rules.logistic import logistic
from comity.world.meeting import Doors
from comity.world.room import Floor
from comity.world.world import Kind, Opened

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
_NOBODY: Any = np.int64(-1)


@apart
def choose_chair(
    doors: Doors,
    chosen: Int8s,
    side: Whole,
    excluded: Bools,
    occasion: np.uint64,
    meeting: np.uint64,
    run: Opened,
    floor: Floor,
) -> Any:
    """Return the row of the state that takes the chair, or -1 when nobody volunteers.

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
    side
        1 for a last chair that is developed, 0 for another, -1 before the first.
    excluded
        Who may not be asked: the last chair, those that withdrew; bool (n,).
    occasion
        0 for a choice at the opening, 1 for a stand-in, 2 for the designation of the next chair: fresh draws.
    meeting
        Address of the meeting.
    floor
        Working space.
    """
    world, actors, n = run.world, run.world.actors, len(excluded)
    draws, ready, able = floor.draw_1, floor.draw_2, floor.speaks
    fill_uniforms(run.keys[Decision.CHAIR], meeting, occasion, actors.address, _ZERO, n, draws)
    n_states, is_wanted = 0, False
    for i in range(n):
        able[i] = doors.active[i] and actors.kind[i] == Kind.STATE
        n_states += able[i]
        is_wanted |= able[i] and not excluded[i] and chosen[i] == 1
    for i in range(n):
        trust = -world.trust_in[i, i]
        for j in range(n):
            if doors.active[j] and actors.kind[j] == Kind.STATE:
                trust += world.trust_in[i, j]
        ready[i] = world.attachment[i, doors.forum] + actors.capacity[i] + trust / max(n_states - 1, 1) - _MIDDLE
    for i in range(n):
        volunteers = draws[i] < logistic(run.parameters.chair_selectivity * ready[i]) and chosen[i] != 0
        able[i] = able[i] and not excluded[i] and (chosen[i] == 1 if is_wanted else volunteers)
    best = _NOBODY
    for turn in range(2):
        for i in range(n):
            is_asked = side < 0 or is_wanted or actors.developed[i] == (1 - side if turn == 0 else side)
            if able[i] and is_asked and (best < 0 or ready[i] > ready[best]):
                best = i
        if best >= 0:
            break
    return best


@lean
def withdraws(chair: Whole, donors: Whole, shock: float, meeting: np.uint64, run: Opened) -> bool:
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
    shortage = max(0.0, 1.0 - donors / parameters.donors_needed)
    unfunded = (1.0 - actors.income[chair]) * parameters.withdrawal_unfunded * shortage
    chance = parameters.withdrawal_rate + unfunded + shock
    return bool(uniform(run.keys[Decision.WITHDRAWAL], meeting, _ZERO, actors.address[chair], _ZERO) < min(chance, 1.0))


@compiled
def shock_on_chair(shocks: Records, exposures: Floats, chair: Whole, opening: Whole) -> float:
    """Return what shocks add to the chance that a chair withdraws, each for as long as its ``years`` last.

    Parameters
    ----------
    shocks
        Their ``day``, how many days they ``last``, and their ``withdrawal``, records.
    exposures : shape (shocks, n)
        How strongly each shock hits each actor.
    opening
        First day of the meeting; days are numbered as by ``date.toordinal``.
    """
    total = 0.0
    for s in range(len(shocks)):
        if 0 <= opening - shocks.day[s] <= shocks.lasts[s]:
            total += shocks.withdrawal[s] * exposures[s, chair]
    return total
