"""How often must a forum meet, given how fast its members forget?

    python -m comity_lab.studies rhythm [--quick]

The forum meets every year, every two, or every three (patches every_two_years, every_three_years), and a tenth, none or
a third of the evidence about others is forgotten in a year. Fewer meetings are also less talk in all: what counts is
whether forgetting makes the loss larger.
"""

from __future__ import annotations

import sys

from comity_lab.study import Study

RHYTHMS = {"every year": "none", "two years": "every_two_years", "three years": "every_three_years"}
DECAYS = {"10 %": 0.10, "0 %": 0.0, "33 %": 0.33}

STUDY = Study(
    name="study_rhythm",
    question="How often must a forum meet, given how fast its members forget?",
    points={
        f"{rhythm}, {share} lost": {"patch": patch, "parameters.evidence_decay": decay}
        for share, decay in DECAYS.items()
        for rhythm, patch in RHYTHMS.items()
    },
    measures=("trust_roles", "trust_networks", "cooperation", "cooperative_share"),
    options={"scenario": "hld_gfmd", "replicates": 100, "seed": 2013},
)

if __name__ == "__main__":
    sys.exit(STUDY.main())
