"""The scorecard of ``comity score --out`` as sentences and tables: facts, verdicts, rivals and baselines."""

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
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["Scores", "read_scores"]

_FILE = "scorecard.json"
_USES = ("calibrate", "holdout")
_MET, _MISSED = "reproduced", "not reproduced"


class Scores:
    """A scorecard.

    Attributes
    ----------
    title, rule, sentences
        The scored scenario, the rule for a reproduced target, and the summary in sentences with codes.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.title = str(content["title"])
        self.rule = str(content["rule"])
        self.sentences = [str(text) for text in content["sentences"]]
        self._totals = pd.DataFrame(content["totals"])
        self._targets = pd.DataFrame(content["targets"])

    def headline(self, words: Phrases = ENGLISH) -> list[str]:
        """Return how many facts the theory reproduces beside its rivals, those that do better first, in sentences."""
        said: list[str] = []
        for use, rows in self._totals.groupby(self._totals.get("use", pd.Series("", self._totals.index)), sort=False):
            mine, *others = rows.to_dict("records")
            model, ours = _called(mine), {"model": _called(mine), "ours": mine["reproduced"], "n": mine["facts"]}
            used = words.say(f"history.total.{use}") if use in _USES else ""
            own = words.say(f"history.total.{'model_use' if used else 'model'}", use=used, **ours)
            rivals = [row for row in others if row["source"] in self._theories()]
            guesses = [row for row in others if row not in rivals and _ahead(row) > 0]
            found = [
                (_ahead(row), _against(row, model, is_rival=row in rivals, words=words)) for row in (*rivals, *guesses)
            ]
            said += [text for ahead, text in found if ahead > 0]
            said += [own, *(text for ahead, text in found if ahead <= 0)]
            said += [words.say("history.total.calibrated")] if use == "calibrate" else []
        return said

    def telling(self, words: Phrases = ENGLISH) -> list[str]:
        """Return the targets that tell the theories apart most, one for either side that wins, in sentences.

        The first one is that with the largest difference between the shares of the runs that meet it. Without any, it
        is the target that the theory meets in the fewest runs. Empty if it misses none.
        """
        theories = self._theories()
        rows = {name: {str(row["key"]): row for row in self._of(name).to_dict("records")} for name in theories}
        model = theories[0]
        best: dict[bool, tuple[float, str, str]] = {}
        for rival in theories[1:]:
            for key, theirs in rows[rival].items():
                mine = rows[model].get(key, theirs)
                if {mine["verdict"], theirs["verdict"]} == {_MET, _MISSED}:
                    side, gap = theirs["verdict"] == _MET, abs(float(mine["share"]) - float(theirs["share"]))
                    best[side] = max(best.get(side, (0.0, "", "")), (gap, rival, key))
        said: list[str] = []
        for side, (_, rival, key) in sorted(best.items(), key=lambda item: (item[1][0], item[0]), reverse=True):
            mine = rows[model][key]
            said.append(
                words.say(
                    f"history.telling.{'rival' if side else 'model'}_wins", model=model, rival=rival,
                    first=words.say(f"history.telling.{'other_way' if said else 'most'}"), sentence=_sentence(mine),
                    observed=self._seen(mine, words), ours=_percent(mine["share"]),
                    theirs=_percent(rows[rival][key]["share"]),
                )
            )  # fmt: skip
        missed = [row for row in rows[model].values() if row["verdict"] == _MISSED]
        if said or not missed:
            return said
        mine = min(missed, key=lambda row: _float(row["share"]))
        return [
            words.say(
                "history.telling.miss", model=model, sentence=_sentence(mine), observed=self._seen(mine, words),
                ours=_percent(mine["share"]), median=number(_float(mine["median"])),
            )
        ]  # fmt: skip

    def totals(self, words: Phrases = ENGLISH) -> Figure:
        """Return the number of facts that each theory and each baseline reproduces."""
        say = words.say
        rows = [
            [
                str(row["source"]),
                say(f"history.total.{row['use']}") if row.get("use") in _USES else "–",
                say("history.totals.of", n=row["reproduced"], total=row["facts"]),
                _range(row.get("share_low"), row.get("share_high"), words), str(row.get("cannot_tell", "")),
                say("history.totals.of", n=row.get("targets_reproduced", ""), total=row.get("targets", "")),
            ]
            for row in self._totals.to_dict("records")
        ]  # fmt: skip
        columns = ("source", "use", "facts", "interval", "cannot_tell", "targets")
        return Figure(
            key="totals", title=say("history.totals.title"), unit="", table=self._totals,
            columns=[say(f"history.totals.{name}") for name in columns], rows=rows, how=say("history.totals.how"),
        )  # fmt: skip

    def differing(self, words: Phrases = ENGLISH) -> Figure:
        """Return the targets on which the verdicts of the theories differ."""
        theories = self._theories()
        verdicts = pd.DataFrame({name: self._of(name).set_index("key")["verdict"] for name in theories})
        keys = set(verdicts.index[verdicts.nunique(axis=1) > 1])
        rows = [
            [_sentence(row), self._seen(row, words), *verdicts.loc[row["key"]].fillna("–"), str(row["key"])]
            for row in self._of(theories[0]).to_dict("records")
            if row["key"] in keys and row.get("use") != "retired"
        ]
        say = words.say
        return Figure(
            key="differing", title=say("history.differing.title"), unit="",
            table=self._targets[self._targets["key"].isin(keys)],
            columns=[say("history.targets.fact"), say("history.targets.observed"), *theories,
                     say("history.targets.code")],
            rows=rows, empty="" if rows else say("history.differing.empty"), how=say("history.differing.how"),
        )  # fmt: skip

    def targets(self, words: Phrases = ENGLISH) -> Figure:
        """Return all targets under the scored theory: the observation, the runs, and the verdict."""
        say = words.say
        sources = list(dict.fromkeys(self._targets["source"]))
        mine = self._of(sources[0])
        others = {
            source: dict(zip(part["key"], part["verdict"], strict=True))
            for source, part in self._targets[self._targets["source"] != sources[0]].groupby("source", sort=False)
        }
        rows, told = [], ""
        for row in mine.to_dict("records"):
            sentence = str(row["sentence"] or "")
            if row.get("use") == "retired":
                sentence = say("history.targets.retired", sentence=sentence)
            rows.append(
                [
                    "" if sentence == told else sentence, part_in_words(str(row["part"] or "")),
                    unit_in_words(str(row.get("unit") or "")), _observed(row, words),
                    number(_float(row["median"])),
                    _range(row["low"], row["high"], words), str(row["verdict"]),
                    *(str(found.get(row["key"], "–")) for found in others.values()), str(row["key"]),
                ]
            )  # fmt: skip
            told = sentence
        columns = ("fact", "part", "unit", "observed", "median", "runs", "verdict")
        return Figure(
            key="scorecard", title=say("history.targets.title", theory=sources[0]), unit="", table=self._targets,
            columns=[*(say(f"history.targets.{name}") for name in columns), *map(str, others),
                     say("history.targets.code")],
            rows=rows, how=say("history.targets.how", rule=self.rule),
        )  # fmt: skip

    def marked(self) -> list[str]:
        """Return the sentences with codes as HTML, with an explanation of each fact code."""
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

    def _theories(self) -> list[str]:
        """Return the scored theory and its rivals: the sources that are no baselines."""
        kinds = self._targets.get("kind", pd.Series("theory", self._targets.index))
        return [str(name) for name in dict.fromkeys(self._targets["source"][kinds == "theory"])]

    def _of(self, source: str) -> pd.DataFrame:
        return self._targets[self._targets["source"] == source]

    def _seen(self, row: Any, words: Phrases) -> str:
        value, what = _observed(row, words), part_in_words(str(row["part"] or ""))
        unit = unit_in_words(str(row.get("unit") or ""))
        value = f"{value} ({unit})" if unit else value
        return words.say("history.telling.observed", what=what, value=value) if what else value


def read_scores(folder: str | Path) -> Scores:
    """Return the scorecard of a folder, or raise InputError."""
    return Scores(read_json(Path(folder), _FILE))


def _called(row: dict[Any, Any]) -> str:
    return str(row["source"])


def _ahead(row: dict[Any, Any]) -> float:
    """Return how many facts a rival reproduces more than the theory, of those that its runs decide."""
    return float(row["reproduced"]) - float(row.get("model_same_facts", math.nan))


def _against(row: dict[Any, Any], model: str, *, is_rival: bool, words: Phrases) -> str:
    ahead = _ahead(row)
    if math.isnan(ahead):
        return words.say("history.totals.of", n=row["reproduced"], total=row["facts"])
    which = "wins" if ahead > 0 else "level" if ahead == 0 else "loses"
    return words.say(
        f"history.total.{which if is_rival else 'baseline_wins'}", rival=_called(row), model=model,
        theirs=row["reproduced"], n=row["facts"], ours=row["model_same_facts"],
    )  # fmt: skip


def _sentence(row: Any) -> str:
    return str(row["sentence"] or "").rstrip(".")


def _percent(share: Any) -> str:
    return "–" if math.isnan(_float(share)) else f"{100 * float(share):.0f} %"


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _range(low: Any, high: Any, words: Phrases) -> str:
    first, last = _float(low), _float(high)
    if math.isnan(first) and math.isnan(last):
        return "–"
    return words.say("history.totals.range", low=number(first), high=number(last))


def _observed(row: Any, words: Phrases) -> str:
    observed, low, high = (_float(row[name]) for name in ("observed", "accepted_low", "accepted_high"))
    if not math.isnan(observed):
        name, values = "within", {"observed": f"{observed:g}", "tolerance": f"{_float(row['tolerance']):g}"}
        return words.say(f"history.targets.{name}", **values).replace("-", "−")
    if not math.isnan(low) and not math.isnan(high):
        return words.say("history.totals.range", low=f"{low:g}", high=f"{high:g}").replace("-", "−")
    found = ("more", {"low": f"{low:g}"}) if not math.isnan(low) else ("less", {"high": f"{high:g}"})
    return words.say(f"history.targets.{found[0]}", **found[1]).replace("-", "−")
