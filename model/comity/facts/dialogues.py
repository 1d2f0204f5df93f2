"""Measures of the dialogues: who speaks, where states want to talk, which organisations they support."""

from __future__ import annotations

import numpy as np

from comity.facts.measure import NAN, YEAR, Found, measured
from comity.facts.reading import Period, arena_firsts, correlation, dialogue, groups, rooms, slope, speeches
from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.record import Record
from comity.rules.arena import ARENAS, Arena, agreed_arena
from comity.world.world import GROUPS, ROLES, Group


@measured("ratio", *GROUPS)
def voice(record: Record, years: Period, other: Record) -> Found:
    """Share of the interventions at the dialogue's round tables over the share of their seats, by group."""
    if (held := dialogue(record, years[0])) is None:
        return {}
    seats, spoke = (np.bincount(groups(record), row, len(GROUPS)) for row in speeches(held, [Phase.ROUND_TABLES]))
    total = spoke.sum() / seats.sum() if seats.sum() else 0.0
    return {name: spoke[g] / seats[g] / total for g, name in enumerate(GROUPS) if seats[g] and total}


@measured("ratio", *ROLES, "organisation")
def voice_of_states(record: Record, years: Period, other: Record) -> Found:
    """Interventions for each seat at the dialogue's round tables over those of all states: states by role, and
    organisations."""
    if (held := dialogue(record, years[0])) is None:
        return {}
    seats, spoke = (np.bincount(groups(record), row, len(GROUPS)) for row in speeches(held, [Phase.ROUND_TABLES]))
    states = slice(len(ROLES))
    rate = spoke[states].sum() / seats[states].sum() if seats[states].sum() else 0.0
    wanted = [*range(len(ROLES)), int(Group.ORGANISATION)]
    return {GROUPS[g]: float(spoke[g] / seats[g] / rate) for g in wanted if seats[g] and rate}


@measured("count", "state_speakers", organisations="share")
def smallest_room(record: Record, years: Period, other: Record) -> Found:
    """In the round table of the dialogue with the fewest seats taken: states that spoke, and the share of organisations
    in the interventions."""
    held = dialogue(record, years[0])
    found = [] if held is None else [(seats.sum(), spoke) for seats, spoke in rooms(held, [Phase.ROUND_TABLES])]
    taken = [room for room in found if room[0]]
    if not taken:
        return {}
    spoke, codes = min(taken, key=lambda room: int(room[0]))[1], groups(record)
    share = spoke[codes == Group.ORGANISATION].sum() / spoke.sum() if spoke.sum() else NAN
    return {"state_speakers": float((spoke[codes < len(ROLES)] > 0).sum()), "organisations": float(share)}


@measured("difference")
def session_attendance_change(record: Record, years: Period, other: Record) -> Found:
    """Share of the states that sit in a plenary, round-table or closing sitting of a dialogue, last minus first."""
    first, last = (_session_attendance(record, dialogue(record, year)) for year in years)
    return last - first


def _session_attendance(record: Record, held: MeetingTrace | None) -> float:
    if held is None:
        return NAN
    states = (groups(record) < len(ROLES)) & held.active
    if not states.any():
        return NAN
    wanted = {Phase.PLENARY, Phase.ROUND_TABLES, Phase.CLOSING}
    sittings = sorted({room.sitting for room in held.rooms if room.phase in wanted})
    seated = [(held.tables[sitting, states] >= 0).mean() for sitting in sittings]
    return float(np.mean(seated)) if seated else NAN


@measured("ratio", "growth", within_ties="share")
def corridor(record: Record, years: Period, other: Record) -> Found:
    """Bilateral contacts in the corridors of the last dialogue over those of the first; and the share of the first
    whose states have a migration stake in another."""
    first, last = (dialogue(record, year) for year in years)
    if first is None or not first.experience["contacts"].sum():
        return {}
    tied = np.zeros(len(first.active), dtype=bool)
    tied[record.population.world.ties.ravel()] = True
    contacts = first.experience["contacts"]
    found = {"within_ties": float(contacts[tied].sum() / contacts.sum())}
    return found | ({"growth": float(last.experience["contacts"].sum() / contacts.sum())} if last is not None else {})


@measured("share", "origin_un", "destination_informal", "nowhere", "largest")
def arena_preferences(record: Record, years: Period, other: Record) -> Found:
    """States that prefer an arena after the dialogue: origin states the UN, destination states the informal forum,
    all states none, and the largest share of all states that any arena has."""
    held = dialogue(record, years[0])
    if held is None or (ranked := arena_firsts(record, held)) is None:
        return {}
    roles, firsts = ranked
    if not len(firsts):
        return {}
    shares = np.bincount(firsts, minlength=len(ARENAS)) / len(firsts)
    found = {"nowhere": float(shares[ARENAS.index("nowhere")]), "largest": float(shares.max())}
    for role, arena in ((Group.ORIGIN, "un"), (Group.DESTINATION, "informal")):
        if (roles == role).any():
            found[f"{GROUPS[role]}_{arena}"] = float((firsts[roles == role] == ARENAS.index(arena)).mean())
    return found


