"""Measures of the forum and what surrounds it: participation, chairs, donors, agenda, civil society, treaty, trust."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from comity.facts.measure import ANY, NAN, YEAR, Found, measured
from comity.facts.reading import (
    Period,
    companions,
    correlation,
    forum_meetings,
    groups,
    main_meetings,
    network_trust,
    role_trust,
    slope,
)
from comity.phases import Phase
from comity.record import Record
from comity.world.world import ROLES, Group, Kind, Stance


@measured("count", YEAR, "destination")
def convention_parties(record: Record, years: Period, other: Record) -> Found:
    """Parties to the migrant workers' convention at the end of a year; destination states among them in the last."""
    found = {str(year.year): float(year.treaty_party.sum()) for year in record.trace.years}
    last = [year for year in record.trace.years if year.year == years[1]]
    if last:
        found["destination"] = float(last[0].treaty_party[groups(record) == Group.DESTINATION].sum())
    return found


@measured("count", YEAR)
def forum_states(record: Record, years: Period, other: Record) -> Found:
    """States that came to the state-led forum, by year."""
    states = groups(record) < len(ROLES)
    return {str(y): float(m.present[states].sum()) for y, m in forum_meetings(record, years).items()}


@measured("count", "mean", "sd")
def participation(record: Record, years: Period, other: Record) -> Found:
    """States that came to a meeting of the state-led forum: mean and standard deviation over meetings (n - 1)."""
    states = groups(record) < len(ROLES)
    came = [float(meeting.present[states].sum()) for meeting in forum_meetings(record, years).values()]
    found = {"mean": float(np.mean(came))} if came else {}
    return found | ({"sd": float(np.std(came, ddof=1))} if len(came) > 1 else {})


@measured("count", YEAR)
def agency_members(record: Record, years: Period, other: Record) -> Found:
    """Members of the agency of the scenario at the end of a year."""
    return {str(year.year): float(year.agency_member.sum()) for year in record.trace.years}


@measured("share", needs="endogenous")
def chairs_alternate(record: Record, years: Period, other: Record) -> Found:
    """Hand-overs of the chair between a developed and a developing state, where chairs are chosen by the model."""
    developed = other.population.world.actors["developed"]
    sides = [developed[m.hosts[0]] for m in forum_meetings(other, years).values() if m.hosts]
    return float(np.mean(np.diff(sides) != 0)) if len(sides) > 1 else NAN


@measured("share", needs="endogenous")
def chairs_withdraw(record: Record, years: Period, other: Record) -> Found:
    """Designated chairs that withdraw, where chairs are chosen by the model."""
    events = [e.event for e in other.trace.chairs if years[0] <= e.date.year <= years[1]]
    designated = events.count("chair") + events.count("withdrawal")
    return events.count("withdrawal") / designated if designated else NAN


@measured("count", YEAR)
def donors(record: Record, years: Period, other: Record) -> Found:
    """Governments that pay for a meeting of the state-led forum, by year."""
    return {str(y): float(m.donors.sum()) for y, m in forum_meetings(record, years).items()}


@measured("share", "persistence", "five_largest")
def donor_habits(record: Record, years: Period, other: Record) -> Found:
    """Donors of a meeting of the state-led forum that also pay for the next; and the share of the five most frequent
    donors in all that was paid, counted by meeting."""
    gave = [meeting.donors.astype(bool) for meeting in forum_meetings(record, years).values()]
    by_donor = np.sort(np.sum(gave, axis=0)) if gave else np.zeros(0)
    found = {"five_largest": float(by_donor[-5:].sum() / by_donor.sum())} if by_donor.sum() else {}
    before = sum(int(first.sum()) for first, _ in pairwise(gave))
    again = sum(int((first & then).sum()) for first, then in pairwise(gave))
    return found | ({"persistence": again / before} if before else {})


@measured("year", ANY)
def first_meeting(record: Record, years: Period, other: Record) -> Found:
    """Year of the first meeting of the state-led forum that a state attends; if none, the year after the last."""
    held = forum_meetings(record, years)
    if not held:
        return {}
    found = {}
    for row in np.flatnonzero(record.population.world.actors["kind"] == Kind.STATE):
        came = [year for year, meeting in held.items() if meeting.present[row]]
        found[record.population.ids[row]] = float(came[0] if came else max(held) + 1)
    return found


@measured("count", YEAR, "per_meeting", needs="endogenous")
def agenda_breadth(record: Record, years: Period, other: Record) -> Found:
    """Distinct categories discussed by the state-led forum up to a year, and the mean number at a meeting."""
    seen: set[str] = set()
    found, sizes = {}, []
    for year, meeting in forum_meetings(other, years).items():
        categories = {topic.category for topic in meeting.topics}
        seen |= categories
        sizes.append(len(categories))
        found[str(year)] = float(len(seen))
    return found | ({"per_meeting": float(np.mean(sizes))} if sizes else {})


@measured("share", YEAR, needs="endogenous")
def economic_sessions(record: Record, years: Period, other: Record) -> Found:
    """Sessions of the state-led forum on economic issues, by year, where the model sets the agenda."""
    economic = {c for issue in other.scenario.issues if issue.economic for c in issue.categories}
    held = forum_meetings(other, years)
    return {str(y): float(np.mean([t.category in economic for t in m.topics])) for y, m in held.items() if m.topics}


