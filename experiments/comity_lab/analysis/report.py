"""The report: a sweep as one self-contained HTML page."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity_lab.analysis.differences import differences
from comity_lab.analysis.effects import effects
from comity_lab.analysis.figures import differences_figure, effects_figure, indices_figure, means_figure, svg
from comity_lab.analysis.indices import Indices, indices
from comity_lab.analysis.means import means
from comity_lab.analysis.selection import chosen_measures, gaps, label_of, named, point_of
from comity_lab.analysis.settled import RULE
from comity_lab.design import Design
from comity_lab.reading import SweepTables

__all__ = ["methods", "report"]

_MAX_ROWS = 400
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
table { border-collapse: collapse; font-size: 0.85rem; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.7rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }
td.number { text-align: right; }
caption { text-align: left; font-weight: 600; padding: 0.4rem 0; }
figure { margin: 1.5rem 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
.careful { border-left: 4px solid #D55E00; padding-left: 0.8rem; }
.wide { overflow-x: auto; }
"""


def report(
    sweep: SweepTables, *, against: int | str = 0, measures: Iterable[str] | None = None, title: str | None = None
) -> str:
    """Return the report of a sweep as the text of an HTML page.

    Parameters
    ----------
    sweep
        Tables of a sweep.
    against
        Reference point of the differences.
    measures
        Names; by default all.
    title
        By default the name of the design.
    """
    names = chosen_measures(sweep, measures)
    design = sweep.design
    heading = title or design.name or "sweep"
    parts = [f"<h1>{html.escape(heading)}</h1>", _warning(sweep)]
    reference = point_of(sweep, str(against))
    is_scheme = design.sampler in ("sobol", "morris")
    parts += ["<h2>Methods</h2>", f"<p>{html.escape(methods(sweep, reference))}</p>"]
    parts += ["<h2>Design</h2>", _frame(_design_table(sweep), "Design"), _frame(_factor_table(design), "Factors")]
    parts += ["<h2>Means</h2>"]
    table = means(sweep, names)
    parts += [_figure(svg(means_figure(sweep, table), "means"), "Mean of every measure at every point.")]
    if is_scheme:
        parts += ["<h2>Sensitivity</h2>", _sensitivity(sweep, measures)]
    elif sweep.plan.n_points > 1:
        shown = label_of(sweep.plan.values(reference))
        text = f"Paired differences against point {reference} ({shown})."
        changes = differences(sweep, reference, names)
        parts += ["<h2>Differences</h2>", _figure(svg(differences_figure(sweep, changes, reference), "changes"), text)]
        parts += [_frame(_short(changes, "difference"), text)]
    if sum(factor.values is None or len(factor.values) > 1 for factor in design.factors) > 1:
        parts += _effects(sweep, names)
    if len(table) <= _MAX_ROWS:
        parts += ["<h2>Table of means</h2>", _frame(_short(table, "mean"), "Means with 95 % intervals")]
    else:
        parts += [f"<p>The {len(table)} rows of the table of means are left out; comity sweep means writes them.</p>"]
    parts += ["<h2>Provenance</h2>", _frame(_provenance_table(sweep), "Origin of these results")]
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(heading)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def methods(sweep: SweepTables, reference: int = 0) -> str:
    """Return a paragraph on how the results were made, for a paper."""
    design, provenance = sweep.design, sweep.provenance
    versions = provenance.get("versions", {})
    subject = f"the function {design.function}" if design.function else f"the scenario {Path(design.scenario).stem!r}"
    if design.patches:
        subject += f" with the patches {', '.join(design.patches)}"
    sampler = {
        "grid": "all combinations of the values",
        "list": "the listed combinations of values",
        "latin_hypercube": f"a Latin hypercube of {design.n} points",
        "sobol": f"Saltelli's scheme on a scrambled Sobol sequence with a base sample of {design.n}",
        "morris": f"{design.trajectories} Morris trajectories on {design.levels} levels",
    }[design.sampler]
    factors = ", ".join(f"{f.name} ({_spread(f.low, f.high, f.values)})" for f in design.factors)
    luck = (
        "Replicate r had the same random numbers at every point (common random numbers)."
        if design.common_random_numbers
        else "Every run had its own random numbers."
    )
    done = int((sweep.runs["status"] == "ok").sum())
    text = [
        f"We ran {subject} in comity {versions.get('comity', '(version unknown)')} at {sweep.plan.n_points} points "
        f"with {design.replicates} replicates each ({done} of {sweep.plan.n_runs} runs completed), "
        f"study seed {design.seed}.",
        f"The points were {sampler}" + (f": {factors}." if factors else "."),
        luck,
        "Means have 95 % intervals from Student's t distribution.",
    ]
    if design.sampler == "sobol":
        text.append(
            "First-order and total Sobol indices of the replicate means were computed with SALib "
            f"{versions.get('SALib', '')} after Saltelli et al. (2010), with bootstrapped 95 % intervals."
        )
    elif design.sampler == "morris":
        text.append(
            f"Elementary effects of the replicate means were computed with SALib {versions.get('SALib', '')} after "
            "Morris (1991) and Campolongo et al. (2007), with bootstrapped 95 % intervals of μ*."
        )
    elif sweep.plan.n_points > 1:
        text.append(
            f"Points were compared with {label_of(sweep.plan.values(reference))} by the mean of the differences "
            "between runs of the same replicate, also with 95 % intervals, which are not corrected for multiple "
            "comparisons."
        )
    text.append(f"Design {sweep.plan.hash}, rules {provenance.get('rules_version', 'unknown')}.")
    return " ".join(text)


