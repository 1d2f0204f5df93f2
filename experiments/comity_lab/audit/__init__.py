"""The audit: do the claims hold when irrelevant details or uncertain inputs are changed?"""

from __future__ import annotations

__all__: list[str] = []
