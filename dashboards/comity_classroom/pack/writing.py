"""Writing a pack: the pages of a class in a new folder, all or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity import __version__
from comity.folders import check_folder, new_folder
from comity.population.people import Population
from comity.scenario.loading import load
from comity.scenario.schema import Scenario
from comity_classroom.bounds import check_texts
from comity_classroom.briefs.writing import actors_of, brief_of
from comity_classroom.pack.calendar import agenda_of
from comity_classroom.pack.course import course_of
from comity_classroom.pack.evidence import gather_evidence
from comity_classroom.pack.held import held_of
from comity_classroom.pack.injects import injects_of
from comity_classroom.pack.pages import render, role_sheet_css
from comity_classroom.pack.plan import LENGTHS, LessonPlan, divisive_issues, plan_of
from comity_classroom.pack.plan_file import find_plan, plan_text
from comity_classroom.pack.questions import QUESTIONS
from comity_classroom.pack.quiz import keys_for, quiz_items
from comity_classroom.pack.seats import choose_seats
from comity_classroom.phrases import Phrases, load_phrases, text_folder

__all__ = ["PAGES", "Pack", "write_pack"]

PAGES = (
    "index", "role_sheets", "agenda", "plan", "injects", "observation", "debrief", "slides", "tent_cards", "worksheet",
    "quiz", "quiz_key",
)  # fmt: skip
"""The pages of a pack; each has a template of the same name."""
_WITH_RUNS = ("debrief", "slides", "quiz_key")
"""Pages with figures from runs."""


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A written pack: its folder, its seats, and the number of pairs behind each answer of the debrief."""

    folder: Path
    seats: tuple[str, ...]
    runs: int


def write_pack(
    source: str | Path,
    out: Path,
    *,
    seats: Sequence[str] | str | None = None,
    language: str | Path = "en",
    runs: int = 30,
    seed: int = 0,
    plan: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Pack:
    """Write the pack of a scenario into a new folder.

    Parameters
    ----------
    source
        Name or path of the scenario.
    out
        A new folder.
    seats
        See :func:`comity_classroom.pack.seats.choose_seats`.
    language
        See :func:`comity_classroom.phrases.load_phrases`.
    runs, seed
        Pairs of runs for each question of the debrief, 2 or more, and their seed.
    plan
        A length in minutes, or a plan file; None for plans of all lengths.
    progress
        Called with a sentence before a long step.

    Raises
    ------
    InputError
        If the folder exists, or an option names something unknown.
    """
    folder = check_folder(out)
    phrases = load_phrases(language)
    scenario = load(source)
    population = actors_of(scenario)
    check_texts(scenario, population.actors)
    chosen = choose_seats(scenario, population, seats)
    shared = _shared(scenario, population, chosen, phrases)
    shared["plans"] = _plans(scenario, shared, plan)
    keys = keys_for(scenario)
    shared |= {"runs": runs, "seed": seed, "what_ifs": (), "quiz": quiz_items(keys, phrases)}
    shared["briefs"] = [brief_of(scenario, seat, language) for seat in chosen]
    pages = {
        page: render(phrases, f"{page}.html", **shared) for page in PAGES
    }  # template errors show up before the runs
    shared["what_ifs"] = gather_evidence(source, scenario, phrases, runs=runs, seed=seed, progress=progress)
    shared["quiz"] = quiz_items(keys, phrases, shared["what_ifs"])
    pages |= {page: render(phrases, f"{page}.html", **shared) for page in _WITH_RUNS}
    _write(folder, pages, shared["plans"])
    return Pack(folder=folder, seats=chosen, runs=runs)


def _shared(scenario: Scenario, population: Population, seats: tuple[str, ...], phrases: Phrases) -> dict[str, Any]:
    """Return the values that all pages share."""
    named = [phrases.name(str(name)) for name in population.actors["name"]]
    names = dict(zip(population.ids, named, strict=True))
    agenda = agenda_of(scenario, names)
    divisive = divisive_issues(scenario, population, seats)
    actors = population.actors.set_index("id")
    course = course_of(scenario)
    votes = [vote.text for meeting in scenario.meetings for vote in meeting.votes]
    return {
        "course": course,
        "held": held_of(scenario, course, actors.loc[list(seats)], phrases),
        "votes": votes[-1:],
        "questions": [question for question in QUESTIONS if votes or question != "expected"],
        "slides_css": (text_folder() / "slides.css").read_text(encoding="utf-8"),
        "scenario": scenario,
        "version": __version__,
        "css": (text_folder() / "pack.css").read_text(encoding="utf-8") + role_sheet_css(),
        "seats": [{"id": seat, **actors.loc[seat, ["name", "kind", "role", "stance"]].to_dict()} for seat in seats],
        "agenda": agenda,
        "divisive": divisive,
        "injects": injects_of(scenario, agenda, names, phrases),
    }


def _plans(scenario: Scenario, shared: dict[str, Any], wanted: str | None) -> list[LessonPlan]:
    if wanted is not None:
        return [find_plan(wanted, scenario)]
    return [plan_of(scenario, shared["agenda"], shared["course"], shared["divisive"], minutes) for minutes in LENGTHS]


def _write(folder: Path, pages: dict[str, str], plans: Sequence[LessonPlan]) -> None:
    with new_folder(folder) as aside:
        for plan in plans:
            (aside / f"plan-{plan.minutes}.toml").write_text(plan_text(plan), encoding="utf-8")
        for name, text in pages.items():
            (aside / f"{name}.html").write_text(text, encoding="utf-8")
