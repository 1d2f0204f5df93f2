"""comity schema: the JSON Schema of design files, beside that of scenario files."""

from __future__ import annotations

import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

from comity.commands.listings import scenario_schema, write_schema
from comity.errors import InputError
from comity_lab.design import KEEP, SAMPLERS, Design
from comity_lab.factor import Factor

__all__ = ["design_schema", "write_schema_of"]


def write_schema_of(what: str, out: Path | None) -> None:
    """Print the schema of scenario or design files, or write it to a new file; InputError for another kind."""
    kinds = {"scenario": scenario_schema, "design": design_schema}
    if what not in kinds:
        raise InputError(f"schema: must be scenario or design, got {what!r}. Name one of them.")
    write_schema(kinds[what](), what, out)


def design_schema() -> dict[str, Any]:
    """Return the schema; the description of each key is that of the attribute in the docstring."""
    schema = Design.model_json_schema()
    del schema["properties"]["folder"]  # of the file; not a key in it
    schema["description"] = "The design of a sweep: what it varies, samples, repeats and keeps."
    schema["$defs"]["Factor"]["description"] = "One thing that a design varies, over a range or a list of values."
    for cls, keys in ((Design, schema["properties"]), (Factor, schema["$defs"]["Factor"]["properties"])):
        for key, text in _attributes(cls).items():
            if key in keys:
                keys[key]["description"] = text
    schema["properties"]["sampler"]["enum"] = list(SAMPLERS)
    schema["properties"]["keep"]["items"]["enum"] = list(KEEP)
    return schema


def _attributes(cls: type) -> dict[str, str]:
    """Return the attributes of a docstring in NumPy form, each with its text as one line; ``a, b`` share theirs."""
    lines = inspect.cleandoc(cls.__doc__ or "").partition("Attributes\n----------\n")[2]
    found: dict[str, str] = {}
    for part in re.split(r"\n(?=\S)", lines):
        names, _, text = part.partition("\n")
        one_line = " ".join(textwrap.dedent(text).split()).replace("``", "")
        found |= dict.fromkeys((name.strip() for name in names.split(",")), one_line)
    return found
