"""The rules of the model, one file each, in the order of section 7 of ``model/ODD.md``."""

from __future__ import annotations

from types import ModuleType

from comity.mechanism import Mechanism
from comity.rules import (
    accession,
    accreditation,
    act,
    advocacy,
    agenda,
    arena,
    attachment,
    attendance,
    backlash,
    chairing,
    corridor,
    domestic_pull,
    drafting,
    engagement,
    exposure,
    forgetting,
    funding,
    generalised_trust,
    internalisation,
    lending,
    mimicry,
    openness,
    persuasion,
    ratification,
    reach,
    reassurance,
    recovery,
    seating,
    shocks,
    social_influence,
    support,
    trust,
    turnover,
    vote,
)

__all__ = ["MECHANISMS", "RULES"]

RULES: tuple[ModuleType, ...] = (
    exposure,
    attendance,
    seating,
    engagement,
    act,
    trust,
    persuasion,
    social_influence,
    mimicry,
    reassurance,
    backlash,
    corridor,
    attachment,
    chairing,
    funding,
    agenda,
    openness,
    accreditation,
    arena,
    support,
    domestic_pull,
    forgetting,
    turnover,
    recovery,
    ratification,
    accession,
    shocks,
    vote,
    lending,
    reach,
    generalised_trust,
    internalisation,
    advocacy,
    drafting,
)
"""The modules of the rules, in the order of the description."""

MECHANISMS: tuple[Mechanism, ...] = tuple(rule.MECHANISM for rule in RULES)
"""What each rule declares, in the same order."""
