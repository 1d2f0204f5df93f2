"""Limits: how often somebody may ask. Counting is done by the package ``limits``, in memory."""

from __future__ import annotations

import ipaddress

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from comity_classroom.room.refusal import Refused

__all__ = ["ACTS", "ALL_WRONG", "DEBRIEFS", "LOOKS", "NEWCOMERS", "WRONG", "Limits", "network_of"]

ACTS: RateLimitItem = RateLimitItemPerSecond(50, 10, namespace="acts")
"""Choices and other acts of a person, or of the teacher."""
LOOKS: RateLimitItem = RateLimitItemPerSecond(200, 10, namespace="looks")
"""Pages of a person."""
DEBRIEFS: RateLimitItem = RateLimitItemPerMinute(12, namespace="debriefs")
"""Debriefs of a person: each may play the class again."""
NEWCOMERS: RateLimitItem = RateLimitItemPerMinute(120, namespace="newcomers")
"""People who come in or come back from one network: three classes behind one address, in a minute."""
WRONG: RateLimitItem = RateLimitItemPerMinute(40, namespace="wrong")
"""Wrong codes from one network, after which its codes are looked at later, and never refused for that."""
ALL_WRONG: RateLimitItem = RateLimitItemPerMinute(400, namespace="all wrong")
"""Wrong codes from all networks together, likewise."""


class Limits(MovingWindowRateLimiter):
    """What is counted for one server."""

    def __init__(self) -> None:
        super().__init__(MemoryStorage())

    def count(self, limit: RateLimitItem, asker: str) -> None:
        """Count one, or refuse it."""
        if not self.hit(limit, asker):
            raise Refused("That was too much at once. Wait a few seconds.", "too many")


def network_of(address: str) -> str:
    """Return under what an address is counted: itself, or its /64 network of IPv6, which one machine may have."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
