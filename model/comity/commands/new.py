"""comity new: a scenario of one's own, explained key by key, that runs at once."""

from __future__ import annotations

import re
from pathlib import Path

from comity.commands.console import console
from comity.errors import InputError, remedy
from comity.folders import is_there
from comity.scenario.locate import scenario_folder, shipped_patches, shipped_scenarios

__all__ = ["new_scenario"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,39}")
_FILES = {"scenario.toml": ".toml", "states.csv": "_states.csv"}
"""Files of the skeleton, and how the names of their copies end."""


def new_scenario(name: str) -> None:
    """Write the skeleton of a scenario and of its table of states into the folder of work.

    Raises
    ------
    InputError
        Where the name is none, is that of a shipped scenario, or where a file of it is there already.
    """
    name = name.removesuffix(".toml")
    if not _NAME.fullmatch(name):
        raise InputError(
            f"comity new: NAME must be letters, digits, _ and -, a letter first, 40 at most, got {name!r:.80}. Give a "
            "name; the files are written into the folder in which you are."
        )
    if name in (*shipped_scenarios(), *shipped_patches()):
        raise InputError(
            f"comity new: NAME must not be that of a shipped scenario or patch, got {name!r}. Give another."
        )
    files = {Path(f"{name}{ending}"): scenario_folder() / "skeleton" / source for source, ending in _FILES.items()}
    for file in files:
        if is_there(file):
            raise InputError(f"{file}: must not exist yet, but it does. Give another name, or move the file.")
    for file, source in files.items():
        try:
            with file.open("x", encoding="utf-8", newline="\n") as opened:
                opened.write(source.read_text(encoding="utf-8").replace("NAME", name))
        except OSError as error:
            raise InputError(f"{file}: cannot be written: {remedy(error)}") from None
    screen = console()
    for line in (
        f"{' and '.join(map(str, files))} are written. All numbers in them are assumptions.",
        f"What will happen, in words:  comity describe {name}.toml",
        f"Run it:                      comity run {name}.toml",
        f"What each key means:         the comments in {name}.toml, and comity schema scenario",
    ):
        screen.print(line, markup=False, soft_wrap=True)
