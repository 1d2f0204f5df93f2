"""Feedback on the page of a seat: its aims and red lines so far, and what its people expect."""

from __future__ import annotations

from typing import Any

from comity_classroom.briefs.brief import Aim, Brief, RedLine
from comity_classroom.core.roll_call import vote_ahead, voters_ahead
from comity_classroom.core.so_far import Standing, standings
from comity_classroom.pack.questions import asked_now
from comity_classroom.pack.quiz import ANSWERS, quiz_items
from comity_classroom.server.context import PageContext, remembered

__all__ = ["guess_view", "strip_view"]


def strip_view(context: PageContext, brief: Brief, memory: dict[Any, Any]) -> list[dict[str, Any]]:
    """Return where a seat stands on each aim and red line of its own brief, in words."""
    found = remembered(
        memory, context.stop, ("strip", brief.actor), lambda: standings(context.stop, context.state, brief)
    )
    asked: tuple[Aim | RedLine, ...] = (*brief.aims, *brief.red_lines)
    return [_row(context, one, standing) for one, standing in zip(asked, found, strict=True)]


def _row(context: PageContext, asked: Aim | RedLine, standing: Standing) -> dict[str, Any]:
    say = context.phrases.say
    label = f"feedback.labels.{'line_' if isinstance(asked, RedLine) else ''}{asked.key}"
    if isinstance(asked, RedLine) and asked.key == "vote":
        label += f"_{asked.answer}"
    return {
        "status": standing.status,
        "word": say(f"feedback.{standing.status}"),
        "label": say(label, subject=_subject(context, asked)),
        "value": _value(context, asked, standing),
        "sentence": asked.sentence,
    }


def _subject(context: PageContext, asked: Aim | RedLine) -> str:
    scenario, phrases = context.stop.scenario, context.phrases
    if asked.key == "arena":
        return phrases.say(f"feedback.arenas.{asked.subject}")
    if asked.key in ("pledge", "offer_in_forum"):
        return phrases.name(scenario.forum(asked.subject).name)
    if asked.key == "vote":
        votes = {vote.id: vote.text for one in scenario.meetings for vote in one.votes}
        return phrases.name(votes[asked.subject])
    return phrases.name(next(issue.name for issue in scenario.issues if issue.id == asked.subject))


def _value(context: PageContext, asked: Aim | RedLine, standing: Standing) -> str:
    """Return value and threshold in words; empty before the first occasion."""
    say, number = context.phrases.say, context.phrases.number
    if standing.status == "none":
        return ""
    if isinstance(asked, Aim):
        shown = [number(100 * value, 0) for value in (standing.value or 0.0, standing.threshold)]
        return say("feedback.aim_value", value=shown[0], threshold=shown[1])
    if asked.key == "offer":
        if standing.value is None:
            return say("feedback.offer_none", threshold=standing.threshold)
        return say("feedback.offer_value", value=standing.value, threshold=standing.threshold)
    n = standing.occasions if standing.status == "held" else int(standing.value or 0)
    how = "kept" if standing.status == "held" else "crossed"
    return say(f"feedback.{how}{'_once' if n == 1 else ''}", n=n)


def guess_view(context: PageContext, person: str) -> dict[str, Any]:
    """Return the open questions on what a person expects, with their answers."""
    open_now, learning = context.classroom.open_questions, context.state.learning
    before = [subject.partition(".")[2] for subject in open_now if subject.startswith("before.")]
    asked = asked_now(learning.step)
    now = [asked] if f"after.{asked}" in open_now else []
    return {
        "before": [_item(context, person, "before", key) for key in before],
        "after": [_item(context, person, "after", key) for key in now],
        "vote": _vote(context, person) if any(subject.startswith("vote.") for subject in open_now) else None,
        "is_locked": context.state.is_locked or context.is_time_up,
    }


def _item(context: PageContext, person: str, when: str, key: str) -> dict[str, Any]:
    (item,) = quiz_items([key], context.phrases)
    return {
        "about": f"{when}.{key}",
        "text": f"{item.question} {context.phrases.say('guesses.question', measure=item.measure)}",
        "answers": [(answer, context.phrases.say(f"guesses.{answer}")) for answer in ANSWERS],
        "given": context.state.learning.of(f"{when}.{key}", person),
    }


def _vote(context: PageContext, person: str) -> dict[str, Any]:
    ahead = context.stop.next
    assert ahead is not None
    text = next(vote.text for vote in context.stop.scenario.meeting(ahead.place.meeting).votes if vote.id == ahead.vote)
    about = f"vote.{vote_ahead(context.stop)}"
    return {
        "about": about,
        "n": voters_ahead(context.stop),
        "text": context.phrases.name(text),
        "given": context.state.learning.of(about, person),
    }
