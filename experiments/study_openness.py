"""Do open hosts build trust between states and civil society, or does trust open the forum?

    python -m comity_lab.studies openness [--quick]

Openness is fixed wide or narrow at every meeting (patches open_hosts, closed_hosts), or as it was, when trust moves it
from 2014 on. Each is run with and without learning whom to trust, and history also without the effect of trust on
openness.
"""

from __future__ import annotations

import sys
from typing import Any

from comity.scenario.loading import load
from comity_lab.study import Study

LEARNING, OPENING = "parameters.trust_learning", "parameters.openness_trust"
REPLAY = load("hld_gfmd").parameters


def point(
    patch: str, *, learning: float = REPLAY.trust_learning, opening: float = REPLAY.openness_trust
) -> dict[str, Any]:
    """Return a point; the defaults are those of the replay."""
    return {"patch": patch, LEARNING: learning, OPENING: opening}


STUDY = Study(
    name="study_openness",
    question="Do open hosts build trust, or does trust open the forum?",
    points={
        "history": point("none"),
        "trust does not open": point("none", opening=0.0),
        "open hosts": point("open_hosts"),
        "closed hosts": point("closed_hosts"),
        "no civil society": point("no_civil_society"),
        "history, nobody learns": point("none", learning=0.0),
        "open, nobody learns": point("open_hosts", learning=0.0),
        "closed, nobody learns": point("closed_hosts", learning=0.0),
    },
    measures=("trust_networks", "cooperation", "destination_voice", "expected_yes"),
    options={"scenario": "hld_gfmd", "replicates": 100, "seed": 2013},
)

if __name__ == "__main__":
    sys.exit(STUDY.main())
