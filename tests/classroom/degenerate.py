"""Scenarios that are odd and legal: nobody sits, nothing differs, names of any kind."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import comity
from comity.scenario.loading import from_data
from comity.scenario.schema import Scenario

__all__ = ["CASES", "EVIL", "scenario_of"]

Data = dict[str, Any]
EVIL = "A \"quoted\" 'name' <b>&amp;</b> {brace} {{ 7*7 }} {% raw %}\nsecond line [bold]x[/bold] " + "n" * 200
_OTHERS = ("io", "cso", "business", "mayors", "youth")


def scenario_of(case: str) -> Scenario:
    """Return the teaching scenario, changed."""
    data = copy.deepcopy(comity.load("teaching").to_json())
    CASES[case](data)
    return from_data(data, case)


def _actors(data: Data) -> list[Data]:
    return list(data["population"]["actors"])


def _without_shocks(data: Data) -> None:
    data |= {"shocks": [], "chairs": []}


def _only(data: Data, kinds: tuple[str, ...], states: int = 99) -> None:
    kept = [actor for actor in _actors(data) if actor["kind"] in kinds]
    some = [actor["id"] for actor in kept if actor["kind"] == "state"][:states]
    kept = [actor for actor in kept if actor["kind"] != "state" or actor["id"] in some]
    ids = {actor["id"] for actor in kept}
    for actor in kept:
        actor["stake"] = {name: share for name, share in actor["stake"].items() if name in ids}
    data["population"]["actors"] = kept
    for meeting in data["meetings"]:
        meeting["hosts"] = [host for host in meeting["hosts"] if host in ids]
        for session in meeting["sessions"] + meeting["civil_society_sessions"]:
            session["cochairs"] = [chair for chair in session["cochairs"] if chair in ids]
    if data["institutions"]["agency"] not in ids:
        data["institutions"]["agency"] = ""
    _without_shocks(data)


def _one_meeting(data: Data) -> None:
    data["meetings"] = data["meetings"][:1]
    _without_shocks(data)


def _two_states_once(data: Data) -> None:
    _only(data, ("state",), 2)
    _one_meeting(data)


def _sit(kinds: tuple[str, ...]) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        for forum in data["forums"]:
            for entry in forum["format"]:
                entry["kinds"] = [kind for kind in entry["kinds"] if kind in kinds] or ["state"]

    return change


def _only_networks_meet(data: Data) -> None:
    for forum in data["forums"]:
        first = forum["format"][0]
        forum["format"] = [{**first, "phase": "assembly", "sittings": 1, "kinds": ["cso"]}]
    for meeting in data["meetings"]:
        meeting |= {"sittings": {}, "votes": []}


def _no_sessions(data: Data) -> None:
    for meeting in data["meetings"]:
        meeting |= {"sessions": [], "civil_society_sessions": []}


def _no_sittings(data: Data) -> None:
    for forum in data["forums"]:
        for entry in forum["format"]:
            entry["sittings"] = 0
    for meeting in data["meetings"]:
        meeting |= {"sittings": {}, "sessions": [], "civil_society_sessions": []}


def _one_issue(data: Data) -> None:
    only = data["issues"][0]
    only["categories"] = [category for issue in data["issues"] for category in issue["categories"]]
    data["issues"] = [only]
    for actor in _actors(data):
        actor["position"] = {only["id"]: actor["position"][only["id"]]}
        actor["salience"] = {only["id"]: 1.0}
        actor["mandate"] = {name: value for name, value in actor["mandate"].items() if name == only["id"]}
    data["institutions"]["rights_issue"] = only["id"]
    _without_shocks(data)


def _all(value: float) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        for actor in _actors(data):
            actor["position"] = dict.fromkeys(actor["position"], value)
            actor["salience"] = {name: float(number == 0) for number, name in enumerate(actor["salience"])}
            actor["stake"] = {}
            for name in ("sovereignty", "cooperation", "capacity", "income", "destination_scale", "immigrant_share",
                         "civil_society_climate", "electoral_competition"):  # fmt: skip
                actor[name] = value

    return change


def _called(name: str, *, own: bool = True) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        data["title"] = name
        for number, item in enumerate([*_actors(data), *data["meetings"], *data["forums"], *data["issues"]]):
            item["name"] = f"{name}{number}" if own else name
        for actor in _actors(data):
            actor["text"] = name
        for meeting in data["meetings"]:
            meeting |= {"theme": name, "city": name}
            for item in meeting["sessions"] + meeting["civil_society_sessions"]:
                item["title"] = name
            for vote in meeting["votes"]:
                vote["text"] = name
        for shock in data["shocks"]:
            shock |= {"name": name, "source": name}

    return change


def _late(kinds: tuple[str, ...]) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        for actor in _actors(data)[2:]:
            if actor["kind"] in kinds:
                actor["active_from"] = "2031-01-01"
        for meeting in data["meetings"]:
            meeting["hosts"] = [data["population"]["actors"][0]["id"]] if meeting["hosts"] else []
            for session in meeting["sessions"] + meeting["civil_society_sessions"]:
                session["cochairs"] = []
        _without_shocks(data)

    return change


def _no_arena(data: Data) -> None:
    for forum in data["forums"]:
        forum |= {"decides_arena": False, "state_led": False}
    for meeting in data["meetings"]:
        meeting["hosts"] = []
    data["chairs"] = []


def _same_day(data: Data) -> None:
    for meeting in data["meetings"]:
        meeting |= {"start": data["meetings"][0]["start"], "end": data["meetings"][0]["end"]}


CASES: dict[str, Callable[[Data], None]] = {
    "one meeting": _one_meeting,
    "two states": lambda data: _only(data, ("state",), 2),
    "two states, one meeting": _two_states_once,
    "no networks": lambda data: _only(data, ("state", "io")),
    "no organisations": lambda data: _only(data, ("state", *_OTHERS[1:])),
    "networks sit nowhere": _sit(("state", "io")),
    "only states sit": _sit(("state",)),
    "only networks meet": _only_networks_meet,
    "no sessions": _no_sessions,
    "no sittings": _no_sittings,
    "one issue": _one_issue,
    "all alike": _all(0.5),
    "all zero": _all(0.0),
    "all one": _all(1.0),
    "odd names": _called(EVIL),
    "no names": _called("", own=False),
    "the same names": _called("Same", own=False),
    "others do not exist": _late(_OTHERS),
    "most states do not exist": _late(("state",)),
    "no arena": _no_arena,
    "all on one day": _same_day,
}
"""What is changed of the teaching scenario, by what it is called."""
