"""Whether gossip as a file, and the same rule called inside the order of events, give the same bytes; uncompiled.

``test_own_mechanisms.py`` calls it with the file and with ``NUMBA_DISABLE_JIT=1``, under which the functions of the model
can be replaced. It prints whether both are the same, and whether gossip moves anything at all.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

import comity
from comity.forum import closing
from comity.own_code import module_of
from comity.record import Record

file = sys.argv[1]
rule = module_of("gossip.py", Path(file).read_text(encoding="utf-8")).gossip
scenario = comity.load("teaching", patches=[file])
rate, advocate = scenario.parameters.gossip_rate, closing.advocate


def advocate_and_gossip(log: Any, timetable: Any, run: Any) -> None:
    """Do what the model does last before the means of a meeting are taken, then gossip, and keep the sums of trust."""
    advocate(log, timetable, run)
    world, rooms = run.world, log.tables
    together = np.zeros((world.n, world.n), dtype=np.bool_)
    for sitting in range(len(rooms)):
        for i in range(world.n):
            for k in range(world.n):
                together[i, k] |= rooms[sitting, i] == rooms[sitting, k] and rooms[sitting, i] >= 0
    trust = world.trust_in.T.copy()
    step = rule(trust, together, rate)
    for i in range(world.n):
        for j in range(world.n):
            if i != j:
                world.trust_in[j, i] += step[i, j]
                world.trust_before[world.actors["group"][j], i] += step[i, j]


def matrices(record: Record) -> list[bytes]:
    """Return all trust matrices of a run, and what its meetings and votes were."""
    tables = [record.meetings, record.interventions, record.votes, record.support]
    return [
        *(record.trust_matrix(name).to_numpy().tobytes() for name in record.matrices),
        *(table.to_csv(float_format="%.12g").encode() for table in tables),
    ]


own = matrices(comity.run(scenario, seed=3, keep="trust"))
closing.advocate = advocate_and_gossip
built_in = matrices(comity.run("teaching", seed=3, keep="trust"))
closing.advocate = advocate
without = matrices(comity.run("teaching", seed=3, keep="trust"))
print("same" if own == built_in else "different", "moved" if own != without else "still")
