"""Output of comity audit."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from comity.commands.choice import read_seed_text
from comity.commands.console import console, paragraph, table
from comity.errors import InputError
from comity.scenario.loading import load
from comity_lab.analysis.printing import check_files, save_all, with_half
from comity_lab.audit.auditing import Audit, audit
from comity_lab.audit.claims import read_claims
from comity_lab.audit.conditions import conditions_for
from comity_lab.interrupts import stopped, terminate_is_interrupt

__all__ = ["SIGNS", "audit_claims", "print_audit"]

SIGNS = {"holds": "✓", "reversed": "✗", "undecided": "?", "not measured": "–"}
_QUICK_REPLICATES, _REPLICATES = 3, 30
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def audit_claims(
    scenario: str,
    quick: bool,
    replicates: int | None,
    seed: str,
    workers: int | None,
    out: Path | None,
    claims_file: Path | None,
    quiet: bool,
) -> int:
    """Audit the claims, print the verdicts, and return the exit status."""
    if replicates is None:
        replicates = _QUICK_REPLICATES if quick else _REPLICATES
    if replicates < 2:
        raise InputError(f"--replicates must be 2 or more, for an interval, got {replicates}. Give 30 or more.")
    claims = [claim for claim in read_claims(claims_file) if claim.quick or not quick]
    if not claims:
        raise InputError("audit: no claim is marked quick = true. Mark some, or leave out --quick.")
    if out is not None:
        check_files(out, "audit")
    found = _ask(
        claims,
        conditions_for(load(scenario), quick=quick),
        scenario=scenario,
        replicates=replicates,
        seed=read_seed_text(seed),
        workers=1 if quick and workers is None else workers,
        out=out,
        quiet=quiet,
    )
    if found is None or found.interrupted:
        return stopped(out)
    print_audit(found)
    if out is not None:
        save_all(out, "audit", found.table, None)
    if found.n_failed:
        print(f"warning: {found.n_failed} runs failed", file=sys.stderr)
        return 1
    return 0


def _ask(*arguments: Any, **options: Any) -> Audit | None:
    """Return the result of an audit; None if it was stopped while processes start or end, or by a second Ctrl-C."""
    try:
        with terminate_is_interrupt():
            return audit(*arguments, **options)
    except KeyboardInterrupt:
        return None


def print_audit(found: Audit) -> None:
    """Print a row for each claim and a column for each condition, then the letters, counts, and what does not hold."""
    screen = console()
    rows = found.table
    letters = dict(zip((item.name for item in found.conditions), _LETTERS, strict=False))
    signs = " ".join(letters.values())
    view = table("claim", "must", "as it is ± 95 %", signs, title="Claims under changes", left=("must", signs))
    first = found.conditions[0].name
    verdicts = {(row["condition"], row["claim"]): row["verdict"] for row in rows.to_dict("records")}
    for row in rows[rows["condition"] == first].to_dict("records"):
        signs = " ".join(SIGNS[verdicts[item.name, row["claim"]]] for item in found.conditions)
        shown = with_half(row["difference"], row["half_width"], sign=True)
        view.add_row(row["claim"], f"{row['measure'].replace('_', ' ')} {row['sign']}", shown, signs)
    screen.print(view)
    for item in found.conditions:
        counts = rows.loc[rows["condition"] == item.name, "verdict"].value_counts()
        said = ", ".join(f"{count} {word}" for word, count in counts.items())
        legend = f"{letters[item.name]}  {item.text} ({item.kind}): {said}"
        paragraph(screen, legend, 3)
    for line in (*_what_does_not_hold(found), *_notes(found)):
        paragraph(screen, line, 2)
    n = rows["n"]
    span = f"{n.min()}" if n.min() == n.max() else f"{n.min()} to {n.max()}"
    foot = (
        f"{SIGNS['holds']} holds, {SIGNS['reversed']} reversed, {SIGNS['undecided']} undecided at this n, "
        f"{SIGNS['not measured']} not measured; n = {span} pairs under common luck, 95 % interval, Student's t: where "
        "there is no effect, one in forty is called holds and one in forty reversed by luck alone"
    )
    paragraph(screen, foot)


def _what_does_not_hold(found: Audit) -> Iterable[str]:
    table = found.table
    for claim in found.claims:
        rows = table[(table["claim"] == claim.id) & (table["verdict"] != "holds")]
        if rows.empty:
            continue
        words = [f"{word} under {', '.join(part['condition'])}" for word, part in rows.groupby("verdict", sort=False)]
        yield f"{claim.id}: {'; '.join(words)}. “{claim.sentence}”"
    if (table["verdict"] == "holds").all():
        yield "Every claim holds under every change that was tried."


def _notes(found: Audit) -> Iterable[str]:
    """Yield what the signs do not say, claim by claim."""
    return (f"{claim.id}: {claim.note}" for claim in found.claims if claim.note)
