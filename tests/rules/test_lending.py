"""Lending: experts of organisations for small delegations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

import comity
from comity import Scenario
from comity.rules.lending import expert_offer, lent_expertise

SHARES = np.linspace(0, 1, 4)


def test_known_values():
    # 1 x 0.6 x (1 - 0.25) = 0.45; 0.5 x (1 - 0.2) x 0.45 = 0.18
    assert expert_offer(1.0, 0.6, 0.25) == pytest.approx(0.45, abs=1e-15)
    assert lent_expertise(0.2, 0.45, 0.5) == pytest.approx(0.18, abs=1e-15)
    # an organisation without competence, without trust, at the other end; a delegation that lacks nothing
    for nothing in [(0.0, 0.6, 0.25), (1.0, 0.0, 0.25), (1.0, 0.6, 1.0)]:
        assert expert_offer(*nothing) == 0.0
    assert lent_expertise(1.0, 0.45, 0.5) == 0.0


def test_both_forms_agree(both_forms_agree: Callable[[Any, *tuple[Iterable[float], ...]], None]):
    both_forms_agree(expert_offer, SHARES, SHARES, SHARES)
    both_forms_agree(lent_expertise, SHARES, SHARES, SHARES)


@pytest.fixture
def lending(load_teaching: Callable[..., Scenario], unlearning: dict[str, Any]) -> Callable[[float], comity.Record]:
    """Return a function that runs the teaching scenario, where nobody learns, at a strength of lending."""
    return lambda rate: comity.run(load_teaching(settings=unlearning, expert_lending=rate), seed=1)


def test_what_is_lent_at_a_meeting_by_hand(lending: Callable[[float], comity.Record]):
    record = lending(0.8)
    world, rows = record.population.world, record.population.rows
    for trace in record.trace.meetings:
        here = record.positions[record.positions["meeting"] == trace.id].set_index(["actor", "issue"])["lent"]
        lenders = [o for o in rows.values() if world.actors["kind"][o] == 1 and trace.present[o]]
        for actor, i in rows.items():
            for k, issue in enumerate(record.issues):
                offers = [
                    world.preferences["mandate"][o, k]
                    * world.trust[i, o]
                    * (1 - abs(world.position[i, k] - world.position[o, k]))
                    for o in lenders
                ]
                is_state = world.actors["kind"][i] == 0 and trace.present[i]
                gap = 0.8 * (1 - world.actors["capacity"][i]) if is_state else 0.0
                assert here[actor, issue] == pytest.approx(gap * max(offers, default=0.0), abs=1e-12)
    assert record.positions["lent"].max() > 0.1


def test_small_delegations_speak_more_with_lent_experts(load_lively: Callable[..., Scenario]):
    turns = []
    for rate in (0.0, 1.0):
        records = [comity.run(load_lively(expert_lending=rate), seed=seed) for seed in range(6)]
        capacity = records[0].population.world.actors["capacity"]
        is_state = records[0].population.world.actors["kind"] == 0
        small = is_state & (capacity < np.median(capacity[is_state]))
        spoke = np.array([sum((t.acts > 0).sum(axis=0) for t in record.trace.meetings) for record in records])
        turns.append((spoke[:, small].sum(), spoke[:, is_state & ~small].sum()))
    (few, many), (more, others) = turns
    assert more > few
    assert more / others > few / many, "the small gain more than the large"
