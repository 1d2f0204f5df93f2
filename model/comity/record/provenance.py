"""Provenance: what made a record, enough to make it again."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from comity.compiled import rules_version
from comity.errors import InputError
from comity.scenario.loading import load
from comity.scenario.schema import Scenario

if TYPE_CHECKING:
    from comity.forum.calendar import Calendar
    from comity.mesa_model import ForumModel
    from comity.record import Record

__all__ = ["Held", "Provenance", "system"]

_PACKAGES = ("comity", "mesa", "numpy", "numba", "pandas", "pyarrow")


@dataclass(frozen=True, kw_only=True)
class Held:
    """How a run was held.

    Attributes
    ----------
    by
        What held it: ``comity.run``, methods of a ForumModel, or those of a class of somebody's own.
    until
        Last meeting that was begun, and how many of its sittings were held; None: to the end.
    edited
        What verbs of ``model.world`` have changed, in words: such a run cannot be repeated from its scenario and seed.
    """

    by: str = "unknown"
    until: tuple[str, int] | None = None
    edited: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it was held by comity itself, so that the same is held again."""
        return self.by in ("comity.run", "classroom") or self.by.startswith(("Calendar:", "ForumModel:"))

    @classmethod
    def of(cls, model: Calendar | ForumModel, by: str = "") -> Held:
        """Return how a run was held so far."""
        until = None
        if model.gathering is not None:
            until = (model.gathering.meeting.id, model.gathering.sitting)
        elif not model.is_over:
            until = (
                (model.trace.meetings[-1].id, len(model.trace.meetings[-1].phases)) if model.trace.meetings else ("", 0)
            )
        return cls(
            by=by or f"{type(model).__name__}: {', '.join(sorted(model.ways)) or 'not begun'}",
            until=until,
            edited=tuple(
                f"{verb} by {name}, {count} time{'' if count == 1 else 's'}"
                for (verb, name), count in model.steps_from_outside.counts.items()
            ),
        )

    @classmethod
    def read(cls, made: dict[str, Any]) -> Held:
        """Return how a saved record was held, from its provenance."""
        until, edited = made.get("until"), made.get("edited", [])
        try:
            place = None if until is None else (str(until["meeting"]), int(until["sitting"]))
            return cls(by=str(made.get("held_by", "unknown")), until=place, edited=tuple(map(str, edited)))
        except (KeyError, TypeError, ValueError):
            raise InputError(
                f"provenance.json: until and edited must be as a run wrote them, got {until!r} and {edited!r}. "
                "The record is damaged; run the scenario again."
            ) from None

    def to_json(self) -> dict[str, Any]:
        """Return plain data; without ``until`` and ``edited`` where there is nothing to say."""
        data: dict[str, Any] = {"held_by": self.by}
        if self.until is not None:
            data["until"] = dict(zip(("meeting", "sitting"), self.until, strict=True))
        if self.edited:
            data["edited"] = list(self.edited)
        return data


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What made a record; no time and no path, so that equal runs have equal bytes.

    Attributes
    ----------
    scenario, scenario_hash
        Name and content hash of the resolved scenario, which is stored beside.
    rules_version
        Hash of the source of all rules.
    seed, keep, theory
        Of the run.
    command
        What repeats it, or that nothing does.
    held
        How the run was held.
    python, versions, system
        Of the interpreter, the packages that took part, and the kind of machine.
    """

    scenario: str
    scenario_hash: str
    rules_version: str
    seed: int
    keep: str
    theory: str
    command: str
    python: str
    versions: dict[str, str]
    system: str
    held: Held = field(default_factory=Held)

    @classmethod
    def now(cls, record: Record, command: str = "") -> Provenance:
        """Return the provenance of a record made by this installation."""
        return cls(
            scenario=record.scenario.name or record.scenario.title,
            scenario_hash=record.scenario.hash,
            rules_version=rules_version(),
            seed=record.seed,
            keep=record.keep,
            theory=record.scenario.theory,
            command=command or _command(record),
            python=platform.python_version(),
            versions={name: _version(name) for name in _PACKAGES},
            system=system(),
            held=record.held,
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        data = asdict(self)
        del data["held"]
        return data | self.held.to_json()


def system() -> str:
    """Return the kind of machine: another one may round otherwise."""
    return f"{platform.system()} {platform.machine()}"


def _command(record: Record) -> str:
    """Return the call that repeats a record, or that nothing does."""
    if record.held.edited:
        return "none: the world was edited during the run"
    what = _loaded(record.scenario)
    if record.held.until is None:
        call = f"comity.run({what}, seed={record.seed}, keep={record.keep!r})"
    else:
        call = f"comity.ForumModel({what}, seed={record.seed}, keep={record.keep!r})"
        if record.held.until[0]:
            call += f".run_to({record.held.until[0]!r}, {record.held.until[1]})"
    return call if what != "scenario" else f"{call}, where scenario is that of scenario.json"


def _loaded(scenario: Scenario) -> str:
    """Return what loads a scenario; the word scenario where its name does not lead to it."""
    name, *patches = (scenario.name or "").split("+")
    for theory in (None, scenario.theory):
        try:
            found = load(name, patches=patches, theory=theory)
        except (InputError, OSError):
            break  # a scenario that was made in Python, or a file elsewhere, has no name that finds it
        if found.hash == scenario.hash:
            options = [f"patches={patches!r}"] * bool(patches) + [f"theory={theory!r}"] * (theory is not None)
            return f"comity.load({', '.join([repr(name), *options])})" if options else repr(name)
    return "scenario"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
