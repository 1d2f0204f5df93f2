"""What the build cannot be told in pyproject.toml: single files that land elsewhere, and in wheels only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WithDescription(BuildHookInterface[Any]):
    """Put the description of the model, the designs, the studies and the preregistration into the packages.

    An editable install reads them in the checkout.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to a wheel, where ``comity.words.description`` and ``comity_lab.shipped`` look for them."""
        if version == "editable":
            return
        build_data["force_include"]["model/ODD.md"] = "comity/ODD.md"
        root = Path(self.root)
        for file in sorted(
            file for kind in ("*.toml", "study_*.py", "*.md") for file in root.glob(f"experiments/{kind}")
        ):
            build_data["force_include"][file.relative_to(root).as_posix()] = f"comity_lab/shipped_designs/{file.name}"
