"""Colours and names of groups, acts and issues, distinguishable for readers with colour-blindness."""

from __future__ import annotations

from comity.record import Record
from comity.scenario.subject import Subject
from comity.world.world import GROUPS
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["ACTS", "GROUP_COLOURS", "MANY", "ON_BLACK", "SYMBOLS", "actor_names", "colours_of", "legend_of", "names_of"]

GROUP_COLOURS: dict[str, str] = dict(zip(GROUPS, ("#d98200", "#0072b2", "#009e73", "#b5508c", "#4aa8dd"), strict=True))
"""After Okabe and Ito (2008); light colours are slightly darker, for contrast on white and on black."""


def names_of(subject: Subject, words: Phrases = ENGLISH) -> dict[str, str]:
    """Return the names of the groups of actors by their codes, roles of states as the subject calls them."""
    others = {group: words.say(f"groups.{group}") for group in GROUPS[3:]}
    return {role.id: words.term("model.subject", role.many) for role in subject.roles} | others


def actor_names(record: Record, words: Phrases = ENGLISH) -> dict[str, str]:
    """Return the names of all actors of a run by their ids, in their order."""
    table = record.actors_by_id
    return {str(one): words.term("actors", str(name)) for one, name in zip(table["id"], table["name"], strict=True)}


def colours_of(subject: Subject) -> dict[str, str]:
    """Return the colours of the groups of actors by their codes."""
    return dict(zip(subject.groups, GROUP_COLOURS.values(), strict=True))


def legend_of(subject: Subject, words: Phrases = ENGLISH) -> list[dict[str, str]]:
    """Return name and colour of each group of actors, for widgets."""
    colours = colours_of(subject)
    return [{"name": name, "colour": colours[group]} for group, name in names_of(subject, words).items()]


MANY: tuple[str, ...] = (
    "#4477aa", "#cc6677", "#c29a00", "#117733", "#62b0dc", "#aa4499", "#44aa99", "#999933", "#882255", "#8c8c8c",
)  # fmt: skip
"""For issues and organisations, after the muted scheme of Tol (2021), with darker light colours. Charts also use names,
symbols or order."""

ON_BLACK: dict[str, str] = {
    "#117733": "#8fdc8f", "#882255": "#e9a9c6", "#7a4a00": "#c9a06a", "#333333": "#d0d0d0",
}  # fmt: skip
"""Replacements in the dark theme for colours with too little contrast."""

SYMBOLS: tuple[str, ...] = ("circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow")
"""Markers of lines, so that colour is never the only difference."""

ACTS: dict[str, str] = {
    "silence": "silent",
    "statement": "spoke",
    "cooperation": "cooperated: shared a practice or made an offer",
    "contestation": "contested",
    "talk": "talked in the corridor",
}
