"""Output of comity sweep discover."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from comity.commands.console import console, paragraph, table
from comity_lab.analysis.discovery import discover
from comity_lab.analysis.printing import foot, save_all, show, swept

__all__ = ["print_discovery"]

_WEAK = 0.05


def print_discovery(folders: Sequence[Path], success: list[str], density: float, mass: float, out: Path | None) -> None:
    """Print and save the boxes in which runs succeed."""
    sweep = swept(folders, out, "discovery")
    found = discover(sweep, success, density=density, mass=mass)
    view = table(
        "method", "box", "coverage", "density", "mass", "factor", "rule", "quasi-p",
        title=f"Where {found.success}: {found.n_success} of {found.n_runs} runs ({found.n_success / found.n_runs:.0%})",
        left=("factor", "rule"), folded=("factor", "rule"),
    )  # fmt: skip
    before = None
    for row in found.table.to_dict("records"):
        is_new = (row["method"], row["box"]) != before
        if is_new and before is not None:
            view.add_section()
        before = row["method"], row["box"]
        shares = [f"{row[name]:.2f}" for name in ("coverage", "density", "mass")]
        start = (row["method"], str(row["box"]), *shares) if is_new else ("", "", "", "", "")
        view.add_row(*start, row["factor"].rpartition(".")[2], row["rule"], f"{row['quasi_p']:.2g}")
    show(view, len(found.table))
    screen = console()
    screen.print()
    for sentence in found.sentences:
        paragraph(screen, sentence, 2)
    for method, is_reached in found.is_reached.items():
        if not is_reached:
            is_shown = (found.table["method"] == method).any()
            text = f"{method} finds no box with density {density:g}"
            paragraph(screen, text + ("; its densest is shown." if is_shown else ", and no rule at all."))
    luck = " Replicates of a point count as independent, so it is too small." if sweep.design.replicates > 1 else ""
    paragraph(
        screen,
        f"quasi-p: probability of as many successes in the box if the rule did not matter; above {_WEAK:g} the rule "
        f"may be chance (Bryant and Lempert 2010).{luck}",
        2,
    )
    foot(sweep, f"n = {found.n_runs} runs")
    if out is not None:
        save_all(out, "discovery", found.table, None)
