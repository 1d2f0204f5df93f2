"""The pages of a lesson: the question and the predictions, a page for each step, the end, and the teacher's page."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from comity.scenario.loading import load
from comity_classroom.briefs.writing import actors_of
from comity_classroom.phrases import Phrases
from comity_classroom.seminar.session import LONGEST, LessonClass
from comity_classroom.seminar.steps import Action, LessonStep, Parts, parts_in
from comity_classroom.server.lesson_charts import charts_of
from comity_classroom.server.running import Runner

__all__ = ["LessonView"]

_FOLDED = 30
"""Parts of a result that are shown at once; the rest is folded."""


class LessonView:
    """What the pages of a lesson show.

    Attributes
    ----------
    places
        The pages of a student, in order: ``start``, a number for each step, ``end``.
    """

    def __init__(self, lesson: LessonClass, runner: Runner) -> None:
        self.lesson, self.runner = lesson, runner
        self.places = ("start", *(str(step.number) for step in lesson.parts.steps), "end")

    # --- students

    def parts(self, phrases: Phrases) -> Parts:
        """Return the lesson in the language of a reader."""
        return parts_in(self.lesson.parts.lesson.number, phrases.language)

    def student(self, person: str, place: str, phrases: Phrases) -> dict[str, Any]:
        """Return the values of a page of a student."""
        parts, at = self.parts(phrases), self.places.index(place)
        step = next((step for step in parts.steps if str(step.number) == place), None)
        may_run = self.lesson.has_guessed(person)
        return {
            "version": self.student_version(person, place),
            "stop_version": place,
            "title": parts.lesson.title,
            "place": place,
            "places": [(one, self._is_done(person, one)) for one in self.places],
            "before": self.places[at - 1] if at else "",
            "after": self.places[at + 1] if at + 1 < len(self.places) else "",
            "question": parts.lesson.question,
            "reading": _html(parts.reading),
            "look_at": _html(parts.look_at),
            "discussion": [_html(item) for item in parts.discussion],
            "predictions": self._predictions(person, parts),
            "longest": LONGEST,
            "may_run": may_run,
            "is_closed": self.lesson.is_closed,
            "step": None if step is None else self._step(person, step, phrases),
        }

    def student_version(self, person: str, place: str) -> str:
        """Return the version of a page of a student; what others write does not change it."""
        mine = sorted((field, text) for (one, field), text in self.lesson.texts.items() if one == person)
        step = next((step for step in self.lesson.parts.steps if str(step.number) == place), None)
        runs = [] if step is None else [self._asked(person, action)[1:] for action in step.actions]
        return _digest(mine, [(place, "blocks" in (done or {}), done is None) for place, done in runs])

    def _is_done(self, person: str, place: str) -> bool:
        if place == "start":
            return self.lesson.has_guessed(person)
        return (person, "after.1" if place == "end" else f"step.{place}") in self.lesson.texts

    def _predictions(self, person: str, parts: Parts) -> list[dict[str, Any]]:
        written = self.lesson.texts
        return [
            {
                "number": number,
                "text": _html(text),
                "guess": written.get((person, f"guess.{number}"), ""),
                "after": written.get((person, f"after.{number}"), ""),
            }
            for number, text in enumerate(parts.predictions, 1)
        ]

    def _step(self, person: str, step: LessonStep, phrases: Phrases) -> dict[str, Any]:
        number = self.lesson.parts.lesson.number
        other = f"lessons.browser.lesson_{number}"
        return {
            "number": step.number,
            "text": phrases.say(other) if step.is_other and phrases.has(other) else _html(step.text),
            "actions": [self._action(person, action, phrases) for action in step.actions],
            "answer": self.lesson.texts.get((person, f"step.{step.number}"), ""),
        }

    def _asked(self, person: str, action: Action) -> tuple[dict[str, str], int | None, dict[str, Any] | None]:
        """Return the choices with which a person ran an action last, its place in the queue, and its result."""
        choices = self.lesson.shown.get((person, action.key))
        if choices is None:
            return {}, None, None
        job = action.with_choices(choices)
        return choices, self.runner.place(job), self.runner.result(job)

    def _action(self, person: str, action: Action, phrases: Phrases) -> dict[str, Any]:
        choices, place, result = self._asked(person, action)
        words = action.with_choices(choices).get("words")
        return {
            "key": action.key,
            "kind": action.kind,
            "label": _label(action, phrases),
            "command": "" if words is None else f"comity {' '.join(words)}",
            "code": action.job.get("code", ""),
            "options": [
                {
                    "name": option.removeprefix("--"),
                    "values": [
                        (value, phrases.name(_actor(value)) if option == "--actor" else value) for value in values
                    ],
                    "chosen": choices.get(option, action.chosen(option)),
                }
                for option, values in action.options.items()
            ],
            "queue": place,
            "is_shown": result is not None,
            "error": (result or {}).get("error", ""),
            "charts": charts_of((result or {}).get("blocks", ()), phrases),
            "blocks": (result or {}).get("blocks", [])[:_FOLDED],
            "more": (result or {}).get("blocks", [])[_FOLDED:],
        }

    # --- the teacher

    def teacher(self, phrases: Phrases) -> dict[str, Any]:
        """Return the values of the teacher's page."""
        lesson, texts = self.lesson, self.lesson.texts
        numbers = {person: number for number, person in enumerate(lesson.people, 1)}
        fields = [
            {
                "field": field,
                "part": field.partition(".")[0],
                "number": field.partition(".")[2],
                "question": _html(question),
                "texts": [(numbers[one], text) for (one, name), text in texts.items() if name == field],
            }
            for field, question in lesson.fields.items()
        ]
        return {
            "version": self.teacher_version(),
            "stop_version": "",
            "title": lesson.parts.lesson.title,
            "question": lesson.parts.lesson.question,
            "minutes": lesson.parts.lesson.minutes,
            "n_people": len(lesson.people),
            "fields": fields,
            "n_waiting": self.runner.n_waiting,
            "answers": _html(lesson.parts.answers),
            "is_closed": lesson.is_closed,
        }

    def teacher_version(self) -> str:
        """Return the version of the teacher's page."""
        return _digest(self.lesson.n, self.runner.n_waiting)


