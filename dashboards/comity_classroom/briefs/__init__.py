"""Briefs: role sheets as values, made from a scenario's data; and the fidelity with which a seat kept to one."""

from comity_classroom.briefs.brief import Aim, Brief, IssueView, Number, Partner, RedLine
from comity_classroom.briefs.conduct import conduct_of
from comity_classroom.briefs.fidelity import Fidelity, Part, fidelity
from comity_classroom.briefs.writing import brief_of

__all__ = [
    "Aim",
    "Brief",
    "Fidelity",
    "IssueView",
    "Number",
    "Part",
    "Partner",
    "RedLine",
    "brief_of",
    "conduct_of",
    "fidelity",
]
