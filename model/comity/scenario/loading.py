"""Reading scenario files: TOML, ``extends``, patches, single values set; and errors that teach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from comity.errors import InputError, note
from comity.scenario.inert import check_chairs, check_settings, late_shocks, notices, notices_of
from comity.scenario.locate import find_scenario
from comity.scenario.merging import lay_settings, settings_tree
from comity.scenario.misfits import explain
from comity.scenario.own_mechanisms import with_mechanisms
from comity.scenario.own_tables import with_checksums, with_places
from comity.scenario.patching import apply_patch
from comity.scenario.plain import check_plain, read_toml, read_value
from comity.scenario.schema import Scenario

__all__ = ["from_data", "load", "read_patch", "read_value"]

_FORMER = frozenset({"vote_abstention", "vote_intercept"})
"""Parameters of version 0.1 and 0.2 that are gone."""


def load(
    scenario: str | Path = "hld_gfmd",
    *,
    patches: Iterable[str | Path] = (),
    settings: Mapping[str, Any] | None = None,
    theory: str | None = None,
) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    scenario
        Name of a shipped scenario (``"hld_gfmd"``) or path of a TOML file.
    patches
        Names of shipped patches or paths, laid over the scenario in this order; a Python file adds its mechanism.
    settings
        Values by dotted path, ``{"parameters.persuasion_rate": 0.1}``, or by table, laid over the rest by the rule of
        patches (:mod:`comity.scenario.merging`).
    theory
        Preset: ``"socialisation"``, ``"institutionalist"`` or ``"rationalist"``.

    Raises
    ------
    InputError
        Where the file, a patch or a value cannot be used; the message says where and what to do.

    Warns
    -----
    Notice
        For what can be used and has no effect.
    """
    if not isinstance(scenario, (str, Path)):
        raise InputError(
            f"load: scenario must be a name or a path, got {type(scenario).__name__}. Write the data into a TOML file "
            "and give its path; comity.run takes a scenario that is loaded."
        )
    if isinstance(patches, (str, Path)):
        raise InputError(f"load: patches must be a list of names, got {str(patches)!r}. Write {[str(patches)]}.")
    path = find_scenario(scenario)
    own = _read_toml(path)
    data = _extended(own, path, ())
    where, name, laid, asked = _label(path), path.stem, [path], [own] if "extends" in own else []
    for patch in patches:
        patch_path = find_scenario(patch, kind="patch")
        if patch_path in laid:
            raise InputError(f"{_label(patch_path)}: a patch must be laid once, got it twice. Remove one.")
        asked.append(read_patch(patch_path, laid))
        data = apply_patch(data, asked[-1], _label(patch_path))
        laid.append(patch_path)
        where, name = f"{where} with {patch_path.name}", f"{name}+{patch_path.stem}"
    settings = settings or {}
    if settings:
        data = with_mechanisms(lay_settings(data, settings, "--set"), None, "--set")
        where = f"{where} with --set"
        check_chairs(data.get("chairs") if "chairs" in settings else (), data.get("meetings", []), "--set")
    if theory is not None:
        data = {**data, "theory": theory}
    if "population" in data:
        data = {**data, "population": with_checksums(data["population"])}
    loaded = from_data({**data, "name": name}, where)
    check_settings(settings, theory)
    asked.append(settings_tree(settings, "--set"))
    found = [line for layer in asked for line in notices_of(layer, loaded)]
    if "extends" not in own and not patches:
        found += late_shocks(own, loaded)
    if any(layer.get("name", name) != name for layer in (own, *asked)):
        found.append("name has no effect: a scenario is called like its file")
    for line in dict.fromkeys([*found, *notices(loaded)]):
        note(f"{where}: {line}")
    return loaded


def from_data(data: Mapping[str, Any], where: str = "scenario") -> Scenario:
    """Return the scenario that plain data describe, or raise InputError with the first thing that is wrong."""
    check_plain(data, where)
    data = _without_former(data, where)
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise InputError(explain(error, where, Scenario, _own_parameters(data))) from None


