"""A meeting that is being held: its agenda (ODD 7.16), its openness (7.17, 7.18) and its timetable (A.1)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from comity.phases import Phase
from comity.scenario.schema import Forum, Meeting, Session, Sittings
from mesa_twin.arithmetic import Decision, address_of, clip, exposure, mean
from mesa_twin.chairing import donors_of
from mesa_twin.delegation import Act, Experience
from mesa_twin.sitting import Sitting

if TYPE_CHECKING:
    from mesa_twin.actors import StateAgent
    from mesa_twin.delegation import Delegation
    from mesa_twin.model import TwinModel

__all__ = [
    "HeldMeeting",
    "Topic",
    "accredited",
    "common_spaces",
    "government_agenda",
    "mirrored_agenda",
    "openness_of",
    "timetable",
]

_TOPICS_WITHOUT_SESSIONS = 3
_MIRRORED_TOPICS = 4


class Topic(NamedTuple):
    """One topic: its category, the issue that gathers it, and who is listed to chair it."""

    category: str
    issue: str
    co_chairs: tuple[str, ...] = ()


def government_agenda(meeting: HeldMeeting) -> list[Topic]:
    """Return the topics of the government sessions."""
    n_topics = meeting.plan.session_count or len(meeting.plan.sessions)
    if meeting.model.given.choices.agenda == "endogenous" and n_topics:
        return _drawn(meeting, n_topics)
    if meeting.plan.sessions:
        return _from_sessions(meeting.model, meeting.plan.sessions)
    model = meeting.model
    categories = [category for vote in meeting.plan.votes for category in vote.categories]
    if not categories:
        forum = model.given.forum(meeting.plan.forum)
        invited = [delegation for delegation in model.delegations if model.invites(forum, delegation)]
        categories = _most_salient(model, invited or model.delegations)[:_TOPICS_WITHOUT_SESSIONS]
    return _from_categories(model, categories)


def mirrored_agenda(meeting: HeldMeeting) -> list[Topic]:
    """Return what civil society discusses: in turn a topic of the governments and one of its own."""
    if meeting.plan.civil_society_sessions:
        return _from_sessions(meeting.model, meeting.plan.civil_society_sessions)
    model = meeting.model
    own = _most_salient(model, model.networks or model.delegations)
    categories = []
    for number in range(_MIRRORED_TOPICS):
        rank = number // 2
        is_mirror = number % 2 == 0 and rank < len(meeting.agenda)
        categories.append(meeting.agenda[rank].category if is_mirror else own[rank % len(own)])
    return _from_categories(model, categories)


def _from_sessions(model: TwinModel, sessions: Iterable[Session]) -> list[Topic]:
    return [Topic(item.category, model.issue_of(item.category), item.cochairs) for item in sessions]


def _from_categories(model: TwinModel, categories: Iterable[str]) -> list[Topic]:
    return [Topic(category, model.issue_of(category)) for category in categories]


def _most_salient(model: TwinModel, delegations: Iterable[Delegation]) -> list[str]:
    care = _mean_salience(model, delegations)
    ranked = sorted(model.issues.values(), key=lambda issue: -care[issue.id])
    return [issue.categories[0] for issue in ranked]


def _mean_salience(model: TwinModel, delegations: Iterable[Delegation]) -> dict[str, float]:
    held = list(delegations)
    return {issue: mean((d.salience[issue] for d in held), empty=1 / len(model.issues)) for issue in model.issues}


def _drawn(meeting: HeldMeeting, n_topics: int) -> list[Topic]:
    model, forum, memory = meeting.model, meeting.forum, meeting.memory
    p, n_issues = model.parameters, len(model.issues)
    last = memory.last_categories
    if forum.founded_by and not memory.discussed:
        last = model.memory[forum.founded_by].last_categories
    came = memory.came or [state for state in model.existing_states() if "state" in model.kinds_of(forum)]
    by_chair, by_came = _mean_salience(model, meeting.hosts), _mean_salience(model, came)
    by_networks = _mean_salience(model, model.networks)
    concern = mean(state.sovereignty for state in came)
    weights: dict[str, dict[str, float]] = {}
    for issue in model.issues.values():
        cost = exposure(issue, forum.development_framing, forum.bindingness, p.base_exposure)
        demand = n_issues * (
            p.agenda_chair * by_chair[issue.id]
            + p.agenda_demand * by_came[issue.id]
            + p.agenda_civil_society * meeting.openness * by_networks[issue.id]
        )
        comfort = math.exp(-p.agenda_comfort * cost * concern)
        weights[issue.id] = {
            category: comfort
            * (demand + p.agenda_inertia * (category in last) + p.agenda_novelty * (category not in memory.discussed))
            / len(issue.categories)
            for category in issue.categories
        }
    by_theme = _in_order(meeting, {issue: sum(held.values()) for issue, held in weights.items()}, 0)
    n_themes, n_gathered = meeting.plan.themes or n_topics, forum.theme_issues if meeting.plan.themes else 1
    themes: list[dict[str, float]] = [{} for _ in range(min(n_themes, len(by_theme)))]
    for rank, name in enumerate(by_theme[: n_themes * n_gathered]):
        themes[rank % n_themes] |= weights[name]
    return _from_categories(
        model, (_in_order(meeting, themes[number % len(themes)], number + 1)[0] for number in range(n_topics))
    )


def _in_order(meeting: HeldMeeting, weights: dict[str, float], session: int) -> list[str]:
    """Return names in the order in which they are drawn, the heavier the earlier."""
    luck = meeting.model.luck
    arrivals = {
        name: -math.log(1 - luck.draw(Decision.AGENDA, meeting.id, address_of(name), luck.number(session)))
        / (weight + 1e-12)
        for name, weight in weights.items()
    }
    return sorted(arrivals, key=lambda name: (arrivals[name], name))


_BY_COMMON_SPACE = {"interface": 0.4, "half_day": 0.6, "full_day": 0.6}
_OBSERVED = 0.4


def openness_of(meeting: HeldMeeting) -> float:
    """Return how open a meeting is, in [0, 1]."""
    model, plan, forum = meeting.model, meeting.plan, meeting.forum
    base = forum.openness
    if model.given.choices.openness == "scripted":
        if plan.openness is not None:
            return plan.openness
        if plan.common_space == "merged":
            return 1.0
        base = _BY_COMMON_SPACE.get(plan.common_space or "", base)
    climate = mean((host.climate for host in meeting.hosts), empty=0.5)
    gain = model.trust_in_networks() - model.first_trust_in_networks if forum.accreditation else 0.0
    p, last = model.parameters, meeting.memory.openness
    precedent = 0.0 if last is None else p.openness_precedent * (last - base)
    return clip(base + precedent + p.openness_climate * (climate - 0.5) + p.openness_trust * gain)


def common_spaces(openness: float) -> int:
    """Return the number of common-space sittings where openness is left to the model."""
    if openness < 0.3:
        return 0
    return 1 if openness < 0.7 else 2


def accredited(meeting: HeldMeeting) -> set[Delegation]:
    """Return the networks that are admitted, of those that came."""
    came = [network for network in meeting.model.networks if network in meeting.came]
    if meeting.openness >= 1:
        return set(came)
    p = meeting.model.parameters
    accepted = min(1.0, p.accreditation_share * meeting.forum.openness / _OBSERVED)
    admitted = round(len(came) * (1 - (1 - accepted) ** p.accreditation_delegates))
    return set(sorted(came, key=lambda network: -network.credit(meeting))[:admitted])


def timetable(meeting: HeldMeeting) -> list[Sitting]:
    """Return the sittings of a meeting in their order, votes left out: nobody sits at a vote."""
    sittings: list[Sitting] = []
    numbers: Counter[Phase] = Counter()
    for line in meeting.forum.format:
        if line.phase is Phase.VOTE:
            continue
        topics = _topics(meeting, line)
        count = _count(meeting, line, len(topics))
        for place in range(count):
            first, n_rooms = place * line.tables, line.tables
            if line.phase is Phase.ROUND_TABLES:
                n_rooms = min(n_rooms, max(1, len(topics) - first))
            numbers[line.phase] += 1
            discussed = [topics[(first + room) % len(topics)] for room in range(n_rooms)]
            sittings.append(Sitting(meeting, line, numbers[line.phase], discussed))
    return sittings


def _topics(meeting: HeldMeeting, line: Sittings) -> list[Topic]:
    if line.agenda == "mirrored":
        return mirrored_agenda(meeting)
    if line.agenda == "theme":
        return [topic._replace(co_chairs=()) for topic in meeting.agenda]
    return meeting.agenda


def _count(meeting: HeldMeeting, line: Sittings, n_topics: int) -> int:
    plan = meeting.plan
    if line.phase is Phase.CORRIDOR and meeting.is_online:
        return 0
    if line.phase is Phase.COMMON_SPACE:
        if meeting.model.given.choices.openness == "endogenous":
            return common_spaces(meeting.openness)
        if plan.common_space in ("none", "merged"):
            return 0
    if line.phase in plan.sittings:
        return plan.sittings[line.phase]
    return math.ceil(n_topics / line.tables) if line.phase is Phase.ROUND_TABLES else line.sittings


class HeldMeeting:
    """One meeting, from its opening to its close (ODD 3.2 and 3.7).

    Parameters
    ----------
    plan
        The meeting as the scenario describes it.
    forum
        The forum whose rules hold.
    hosts
        States that host it.

    Attributes
    ----------
    came, present
        Who came, and who of them was admitted, in the order of the actor table.
    """

    def __init__(self, model: TwinModel, plan: Meeting, forum: Forum, hosts: list[StateAgent]) -> None:
        self.model, self.plan, self.forum, self.hosts = model, plan, forum, hosts
        self.id = plan.id
        self.is_online = plan.venue == "online"
        self.memory = model.memory[forum.id]
        self.openness = openness_of(self)
        self.access = 1.0 if self.openness >= 1 else self.openness * forum.inside_access
        self.agenda = government_agenda(self)
        self.donors = donors_of(model, plan, forum, hosts) if forum.state_led else []
        self.came = [d for d in model.delegations if d in hosts or (self._is_awaited(d) and d.comes_to(self))]
        self.present: list[Delegation] = self.came
        if forum.accreditation:
            admitted = accredited(self)
            self.present = [d for d in self.came if d not in model.networks or d in admitted]
        lenders = [organisation for organisation in model.organisations if organisation in self.present]
        for state in model.states:
            state.borrow(lenders if state in self.present else [])
        self.experience: defaultdict[Delegation, Experience] = defaultdict(Experience)
        self.n_contacts = self.n_agreements = 0
        self.sittings = timetable(self)
        for place, sitting in enumerate(self.sittings, 1):
            sitting.place = place

    def _is_awaited(self, delegation: Delegation) -> bool:
        return delegation.exists(self.model.today) and self.model.invites(self.forum, delegation)

    def nearness(self, delegation: Delegation) -> float:
        """Return how far a delegation reaches the place, minus what states reach on average (ODD 7.2)."""
        known = self.model.reach
        if known is None or self.is_online:
            return 0.0
        is_as_planned = [host.id for host in self.hosts] == list(self.plan.hosts)
        city = self.plan.city if is_as_planned else ""
        found = [known.to(city, host) for host in [host.id for host in self.hosts] or [""]]
        return mean(float(one.missions[delegation.row] + one.nearness[delegation.row]) / 2 for one in found)

    def hold(self) -> None:
        """Hold all sittings."""
        for sitting in self.sittings:
            sitting.hold()

    def close(self) -> None:
        """Let those who sat grow attached or not and draw their lessons, and the forum and its donors remember."""
        for delegation, experience in self.experience.items():
            attachment = delegation.attachment[self.forum.id]
            step = self.model.parameters.attachment_rate * (experience.worth - attachment)
            delegation.attachment[self.forum.id] = attachment + step
        if self.forum.state_led:
            for state in self.model.states:
                if state not in self.hosts:
                    state.has_given[self.forum.id] = state in self.donors
        self.memory.openness = self.openness
        for delegation in self.model.delegations:
            delegation.generalise()
        heard = self._networks_heard()
        for state in self.model.states:
            state.carry_home(heard[state])
        categories = {topic.category for topic in self.agenda}
        self.memory.last_categories = categories
        self.memory.discussed |= categories
        self.memory.came = [state for state in self.model.states if state in self.came]

    def _networks_heard(self) -> defaultdict[Delegation, defaultdict[str, list[Delegation]]]:
        """Return the networks that each member of a room heard there, by issue, once for each intervention."""
        heard: defaultdict[Delegation, defaultdict[str, list[Delegation]]] = defaultdict(lambda: defaultdict(list))
        for room in (room for sitting in self.sittings for room in sitting.rooms):
            acts = [done for speeches in room.acts for done in speeches.items()]
            spoke = [d for d, act in acts if d.group == "network" and act not in (Act.SILENCE, Act.TALK)]
            for member in room.members if spoke else ():
                heard[member][room.issue] += spoke
        return heard
