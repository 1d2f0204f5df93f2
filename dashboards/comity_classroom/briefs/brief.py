"""A brief as a value: the identity, aims and red lines of a seat."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity_classroom.phrases import Phrases

__all__ = ["Aim", "Brief", "IssueView", "Number", "Partner", "RedLine"]


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number about an actor, with its meaning and source.

    Attributes
    ----------
    key
        Column of the actor tables.
    label, unit, source
        In words. The source is a data set, a table, or an assumption.
    value
        The value in the model.
    shown
        The value as text, in that unit.
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
        From 0, a national matter, to 1, a joint matter.
    salience
        Share of its attention; sums to 1 over all issues.
    sentence
        Position and salience in words.
    """

    issue: str
    name: str
    position: float
    salience: float
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Partner:
    """Another actor, with the trust in it before the first meeting, or the share of migrants; in [0, 1]."""

    partner: str
    name: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Aim:
    """A goal of a seat, which its conduct can meet or miss.

    Attributes
    ----------
    key
        ``advance``, ``guard``, ``weigh`` (of an issue), ``arena`` or ``pledge``.
    subject
        The issue, arena or forum.
    weight
        Weight among the aims; positive.
    sentence, reason
        What to do, and the numbers from which this follows.
    """

    key: str
    subject: str
    weight: float
    sentence: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RedLine:
    """An act that a seat must avoid.

    Attributes
    ----------
    key
        ``offer`` (on an issue, where words bind), ``offer_in_forum`` (on any issue), ``arena`` or ``vote``.
    subject
        The issue, forum, arena or vote.
    answer
        The answer that crosses the line: an arena, or yes or no in a vote; empty for offers.
    exposure
        Lowest exposure at which an offer on the issue crosses the line, a share; 0 for other lines.
    sentence, reason
        What to avoid, and the numbers from which this follows.
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
        The actor in a sentence or two.
    numbers, issues
        Issues are sorted by salience, the most salient first.
    sovereignty
        How costly outside influence is to the actor, in a sentence.
    trusted, distrusted
        The actors that it trusts most and least; the extremes come first.
    partners
        The states with the largest shares of its migrants, immigrants and emigrants together.
    aims, red_lines
        By the rule of :mod:`comity.briefs.rule`.
    notes
        Caveats about the numbers.
    basis
        How trust and partners were derived, and their source; a sentence.
    phrases
        The language of the brief.
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
