"""The description of the model as text: its file, its sections, and which of them describes a module."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from comity.errors import InputError

__all__ = ["ELEMENTS", "Section", "description_file", "read_description", "sections", "submodels"]

ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialisation",
    "Input data",
    "Submodels",
)
"""The seven elements of the ODD protocol. Source: Grimm et al. (2020), Table 1."""

_FILE = "ODD.md"
_HEADING = re.compile(r"^#{2,3} (\d+(?:\.\d+)?) (.*)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section of the description: its number, such as ``"7.1"``, its title, and the modules that it describes."""

    number: str
    title: str
    modules: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


def description_file() -> Path:
    """Return the file of the description, inside an installed package or beside the package in a checkout."""
    package = Path(__file__).resolve().parent
    for file in (package / _FILE, package.parent / _FILE):
        if file.is_file():
            return file
    raise InputError(f"{package / _FILE}: the description must be there, but is not. Reinstall comity.")


def read_description() -> str:
    """Return the text of the description, or raise InputError where it is not there."""
    return description_file().read_text(encoding="utf-8")


def sections(text: str) -> list[Section]:
    """Return the numbered sections of a description in their order."""
    found = []
    for number, heading in _HEADING.findall(text):
        modules = tuple(re.findall(r"`(comity\.[\w.]+)`", heading))
        found.append(Section(number=number, title=heading.partition(" (`")[0], modules=modules))
    return found


def submodels(text: str) -> dict[str, Section]:
    """Return the section of each module that has one, by the name of the module."""
    return {module: section for section in sections(text) for module in section.modules}
