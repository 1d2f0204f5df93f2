"""What the build cannot be told in pyproject.toml: a single file that lands elsewhere, and in wheels only."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WithDescription(BuildHookInterface[Any]):
    """Put the description of the model into the package; an editable install reads it in the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file to a wheel, where ``comity.description`` looks for it."""
        if version != "editable":
            build_data["force_include"]["model/ODD.md"] = "comity/ODD.md"
