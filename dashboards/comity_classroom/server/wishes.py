"""What a teacher wants: the form of the start page, checked, as the options of the command."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.scenario.loading import load
from comity.scenario.locate import shipped_scenarios
from comity.scenario.subject import MIGRATION
from comity_classroom.core.refusal import Refused
from comity_classroom.core.seats import default_seats
from comity_classroom.pack.plan import LENGTHS
from comity_classroom.pack.plan_file import scenario_of_plan
from comity_classroom.phrases import shipped
from comity_classroom.server.opening import MOST_IN_TEAM, Wanted
from comity_classroom.server.shelf import Shelf

__all__ = ["Offer", "Wish", "offers", "propose", "read_wish"]

EVERY, OWN = "every", "own"
_LONGEST_PLAN = 20_000
_LARGEST_SEED, _MOST_STUDENTS = 2**31, 400


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A scenario that a class can play: its id, its title, and the ids of its seats."""

    scenario: str
    title: str
    seats: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A class as a teacher wants it."""

    offer: Offer
    students: int
    wanted: Wanted


@lru_cache(maxsize=1)
def offers() -> tuple[Offer, ...]:
    """Return the shipped scenarios that a class can play, the one for teaching first."""
    found = []
    for name in sorted(shipped_scenarios(), key=lambda name: (name != "teaching", name)):
        scenario = load(name)
        if scenario.subject == MIGRATION:
            actors = Calendar(scenario, seed=0, keep="meetings").population.actors
            found.append(Offer(scenario=name, title=scenario.title, seats=default_seats(scenario, actors)))
    return tuple(found)


def propose(data: Mapping[str, Any]) -> tuple[Offer, int, int]:
    """Return scenario, number of students, and the most students in one seat that give everybody a place; or refuse."""
    offer = next((one for one in offers() if one.scenario == data.get("scenario")), None)
    if offer is None:
        raise Refused("start.scenario")
    students = _whole(data.get("students"), 1, _MOST_STUDENTS, "start.students")
    team = max(1, math.ceil(students / len(offer.seats)))
    if team > MOST_IN_TEAM:
        raise Refused("start.too_many", most=MOST_IN_TEAM * len(offer.seats), n=students)
    return offer, students, team


def read_wish(data: Mapping[str, Any], shelf: Shelf) -> Wish:
    """Return the form as the options of the command, or refuse a field that is wrong."""
    offer, students, team = propose(data)
    if data.get("team") not in (None, "", "auto"):
        chosen = _whole(data.get("team"), 1, MOST_IN_TEAM, "start.team")
        if chosen < team:
            raise Refused("start.small_team", team=chosen, places=chosen * len(offer.seats), n=students)
        team = chosen
    language = data.get("language", "en")
    if language not in shipped():
        raise Refused("language", "missing")
    seed = _whole(data.get("seed", "0"), 0, _LARGEST_SEED, "start.seed")
    wanted = Wanted(seed=seed, plan=_plan(data, offer, shelf), team=team, language=language)
    return Wish(offer=offer, students=students, wanted=wanted)


def _plan(data: Mapping[str, Any], offer: Offer, shelf: Shelf) -> str | None:
    chosen = data.get("plan")
    if chosen == EVERY:
        return None
    if chosen in {str(minutes) for minutes in LENGTHS}:
        return str(chosen)
    if chosen != OWN:
        raise Refused("start.plan")
    text = data.get("plan_text")
    if not isinstance(text, str) or not text.strip():
        raise Refused("start.no_plan_file")
    if len(text) > _LONGEST_PLAN:
        raise Refused("start.long_plan_file", most=_LONGEST_PLAN)
    path = shelf.keep_plan(text)
    try:
        named = scenario_of_plan(str(path))
    except InputError as error:
        raise Refused("start.bad_plan_file", why=str(error).replace(f"{path}: ", "")) from None
    if named is not None and named != offer.scenario:
        raise Refused("start.other_plan_file", named=named[:80], chosen=offer.title)
    return str(path)


def _whole(value: object, least: int, most: int, code: str) -> int:
    text = str(value).strip()
    if not text.isascii() or not text.isdecimal() or not least <= int(text[:12]) <= most:
        raise Refused(code, least=least, most=most, got=text[:20])
    return int(text)
