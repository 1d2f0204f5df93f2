"""Fidelity: how closely a seat followed its brief, whether or not anybody agreed with it.

Aims. An aim on an issue gets a score for each meeting, from the acts of the seat in rooms on that issue and the table
``CREDIT``: *advance* and *weigh* count the best act, *guard* the mean. A seat that sat in none of these rooms at a
meeting was absent from it; a seat cannot be in every room. The arena aim scores 1 for the arena to be named,
``OTHER_ARENA`` for another one and 0 for a red line. A pledge scores 1, no pledge 0. The score of the aims is their
weighted mean.

Red lines. A red line that was kept scores 1. One that was crossed scores ``CROSSED`` times the share of occasions on
which it was kept, so a single crossing costs at least half. The score of the red lines is their mean.

Fidelity is the mean of the two scores; without an occasion for one of them it is the other. Credits and thresholds are
declared in :mod:`comity.briefs.thresholds`.

The model does not read briefs. Seats that it plays score in the middle: over all seats of hld_gfmd, seed 0, the mean is
0.57 (destination states 0.62, origin 0.62, both 0.45, organisations 0.52, networks in between); over all seats of
teaching, seeds 0-9, it is 0.61.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from comity.briefs.thresholds import CREDIT, CROSSED, OTHER_ARENA
from comity_classroom.briefs.brief import Aim, Brief, RedLine
from comity_classroom.briefs.conduct import check_conduct
from comity_classroom.phrases import Phrases

__all__ = ["Fidelity", "Part", "fidelity"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """How closely a seat followed one aim or red line.

    Attributes
    ----------
    of, key, subject
        ``aim`` or ``red line``; its key and subject in the brief.
    sentence, finding
        What the brief asked, and what the seat did.
    score
        A share in [0, 1]; None if there was no occasion.
    occasions
        Number of meetings, rounds or choices that were scored.
    weight
        Weight among the aims, or among the red lines.
    crossings
        On how many occasions a red line was crossed.
    """

    of: str
    key: str
    subject: str
    sentence: str
    finding: str
    score: float | None
    occasions: int
    weight: float
    crossings: int = 0


@dataclass(frozen=True, kw_only=True)
class Fidelity:
    """How closely a seat followed its brief: ``score`` in [0, 1], None before the first occasion."""

    score: float | None
    parts: tuple[Part, ...]
    sentence: str


def fidelity(brief: Brief, conduct: pd.DataFrame) -> Fidelity:
    """Return how closely the conduct of a seat followed its brief.

    Parameters
    ----------
    brief
        From :func:`comity_classroom.briefs.brief_of`.
    conduct
        From :func:`comity_classroom.briefs.conduct_of`, or a table with the same columns.

    Raises
    ------
    InputError
        If a column is missing.
    """
    check_conduct(conduct)
    aims = [_aim(aim, brief, conduct) for aim in brief.aims]
    lines = [_red_line(line, conduct, brief.phrases) for line in brief.red_lines]
    means = [mean for mean in (_mean(aims), _mean(lines)) if mean is not None]
    score = sum(means) / len(means) if means else None
    text = "fidelity.none" if score is None else "fidelity.score"
    return Fidelity(
        score=score,
        parts=(*aims, *lines),
        sentence=brief.phrases.say(text, name=brief.name, score=brief.phrases.number(100 * (score or 0.0), 0)),
    )


def _mean(parts: list[Part]) -> float | None:
    scored = [(part.score, part.weight) for part in parts if part.score is not None]
    total = sum(weight for _, weight in scored)
    return sum(score * weight for score, weight in scored) / total if total > 0 else None


def _aim(aim: Aim, brief: Brief, conduct: pd.DataFrame) -> Part:
    if aim.key == "arena":
        scores = list(_arena_scores(aim, brief, conduct))
    elif aim.key == "pledge":
        pledged = conduct.loc[(conduct["kind"] == "pledge") & (conduct["subject"] == aim.subject), "act"]
        scores = [float((pledged == "yes").any())] if len(pledged) else []
    else:
        scores = _issue_scores(aim, conduct)
    score = sum(scores) / len(scores) if scores else None
    return _part("aim", aim, score, len(scores), aim.weight, brief.phrases)


def _issue_scores(aim: Aim, conduct: pd.DataFrame) -> list[float]:
    credit = CREDIT[aim.key]
    scores = []
    for _, acts in _on_issue(conduct, aim.subject).groupby("meeting", sort=False)["act"]:
        seated = [credit[act] for act in acts if act != "absent"]
        if not seated:
            scores.append(credit["absent"])
        else:
            scores.append(sum(seated) / len(seated) if aim.key == "guard" else max(seated))
    return scores


def _arena_scores(aim: Aim, brief: Brief, conduct: pd.DataFrame) -> Iterator[float]:
    ruled_out = {line.answer for line in brief.red_lines if line.key == "arena"}
    for answer in conduct.loc[conduct["kind"] == "arena", "act"]:
        yield 1.0 if answer == aim.subject else 0.0 if answer in ruled_out else OTHER_ARENA.default


def _red_line(line: RedLine, conduct: pd.DataFrame, phrases: Phrases) -> Part:
    if line.key == "offer":
        rows = _on_issue(conduct, line.subject)
        crossed = rows.loc[(rows["act"] != "absent") & (rows["exposure"] >= line.exposure), "act"] == "cooperation"
    elif line.key == "offer_in_forum":
        rows = conduct[(conduct["kind"] == "act") & (conduct["act"] != "absent") & (conduct["forum"] == line.subject)]
        crossed = rows["act"] == "cooperation"
    elif line.key == "arena":
        crossed = conduct.loc[conduct["kind"] == "arena", "act"] == line.answer
    else:
        crossed = conduct.loc[(conduct["kind"] == "vote") & (conduct["subject"] == line.subject), "act"] == line.answer
    score = None
    if len(crossed):
        score = CROSSED.default * float(1 - crossed.mean()) if crossed.any() else 1.0
    return _part("red line", line, score, len(crossed), 1.0, phrases, crossings=int(crossed.sum()))


def _on_issue(conduct: pd.DataFrame, issue: str) -> pd.DataFrame:
    about = conduct["issue"].map(lambda issues: issue in str(issues).split(";"))
    return conduct[(conduct["kind"] == "act") & about.astype(bool)]


def _part(
    of: str,
    asked: Aim | RedLine,
    score: float | None,
    occasions: int,
    weight: float,
    phrases: Phrases,
    crossings: int = 0,
) -> Part:
    where = f"findings.{'aims' if of == 'aim' else 'red_lines'}"
    if score is None:
        finding = phrases.say("findings.none")
    elif of == "aim":
        finding = phrases.say(f"{where}.{asked.key}", share=phrases.number(100 * score, 0), n=occasions)
    else:
        finding = phrases.say(f"{where}.{'crossed' if crossings else 'kept'}", crossings=crossings, n=occasions)
    return Part(
        of=of,
        key=asked.key,
        subject=asked.subject,
        sentence=asked.sentence,
        finding=finding,
        score=score,
        occasions=occasions,
        weight=weight,
        crossings=crossings,
    )
