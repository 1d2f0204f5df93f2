"""comity explain: the answer in sentences, then tables of parts, meetings, and partners or issues."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from comity.commands.choice import Choice, read_seed_text
from comity.commands.console import console, table
from comity.errors import InputError
from comity.record.storage import PROVENANCE
from comity.saved import read_record
from comity.words.explain import Explanation, explain, quantity

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["explain_actor"]

_ROUNDING, _SHOWN = 1e-12, 5e-5


def explain_actor(choice: Choice, seed_text: str | None, actor: str, what: str, until: str | None) -> None:
    """Print why an actor changed in a saved record, or in a run of a scenario."""
    record = _record(choice, seed_text)
    found = explain(record, actor, what, until, called={issue.id: issue.name for issue in record.scenario.issues})
    screen = console()
    for sentence in found.sentences:
        screen.print(sentence, markup=False)
    screen.print()
    screen.print(_parts(found))
    screen.print()
    screen.print(_meetings(found))
    if len(found.details):
        screen.print()
        screen.print(_details(found))
    screen.print(
        f"\nAll numbers are shares from 0 to 1 or differences between them; {quantity(what, found.topic)} "
        f"{_meaning(what, found.topic)}."
    )


def _record(choice: Choice, seed_text: str | None) -> Record:
    """Return a saved record, or that of a run."""
    folder = Path(choice.scenario)
    if folder.is_dir() and (folder / PROVENANCE).is_file():
        if seed_text is not None or choice.patches or choice.settings or choice.theory is not None:
            raise InputError(
                f"{choice.scenario} is a record, which has its own seed and settings. "
                "Leave out --seed, --set, --patch and --preset, or name a scenario instead."
            )
        return read_record(folder)
    from comity.commands.run import hold
    from comity.forum.calendar import Calendar

    seed = read_seed_text("0" if seed_text is None else seed_text)
    return hold(Calendar(choice.load(), seed=seed, keep="all"), quiet=False)


def _meaning(what: str, topic: str) -> str:
    return {
        "cooperation": "is how readily it acts cooperatively when it speaks",
        "trust": "is its trust in every other actor, each counted alike",
        "sovereignty": f"is how costly outside say over {topic} is to it",
        "position": "goes from 0, a national matter, to 1, a joint one, over issues weighted by their salience to it",
        "anchor": "is the position to which politics at home pulls it back, over issues weighted by their salience",
    }[what]


def _table(*columns: str) -> Table:
    return table(*columns, left=("mechanism", "date", "was there"), folded=("what moved it",))


def _parts(found: Explanation) -> Table:
    view = _table("what moved it", "mechanism", "change", "share of all movement")
    for row in found.parts.to_dict("records"):
        view.add_row(row["meaning"], row["mechanism"], _change(row["part"]), f"{row['share']:.0%}")
    view.add_section()
    residual = found.residual
    view.add_row("not explained", "", "0" if abs(residual) < _ROUNDING else f"{residual:+.1e}", "")
    view.add_row("total", "", _change(found.change), "", style="bold")
    return view


def _meetings(found: Explanation) -> Table:
    """Return the meetings that the actor attended or that moved it."""
    when = [name for name in ("before_it", "in_it", "from_outside") if name in found.meetings]
    view = _table("meeting", "date", "was there", *(name.replace("_", " ") for name in when), f"{found.what} after")
    for row in found.meetings.to_dict("records"):
        if row["present"] or any(row[name] for name in when):
            present = "yes" if row["present"] else "no"
            numbers = *(_change(row[name]) for name in when), f"{row['after']:.3f}"
            view.add_row(row["meeting"], f"{row['date']:%Y-%m-%d}", present, *numbers)
    return view


def _details(found: Explanation) -> Table:
    """Return partners or issues; narrow enough for 100 columns."""
    parts = [str(name) for name in found.details.columns[4:]]
    view = table("trust in" if found.what == "trust" else "issue", "before", "after", "change", *parts)
    view.padding = 0
    for row in found.details.to_dict("records"):
        label = found.called.get(row["of"], row["of"]) if found.what == "trust" else row["of"]
        changes = (_change(row[name]) for name in ("change", *parts))
        view.add_row(label, f"{row['before']:.3f}", f"{row['after']:.3f}", *changes)
    return view


def _change(value: float) -> str:
    if 0 < abs(value) < _SHOWN:
        return f"{value:+.0e}"  # four digits would show nothing
    return "0" if value == 0 else f"{value:+.4f}"
