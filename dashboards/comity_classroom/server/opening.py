"""Opening a classroom: a new one from the options of the command, or an existing one from its folder."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from comity.errors import InputError

if TYPE_CHECKING:
    from comity_classroom.core.classroom import Classroom
    from comity_classroom.seminar.session import LessonClass

__all__ = ["MOST_IN_TEAM", "Wanted", "new_folder", "open_classroom", "open_source"]

MOST_IN_TEAM = 4


class Wanted(NamedTuple):
    """How a new classroom is held; None for the default.

    Attributes
    ----------
    seed, folder, seats
        Seed (0), new folder (named after scenario and day), and ids of the seats.
    plan, team
        Length or file of the plan (every sitting), and most people in a seat (1).
    language
        Code of the language of teacher and projector (English).
    """

    seed: int | None = None
    folder: Path | None = None
    seats: str | None = None
    plan: str | None = None
    team: int | None = None
    language: str | None = None


_DEFAULT = Wanted()


def open_source(source: str, wanted: Wanted = _DEFAULT, *, grace: float = 60.0) -> Classroom | LessonClass:
    """Open a new classroom, or what a folder holds: a classroom or a lesson."""
    from comity_classroom.seminar.session import LessonClass, is_lesson

    if not is_lesson(Path(source)):
        return open_classroom(source, wanted, grace=grace)
    _must_be_bare(wanted)
    lesson = LessonClass(Path(source))
    typer.echo(f"Continuing {source}: lesson {lesson.parts.lesson.number}, {len(lesson.people)} students.")
    return lesson


def open_classroom(source: str, wanted: Wanted = _DEFAULT, *, grace: float = 60.0) -> Classroom:
    """Open a new classroom, or an existing one."""
    from comity_classroom.core.classroom import is_classroom

    if is_classroom(Path(source)):
        return _continued(Path(source), wanted, grace)
    from comity.forum.calendar import Calendar
    from comity.scenario.loading import load
    from comity_classroom.bounds import check_texts
    from comity_classroom.core.classroom import Classroom
    from comity_classroom.core.lesson import Lesson
    from comity_classroom.core.seats import default_seats, read_seats
    from comity_classroom.pack.plan_file import find_plan
    from comity_classroom.phrases import load_phrases

    team = 1 if wanted.team is None else wanted.team
    if not 1 <= team <= MOST_IN_TEAM:
        raise InputError(f"--team must be from 1 to {MOST_IN_TEAM} students in a seat, got {team}. Leave it out for 1.")
    load_phrases(wanted.language or "en")
    seed = wanted.seed or 0
    scenario = load(source)
    actors = Calendar(scenario, seed=seed, keep="meetings").population.actors
    check_texts(scenario, actors)
    offered = default_seats(scenario, actors) if wanted.seats is None else read_seats(wanted.seats, actors)
    plan = () if wanted.plan is None else tuple(find_plan(wanted.plan, scenario, seed).to_json())
    where = wanted.folder if wanted.folder is not None else new_folder(f"classroom-{scenario.name or ''}")
    lesson = Lesson(plan=plan, team=team, language=wanted.language or "en")
    return Classroom.open(where, scenario, seed=seed, seats=offered, grace=grace, lesson=lesson)


def _continued(folder: Path, wanted: Wanted, grace: float) -> Classroom:
    from comity_classroom.core.classroom import Classroom
    from comity_classroom.core.head import FILE as HEAD

    _must_be_bare(wanted)
    classroom = Classroom(folder, grace=grace)
    if classroom.ledger.cut is not None:
        why = (
            "it had been complete, so the disk or a copy is damaged, and the entry is lost"
            if classroom.ledger.cut_counted
            else "the server ended while writing it, before it was valid"
        )
        typer.echo(f"The last entry of the ledger is incomplete: {why}. It was moved to {classroom.ledger.cut}.")
    if not classroom.ledger.has_head:
        typer.echo(f"There is no readable {HEAD}: missing entries at the end of the ledger would not be noticed.")
    typer.echo(f"Continuing {folder}: {len(classroom.state.people)} people, {len(classroom.state.seats)} seats taken.")
    return classroom


def _must_be_bare(wanted: Wanted) -> None:
    for name, value in wanted._asdict().items():
        if value is not None:
            raise InputError(f"--{name} must not be given for an existing classroom, got {value}. Leave it out.")


def new_folder(name: str, parent: Path = Path()) -> Path:
    """Return a folder that does not exist yet, named after what is held and the day."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "classroom"
    base = f"{plain}-{date.today().isoformat()}"
    number, folder = 1, parent / base
    while folder.exists():
        number += 1
        folder = parent / f"{base}-{number}"
    return folder
