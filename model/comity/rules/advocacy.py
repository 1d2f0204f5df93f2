"""Advocacy: what networks said to states in a meeting they press for at home, where civil society can speak."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Floats, Int16s, Whole, compiled, inner, lean
from comity.mechanism import Mechanism, Parameter
from comity.rules.act import Act
from comity.world.meeting import Log, Timetable
from comity.world.world import Group, Kind, Opened, World

__all__ = ["MECHANISM", "advocacy_step", "advocate"]

MECHANISM = Mechanism(
    name="advocacy",
    changes=("anchor",),
    strength="advocacy_rate",
    group="socialisation",
    parameters=(
        Parameter(
            "advocacy_rate", 0.1, 0, 1,
            "share of the distance to fully trusted networks that the domestic anchor of a fully open state moves",
            symbol="eta_v", unit="per meeting", source="Keck and Sikkink (1998); strength: assumption", free=True,
        ),
    ),
    source="Pressure from above and below: Keck and Sikkink (1998); chapter, 'GFMD': concerns of civil society on the "
    "agenda, trust between states and civil society; form: assumption",
)  # fmt: skip


@compiled
def advocacy_step(anchor: float, trust: float, trusted: float, heard: float, climate: float, rate: float) -> float:
    """Return eta_v kappa_i times the mean of T_ij (x_jk - a_ik) over the interventions of networks that i heard on k.

    ``anchor`` a_ik, ``climate`` kappa_i of civil society and ``rate`` eta_v: shares; over the interventions ``heard``,
    a count above 0, ``trust`` is the sum of T_ij and ``trusted`` that of T_ij x_jk.
    """
    return rate * climate * (trusted - anchor * trust) / heard


@lean
def _states_came(present: Bools, world: World) -> bool:
    for i in range(len(present)):
        if present[i] and world.actors.kind[i] == Kind.STATE:
            return True
    return False


@inner
def advocate(log: Log, timetable: Timetable, run: Opened) -> None:
    """Move the domestic anchors of the states that heard networks in a meeting; ``log`` is that of the meeting.

    Networks are heard by the states in their rooms, on the issue of the room. What counts is their position and the
    trust in them when the meeting closes.
    """
    world, rate = run.world, run.parameters.advocacy_rate
    if rate <= 0.0 or not _states_came(log.present, world):
        return
    actors, preferences, sittings = world.actors, world.preferences, timetable.sittings
    n, n_issues = preferences.position.shape
    heard, trust, trusted = np.zeros((n_issues, n)), np.zeros((n_issues, n)), np.zeros((n_issues, n))
    for s in range(len(sittings)):
        tables = log.tables[s]
        for number in range(sittings.rounds[s]):
            acts = log.acts[sittings.first_round[s] + number]
            for j in range(n):
                if actors.group[j] == Group.NETWORK and acts[j] > Act.SILENCE:
                    k = timetable.issue[sittings.first_room[s] + tables[j]]
                    said = preferences.position[j, k]
                    _add_speech(tables, tables[j], said, world.trust_in[j], (heard[k], trust[k], trusted[k]))
    for i in range(n):
        for k in range(n_issues):
            if actors.kind[i] == Kind.STATE and heard[k, i] > 0.0:
                anchor = preferences.anchor[i, k]
                step = advocacy_step(anchor, trust[k, i], trusted[k, i], heard[k, i], actors.climate[i], rate)
                preferences.anchor[i, k] += step
                preferences.anchor_by_advocacy[i, k] += step


@lean
def _add_speech(
    tables: Int16s, room: Whole, said: float, trust_in: Floats, sums: tuple[Floats, Floats, Floats]
) -> None:
    heard, trust, trusted = sums
    for i in range(len(tables)):
        there = 1.0 if tables[i] == room else 0.0
        heard[i] += there
        trust[i] += there * trust_in[i]
        trusted[i] += there * trust_in[i] * said
