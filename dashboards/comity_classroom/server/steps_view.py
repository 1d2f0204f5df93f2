"""The steps of the debrief: the teacher's buttons, and one question at a time with its answer on the projector."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from comity.scenario.loading import from_data
from comity_classroom.briefs.writing import actors_of
from comity_classroom.core.debrief import Course, course, last_closed
from comity_classroom.core.moves import scenario_of
from comity_classroom.core.roll_call import vote_ahead
from comity_classroom.core.so_far import conduct_so_far
from comity_classroom.pack.questions import asked_now, key_of, question_of
from comity_classroom.pack.quiz import ANSWERS, QuizItem, quiz_items
from comity_classroom.phrases import Phrases
from comity_classroom.server.context import PageContext, remembered
from comity_classroom.server.drawing import Line, chart
from comity_classroom.server.evidence import Evidence
from comity_classroom.server.picture import Gain, answers, bars, histogram, network

__all__ = ["lesson_view", "step_view"]

_EACH, _LEAST = 3, 1.0
"""Most arrows to each seat in the network, and the fewest points that an arrow stands for."""
_ACTS = ("silence", "statement", "cooperation", "contestation")


def lesson_view(context: PageContext) -> dict[str, Any]:
    """Return what the teacher's page shows of guesses and of the debrief."""
    state, steps, learning = context.state, context.classroom.steps, context.state.learning
    now = learning.step
    place = steps.index(now) if now in steps else -1
    following = steps[place + 1] if place + 1 < len(steps) else ""
    subjects = [subject for subject in context.classroom.open_questions if subject.startswith("before.")]
    asked, vote = asked_now(now), vote_ahead(context.stop)
    done = [
        person for person in state.people if all(learning.of(subject, person) for subject in subjects)
    ]  # fmt: skip
    return {
        "now": "" if place < 0 else _title(context, now),
        "next": "" if context.keeps_result else following,
        "next_title": _title(context, following) if following else "",
        "previous": steps[place - 1] if place > 0 else "",
        "asked": asked,
        "n_answers": len(learning.answers(f"after.{asked}")),
        "before": subjects,
        "n_before": len(done),
        "vote": vote,
        "n_vote": len(learning.answers(f"vote.{vote}")),
        "has_guesses": bool(learning.guesses),
    }


def _title(context: PageContext, step: str) -> str:
    title = context.phrases.say(f"debrief_questions.{question_of(step)}.title")
    if not key_of(step):
        return title
    said = context.phrases.say(f"what_ifs.{key_of(step)}.question")
    mark = context.phrases.say(
        "debrief_questions.otherwise.answer" if step.endswith(".answer") else "debrief_questions.otherwise.ask"
    )
    return f"{said} ({mark})"


def step_view(context: PageContext, memory: dict[Any, Any], evidence: Evidence) -> dict[str, Any] | None:
    """Return the question of the debrief that the projector shows, with its answer; None outside the debrief.

    Charts are cached in ``memory`` until the class moves on.
    """
    step, steps = context.state.learning.step, context.classroom.steps
    if step not in steps:
        return None
    answers_of_model = evidence.get(
        context.state, context.phrases
    )  # begins with the debrief, to be ready for the last question
    question = question_of(step)
    questions = list(dict.fromkeys(map(question_of, steps)))
    say = context.phrases.say
    shown: dict[str, Any] = {
        "number": say("debrief_questions.number", n=questions.index(question) + 1, m=len(questions)),
        "title": say(f"debrief_questions.{question}.title"),
        "caption": say(f"debrief_questions.{question}.caption"),
        "lines": [],
        "picture": "",
        "is_waiting": False,
        "key": question,
    }
    if question == "otherwise":
        return shown | _otherwise(context, step, answers_of_model)
    make = {"expected": _expected, "silent": _silent, "trust": _trust, "difference": _difference}[question]
    found: dict[str, Any] = remembered(memory, context.stop, ("step", question), lambda: make(context))
    return shown | {"question": say(f"debrief_questions.{question}.question")} | found


