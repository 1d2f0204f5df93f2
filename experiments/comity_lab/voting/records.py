"""What the estimation reads: the states as the model starts with them, and recorded roll calls with their classes."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
from scipy.special import logit

from comity.rules.vote import ANSWERS
from comity.scenario.locate import scenario_folder

__all__ = ["NOT_ELIGIBLE", "RollCall", "States", "read_agreed", "read_roll_calls", "read_states"]

NOT_ELIGIBLE = -1
"""Code of the answer of a state that could not vote; others are indices into ``ANSWERS``."""
_PACKED = {1: 0, 2: 1, 3: 2, 8: 3, 9: NOT_ELIGIBLE}


@dataclass(frozen=True, kw_only=True)
class States:
    """The states of 2006.

    Attributes
    ----------
    table
        ``states.csv`` by id.
    sovereignty, capacity
        (n,), shares.
    habit, absence
        Logits of the share of non-yes on agreed texts and of absences, to 2005, (n,).
    pairs, shared
        Rows of two states that share blocs, (t, 2), and the share of the blocs of both, (t,).
    """

    table: pd.DataFrame
    sovereignty: np.ndarray
    capacity: np.ndarray
    habit: np.ndarray
    absence: np.ndarray
    pairs: np.ndarray
    shared: np.ndarray

    def position_on(self, issues: tuple[str, ...]) -> np.ndarray:
        """Return the position on some issues, or on all where none is named, weighted by salience, (n,), shares."""
        named = issues or tuple(name[9:] for name in self.table.columns if name.startswith("position_"))
        position = self.table[[f"position_{issue}" for issue in named]].to_numpy(float)
        salience = self.table[[f"salience_{issue}" for issue in named]].to_numpy(float)
        return np.asarray((position * salience).sum(axis=1) / salience.sum(axis=1))


@dataclass(frozen=True, kw_only=True)
class RollCall:
    """A recorded vote: its name, day, whether the text was agreed, its issues (none: all), answers by state (n,)."""

    name: str
    date: str
    is_agreed: bool
    issues: tuple[str, ...]
    answers: np.ndarray

    @property
    def kind(self) -> str:
        """The class of the text."""
        return "agreed" if self.is_agreed else "contested"

    @property
    def eligible(self) -> np.ndarray:
        """Which states could vote, (n,)."""
        return np.asarray(self.answers != NOT_ELIGIBLE)

    @property
    def answered(self) -> np.ndarray:
        """Which states said yes, no or abstained, (n,)."""
        return np.asarray(self.eligible & (self.answers != ANSWERS.index("absent")))


def read_states() -> States:
    """Return the states as the replay starts with them."""
    table = _read("states.csv").set_index("id")
    pairs = _read("pairs.csv.gz").query("shared_blocs > 0")
    a, b = (table.index.get_indexer(pd.Index(pairs[name])) for name in ("a", "b"))
    return States(
        table=table,
        sovereignty=table["sovereignty"].to_numpy(float),
        capacity=table["capacity"].to_numpy(float),
        habit=logit(table["non_yes_share"].to_numpy(float)),
        absence=logit(table["absent_share"].to_numpy(float)),
        pairs=np.ascontiguousarray(np.column_stack([a, b]).astype(np.int32)),
        shared=pairs["shared_blocs"].to_numpy(float),
    )


def read_roll_calls(states: States) -> list[RollCall]:
    """Return the recorded votes on migration, 2000-2012, in the order of their days, with the class of each text."""
    earlier = _read("raw/migration_votes.csv")
    found = []
    for row in _read("raw/vote_coding.csv").sort_values("date", kind="stable").to_dict("records"):
        rows = earlier[earlier["resolution"] == row["resolution"]]
        votes = (rows if len(rows) else _read(f"votes/{row['vote']}.csv")).set_index("iso3")["vote"]
        codes = votes.reindex(states.table.index).map({name: code for code, name in enumerate(ANSWERS)})
        found.append(
            RollCall(
                name=row["vote"],
                date=row["date"],
                is_agreed=row["class"] == "agreed",
                issues=tuple(row["issues"].split(";")) if isinstance(row["issues"], str) else (),
                answers=codes.fillna(NOT_ELIGIBLE).to_numpy(int),
            )
        )
    return found


def read_agreed(states: States, before: str) -> tuple[list[RollCall], list[RollCall]]:
    """Return the roll calls from 2006 to a day on texts that both camps agreed, as their votes tell, and all others.

    Their subjects are human rights, the economy or none; later than those from which habits are counted.
    """
    table = _read("raw/unga_rollcalls_2006_2012.csv.gz")
    table = table[table["date"] < before]
    codes = table[list(states.table.index)].to_numpy()
    subjects = _read("raw/unga_subjects.csv").set_index("rcid")["subjects"].reindex(table["rcid"])
    g77 = _read("raw/states_raw.csv").set_index("iso3")["g77_2006"].reindex(states.table.index).to_numpy() == 1
    is_agreed = _answer_record().agreed_texts(codes, subjects, states.table["developed"].to_numpy() == 1, g77)
    recoded = np.vectorize(_PACKED.__getitem__, otypes=[int])(codes)
    calls = [
        RollCall(name=str(rcid), date=date, is_agreed=bool(agreed), issues=(), answers=answers)
        for rcid, date, agreed, answers in zip(table["rcid"], table["date"], is_agreed, recoded, strict=True)
    ]
    return [call for call in calls if call.is_agreed], [call for call in calls if not call.is_agreed]


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(_data() / name, keep_default_na=False, na_values=[""])


def _data() -> Path:
    return scenario_folder() / "data"


def _answer_record() -> ModuleType:
    """Return the script that counts the habits of states.csv, so that agreed texts are told by one rule."""
    spec = importlib.util.spec_from_file_location("answer_record", _data() / "answer_record.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
