"""Writing a scenario as a file."""

from __future__ import annotations

import json
from typing import Any

from comity.scenario.schema import Scenario

__all__ = ["scenario_text"]


def scenario_text(scenario: Scenario) -> str:
    """Return a scenario as TOML that loads to the same scenario."""
    lines = []
    data = {key: value for key, value in scenario.to_json().items() if key != "name"}
    # All tables are written inline: keys that follow a table heading in TOML would belong to that table.
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{_key(key)} = [", *(f"    {_toml(item)}," for item in value), "]"]
        elif value is not None:
            lines.append(f"{_key(key)} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    pairs = ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items() if item is not None)
    return f"{{ {pairs} }}" if pairs else "{}"


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)
