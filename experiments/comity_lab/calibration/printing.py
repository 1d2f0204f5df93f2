"""Output of comity calibrate."""

from __future__ import annotations

import numpy as np
from rich.console import Console

from comity.commands.console import table
from comity_lab.analysis.printing import number
from comity_lab.calibration import tables
from comity_lab.calibration.calibrating import Calibration
from comity_lab.calibration.planting import IDENTIFIABLE
from comity_lab.calibration.target import facts_of

__all__ = ["print_calibration"]


def print_calibration(found: Calibration, screen: Console) -> None:
    """Print waves, parameters, facts, and what the region is worth."""
    _print_waves(found, screen)
    _print_parameters(found, screen)
    _print_facts(found, screen)
    _print_verdict(found, screen)


def _print_waves(found: Calibration, screen: Console) -> None:
    view = table(
        "wave", "points", "drawn from", "not ruled\nout", "fewest facts\nmissed", "emulator\nexplains",
        "region ends\nat", "volume\nleft", title="Waves",
    )  # fmt: skip
    for row in found.history.table().to_dict("records"):
        view.add_row(
            str(row["wave"]), str(row["points"]), f"{row['volume']:.2g}", str(row["kept"]), str(row["fewest_missed"]),
            f"{100 * row['explained']:.0f} %", f"{row['level']:.3g}", f"{row['volume_left']:.2g}",
        )  # fmt: skip
    screen.print(view)


def _print_parameters(found: Calibration, screen: Console) -> None:
    rows = tables.parameters(found)
    columns = ["parameter", "range", "default"]
    columns += ["chosen", "region, 95 %"] if found.planted is None else ["planted", "region, 95 %", "recovered"]
    view = table(*columns, "share of\nthe range", "identifiable", title="Parameters")
    for row in rows.to_dict("records"):
        region = f"{row['region_low']:.3g} to {row['region_high']:.3g}"
        middle = [number(row["chosen"]), region]
        if found.planted is not None:
            middle = [number(row["planted"]), region, _yes(row["recovered"])]
        view.add_row(
            row["parameter"], f"{row['low']:g} to {row['high']:g}", number(row["default"]), *middle,
            f"{100 * row['share']:.0f} %", _yes(row["identifiable"]),
        )  # fmt: skip
    screen.print(view)
    screen.print(
        f"region: central 95 % of points spread evenly over it; identifiable: it is narrower than {IDENTIFIABLE:g} of "
        "that of the range",
        soft_wrap=True,
    )
    if found.planted is not None:
        whole = "lies" if found.history.last.region.contains(found.planted[None])[0] else "does not lie"
        screen.print(
            f"{rows['recovered'].sum()} of {len(rows)} planted values recovered; the planted point as a whole "
            f"{whole} in the region",
            soft_wrap=True,
        )


def _print_facts(found: Calibration, screen: Console) -> None:
    rows = tables.targets(found)
    view = table(
        "target",
        "observed",
        "sd",
        "default",
        "chosen",
        "I\ndefault",
        "I\nchosen",
        "I\nleast",
        "held by\nchosen",
        title="Facts",
    )
    for row in rows.to_dict("records"):
        view.add_row(
            row["target"], row["observed"], number(row["sd"]), number(row["default"]), number(row["chosen"]),
            _implausibility(row["implausibility_default"]), _implausibility(row["implausibility_chosen"]),
            _implausibility(row["least"]), _yes(row["held"]),
        )  # fmt: skip
    screen.print(view)
    screen.print(
        f"I: implausibility, ruled out above {found.problem.cutoff:g}; least: of any simulated point alone; held: the "
        f"mean is within the tolerance, or beyond the bound: {rows['held_default'].sum()} of {len(rows)} targets by "
        f"the default, {rows['held'].sum()} by the chosen",
        soft_wrap=True,
    )


def _print_verdict(found: Calibration, screen: Console) -> None:
    problem, history, choice = found.problem, found.history, found.choice
    n_facts = len(facts_of(problem.targets))
    out = [target.key for target, is_in in zip(problem.targets, history.last.reached, strict=True) if not is_in]
    if out:
        screen.print(f"out of the model's reach, and set aside in the region: {', '.join(out)}", soft_wrap=True)
        n_held = len(facts_of([t for t, is_in in zip(problem.targets, history.last.reached, strict=True) if is_in]))
        if n_held < len(problem.moved):
            screen.print(f"warning: {n_held} facts within reach hold {len(problem.moved)} parameters", soft_wrap=True)
    if history.last.level > problem.cutoff:
        screen.print(
            f"warning: no region is within {problem.cutoff:g} of all targets at once; what is shown is where the "
            f"implausibility is at most {history.last.level:.3g}",
            soft_wrap=True,
        )
    failed = int(np.isnan(np.concatenate([w.outputs for w in history.waves])).all(axis=(1, 2)).sum())
    if failed:
        screen.print(f"warning: {failed} points gave no value at all", soft_wrap=True)
    for name, row in (("default", 0), ("chosen", choice.chosen)):
        screen.print(
            f"{name}: holds {choice.held[row]} of {n_facts} facts, misses {choice.missed[row]}, misfit "
            f"{choice.misfit[row]:.3g}; {choice.replicates} replicates, with new luck",
            soft_wrap=True,
        )
    if found.posterior is not None:
        screen.print(
            f"posterior: {len(found.posterior.draws)} draws of {found.posterior.distinct} points, effective number "
            f"{found.posterior.effective:.0f}, exponent of the likelihood {found.posterior.temper:.2g}",
            soft_wrap=True,
        )
    if choice.chosen == 0:
        screen.print("no point of the region is better than the default, which is therefore chosen", soft_wrap=True)


def _implausibility(value: float) -> str:
    return "–" if np.isinf(value) else f"{value:.2f}"


def _yes(value: object) -> str:
    return "yes" if value else "no"
