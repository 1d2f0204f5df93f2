"""Analyses of a sweep: functions from its tables to a table."""

from __future__ import annotations

from comity_lab.analysis.differences import differences
from comity_lab.analysis.discovery import Discovery, discover
from comity_lab.analysis.effects import Effects, effects
from comity_lab.analysis.indices import Indices, indices
from comity_lab.analysis.means import means
from comity_lab.analysis.planning import runs_for_power, runs_for_width, runs_needed

__all__ = [
    "Discovery",
    "Effects",
    "Indices",
    "differences",
    "discover",
    "effects",
    "indices",
    "means",
    "runs_for_power",
    "runs_for_width",
    "runs_needed",
]
