"""Paired effects: every point of a design minus its first, replicate by replicate under common luck."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity.folders import temporary_folder
from comity.measures import MEASURES
from comity.scenario.schema import Scenario
from comity_lab.design import Design, design_from
from comity_lab.factor import NO_PATCH
from comity_lab.plan import plan_of
from comity_lab.reading import SweepTables, read_sweep
from comity_lab.sweeping import sweep

__all__ = [
    "MARKS",
    "Paired",
    "compare_design",
    "effects_of",
    "mark",
    "run_paired",
    "sentence",
    "short_sentence",
    "what_if_design",
]

MARKS = {"up": "▲", "down": "▼", "none": "·", "unmeasured": "–"}
"""What stands before a difference: its interval is above zero, below it, or holds it; or there is no difference."""

_TEXTS = {item.name: item.text for item in MEASURES}


@dataclass(frozen=True, kw_only=True)
class Paired:
    """The result of a paired design.

    Attributes
    ----------
    sweep
        Its tables, in memory.
    table
        One row for each label and measure: those of :func:`comity_lab.analysis.differences`, with the labels given
        here, ``reference_sd`` (of the reference's runs) and ``effect`` (up, down, none, unmeasured).
    reference, labels
        Names of the first point, and of the others.
    notes
        Caveats about single labels, in sentences.
    same
        Labels whose scenario equals the reference, so that there is no effect.
    n_failed
        Runs that failed.
    interrupted
        Whether Ctrl-C stopped it; the table is then empty.
    """

    sweep: SweepTables
    table: pd.DataFrame
    reference: str
    labels: tuple[str, ...]
    notes: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    n_failed: int = 0
    interrupted: bool = False


def what_if_design(patches: Sequence[str], scenario: str, replicates: int, seed: int, posterior: str = "") -> Design:
    """Return the design that compares what-ifs with the unchanged scenario."""
    doubled = next((name for name in patches if patches.count(name) > 1), None)
    if doubled is not None:
        raise InputError(f"whatif: every patch must be named once, got {doubled!r} twice. Remove one.")
    points = [{"patch": name} for name in (NO_PATCH, *patches)]
    return _listed("whatif", scenario, points, replicates, seed, posterior)


def compare_design(first: str, second: str, replicates: int, seed: int, posterior: str = "") -> Design:
    """Return the design of two scenarios: names, files, or folders of records."""
    if first == second:
        raise InputError(f"compare: the scenarios must be two, got {first!r} twice. Name another one.")
    base = first if not Path(first).is_dir() else "teaching"  # a folder is no base; every point replaces it
    return _listed("compare", base, [{"scenario": first}, {"scenario": second}], replicates, seed, posterior)


def _listed(
    name: str, scenario: str, points: list[dict[str, str]], replicates: int, seed: int, posterior: str
) -> Design:
    if replicates < 2:
        raise InputError(f"--replicates must be 2 or more, for an interval, got {replicates}. Give 30 or more.")
    data = {"name": name, "scenario": scenario, "sampler": "list", "points": points}
    return design_from({**data, "replicates": replicates, "seed": seed, "posterior": posterior}, name)


def run_paired(
    design: Design,
    reference: str,
    labels: Sequence[str],
    *,
    out: Path | None = None,
    workers: int | Executor | None = None,
    quiet: bool = False,
    command: str = "",
) -> Paired:
    """Run a paired design and return the effects.

    Parameters
    ----------
    design
        Its first point is the reference.
    reference, labels
        Names of the points.
    out
        Folder that keeps the sweep, so that the same call continues it; None: nothing is kept.
    workers, quiet, command
        As in :func:`comity_lab.sweeping.sweep`.
    """
    with temporary_folder() as aside:
        folder = aside / "sweep" if out is None else out / "sweep"
        plan = plan_of(design, may_repeat=True)
        outcome = sweep(plan, folder, workers=workers, quiet=quiet, command=command)
        tables = read_sweep(folder)
        table = pd.DataFrame() if outcome.interrupted else effects_of(tables, labels)
    return Paired(
        sweep=tables,
        table=table,
        reference=reference,
        labels=tuple(labels),
        notes=tuple(_notes(tables, labels)),
        same=tuple(_same(tables, labels)),
        n_failed=outcome.failed,
        interrupted=outcome.interrupted,
    )


def effects_of(sweep: SweepTables, labels: Sequence[str]) -> pd.DataFrame:
    """Return the table of :class:`Paired` from a sweep whose first point is the reference."""
    from comity_lab.analysis import differences, means

    alone = means(sweep)
    spread = alone[alone["point"] == 0].set_index("measure")["sd"]
    table = differences(sweep, 0)
    table["label"] = [labels[point - 1] for point in table["point"]]
    table["reference_sd"] = table["measure"].map(spread)
    table["effect"] = [mark(*row) for row in zip(table["difference"], table["half_width"], strict=True)]
    return table


def mark(difference: float, half_width: float) -> str:
    """Return up, down, none (the interval holds zero) or unmeasured."""
    if not np.isfinite(difference) or not np.isfinite(half_width):
        return "unmeasured"
    if abs(difference) <= half_width or difference == 0:
        return "none"
    return "up" if difference > 0 else "down"


def sentence(rows: pd.DataFrame) -> str:
    """Return the effects of one label in a sentence, the clearest first."""
    rows = _clearest_first(rows)
    parts = []
    for effect, verb in (("down", "lowers"), ("up", "raises")):
        names = [_TEXTS.get(name, name) for name in rows.loc[rows["effect"] == effect, "measure"]]
        if names:
            parts.append(f"{verb} {_listing(names)}")
    silent = list(rows.loc[rows["effect"] == "none", "measure"])
    unmeasured = list(rows.loc[rows["effect"] == "unmeasured", "measure"])
    text = "It " + " and it ".join(parts) if parts else "It changes no measure beyond its interval"
    if silent and parts:
        text += f"; no effect is seen on {_listing(silent)}"
    if unmeasured:
        text += f"; nothing to measure for {_listing(unmeasured)}"
    return text + "."


def short_sentence(label: str, rows: pd.DataFrame) -> str:
    """Return how many measures a what-if moves, and the three clearest."""
    rows = _clearest_first(rows[rows["effect"] != "unmeasured"])
    moved = rows[rows["effect"].isin(["up", "down"])]
    if moved.empty:
        return f"{label} moves none of {len(rows)} measures beyond its interval."
    clearest = moved.head(3)
    named = [
        f"{str(name).replace('_', ' ')} {MARKS[str(effect)]}"
        for name, effect in zip(clearest["measure"], clearest["effect"], strict=True)
    ]
    return f"{label} moves {len(moved)} of {len(rows)} measures, most clearly {', '.join(named)}."


def _clearest_first(rows: pd.DataFrame) -> pd.DataFrame:
    distance = rows["difference"].abs() / rows["half_width"].where(rows["half_width"] > 0, 1e-12)
    return rows.assign(distance=distance).sort_values("distance", ascending=False, kind="stable")


def _listing(names: Sequence[str]) -> str:
    words = [name.replace("_", " ") for name in names]
    return "; ".join(words) if any("," in word for word in words) else ", ".join(words)


def _notes(tables: SweepTables, labels: Sequence[str]) -> Iterable[str]:
    """Yield a caveat for each calendar that ends with another meeting: final measures are then taken on another day."""
    scenarios = [tables.plan.recipe.scenario(tables.plan.values(point)) for point in range(tables.plan.n_points)]
    last = [_last_meeting(scenario) for scenario in scenarios]
    by_meeting: dict[str, list[str]] = {}
    for label, meeting in zip(labels, last[1:], strict=True):
        if meeting != last[0]:
            by_meeting.setdefault(meeting, []).append(label)
    for meeting, names in by_meeting.items():
        yield (
            f"{', '.join(names)}: the last meeting is {meeting} and not {last[0]}, so final measures are "
            "taken on another day."
        )


def _same(tables: SweepTables, labels: Sequence[str]) -> Iterable[str]:
    """Yield the labels of points whose scenario is that of the first."""
    plan = tables.plan
    first = plan.recipe.scenario(plan.values(0)).hash
    for point, label in enumerate(labels, 1):
        if plan.recipe.scenario(plan.values(point)).hash == first:
            yield label


def _last_meeting(scenario: Scenario) -> str:
    return max(scenario.meetings, key=lambda meeting: (meeting.start, meeting.end, meeting.id)).id
