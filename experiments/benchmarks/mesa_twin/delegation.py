"""A delegation: what states, organisations and networks have in common; its beliefs, its experience, its speeches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import mesa

from mesa_twin.arithmetic import ROUNDING, Decision, address_of, clip, logistic, logit, opposed

if TYPE_CHECKING:
    from mesa_twin.meeting import HeldMeeting
    from mesa_twin.model import TwinModel
    from mesa_twin.sitting import Room, Sitting

__all__ = ["Act", "Belief", "Delegation", "Experience", "Speech"]


class Belief:
    """Positive and negative evidence about a partner.

    Attributes
    ----------
    alpha, beta
        Evidence that the partner cooperates, and that it does not; both start from the prior.
    mean
        Expectation that the partner acts cooperatively, alpha / (alpha + beta).
    """

    __slots__ = ("_alpha_before", "_beta_before", "alpha", "beta", "mean")

    def __init__(self, prior: float, weight: float) -> None:
        self.alpha = self._alpha_before = prior * weight
        self.beta = self._beta_before = (1 - prior) * weight
        self.mean = prior

    def learn(self, evidence: float, weight: float) -> None:
        """Add a piece of evidence in [0, 1] of some weight."""
        self.alpha += weight * evidence
        self.beta += weight * (1 - evidence)
        self.mean = self.alpha / (self.alpha + self.beta)

    def forget(self, decay: float) -> None:
        """Lose a share of what was learned, and nothing of the prior."""
        self.alpha -= decay * (self.alpha - self._alpha_before)
        self.beta -= decay * (self.beta - self._beta_before)
        self.mean = self.alpha / (self.alpha + self.beta)


@dataclass
class Experience:
    """Rounds sat in, trust felt in them (a sum), and acts heard, of which so many were cooperative."""

    rounds: int = 0
    trust: float = 0.0
    n_heard: int = 0
    n_cooperative: int = 0

    def sat(self, trust: float) -> None:
        """Note a round, and the mean trust in the room."""
        self.rounds += 1
        self.trust += trust

    def heard(self, speeches: int, cooperative: int) -> None:
        """Note what was heard in a round."""
        self.n_heard += speeches
        self.n_cooperative += cooperative

    @property
    def worth(self) -> float:
        """What the meeting was worth: half trust, half the share of cooperation heard (ODD 7.13)."""
        heard = self.n_cooperative / self.n_heard if self.n_heard else 0.0
        return (self.trust / self.rounds + heard) / 2


class Act(StrEnum):
    """What a member of a room does in a round; ``talk`` is the corridor's, where nobody takes the floor."""

    SILENCE = "silence"
    STATEMENT = "statement"
    COOPERATION = "cooperation"
    CONTESTATION = "contestation"
    TALK = "talk"


class Speech(NamedTuple):
    """One intervention."""

    speaker: Delegation
    act: Act
    position: float
    authority: float


