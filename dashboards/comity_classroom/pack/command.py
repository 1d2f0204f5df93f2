"""comity teach: what it checks, does and prints."""

from __future__ import annotations

from pathlib import Path

from comity.commands.choice import read_seed_text
from comity.commands.console import console
from comity.errors import InputError
from comity_classroom.pack.seats import ALL

__all__ = ["teach_scenario"]


def teach_scenario(
    scenario: str, *, out: Path | None, seats: str | None, language: str | None, text: Path | None, runs: int, seed: str
) -> None:
    """Write a pack and say where it is."""
    from comity_classroom.pack.writing import write_pack

    if out is None:
        raise InputError("--out must be a new folder, got nothing. Name one, such as --out pack.")
    if language is not None and text is not None:
        raise InputError(f"--language and --text must not be given both, got {language!r} and {text}. Leave out one.")
    if runs < 2:
        raise InputError(f"--runs must be 2 or more, for an interval, got {runs}. Give 30 or more.")
    screen = console()
    pack = write_pack(
        scenario,
        out,
        seats=_wanted(seats),
        language=text if text is not None else language or "en",
        runs=runs,
        seed=read_seed_text(seed),
        progress=lambda sentence: screen.print(sentence, markup=False),
    )
    screen.print(f"{len(pack.seats)} seat{'' if len(pack.seats) == 1 else 's'}: {', '.join(pack.seats)}", markup=False)
    screen.print(f"The pack is in {pack.folder}; open {pack.folder / 'index.html'} in a browser.", markup=False)


def _wanted(seats: str | None) -> list[str] | str | None:
    if seats is None or seats.strip() == ALL:
        return None if seats is None else ALL
    return [seat for part in seats.split(",") if (seat := part.strip())]
