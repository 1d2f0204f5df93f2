"""A lesson in parts: its predictions, its steps with what each of them runs, its discussion and its answers.

Everything comes from ``lesson.md``, so that a class with a terminal and a class with browsers do the same. A step that
opens the dashboard is done in another way in a browser: ``in_browser.toml`` names the runs to watch and the commands
that show the same figures.
"""

from __future__ import annotations

import functools
import re
import shlex
import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.errors import InputError
from comity.scenario.locate import scenario_folder
from comity_classroom.seminar.lessons import SECTIONS, SeminarLesson, find_lesson

__all__ = ["Action", "LessonStep", "Parts", "parts_in", "parts_of"]

_SEEDS = tuple(str(seed) for seed in range(1, 11))
"""Seeds that a student may choose where the lesson names one."""
_VARIED = ("--seed", "--actor")
_FILE = "in_browser.toml"


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that a step runs.

    Attributes
    ----------
    key
        Step and number, such as ``3.1``.
    kind
        command, script or watch.
    job
        What the worker gets: ``words`` of a command, ``code`` of a script, or ``scenario`` with ``beside`` or
        ``patch``.
    options
        For the words of a command that a student may change: the word before them, and what they may be.
    """

    key: str
    kind: str
    job: Mapping[str, Any]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_choices(self, choices: Mapping[str, str]) -> dict[str, Any]:
        """Return the job with the choices of a student, as the worker gets it.

        Raises
        ------
        KeyError
            If a choice is none of those that are offered.
        """
        job: dict[str, Any] = {"kind": self.kind, **self.job}
        for option, value in choices.items():
            if value not in self.options[option]:
                raise KeyError(option)
            words = list(job["words"])
            words[words.index(option) + 1] = value
            job["words"] = words
        return job

    def chosen(self, option: str) -> str:
        """Return the word of the lesson itself for an option."""
        words = self.job["words"]
        return str(words[words.index(option) + 1])


@dataclass(frozen=True, kw_only=True)
class LessonStep:
    """One step: its number, its Markdown, what it runs; ``is_other`` if the browser does it in its own way."""

    number: int
    text: str
    actions: tuple[Action, ...]
    is_other: bool = False


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A lesson in parts. Texts are Markdown; lists have an item for each number or line."""

    lesson: SeminarLesson
    reading: str
    predictions: tuple[str, ...]
    steps: tuple[LessonStep, ...]
    look_at: str
    discussion: tuple[str, ...]
    answers: str

    def action(self, key: str) -> Action | None:
        """Return an action by its key."""
        return next((action for step in self.steps for action in step.actions if action.key == key), None)


@functools.lru_cache(maxsize=32)
def parts_in(number: int, language: str) -> Parts:
    """Return a lesson in parts, in a language."""
    return parts_of(find_lesson(str(number), language))


def parts_of(lesson: SeminarLesson) -> Parts:
    """Return a lesson in parts.

    Raises
    ------
    InputError
        If a part is missing, or a step opens the dashboard and ``in_browser.toml`` says nothing about it.
    """
    found = re.split(r"^## .+\n", lesson.text, flags=re.MULTILINE)[1:]
    if len(found) != len(SECTIONS):
        raise InputError(
            f"{lesson.path}: must have {len(SECTIONS)} sections, got {len(found)}. Compare it with English."
        )
    sections = dict(zip(SECTIONS, (text.strip() for text in found), strict=True))
    path, table = scenario_folder() / "seminar" / _FILE, f"lesson_{lesson.number}"
    try:
        other = tomllib.loads(path.read_text(encoding="utf-8")).get(table, {})
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: must be TOML, got: {error}. Correct the file.") from None
    actors = tuple(other.get("actors", ()))
    steps = [
        _step(number, text, actors, other.get(f"step_{number}"), f"{path}: {table}")
        for number, text in enumerate(_items(sections["Steps"], r"[0-9]+\. "), 1)
    ]
    return Parts(
        lesson=lesson,
        reading=sections["Reading"],
        predictions=tuple(_items(sections["Predict first"], r"[0-9]+\. ")),
        steps=tuple(steps),
        look_at=sections["Look at"],
        discussion=tuple(_items(sections["Discussion"], "- ")),
        answers=sections["Answers for the instructor"],
    )


def _items(text: str, mark: str) -> list[str]:
    """Return the items of a list, without their marks and indents."""
    parts = re.split(rf"^{mark}", text, flags=re.MULTILINE)[1:]
    return [textwrap.dedent(re.sub(r"^(\S)", r"   \1", part, count=1)).strip() for part in parts]


def _step(number: int, text: str, actors: tuple[str, ...], other: Mapping[str, Any] | None, where: str) -> LessonStep:
    jobs: list[tuple[str, dict[str, Any]]] = []
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if language == "python":
            jobs.append(("script", {"code": block}))
            continue
        for line in block.splitlines():
            words = shlex.split(line)[1:]
            if words and words[0] != "dashboard":
                jobs.append(("command", {"words": words}))
    said = re.sub(r"^```\w+\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL).strip()
    if "comity dashboard" in text:
        if other is None:
            raise InputError(
                f"{where}: must have 'step_{number}', which the browser does without the dashboard. Add it."
            )
        jobs += [("watch", {"scenario": "", "beside": "", "patch": ""} | run) for run in other.get("watch", ())]
        jobs += [("command", {"words": shlex.split(line)}) for line in other.get("commands", ())]
    actions = [
        Action(key=f"{number}.{place}", kind=kind, job=job, options=_options(job, actors))
        for place, (kind, job) in enumerate(jobs, 1)
    ]
    return LessonStep(number=number, text=said, actions=tuple(actions), is_other=other is not None)


def _options(job: Mapping[str, Any], actors: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return what a student may change in a command; the word of the lesson comes first."""
    words = job.get("words", ())
    offered = {"--seed": _SEEDS, "--actor": actors}
    found = {}
    for option in _VARIED:
        if option in words and words[0] in ("run", "explain"):
            own = words[words.index(option) + 1]
            found[option] = tuple(dict.fromkeys((own, *offered[option])))
    return {option: values for option, values in found.items() if len(values) > 1}