class Delegation(mesa.Agent):
    """One actor.

    Parameters
    ----------
    model
        The model that it belongs to.
    row
        Its row of the actor table, as a dictionary; ``index`` is the place of the row.
    first_day, last_day
        Days between which it exists, as proleptic ordinals.

    Attributes
    ----------
    lessons
        What the meeting that is being held has taught it about others: evidence and its weight, piece by piece.
    """

    model: TwinModel
    is_state = False

    def __init__(self, model: TwinModel, row: dict[str, Any], index: int, first_day: int, last_day: int) -> None:
        super().__init__(model)
        issues = [issue.id for issue in model.given.issues]
        self.row = index
        self.id: str = row["id"]
        self.address = address_of(self.id)
        self.kind: str = row["kind"]
        self.role: str = row["role"] if self.kind == "state" else ""
        self.stance: str = row["stance"] if self.kind not in ("state", "io") else ""
        self.first_day, self.last_day = first_day, last_day
        self.is_developed = bool(row["developed"])
        self.income: float = row["income"]
        self.climate: float = row["civil_society_climate"]
        self.normative_mandate: float = row["normative_mandate"]
        self.service: float = row["service"]
        self.non_yes_share: float = row["non_yes_share"]
        self.absent_share: float = row["absent_share"]
        self.partners: dict[Delegation, float] = {}
        self.members: float = row["members"]
        self.outreach = 0.0
        self.scales = {
            name: float(row[name])
            for name in ("electoral_competition", "immigrant_share", "income", "destination_scale")
        }
        self.sovereignty = self.entry_sovereignty = float(row["sovereignty"])
        self.cooperation = self.entry_cooperation = float(row["cooperation"])
        self.capacity = self.authority = float(row["capacity"])
        self.pressure = 0.0
        self.position: dict[str, float] = {issue: row[f"position_{issue}"] for issue in issues}
        self.anchor = dict(self.position)
        self.salience: dict[str, float] = {issue: row[f"salience_{issue}"] for issue in issues}
        self.mandate: dict[str, float] = {issue: row[f"mandate_{issue}"] for issue in issues}
        self.practices = dict.fromkeys(issues, 0)
        self.lent = dict.fromkeys(issues, 0.0)
        self.attachment = {forum.id: forum.attachment for forum in model.given.forums}
        self.has_given = dict.fromkeys(self.attachment, False)
        self.trust: dict[Delegation, Belief] = {}
        self.lessons: dict[Delegation, list[tuple[float, float]]] = {}
        self.is_crmw_party = bool(row["crmw_party_2006"])
        self.is_agency_member = bool(row["iom_member_2006"])

    def exists(self, day: date) -> bool:
        """Return whether it exists on a day."""
        return self.first_day <= day.toordinal() <= self.last_day

    def burden(self, weight: float) -> float:
        """Return what a given exposure or bindingness costs it: nothing, unless it answers to voters."""
        return 0.0

    @property
    def group(self) -> str:
        """What it is to others: its role if it is a state, else organisation or network."""
        return self.role or ("organisation" if self.kind == "io" else "network")

    # Coming, and manning a room (ODD 7.2)

    def comes_to(self, meeting: HeldMeeting) -> bool:
        """Decide whether to come to a meeting."""
        chosen = self.model.people.choice(self.id, meeting.id, "attends")
        if chosen is not None:
            return chosen
        salience = sum(self.salience[topic.issue] for topic in meeting.agenda) / len(meeting.agenda)
        utility = self.model.parameters.attendance_intercept + self._readiness(
            meeting, self.burden(meeting.forum.bindingness), salience, self.capacity
        )
        utility += self.model.parameters.attendance_reach * meeting.nearness(self)
        return self.model.luck.draw(Decision.ATTENDANCE, meeting.id, actor=self.address) < logistic(utility)

    def would_man(self, sitting: Sitting) -> float:
        """Return the probability to man a room of a sitting, the one that it cares most about."""
        room = max(sitting.rooms, key=lambda room: self.salience[room.issue])
        return logistic(
            self.model.parameters.room_intercept
            + self._readiness(
                sitting.meeting,
                self.burden(room.exposure),
                self.salience[room.issue],
                self.capacity + self.lent[room.issue],
            )
        )

    def admission(self, sitting: Sitting) -> float:
        """Return the probability to be let in where a person chose a room for it."""
        return 1.0

    def _readiness(self, meeting: HeldMeeting, burden: float, salience: float, capacity: float) -> float:
        p = self.model.parameters
        return (
            p.attendance_capacity * capacity
            + p.attendance_attachment * self.attachment[meeting.forum.id]
            + p.attendance_cooperation * self.cooperation
            - p.attendance_sovereignty * burden
            + p.attendance_salience * (len(self.salience) * salience - 1)
        )

    # Speaking (ODD 7.4 and 7.5)

    def mean_trust(self, others: list[Delegation]) -> float:
        """Return the mean trust in the others in a list, 1/2 if there are none."""
        held = [self.trust[other].mean for other in others if other is not self]
        return sum(held) / len(held) if held else 0.5

    def speaks(self, room: Room, number: int, trust: float) -> bool:
        """Decide whether to take the floor in a round."""
        p = self.model.parameters
        mandate = 1.0 if self in room.co_chairs else max(self.mandate[room.issue], self.lent[room.issue])
        utility = (
            p.engagement_intercept
            + p.engagement_salience * len(self.salience) * self.salience[room.issue]
            + p.engagement_trust * (trust - 0.5)
            + p.engagement_cooperation * self.cooperation
            - p.engagement_sovereignty * self.burden(room.exposure)
            + p.engagement_mandate * mandate
        )
        return room.draw(Decision.ENGAGEMENT, self, number) < logistic(utility)

    def act(self, room: Room, number: int, trust: float) -> Act:
        """Decide what to do with the floor."""
        p = self.model.parameters
        distance = abs(self.position[room.issue] - room.mean_position)
        readiness = logistic(logit(self.cooperation) + p.conditional_cooperation * (trust - 0.5))
        cooperates = readiness * (1 - self.burden(room.exposure)) * (1 - distance)
        if room.draw(Decision.COOPERATION, self, number) < cooperates:
            return Act.COOPERATION
        if distance > p.contest_distance + ROUNDING and room.draw(Decision.CONTESTATION, self, number) < 1 - trust:
            return Act.CONTESTATION
        return Act.STATEMENT

    # Listening (ODD 7.6 to 7.11)

    def listen(self, room: Room, speeches: list[Speech], number: int) -> None:
        """Learn from what the others said in a round: whom to trust, what is right, and what is normal."""
        p = self.model.parameters
        position, weight = self.position[room.issue], p.trust_learning * room.intimacy
        side = position - room.mean_position
        n_heard = n_aimed = 0
        models: list[tuple[Delegation, float]] = []
        trust_in_models = trust_in_contesters = pull = pull_weight = 0.0
        for speech in speeches:
            if speech.speaker is self:
                continue
            n_heard += 1
            belief = self.trust[speech.speaker]
            trust, distance = belief.mean, speech.position - position
            evidence = 1 - abs(distance)
            if speech.act is Act.COOPERATION:
                evidence = 0.5 + evidence / 2
                models.append((speech.speaker, trust))
                trust_in_models += trust
            elif speech.act is Act.CONTESTATION:
                trust_in_contesters += trust
                if opposed(side, speech.position - room.mean_position):
                    evidence = 0.0
                    n_aimed += 1
            if abs(distance) <= p.confidence_bound:
                hearing = trust * speech.authority * (room.resonance if distance > 0 else 1.0)
                pull += hearing * distance
                pull_weight += hearing
            self.learn_of(speech.speaker, evidence, weight)
        if not n_heard:
            return
        if pull_weight > 0:
            step = room.closeness * p.persuasion_rate * (1 - room.bindingness) * pull / pull_weight
            self.position[room.issue] = clip(position + step)
        if trust_in_models + trust_in_contesters > 0:
            norm = trust_in_models / (trust_in_models + trust_in_contesters)
            self.cooperation += room.closeness * p.social_influence_rate * (norm - self.cooperation)
        self.mimic(room, models, number)
        self.reassess(room, len(models) / n_heard, n_aimed / n_heard)
        room.meeting.experience[self].heard(n_heard, len(models))

    def mimic(self, room: Room, models: list[tuple[Delegation, float]], number: int) -> None:
        """Copy practices of those who cooperated; practices are policies, so that only states do."""

    def reassess(self, room: Room, cooperative: float, aimed: float) -> None:
        """Change how costly outside say seems; only states do."""

    def distance_to(self, other: Delegation, issue: str) -> float:
        """Return how far the other stands on an issue."""
        return abs(self.position[issue] - other.position[issue])

    def learn_of(self, other: Delegation, evidence: float, weight: float) -> None:
        """Take a piece of evidence about another, and keep it until the meeting closes."""
        self.trust[other].learn(evidence, weight)
        if weight > 0:
            self.lessons.setdefault(other, []).append((evidence, weight))

    def generalise(self) -> None:
        """Carry over what the meeting taught about some members of a group to the others (ODD 7.31)."""
        by_group: dict[str, list[tuple[float, float]]] = {}
        for other, pieces in self.lessons.items():
            by_group.setdefault(other.group, []).extend(pieces)
        for group, pieces in by_group.items():
            total = sum(weight for _, weight in pieces)
            evidence = sum(evidence * weight for evidence, weight in pieces) / total
            for other, belief in self.trust.items():
                if other.group == group and other not in self.lessons:
                    belief.learn(evidence, self.model.parameters.trust_generalised * min(total, 1.0))
        self.lessons = {}

    # Bilateral talk (ODD 7.12)

    def agreement_with(self, other: Delegation) -> float:
        """Return how near the other stands on all issues, weighted by its own salience."""
        return sum(salience * (1 - self.distance_to(other, issue)) for issue, salience in self.salience.items())

    # Between meetings (ODD 7.21 to 7.24)

    def live_through(self, year: str) -> None:
        """Let a year pass: the pull of domestic politics, forgetting, turnover, recovery."""
        p = self.model.parameters
        for issue, anchor in self.anchor.items():
            self.position[issue] += p.domestic_pull * (anchor - self.position[issue])
        for belief in self.trust.values():
            belief.forget(p.evidence_decay)
        if self.model.luck.draw(Decision.TURNOVER, year, actor=self.address) < p.turnover:
            self.replace_staff(p.turnover_loss)
        self.pressure *= 1 - p.pressure_recovery

    def replace_staff(self, loss: float) -> None:
        """Send other people, who lack part of what those before them learned."""
        self.cooperation += loss * (self.entry_cooperation - self.cooperation)