def _expected(context: PageContext) -> dict[str, Any]:
    say, learning = context.phrases.say, context.state.learning
    held = [(trace, vote) for trace in context.stop.record.trace.meetings for vote in trace.votes]
    guessed = [(trace, vote) for trace, vote in held if learning.answers(f"vote.{trace.id}.{vote.vote}")]
    trace, vote = (guessed or held)[-1]
    given, n_yes, n = learning.answers(f"vote.{trace.id}.{vote.vote}"), int((vote.answers == 0).sum()), len(vote.rows)
    if not given:
        marks = {say("guesses.drawn.result", n=n_yes): n_yes}
        lines = [say("debrief_questions.expected.no_guess", yes=n_yes, n=n)]
    else:
        median = statistics.median(given)
        marks = {say("guesses.drawn.result", n=n_yes): n_yes, say("guesses.drawn.median", n=f"{median:g}"): median}
        result = f"debrief_questions.expected.result{'_one' if len(given) == 1 else ''}"
        lines = [say(result, yes=n_yes, n=n, guesses=len(given), median=f"{median:g}")]
    return {"lines": lines, "picture": histogram(given, n, marks=marks, title=say("guesses.drawn.label"))}


def _silent(context: PageContext) -> dict[str, Any]:
    say, names = (
        context.phrases.say,
        {issue.id: context.phrases.name(issue.name) for issue in context.stop.scenario.issues},
    )
    counts: dict[tuple[str, str], Counter[str]] = {}
    for seat in context.state.seats:
        conduct = conduct_so_far(context.stop, context.state, seat)
        acts = conduct[(conduct["kind"] == "act") & conduct["act"].isin(_ACTS)]
        group = context.group(seat)
        camp = group if group in ("origin", "destination") else "others"
        for row in acts.itertuples():
            counts.setdefault((str(row.issue), camp), Counter())[str(row.act)] += 1
    rows = [
        (name, say(f"debrief_questions.silent.{camp}"), counts[issue, camp])
        for issue, name in names.items()
        for camp in ("origin", "destination", "others")
        if (issue, camp) in counts
    ]
    title = say("debrief_questions.silent.title")
    return {"picture": bars(rows, {act: say(f"acts.{act}") for act in _ACTS}, title=title)}


def _trust(context: PageContext) -> dict[str, Any]:
    state, say = context.state, context.phrases.say
    groups = list(context.stop.scenario.subject.groups)
    seats = sorted(state.seats, key=lambda seat: (groups.index(context.group(seat)), context.short_name(seat)))
    rows = [context.row(seat) for seat in seats]
    before = actors_of(from_data(dict(state.scenario))).world.trust[np.ix_(rows, rows)]
    columns = [state.offered.index(seat) for seat in seats]
    change = 100 * (context.stop.trust[np.ix_(rows, columns)] - before)
    np.fill_diagonal(change, 0.0)
    gains = [
        Gain(holder=int(a), other=b, points=float(change[a, b]))
        for b in range(len(seats))
        for a in np.argsort(-np.abs(change[:, b]), kind="stable")[:_EACH]
        if abs(change[a, b]) >= _LEAST
    ]
    names = [context.short_name(seat) for seat in seats]
    lines = [say("debrief_questions.trust.nothing")]
    if gains:
        means = change.sum(axis=0) / max(len(seats) - 1, 1)
        best = int(means.argmax())
        points = context.phrases.number(float(means[best]), 1)
        lines = [say("debrief_questions.trust.most", name=names[best], points=points)] if means[best] > 0 else []
    drawn = network(names, [context.group(seat) for seat in seats], gains, title=say("debrief_questions.trust.title"))
    return {"lines": lines, "picture": drawn}


