"""An explanation of one actor's change, and how it is told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from comity.scenario.subject import MIGRATION, Subject
from comity.words.quantities import QUANTITIES

__all__ = [
    "BETWEEN",
    "BUILT_IN",
    "PHRASES",
    "QUANTITIES",
    "Explanation",
    "enumerate_words",
    "partners",
    "quantity",
    "sentences",
    "who",
]


PHRASES: dict[tuple[str, str], str] = {
    ("cooperation", "social_influence"): "the example of the rooms it sat in",
    ("cooperation", "mimicry"): "practices that it copied from speakers",
    ("cooperation", "turnover"): "new delegates who had not been there",
    ("sovereignty", "reassurance"): "cooperative rooms that bound nobody",
    ("sovereignty", "backlash"): "rooms that contested its camp",
    ("sovereignty", "turnover"): "new delegates who had not been there",
    ("sovereignty", "shock"): "events outside the forums",
    ("position", "persuasion"): "arguments of speakers whom it trusts",
    ("position", "domestic_pull"): "the pull of its constituency at home",
    ("position", "shock"): "events outside the forums",
    ("anchor", "internalisation"): "a position held for long among states that it trusts",
    ("anchor", "advocacy"): "what networks carried home from the meetings",
    ("anchor", "shock"): "events outside the forums",
    ("trust", "cooperation"): "cooperative interventions that it heard",
    ("trust", "statement"): "statements that it heard",
    ("trust", "contestation"): "contesting interventions that it heard",
    ("trust", "corridor"): "bilateral talks in the corridor",
    ("trust", "generalised"): "what it learned of others of the same group",
    ("trust", "forgetting"): "experience that faded with the years",
}
BETWEEN = {"turnover", "shock", "domestic_pull", "internalisation", "forgetting"}
"""Parts that work between meetings; all others work in the sittings of a meeting."""
BUILT_IN = {what: {part for quantity, part in PHRASES if quantity == what} for what in QUANTITIES}
"""Parts of the built-in mechanisms, by quantity; all others are steps from outside."""

WHO = {
    "io": "an international organisation", "cso": "a civil-society network", "business": "the business mechanism",
    "mayors": "the mayors' mechanism", "youth": "the youth mechanism",
}  # fmt: skip
PARTNERS = {"organisation": "organisations", "network": "networks"}
"""Kinds and groups of actors in words, without the states, whose roles :func:`who` and :func:`partners` add."""
_SMALL, _SHOWN = 1e-3, 5e-5
"""Changes that are too small to be called a rise or a fall, and those that four digits do not show."""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a quantity of one actor changed.

    Attributes
    ----------
    actor, name, who
        Id, name, and kind in words.
    what
        cooperation, trust, sovereignty, position or anchor.
    since, until
        Beginning and end of the time that is explained, in words.
    before, after
        The quantity then, shares.
    parts
        One row per mechanism: mechanism, meaning, part (of the change) and share (of all movement, which counts rises
        and falls alike). The parts add up to the change.
    meetings
        One row per meeting: meeting, name, date, present, before_it (change in the time since the last meeting closed),
        in_it (change in its sittings) and after (the quantity when it closed).
    details
        One row per group of partners (trust) or issue (position, anchor): of, before, after, change and a column for
        each mechanism; empty for the other two.
    called
        What the groups or issues in ``details`` are called in sentences; those that are not there, as there.
    topic
        What positions are on.
    sentences
        The answer in words.
    """

    actor: str
    name: str
    who: str
    what: str
    since: str
    until: str
    before: float
    after: float
    parts: pd.DataFrame
    meetings: pd.DataFrame
    details: pd.DataFrame
    called: Mapping[str, str]
    topic: str = MIGRATION.topic
    sentences: tuple[str, ...] = ()

    @property
    def change(self) -> float:
        """Total change, a difference of shares."""
        return self.after - self.before

    @property
    def residual(self) -> float:
        """What the parts leave unexplained: zero but for rounding."""
        return self.change - float(self.parts["part"].sum())

    def __str__(self) -> str:
        """Return the answer in words."""
        return "\n".join(self.sentences)


def quantity(what: str, topic: str) -> str:
    """Return what can be explained in words, such as: position on migration."""
    return QUANTITIES[what] + (f" on {topic}" if what in ("position", "anchor") else "")


