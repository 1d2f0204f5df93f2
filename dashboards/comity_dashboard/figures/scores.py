"""The scorecard that ``comity score --out`` has written, as tables: what is reproduced, what is not, and who wins."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from comity.storage import read_json
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.measured import number

__all__ = ["Scores", "read_scores"]

_FILE = "scorecard.json"


class Scores:
    """A scorecard.

    Attributes
    ----------
    title, rule, sentences
        What was scored, when a target counts as reproduced, and what the card says in words.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.title = str(content["title"])
        self.rule = str(content["rule"])
        self.sentences = [str(text) for text in content["sentences"]]
        self._totals = pd.DataFrame(content["totals"])
        self._targets = pd.DataFrame(content["targets"])
        self._votes = content.get("votes")

    def totals(self) -> Figure:
        """Return how many facts each theory and each baseline reproduces."""
        rows = [
            [
                str(row["source"]), str(row.get("use", "")), f"{row['reproduced']} of {row['facts']}",
                _range(row.get("share_low"), row.get("share_high")), str(row.get("cannot_tell", "")),
                f"{row.get('targets_reproduced', '')} of {row.get('targets', '')}",
            ]
            for row in self._totals.to_dict("records")
        ]  # fmt: skip
        return Figure(
            key="totals", title="Facts reproduced, by theory and by baseline", unit="", table=self._totals,
            columns=["theory or baseline", "use of the facts", "facts reproduced", "95 % interval of the share",
                     "cannot tell", "targets reproduced"],
            rows=rows,
            how="A baseline is a guess without a model, such as that nothing changes. It can say something about a "
            "part of the facts only; where it wins, that stands in the sentences above.",
        )  # fmt: skip

    def targets(self) -> Figure:
        """Return every target of the model's own theory: what was observed, what the runs say, and the verdict."""
        sources = list(dict.fromkeys(self._targets["source"]))
        mine = self._targets[self._targets["source"] == sources[0]]
        others = {
            source: dict(zip(part["key"], part["verdict"], strict=True))
            for source, part in self._targets[self._targets["source"] != sources[0]].groupby("source", sort=False)
        }
        rows = [
            [
                f"{row['fact']} {row['sentence'] or ''}", str(row["part"]), _observed(row),
                number(_float(row["median"])),
                _range(row["low"], row["high"]), str(row["verdict"]),
                *(str(found.get(row["key"], "–")) for found in others.values()),
            ]
            for row in mine.to_dict("records")
        ]  # fmt: skip
        return Figure(
            key="scorecard", title=f"Every target, under {sources[0]}", unit="", table=self._targets,
            columns=["fact", "part", "observed", "median of the runs", "90 % of the runs", "verdict",
                     *map(str, others)],
            rows=rows, how=self.rule,
        )  # fmt: skip


def read_scores(folder: str | Path) -> Scores:
    """Return the scorecard of a folder, or raise InputError."""
    return Scores(read_json(Path(folder), _FILE))


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _range(low: Any, high: Any) -> str:
    first, last = _float(low), _float(high)
    return "–" if math.isnan(first) and math.isnan(last) else f"{number(first)} to {number(last)}"


def _observed(row: dict[Any, Any]) -> str:
    observed, low, high = (_float(row[name]) for name in ("observed", "accepted_low", "accepted_high"))
    if not math.isnan(observed):
        return f"{number(observed)} ± {number(_float(row['tolerance']))}"
    if not math.isnan(low) and not math.isnan(high):
        return f"{number(low)} to {number(high)}"
    return f"more than {number(low)}" if not math.isnan(low) else f"less than {number(high)}"
