"""The scorecard: verdicts on every target and fact, of theories and baselines, and the totals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from comity.cards import card, number_of, rows
from comity.facts import Fact
from comity.scenario.schema import Scenario
from comity_lab.scoring.baselines import BASELINES
from comity_lab.scoring.ensemble import Ensemble
from comity_lab.scoring.verdicts import Judgement, Verdict, judge, judge_value, of_fact, share_interval

__all__ = ["Scorecard", "score"]


def score(scenario: Scenario | None, facts: Sequence[Fact], ensembles: Sequence[Ensemble]) -> Scorecard:
    """Judge ensembles, and the baselines, by facts.

    Parameters
    ----------
    scenario
        From which the baselines start; None: no baselines.
    ensembles
        The first is the one that is scored, the others its rivals.
    """
    judged: dict[tuple[str, str], Judgement] = {}
    at_once: dict[tuple[str, str], float] = {}
    for ensemble in ensembles:
        for target in (target for fact in facts for target in fact.targets):
            judged[ensemble.name, target.key] = judge(target, ensemble.observations[target.key].to_numpy(float))
        for fact in facts:
            at_once[ensemble.name, fact.id] = joint_share(fact, ensemble.observations)
    for name, baseline in BASELINES.items() if scenario is not None else ():
        assert scenario is not None
        said = baseline(scenario, facts)
        for target in (target for fact in facts for target in fact.targets):
            judged[name, target.key] = judge_value(target, said.get(target.key))
    theories = [ensemble.name for ensemble in ensembles]
    return Scorecard(facts=tuple(facts), theories=theories, judged=judged, at_once=at_once)


def joint_share(fact: Fact, observations: pd.DataFrame) -> float:
    """Return the share of single runs that meet all targets of a fact, without those that are built in or silent.

    nan where there is none.

    Parameters
    ----------
    observations
        One row a run, one column a target.
    """
    free = [t for t in fact.targets if not t.built_in and not observations[t.key].isna().all()]
    if not free:
        return math.nan
    return float(np.logical_and.reduce([t.holds(observations[t.key].to_numpy(float)) for t in free]).mean())


@dataclass(frozen=True)
class Scorecard:
    """Judgements by source of values and key of the target.

    Attributes
    ----------
    facts
        The claims and conditions.
    theories
        The one that is scored, then its rivals.
    judged
        By source (a theory or a baseline) and key.
    at_once
        Share of single runs that meet all targets of a fact, by theory and fact.
    """

    facts: tuple[Fact, ...]
    theories: list[str]
    judged: dict[tuple[str, str], Judgement]
    at_once: dict[tuple[str, str], float]

    def __repr__(self) -> str:
        """Return what was scored, in a line."""
        n = max((judgement.n for judgement in self.judged.values()), default=0)
        facts, rivals = number_of(len(self.asked), "fact"), number_of(len(self.theories) - 1, "rival")
        baselines = number_of(len(self.sources) - len(self.theories), "baseline")
        return f"Scorecard of {self.theories[0]!r}: {facts}, {rivals}, {baselines}, n = {number_of(n, 'run')}"

    def _repr_html_(self) -> str:
        """Return totals and verdicts as HTML, for a notebook."""
        totals = self.all_totals()
        shown = ["source", "use", "reproduced", "facts", "share", "share_low", "share_high"]
        verdicts = [
            (fact.id, *(self.of_fact(name, fact).value for name in self.theories), fact.sentence) for fact in self.asked
        ]
        return card(
            f"Scorecard: {self.theories[0]}",
            {"facts": len(self.asked), "sources": ", ".join(self.sources), "interval": "95 %, Wilson"},
            rows("totals", shown, totals[shown].itertuples(index=False), len(totals)),
            rows("verdicts", ("fact", *self.theories, "sentence"), verdicts, len(verdicts)),
        )

    @property
    def asked(self) -> tuple[Fact, ...]:
        """The facts without those that were retired."""
        return tuple(fact for fact in self.facts if fact.use != "retired")

    @property
    def sources(self) -> list[str]:
        """Theories, then baselines."""
        return list(dict.fromkeys(source for source, _ in self.judged))

    def of_fact(self, source: str, fact: Fact) -> Verdict:
        """Return the verdict of a source on a fact."""
        verdicts = [self.judged[source, target.key].verdict for target in fact.targets]
        if all(target.built_in for target in fact.targets):
            return Verdict.BUILT_IN
        return of_fact(verdicts)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each source and target: what was observed, what was said, and the verdict."""
        rows = []
        for source in self.sources:
            for fact in self.facts:
                for target in fact.targets:
                    judged = asdict(self.judged[source, target.key])
                    rows.append(
                        {
                            "source": source,
                            "kind": "theory" if source in self.theories else "baseline",
                            "key": target.key,
                            "fact": fact.id,
                            "part": target.part,
                            "unit": fact.unit_of(target.part),
                            "observed": math.nan if target.observed is None else target.observed,
                            "accepted_low": target.low,
                            "accepted_high": target.high,
                            "tolerance": target.tolerance,
                            "confidence": fact.confidence,
                            "use": fact.use,
                            **judged,
                            "verdict": judged["verdict"].value,
                            "fact_verdict": self.of_fact(source, fact).value,
                            "at_once": self.at_once.get((source, fact.id), math.nan),
                            "sentence": fact.sentence,
                        }
                    )
        return pd.DataFrame(rows)

    def totals(self, use: str = "calibrate") -> pd.DataFrame:
        """One row per source: facts and targets with a verdict and those reproduced, with 95 % Wilson intervals.

        Columns ``model_same_facts`` and ``model_same_targets`` are how many of those on which a source has a verdict
        the scored theory reproduces. The interval takes facts as a sample of the facts that one might have asked for.
        ``at_once`` is the mean over the facts with a verdict of the share of single runs that meet all their targets.
        """
        facts = [fact for fact in self.facts if fact.use == use]
        rows = []
        for source in self.sources:
            verdicts = {fact.id: self.of_fact(source, fact) for fact in facts}
            decided = [name for name, verdict in verdicts.items() if verdict in _DECIDED]
            k = sum(verdicts[name] is Verdict.REPRODUCED for name in decided)
            low, high = share_interval(k, len(decided))
            own = {fact.id: self.of_fact(self.theories[0], fact) for fact in facts}
            shares = [self.at_once.get((source, name), math.nan) for name in decided]
            targets, own_targets = (
                [self.judged[name, target.key].verdict for fact in facts for target in fact.targets]
                for name in (source, self.theories[0])
            )
            rows.append(
                {
                    "source": source,
                    "facts": len(decided),
                    "reproduced": k,
                    "share": k / len(decided) if decided else math.nan,
                    "share_low": low,
                    "share_high": high,
                    "at_once": float(np.mean(shares)) if shares else math.nan,
                    "cannot_tell": sum(verdict is Verdict.CANNOT_TELL for verdict in verdicts.values()),
                    "silent": sum(verdict is Verdict.SILENT for verdict in verdicts.values()),
                    "built_in": sum(verdict is Verdict.BUILT_IN for verdict in verdicts.values()),
                    "model_same_facts": sum(own[name] is Verdict.REPRODUCED for name in decided),
                    "targets": sum(verdict in _DECIDED for verdict in targets),
                    "targets_reproduced": sum(verdict is Verdict.REPRODUCED for verdict in targets),
                    "model_same_targets": sum(
                        theirs in _DECIDED and mine is Verdict.REPRODUCED
                        for theirs, mine in zip(targets, own_targets, strict=True)
                    ),
                }
            )
        return pd.DataFrame(rows)

    def of_first_facts(self, source: str) -> tuple[int, int]:
        """Return how many of the facts of 0.2.0 a source reproduces, and how many there are, but for what is built in.

        Retired and re-encoded ones, those on which it is silent, and undecided ones count as not reproduced.
        """
        first = [f for f in self.facts if not f.since and self.of_fact(self.theories[0], f) is not Verdict.BUILT_IN]
        met = [f for f in first if f.use != "retired" and self.of_fact(source, f) is Verdict.REPRODUCED]
        return len(met), len(first)

    def all_totals(self) -> pd.DataFrame:
        """Return the totals of each use of facts below each other; column ``use`` says which."""
        uses = list(dict.fromkeys(fact.use for fact in self.asked))
        return pd.concat([self.totals(use).assign(use=use) for use in uses], ignore_index=True)

    def won(self, source: str) -> tuple[list[str], list[str]]:
        """Return the facts, and the single targets, that a rival or baseline meets and the scored theory does not."""
        return self._ahead(source, self.theories[0])

    def lost(self, source: str) -> tuple[list[str], list[str]]:
        """Return the facts and targets that the scored theory meets and a rival or baseline speaks on and misses."""
        facts, keys = self._ahead(self.theories[0], source)
        spoken = {fact.id for fact in self.asked if self.of_fact(source, fact) is not Verdict.SILENT}
        return [fact for fact in facts if fact in spoken], [
            key for key in keys if self.judged[source, key].verdict is not Verdict.SILENT
        ]

    def _ahead(self, first: str, second: str) -> tuple[list[str], list[str]]:
        facts = [
            fact.id
            for fact in self.asked
            if self.of_fact(first, fact) is Verdict.REPRODUCED and self.of_fact(second, fact) is not Verdict.REPRODUCED
        ]
        keys = [
            target.key
            for fact in self.asked
            for target in fact.targets
            if self.judged[first, target.key].verdict is Verdict.REPRODUCED
            and self.judged[second, target.key].verdict is not Verdict.REPRODUCED
        ]
        return facts, keys

    def sentences(self) -> list[str]:
        """Return the scorecard in sentences: which source wins where, and what no source reproduces."""
        own, said = self.theories[0], []
        for source in self.sources[1:]:
            kind = "Theory" if source in self.theories else "Baseline"
            if all(self.of_fact(source, fact) in (Verdict.SILENT, Verdict.BUILT_IN) for fact in self.asked):
                said.append(f"{kind} {source!r} is silent on every fact.")
                continue
            wins, losses = self._marked(self.won(source), own), self._marked(self.lost(source), source)
            both = [
                fact.id
                for fact in self.asked
                if self.of_fact(source, fact) is self.of_fact(own, fact) is Verdict.REPRODUCED
            ]
            said.append(
                f"{kind} {source!r} wins over {own!r} on {wins}; it loses to it on {losses}; both reproduce "
                f"{_list(both) or 'nothing'}."
            )
        if any("?" in sentence for sentence in said):
            said.append("(?: undecided for the other at this number of replicates.)")
        free = [fact for fact in self.asked if self.of_fact(own, fact) is not Verdict.BUILT_IN]
        silent = [f.id for f in free if all(self.of_fact(source, f) is Verdict.SILENT for source in self.sources)]
        nobody = [
            fact.id
            for fact in free
            if fact.id not in silent
            and all(self.of_fact(source, fact) is not Verdict.REPRODUCED for source in self.sources)
        ]
        if silent:
            said.append(f"No theory and no baseline says anything about {_list(silent)}.")
        if nobody:
            said.append(f"No source reproduces {_list(nobody)}.")
        elif len(free) > len(silent):
            said.append(
                "At least one source reproduces each fact."
                if not silent
                else "Each other fact is reproduced by a source."
            )
        return said

    def _marked(self, ahead: tuple[list[str], list[str]], behind: str) -> str:
        """Return facts, and targets of other facts, in words; ? marks undecided verdicts of the source behind."""
        facts, keys = ahead
        undecided = {fact.id for fact in self.asked if self.of_fact(behind, fact) is Verdict.CANNOT_TELL}
        undecided |= {key for key in keys if self.judged[behind, key].verdict is Verdict.CANNOT_TELL}
        names = [*facts, *_single(keys, facts)]
        return _list([f"{name}?" if name in undecided else name for name in names]) or "nothing"


def _single(keys: Sequence[str], facts: Sequence[str]) -> list[str]:
    """Return the targets that belong to none of some facts."""
    return [key for key in keys if key.partition(".")[0] not in facts]


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


_DECIDED = (Verdict.REPRODUCED, Verdict.NOT_REPRODUCED)
