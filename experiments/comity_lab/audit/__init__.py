"""The audit: do the claims hold when what should not matter, or what is uncertain, is changed?"""

from __future__ import annotations

__all__: list[str] = []
