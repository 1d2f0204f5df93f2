"""The three theories as presets: what each switches off in the same scenario."""

from __future__ import annotations

from typing import Literal

__all__ = ["PRESETS", "Theory"]

Theory = Literal["socialisation", "institutionalist", "rationalist"]

_NO_SOCIALISATION = {
    "persuasion_rate": 0.0,
    "social_influence_rate": 0.0,
    "mimicry_rate": 0.0,
    "reassurance_rate": 0.0,
    "backlash_rate": 0.0,
    "internalisation_rate": 0.0,
    "advocacy_rate": 0.0,
}

PRESETS: dict[str, dict[str, float]] = {
    "socialisation": {},
    "institutionalist": _NO_SOCIALISATION,
    "rationalist": {**_NO_SOCIALISATION, "trust_learning": 0.0, "conditional_cooperation": 0.0},
}
"""Parameters that a theory fixes. *Socialisation*: nothing is switched off (Checkel 2005; Rother 2019).
*Institutionalist*: trust learns, preferences stay as they are (Keohane 1984; Kydd 2005).
*Rationalist*: neither; stakes and costs only, and cooperation is not conditional on trust. Prior trust still works
where ODD A.3 says so."""
