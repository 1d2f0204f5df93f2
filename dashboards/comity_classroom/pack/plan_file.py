"""Plan files: the plan of a class as TOML, which ``comity classroom --plan`` and ``comity teach --plan`` read."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from comity.errors import InputError, nearest
from comity.scenario.schema import Scenario
from comity_classroom.briefs.writing import actors_of
from comity_classroom.pack.calendar import agenda_of
from comity_classroom.pack.course import CourseSitting, course_of
from comity_classroom.pack.plan import ACTIVITIES, LENGTHS, LessonPlan, divisive_issues, plan_of, steps_of
from comity_classroom.pack.seats import choose_seats

__all__ = ["find_plan", "plan_text", "scenario_of_plan"]

_MOST_MINUTES, _MOST_STEPS = 600, 100
_TOP = ("scenario", "minutes", "steps")
_STEP = ("activity", "meeting", "sitting", "minutes")


def find_plan(wanted: str, scenario: Scenario, seed: int = 0) -> LessonPlan:
    """Return the plan of a length in minutes (45, 90 or 180), or that of a plan file.

    Raises
    ------
    InputError
        If there is no such length or file, or the plan names a sitting that is not held.
    """
    course = course_of(scenario, seed)
    if wanted in {str(minutes) for minutes in LENGTHS}:
        population = actors_of(scenario)
        divisive = divisive_issues(scenario, population, choose_seats(scenario, population, None))
        return plan_of(scenario, agenda_of(scenario, {}), course, divisive, int(wanted))
    data = _read(wanted)
    steps = _checked(data, wanted, scenario, course)
    total = sum(step["minutes"] for step in steps)
    return LessonPlan(scenario=scenario.name, minutes=total, steps=steps_of(scenario, course, steps), is_own=True)


def scenario_of_plan(wanted: str) -> str | None:
    """Return the scenario that a plan file names, or None for a length."""
    if wanted in {str(minutes) for minutes in LENGTHS}:
        return None
    named = _read(wanted).get("scenario")
    return named if isinstance(named, str) else None


def plan_text(plan: LessonPlan) -> str:
    """Return a plan as TOML that reads as the same plan."""
    lines = [
        "# The plan of a class. comity classroom --plan THIS_FILE holds it; comity teach --plan THIS_FILE prints it.",
        "# A step is an activity (" + ", ".join(ACTIVITIES) + ") or a sitting: the id of a",
        "# meeting and the number of the sitting, 0 for the opening of its doors. The model plays all other sittings.",
        f'scenario = "{plan.scenario}"',
        f"minutes = {plan.minutes}",
    ]
    for step in plan.steps:
        lines += ["", "[[steps]]"]
        if step.key == "sitting":
            about = "; ".join(f"{title} ({issue})" for title, issue in step.tables)
            lines += [
                f"# {step.meeting_name}: {step.phase.replace('_', ' ')}{f': {about}' if about else ''}".replace(
                    "\n", " "
                ),
                f'meeting = "{step.meeting}"',
                f"sitting = {step.sitting}",
            ]
        else:
            lines.append(f'activity = "{step.key}"')
        lines.append(f"minutes = {step.minutes}")
    return "\n".join(lines) + "\n"


def _read(wanted: str) -> dict[str, Any]:
    path = Path(wanted)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        lengths = ", ".join(map(str, LENGTHS))
        raise InputError(
            f"--plan must be one of {lengths} (minutes), or a plan file, got {wanted[:200]!r}. comity teach writes "
            "plan files into its pack."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{wanted[:200]}: must be TOML in UTF-8, got: {why}. Correct the file.") from None


def _checked(
    data: dict[str, Any], where: str, scenario: Scenario, course: Sequence[CourseSitting]
) -> list[dict[str, Any]]:
    _only(data, _TOP, where)
    steps = data.get("steps")
    if not isinstance(steps, list) or not 1 <= len(steps) <= _MOST_STEPS:
        raise InputError(f"{where}: 'steps' must be 1 to {_MOST_STEPS} tables. Write [[steps]] for each step.")
    order = {meeting: number for number, meeting in enumerate(dict.fromkeys(item.meeting for item in course))}
    last: tuple[int, int] | None = None
    for number, step in enumerate(steps, 1):
        here = f"{where}: step {number}"
        if not isinstance(step, dict):
            raise InputError(f"{here} must be a table, got {step!r}. Write [[steps]].")
        _only(step, _STEP, here)
        minutes = step.get("minutes")
        if type(minutes) is not int or not 0 < minutes <= _MOST_MINUTES:
            raise InputError(f"{here}: 'minutes' must be a whole number from 1 to {_MOST_MINUTES}, got {minutes!r}.")
        if ("activity" in step) == ("meeting" in step or "sitting" in step):
            raise InputError(f"{here} must have either 'activity', or 'meeting' and 'sitting'. Correct it.")
        if "activity" in step:
            if step["activity"] not in ACTIVITIES:
                raise InputError(
                    f"{here}: 'activity' must be one of {', '.join(ACTIVITIES)}, got {step['activity']!r}. "
                    f"{nearest(str(step['activity']), ACTIVITIES)}"
                )
            continue
        place = _place(step, here, scenario, course, order)
        if last is not None and place <= last:
            raise InputError(f"{here}: sittings must follow in the order of the calendar, but this one does not.")
        last = place
    if last is None:
        raise InputError(f"{where}: 'steps' must include a sitting to play, got none. Add meeting and sitting.")
    total = sum(step["minutes"] for step in steps)
    if "minutes" in data and data["minutes"] != total:
        raise InputError(
            f"{where}: 'minutes' must be {total}, the sum of the steps, got {data['minutes']!r}. Change it, or a step."
        )
    return steps


def _place(
    step: dict[str, Any], here: str, scenario: Scenario, course: Sequence[CourseSitting], order: dict[str, int]
) -> tuple[int, int]:
    meeting, sitting = step.get("meeting"), step.get("sitting")
    known = [item.id for item in scenario.meetings]
    if meeting not in known:
        raise InputError(
            f"{here}: 'meeting' must be a meeting of {scenario.name}, got {meeting!r}. {nearest(str(meeting), known)}"
        )
    if meeting not in order:
        raise InputError(
            f"{here}: 'meeting' must be one that is held, but the model does not hold {meeting!r} here. Remove it."
        )
    n = sum(item.meeting == meeting for item in course)
    if type(sitting) is not int or not 0 <= sitting <= n:
        raise InputError(
            f"{here}: 'sitting' must be from 0 (the doors) to {n} in {meeting!r}, got {sitting!r}. "
            f"comity teach {scenario.name} prints the sittings."
        )
    return order[meeting], sitting


def _only(data: dict[str, Any], known: Sequence[str], where: str) -> None:
    for key in data:
        if key not in known:
            raise InputError(f"{where}: {key!r} is not a field of a plan. {nearest(key, known)}")
