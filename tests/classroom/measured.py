"""What the lessons' commands give, measured once for all numbers in their answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import comity
from comity.cli import main
from comity.measures import MEASURES
from comity.record import Record
from comity.rules.act import Act
from comity.rules.vote import ANSWERS
from comity.scenario.locate import shipped_patches
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Issue
from comity.world.world import Kind
from comity_lab.analysis.means import interval

__all__ = ["Measured"]

_DIALOGUES = ("HLD2006", "HLD2013", "GFMD2021")


def _scenario(name: str) -> comity.Scenario:
    """Return a scenario by the name of a scenario, a what-if, a theory, or "hld_gfmd PARAMETER", which is set to zero."""
    if name in shipped_patches():
        return comity.load("hld_gfmd", patches=[name])
    if name in PRESETS:
        return comity.load("hld_gfmd", theory=name)
    base, _, parameter = name.partition(" ")
    return comity.load(base, settings={f"parameters.{parameter}": 0} if parameter else None)


def _pledges(record: Record) -> dict[str, float]:
    actors = record.population.world.actors
    is_state = actors["kind"] == Kind.STATE
    rich = is_state & (actors["income"] >= np.quantile(actors["income"][is_state], 0.75))
    forum = [meeting for meeting in record.trace.meetings if meeting.forum == "GFMD"]
    found = {f"donors {meeting.id}": float(meeting.donors.sum()) for meeting in forum}
    for name, wanted in (("developed", True), ("other", False)):
        counts = [m.donors.sum() for m in forum if actors["developed"][list(m.hosts)].all() == wanted]
        found[f"donors, {name} hosts"] = float(np.mean(counts)) if counts else np.nan
    found["pledges"] = float(sum(meeting.donors.sum() for meeting in forum))
    found["pledges of the rich"] = float(sum(meeting.donors[rich].sum() for meeting in forum))
    return found


def _support(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for meeting, table in record.support.groupby("meeting"):
        rows = table.set_index("organisation")
        if meeting in _DIALOGUES:
            found[f"first {meeting}"] = rows["rank"].idxmin()
        if meeting in _DIALOGUES and "IOM" in rows.index:
            found |= {f"rank {meeting}": rows["rank"]["IOM"], f"support {meeting}": rows["support"]["IOM"]}
        if meeting == "HLD2006":
            found |= {f"{name}'s rank": rows["rank"][name] for name in ("ILO", "OHCHR", "UNHCR")}
            found["correlation"] = rows["normative_mandate"].corr(rows["support_destination"])
    return found


def _read(record: Record) -> dict[str, Any]:
    """Return everything that a lesson says about one run."""
    is_state = record.population.world.actors["kind"] == Kind.STATE
    acts = record.seat_counts.sum(axis=(0, 1, 2))
    votes = [vote for trace in record.trace.meetings for vote in trace.votes]
    withdrawn = record.chairs.query("event == 'withdrawal'")["meeting"].value_counts()
    table = record.meetings.set_index("meeting")
    first = table.loc["HLD2006", ["states", "destination", "spoke", "silent_destination", "silent_origin"]]
    return {
        **{item.name: item.compute(record) for item in MEASURES},
        **first.astype(float).to_dict(),
        **_pledges(record),
        **(_support(record) if len(record.support) else {}),
        **{f"withdrawals {meeting.id}": float(withdrawn.get(meeting.id, 0)) for meeting in record.scenario.meetings},
        "withdrawals": float(withdrawn.sum()),
        "members": float(record.trace.years[-1].agency_member[is_state].sum()),
        "contesting": acts[Act.CONTESTATION] / acts[Act.STATEMENT :].sum(),
        "yes": float(votes[-1].probabilities[:, ANSWERS.index("yes")].sum()) if votes else np.nan,
    }


class Measured:
    """What the commands give; each is run when its first number is asked for.

    Attributes
    ----------
    folder
        Where commands may write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = cache(self._runs)
        self.effects = cache(self._effects)
        self.compared_table = cache(self._compared)
        self.scored = cache(self._scored)

    def _runs(self, name: str, n: int) -> pd.DataFrame:
        """Return a row for each of the seeds from 0 to n - 1; longer series of the same scenario are made once."""
        for longer in (100, 50):
            if longer > n and (name, longer) in _LONG:
                return self.runs(name, longer).head(n)
        scenario = _scenario(name)
        return pd.DataFrame([_read(comity.run(scenario, seed=seed, keep="meetings")) for seed in range(n)])

    def _effects(self) -> pd.DataFrame:
        words = ["whatif", "--all", "--replicates", "100", "--quiet", "--out", str(self.folder / "whatif")]
        assert main(words) == 0
        return pd.read_csv(self.folder / "whatif" / "whatif.csv").set_index(["label", "measure"])

    def _compared(self, first: str, second: str) -> pd.DataFrame:
        words = ["compare", first, second, "--replicates", "100", "--workers", "1", "--quiet"]
        assert main([*words, "--out", str(self.folder / "compare")]) == 0
        return pd.read_csv(self.folder / "compare" / "compare.csv").set_index("measure")

    def _scored(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        assert main(["score", "hld_gfmd", "--replicates", "200", "--quiet", "--out", str(self.folder / "score")]) == 0
        card, totals = (pd.read_csv(self.folder / "score" / f"{name}.csv") for name in ("scorecard", "totals"))
        return card.set_index(["source", "key"]), totals.set_index("source")

    def effect(self, patch: str, measure: str) -> pd.Series:
        return self.effects().loc[(patch, measure)]

    def compared(self, first: str, second: str, measure: str) -> tuple[float, float, float]:
        row = self.compared_table(first, second).loc[measure]
        return row.difference, row.half_width, row.reference

    def fact(self, key: str, source: str = "socialisation") -> pd.Series:
        return self.scored()[0].loc[(source, key)]

    def totals(self, source: str) -> pd.Series:
        return self.scored()[1].loc[source]

    def issue(self, name: str) -> Issue:
        return next(issue for issue in comity.load("hld_gfmd").issues if issue.id == name)

    def mean(self, column: str, name: str, n: int) -> float:
        return float(self.runs(name, n)[column].mean())

    def half(self, column: str, name: str, n: int) -> float:
        return float(interval(self.runs(name, n)[column].to_numpy(float)[None])["half_width"][0])

    def change(self, column: str, name: str, other: str, n: int) -> tuple[float, float]:
        """Return the mean of name minus other, seed by seed, and its half width."""
        found = interval((self.runs(name, n)[column] - self.runs(other, n)[column]).to_numpy(float)[None])
        return float(found["mean"][0]), float(found["half_width"][0])

    def count(self, column: str, value: object, name: str) -> int:
        return int((self.runs(name, 50)[column] == value).sum())


_LONG = {("hld_gfmd", 100)}
