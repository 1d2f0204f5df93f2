"""The three kinds of delegations: states, networks and organisations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mesa_twin.arithmetic import Decision, clip, later, logistic, logit, mean
from mesa_twin.delegation import Delegation

if TYPE_CHECKING:
    from mesa_twin.drafting import Text
    from mesa_twin.meeting import HeldMeeting
    from mesa_twin.sitting import Room, Sitting

__all__ = ["ROLES", "NetworkAgent", "OrganisationAgent", "StateAgent"]

ROLES = ("origin", "destination", "both")
"""What states are to migrants."""


class StateAgent(Delegation):
    """A state: it alone fears for its sovereignty, copies practices, chairs, pays, joins and votes."""

    is_state = True

    def burden(self, weight: float) -> float:
        """Return what a given exposure or bindingness costs it."""
        return self.sovereignty * weight

    def mimic(self, room: Room, models: list[tuple[Delegation, float]], number: int) -> None:
        """Copy practices of those who cooperated; each makes it a little more cooperative."""
        p = self.model.parameters
        chance = room.closeness * p.mimicry_rate
        if chance == 0:
            return
        sitting = later(room.sitting.name, number)
        for model, trust in models:
            draw = self.model.luck.draw(Decision.MIMICRY, room.meeting.id, sitting, self.address, model.address)
            if draw < chance * trust:
                self.practices[room.issue] += 1
                self.cooperation += p.mimicry_gain * (1 - self.cooperation)

    def reassess(self, room: Room, cooperative: float, aimed: float) -> None:
        """Be reassured by cooperation where nothing binds, and alarmed by contestation of its own camp."""
        p = self.model.parameters
        relief = room.closeness * p.reassurance_rate * self.sovereignty * cooperative * (1 - room.bindingness)
        alarm = p.backlash_rate * (1 - self.sovereignty) * aimed * room.exposure
        self.sovereignty += alarm - relief

    def borrow(self, lenders: list[OrganisationAgent]) -> None:
        """Borrow on each issue the experts of the organisation that lends most (ODD 7.29)."""
        gap = self.model.parameters.expert_lending * (1 - self.capacity)
        for issue in self.lent:
            offers = (o.mandate[issue] * self.trust[o].mean * (1 - self.distance_to(o, issue)) for o in lenders)
            self.lent[issue] = gap * max(offers, default=0.0)

    def carry_home(self, networks: Mapping[str, list[Delegation]]) -> None:
        """Be pressed at home by the networks that it heard, by issue and as often as it heard them (ODD 7.33)."""
        rate = self.model.parameters.advocacy_rate * self.climate
        for issue, heard in networks.items():
            pull = mean(self.trust[network].mean * (network.position[issue] - self.anchor[issue]) for network in heard)
            self.anchor[issue] += rate * pull

    def internalise(self, means: dict[str, dict[str, float]]) -> None:
        """Take a year's step towards what it has come to hold; ``means`` by role and issue (ODD 7.32)."""
        others = [other for other in self.model.states if other is not self]
        for issue, position in self.position.items() if others else ():
            support = mean(self.trust[other].mean * (1 - abs(position - means[other.role][issue])) for other in others)
            step = self.model.parameters.internalisation_rate * support * (position - self.anchor[issue])
            self.anchor[issue] += step

    def meet(self, other: StateAgent, stake: float, sitting: Sitting, *, is_named: bool) -> None:
        """Meet another state in the corridor, perhaps or as somebody named the pair, and perhaps agree (ODD 7.12)."""
        p, luck, meeting = self.model.parameters, self.model.luck, sitting.meeting
        mine, theirs = self.trust[other], other.trust[self]
        mutual = mine.mean * theirs.mean
        contact = luck.draw(Decision.CORRIDOR, meeting.id, sitting.address, self.address, other.address)
        if not is_named and not contact < 1 - math.exp(-p.corridor_rate * stake * mutual):
            return
        meeting.n_contacts += 1
        success = p.agreement_rate * math.sqrt(mutual) * math.sqrt(self.cooperation * other.cooperation)
        is_agreed = luck.draw(Decision.AGREEMENT, meeting.id, sitting.address, self.address, other.address) < success
        meeting.n_agreements += is_agreed
        weight = p.trust_learning * sitting.intimacy
        self.learn_of(other, 1.0 if is_agreed else 0.5 + self.agreement_with(other) / 2, weight)
        other.learn_of(self, 1.0 if is_agreed else 0.5 + other.agreement_with(self) / 2, weight)

    def replace_staff(self, loss: float) -> None:
        """Send other people, with the concerns that the capital gives to new delegates."""
        super().replace_staff(loss)
        self.sovereignty += loss * (self.entry_sovereignty - self.sovereignty)

    # Chairing and paying (ODD 7.14 and 7.15)

    def standing(self, forum: str, states: list[StateAgent]) -> float:
        """Return how fit and willing it is to chair, r_i."""
        reputation = mean(other.trust[self].mean for other in states if other is not self)
        return self.attachment[forum] + self.capacity + reputation - 1.5

    def pledges(self, meeting: str, forum: str, hosts: list[StateAgent]) -> bool:
        """Decide whether to pledge money to a meeting."""
        chosen = self.model.people.choice(self.id, meeting, "pledges")
        if chosen is not None:
            return chosen
        p = self.model.parameters
        utility = (
            p.pledge_intercept
            + p.pledge_attachment * self.attachment[forum]
            + p.pledge_income * self.income
            + p.pledge_need * any(not host.is_developed for host in hosts)
            + p.pledge_habit * self.has_given[forum]
        )
        return self.model.luck.draw(Decision.PLEDGE, meeting, actor=self.address) < logistic(utility)

    # Judging organisations and joining (ODD 7.20, 7.25 and 7.26)

    def support_for(self, organisation: OrganisationAgent) -> float:
        """Return its support for an organisation."""
        p = self.model.parameters
        return (
            p.support_service * organisation.service * organisation.reach
            - p.support_sovereignty * self.sovereignty * organisation.normative_mandate
            + p.support_trust * self.trust[organisation].mean
        )

    def ratify(self, year: str, issue: str) -> None:
        """Join the migrant workers' convention, perhaps."""
        hazard = self.model.parameters.ratification_rate * self.position[issue] * (1 - self.sovereignty)
        draw = self.model.luck.draw(Decision.RATIFICATION, year, actor=self.address)
        self.is_crmw_party = self.is_crmw_party or draw < hazard

    def accede(self, year: str, agency: OrganisationAgent) -> None:
        """Join the agency, perhaps."""
        hazard = self.model.parameters.accession_rate * clip(self.support_for(agency))
        draw = self.model.luck.draw(Decision.ACCESSION, year, actor=self.address)
        self.is_agency_member = self.is_agency_member or draw < hazard

    # Voting (ODD 7.28)

    def view_of(self, text: Text, habit: float, states: list[StateAgent]) -> float:
        """Return what it thinks of a text before it looks at others; ``habit``: how much more it objects than most."""
        p = self.model.parameters
        about = text.strength
        care = sum(self.salience[issue] for issue in about)
        weight = {issue: self.salience[issue] / care if care > 0 else 1 / len(about) for issue in about}
        liking = sum(weight[issue] * self.position[issue] for issue in about)
        wish = sum(weight[issue] * (2 * self.position[issue] - 1) * text.strength[issue] for issue in about)
        wording = p.draft_position * wish - p.draft_sovereignty * self.sovereignty * text.added_bindingness
        trust = mean(self.trust[other].mean for other in states if other is not self)
        level = p.vote_agreed - p.vote_habit * habit if text.is_agreed else p.vote_contested
        doubts = (
            p.vote_position * (1 - liking) + p.vote_sovereignty * self.sovereignty + p.vote_pressure * self.pressure
        )
        return level - doubts + p.vote_trust * (trust - 0.5) + wording

    def vote(self, vote: str, text: Text, view: float) -> tuple[str, dict[str, float]]:
        """Return the answer to a text, and the probabilities of yes, abstain, no and absence, which sum to 1."""
        p, luck = self.model.parameters, self.model.luck
        width = p.vote_abstention_agreed if text.is_agreed else p.vote_abstention_contested
        yes, no = logistic(view), logistic(-view - width)
        record = p.absence_record * logit(self.absent_share)
        absent = logistic(p.absence_intercept + record - p.absence_capacity * (self.capacity - 0.5))
        present = {"yes": yes, "abstain": 1 - yes - no, "no": no}
        chances = {answer: (1 - absent) * chance for answer, chance in present.items()} | {"absent": absent}
        if luck.draw(Decision.VOTE_ABSENCE, vote, actor=self.address) < absent:
            return "absent", chances
        draw = luck.draw(Decision.VOTE, vote, actor=self.address)
        if draw < yes:
            return "yes", chances
        return ("abstain" if draw < 1 - no else "no"), chances


