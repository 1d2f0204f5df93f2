"""Asking a run for all facts at once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from comity.facts.own import measure_of
from comity.facts.schema import STEP, Fact
from comity.facts.variants import shorten, variant
from comity.record import Record

__all__ = ["horizon", "observe", "shorten"]


def horizon(facts: Iterable[Fact]) -> int:
    """Return the last year that any fact is about; a run that goes on longer need not, see :func:`shorten`."""
    return max(fact.period[1] for fact in facts)


def observe(record: Record, facts: Iterable[Fact]) -> dict[str, float]:
    """Return what a run says about facts, by the keys of their targets; nan where it cannot say.

    Some measures read a second run, of a variant of the scenario; see :mod:`comity.facts.variants`. Each costs as much
    as the record did, and is done only if a fact asks for it.

    Parameters
    ----------
    record
        A run, kept with ``"meetings"`` or more.
    facts
        See :func:`comity.facts.load_facts`.
    """
    facts = tuple(facts)
    needs: dict[str, int] = {}
    for fact in facts:
        need = measure_of(fact).needs
        needs[need] = max(needs.get(need, 0), fact.period[1])
    others = {need: record if not need else variant(record, need, year) for need, year in needs.items()}
    found: dict[str, float] = {}
    for fact in facts:
        measure = measure_of(fact)
        other = others[measure.needs]
        values = {} if other is None else measure.compute(record, fact.period, other)
        by_part = values if isinstance(values, dict) else {"": values}
        for target in fact.targets:
            found[target.key] = float(by_part.get(target.part, float("nan")))
        if fact.order:
            steps = [by_part.get(b, float("nan")) - by_part.get(a, float("nan")) for a, b in pairwise(fact.order)]
            found[f"{fact.id}.{STEP}"] = float("nan") if any(step != step for step in steps) else float(min(steps))
    return found
