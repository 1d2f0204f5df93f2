"""A brief as a value: who a seat is, what it wants, and what it must not do."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity_classroom.phrases import Phrases

__all__ = ["Aim", "Brief", "IssueView", "Number", "Partner", "RedLine"]


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number about an actor, with what it is and where it comes from.

    Attributes
    ----------
    key
        Column of the actor tables.
    label, unit, source
        In words. ``source`` says where the number came from: data, a table, or an assumption.
    value
        As the model has it.
    shown
        As a reader wants it, in that unit.
    """

    key: str
    label: str
    value: float
    shown: str
    unit: str
    source: str


@dataclass(frozen=True, kw_only=True)
class IssueView:
    """How an actor sees one issue.

    Attributes
    ----------
    issue, name
        Id and name.
    position
        0 a national matter to 1 a joint matter.
    salience
        Share of its attention; sums to 1 over all issues.
    wish
        ``advance``, ``guard`` or ``weigh``: see :mod:`comity_classroom.briefs.rule`.
    sentence
        All that in words.
    """

    issue: str
    name: str
    position: float
    salience: float
    wish: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Partner:
    """Another actor, and trust in it before the first meeting or the migrants in common; a share."""

    partner: str
    name: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a seat should reach; whether it did can be read off its deeds.

    Attributes
    ----------
    key
        ``advance``, ``guard``, ``weigh`` (of an issue), ``arena`` or ``pledge``.
    subject
        Issue, arena or forum that it is about.
    weight
        How much it counts among the aims; positive.
    sentence, reason
        What to do, and from which numbers it follows.
    """

    key: str
    subject: str
    weight: float
    sentence: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RedLine:
    """What a seat must not do.

    Attributes
    ----------
    key
        ``offer`` (on an issue where words bind), ``offer_in_forum`` (any issue), ``arena`` or ``vote``.
    subject
        Issue, forum, arena or vote that it is about.
    answer
        The answer that crosses it: an arena, or yes or no in a vote; empty for offers.
    exposure
        Exposure from which an offer on the issue crosses it, a share; 0 where exposure does not matter.
    sentence, reason
        What not to do, and from which numbers it follows.
    """

    key: str
    subject: str
    answer: str = ""
    exposure: float = 0.0
    sentence: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Brief:
    """The role sheet of a seat.

    Attributes
    ----------
    actor, name, kind, role
        Id, name, kind (state, io, cso, …) and role of a state or stance of a network; empty for organisations.
    portrait
        Who this is in a sentence or two.
    numbers, issues
        Issues by salience, the most salient first.
    sovereignty
        How costly outside say is to it, in a sentence.
    trusted, distrusted
        The partners that it trusts most and least, the extreme first.
    partners
        The states with which it has most of its migrants, in and out, with that share of its own.
    aims, red_lines
        By the rule of :mod:`comity_classroom.briefs.rule`.
    notes
        What a reader must know of the numbers.
    basis
        From what trust and partners are composed, and where that is from; a sentence.
    phrases
        The language in which it is written.
    """

    actor: str
    name: str
    kind: str
    role: str
    portrait: str
    numbers: tuple[Number, ...]
    issues: tuple[IssueView, ...]
    sovereignty: str
    trusted: tuple[Partner, ...]
    distrusted: tuple[Partner, ...]
    partners: tuple[Partner, ...]
    aims: tuple[Aim, ...]
    red_lines: tuple[RedLine, ...]
    notes: tuple[str, ...]
    basis: str
    phrases: Phrases = field(repr=False, compare=False)
