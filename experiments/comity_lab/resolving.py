"""Resolving a design into a recipe: all that is read from files is read here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from comity.errors import InputError
from comity.folders import is_there
from comity.posterior import Draw, read_posterior, without
from comity.runs import stored_scenario
from comity.scenario.loading import from_data, load, read_patch
from comity.scenario.locate import find_scenario
from comity.scenario.merging import flat_settings
from comity.scenario.schema import Scenario
from comity_lab.design import Design
from comity_lab.factor import NO_PATCH
from comity_lab.recipe import Recipe
from comity_lab.sources import code_of, tables_named

__all__ = ["load_any", "recipe_of"]


def recipe_of(design: Design) -> Recipe:
    """Return the recipe of a design; only this function reads its files."""
    if design.function:
        recipe = Recipe(design=design, base=None, patches={}, code=code_of(design.function))
        recipe.ready()
        return recipe
    beside = Path(design.folder) if design.folder else None
    scenario = find_scenario(design.scenario, beside)
    laid = [find_scenario(name, beside, kind="patch") for name in design.patches]
    base = load(scenario, patches=laid, settings=design.settings)
    names = [name for f in design.factors if f.name == "patch" for name in f.values or () if name != NO_PATCH]
    patches = {name: _plain_patch(find_scenario(name, beside, kind="patch"), [scenario, *laid]) for name in names}
    named = [name for f in design.factors if f.name == "scenario" for name in f.values or ()]
    scenarios = {name: load_any(name, beside).to_json() for name in named}
    if design.until is not None:
        from comity.facts import shorten

        first = min(meeting.start.year for meeting in base.meetings)
        if design.until < first:
            raise InputError(
                f"design: until must not be before the first meeting, {first}, got {design.until}. Give a later year."
            )
        if design.until > base.end.year:
            raise InputError(
                f"design: until must not be after the end of the scenario, {base.end.year}, got {design.until}. "
                "Leave it out, or give an earlier year."
            )
        base = shorten(base, design.until)
    facts = _read_facts(design, beside) if "facts" in design.keep else []
    recipe = Recipe(
        design=design,
        base=base.to_json(),
        patches=patches,
        scenarios=scenarios,
        facts=facts,
        measures=_read_measures(design, beside),
        code=code_of(design.runner) if design.runner else {},
        tables=tables_named(design.factors, patches),
        draws=_draws(design, beside, [base, *(from_data(data, name) for name, data in scenarios.items())]),
    )
    recipe.ready()
    return recipe


def load_any(name: str, beside: Path | None = None) -> Scenario:
    """Return the scenario of a name, a file, or the folder of a record."""
    folder = Path(name)
    if is_there(folder) and folder.is_dir():
        return stored_scenario(folder)
    return load(find_scenario(name, beside))


def _read_facts(design: Design, beside: Path | None) -> list[dict[str, Any]]:
    """Return the facts of a design as plain data."""
    from comity.facts import load_facts

    file = _beside(design.facts, beside) if design.facts else None
    return [fact.model_dump(mode="json") for fact in load_facts(file)]


def _read_measures(design: Design, beside: Path | None) -> dict[str, str]:
    """Return the texts of the files with measures that a design names."""
    from comity.facts import own_measures, read_measures

    texts = read_measures(design.measures, beside)
    for name, text in texts.items():
        if not own_measures(name, text):
            raise InputError(
                f"design: measures: {name} must declare a comity.measures.Measure for the runs of a sweep, got only "
                'measures for facts. Name them in facts, with keep = ["measures", "facts"], or declare one.'
            )
    return texts


def _draws(design: Design, beside: Path | None, scenarios: list[Scenario]) -> tuple[Draw, ...]:
    """Return the draws of a design's posterior, without what patches, settings or one of two scenarios fix."""
    if not design.posterior:
        return ()
    draws = read_posterior(_beside(design.posterior, beside))
    fixed = {key.removeprefix("parameters.") for key in flat_settings(design.settings, "design")}
    base = find_scenario(design.scenario, beside)
    for name in design.patches:
        patch = read_patch(find_scenario(name, beside, kind="patch"), [base])
        fixed |= set(patch.get("parameters", {}))
    values = [scenario.parameters.model_dump() for scenario in scenarios]
    fixed |= {name for name in draws[0] if len({value[name] for value in values}) > 1}
    return without(draws, fixed)


def _beside(name: str, beside: Path | None) -> Path:
    """Return the path of a file that a design names: in the design's folder if it is there."""
    return beside / name if beside is not None and (beside / name).is_file() else Path(name)


def _plain_patch(path: Path, laid: list[Path]) -> dict[str, Any]:
    data = read_patch(path, laid)
    plain: dict[str, Any] = json.loads(json.dumps(data, default=str))  # dates as texts, as in the base
    return plain