@measured("share", YEAR, "later", "first_host", needs="endogenous")
def rights_sessions(record: Record, years: Period, other: Record) -> Found:
    """Sessions of the state-led forum on rights, by year, where the model sets the agenda; later: the mean after the
    first meeting; first_host: 1 where the first such session is under a developing host, else 0."""
    developed = other.population.world.actors["developed"]
    found, shares, hosts = {}, [], []
    for year, meeting in forum_meetings(other, years).items():
        shares.append(_rights_share(other, [topic.category for topic in meeting.topics]))
        hosts.append(bool(meeting.hosts) and not developed[meeting.hosts[0]])
        found[str(year)] = shares[-1]
    if shares:
        found["first_host"] = float(next((host for host, share in zip(hosts, shares, strict=True) if share > 0), 0))
    return found | ({"later": float(np.mean(shares[1:]))} if len(shares) > 1 else {})


def _rights_share(record: Record, categories: list[str]) -> float:
    issues = [i for i in record.scenario.issues if i.id == record.scenario.institutions.rights_issue]
    rights = {category for issue in issues for category in issue.categories}
    return float(np.mean([category in rights for category in categories])) if categories else NAN


@measured("difference", "gap", "narrowing", needs="endogenous")
def civil_society_lead(record: Record, years: Period, other: Record) -> Found:
    """Rights sessions of the civil-society days minus those of governments, where the model sets both agendas: mean of
    all meetings, and mean of the second half of them minus that of the first."""
    gaps = []
    for meeting in forum_meetings(other, years).values():
        theirs = [room.category for room in meeting.rooms if room.phase is Phase.CIVIL_SOCIETY_DAY]
        gaps.append(_rights_share(other, theirs) - _rights_share(other, [topic.category for topic in meeting.topics]))
    if not gaps or np.isnan(gaps).any():
        return {}
    half = len(gaps) // 2
    found = {"gap": float(np.mean(gaps))}
    return found | ({"narrowing": float(np.mean(gaps[-half:]) - np.mean(gaps[:half]))} if half else {})


@measured("level", YEAR, needs="endogenous")
def openness_levels(record: Record, years: Period, other: Record) -> Found:
    """Openness to civil society of dialogues and state-led forum, 0-5, by year, where the model sets it."""
    return {str(meeting.start.year): 5.0 * meeting.openness for meeting in main_meetings(other, years)}


@measured("correlation")
def headcount_openness(record: Record, years: Period, other: Record) -> Found:
    """Correlation of admitted networks with openness over the meetings of the state-led forum."""
    held = forum_meetings(record, years).values()
    return correlation(np.array([m.admitted.sum() for m in held], float), np.array([m.openness for m in held]))


@measured("share", "bridge", "outside")
def invented_spaces(record: Record, years: Period, other: Record) -> Found:
    """Dialogues and meetings of the state-led forum beside which networks assemble, by stance of the assembly."""
    n = len(main_meetings(record, years))
    return {s: len({m.id for _, m in companions(record, s, years)}) / n for s in ("bridge", "outside") if n}


@measured("share", "both", "rejectionists")
def network_kinds(record: Record, years: Period, other: Record) -> Found:
    """Networks at an assembly of bridges that are also admitted to the meeting beside it, mean over meetings; and
    networks of the period that reject the forum."""
    is_network, both = groups(record) == Group.NETWORK, []
    for assembly, meeting in companions(record, "bridge", years):
        there = assembly.present & is_network
        both += [float(meeting.admitted[there].mean())] if there.any() else []
    found = {"both": float(np.mean(both))} if both else {}
    if held := main_meetings(record, years):
        exists = is_network & held[-1].active
        stance = record.population.world.actors["stance"][exists]
        found |= {"rejectionists": float((stance == Stance.OUTSIDE).mean())} if exists.any() else {}
    return found


@measured("difference")
def role_trust_gain(record: Record, years: Period, other: Record) -> Found:
    """Mean trust between origin and destination states after the last main meeting minus after the first."""
    held = main_meetings(record, years)
    return role_trust(held[-1]) - role_trust(held[0]) if len(held) > 1 else NAN


@measured("difference", "gain", openness_slope="slope")
def trust_in_networks(record: Record, years: Period, other: Record) -> Found:
    """Mean trust of states in networks after the last main meeting minus after the first; and the slope, over meetings
    of the state-led forum, of its change since the meeting before on openness."""
    main, trace = main_meetings(record, years), record.trace.meetings
    if len(main) < 2:
        return {}
    level = {meeting.id: network_trust(record, meeting) for meeting in trace}
    before = {meeting.id: level[last.id] for last, meeting in pairwise(trace)}
    held = [meeting for meeting in forum_meetings(record, years).values() if meeting.id in before]
    opened = [meeting.openness for meeting in held]
    found = {"gain": level[main[-1].id] - level[main[0].id]}
    if len(held) > 2 and np.ptp(opened) > 0:
        change = [level[meeting.id] - before[meeting.id] for meeting in held]
        found["openness_slope"] = slope(np.array(opened), np.array(change))
    return found
