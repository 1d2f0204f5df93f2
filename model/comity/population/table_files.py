"""Reading a table file as it is: every row with every cell of its heading, as text, and nothing guessed."""

from __future__ import annotations

import csv
import io
import re
import zlib
from pathlib import Path

import pandas as pd

from comity.errors import InputError, nearest
from comity.scenario.own_tables import find_table, is_shipped
from comity.scenario.plain import CONTROL

__all__ = ["LARGEST_TABLE", "first_line", "heading", "numbers", "read_table", "refuse_cell"]

LARGEST_TABLE = 64 * 2**20
"""Largest size of a table, after decompression, in bytes."""

_LONGEST_CELL = 2000
_GZIP, _ZIP, _OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PLAIN = frozenset("0123456789+-.eE")
_SUFFIX = re.compile(r"(_x|_y|_left|_right|\.\d+)$")


def read_table(path: str, required: tuple[str, ...], optional: tuple[str, ...], notices: list[str]) -> pd.DataFrame:
    """Return the columns of a table that are used, as texts; the index is the line of each row in the file.

    Blanks around a cell or a heading do not belong to it, and lines whose cells are all empty are passed over. A
    column that is not used is named in a notice; one whose name is nearly that of a used one is an error.

    Parameters
    ----------
    path
        The table as the scenario names it.
    required, optional
        Names of the columns that must and that can be there.
    notices
        Gets a sentence that names the columns that are not used.

    Raises
    ------
    InputError
        Where the file cannot be read as a table, a column is missing or doubled, or a row has too few or many cells.
    """
    heading, rows, lines = _cells(path, required)
    known = (*required, *optional)
    for name in heading:
        if name and heading.count(name) > 1:
            raise InputError(f"{path}: column {name!r} must occur only once, got it twice. Remove or rename one.")
    for name in required:
        if name not in heading:
            spare = [other for other in heading if other and other not in known]
            hint = f" {nearest(name, spare)}" if spare else " Add it."
            if is_shipped(path):
                hint = " Name a table of your own in [population]: this one comes with comity."
            raise InputError(f"{path}: column {name!r} is missing.{hint}")
    folded = {name.casefold(): name for name in known}
    unused = []
    for number, name in enumerate(heading):
        if name in known:
            continue
        meant = folded.get(_SUFFIX.sub("", name).casefold().replace(" ", "_").replace("-", "_"))
        if meant is not None:
            raise InputError(
                f"{path}: column {name!r} must be named {meant!r} to be used. Rename it, or remove it where there is "
                f"{meant!r} already."
            )
        if name or any(row[number] for row in rows):
            unused.append(repr(name) if name else f"number {number + 1} (without a name)")
    if unused and not is_shipped(path):
        what = "column" if len(unused) == 1 else "columns"
        shown = ", ".join(unused[:20]) + (f" and {len(unused) - 20} more" if len(unused) > 20 else "")
        notices.append(f"{path}: {what} {shown} {'is' if len(unused) == 1 else 'are'} not used")
    used = [(number, name) for number, name in enumerate(heading) if name in known]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(heading)
    frame = pd.DataFrame({name: list(columns[number]) for number, name in used}, index=lines, dtype=object)
    return frame


def heading(path: str) -> list[str]:
    """Return the names of the columns of a table, in their order; empty for a file without a line.

    Raises
    ------
    InputError
        Where the file is not there, is not UTF-8, or is too large.
    """
    first = next(iter(_text(path).splitlines()), "")
    return [name.strip() for name in next(csv.reader([first]), [])]


def first_line(wrong: pd.Series) -> int:
    """Return the line in the file of the first row that is true."""
    return int(wrong.index[int(wrong.to_numpy().argmax())])


def refuse_cell(path: str, frame: pd.DataFrame, wrong: pd.Series, name: str, expected: str, what: str = "") -> None:
    """Raise InputError for the first row of ``wrong`` that is true, if there is one."""
    if wrong.any():
        line = first_line(wrong)
        got = frame.loc[line, name]
        what = what or _advice(str(got))
        raise InputError(f"{path}: line {line}, column {name!r} must be {expected}, got {got!r}. {what}")


def numbers(path: str, frame: pd.DataFrame, name: str, low: float = 0.0, high: float = 1.0) -> pd.Series:
    """Return a column as the numbers that its cells say, to the last bit, or raise InputError for what is none."""
    texts = frame[name]
    try:
        # Python would also read nan, 1_000, and digits of other scripts.
        values = [float(text) for text in texts] if _PLAIN.issuperset("".join(texts)) else [*map(_number, texts)]
    except ValueError:
        values = [*map(_number, texts)]
    column = pd.Series(values, index=frame.index, dtype=float)
    refuse_cell(path, frame, ~((column >= low) & (column <= high)), name, f"a number in [{low:g}, {high:g}]")
    return column


def _number(text: str) -> float:
    try:
        return float(text) if _PLAIN.issuperset(text) else float("nan")
    except ValueError:
        return float("nan")


