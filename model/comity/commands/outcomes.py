"""The outcomes of a run: treaties, votes, arenas, organisations, agreements, chairs."""

from __future__ import annotations

import textwrap

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from comity.commands.console import table
from comity.record import Record
from comity.words.decisions import decided

__all__ = ["print_outcomes"]

_SHOWN_MOVES = 6
_ANSWERS = ("yes", "abstain", "no", "absent")
_ARENAS = {"un": "the UN", "informal": "the informal forum", "nowhere": "no forum"}


def print_outcomes(screen: Console, record: Record) -> None:
    """Print the outcomes of a run; parts that a scenario lacks are omitted."""
    screen.print("\n[bold]Outcomes[/bold]")
    for line in (*_memberships(record), *_support(record), *_practices(record), *_chairs(record), *_moves(record)):
        wrapped = textwrap.fill(line, screen.width, initial_indent="  ", subsequent_indent="      ")
        screen.print(wrapped, markup=False, soft_wrap=True)
    for view in (_votes(record), _arenas(record)):
        if view is not None:
            screen.print()
            screen.print(view)


def _moves(record: Record) -> list[str]:
    """Return the number of moves made by people, and the ones without effect."""
    made = record.trace.moves
    if not made:
        return []
    failed = [f"{move.actor} at {move.meeting} {move.words()} ({reason})" for move, reason in made if reason]
    more = f"; and {len(failed) - _SHOWN_MOVES} more in the table of moves" if len(failed) > _SHOWN_MOVES else ""
    listed = f": {'; '.join(failed[:_SHOWN_MOVES])}{more}" if failed else ""
    word = "move" if len(made) == 1 else "moves"
    return [f"{len(made)} {word} by people, {len(failed) or 'none'} without effect{listed}"]


def _memberships(record: Record) -> list[str]:
    """Return parties and members before the first meeting and at the end of the last year, and who joined."""
    table, actors = record.memberships, record.actors_by_id
    if not len(table):
        return []
    institutions, subject, lines = record.scenario.institutions, record.scenario.subject, []
    for item, bound, title in (
        (subject.treaty, institutions.rights_issue, f"{subject.words()['treaty']}, parties"),
        (subject.agency, institutions.agency, f"{institutions.agency}, members"),
    ):
        if not bound or item is None:
            continue
        treaty = item.id
        first, last = int(actors[item.column].sum()), int(table["year"].max())
        members = int(table.loc[(table["treaty"] == treaty) & (table["year"] == last), "members"].sum())
        joined = record.joiners.loc[record.joiners["treaty"] == treaty]
        names = [f"{row.actor} {row.year}" for row in joined.itertuples(index=False)]
        who = (
            f"; joined: {', '.join(names[:8])}{f' and {len(names) - 8} more' if len(names) > 8 else ''}"
            if names
            else ""
        )
        lines.append(f"{title}: {first} at the start, {members} at the end of {last}{who}")
    return lines


def _support(record: Record) -> list[str]:
    """Return the organisations that states supported most at the first and at the last main meeting."""
    table = record.support
    if not len(table):
        return []
    meetings = list(dict.fromkeys(table["meeting"]))
    lines = []
    for meeting in dict.fromkeys((meetings[0], meetings[-1])):
        top = table[(table["meeting"] == meeting) & (table["rank"] <= 3)].sort_values("rank")
        named = ", ".join(f"{row.organisation} {row.support:.2f}" for row in top.itertuples(index=False))
        lines.append(f"organisations that states supported most, {meeting}: {named} (mean support, no unit)")
    return lines


def _practices(record: Record) -> list[str]:
    meetings = record.meetings
    if not len(meetings):
        return []
    contacts, agreements = int(meetings["contacts"].sum()), int(meetings["agreements"].sum())
    return [
        f"practices copied from others: {meetings['practices'].iloc[-1]:.0f}",
        f"bilateral talks in corridors: {contacts}, of which {agreements} led to an agreement",
    ]


def _chairs(record: Record) -> list[str]:
    table = record.chairs
    how = " (as scripted)" if record.scenario.choices.host == "scripted" else ""
    names = {"withdrawal": f"chairs that withdrew{how}", "vacancy": f"chair left vacant{how}"}
    lines = []
    for event, words in names.items():
        found = table[table["event"] == event]
        told = [
            " ".join(filter(None, [row["state"], row["meeting"] or str(row["date"].year)]))
            + (", not as scripted: a person chose so" if how and "by a person" in row["text"] else "")
            for row in found.to_dict("records")
        ]
        if told:
            lines.append(f"{words}: {', '.join(told)}")
    cancelled = table[table["event"] == "cancelled"]
    lines += [f"not held: {row.meeting}, because {row.text}" for row in cancelled.itertuples()]
    return lines


def _votes(record: Record) -> Table | None:
    """Return the votes: the answers of states, and in brackets how many were expected."""
    votes = record.votes
    if not len(votes):
        return None
    heading = "votes: states (and expected number)"
    view = table(heading, *_ANSWERS, "outcome", folded=(heading,))
    texts = {vote.id: vote.text for meeting in record.scenario.meetings for vote in meeting.votes}
    for name, group in votes.groupby("vote", sort=False):
        cells = [f"{int((group['answer'] == a).sum())} ({group[f'p_{a}'].sum():.1f})" for a in _ANSWERS]
        outcome = decided(bool(group["adopted"].iloc[0]), group["decision"].iloc[0])
        view.add_row(escape(f"{name}: {texts.get(str(name), '')}"), *cells, outcome)
    return view


def _arenas(record: Record) -> Table | None:
    """Return where states would like to go on after each dialogue, by role."""
    arenas = record.arenas
    if not len(arenas):
        return None
    view = table("first choice of arena: states", "of", *_ARENAS.values(), left=("of",))
    counts = pd.crosstab([arenas["meeting"], arenas["group"]], arenas["first"])
    for meeting in dict.fromkeys(arenas["meeting"]):
        label = f"after {meeting}"
        for role, words in ((role.id, role.many) for role in record.scenario.subject.roles):
            if (meeting, role) in counts.index:
                row = counts.loc[(meeting, role)]
                view.add_row(label, words, *(str(int(row.get(arena, 0))) for arena in _ARENAS))
                label = ""
    return view
