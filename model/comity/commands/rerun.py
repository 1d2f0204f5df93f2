"""comity rerun: repeat a saved record, write it again or compare it byte by byte."""

from __future__ import annotations

import tempfile
from pathlib import Path

from comity.commands.console import console
from comity.folders import check_folder
from comity.record.storage import has_csv
from comity.runs import edited, refuse_edited, rerun
from comity.saved import read_record

__all__ = ["differing_files", "rerun_record"]


def rerun_record(folder: Path, out: Path | None, check: bool, *, named: Path | None = None) -> bool:
    """Run a record again; save it if ``out`` is given, compare it if ``check`` is set or nothing is saved.

    Parameters
    ----------
    folder, out, check
        Folder of the record, new folder for the result, and whether to compare although it is saved.
    named
        What the output calls the record, if it was unpacked from an archive.

    Returns
    -------
    bool
        Whether all compared files have the same bytes; True if nothing was compared because the world of the record
        was edited.
    """
    if out is not None:
        check_folder(out)
        refuse_edited(folder)
    screen = console()
    steps = edited(folder)
    if steps:
        read_record(folder)  # damaged tables are an error here too
        screen.print(
            f"{named or folder} cannot be run again, and nothing was compared. Its world was edited during the run, "
            f"and the record does not hold the steps. Edited: {'; '.join(steps)}. Run the script that made it again.",
            markup=False,
            soft_wrap=True,
        )
        return True
    record, command, changed = rerun(folder)
    screen.print(f"rerun of {named or folder}: {command}", markup=False, soft_wrap=True)
    same = True
    with tempfile.TemporaryDirectory() as aside:
        if check or out is None:
            written = record.save(Path(aside) / "record", command, csv=has_csv(folder))
            differing = differing_files(folder, written)
            same = not differing
            n_files = len(list(written.iterdir()))
            if same:
                screen.print(f"same bytes: all {n_files} files are equal", markup=False)
            else:
                screen.print(f"different bytes: {', '.join(differing)}", markup=False)
    if changed:
        screen.print("What has changed since: " + "; ".join(changed), markup=False)
    elif not same and not record.held.is_known:
        screen.print(
            f"The record does not come from comity's own run (held by: {record.held.by}), and what held it is not in "
            "the record. Run that program again.",
            markup=False,
        )
    elif not same:
        screen.print(
            "Scenario, rules, versions and kind of machine have not changed since, so the record was changed after its "
            "run: in memory before it was saved, or in its files afterwards.",
            markup=False,
        )
    if out is not None:
        record.save(out, command, csv=has_csv(folder))
        screen.print(f"written to {out}", markup=False)
    return same


def differing_files(stored: Path, written: Path) -> list[str]:
    """Return the files that differ, or that only one of two folders has."""
    names = sorted(
        {file.name for folder in (stored, written) for file in folder.iterdir() if not file.name.startswith(".")}
    )
    told = []
    for name in names:
        sides = [folder / name for folder in (stored, written)]
        missing = [where for where, file in zip(("stored", "rerun"), sides, strict=True) if not file.is_file()]
        if missing:
            told.append(f"{name} (not in the {missing[0]} record)")
        elif sides[0].read_bytes() != sides[1].read_bytes():
            told.append(name)
    return told
