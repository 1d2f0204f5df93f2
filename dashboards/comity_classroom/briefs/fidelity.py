"""Fidelity: how faithfully a seat kept to its brief. It does not ask whether anybody agreed.

Aims. An aim on an issue is scored by meeting, from what the seat did in the rooms on that issue (``CREDIT``): *advance*
and *weigh* by the best of it, *guard* by the mean. Only a meeting at which it sat in none of these rooms counts as
absence: nobody can be in every room. Arena: 1 for the one to be named, ``ARENA_CREDIT`` for another, 0 for a red line.
Pledge: 1 or 0. The aims are averaged by weight.

Red lines. One that was kept scores 1; one that was crossed scores half the share of occasions on which it was kept, so
that a single crossing costs at least half. The red lines are averaged.

The score is the mean of both averages, or the one that there was an occasion for. The credits are assumptions.

A seat played by the model's own rules knows no brief. It scores middling, states higher than the others: over all seats
of hld_gfmd, seed 0, mean 0.57 (destination states 0.62, origin 0.62, both 0.45, organisations 0.52, networks in
between); over all of teaching, seeds 0-9, 0.61.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from comity_classroom.briefs.brief import Aim, Brief, RedLine
from comity_classroom.briefs.deeds import check_deeds
from comity_classroom.phrases import Phrases

__all__ = ["ARENA_CREDIT", "CREDIT", "Fidelity", "Part", "fidelity"]

CREDIT: dict[str, dict[str, float]] = {
    "advance": {"cooperation": 1.0, "statement": 0.7, "contestation": 0.5, "silence": 0.0, "absent": 0.0},
    "weigh": {"cooperation": 1.0, "statement": 1.0, "contestation": 0.7, "silence": 0.3, "absent": 0.0},
    "guard": {"cooperation": 0.0, "statement": 1.0, "contestation": 1.0, "silence": 1.0, "absent": 0.5},
}
"""What an act is worth to an aim; a share. Who wants joint work makes offers, and at least says so; who guards an issue
may do anything but offer; who weighs one must be heard."""

ARENA_CREDIT = 0.5
"""What an arena is worth that is not the one to be named; 0 if it is a red line."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """How one aim or red line was served.

    Attributes
    ----------
    of, key, subject
        ``aim`` or ``red line``, and which.
    sentence, finding
        What it asked, and what was found.
    score
        A share; None: there was no occasion.
    occasions
        Meetings, rounds or choices that were scored.
    weight
        Among the parts of its kind.
    """

    of: str
    key: str
    subject: str
    sentence: str
    finding: str
    score: float | None
    occasions: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class Fidelity:
    """How faithfully a seat kept to its brief: ``score`` in [0, 1], None if nothing it speaks of has come up yet."""

    score: float | None
    parts: tuple[Part, ...]
    sentence: str


def fidelity(brief: Brief, deeds: pd.DataFrame) -> Fidelity:
    """Return how faithfully what a seat did keeps to its brief.

    Parameters
    ----------
    brief
        From :func:`comity_classroom.briefs.brief_of`.
    deeds
        From :func:`comity_classroom.briefs.deeds_of`, or a table with the same columns.

    Raises
    ------
    InputError
        If a column is missing.
    """
    check_deeds(deeds)
    aims = [_aim(aim, brief, deeds) for aim in brief.aims]
    lines = [_red_line(line, deeds, brief.phrases) for line in brief.red_lines]
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


def _aim(aim: Aim, brief: Brief, deeds: pd.DataFrame) -> Part:
    if aim.key == "arena":
        scores = list(_arena_scores(aim, brief, deeds))
    elif aim.key == "pledge":
        pledged = deeds.loc[(deeds["kind"] == "pledge") & (deeds["subject"] == aim.subject), "act"]
        scores = [float((pledged == "yes").any())] if len(pledged) else []
    else:
        scores = _issue_scores(aim, deeds)
    score = sum(scores) / len(scores) if scores else None
    return _part("aim", aim, score, len(scores), aim.weight, brief.phrases)


def _issue_scores(aim: Aim, deeds: pd.DataFrame) -> list[float]:
    credit = CREDIT[aim.key]
    scores = []
    for _, acts in _on_issue(deeds, aim.subject).groupby("meeting", sort=False)["act"]:
        seated = [credit[act] for act in acts if act != "absent"]
        if not seated:
            scores.append(credit["absent"])
        else:
            scores.append(sum(seated) / len(seated) if aim.key == "guard" else max(seated))
    return scores


def _arena_scores(aim: Aim, brief: Brief, deeds: pd.DataFrame) -> Iterator[float]:
    ruled_out = {line.answer for line in brief.red_lines if line.key == "arena"}
    for answer in deeds.loc[deeds["kind"] == "arena", "act"]:
        yield 1.0 if answer == aim.subject else 0.0 if answer in ruled_out else ARENA_CREDIT


def _red_line(line: RedLine, deeds: pd.DataFrame, phrases: Phrases) -> Part:
    if line.key == "offer":
        rows = _on_issue(deeds, line.subject)
        crossed = rows.loc[(rows["act"] != "absent") & (rows["exposure"] >= line.exposure), "act"] == "cooperation"
    elif line.key == "offer_in_forum":
        rows = deeds[(deeds["kind"] == "act") & (deeds["act"] != "absent") & (deeds["forum"] == line.subject)]
        crossed = rows["act"] == "cooperation"
    elif line.key == "arena":
        crossed = deeds.loc[deeds["kind"] == "arena", "act"] == line.answer
    else:
        crossed = deeds.loc[(deeds["kind"] == "vote") & (deeds["subject"] == line.subject), "act"] == line.answer
    score = None
    if len(crossed):
        score = 0.5 * float(1 - crossed.mean()) if crossed.any() else 1.0
    return _part("red line", line, score, len(crossed), 1.0, phrases, crossings=int(crossed.sum()))


def _on_issue(deeds: pd.DataFrame, issue: str) -> pd.DataFrame:
    about = deeds["issue"].map(lambda issues: issue in str(issues).split(";"))
    return deeds[(deeds["kind"] == "act") & about.astype(bool)]


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
    )