def _own_parameters(data: Mapping[str, Any]) -> list[str]:
    """Return the names of the parameters that mechanisms of one's own declare."""
    given = data.get("mechanisms")
    own = [item for item in given if isinstance(item, dict)] if isinstance(given, list | tuple) else []
    return [str(parameter["name"]) for item in own for parameter in item.get("parameters", ()) if "name" in parameter]


def _without_former(data: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    """Return a scenario without parameters of earlier versions, so that what these left can be read; a note says so."""
    parameters = data.get("parameters")
    if not isinstance(parameters, Mapping) or _FORMER.isdisjoint(parameters):
        return data
    gone = ", ".join(sorted(_FORMER & set(parameters)))
    note(f"{where}: parameters of an earlier version of comity have no effect: {gone}")
    return {**data, "parameters": {name: value for name, value in parameters.items() if name not in _FORMER}}


def read_patch(path: Path, laid: Iterable[Path]) -> dict[str, Any]:
    """Return what a file says that is laid over a scenario.

    A scenario that it extends is left out, since it is laid over another. Where that one itself extends a scenario,
    what it changes would silently be lost.

    Parameters
    ----------
    laid
        The files that it is laid over: the scenario, and the patches before.
    """
    data = _read_toml(path)
    if "extends" not in data:
        return data
    base, *patches = _bases(data["extends"], path)
    found = [find_scenario(base, path.parent), *(find_scenario(name, path.parent, kind="patch") for name in patches)]
    if (found[0] not in laid and "extends" in _read_toml(found[0])) or not set(found[1:]) <= set(laid):
        raise InputError(
            f"{_label(path)}: extends must be a scenario that extends nothing, or what the file is laid over, when it "
            f"is laid over something, got {data['extends']!r}. Use it as a scenario, or lay what it extends first."
        )
    return data


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _read_toml(path: Path) -> dict[str, Any]:
    if path.suffix == ".py":
        return with_mechanisms({"mechanisms": [path.name]}, path.parent, _label(path))
    return with_mechanisms(with_places(read_toml(path, _label(path)), path.parent), path.parent, _label(path))


def _bases(names: Any, path: Path) -> list[str]:
    """Return the scenario and the patches that a file extends."""
    bases = names if isinstance(names, list) else [names]
    if not bases or not all(isinstance(name, str) for name in bases):
        raise InputError(
            f"{_label(path)}: extends must be the name of a scenario, or a list of a scenario and patches, "
            f"got {names!r}. Write names in quotes."
        )
    return bases


def _extended(own: dict[str, Any], path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """Return what a file says, laid over what it extends."""
    if path in seen:
        chain = " -> ".join(item.stem for item in (*seen, path))
        raise InputError(f"{_label(path)}: extends must not be circular, got {chain}. Remove one of the extends.")
    data = {key: value for key, value in own.items() if key != "extends"}
    names = own.get("extends")
    if names is None:
        for key in sorted({"remove", "each"} & set(data)):
            raise InputError(
                f"{_label(path)}: {key} needs a base that it can change. "
                'Add extends = "hld_gfmd", or use it as a patch.'
            )
        meetings = data.get("meetings", [])
        check_chairs(data.get("chairs"), meetings if isinstance(meetings, list) else [], _label(path))
        return data
    base, *patches = _bases(names, path)
    laid = [find_scenario(base, path.parent)]
    found = _extended(_read_toml(laid[0]), laid[0], (*seen, path))
    for name in patches:
        patch = find_scenario(name, path.parent, kind="patch")
        if patch in laid:
            raise InputError(f"{_label(path)}: extends must name each file once, got {name!r} twice. Remove one.")
        found = apply_patch(found, read_patch(patch, laid), _label(patch))
        laid.append(patch)
    return apply_patch(found, data, _label(path))