def _difference(context: PageContext) -> dict[str, Any]:
    state, stop, say = context.state, context.stop, context.phrases.say
    rows = [context.row(seat) for seat in state.seats]
    if not rows:
        return {"lines": [say("debrief_questions.difference.empty")], "picture": ""}
    until = last_closed(stop)
    runs = {
        "class": course(scenario_of(state, up_to_now=True), state.seed, until),
        "none": course(from_data(dict(state.scenario)), state.seed, until),
    }
    colours = {"class": "#b2182b", "none": "#666666"}
    means = {who: 100 * run.trust[:, rows].mean(axis=1) for who, run in runs.items()}
    lines = [
        Line(
            name=say(f"debrief_questions.difference.{who}"), colour=colours[who],
            days=[pd.Timestamp(day) for day in run.dates], values=list(map(float, means[who])),
        )
        for who, run in runs.items()
    ]  # fmt: skip
    title = say("debrief_questions.difference.title")
    return {"lines": [_ends(context, runs, means)], "picture": chart(lines, context.phrases, title=title)}


def _ends(context: PageContext, runs: dict[str, Course], means: dict[str, np.ndarray]) -> str:
    say, number = context.phrases.say, context.phrases.number
    last = runs["class"].meetings[-1]
    name = context.phrases.name(context.stop.scenario.meeting(last).name)
    shown = {"class": number(float(means["class"][-1]), 1)}
    if last not in runs["none"].meetings:
        return say("debrief_questions.difference.ends_alone", meeting=name, **shown)
    shown["none"] = number(float(means["none"][runs["none"].meetings.index(last)]), 1)
    return say("debrief_questions.difference.ends", meeting=name, **shown)


def _otherwise(context: PageContext, step: str, evidence: Any) -> dict[str, Any]:
    say, learning, key = context.phrases.say, context.state.learning, key_of(step)
    (item,) = quiz_items([key], context.phrases, evidence or ())
    given = {when: learning.answers(f"{when}.{key}") for when in ("before", "after")}
    shown: dict[str, Any] = {
        "question": item.question,
        "ask": say("guesses.question", measure=item.measure),
        "lines": [],
    }
    if step.endswith(".ask"):
        n = len(given["after"])
        counted = say("debrief_questions.answers", n=n, m=len(context.state.people))
        return shown | {"lines": [counted], "options": [say(f"guesses.{answer}") for answer in ANSWERS], "caption": ""}
    if evidence is None:
        return shown | {"lines": [say("debrief_questions.computing")], "is_waiting": True}
    right = item.answer
    rows = [(say(f"guesses.drawn.{when}", median=_median(some, context.phrases)), some) for when, some in given.items()]
    drawn = answers(
        rows, {answer: say(f"guesses.{answer}") for answer in ANSWERS}, right,
        title=say("debrief_questions.otherwise.title"), model=say("guesses.drawn.model"),
    )  # fmt: skip
    return shown | {
        "picture": drawn if any(given.values()) else "",
        "lines": _lines(context, item, given),
        "ask": f"{say('guesses.question', measure=item.measure)}",
        "discuss": say(f"what_ifs.{key}.ask"),
    }


def _lines(context: PageContext, item: QuizItem, given: dict[str, list[str]]) -> list[str]:
    say, found = context.phrases.say, item.difference
    if found is None:
        return [say("debrief_questions.otherwise.unmeasured")]
    lines = [
        say(
            "debrief_questions.otherwise.model", answer=say(f"guesses.{item.answer}"), reference=found.reference,
            shown=found.shown, margin=found.margin, n=found.n,
        )
    ]  # fmt: skip
    if any(given.values()):
        agreed = {when: sum(one == item.answer for one in some) for when, some in given.items()}
        lines.append(
            say(
                "debrief_questions.otherwise.moved", before=agreed["before"], n_before=len(given["before"]),
                after=agreed["after"], n_after=len(given["after"]),
            )
        )  # fmt: skip
    return [*lines, say("debrief_questions.otherwise.why")]


def _median(given: Sequence[str], phrases: Phrases) -> str:
    """Return the median of answers from higher to lower in words; both middle ones if they differ."""
    if not given:
        return phrases.say("guesses.drawn.no_median")
    places = sorted(map(ANSWERS.index, given))
    middle = dict.fromkeys((statistics.median_low(places), statistics.median_high(places)))
    return " / ".join(phrases.say(f"guesses.{ANSWERS[place]}") for place in middle)
