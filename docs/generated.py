"""What the build writes into pages of the reference: scenario keys, commands, columns and the scorecard.

Each public function returns Markdown; ``conf.py`` puts it where a page says ``<!-- generated: NAME -->``.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from comity.cli import app
from comity.commands.listings import scenario_schema
from comity.data_dictionary import descriptions, dictionary
from comity.facts import load_facts
from comity.scenario.loading import load
from comity_lab.design_schema import design_schema
from comity_lab.scoring.ensemble import run_ensembles
from comity_lab.scoring.scorecard import score
from comity_lab.seeds import seeds_of

_REPLICATES = 200
"""As many as ``comity score`` runs by default."""


def scenario_keys() -> str:
    """Return the keys of scenario files, a table for each part, and the parameters."""
    return _schema(scenario_schema(), "A scenario file")


def design_keys() -> str:
    """Return the keys of design files."""
    return _schema(design_schema(), "A design file")


def columns() -> str:
    """Return the data dictionary: a section for each table."""
    parts = []
    for name, rows in dictionary().groupby("table", sort=False):
        shown = (
            {**row, "column": _code(row["column"]), "range": _code(row["range"])} for row in rows.to_dict("records")
        )
        table = _table(("column", "unit", "range", "meaning", "source"), shown)
        parts.append(f"## {name}\n\n{descriptions()[str(name)]}\n\n{table}")
    return "\n\n".join(parts)


def commands() -> str:
    """Return what ``--help`` says, a section for each command."""
    return "\n\n".join(_commands(typer.main.get_command(app), "comity"))


def scorecard() -> str:
    """Return the facts with their verdicts, and the totals, from runs made now."""
    scenario, facts = load("hld_gfmd"), load_facts()
    card = score(scenario, facts, run_ensembles(scenario, facts, seeds=seeds_of(0, _REPLICATES), workers=1, quiet=True))
    verdicts = [
        {"fact": fact.sentence, **{name: card.of_fact(name, fact).value for name in card.theories}}
        for fact in card.asked
    ]
    totals = card.all_totals().to_dict("records")
    said = (
        f"The same as `comity score`, made at this build: n = {_REPLICATES} runs of each theory, seed 0. "
        f"*{card.theories[0]}* is the theory of the replay; the other two are its rivals."
    )
    columns = ("source", "use", "facts", "reproduced", "cannot_tell", "silent", "built_in")
    return f"{said}\n\n{_table(verdicts[0], verdicts)}\n\n{_table(columns, totals)}"


def _schema(schema: dict[str, Any], title: str) -> str:
    parts = [(title, schema), *((name, part) for name, part in schema["$defs"].items() if "properties" in part)]
    return "\n\n".join(f"## {name}\n\n{_keys(part, schema['$defs'])}" for name, part in parts)


def _keys(part: dict[str, Any], defs: dict[str, Any]) -> str:
    required = part.get("required", ())
    rows = [
        {
            "key": _code(key),
            "value": _kind(about, defs),
            "default": "required" if key in required else _default(about),
            "meaning": _meaning(about),
        }
        for key, about in part["properties"].items()
    ]
    text = " ".join(part.get("description", "").replace("``", "`").split())
    return f"{text}\n\n{_table(('key', 'value', 'default', 'meaning'), rows)}"


def _kind(about: dict[str, Any], defs: dict[str, Any]) -> str:
    """Return what values a key takes, in words."""
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if "properties" in defs[name] else _kind(defs[name], defs)
    if choices := about.get("anyOf") or about.get("allOf"):
        return " or ".join(dict.fromkeys(_kind(choice, defs) for choice in choices))
    if "enum" in about:
        return ", ".join(_code(value) for value in about["enum"])
    kind = {"array": "list", "object": "table", "null": "none", "integer": "whole number"}.get(
        about.get("type", "any"), about.get("type", "any")
    )
    if isinstance(about.get("items"), dict) and about["items"]:
        kind += f" of {_kind(about['items'], defs)}"
    low, high = about.get("minimum", about.get("exclusiveMinimum")), about.get("maximum", about.get("exclusiveMaximum"))
    if low is not None or high is not None:
        kind += f", {_number(low)} to {_number(high)}" if high is not None else f", {_number(low)} or more"
    return kind


def _default(about: dict[str, Any]) -> str:
    value = about.get("default", "")
    if isinstance(value, dict | list):
        return ""  # shown where its own keys are
    return _code(_number(value) if isinstance(value, float) else value)


def _meaning(about: dict[str, Any]) -> str:
    more = [f"{name}: {about[name]}" for name in ("unit", "source") if about.get(name)]
    return "; ".join([about.get("description", ""), *more]).removeprefix("; ")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _commands(command: Any, path: str, level: int = 2) -> Iterator[str]:
    context = typer.Context(command, info_name=path)
    if path != "comity":
        text = _marked(textwrap.dedent(inspect.cleandoc(command.help or "")))
        shown = [_option(part) for part in command.params if not getattr(part, "hidden", False)]
        options = _table(("argument", "meaning", "default"), shown) if shown else ""
        lines = re.sub(r"\[/?bold]", "", command.epilog or "").split("\n\n")[1:]
        examples = "```text\n" + "\n".join(lines) + "\n```" if lines else ""
        yield "\n\n".join([f"{'#' * level} {path}", text, options, examples])
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        part = command.get_command(context, name)
        if not part.hidden:
            yield from _commands(part, f"{path} {name}", level + (path != "comity"))


def _option(part: Any) -> dict[str, str]:
    names = ", ".join(part.opts) if part.opts[0].startswith("-") else ""
    metavar = part.metavar or ("" if getattr(part, "is_flag", False) else part.name.upper())
    default = part.show_default if isinstance(part.show_default, str) else part.default
    if default in (None, False) or callable(default):
        default = "required" if part.required else ""
    return {
        "argument": _code(f"{names} {metavar}".strip()),
        "meaning": _marked(part.help or ""),
        "default": str(default),
    }


def _marked(text: str) -> str:
    """Return a text with its options as code: two hyphens would become a dash."""
    return re.sub(r"(?<![\w`-])--[a-z][a-z-]*", r"`\g<0>`", text)


def _table(head: Iterable[str], rows: Iterable[dict[str, Any]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names)]
    lines += [[" ".join(str(row[name]).split()).replace("|", "\\|") for name in names] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _code(text: object) -> str:
    return f"`{text}`" if str(text) else ""
