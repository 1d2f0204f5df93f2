"""Which mechanism does the work: one of the three of socialisation, or learning whom to trust?

    python -m comity_lab.studies mechanisms [--quick]

Each mechanism is taken away from the full model, and each is left alone in a model without any. What a mechanism does
only together with others shows in the first and not in the second.
"""

from __future__ import annotations

import sys

from comity_lab.study import Study

FULL = {
    "parameters.trust_learning": 1.0,
    "parameters.persuasion_rate": 0.06,
    "parameters.social_influence_rate": 0.04,
    "parameters.mimicry_rate": 0.10,
}
"""The defaults."""

NONE = dict.fromkeys(FULL, 0.0)
WORDS = dict(zip(FULL, ("trust learning", "persuasion", "social influence", "mimicry"), strict=True))

STUDY = Study(
    name="study_mechanisms",
    question="Which mechanism does the work?",
    points={
        "full model": FULL,
        **{f"without {word}": {**FULL, name: 0.0} for name, word in WORDS.items()},
        "without socialisation": {**NONE, "parameters.trust_learning": 1.0},
        **{f"only {word}": {**NONE, name: FULL[name]} for name, word in WORDS.items() if word != "trust learning"},
        "none": NONE,
    },
    measures=("cooperation", "trust_roles", "cooperative_share", "expected_yes"),
    options={"scenario": "hld_gfmd", "replicates": 100, "seed": 2013},
)

if __name__ == "__main__":
    sys.exit(STUDY.main())
