"""comity odd: the description of the model, and how a what-if departs from it."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence

from comity.errors import InputError

__all__ = ["print_departures", "print_description"]

_WIDTH = 98


def print_description(patches: Sequence[str]) -> None:
    """Print the description: page by page on a terminal, else as it is."""
    import pydoc

    from comity.description import read_description

    if patches:
        raise InputError(
            f"odd: a patch needs --diff, got {patches[0]!r} without. Write comity odd --diff {patches[0]}."
        )
    text = read_description()
    if sys.stdout.isatty():
        pydoc.pager(text)
    else:
        sys.stdout.write(text)


def print_departures(patches: Sequence[str], scenario: str) -> None:
    """Print for each what-if by itself how it departs from the description."""
    from comity.departures import departures
    from comity.description import read_description
    from comity.scenario.lessons import read_lesson
    from comity.scenario.loading import load
    from comity.scenario.locate import find_scenario, shipped_patches

    if not patches:
        raise InputError(f"odd: --diff must have a patch, got none. Name one of {', '.join(shipped_patches())}.")
    base, text = load(scenario), read_description()
    lines: list[str] = []
    for patch in patches:
        changed = load(scenario, patches=[patch])
        question = read_lesson(find_scenario(patch, kind="patch")).question
        lines += [*textwrap.wrap(f"{changed.name}: {question}" if question else changed.name, _WIDTH)]
        lines += [f"departs from the description of {base.name} (hash {base.hash}); its own hash {changed.hash}", ""]
        for heading, items in departures(base, changed, text):
            lines.append(heading)
            for item in items:
                lines += textwrap.wrap(item, _WIDTH, initial_indent="  ", subsequent_indent="      ")
        lines.append("")
    sys.stdout.write("\n".join(lines[:-1]) + "\n")
