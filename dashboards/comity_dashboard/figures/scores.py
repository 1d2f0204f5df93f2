"""The scorecard of ``comity score --out`` as tables: facts, verdicts, rivals and baselines."""

from __future__ import annotations

import math
import re
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from comity.record.storage import read_json
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.measures import number
from comity_dashboard.figures.words import part_in_words, unit_in_words

__all__ = ["Scores", "read_scores"]

_FILE = "scorecard.json"
_USES = {"calibrate": "used for calibration", "holdout": "held out"}


class Scores:
    """A scorecard.

    Attributes
    ----------
    title, rule, sentences
        The scored scenario, the rule for a reproduced target, and the summary in sentences.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.title = str(content["title"])
        self.rule = str(content["rule"])
        self.sentences = [str(text) for text in content["sentences"]]
        self._totals = pd.DataFrame(content["totals"])
        self._targets = pd.DataFrame(content["targets"])
        self._votes = content.get("votes")

    def totals(self) -> Figure:
        """Return the number of facts that each theory and each baseline reproduces."""
        rows = [
            [
                str(row["source"]), _USES.get(str(row.get("use")), "–"), f"{row['reproduced']} of {row['facts']}",
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
            how="The first row is the scored theory, the next rows are its rivals on the same seeds. A baseline is a "
            "guess without a model, such as no change; it applies to some of the facts only. The sentences above say "
            "where a baseline wins. A fact may have several targets, each a single number.",
        )  # fmt: skip

    def targets(self) -> Figure:
        """Return all targets under the scored theory: the observation, the runs, and the verdict."""
        sources = list(dict.fromkeys(self._targets["source"]))
        mine = self._targets[self._targets["source"] == sources[0]]
        others = {
            source: dict(zip(part["key"], part["verdict"], strict=True))
            for source, part in self._targets[self._targets["source"] != sources[0]].groupby("source", sort=False)
        }
        rows, told = [], ""
        for row in mine.to_dict("records"):
            sentence = ("(retired) " if row.get("use") == "retired" else "") + str(row["sentence"] or "")
            rows.append(
                [
                    "" if sentence == told else sentence, part_in_words(str(row["part"] or "")),
                    unit_in_words(str(row.get("unit") or "")), _observed(row).replace("-", "−"),
                    number(_float(row["median"])),
                    _range(row["low"], row["high"]), str(row["verdict"]),
                    *(str(found.get(row["key"], "–")) for found in others.values()), str(row["key"]),
                ]
            )  # fmt: skip
            told = sentence
        return Figure(
            key="scorecard", title=f"Facts and runs under the theory “{sources[0]}”", unit="",
            table=self._targets,
            columns=["fact", "part", "unit", "observed", "median of the runs", "90 % of the runs", "verdict",
                     *map(str, others), "code"],
            rows=rows,
            how=f"A target is one number of a fact. {self.rule} Silent: the source makes no statement about it. Built "
            "in: every run meets it by construction, so it is not counted. The last column is the code of the target "
            "in the sentences above, in the table and in the file of facts.",
        )  # fmt: skip

    def marked(self) -> list[str]:
        """Return the sentences as HTML, with an explanation of each fact code."""
        words: dict[str, str] = {}
        called: dict[str, str] = {}
        for row in self._targets.to_dict("records"):
            fact, sentence, part = str(row["fact"]), str(row["sentence"] or ""), part_in_words(str(row["part"] or ""))
            words |= {fact: sentence, str(row["key"]): f"{sentence} {part}".strip()}
            called |= {fact: fact, str(row["key"]): f"{fact} ({part})" if part else fact}

        def mark(found: re.Match[str]) -> str:
            code = found.group()
            return f'<abbr title="{escape(words[code])}">{escape(called[code])}</abbr>' if code in words else code

        quoted = [re.sub(r"'([^']+)'", r"“\1”", text) for text in self.sentences]
        return [re.sub(r"\w+(\.\w+)?", mark, escape(text, quote=False)) for text in quoted]


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
        return f"{observed:g} ± {_float(row['tolerance']):g}"
    if not math.isnan(low) and not math.isnan(high):
        return f"{low:g} to {high:g}"
    return f"more than {low:g}" if not math.isnan(low) else f"less than {high:g}"
