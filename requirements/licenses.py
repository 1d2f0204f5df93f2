"""Say under which licences the packages are that comity installs: name, version, licence, from their metadata.

    python requirements/licenses.py             what is installed in this environment
    python requirements/licenses.py --write     LICENSES.md: what requirements/*.txt would install, on any system

Ends with status 1 where a licence is unknown, or is not among those that may be combined with MIT.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TABLE = FOLDER.parent / "LICENSES.md"
FILES = ("comity", "dashboard", "classroom", "dev")

ALLOWED = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND",
    "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
"""Permissive licences, and MPL-2.0, whose terms end with the file."""

NAMES = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd license": "BSD",
    "bsd 3-clause license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "the mit license (mit)": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}
"""What metadata also say, and the SPDX identifier of it. "BSD" is what they leave open."""

ELSEWHERE = {
    "appnope": "BSD-2-Clause", "beniget": "BSD-3-Clause", "cffi": "MIT-0", "colorama": "BSD", "gast": "BSD-3-Clause",
    "ply": "BSD", "pycparser": "BSD-3-Clause", "pythran": "BSD-3-Clause",
}  # fmt: skip
"""Packages of other systems, which are not installed where the table is written: read off the index."""


APART = {"platypus-opt": "GPL-3.0-or-later"}
"""Packages under wider terms that only an extra brings: the EMA workbench asks for it, comity passes on neither."""


def canonical(name: str) -> str:
    """Return a name as indexes compare them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(package: Distribution) -> str:
    """Return the licence of a package as an SPDX expression, or ``""`` where its metadata say none that is known."""
    told = package.metadata
    if (name := canonical(str(told.get("Name") or ""))) in APART:
        return APART[name]
    if expression := told.get("License-Expression"):
        return str(expression)
    marks = [
        str(mark).split(" :: ")[-1] for mark in told.get_all("Classifier") or [] if str(mark).startswith("License ::")
    ]
    for text in (str(told.get("License") or ""), *marks):
        name = text.strip().partition("\n")[0].strip()  # some give the whole text, which begins with its name
        known = NAMES.get(name.lower(), name)
        if is_allowed(known):
            return known
    return ""


def is_allowed(expression: str) -> bool:
    """Return whether an SPDX expression without brackets lets its package be combined with MIT."""
    return all(any(choice.strip() in ALLOWED for choice in part.split(" OR ")) for part in expression.split(" AND "))


def locked() -> dict[str, tuple[list[str], str]]:
    """Return the versions of every package of requirements/*.txt, and the first file that has it."""
    found: dict[str, tuple[list[str], str]] = {}
    for file in FILES:
        text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
        for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE):
            versions, _ = found.setdefault(canonical(name), ([], file))
            if version not in versions:
                versions.append(version)
    return found


def table() -> tuple[str, list[str]]:
    """Return the text of LICENSES.md, and the packages whose licence is unknown or not allowed."""
    lines, wrong = [], []
    for name, (versions, file) in sorted(locked().items()):
        try:
            licence = licence_of(distribution(name))
        except PackageNotFoundError:
            licence = ELSEWHERE.get(name, "")
        if not is_allowed(licence) and name not in APART:
            wrong.append(f"{name}: {licence or 'unknown'}")
        lines.append(f"| {name} | {', '.join(versions)} | {licence or 'unknown'} | {file} |")
    head = """# Licences of what is installed

comity: MIT. Its data: `scenarios/data/SOURCES.md`. Below: what `requirements/*.txt` install, with the licence that the
metadata of each package state, and the first of the files that has it (dev: only to work on comity). Binary packages
may hold other libraries; their licences lie in the folder `licenses` of the installed metadata. The GPL holds for one
package, platypus-opt: the EMA workbench (extra `discover`) imports it. comity contains neither and runs without them.
Only for tests, a copy of axe-core (MPL-2.0) lies in `tests/dashboard/axe/`, with its licence.

Made by `python requirements/licenses.py --write` in an environment with the extras of dev. Without `--write` it prints
what is installed here.

| package | version | licence | in |
|---|---|---|---|
"""
    return head + "\n".join(lines) + "\n", wrong


def main() -> int:
    """Print or write, and return the exit status."""
    if "--write" in sys.argv[1:]:
        text, wrong = table()
        TABLE.write_text(text, encoding="utf-8", newline="\n")
    else:
        wrong = []
        for package in sorted(distributions(), key=lambda package: canonical(package.name)):
            licence = licence_of(package)
            print(f"{package.name:28} {package.version:20} {licence or 'unknown'}")
            if not is_allowed(licence) and canonical(package.name) not in APART:
                wrong.append(f"{package.name}: {licence or 'unknown'}")
    for text in wrong:
        print(f"to be looked at: {text}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