@measured("share", "forum", "norm_setting")
def would_join(record: Record, years: Period, other: Record) -> Found:
    """States to which, after the dialogue, a non-binding forum, or a norm-setting body, is worth more than nothing."""
    held = dialogue(record, years[0])
    if held is None or held.arena is None:
        return {}
    worth = held.arena[held.active[groups(record) < len(ROLES)]] > 0
    if not len(worth):
        return {}
    return {"forum": float(worth[:, ARENAS.index("informal")].mean()), "norm_setting": float(worth[:, -1].mean())}


@measured("share")
def informal_wins(record: Record, years: Period, other: Record) -> Found:
    """1 where the informal forum is the arena to which both sides consent after the dialogue, else 0."""
    held = dialogue(record, years[0])
    if held is None or held.arena is None:
        return NAN
    is_state = groups(record) < len(ROLES)
    roles, among = groups(record)[is_state].astype(np.int8), held.active[is_state]
    return float(agreed_arena(held.arena, roles, among) == Arena.INFORMAL) if among.any() else NAN


@measured("difference", needs="rights_dialogue")
def framing_opens(record: Record, years: Period, other: Record) -> Found:
    """Interventions of destination states at the dialogue for each one that exists, as it was held minus all on rights
    and without development framing."""
    return _destination_voice(record, years) - _destination_voice(other, years)


def _destination_voice(record: Record, years: Period) -> float:
    held = dialogue(record, years[0])
    if held is None:
        return NAN
    members = (groups(record) == Group.DESTINATION) & held.active
    seats = len(held.acts) * members.sum()
    return float(speeches(held)[1][members].sum() / seats) if seats else NAN


@measured("rank", YEAR)
def agency_rank(record: Record, years: Period, other: Record) -> Found:
    """Rank of the agency of the scenario among organisations by mean support of states, at dialogues, by year."""
    agency, found = record.population.rows.get(record.scenario.institutions.agency), {}
    for year in range(years[0], years[1] + 1):
        held = dialogue(record, year)
        if held is None or held.support is None or agency is None or not held.active[agency]:
            continue
        sizes = np.bincount(groups(record)[held.active], minlength=len(GROUPS))[: len(ROLES)]
        if not sizes.sum():
            continue
        mean = np.nansum(held.support * sizes[:, None], axis=0) / sizes.sum()
        rivals = held.active & ~np.isnan(held.support).all(axis=0)
        found[str(year)] = float((mean[rivals] > mean[agency]).sum() + 1)
    return found


@measured("correlation")
def mandate_support(record: Record, years: Period, other: Record) -> Found:
    """Correlation of an organisation's normative mandate with support by destination states at the last dialogue."""
    held = dialogue(record, years[1])
    if held is None or held.support is None:
        return NAN
    support = held.support[Group.DESTINATION]
    rated = held.active & ~np.isnan(support)
    return correlation(record.population.world.actors["normative"][rated], support[rated])


@measured("share")
def destination_informal(record: Record, years: Period, other: Record) -> Found:
    """Destination states that prefer the informal forum after the last dialogue."""
    held = dialogue(record, years[1])
    if held is None or (ranked := arena_firsts(record, held)) is None:
        return NAN
    destination = ranked[1][ranked[0] == Group.DESTINATION]
    return float((destination == ARENAS.index("informal")).mean()) if len(destination) else NAN


@measured("ratio")
def small_states_voice(record: Record, years: Period, other: Record) -> Found:
    """Share of interventions by the origin states of below-median capacity, last dialogue over first."""
    origin = groups(record) == Group.ORIGIN
    capacity = record.population.world.actors["capacity"]
    small = origin & (capacity < np.median(capacity[origin])) if origin.any() else origin
    shares = []
    for held in (dialogue(record, year) for year in years):
        spoke = speeches(held)[1] if held is not None else np.zeros(len(origin))
        shares.append(spoke[small].sum() / spoke.sum() if spoke.sum() else NAN)
    return float(shares[1] / shares[0]) if shares[0] > 0 else NAN


@measured("slope")
def stake_slope(record: Record, years: Period, other: Record) -> Found:
    """Least-squares slope of an origin state's interventions at the last dialogue on its bilateral stakes, summed."""
    held = dialogue(record, years[1])
    if held is None:
        return NAN
    world = record.population.world
    stake = np.bincount(world.ties.ravel(), np.repeat(world.stake, 2), len(held.active))
    members = (groups(record) == Group.ORIGIN) & held.active
    x, y = stake[members], speeches(held)[1][members]
    return slope(x, y) if len(x) > 2 and np.ptp(x) > 0 else NAN
