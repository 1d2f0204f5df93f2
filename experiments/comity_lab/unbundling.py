"""comity rerun of an archive that comity bundle wrote: it is checked, unpacked aside, and repeated."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import InputError, remedy
from comity.folders import temporary_folder
from comity.record.storage import SCENARIO
from comity_lab.bundling import RECORD, SUMS, SWEEP, TABLES

__all__ = ["rerun_bundle", "unpacked"]

LARGEST = 16 * 2**30
"""Largest size of an archive, unpacked, in bytes. Assumption: no study is larger."""

_MOST_FILES = 1_000_000
_NAME = re.compile(
    r"README\.md|environment\.txt|SHA256SUMS|tables\.json"
    r"|(record|csv|tables|mechanisms|sweep|sweep/chunks)/[A-Za-z0-9_][A-Za-z0-9._-]{0,150}"
)
"""Names that comity bundle writes: none leads out of the folder."""


def rerun_bundle(archive: Path, out: Path | None, check: bool, run: str | None) -> bool:
    """Repeat the record of an archive, or one run of its sweep; return whether the result is the same.

    Parameters
    ----------
    archive
        File that ``comity bundle`` wrote.
    out, check
        As for a record; see :func:`comity.commands.rerun.rerun_record`.
    run
        For a sweep, the id of a run or POINT:REPLICATE; for a record None.
    """
    from comity.commands.rerun import rerun_record
    from comity_lab.sweep_command import rerun_run

    with unpacked(archive) as folder:
        if folder.name == RECORD:
            if run is not None:
                raise InputError(
                    f"{archive}: --run must go with a sweep, but the archive holds a record. Leave it out."
                )
            return rerun_record(folder, out, check, named=archive)
        if run is None:
            raise InputError(
                f"{archive}: holds a sweep, and --run must name the run to repeat, got nothing. Give its id or "
                "POINT:REPLICATE, such as --run 0:0."
            )
        return rerun_run(folder, run, out, named=archive)


@contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """Yield the folder of the record or sweep of an archive, unpacked aside; it is removed when the block ends.

    Raises
    ------
    InputError
        The file is no archive of comity, is damaged, or is larger than this machine should unpack.
    """
    with temporary_folder() as aside:
        _unpack(archive, aside)
        folder = aside / (RECORD if (aside / RECORD).is_dir() else SWEEP)
        if not folder.is_dir():
            raise _damaged(archive, "it holds neither a record nor a sweep")
        _place_tables(archive, aside, folder)
        yield folder


def _unpack(archive: Path, aside: Path) -> None:
    """Write the files of an archive, after checking names, sizes and checksums."""
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            names = [entry.filename for entry in entries]
            if SUMS not in names:
                raise _damaged(archive, f"there is no {SUMS} in it")
            wrong = next((name for name in names if not _NAME.fullmatch(name)), None)
            if wrong is not None or len(set(map(str.casefold, names))) != len(names) or len(names) > _MOST_FILES:
                what = f"the name {wrong!r:.80}" if wrong is not None else "a name twice, or too many files"
                raise _damaged(archive, f"it has {what}")
            _check_size(archive, sum(entry.file_size for entry in entries), aside)
            sums = _sums(opened.read(SUMS).decode())
            if set(sums) != set(names) - {SUMS}:
                raise _damaged(archive, f"its files are not those of {SUMS}")
            for name, then in sums.items():
                file = aside / name
                file.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(name) as source, file.open("xb") as target:
                    shutil.copyfileobj(source, target, 2**20)
                with file.open("rb") as written:
                    now = hashlib.file_digest(written, "sha256").hexdigest()
                if now != then:
                    raise _damaged(archive, f"{name} has not the checksum of {SUMS}")
    except zipfile.BadZipFile as error:
        raise _damaged(archive, str(error)) from None
    except (zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        raise _damaged(archive, str(error) or type(error).__name__) from None
    except OSError as error:
        raise InputError(
            f"{archive}: cannot be unpacked: {remedy(error)} Check the path, or name another file."
        ) from None


def _check_size(archive: Path, size: int, aside: Path) -> None:
    free = shutil.disk_usage(aside).free
    if size > min(LARGEST, free):
        limit = f"{LARGEST / 2**30:.0f} GiB" if size > LARGEST else f"the {free / 1e9:.1f} GB that are free"
        raise InputError(
            f"{archive}: must be at most {limit} when unpacked, got {size / 1e9:.1f} GB. Unpack it yourself if you "
            "trust it, and give the folder."
        )


def _sums(text: str) -> dict[str, str]:
    """Return the checksums of a list of them, by name."""
    pairs = (line.split("  ", 1) for line in text.splitlines())
    return {name: digest for digest, name in pairs}


def _place_tables(archive: Path, aside: Path, folder: Path) -> None:
    """Let the scenario name its tables where they were unpacked; its hash counts what they hold, not where they are."""
    if not (aside / TABLES).is_file():
        return
    try:
        places = json.loads((aside / TABLES).read_text(encoding="utf-8"))
        file = folder / (SCENARIO if folder.name == RECORD else "design.json")
        text = file.read_text(encoding="utf-8")
        for path, place in places.items():
            text = text.replace(json.dumps(path, ensure_ascii=False), json.dumps(str(aside / place)))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise _damaged(archive, f"{TABLES}: {error}") from None
    file.write_text(text, encoding="utf-8")


def _damaged(archive: Path, why: str) -> InputError:
    return InputError(
        f"{archive}: must be an archive as comity bundle writes it, but {why}. Get the file again, or make it again."
    )