def _spread(low: float | None, high: float | None, values: Iterable[object] | None) -> str:
    return ", ".join(str(value) for value in values) if values is not None else f"{low:g} to {high:g}"


def _warning(sweep: SweepTables) -> str:
    found = gaps(sweep)
    damaged = [f"{item.file.name}: {item.reason}" for item in sweep.damaged]
    words = []
    if found:
        words.append(
            f"{len(found)} of {sweep.plan.n_runs} runs have no result, by point and replicate: {named(found)}."
        )
    if damaged:
        words.append(f"Damaged chunks were skipped: {named(damaged)}.")
    return f'<p class="careful">Warning: {html.escape(" ".join(words))}</p>' if words else ""


def _effects(sweep: SweepTables, names: list[str]) -> list[str]:
    """Return the section of the effects of a factorial design; nothing for another design."""
    try:
        found = effects(sweep, names)
    except InputError:
        return []
    text = (
        "Main effects, and interactions of two factors: by how much the effect of the first change differs after the "
        "second. Share: of the variance of the means of the points, by a factor or pair with all its changes."
    )
    table = found.table.drop(columns=["low", "high"]).rename(columns={"half_width": "± (95 %)"})
    return ["<h2>Effects</h2>", _figure(svg(effects_figure(sweep, found), "effects"), text), _frame(table, "Effects")]


def _sensitivity(sweep: SweepTables, measures: Iterable[str] | None) -> str:
    if found := gaps(sweep):
        text = f"No indices: {len(found)} runs have no result. Complete the sweep first."
        return f'<p class="careful">{text}</p>'
    try:
        made: Indices = indices(sweep, measures)
    except InputError as error:
        return f'<p class="careful">No indices: {html.escape(str(error).removeprefix("sweep: "))}</p>'
    left = "".join(
        f"<p>Without indices: {html.escape(f'{name}, for {why}')}.</p>" for name, why in made.left_out.items()
    )
    figure = _figure(svg(indices_figure(sweep, made), "indices"), "Sensitivity indices.")
    pairs = _frame(made.pairs, "Second-order indices") if len(made.pairs) else ""
    return figure + _frame(made.table, f"Sensitivity indices; {RULE}") + pairs + left


def _short(table: pd.DataFrame, value: str) -> pd.DataFrame:
    columns = ["point", "label", "measure", "unit", "n", value, "half_width", "low", "high"]
    return table[columns].rename(columns={"label": "what is set", "half_width": "± (95 %)"})


def _design_table(sweep: SweepTables) -> pd.DataFrame:
    design = sweep.design
    seeds = sorted(int(seed) for seed in sweep.runs["seed"].unique())
    some = ", ".join(map(str, seeds[:3])) + (f", … ({len(seeds)} in all)" if len(seeds) > 3 else "")
    rows = {
        "design hash": sweep.plan.hash,
        "subject": design.function or Path(design.scenario).stem,
        "patches": ", ".join(design.patches) or "none",
        "settings": ", ".join(f"{key} = {value}" for key, value in design.settings.items()) or "none",
        "sampler": design.sampler,
        "points": sweep.plan.n_points,
        "replicates": design.replicates,
        "runs with a result": f"{int((sweep.runs['status'] == 'ok').sum())} of {sweep.plan.n_runs}",
        "study seed": design.seed,
        "seeds of the runs": some,
        "common random numbers": "yes" if design.common_random_numbers else "no",
    }
    return pd.DataFrame({"what": list(rows), "value": [str(value) for value in rows.values()]})


def _factor_table(design: Design) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "factor": [factor.name for factor in design.factors],
            "values or range": [_spread(factor.low, factor.high, factor.values) for factor in design.factors],
        }
    )


def _provenance_table(sweep: SweepTables) -> pd.DataFrame:
    given = dict(sweep.provenance)
    versions = given.pop("versions", {})
    rows = {**given, **{f"version of {name}": version for name, version in versions.items()}}
    return pd.DataFrame({"what": list(rows), "value": [str(value) for value in rows.values()]})


def _figure(picture: str, text: str) -> str:
    return f"<figure>\n{picture}\n<figcaption>{html.escape(text)}</figcaption>\n</figure>"


def _frame(table: pd.DataFrame, caption: str) -> str:
    if not len(table):
        return ""
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in table.columns)
    body = "\n".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in table.itertuples(index=False))
    caption = html.escape(caption)
    return f'<div class="wide"><table>\n<caption>{caption}</caption>\n<tr>{head}</tr>\n{body}\n</table></div>'


def _cell(value: object) -> str:
    if isinstance(value, (float, np.floating)):
        return f'<td class="number">{"–" if np.isnan(value) else f"{value:.4g}"}</td>'
    if isinstance(value, (int, np.integer)):
        return f'<td class="number">{value}</td>'
    return f"<td>{html.escape(str(value))}</td>"
