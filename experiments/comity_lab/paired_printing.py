"""Output of comity whatif and comity compare."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from comity.commands.choice import read_seed_text
from comity.commands.console import console, paragraph, table
from comity.errors import InputError, remedy
from comity.scenario.lessons import read_lesson
from comity.scenario.locate import find_scenario, shipped_patches
from comity_lab.analysis.printing import check_files, number, save_all, with_half
from comity_lab.design import Design
from comity_lab.interrupts import stopped, terminate_is_interrupt
from comity_lab.paired import MARKS, Paired, compare_design, run_paired, sentence, short_sentence, what_if_design

__all__ = ["Pairs", "compare", "print_block", "print_matrix", "what_if"]

_CELL = 20
"""Width of a cell of the matrix; as many measures stand side by side as fit a line."""


class Pairs(NamedTuple):
    """How many pairs of runs, the seed of the study as typed, and the posterior over which they are; empty: none."""

    replicates: int
    seed: str
    posterior: str = ""


def what_if(
    patches: Sequence[str],
    scenario: str,
    pairs: Pairs,
    workers: int | None,
    out: Path | None,
    is_all: bool,
    quiet: bool,
) -> int:
    """Run what-ifs beside a scenario, print their effects, and return the exit status."""
    names = [*patches, *(name for name in shipped_patches() if is_all and name not in patches)]
    design = what_if_design(names, scenario, pairs.replicates, read_seed_text(pairs.seed), pairs.posterior)
    labels = [Path(name).stem for name in names]
    doubled = next((name for name in labels if labels.count(name) > 1), None)
    if doubled is not None:
        raise InputError(f"whatif: every patch must have a unique name, got two called {doubled!r}. Rename a file.")
    paired = _run(design, Path(scenario).stem, labels, "whatif", out, workers, quiet, names)
    if paired is None or paired.interrupted:
        return stopped(out)
    if len(names) == 1:
        lesson = read_lesson(find_scenario(names[0], kind="patch"))
        for line in lesson.lines():
            paragraph(console(), line, 2)
        title = f"{labels[0]} minus {paired.reference}"
        print_block(paired, title)
    else:
        title = f"What-ifs minus {paired.reference}"
        print_matrix(paired, title)
    return _finish(paired, "whatif", title, out)


def compare(first: str, second: str, pairs: Pairs, workers: int | None, out: Path | None, quiet: bool) -> int:
    """Run two scenarios with the same luck, print the second minus the first, and return the exit status."""
    design = compare_design(first, second, pairs.replicates, read_seed_text(pairs.seed), pairs.posterior)
    paired = _run(design, first, [second], "compare", out, workers, quiet, [first, second])
    if paired is None or paired.interrupted:
        return stopped(out)
    title = f"{second} minus {first}"
    print_block(paired, title)
    return _finish(paired, "compare", title, out)


def _run(
    design: Design,
    reference: str,
    labels: Sequence[str],
    verb: str,
    out: Path | None,
    workers: int | None,
    quiet: bool,
    names: Sequence[str],
) -> Paired | None:
    if out is not None:
        check_files(out, verb, ".json")
    words = ["comity", verb, *(Path(name).name for name in names), "--replicates", str(design.replicates)]
    words += ["--seed", str(design.seed)]
    if design.posterior:
        words += ["--posterior", Path(design.posterior).name]
    command = shlex.join(words)
    try:
        with terminate_is_interrupt():
            return run_paired(design, reference, labels, out=out, workers=workers, quiet=quiet, command=command)
    except KeyboardInterrupt:  # a second Ctrl-C, or one while processes start or end
        return None


def print_block(paired: Paired, title: str) -> None:
    """Print the effects of one what-if: a line for each measure, and what they say in a sentence."""
    view = table("measure", "reference", "difference ± 95 %", "", "unit", title=title, left=("", "unit"))
    for row in paired.table.to_dict("records"):
        view.add_row(
            row["measure"].replace("_", " "),
            number(row["reference"]),
            with_half(row["difference"], row["half_width"], sign=True),
            MARKS[row["effect"]],
            row["unit"],
        )
    screen = console()
    screen.print(view)
    paragraph(screen, sentence(paired.table))


def print_matrix(paired: Paired, title: str) -> None:
    """Print the effects of many what-ifs: a row each, measures side by side, some at a time."""
    screen = console()
    names = list(dict.fromkeys(paired.table["measure"]))
    cells = {(row["label"], row["measure"]): row for row in paired.table.to_dict("records")}
    units = {row["measure"]: row["unit"] for row in paired.table.to_dict("records")}
    first = paired.table.drop_duplicates("measure").set_index("measure")
    longest = max(map(len, [paired.reference, *paired.labels]))
    columns = max(1, (min(screen.width, 100) - longest - 1) // _CELL)
    for start in range(0, len(names), columns):
        part = names[start : start + columns]
        headings = (f"{name.replace('_', ' ')}\n{units[name]}" for name in part)
        view = table("", *headings, title=title if start == 0 else "")
        view.add_row(paired.reference, *(number(first["reference"][name]) for name in part), end_section=True)
        for label in paired.labels:
            view.add_row(label, *(_cell(cells[label, name]) for name in part))
        screen.print(view)
        screen.print()
    for label in paired.labels:
        text = short_sentence(label, paired.table[paired.table["label"] == label])
        paragraph(screen, text, 2)


def _cell(row: Mapping[Hashable, Any]) -> str:
    shown = with_half(row["difference"], row["half_width"], sign=True)
    sign = MARKS[str(row["effect"])]
    return sign if row["effect"] == "unmeasured" else f"{shown} {sign}"


def _finish(paired: Paired, name: str, title: str, out: Path | None) -> int:
    screen = console()
    same = [f"{', '.join(paired.same)}: nothing differs from the reference, so there can be no effect."]
    for note in [*(same if paired.same else []), *paired.notes]:
        paragraph(screen, f"Warning: {note}")
    n, design = paired.table["n"], paired.sweep.design
    least, most = (n[n > 0].min(), n.max()) if n.any() else (0, 0)
    pairs = f"{least}" if least == most else f"{least} to {most}"
    foot = (
        f"n = {pairs} pairs under common luck; 95 % interval, Student's t; study seed {design.seed}; "
        f"{MARKS['up']} {MARKS['down']}: the interval excludes zero, as one in twenty does by luck alone; "
        f"{MARKS['none']}: it holds zero; {MARKS['unmeasured']}: nothing to measure"
    )
    paragraph(screen, foot)
    if out is not None:
        _save(paired, name, title, out)
    if paired.n_failed:
        print(f"warning: {paired.n_failed} runs failed; read_sweep(…).failures says why", file=sys.stderr)
        return 1
    return 0


def _save(paired: Paired, name: str, title: str, out: Path) -> None:
    from comity_lab.analysis.figures import differences_figure
    from comity_lab.analysis.forest import forest_figure

    sweep, table = paired.sweep, paired.table
    if len(paired.labels) == 1:
        save_all(out, name, table, lambda: forest_figure(sweep, table, title))
    else:
        save_all(out, name, table, lambda: differences_figure(sweep, table, 0, title, paired.reference))
    try:
        (out / f"{name}.json").write_text(_as_json(paired), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {remedy(error)} Or name another folder.") from None
    console().print(f"saved in {out}: {name}.json, and the runs in {out / 'sweep'}", markup=False, soft_wrap=True)


def _as_json(paired: Paired) -> str:
    keys = ["label", "measure", "unit", "n", "reference", "difference", "half_width", "low", "high", "effect"]
    rows = json.loads(paired.table[keys].to_json(orient="records", double_precision=15))
    provenance = dict(paired.sweep.provenance)
    content = {"reference": paired.reference, "notes": list(paired.notes), "provenance": provenance, "effects": rows}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