class NetworkAgent(Delegation):
    """A network: it needs to be invited, to be accredited and to be let into the room."""

    def would_man(self, sitting: Sitting) -> float:
        """Return the probability to man a room of a sitting, in government rooms times access."""
        return super().would_man(sitting) * self.admission(sitting)

    def admission(self, sitting: Sitting) -> float:
        """Return the access that networks have to rooms of governments."""
        return sitting.meeting.access if sitting.is_government else 1.0

    def credit(self, meeting: HeldMeeting) -> float:
        """Return its place in the queue for accreditation: what the hosts think of it, and luck (ODD 7.18)."""
        opinion = mean((host.trust[self].mean for host in meeting.hosts), empty=0.5)
        return opinion + self.model.luck.draw(Decision.ACCREDITATION, meeting.id, actor=self.address)


class OrganisationAgent(Delegation):
    """An international organisation: its authority follows the support of states."""

    def gain_authority(self, standing: float) -> None:
        """Move authority towards its standing among the organisations (ODD 7.20)."""
        self.authority += self.model.parameters.authority_rate * (standing - self.authority)

    @property
    def reach(self) -> float:
        """The share of states that it serves: its members, and some of the others."""
        return self.members + (1 - self.members) * self.outreach

    def reach_out(self, standing: float) -> None:
        """Move its service to states outside of it towards its standing (ODD 7.30)."""
        self.outreach += self.model.parameters.reach_rate * (standing - self.outreach)

    def count_members(self, states: list[StateAgent]) -> None:
        """Count, as the agency, the states that joined."""
        if states:
            self.members = sum(state.is_agency_member for state in states) / len(states)
