"""Rate limits, counted in memory by the package ``limits``."""

from __future__ import annotations

import ipaddress

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from comity_classroom.core.refusal import Refused

__all__ = [
    "ACTS",
    "ALL_WRONG",
    "DEBRIEFS",
    "MESSAGES",
    "NEWCOMERS",
    "PAGE_VIEWS",
    "RUNS",
    "WRONG",
    "Limits",
    "network_of",
]

ACTS: RateLimitItem = RateLimitItemPerSecond(50, 10, namespace="acts")
"""Acts of one person, or of the teacher."""
MESSAGES: RateLimitItem = RateLimitItemPerMinute(20, namespace="messages")
"""Messages, offers and answers of one person."""
PAGE_VIEWS: RateLimitItem = RateLimitItemPerSecond(200, 10, namespace="looks")
"""Page views of one person."""
DEBRIEFS: RateLimitItem = RateLimitItemPerMinute(12, namespace="debriefs")
"""Debriefs of one person; each may repeat the run of the class."""
RUNS: RateLimitItem = RateLimitItemPerMinute(20, namespace="runs")
"""Runs of a lesson that one person asks for."""
NEWCOMERS: RateLimitItem = RateLimitItemPerMinute(120, namespace="newcomers")
"""People who join from one network: three classes behind one address within a minute."""
WRONG: RateLimitItem = RateLimitItemPerMinute(40, namespace="wrong")
"""Wrong codes from one network. Beyond this, its codes are checked later, but never refused."""
ALL_WRONG: RateLimitItem = RateLimitItemPerMinute(400, namespace="all wrong")
"""Wrong codes from all networks together; likewise."""


class Limits(MovingWindowRateLimiter):
    """The counters of one server."""

    def __init__(self) -> None:
        super().__init__(MemoryStorage())

    def count(self, limit: RateLimitItem, asker: str) -> None:
        """Count a request, or refuse it."""
        if not self.hit(limit, asker):
            raise Refused("requests", "too many")


def network_of(address: str) -> str:
    """Return the key under which an address is counted: an IPv4 address itself, or the /64 network of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
