"""A record that was read from disk: the same tables, trust matrices and provenance, without the arrays of the run."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from comity.errors import InputError, note
from comity.forum.trace import Keep, Trace
from comity.phases import Phase
from comity.population.people import Population
from comity.randomness import read_seed
from comity.record import Record
from comity.record.provenance import Held, Provenance
from comity.record.storage import ACTORS, MATRICES, PROVENANCE, SCENARIO, read_json, read_table, unstacked
from comity.rules.act import Act
from comity.runs import held_again
from comity.scenario.loading import from_data
from comity.scenario.schema import Scenario

__all__ = ["SavedRecord", "read_record"]


def read_record(folder: str | Path) -> SavedRecord:
    """Return a saved record, or raise InputError where the folder is not that of a record, or is damaged."""
    path = Path(folder)
    made = read_json(path, PROVENANCE)
    scenario = from_data(read_json(path, SCENARIO), f"{path.name}/{SCENARIO}")
    then = made.get("scenario_hash", scenario.hash)
    if then != scenario.hash:
        note(
            f"{path.name}/{SCENARIO}: is not the scenario that the tables were made with (hash {then!s:.16}, now "
            f"{scenario.hash}): the file was edited, or this version reads it otherwise. comity rerun says more"
        )
    return SavedRecord(path, scenario, made)


class SavedRecord(Record):
    """A record from a folder; see :class:`comity.record.Record`.

    Tables, trust matrices and provenance are those of the folder. The arrays of the run are not on disk: what asks for
    them, such as :func:`comity.measures.measure`, makes the run be held again, once, which gives the same arrays. Where
    it would not (other rules, versions or machine, a world that was edited), that is an InputError.
    """

    _folder: Path
    _made: dict[str, Any]
    _left: dict[str, pd.DataFrame]
    _matrices: dict[str, pd.DataFrame]

    def __init__(self, folder: Path, scenario: Scenario, made: dict[str, Any]) -> None:
        missing = [key for key in ("seed", "keep", "command") if key not in made]
        if missing:
            raise InputError(
                f"{folder.name}/{PROVENANCE}: field {missing[0]!r} is missing. The record is damaged; run the scenario "
                "again."
            )
        if made["keep"] not in get_args(Keep):
            raise InputError(
                f"{folder.name}/{PROVENANCE}: keep must be 'meetings', 'all' or 'trust', got {made['keep']!r}. "
                "The record is damaged; run the scenario again."
            )
        read_seed(made["seed"])
        issues = [issue.id for issue in scenario.issues]
        self.__dict__.update(scenario=scenario, seed=made["seed"], keep=made["keep"], issues=issues)
        self.__dict__.update(held=Held.read(made), _folder=folder, _made=made)
        missing = [name for name in (*self.names, ACTORS) if not (folder / f"{name}.parquet").is_file()]
        if missing:
            raise InputError(
                f"{folder.name}: {missing[0]}.parquet is missing. The record is damaged; run the scenario again."
            )
        tables = {name: read_table(folder / f"{name}.parquet") for name in (*self.names, ACTORS)}
        file = folder / f"{MATRICES}.parquet"  # earlier versions wrote none
        self.__dict__["_matrices"] = unstacked(read_table(file), file) if file.is_file() else {}
        self.__dict__.update(_left=tables, **{name: table.copy() for name, table in tables.items()})

    @property
    def trace(self) -> Trace:  # type: ignore[override]
        """What the run left as arrays; see :class:`SavedRecord`."""
        return self._again.trace

    @property
    def population(self) -> Population:  # type: ignore[override]
        """Who the actors are and the world from which the run started; see :class:`SavedRecord`."""
        return self._again.population

    @cached_property
    def _again(self) -> Record:
        what = f"{self._folder}: a saved record holds tables, and this asks for the arrays of its run"
        if self.held.edited:
            raise InputError(
                f"{what}, which cannot be held again: its world was edited ({'; '.join(self.held.edited)}). Ask the "
                "record of your script before it is saved."
            )
        record, differences = held_again(self.scenario, self._made)
        if not differences and not record.meetings.equals(self._left["meetings"]):
            differences = ["the tables were changed since"]
        if differences:
            raise InputError(
                f"{what}, which another run would not have: {'; '.join(differences)}. "
                "Use comity.rerun(folder), which holds it again all the same."
            )
        return record

    @property
    def matrices(self) -> tuple[str, ...]:
        """Names for :meth:`trust_matrix`."""
        return tuple(self._matrices)

    @property
    def seat_counts(self) -> np.ndarray:
        """Seats by meeting, phase, group and act (silence, statement, cooperation, contestation): (M, 9, 5, 4)."""
        table, phases = self.interventions, [phase.value for phase in Phase]
        groups = self.scenario.subject.groups
        acts = [act.name.lower() for act in Act if act >= 0]
        counts = np.zeros((len(self.meetings), len(phases), len(groups), 4), dtype=np.int64)
        numbers = {name: m for m, name in enumerate(self.meetings["meeting"])}
        for row in table.to_dict("records"):
            place = numbers[row["meeting"]], phases.index(row["phase"]), groups.index(row["group"])
            counts[place] = [row[name] for name in acts]
        return counts

    def trust_matrix(self, meeting: str) -> pd.DataFrame:
        """Return trust among all actors when a meeting closed, float32 (n, n), row the holder."""
        if meeting in self._matrices:
            return self._matrices[meeting].copy()
        why = "Run with keep='trust' and name a meeting."
        if self.keep == "trust" and not self._matrices:
            why = "An earlier version saved none: comity.rerun(folder) holds the run again."
        raise InputError(f"record: no trust matrix of {meeting!r} was kept. {why}")

    def as_left(self, name: str) -> pd.DataFrame:
        """Return a table as it was read, or raise InputError where the one of this record was edited since."""
        if not self.__dict__[name].equals(self._left[name]):
            raise InputError(
                f"record: table {name!r} was edited after it was read, and a record is saved as the run left it. Save "
                f'your own table beside, such as record.{name}.to_parquet("{name}.parquet"), and read the record again.'
            )
        return self._left[name]

    def provenance(self, command: str = "") -> Provenance:
        """Return what made this record then, not what reads it now."""
        fields = {key: self._made[key] for key in Provenance.__dataclass_fields__ if key not in ("held", "system")}
        made = {**fields, "command": command or self._made["command"]}
        return Provenance(**made, system=self._made.get("system", "unknown"), held=self.held)
