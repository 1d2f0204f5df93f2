"""``comity teach``: checks, writing and messages."""

from __future__ import annotations

from pathlib import Path

from comity.commands.choice import read_seed_text
from comity.commands.console import console
from comity.errors import InputError
from comity_classroom.pack.seats import ALL

__all__ = ["teach_scenario"]


def teach_scenario(
    scenario: str, *, out: Path | None, seats: str | None, language: str | None, text: Path | None, runs: int,
    seed: str, plan: str | None,
) -> None:  # fmt: skip
    """Write a pack and print its folder."""
    from comity_classroom.pack.writing import write_pack

    if out is None:
        raise InputError("--out must be a new folder, got none. Name one, such as --out pack.")
    if language is not None and text is not None:
        raise InputError(f"--language and --text exclude each other, got {language!r} and {text}. Leave one out.")
    if runs < 2:
        raise InputError(f"--runs must be 2 or more, got {runs}. Use 30 or more for a narrow interval.")
    screen = console()
    pack = write_pack(
        scenario,
        out,
        seats=_wanted(seats),
        language=text if text is not None else language or "en",
        runs=runs,
        seed=read_seed_text(seed),
        plan=plan,
        progress=lambda sentence: screen.print(sentence, markup=False),
    )
    screen.print(f"{len(pack.seats)} seat{'' if len(pack.seats) == 1 else 's'}: {', '.join(pack.seats)}", markup=False)
    screen.print(f"The pack is in {pack.folder}. Open {pack.folder / 'index.html'} in a browser.", markup=False)


def _wanted(seats: str | None) -> list[str] | str | None:
    if seats is None or seats.strip() == ALL:
        return None if seats is None else ALL
    return [seat for part in seats.split(",") if (seat := part.strip())]