def _label(action: Action, phrases: Phrases) -> str:
    """Return what an action does, in words: titles instead of ids."""
    if action.kind == "script":
        return phrases.say("lessons.do.script")
    if action.kind == "watch":
        job = action.job
        beside = _patch(job["patch"]) if job["patch"] else phrases.name(_title(job["beside"]))
        return phrases.say("lessons.do.watch", first=phrases.name(_title(job["scenario"])), second=beside)
    words = [*action.job["words"]]
    verb, rest = words[0], _without_options(words[1:])
    patches = [_patch(words[place + 1]) for place, word in enumerate(words) if word == "--patch"]
    theories = [words[place + 1] for place, word in enumerate(words) if word == "--preset"]
    changed = [words[place + 1] for place, word in enumerate(words) if word == "--set"]
    name = phrases.name(_title(rest[0] if rest and verb not in ("whatif",) else "hld_gfmd"))
    if verb == "compare":
        return phrases.say(
            "lessons.do.compare", first=phrases.name(_title(rest[0])), second=phrases.name(_title(rest[1]))
        )
    if verb == "whatif":
        return phrases.say("lessons.do.whatif", names=phrases.listing([_patch(one) for one in rest]))
    if patches or theories or changed:
        added = phrases.listing([*patches, *theories, *changed])
        return phrases.say(f"lessons.do.{verb}_changed", name=name, changed=added)
    return phrases.say(f"lessons.do.{verb}", name=name)


def _without_options(words: list[str]) -> list[str]:
    """Return the words that are neither options nor their values; ``--all`` has no value."""
    found, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("--"):
            skip = word != "--all"
        else:
            found.append(word)
    return found


def _patch(name: str) -> str:
    return f"“{name.replace('_', ' ')}”"


@lru_cache(maxsize=32)
def _title(name: str) -> str:
    return load(name).title


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    actors = actors_of(load("hld_gfmd")).actors
    return dict(zip(actors["id"], actors["name"].astype(str), strict=True))


def _actor(actor: str) -> str:
    return _names().get(actor, actor)


@lru_cache(maxsize=256)
def _html(text: str) -> Markup:
    """Return Markdown as HTML. HTML in the Markdown is escaped."""
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def _digest(*parts: Any) -> str:
    return f"{zlib.crc32(repr(parts).encode()):08x}"
