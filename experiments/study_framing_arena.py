"""Development or rights, informal or formal: what lets states talk, the frame or the arena?

    python -m comity_lab.studies framing_arena [--quick]

The frame has two parts: whether the forum tells migration as development (its framing), and whether rights come first
on its agenda (the patch rights_first). A formal forum is as binding as a norm-setting commission (the value of the
patch binding_arena); the dialogues in the assembly stay as they are. Pure rights: on the agenda, without the framing.
"""

from __future__ import annotations

import sys

from comity_lab.study import Study

FRAMES = {
    "development": {"patch": "none", "forums.GFMD.development_framing": 0.85},
    "no frame": {"patch": "none", "forums.GFMD.development_framing": 0.0},
    "rights agenda": {"patch": "rights_first", "forums.GFMD.development_framing": 0.85},
    "pure rights": {"patch": "rights_first", "forums.GFMD.development_framing": 0.0},
}
ARENAS = {"informal": 0.10, "formal": 0.80}

STUDY = Study(
    name="study_framing_arena",
    question="What lets states talk, the frame or the arena?",
    points={
        f"{frame}, {arena}": {**values, "forums.GFMD.bindingness": bindingness}
        for arena, bindingness in ARENAS.items()
        for frame, values in FRAMES.items()
    },
    measures=("destination_voice", "cooperative_share", "trust_roles", "cooperation"),
    options={"scenario": "hld_gfmd", "replicates": 100, "seed": 2013},
)

if __name__ == "__main__":
    sys.exit(STUDY.main())