def who(subject: Subject) -> dict[str, str]:
    """Return what one actor is in words, by role or kind."""
    return {role.id: role.one for role in subject.roles} | WHO


def partners(subject: Subject) -> dict[str, str]:
    """Return the groups of actors in words."""
    return {role.id: role.many for role in subject.roles} | PARTNERS


def sentences(found: Explanation) -> list[str]:
    """Return what changed, by what, when, and towards whom or on what."""
    named, change = f"The {quantity(found.what, found.topic)} of {found.name}, {found.who},", found.change
    largest = float(found.parts["part"].abs().max()) if len(found.parts) else 0.0
    if change == 0 and largest == 0:
        sentences = [f"{named} was {found.before:.3f} at {found.since} and the same at {found.until}."]
    elif abs(change) < _SMALL:
        by = _signed(change) if abs(change) >= _SHOWN else "less than 0.0001"
        sentences = [
            f"{named} hardly changed: it was {found.before:.3f} at {found.since}, and at {found.until} it was less "
            f"than {_SMALL} away from that ({by} on a scale from 0 to 1)."
        ]
    else:
        verb = "rose" if change > 0 else "fell"
        sentences = [
            f"{named} {verb} from {found.before:.3f} at {found.since} to {found.after:.3f} at {found.until}: "
            f"{_signed(change)} on a scale from 0 to 1."
        ]
    ups, downs = _listed(found.parts, 1), _listed(found.parts, -1)
    if ups or downs:
        told = [f"raised by {ups}" if ups else "", f"lowered by {downs}" if downs else ""]
        balance = ", which nearly cancelled out" if ups and downs and abs(change) < _SMALL <= largest else ""
        sentences.append(f"It was {' and '.join(filter(None, told))}{balance}.")
    else:
        sentences.append("Nothing moved it by as much as 0.0001." if largest else "Nothing moved it.")
    held = found.meetings[found.meetings["in_it"].abs() >= _SHOWN]
    if len(held):
        top = held.iloc[np.argsort(-held["in_it"].abs().to_numpy(), kind="stable")[:3]]
        moved = [f"“{row['name']}” in {row['date'].year} ({_signed(row['in_it'])})" for row in top.to_dict("records")]
        one = len(moved) == 1
        between = float(found.meetings["before_it"].sum())
        rest = f"; the time between meetings added up to {_signed(between)}" if abs(between) >= _SHOWN else ""
        sentences.append(f"The meeting{'' if one else 's'} that moved it most: {enumerate_words(moved)}{rest}.")
    elif float(found.meetings["before_it"].abs().sum()) >= _SHOWN and "from_outside" not in found.meetings:
        sentences.append("No meeting moved it; all of the change came between meetings.")
    if len(found.details):
        sentences.append(_towards(found))
    return sentences


def _listed(parts: pd.DataFrame, sign: int) -> str:
    """Return the parts of one sign in words, the largest first."""
    some = parts[sign * parts["part"] >= _SHOWN].sort_values("share", ascending=False, kind="stable")
    return enumerate_words([f"{row['meaning']} ({_signed(row['part'])})" for row in some.to_dict("records")])


def _towards(found: Explanation) -> str:
    """Return where trust or position rose most and fell most."""
    order = found.details.sort_values("change", kind="stable")
    low, high = order.iloc[0], order.iloc[-1]
    where = "trust in {}" if found.what == "trust" else f"the {found.what} on {{}}"
    most, least = (found.called.get(str(row["of"]), str(row["of"])) for row in (high, low))
    told = []
    if high["change"] >= _SMALL:
        told.append(f"{where.format(most)} rose most ({_signed(high['change'])})")
    if low["change"] <= -_SMALL:
        told.append(f"{where.format(least)} fell most ({_signed(low['change'])})")
    nothing = "trust in no group changed" if found.what == "trust" else f"no {found.what} changed"
    moved = bool((found.details["change"] != 0).any())
    text = " and ".join(told) or (f"{nothing} by as much as {_SMALL}" if moved else nothing)
    return f"{text[0].upper()}{text[1:]}."


def _signed(change: float) -> str:
    return f"{change:+.4f}".replace("-", "−")


def enumerate_words(items: list[str]) -> str:
    """Return items in a row, with "and" before the last."""
    return " and ".join(items) if len(items) < 3 else f"{', '.join(items[:-1])} and {items[-1]}"
