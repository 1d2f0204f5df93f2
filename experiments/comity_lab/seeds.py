"""Seeds of runs and their content addresses."""

from __future__ import annotations

import hashlib
import json

import numpy as np

__all__ = ["address_of_run", "seed_of_run", "seeds_of"]


def seed_of_run(study_seed: int, point: int, replicate: int, *, common: bool) -> int:
    """Return the seed of a run, 63 bits.

    With common random numbers a replicate has the same seed at every point, so that points differ by what was
    changed and not by luck; without them every run has its own.
    """
    key = (replicate,) if common else (point, replicate)
    return int(np.random.SeedSequence(study_seed, spawn_key=key).generate_state(1, np.uint64)[0] >> np.uint64(1))


def seeds_of(study_seed: int, replicates: int) -> list[int]:
    """Return the seeds of replicates with common random numbers, those of every point of a sweep."""
    return [seed_of_run(study_seed, 0, replicate, common=True) for replicate in range(replicates)]


def address_of_run(content: str, rules: str, seed: int, keep: tuple[str, ...]) -> str:
    """Return the id of a run, 16 hex digits: equal ids are equal results.

    Parameters
    ----------
    content
        Hash of the scenario at its point.
    rules
        Version of the rules.
    seed, keep
        Seed of the run, and the tables that it keeps.
    """
    text = json.dumps([content, rules, seed, sorted(set(keep))], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
