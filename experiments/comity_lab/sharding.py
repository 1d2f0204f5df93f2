"""Shards: parts of a sweep for several machines."""

from __future__ import annotations

import re

from comity.errors import InputError

__all__ = ["read_shard"]


def read_shard(shard: str | tuple[int, int] | None) -> tuple[int, int]:
    """Return k and n of a shard ``k/n``, 1 ≤ k ≤ n; None is the whole, 1/1."""
    if shard is None:
        return 1, 1
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", shard if isinstance(shard, str) else f"{shard[0]}/{shard[1]}")
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise InputError(
            f"--shard must be k/n with k from 1 to n, got {shard!r}. Write --shard 3/8 for the third of 8."
        )
    return int(found[1]), int(found[2])
