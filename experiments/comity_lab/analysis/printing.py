"""Output of the commands that read a sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rich.table import Table

from comity.commands.console import console, paragraph, table
from comity.errors import InputError, note, remedy
from comity.extras import needs
from comity.folders import is_there
from comity_lab import analysis
from comity_lab.analysis.selection import chosen_measures, gaps, label_of, named, point_of
from comity_lab.analysis.settled import RULE
from comity_lab.reading import SweepTables, read_sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "check_files",
    "foot",
    "number",
    "print_differences",
    "print_effects",
    "print_means",
    "print_plan",
    "print_sensitivity",
    "save_all",
    "show",
    "swept",
    "with_half",
    "write_report",
]

_MAX_ROWS = 300
_MAX_DECIMALS = 4
_SUFFIXES = (".csv", ".svg", ".png")


def print_means(folders: Sequence[Path], measures: list[str] | None, out: Path | None) -> None:
    """Print and save the means."""
    sweep = swept(folders, out, "means")
    values = analysis.means(sweep, measures)
    _print_values(sweep, values, "mean", "Means")
    if out is not None:
        from comity_lab.analysis.figures import means_figure

        save_all(out, "means", values, lambda: means_figure(sweep, values))


def print_differences(folders: Sequence[Path], against: str, measures: list[str] | None, out: Path | None) -> None:
    """Print and save the paired differences."""
    sweep = swept(folders, out, "differences")
    reference = point_of(sweep, against)
    values = analysis.differences(sweep, reference, measures)
    shown = label_of(sweep.plan.values(reference))
    _print_values(sweep, values, "difference", f"Differences from point {reference} ({shown}), paired by replicate")
    if out is not None:
        from comity_lab.analysis.figures import differences_figure

        save_all(out, "differences", values, lambda: differences_figure(sweep, values, reference))


def print_effects(folders: Sequence[Path], measures: list[str] | None, out: Path | None) -> None:
    """Print and save the main effects and two-way interactions."""
    sweep = swept(folders, out, "effects")
    needs("effects", "analysis", "scipy")
    found = analysis.effects(sweep, measures)
    headings = ("measure", "effect of", "effect ± 95 %", "unit", "share", "n")
    view = table(
        *headings, title="Main effects, and interactions (×) of two factors",
        left=("effect of", "unit"), folded=("measure", "effect of"),
    )  # fmt: skip
    n_factors = len({name for name in found.table["factor"]} | {name for name in found.table["other"] if name})
    before = ""
    for row in found.table.head(_MAX_ROWS).to_dict("records"):
        is_new = row["measure"] != before
        if is_new and before:
            _rest(view, found, before, n_factors)
        before = row["measure"]
        shown = f"{row['factor'].rpartition('.')[2]} {row['change']}"
        if row["other"]:
            shown += f" × {row['other'].rpartition('.')[2]} {row['other_change']}"
        size = with_half(row["effect"], row["half_width"], sign=True)
        view.add_row(row["measure"] if is_new else "", shown, size, row["unit"], _share(row["share"]), str(row["n"]))
    _rest(view, found, before, n_factors)
    show(view, len(found.table))
    screen = console()
    screen.print("×: by how much the effect of the first change differs after the second")
    screen.print("share: of the variance of the points' means, by a factor or pair with all its changes")
    kind = "replicates, each with all points" if found.is_paired else "runs at each point (Welch)"
    foot(sweep, f"n: {kind}")
    if out is not None:
        from comity_lab.analysis.figures import effects_figure

        save_all(out, "effects", found.table, lambda: effects_figure(sweep, found))


def _rest(view: Table, found: analysis.Effects, measure: str, n_factors: int) -> None:
    """End the rows of a measure, with the share of what the table does not hold."""
    if n_factors > 2:
        view.add_row("", "interactions of three and more", "", "", _share(found.rest[measure]), "")
    view.add_section()


def print_sensitivity(folders: Sequence[Path], measures: list[str] | None, resamples: int, out: Path | None) -> None:
    """Print and save the sensitivity indices."""
    sweep = swept(folders, out, "sensitivity")
    needs("sensitivity", "analysis", "SALib")
    found = analysis.indices(sweep, measures, resamples=resamples)
    names = {
        "sobol": (("first", "first order"), ("total", "total")),
        "morris": (("mu_star", "mu*, mean size"), ("sigma", "sigma, spread")),
    }[found.method]
    unit = ["unit"] if found.method == "morris" else []
    view = table(
        "measure", "factor", *(heading for _, heading in names), *unit, "luck", "settled",
        title=f"{found.method.capitalize()} indices, ± bootstrapped 95 % interval",
        left=("factor", "unit", "settled"), folded=("measure", "factor"),
    )  # fmt: skip
    for row in found.table.head(_MAX_ROWS).to_dict("records"):
        cells = []
        for name, _ in names:
            half = row.get(f"{name}_half_width")
            cells.append(number(row[name]) if half is None else with_half(row[name], half))
        cells += [str(row["unit"])] if unit else []
        settled = f"no: {row['unsettled']}" if row["unsettled"] else "yes"
        view.add_row(row["measure"], row["factor"].rpartition(".")[2], *cells, number(row["luck"]), settled)
    show(view, len(found.table))
    for name, why in found.left_out.items():
        console().print(f"without indices: {name}, for {why}")
    console().print("luck: share of the variance of the means over replicates that is luck")
    paragraph(console(), RULE, 2)
    foot(sweep, f"n = {sweep.plan.n_points} points x {sweep.design.replicates} replicates")
    if n_open := int((found.table["unsettled"] != "").sum()):
        more = "n" if found.method == "sobol" else "trajectories"
        console(stderr=True).print(
            f"warning: {n_open} of {len(found.table)} indices are not settled at this n. "
            f"Sweep again with twice the {more}."
        )
    if out is not None:
        from comity_lab.analysis.figures import indices_figure

        save_all(out, "sensitivity", found.table, lambda: indices_figure(sweep, found))


def print_plan(
    folders: Sequence[Path],
    measures: list[str] | None,
    half_width: float | None,
    effect: float | None,
    against: str,
    power: float,
    alpha: float,
    out: Path | None,
) -> None:
    """Print and save how many replicates are needed."""
    sweep = swept(folders, out, "plan")
    needed = analysis.runs_needed(
        sweep, measures, half_width=half_width, effect=effect, against=against, power=power, alpha=alpha
    )
    headings = ("measure", "unit", "sd of a run", "wanted ±", "runs", "sd of a pair", "difference", "pairs")
    title = f"Replicates needed at every point, from {sweep.design.replicates}"
    view = table(*headings, title=title, left=("unit",), folded=headings)
    for row in needed.to_dict("records"):
        keys = ("sd", "half_width", "runs", "sd_difference", "effect", "pairs")
        view.add_row(row["measure"], row["unit"], *(number(row[key]) for key in keys))
    show(view, len(needed))
    left = [name for name in chosen_measures(sweep, measures) if name not in set(needed["measure"])]
    if left:
        console().print(f"without a plan: {', '.join(left)}, for there are no two values at any point")
    console().print(
        f"runs: for a 95 % interval of that width; pairs: to find that difference with power {power:g} at alpha "
        f"{alpha:g}; both for the point that needs most, by the normal approximation"
    )
    foot(sweep, f"n = {sweep.design.replicates} replicates in the pilot")
    if out is not None:
        save_all(out, "plan", needed, None)


def write_report(folders: Sequence[Path], file: Path, against: str, measures: list[str] | None) -> None:
    """Write the report as a new file."""
    if is_there(file):
        raise InputError(f"{file}: the file must not exist yet, but it does. Name another one or remove it.")
    sweep = read_sweep(*folders)
    needs("report", "analysis", "matplotlib")
    from comity_lab.analysis.report import report

    text = report(sweep, against=against, measures=measures)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {remedy(error)} Or name another file.") from None
    console().print(f"written to {file} ({len(text.encode()) / 1000:.0f} kB)", soft_wrap=True)


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"


def number(value: object) -> str:
    """Return a number with four digits, as a table shows it."""
    if not isinstance(value, (int, float, np.number)):
        return str(value)
    found = float(value)
    if np.isnan(found):
        return "–"
    return f"{found:.0f}" if found == round(found) and abs(found) < 1e9 else f"{found:.4g}"


def with_half(value: float, half: float, *, sign: bool = False) -> str:
    """Return value and half-width with the same number of decimals: two digits of the half-width.

    Parameters
    ----------
    value, half
        Numbers of the same unit.
    sign
        Whether a plus is written.
    """
    if np.isnan(value):
        return "–"
    plus = "+" if sign else ""
    if half <= 1e-12 * abs(value):
        return f"{value:{plus}.4g} ± 0"
    is_known = np.isfinite(half)
    scale = half if is_known else abs(value)
    if 0 < max(scale, abs(value)) < 10.0**-_MAX_DECIMALS:
        return f"{value:{plus}.1e}" + (f" ± {half:.0e}" if is_known else "")
    decimals = int(np.clip(1 - np.floor(np.log10(scale)), 0, _MAX_DECIMALS)) if scale > 0 else 0
    return f"{value:{plus}.{decimals}f}" + (f" ± {half:.{decimals}f}" if is_known else "")


def _print_values(sweep: SweepTables, values: pd.DataFrame, value: str, title: str) -> None:
    headings = ("point", "what is set", "measure", f"{value} ± 95 %", "unit", "n")
    view = table(*headings, title=title, left=("what is set", "measure", "unit"), folded=("what is set", "measure"))
    before = None
    for row in values.head(_MAX_ROWS).to_dict("records"):
        is_new = row["point"] != before
        if is_new and before is not None:
            view.add_section()
        before = row["point"]
        place = (str(row["point"]), row["label"]) if is_new else ("", "")
        view.add_row(*place, row["measure"], with_half(row[value], row["half_width"]), row["unit"], str(row["n"]))
    show(view, len(values))
    kind = "pairs" if value == "difference" else "runs"
    foot(sweep, f"n: {kind} at each point")


def show(view: Table, n_rows: int) -> None:
    """Print a table of at most 100 columns, and how many rows it leaves out."""
    screen = console()
    screen.print(view, width=min(screen.width, 100)) if screen.width > 100 else screen.print(view)
    if n_rows > _MAX_ROWS:
        screen.print(f"… {n_rows - _MAX_ROWS} more rows: ask for a --measure, or for all with --out FOLDER")


def foot(sweep: SweepTables, n: str) -> None:
    """Print n, seed and design under a table, and warn of runs without a result."""
    design = sweep.design
    luck = "common luck" if design.common_random_numbers else "separate luck at each point"
    console().print(f"{n}; study seed {design.seed}, {luck}; design {sweep.plan.hash}")
    if found := gaps(sweep):
        console(stderr=True).print(f"warning: {len(found)} of {sweep.plan.n_runs} runs have no result: {named(found)}")


def swept(folders: Sequence[Path], out: Path | None, name: str) -> SweepTables:
    """Return the tables of a sweep, after checking that the files to be saved are not there yet."""
    if out is not None:
        check_files(out, name)
    return read_sweep(*folders)


def check_files(folder: Path, name: str, *more: str) -> None:
    """Raise InputError if a file that is to be saved is there already: table, figures, and with more suffixes."""
    if is_there(folder) and not folder.is_dir():
        raise InputError(f"{folder}: must be a folder, got a file. Name another one.")
    for suffix in (*_SUFFIXES, *more):
        file = folder / f"{name}{suffix}"
        if is_there(file):
            raise InputError(f"{file}: the file must not exist yet, but it does. Name another folder or remove it.")


def save_all(folder: Path, name: str, rows: pd.DataFrame, make: Callable[[], Figure] | None) -> None:
    """Write a table as CSV and its figure as SVG and PNG."""
    if make is not None:
        try:
            needs("figure", "analysis", "matplotlib")
        except InputError as missing:
            note(f"{folder}: the table is saved without its figure. {missing}")
            make = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows.to_csv(folder / f"{name}.csv", index=False)
        if make is not None:
            from comity_lab.analysis.figures import save

            figure = make()
            for suffix in _SUFFIXES[1:]:
                save(figure, folder / f"{name}{suffix}")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {remedy(error)} Or name another folder.") from None
    console().print(f"saved in {folder}: {name}.csv" + (f", {name}.svg, {name}.png" if make is not None else ""))
