"""Luck that belongs to decisions: every draw is a function of its address, not of a stream.

A draw is addressed by (run seed, decision, meeting, sitting, actor, partner or round). Meetings,
sittings and actors enter by the hash of their name, never by their place in a list. So a scenario in
which one actor or one meeting is missing, added or moved leaves every other draw as it was: two
scenarios share all luck that they have in common (common random numbers).

Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3",
Philox4x32 with ten rounds; the published known answers are among the tests.
"""

from __future__ import annotations

import hashlib
import zlib
from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np

from comity.compiled import Floats, UInts, Whole, compiled, lean, merged
from comity.errors import InputError

__all__ = [
    "Decision",
    "address",
    "decision_keys",
    "fill_pair_uniforms",
    "fill_uniforms",
    "key_of",
    "philox",
    "read_seed",
    "uniform",
    "uniforms",
]


class Decision(IntEnum):
    """What a draw decides; the names, not the numbers, enter the key of the stream."""

    ATTENDANCE = 0
    PARTICIPATION = 1
    SEATING = 2
    TABLE = 3
    ENGAGEMENT = 4
    COOPERATION = 5
    CONTESTATION = 6
    MIMICRY = 7
    CORRIDOR = 8
    AGREEMENT = 9
    ACCREDITATION = 10
    AGENDA = 11
    CHAIR = 12
    WITHDRAWAL = 13
    PLEDGE = 14
    RATIFICATION = 15
    ACCESSION = 16
    TURNOVER = 17
    VOTE_ABSENCE = 18
    VOTE = 19


_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW_SHIFT = np.uint64(5)
_HIGH_SHIFT = np.uint64(6)
_ROUNDS = 10
_NOBODY = np.uint64(0)


@merged
def philox(
    key: np.uint64, counter_0: np.uint64, counter_1: np.uint64, counter_2: np.uint64, counter_3: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the four 32-bit words of Philox4x32-10 for a 64-bit key and a 4 x 32-bit counter."""
    # Masked, so that the compiler knows that 32-bit multiplication will do, and uses vectors.
    counter_0, counter_1 = counter_0 & _MASK, counter_1 & _MASK
    counter_2, counter_3 = counter_2 & _MASK, counter_3 & _MASK
    key_0 = key & _MASK
    key_1 = key >> _HALF
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * counter_0
        product_1 = _MULTIPLIER_1 * counter_2
        counter_0 = (product_1 >> _HALF) ^ counter_1 ^ key_0
        counter_2 = (product_0 >> _HALF) ^ counter_3 ^ key_1
        counter_1 = product_1 & _MASK
        counter_3 = product_0 & _MASK
        key_0 = (key_0 + _WEYL_0) & _MASK
        key_1 = (key_1 + _WEYL_1) & _MASK
    return counter_0, counter_1, counter_2, counter_3


@merged
def _draw(key: np.uint64, meeting: np.uint64, sitting: np.uint64, actor: np.uint64, partner: np.uint64) -> float:
    high, low, _, _ = philox(key, meeting, sitting, actor, partner)
    return ((high >> _LOW_SHIFT) * 67108864.0 + (low >> _HIGH_SHIFT)) / 9007199254740992.0


@compiled
def uniform(key: np.uint64, meeting: np.uint64, sitting: np.uint64, actor: np.uint64, partner: np.uint64) -> float:
    """Return the uniform number in [0, 1), 53 bits, that stands at an address.

    Parameters
    ----------
    key : uint64
        Run seed and decision, from :func:`decision_keys`.
    meeting, sitting, actor, partner : uint64 below 2**32
        The rest of the address, from :func:`address`; ``partner`` also numbers rounds.
    """
    return _draw(key, meeting, sitting, actor, partner)


@lean
def fill_uniforms(
    key: np.uint64, meeting: np.uint64, sitting: np.uint64, actors: UInts, partner: np.uint64, n: Whole, draws: Floats
) -> None:
    """Fill ``draws`` with the uniform numbers of the first n actors at one address.

    Much faster than one by one: the compiler makes vector code of this loop.
    """
    for index in range(n):
        draws[index] = _draw(key, meeting, sitting, actors[index], partner)


@lean
def fill_pair_uniforms(
    key: np.uint64, meeting: np.uint64, sitting: np.uint64, actors: UInts, partners: UInts, n: Whole, draws: Floats
) -> None:
    """Fill ``draws`` with the uniform numbers of the first n pairs at one address."""
    for index in range(n):
        draws[index] = _draw(key, meeting, sitting, actors[index], partners[index])


@compiled
def uniforms(
    key: np.uint64, meeting: np.uint64, sitting: np.uint64, actors: UInts, partner: np.uint64 = _NOBODY
) -> Floats:
    """Return the uniform numbers of several actors at one address, shape of ``actors``."""
    draws = np.empty(len(actors))
    fill_uniforms(key, meeting, sitting, actors, partner, len(actors), draws)
    return draws


@lru_cache(maxsize=65536)
def address(name: str) -> np.uint64:
    """Return the 32-bit address of a meeting, sitting or actor, from its name alone."""
    return np.uint64(zlib.crc32(name.encode("utf-8")))


def read_seed(seed: Any) -> int:
    """Return the seed as an int, or raise InputError: a seed is a whole number from 0 to 2**63 - 1."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= int(seed) < 2**63:
        raise InputError(f"seed must be a whole number from 0 to 2**63 - 1, got {seed!r}. Give one, such as --seed 7.")
    return int(seed)


def key_of(seed: int, decision: str) -> int:
    """Return the key of a decision under a run seed, by its name, as a number below 2**64."""
    text = f"comity:{int(seed)}:{decision}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def decision_keys(seed: int) -> np.ndarray:
    """Return the key of every decision under a run seed, shape (number of decisions,), uint64."""
    keys = np.empty(len(Decision), dtype=np.uint64)
    for decision in Decision:
        keys[decision] = key_of(seed, decision.name)
    return keys
