"""A setup as text to copy: a scenario file in TOML, and a command. Both repeat the run."""

from __future__ import annotations

import json
import shlex
from typing import get_origin

from comity.scenario.loading import read_value
from comity.scenario.locate import find_scenario, scenario_folder
from comity.scenario.schema import Scenario
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import is_record, opened
from comity_dashboard.setup import Setup

__all__ = ["as_command", "as_toml"]


def as_command(setup: Setup, words: Phrases = ENGLISH) -> str:
    """Return the command that repeats the run of a setup."""
    if is_record(setup.scenario):
        as_it_was = opened(Setup(scenario=setup.scenario)).following(setup.actor)
        return shlex.join(["comity", "rerun", setup.scenario]) if setup == as_it_was else _refusal(words)
    scenario, *patches = _sources(setup)
    parts = ["comity", "run", scenario, "--seed", setup.seed]
    for patch in patches:
        parts += ["--patch", patch]
    for text in setup.settings:
        parts += ["--set", text]
    if setup.theory is not None:
        parts += ["--preset", setup.theory]
    return shlex.join(parts)


def as_toml(setup: Setup, words: Phrases = ENGLISH) -> str:
    """Return a scenario file with the setup: the scenarios and what-ifs that it extends, and the changed values."""
    if is_record(setup.scenario):
        return _refusal(words)
    bases = [json.dumps(name, ensure_ascii=False) for name in _sources(setup)]
    extends = bases[0] if len(bases) == 1 else f"[{', '.join(bases)}]"
    lines = [f"# comity run FILE.toml --seed {setup.seed}", f"extends = {extends}"]
    if setup.theory is not None:
        lines.append(f"theory = {json.dumps(setup.theory)}")
    tables: dict[str, list[str]] = {}
    for text in setup.settings:
        path, _, written = text.partition("=")
        table, _, key = path.rpartition(".")
        value = read_value(written)
        tables.setdefault(table, []).append(f"{key} = {json.dumps(value) if isinstance(value, str) else written}")
    lines += tables.pop("", [])
    for table, entries in tables.items():
        lines += ["", *_heading(table), *entries]
    return "\n".join(lines) + "\n"


def _refusal(words: Phrases) -> str:
    """Return why a changed record cannot be repeated, as a comment."""
    return "".join(f"# {words.say(f'change.{line}')}\n" for line in ("no_command", "no_command_do"))


def _sources(setup: Setup) -> list[str]:
    """Return the scenario and the patches: shipped ones by name, others by absolute path."""
    found = [find_scenario(setup.scenario), *(find_scenario(name, kind="patch") for name in setup.patches)]
    shipped = (scenario_folder().resolve(), (scenario_folder() / "patches").resolve())
    return [path.stem if path.parent in shipped else str(path) for path in found]


def _heading(table: str) -> list[str]:
    """Return the heading of a table; items of a list are named by id."""
    head, _, rest = table.partition(".")
    field = Scenario.model_fields.get(head)
    if field is None or get_origin(field.annotation) not in (tuple, list):
        return [f"[{table}]"]
    item, _, inner = rest.partition(".")
    return [f"[[{head}]]", f"id = {json.dumps(item)}", *([f"[{head}.{inner}]"] if inner else [])]
