"""Benchmarks: how fast comity is, beside the same model in Mesa and beside other libraries.

    python experiments/benchmarks/bench.py [--quick] [--only PART ...] [--out benchmarks.json]

Parts: replay, twin, others, parts, start, growth, memory, workers. `make bench` also installs what others needs.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print tables, write JSON; return the exit status."""
    from comity_bench.machine import place
    from comity_bench.printing import print_part, print_place, print_ratios
    from comity_bench.row import Part, Row
    from comity_bench.suite import PARTS, chosen, report, write

    from comity.commands.console import console
    from comity.errors import InputError

    names = ", ".join(part.name for part in PARTS)
    parser = argparse.ArgumentParser(description="How fast comity is, where its time goes, and how that grows.")
    parser.add_argument("--quick", action="store_true", help="few rounds and small sizes, to see that it runs")
    parser.add_argument("--only", nargs="+", default=[], metavar="PART", help=f"some parts: {names}")
    parser.add_argument("--out", type=Path, default=Path("benchmarks.json"), help="file of all numbers, written anew")
    options = parser.parse_args(arguments)
    screen = console()
    found: list[tuple[Part, list[Row]]] = []

    def show(part: Part, rows: list[Row]) -> None:
        found.append((part, rows))
        print_part(screen, part, rows)

    try:
        wanted = chosen(options.only)
        if not options.out.parent.is_dir():
            raise InputError(f"--out: {options.out.parent} must be a folder, got none. Make it or name another file.")
        print_place(screen, place())
        screen.print()
        data = report(wanted, options.quick, show)
        print_ratios(screen, found)
        write(data, options.out)
    except InputError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: stopped; nothing was written.", file=sys.stderr)
        return 130
    load = "" if data["load_before"] is None else f"; load {data['load_before']} before, {data['load_after']} after"
    screen.print(f"written to {options.out}{load}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of other libraries: what they print would stand between the tables
    sys.exit(main())
