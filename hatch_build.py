"""What pyproject.toml cannot tell the build: single files that land elsewhere, in wheels only, and compiled rules."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WithDescription(BuildHookInterface[Any]):
    """Put the description of the model, the designs, the studies and the preregistration into the packages.

    An editable install reads them in the checkout. Where the variable ``COMITY_PREBUILT`` names a folder in which rules
    were compiled (``wheel.py`` sets it), they come along, and the wheel is for this Python and system only.
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
        if self.target_name == "wheel" and (compiled := os.environ.get("COMITY_PREBUILT")):
            _include(Path(compiled), root, build_data)


def _include(compiled: Path, root: Path, build_data: dict[str, Any]) -> None:
    """Add compiled rules, and the hash that was computed with them, where ``comity.machine_code`` looks for them."""
    files = [*compiled.glob("*/*.nbc"), *root.glob("model/comity/__pycache__/rules-*.txt")]
    names = [file.name for file in files]
    if len(names) < 2 or len(names) > len(set(names)):
        raise RuntimeError(f"{compiled}: must have each compiled rule once, got {len(names)} files. Compile again.")
    for file in files:
        build_data["force_include"][str(file)] = f"comity/prebuilt/{file.name}"
    python = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    # The code asks nothing of the system but what NumPy and numba ask for, whose wheels are for glibc 2.17 or later.
    system = sysconfig.get_platform().replace("linux", "manylinux_2_17").replace("-", "_").replace(".", "_")
    build_data["tag"], build_data["pure_python"] = f"{python}-{python}-{system}", False
