"""The shipped studies, each a question to the model: ``python -m comity_lab.studies`` lists them or does one.

python -m comity_lab.studies                        what there is
python -m comity_lab.studies openness --quick       one, with a few replicates
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from comity.errors import InputError
from comity_lab.shipped import find_study, shipped_studies

if TYPE_CHECKING:
    from comity_lab.study import Study

__all__ = ["main", "study_of"]


def study_of(name: str) -> Study:
    """Return a shipped study, ``openness`` or ``study_openness``, or raise InputError."""
    study: Study = runpy.run_path(str(find_study(name)))["STUDY"]
    return study


def main(words: Sequence[str]) -> int:
    """List the studies, or do the one that is named, and return the exit status."""
    if not words or words[0] in ("-h", "--help"):
        print("python -m comity_lab.studies NAME [--quick] [--workers N] [--out FOLDER]\n")
        for name in shipped_studies():
            print(f"  {name:16} {study_of(name).question}")
        return 0
    try:
        study = study_of(words[0])
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    os.environ["MPLBACKEND"] = "agg"  # figures go to files, wherever this was started
    return study.main(words[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
