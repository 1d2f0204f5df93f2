"""Why plain data are no scenario: the first thing that is wrong, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from comity.errors import nearest
from comity.scenario.value import MISFIT

__all__ = ["explain"]


def explain(error: ValidationError, where: str, model: type[BaseModel], also: Iterable[str] = ()) -> str:
    """Return where the data do not fit a model, what was expected, what came, and what to do.

    ``also`` are keys that the data know besides those of the model.
    """
    found = error.errors(include_url=False)
    # A misspelt key is the likelier reason than the required key that is therefore missing.
    first = next((item for item in found if item["type"] == "extra_forbidden"), found[0])
    place = _place(first["loc"])
    if first["type"] == "extra_forbidden":
        known = _fields_at(first["loc"][:-1], model)
        return f"{where}: {place} is not a known key. {nearest(str(first['loc'][-1]), [*known, *also])}"
    if first["type"] == "missing":
        return f"{where}: {place} is missing. Add it."
    if first["type"] == "value_error":
        message = str(first["ctx"]["error"]) if "ctx" in first else first["msg"]
        return f"{where}: {message}" + ("" if message.endswith((".", "?")) else ". Correct it there.")
    if first["type"] == MISFIT:
        place = ".".join(filter(None, (place, first["ctx"].get("field"))))
        return f"{where}: {place} must {first['msg']}"
    expected = _expected(first["msg"])
    more = error.error_count() - 1
    also = f" ({more} more of the kind follow.)" if more else ""
    return f"{where}: {place} must {expected}, got {_shown(first['input'])}. Change the value.{also}"


def _expected(message: str) -> str:
    """Return what follows the word must, from a message such as "Input should be a valid number"."""
    _, should, rest = message.partition(" should ")
    expected = rest.partition(" after validation")[0] if should else f"be {message}"
    return expected.replace("a valid tuple", "a list").replace("a valid dictionary", "a table")


def _shown(value: Any) -> str:
    """Return a value as it is shown in a message, shortened."""
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(f"[{part}]" if isinstance(part, int) else str(part) for part in loc).replace(".[", "[")


def _fields_at(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Return the known keys at a place, by walking the JSON schema."""
    schema = model.model_json_schema()
    node: dict[str, Any] = schema
    for part in loc:
        node = _resolve(node, schema)
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(part) or node.get("additionalProperties") or {}
            if not isinstance(node, dict):
                node = {}
    return sorted(_resolve(node, schema).get("properties", {}))


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for choice in node.get("anyOf", []):
        if "$ref" in choice or choice.get("type") in ("array", "object"):
            node = choice
            break
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return node
