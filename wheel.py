"""Build the wheel of this checkout with rules that are compiled for every processor of a kind, for one Python.

    python3.13 wheel.py                 into dist/, for Python 3.13 and this system

Makes an environment of its own, installs what comity needs with hashes, and compiles the rules there: a minute or two.
Without it, ``pip wheel --no-deps .`` makes a wheel for all systems, whose rules are compiled by the first run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
_COMPILE = """
import sys
from pathlib import Path
from comity.machine_code import compile_portably
compile_portably(Path(sys.argv[1]))
from comity.cli import main
sys.exit(main(["compile", "--quiet"]))
"""


def build(python: str, out: Path) -> None:
    """Compile the rules with the packages of a Python, and build the wheel that has them into a folder."""
    rooms = os.pathsep.join(str(ROOT / room) for room in ("model", "experiments", "dashboards"))
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": rooms, "COMITY_PREBUILT": folder}
        subprocess.run([python, "-c", _COMPILE, folder], cwd=ROOT, env=environment, check=True)
        words = [python, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out.resolve())]
        subprocess.run(words, cwd=ROOT, env=environment, check=True)


def main() -> None:
    """Make the environment, and build the wheel with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the wheel")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python"))))
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(ROOT / "requirements" / "comity.txt")], check=True)
        build(python, options.out)


if __name__ == "__main__":
    main()
