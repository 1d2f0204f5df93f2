"""Write what pip installs with hashes: each version of constraints.txt with the SHA-256 of all its files.

    python requirements/lock.py

Needs uv (pip install uv) and the network. The files hold for every system and for Python 3.11 and later. A package
that comity.txt has stands only there: the other files begin with it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
BUILD = ["hatchling"]
"""What builds comity, so that no step of an installation is without hashes."""
FILES = {
    "comity": [],
    "dashboard": ["dashboard"],
    "classroom": ["classroom"],
    "dev": ["dev", "docs", "mesa", "analysis", "notebook", "discover", "env", "cluster", "dashboard", "classroom"],
}
"""Each file and the extras that it holds."""


def locked(extras: list[str]) -> list[str]:
    """Return the blocks of a file, one for each package: its pin and its hashes."""
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder, "build.in")
        build.write_text("\n".join(BUILD), encoding="utf-8")
        words = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
        words += ["--no-header", "--no-annotate", "--constraints", "constraints.txt", "pyproject.toml", str(build)]
        words += [word for extra in extras for word in ("--extra", extra)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"lock: {done.stderr.strip()}")
    # An address of an index is nobody else's business.
    lines = [line for line in done.stdout.splitlines() if not line.startswith("--")]
    return [block.strip() for block in re.split(r"\n(?=\S)", "\n".join(lines)) if block.strip()]


def main() -> None:
    """Write the files."""
    base = locked(FILES["comity"])
    for name, extras in FILES.items():
        blocks = base if name == "comity" else [block for block in locked(extras) if block not in base]
        head = [
            "# Made by: python requirements/lock.py",
            f"#     python -m pip install --require-hashes -r requirements/{name}.txt",
            "#     python -m pip install --no-deps --no-build-isolation -e .",
            *([] if name == "comity" else ["-r comity.txt"]),
        ]
        (FOLDER / f"{name}.txt").write_text("\n".join([*head, *blocks]) + "\n", encoding="utf-8", newline="\n")
        print(f"requirements/{name}.txt: {len(blocks)} packages")


if __name__ == "__main__":
    main()
