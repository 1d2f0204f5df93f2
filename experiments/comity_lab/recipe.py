"""A recipe: a design with its scenario and patches resolved, from which any process can make any point."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from comity.errors import InputError
from comity.posterior import Draw
from comity.record import Record
from comity.runs import run
from comity.scenario.loading import from_data
from comity.scenario.merging import set_path
from comity.scenario.patching import apply_patch
from comity.scenario.schema import Scenario
from comity_lab.design import Design, design_from
from comity_lab.factor import NO_PATCH
from comity_lab.sources import UNKNOWN, check_call, check_loaded, code_of, difference, tables_of

if TYPE_CHECKING:
    from comity.facts import Fact

__all__ = ["Recipe", "hold", "recipe_from", "unpack"]

_KEPT_SETTINGS = 16
Function = Callable[..., Mapping[str, float]]
Runner = Callable[[Scenario, int], Record]


@dataclass(kw_only=True)
class Recipe:
    """What a process needs to make any point of a design, without reading files.

    Attributes
    ----------
    design
        The design.
    base
        The scenario with the design's own patches and settings, as plain data; None for a function.
    patches
        Values of the factor ``patch``, as plain data by name.
    scenarios
        Values of the factor ``scenario``, which replace the base, as plain data by name.
    facts
        Facts that each run is asked for, as plain data.
    measures
        Texts of files with measures of one's own, by name.
    code
        Checksums of the user's source files of function or runner, by module.
    tables
        Checksums of the user's own tables that only factors name, by path.
    draws
        Draws of the posterior.
    """

    design: Design
    base: dict[str, Any] | None
    patches: dict[str, dict[str, Any]]
    scenarios: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: list[dict[str, Any]] = field(default_factory=list)
    measures: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    draws: tuple[Draw, ...] = ()
    _settings: OrderedDict[str, Scenario] = field(default_factory=OrderedDict, repr=False)
    _making: Lock = field(default_factory=Lock, repr=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return plain data; of the scenario's file only the name is kept, so that no folder is recorded."""
        design = {**self.design.model_dump(mode="json"), "scenario": Path(self.design.scenario).name}
        for name in ("runner", "measures"):
            if not design[name]:
                del design[name]
        if "measures" in design:
            design["measures"] = [*self.measures]
        for name in ("facts", "posterior"):
            if design[name]:
                design[name] = Path(design[name]).name
            elif name == "posterior":
                del design[name]
        data = {"design": design, "scenario": self.base, "patches": self.patches}
        unusual = {"scenarios": self.scenarios, "facts": self.facts, "code": self.code, "tables": self.tables}
        unusual |= {"draws": list(self.draws), "measures": self.measures}
        return data | {name: value for name, value in unusual.items() if value}

    @cached_property
    def packed(self) -> bytes:
        """The recipe as bytes, small enough to travel with every chunk."""
        return zlib.compress(json.dumps(self.to_json(), sort_keys=True).encode())

    @cached_property
    def hash(self) -> str:
        """Content hash of everything that can change a result, 16 hex digits; names and files do not enter."""
        data = self.to_json()
        words = {"name", "scenario", "patches", "settings", "until", "measures", "facts", "posterior"}  # resolved
        design = {key: value for key, value in data["design"].items() if key not in words}
        content = {
            "design": {**design, "keep": sorted(set(design["keep"]))},
            "scenario": self._setting("", {}).hash if self.base is not None else None,
            "patches": {name: _without_files(patch) for name, patch in self.patches.items()},
            **({"facts": self.facts} if self.facts else {}),
            **({"measures": self.measures} if self.measures else {}),
            **({"code": self.code} if self.code else {}),
            **({"tables": sorted(self.tables.items())} if self.tables else {}),
            **({"draws": self.draws} if self.draws else {}),
        }
        if self.scenarios:
            content["scenarios"] = {name: from_data(data, name).hash for name, data in self.scenarios.items()}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def observed(self) -> tuple[Fact, ...]:
        """The facts that each run is asked for."""
        from comity.facts import Fact

        return tuple(Fact.model_validate(fact) for fact in self.facts)

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """What runs keep; facts and a runner with the hash of what they say, because it decides what is kept."""
        words = self.design.keep
        if self.facts:
            said = hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode()).hexdigest()[:16]
            words = tuple(f"facts:{said}" if word == "facts" else word for word in words)
        if self.measures:
            said = hashlib.sha256(json.dumps(self.measures, sort_keys=True).encode()).hexdigest()[:16]
            words = (*words, f"measures:{said}")
        if self.design.runner and self.code:
            words = (*words, f"runner:{self.design.runner}:{self.code_hash}")
        return words

    @cached_property
    def code_hash(self) -> str:
        """Hash of all the user's source files, 16 hex digits; empty if there are none."""
        text = json.dumps(self.code, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16] if self.code else ""

    @cached_property
    def function(self) -> Function:
        """The function that stands in for a scenario, ``f(values, seed) -> measures``."""
        found: Function = self._imported("function", self.design.function)
        check_call(self.design.function, found, "values, seed")
        return found

    @cached_property
    def runner(self) -> Runner:
        """The function that holds a run, ``f(scenario, seed) -> record``."""
        return self._imported("runner", self.design.runner) if self.design.runner else hold

    def _imported(self, key: str, place: str) -> Any:
        found = _imported(key, place)
        now = code_of(place)
        if changed := difference(self.code, now):
            raise InputError(
                f"design: {key} {place} must have the source code that the sweep was planned with, but {changed} "
                "differs here. Copy the same files to every worker, or start the sweep in another folder."
            )
        check_loaded(place, found, now)
        return found

    @property
    def calls_user_code(self) -> bool:
        """Whether runs call code of the user, of which nothing is known: not even whether threads may."""
        given = (self.base or {}, *self.patches.values(), *self.scenarios.values())
        own = self.measures or any(data.get("mechanisms") for data in given) or any("python" in f for f in self.facts)
        return bool(self.design.function or self.design.runner or own)

    def ready(self) -> None:
        """Raise InputError if this process cannot do the planned runs."""
        if self.base is None:
            _ = self.function
        else:
            _ = self.runner

    def check_unchanged(self, folder: Path) -> None:
        """Raise InputError if code or tables differ from those of the sweep in a folder that is to be continued."""
        place = self.design.function or self.design.runner
        now = code_of(place) if place else {}
        if UNKNOWN in self.code.values():
            raise InputError(
                f"{folder}: cannot be continued, because {place} is not in a file, so changes to it cannot "
                "be detected. Put it into a module, or start the sweep in another folder."
            )
        if changed := difference(self.code, now):
            raise InputError(
                f"{folder}: must be continued with the code that it was started with, but the source of {changed} was "
                "changed: one table must not mix them. Restore the old code, or name another folder."
            )
        then = dict(self.tables)
        for data in (self.base or {}, *self.scenarios.values()):
            then |= (data.get("population") or {}).get("checksums") or {}
        if changed := difference(then, tables_of(then)):
            raise InputError(
                f"{folder}: must be continued with the tables that it was started with, but {changed} was changed: one "
                "table must not mix them. Restore the old table, or name another folder."
            )

    def setting_key(self, values: Mapping[str, Any]) -> str:
        """Return the values that two points share if they differ only in parameters and theory."""
        others = {
            factor.name: values[factor.name]
            for factor in self.design.factors
            if factor.parameter is None and factor.name not in ("preset", "theory")
        }
        return json.dumps(others, default=str) if others else ""

    def scenario(self, values: Mapping[str, Any], replicate: int | None = None) -> Scenario:
        """Return the scenario at a point; this takes microseconds if only parameters or theory differ.

        The order is that of the command line: patch, then single values, then the theory. Below all values is the draw
        of the replicate, if one is named and the design has a posterior.
        """
        with self._making:  # threads that ask for a new setting at the same time get one and the same
            scenario = self._setting(self.setting_key(values), values)
        parameters: dict[str, float] = {}
        if self.draws and replicate is not None:
            parameters |= self.draws[replicate % len(self.draws)]
        for name in self.patches.get(str(values.get("patch")), {}).get("parameters", {}):
            parameters.pop(name, None)
        parameters |= {f.parameter: values[f.name] for f in self.design.factors if f.parameter is not None}
        if parameters:
            scenario = scenario.with_parameters(**parameters)
        theory = values.get("preset", values.get("theory"))
        if theory is not None and theory != scenario.theory:
            scenario = scenario.replaced(theory=theory)
        return scenario

    def _setting(self, key: str, values: Mapping[str, Any]) -> Scenario:
        if key in self._settings:
            self._settings.move_to_end(key)
            return self._settings[key]
        if self.base is None:
            raise InputError("design: has a function and no scenario. Give a scenario to run one.")
        data = self.base
        others: dict[str, Any] = json.loads(key) if key else {}
        if "scenario" in others:
            data = self.scenarios[others.pop("scenario")]
        patch = others.pop("patch", NO_PATCH)
        if patch != NO_PATCH:
            data = apply_patch(data, self.patches[patch], f"patch {patch}")
            data = {**data, "name": f"{data['name']}+{Path(patch).stem}"}
        for path in others:
            data = set_path(data, path, values[path], "design")
        data = self._with_checksums(data)
        where = ", ".join(f"{name} = {values[name]!r}" for name in (["patch"] if patch != NO_PATCH else []) + [*others])
        scenario = from_data(data, f"design: {where}" if where else "design: scenario")
        _ = scenario.setting_hash  # computed once, and handed on to all copies
        self._settings[key] = scenario
        while len(self._settings) > _KEPT_SETTINGS:
            self._settings.popitem(last=False)
        return scenario

    def _with_checksums(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a scenario, as plain data, with the checksums of the tables that a factor named."""
        population = data.get("population")
        if not self.tables or not isinstance(population, dict):
            return data
        own = {path: self.tables[path] for path in population.values() if isinstance(path, str) and path in self.tables}
        noted = population.get("checksums", {})
        return {**data, "population": {**population, "checksums": {**noted, **own}}} if own else data


def _without_files(patch: dict[str, Any]) -> dict[str, Any]:
    """Return a patch with the texts of mechanisms of one's own, and not where their files were."""
    own = [item["python"] for item in patch.get("mechanisms", ())]
    return {**patch, "mechanisms": own} if own else patch


def hold(scenario: Scenario, seed: int) -> Record:
    """Return the record of one run, as a sweep holds it: meetings only, without agents."""
    return run(scenario, seed=seed, keep="meetings")


@lru_cache(maxsize=4)
def unpack(packed: bytes) -> Recipe:
    """Return the recipe that bytes hold; a process keeps the last few, with the scenarios that they made."""
    return recipe_from(json.loads(zlib.decompress(packed)))


def recipe_from(data: Mapping[str, Any]) -> Recipe:
    """Return the recipe that plain data describe."""
    given = dict(data["design"])
    if given["sampler"] == "list":
        given["factors"] = []
    return Recipe(
        design=design_from(given, stored=True),
        base=data["scenario"],
        patches=data["patches"],
        scenarios=data.get("scenarios", {}),
        facts=data.get("facts", []),
        measures=data.get("measures", {}),
        code=data.get("code", {}),
        tables=data.get("tables", {}),
        draws=tuple(data.get("draws", ())),
    )


def _imported(key: str, place: str) -> Any:
    module, _, name = place.partition(":")
    try:
        found = getattr(import_module(module), name)
    except Exception as error:  # whatever the user's module does while it is imported
        raise InputError(
            f"design: {key} must be module:name of what can be imported, got {place!r}: {error}. "
            "Correct it, or put its folder on PYTHONPATH."
        ) from None
    if not callable(found):
        raise InputError(f"design: {key} must be module:name of a function, got {place!r}, which cannot be called.")
    return found
