"""The generated parts of the model description: ``python -m comity.words.odd`` rewrites them in ``model/ODD.md``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from comity.errors import InputError
from comity.forum import sitting, timetable
from comity.mechanism import Fixed
from comity.population import prior_trust, reach, synthetic
from comity.rules import RULES, bloc_line
from comity.scenario.parameters import parameter_table

__all__ = [
    "BLOCKS",
    "fixed_markdown",
    "fixed_numbers",
    "mechanisms_markdown",
    "parameters_markdown",
    "with_generated_blocks",
]

_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def parameters_markdown() -> str:
    """Return all parameters as a Markdown table; free ones are those that calibration may move."""
    rows = parameter_table()
    return _table(
        ("group", "parameter", "symbol", "unit", "range", "default", "free", "meaning", "source"),
        (
            (
                row["group"],
                f"`{row['name']}`",
                row["symbol"],
                row["unit"],
                f"{row['low']:g} to {row['high']:g}",
                f"{row['default']:g}",
                "yes" if row["free"] else "",
                row["meaning"],
                row["source"],
            )
            for row in rows
        ),
    )


def mechanisms_markdown() -> str:
    """Return what every mechanism declares as a Markdown table."""
    return _table(
        ("mechanism", "module", "changes", "off at zero", "parameters", "source"),
        (
            (
                mechanism.name,
                f"`{module}`",
                ", ".join(mechanism.changes),
                f"`{mechanism.strength}`" if mechanism.strength else "",
                ", ".join(f"`{parameter.name}`" for parameter in mechanism.parameters),
                mechanism.source,
            )
            for module, mechanism in ((rule.__name__, rule.MECHANISM) for rule in RULES)
        ),
    )


def fixed_markdown() -> str:
    """Return all numbers that no scenario sets as a Markdown table, by the module in which they stand."""
    return _table(
        ("module", "number", "unit", "range", "value", "meaning", "source"),
        (
            (
                f"`{module}`",
                f"`{name}`",
                item.unit,
                f"{item.low:g} to {item.high:g}",
                f"{item.value:g}",
                item.meaning,
                item.source,
            )
            for module, name, item in fixed_numbers()
        ),
    )


def fixed_numbers() -> Iterator[tuple[str, str, Fixed]]:
    """Yield module, name and declaration of all numbers that no scenario sets, each once."""
    seen: set[int] = set()
    for module in (*RULES, bloc_line, sitting, timetable, prior_trust, reach, synthetic):
        for name, item in vars(module).items():
            if isinstance(item, Fixed) and id(item) not in seen:
                seen.add(id(item))
                yield module.__name__, name, item


BLOCKS = {"fixed": fixed_markdown, "parameters": parameters_markdown, "mechanisms": mechanisms_markdown}
"""The generated blocks by the name in their first marker."""


def with_generated_blocks(text: str) -> str:
    """Return a description with its generated blocks renewed, or raise InputError where one is missing."""
    found = [match[2] for match in _BLOCK.finditer(text)]
    if sorted(found) != sorted(BLOCKS):
        raise InputError(
            f"model/ODD.md: the blocks {', '.join(BLOCKS)} must stand there once each, got {found}. "
            "Write <!-- generated: NAME --> and <!-- end -->, each on a line of its own."
        )
    return _BLOCK.sub(lambda match: f"{match[1]}{BLOCKS[match[2]]()}{match[3]}", text)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *(tuple(cell.replace("|", r"\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Rewrite the generated blocks of ``model/ODD.md`` in this checkout."""
    path = Path(__file__).resolve().parents[2] / "ODD.md"
    if not path.is_file():
        raise InputError(f"{path}: the description was not found. Run this in a checkout, not in an installed package.")
    text = path.read_text(encoding="utf-8")
    path.write_text(with_generated_blocks(text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
