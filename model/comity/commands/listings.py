"""comity describe, scenarios, schema, parameters and odd."""

from __future__ import annotations

import json
import pydoc
import sys
import textwrap
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from comity.commands.choice import Choice
from comity.commands.console import console, table
from comity.errors import InputError, nearest
from comity.scenario.lessons import Lesson

__all__ = [
    "describe_scenario",
    "list_columns",
    "list_parameters",
    "list_scenarios",
    "print_odd",
    "scenario_schema",
    "show_mechanism",
    "write_schema",
]


def describe_scenario(choice: Choice, sources: bool) -> None:
    """Print a scenario in words, after the lesson of each what-if applied to it."""
    from comity.scenario.lessons import read_lesson
    from comity.scenario.locate import find_scenario

    scenario = choice.load()
    from comity.words.describe import describe

    for patch in choice.patches:
        sys.stdout.write("".join(f"{line}\n" for line in _wrapped(read_lesson(find_scenario(patch, kind="patch")))))
    sys.stdout.write(describe(scenario, choice.base()) + "\n")
    listed = scenario.sources()
    if sources:
        sys.stdout.write("".join(f"\n{line}" for line in listed) + "\n")
    elif listed:
        sys.stdout.write("  --sources prints them.\n")


def list_scenarios() -> None:
    """Print the shipped scenarios and patches."""
    from comity.population.people import build_population
    from comity.scenario.lessons import read_lesson
    from comity.scenario.loading import load
    from comity.scenario.locate import find_scenario, scenario_folder, shipped_patches, shipped_scenarios
    from comity.scenario.subject import MIGRATION

    screen = console()
    columns, wide = ("title", "actors", "meetings", "years"), ("title", "years")
    view = table("name", *columns, left=wide, folded=("title",))
    other = table("another forum, not calibrated", *columns, left=wide, folded=("title",))
    notes = []
    for name in shipped_scenarios():
        try:
            scenario = load(name)
            actors = str(len(build_population(scenario).ids))
        except InputError as error:
            notes.append(f"{name} cannot be used: {error}")
            view.add_row(name, "", "?", "?", "?")
            continue
        years = f"{scenario.start.year}-{scenario.end.year}"
        shown = view if scenario.subject == MIGRATION else other
        shown.add_row(name, escape(scenario.title), actors, str(len(scenario.meetings)), years)
    screen.print(view)
    if other.row_count:
        screen.print()
        screen.print(other)
    for note in notes:
        screen.print(note, markup=False)
    patches = shipped_patches()
    if patches:
        what_if = table("patch", "what if", left=("what if",), folded=("what if",))
        for name in patches:
            what_if.add_row(name, escape(read_lesson(find_scenario(name, kind="patch")).question))
        screen.print()
        screen.print(what_if)
        screen.print("\nApply a patch to a scenario: comity run --patch NAME", markup=False)
    # Not through the console, which would wrap a long path.
    sys.stdout.write(f"Scenarios, patches, facts, lessons, data and their sources are in\n{scenario_folder()}\n")


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files."""
    from comity.scenario.patching import patch_schema
    from comity.scenario.schema import Scenario

    schema = Scenario.model_json_schema()
    schema["properties"]["extends"] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
        "description": "scenario that this one varies; or a list of it and of patches laid over it in this order",
    }
    schema["properties"]["mechanisms"] = {
        "type": "array", "items": {"type": "string"}, "description": "Python files with mechanisms of your own",
    }  # fmt: skip
    for name in ("OwnMechanism", "OwnParameter"):
        del schema["$defs"][name]
    schema["properties"] |= patch_schema()
    schema["required"] = []  # a file that extends another may omit anything
    return schema


def write_schema(schema: dict[str, Any], what: str, out: Path | None) -> None:
    """Print a JSON Schema, or write it to a new file; ``what`` is the kind of files that it is for."""
    _write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", f"JSON Schema of {what} files", out)


def _write(text: str, what: str, out: Path | None) -> None:
    """Print a text, or write it to a new file and say so."""
    if out is None:
        sys.stdout.write(text)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{out}: the file must not exist yet, but it does. Name another one or remove it.") from None
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror or error}. Name another file.") from None
    sys.stdout.write(f"{what} written to {out}\n")


def print_odd() -> None:
    """Print the description of the model: page by page on a terminal, otherwise as it is."""
    from comity.words.description import read_description

    text = read_description()
    if sys.stdout.isatty():
        pydoc.pager(text)
    else:
        sys.stdout.write(text)


def list_parameters(free_only: bool, choice: Choice | None = None) -> None:
    """Print the parameters by group, with those of the mechanisms that a chosen scenario has of its own."""
    from comity.scenario.parameters import parameter_table

    screen = console()
    own = () if choice is None else choice.load().mechanisms
    rows = [row for row in parameter_table(own) if row["free"] or not free_only]
    view = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for name in ("parameter", "symbol", "default", "range", "unit", "meaning [dim](source)[/dim]"):
        right = name in ("default", "range")
        view.add_column(
            name,
            justify="right" if right else "left",
            no_wrap=not name.startswith(("meaning", "unit")),
            max_width=10 if name == "unit" else None,
        )
    for group, members in groupby(rows, key=lambda row: row["group"]):
        view.add_row(f"[bold]{group}[/bold]")
        for row in members:
            meaning = f"{escape(row['meaning'])} [dim]({escape(row['source'])})[/dim]"
            unit = "" if row["unit"] == "1" else row["unit"]
            limits = f"{row['low']:g}..{row['high']:g}"
            view.add_row(f" {row['name']}", row["symbol"], f"{row['default']:g}", limits, unit, meaning)
    screen.print(view)
    kind = "free parameters, which calibration may vary" if free_only else "parameters"
    screen.print(
        f"\n{len(rows)} {kind}; no unit: a pure number. Set one: comity run --set parameters.NAME=VALUE", markup=False
    )


def show_mechanism(name: str | None, out: Path | None) -> None:
    """Print or copy the file of an example, or list the examples and the moments at which mechanisms act."""
    from comity.phases import Moment
    from comity.scenario.own_mechanisms import shipped_mechanisms

    files = {file.stem: file for file in shipped_mechanisms()}
    if name is not None:
        if name not in files:
            raise InputError(f"mechanism: must be an example, got {name!r}. {nearest(name, files)}")
        _write(files[name].read_text(encoding="utf-8"), f"mechanism {name}", out)
        return
    if out is not None:
        raise InputError(f"mechanism: --out must come with the name of an example. {nearest('', files)}")
    moments = textwrap.fill(
        ", ".join(moment.name for moment in Moment), 98, initial_indent="  ", subsequent_indent="  "
    )
    sys.stdout.write(
        f"Examples: {', '.join(files)}. Copy one: comity mechanism NAME --out NAME.py\n"
        f"Moments, in their order (comity odd, sections 3 and 3.10):\n{moments}\n"
    )


def list_columns(name: str | None) -> None:
    """Print the columns of all tables, or of one."""
    from comity.data_dictionary import dictionary

    screen = console()
    found = dictionary(name)
    view = table(
        "column",
        "unit",
        "range",
        "meaning (source)",
        left=("unit", "range", "meaning (source)"),
        folded=("range", "meaning (source)"),
    )
    for part, rows in found.groupby("table", sort=False):
        view.add_row(f"[bold]{part}[/bold]")
        for row in rows.to_dict("records"):
            meaning = f"{escape(row['meaning'])} [dim]({escape(row['source'])})[/dim]"
            view.add_row(f" {row['column']}", row["unit"], row["range"].replace("/", " "), meaning)
    screen.print(view)
    screen.print(f"\n{len(found)} columns; unit 1: a pure number; *: any name of its kind.", markup=False)


def _wrapped(lesson: Lesson) -> list[str]:
    """Return a lesson as lines of a page, with an empty one after it; nothing for a patch without."""
    lines = [piece for line in lesson.lines() for piece in textwrap.wrap(line, 98, subsequent_indent="  ")]
    return [*lines, ""] if lines else []