def _advice(got: str) -> str:
    if re.fullmatch(r"\d*,\d+", got):
        return f"Write a point in place of the comma: {got.replace(',', '.')}."
    if re.fullmatch(r"\d+([.,]\d+)?\s*%", got) or (re.fullmatch(r"\d+(\.\d+)?", got) and 1 < float(got) <= 100):
        return "Write a share, such as 0.45 for 45 per cent."
    return "Correct the cell."


def _cells(path: str, required: tuple[str, ...]) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the heading, the rows, and the line of each row in the file."""
    text = _text(path)
    # Most tables hold no cell that needs a look: without quotes a line break in a cell cannot be, either.
    is_tame = '"' not in text and not CONTROL.search(text.replace("\r", "\n")) and _is_short(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading: list[str] = []
    rows, lines = [], []
    try:
        for row in reader:
            if not row:
                continue
            cells = [cell.strip() for cell in row]
            if heading and not any(cells):
                continue
            if not heading:
                heading = cells
                _check_heading(path, heading, required)
                continue
            if len(cells) != len(heading):
                raise InputError(
                    f"{path}: line {reader.line_num} must have {len(heading)} cells, as the heading, got {len(cells)}. "
                    "Put cells that hold a comma in quotes, and add or remove cells."
                )
            if not is_tame:
                for name, cell in zip(heading, cells, strict=True):
                    _check_text(path, reader.line_num, name, cell)
            rows.append(cells)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise InputError(
            f"{path}: line {reader.line_num}: must be a row of a CSV table in UTF-8, got: {error}. Repair the line."
        ) from None
    if not heading:
        raise InputError(f"{path}: must be a CSV table in UTF-8, got an empty file. Give it a heading and rows.")
    return heading, rows, lines


def _is_short(text: str) -> bool:
    return max(map(len, text.splitlines()), default=0) <= _LONGEST_CELL


def _check_heading(path: str, heading: list[str], required: tuple[str, ...]) -> None:
    for sign, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(heading) == 1 and sign in heading[0]:
            raise InputError(
                f"{path}: must be a CSV table in UTF-8 with commas between its columns, got {word}. Save it with "
                "commas, and with a point in numbers."
            )
    for name in heading:
        _check_text(path, 1, name[:40], name)
    if not set(required) & set(heading):
        raise InputError(
            f"{path}: must be a CSV table with the columns {', '.join(required)} in its first line, got one without "
            "any of them there. Name another table, add the heading, or remove the lines above it."
        )


def _check_text(path: str, line: int, name: str, cell: str) -> None:
    if len(cell) > _LONGEST_CELL:
        raise InputError(
            f"{path}: line {line}, column {name!r} must have at most {_LONGEST_CELL:,} characters, got {len(cell):,}. "
            "Shorten the cell."
        )
    found = None if cell.isprintable() else CONTROL.search(cell.replace("\n", "\r"))
    if found:
        sign = "a line break" if found.group() == "\r" else f"the control character {found.group()!r}"
        raise InputError(
            f"{path}: line {line}, column {name!r} must be text on one line, got {sign} in it. Remove it from the cell."
        )


def _text(path: str) -> str:
    file = find_table(path)
    content = _content(path, file)
    if content.startswith(_ZIP) or content.startswith(_OLD_EXCEL):
        raise InputError(
            f"{path}: must be a CSV table in UTF-8, got an Excel workbook or an archive. Save the sheet as CSV UTF-8."
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: must be a CSV table in UTF-8, got UTF-16. Save it as CSV UTF-8.")
    if b"\0" in content:
        raise InputError(f"{path}: must be a CSV table in UTF-8, got a file that is no text. Save it as CSV UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}: must be a CSV table in UTF-8, got another encoding in line {line} (byte "
            f"0x{content[error.start]:02x}). Save it as CSV UTF-8."
        ) from None


def _content(path: str, file: Path) -> bytes:
    """Return the content of a file, decompressed as far as the largest size."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_TABLE + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}. Check the path and its permissions.") from None
    is_gzip = content.startswith(_GZIP)
    if file.suffix == ".gz" and not is_gzip:
        raise InputError(
            f"{path}: must be a CSV table in UTF-8, compressed, got one that is not. Remove .gz from the name."
        )
    if is_gzip:
        content = _decompressed(path, content)
    if len(content) > LARGEST_TABLE:
        raise InputError(f"{path}: must be at most {LARGEST_TABLE >> 20} MB large, got a larger table. Shorten it.")
    return content


def _decompressed(path: str, content: bytes) -> bytes:
    parts, size = [], 0
    try:
        while content:
            unpacker = zlib.decompressobj(wbits=31)
            part = unpacker.decompress(content, LARGEST_TABLE + 1 - size)
            parts.append(part)
            size += len(part)
            if size > LARGEST_TABLE:
                break
            if not unpacker.eof:
                raise zlib.error("it ends too early")
            content = unpacker.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise InputError(
            f"{path}: must be a CSV table in UTF-8, got a damaged gzip file: {error}. Compress it again."
        ) from None
    return b"".join(parts)
