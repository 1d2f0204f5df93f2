"""Aims and red lines of a seat: the rule of :mod:`comity.briefs.rule` in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from comity.briefs import rule, thresholds
from comity.phases import Phase
from comity.population.people import Population
from comity.scenario.schema import Forum, Scenario, Vote
from comity_classroom.briefs.brief import Aim, RedLine
from comity_classroom.phrases import Phrases

__all__ = ["Seat", "aims_of", "red_lines_of"]


@dataclass(frozen=True, kw_only=True)
class Seat:
    """The input of the rule: an actor at the start of a scenario.

    Attributes
    ----------
    row
        Row of the world.
    kind, stance
        As in the actor tables.
    sovereignty, income
        Shares.
    position, salience
        By issue; shares, shape (K,).
    forums
        Forums of the calendar whose plenaries or round tables admit its kind.
    votes
        Votes of the calendar, in order; none for organisations and networks.
    gains
        Utility of each arena at the start; None without a choice of arena, and for organisations and networks.
    """

    row: int
    kind: str
    stance: str
    sovereignty: float
    income: float
    position: np.ndarray
    salience: np.ndarray
    forums: tuple[Forum, ...]
    votes: tuple[Vote, ...]
    gains: dict[str, float] | None

    @classmethod
    def of(cls, scenario: Scenario, population: Population, row: int) -> Seat:
        """Return the seat of an actor."""
        actor = population.actors.iloc[row]
        kind, is_state = str(actor["kind"]), str(actor["kind"]) == "state"
        held = {meeting.forum for meeting in scenario.meetings}
        forums = [forum for forum in scenario.forums if forum.id in held and _may_sit(forum, kind)]
        return cls(
            row=row,
            kind=kind,
            stance=str(actor["stance"]),
            sovereignty=float(actor["sovereignty"]),
            income=float(actor["income"]),
            position=population.world.position[row].copy(),
            salience=population.world.salience[row].copy(),
            forums=tuple(forums),
            votes=tuple(vote for meeting in scenario.meetings for vote in meeting.votes) if is_state else (),
            gains=rule.arena_gains(scenario, population, row) if is_state else None,
        )

    def first_issues(self) -> list[int]:
        """Return the indices of the issues with an aim, the most salient first."""
        return [int(k) for k in np.argsort(-self.salience, kind="stable")[: int(thresholds.N_AIMS.default)]]


def _may_sit(forum: Forum, kind: str) -> bool:
    return any(kind in entry.kinds and entry.phase in (Phase.PLENARY, Phase.ROUND_TABLES) for entry in forum.format)


def aims_of(scenario: Scenario, seat: Seat, phrases: Phrases) -> tuple[Aim, ...]:
    """Return the aims of a seat: issues by salience, then arena and pledge."""
    return tuple(_aims(scenario, seat, phrases))


def _aims(scenario: Scenario, seat: Seat, phrases: Phrases) -> Iterator[Aim]:
    first = seat.first_issues()
    total = float(seat.salience[first].sum())
    for k in first:
        key, position, salience = rule.aim_on(seat.position[k]), float(seat.position[k]), float(seat.salience[k])
        yield Aim(
            key=key,
            subject=scenario.issues[k].id,
            weight=salience / total if total > 0 else 1 / len(first),
            sentence=phrases.say(f"aims.{key}.sentence", issue=phrases.name(scenario.issues[k].name)),
            reason=phrases.say(f"aims.{key}.reason", position=position, salience=salience),
        )
    if seat.gains is not None:
        best = rule.named_arena(seat.gains)
        yield Aim(
            key="arena",
            subject=best,
            weight=thresholds.ARENA_WEIGHT.default,
            sentence=phrases.say("aims.arena.sentence", arena=phrases.say(f"arenas.{best}")),
            reason=phrases.say("aims.arena.reason", **_gains_in_words(seat.gains, phrases)),
        )
    led = next((forum for forum in seat.forums if forum.state_led), None)
    if seat.kind == "state" and led is not None and seat.income >= thresholds.RICH.default:
        yield Aim(
            key="pledge",
            subject=led.id,
            weight=thresholds.PLEDGE_WEIGHT.default,
            sentence=phrases.say("aims.pledge.sentence", forum=phrases.name(led.name)),
            reason=phrases.say("aims.pledge.reason", income=seat.income),
        )


def red_lines_of(scenario: Scenario, seat: Seat, phrases: Phrases) -> tuple[RedLine, ...]:
    """Return the red lines of a seat."""
    return tuple(_red_lines(scenario, seat, phrases))


def _red_lines(scenario: Scenario, seat: Seat, phrases: Phrases) -> Iterator[RedLine]:
    group = "state" if seat.kind == "state" else "other"
    costly = rule.costly_issues(scenario, list(seat.forums), seat.sovereignty, seat.position)
    for k, forums, cost in costly:
        yield RedLine(
            key="offer",
            subject=scenario.issues[k].id,
            sentence=phrases.say(
                "red_lines.offer.sentence",
                issue=phrases.name(scenario.issues[k].name),
                forum=phrases.name(forums[0].name),
            ),
            reason=phrases.say(f"red_lines.offer.reason.{group}", cost=cost, position=float(seat.position[k])),
            exposure=thresholds.COSTLY.default / seat.sovereignty,
        )
    if seat.stance == "outside":
        for forum in seat.forums:
            if forum.state_led:
                yield RedLine(
                    key="offer_in_forum",
                    subject=forum.id,
                    sentence=phrases.say("red_lines.offer_in_forum.sentence", forum=phrases.name(forum.name)),
                    reason=phrases.say("red_lines.offer_in_forum.reason"),
                )
    yield from _arena_lines(seat, phrases)
    yield from _vote_lines(scenario, seat, phrases)


def _arena_lines(seat: Seat, phrases: Phrases) -> Iterator[RedLine]:
    if seat.gains is None:
        return
    for arena in rule.ruled_out_arenas(seat.gains):
        yield RedLine(
            key="arena",
            subject=arena,
            answer=arena,
            sentence=phrases.say(f"red_lines.arena.{arena}"),
            reason=phrases.say("red_lines.arena.reason", **_gains_in_words(seat.gains, phrases)),
        )


def _vote_lines(scenario: Scenario, seat: Seat, phrases: Phrases) -> Iterator[RedLine]:
    for vote in seat.votes:
        leaning = rule.leaning(scenario, vote, seat.sovereignty, seat.position, seat.salience)
        if thresholds.NEVER_YES.default < leaning < thresholds.NEVER_NO.default:
            continue
        answer = "no" if leaning >= thresholds.NEVER_NO.default else "yes"
        yield RedLine(
            key="vote",
            subject=vote.id,
            answer=answer,
            sentence=phrases.say(f"red_lines.vote.{answer}", text=phrases.name(vote.text)),
            reason=phrases.say("red_lines.vote.reason", leaning=leaning),
        )


def _gains_in_words(gains: dict[str, float], phrases: Phrases) -> dict[str, str]:
    return {arena: phrases.number(gain) for arena, gain in gains.items()}
