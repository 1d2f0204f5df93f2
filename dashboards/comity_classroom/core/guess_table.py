"""The guesses of a class as a table without names: the test before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from comity.record.dictionary import Column
from comity.scenario.loading import from_data
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Stop
from comity_classroom.pack.quiz import answers_for, quiz_items
from comity_classroom.phrases import load_phrases

if TYPE_CHECKING:
    from comity_classroom.core.classroom import Classroom

__all__ = ["COLUMNS", "guess_table"]

COLUMNS = (
    Column("guesses", "person", "id", "", "who guessed; the id in the ledger, not the name", "the class"),
    Column("guesses", "seat", "id", "", "seat of the person at that moment; empty without one", "the class"),
    Column("guesses", "moment", "text", "before/vote/after", "before the class, before a vote, in the debrief", "plan"),
    Column("guesses", "about", "id", "", "the what-if, or meeting and vote joined by a point", "scenario"),
    Column("guesses", "measure", "id", "", "measure that the what-if asks about; empty for a vote", "comity.measures"),
    Column("guesses", "answer", "text or count", "up/none/down, or 0..", "what the person expects", "the class"),
    Column(
        "guesses", "result", "text or count", "up/none/down, or 0..",
        "answer of the model to the what-if, or number of yes votes; empty if there is none yet", "runs; the class",
    ),
)  # fmt: skip
"""What the columns of the table mean, as in the data dictionary of a record."""


def guess_table(classroom: Classroom) -> pd.DataFrame:
    """Return one row for each person and question: the last answer of each, see :data:`COLUMNS`."""
    with classroom.acting:
        state, stop = classroom.state, classroom.scene.stop
    measures, results = _model(state)
    results |= _votes(stop)
    rows = []
    for subject, given in sorted(state.learning.guesses.items()):
        moment, _, about = subject.partition(".")
        for person, guess in sorted(given.items(), key=lambda item: int(item[0][1:])):
            rows.append(
                {
                    "person": person, "seat": guess["seat"], "moment": moment, "about": about,
                    "measure": measures.get(about, ""), "answer": guess["answer"], "result": results.get(about, ""),
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=[column.column for column in COLUMNS])


def _model(state: ClassroomState) -> tuple[dict[str, str], dict[str, object]]:
    """Return the measure and the answer of the model, by what-if that people have guessed about."""
    subjects = [subject.partition(".") for subject in state.learning.guesses]
    keys = sorted({about for moment, _, about in subjects if moment != "vote"})
    if not keys:
        return {}, {}
    phrases = load_phrases()
    items = quiz_items(keys, phrases, answers_for(from_data(dict(state.scenario)), phrases))
    answered = {item.key: item.answer for item in items}
    return {item.key: item.measure_key for item in items}, dict(answered)


def _votes(stop: Stop) -> dict[str, object]:
    """Return the number of yes votes, by vote that was held."""
    return {
        f"{trace.id}.{vote.vote}": int((vote.answers == 0).sum())
        for trace in stop.record.trace.meetings
        for vote in trace.votes
    }
