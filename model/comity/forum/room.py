"""One room: everybody seated decides, then everybody learns from what was said."""

import numpy as np

from comity.compiled import compiled, inlined
from comity.mechanisms.act import Act, choose_act
from comity.mechanisms.backlash import backlash_step
from comity.mechanisms.engagement import engagement
from comity.mechanisms.mimicry import copies_practice, mimicry_step
from comity.mechanisms.persuasion import hearing_weight, persuasion_step
from comity.mechanisms.reassurance import reassurance_step
from comity.mechanisms.social_influence import social_influence_step
from comity.mechanisms.trust import evidence, is_targeted, learn, note_trust
from comity.population.world import GROUPS, Kind
from comity.randomness import Decision, uniform

_MASK = np.uint64(0xFFFFFFFF)
_N_ACT_PARTS = 3

__all__ = ["act_part", "decide", "listen", "mean_room_trust", "trust_table"]


@compiled
def act_part(act):
    """Return the column of ``trust_parts`` that an act belongs to."""
    if act == Act.COOPERATION:
        return 0
    if act == Act.STATEMENT:
        return 1
    return 2


@compiled
def trust_table(members, relations):
    """Return trust among the members of a room, shape (m, m), row the holder."""
    m = len(members)
    table = np.empty((m, m))
    for a in range(m):
        i = members[a]
        for b in range(m):
            table[a, b] = relations[i, members[b]].trust
    return table


@compiled
def mean_room_trust(trusts, a):
    """Return the mean trust of member a in the others of the room; 1/2 when it is alone."""
    m = len(trusts)
    total = 0.0
    for b in range(m):
        total += trusts[a, b]
    return (total - trusts[a, a]) / (m - 1) if m > 1 else 0.5


@compiled
def decide(
    members, trusts, issue, exposure, cochairs, world, rates, keys, meeting, sitting, round_number, acts, counts
):
    """Fill ``acts`` at the members' rows with what each does: silence, statement, cooperation or contestation.

    Everybody decides on the state at the beginning of the round. An act that ``acts`` holds already
    (anything but ``Act.ABSENT``) stands: a person took that seat. ``counts`` (6, n) adds each member's trust in the
    room and its rooms, in rows 4 and 5.
    """
    m = len(members)
    n_issues = world.preferences.salience.shape[1]
    room_mean = 0.0
    for a in range(m):
        room_mean += world.preferences.position[members[a], issue]
    room_mean /= m
    for a in range(m):
        i = members[a]
        room_trust = mean_room_trust(trusts, a)
        counts[4, i] += room_trust
        counts[5, i] += 1.0
        if acts[i] != Act.ABSENT:
            continue
        mandate = world.preferences.mandate[i, issue]
        for seat in range(len(cochairs)):
            if cochairs[seat] == i:
                mandate = 1.0
        # Organisations and networks are not answerable to voters: exposure costs them nothing.
        cost = exposure if world.actors.kind[i] == Kind.STATE else 0.0
        chance = engagement(
            n_issues * world.preferences.salience[i, issue],
            room_trust,
            world.actors.cooperation[i],
            world.actors.sovereignty[i],
            cost,
            mandate,
            rates,
        )
        address = world.actors.address[i]
        acts[i] = Act.SILENCE
        if uniform(keys[Decision.ENGAGEMENT], meeting, sitting, address, round_number) < chance:
            distance = abs(world.preferences.position[i, issue] - room_mean)
            acts[i] = choose_act(
                world.actors.cooperation[i],
                world.actors.sovereignty[i],
                cost,
                distance,
                room_trust,
                uniform(keys[Decision.COOPERATION], meeting, sitting, address, round_number),
                uniform(keys[Decision.CONTESTATION], meeting, sitting, address, round_number),
                rates,
            )


@compiled
def _copy_practices(a, members, speakers, acts, trusts, issue, actors, preferences, rate, gain, key, meeting, occasion):
    """Let member a copy practices from cooperative speakers; return the rise of its cooperation."""
    i = members[a]
    copied = 0.0
    for b in speakers:
        j = members[b]
        if b != a and acts[j] == Act.COOPERATION:
            draw = uniform(key, meeting, occasion, actors.address[i], actors.address[j])
            if copies_practice(trusts[a, b], rate, draw):
                preferences.practices[i, issue] += 1.0
                step = mimicry_step(actors.cooperation[i], gain)
                actors.cooperation[i] += step
                copied += step
    return copied


@inlined
def _socialise(i, cooperative_share, intimacy, world, rates):
    rate = intimacy * rates.social_influence_rate
    influence = social_influence_step(world.actors.cooperation[i], cooperative_share, rate)
    world.actors.cooperation[i] += influence
    world.actors.cooperation_by_social_influence[i] += influence


@inlined
def _reassure(i, cooperative_share, targeted_share, exposure, bindingness, intimacy, world, rates):
    sovereignty = world.actors.sovereignty[i]
    fall = reassurance_step(sovereignty, cooperative_share, bindingness, intimacy * rates.reassurance_rate)
    rise = backlash_step(sovereignty, targeted_share, exposure, rates.backlash_rate)
    world.actors.sovereignty[i] = sovereignty + fall + rise
    world.actors.sovereignty_by_reassurance[i] += fall
    world.actors.sovereignty_by_backlash[i] += rise


@compiled
def listen(
    members,
    trusts,
    issue,
    exposure,
    bindingness,
    intimacy,
    world,
    rates,
    keys,
    meeting,
    sitting,
    round_number,
    acts,
    counts,
):
    """Let everybody in the room learn from the speakers; silence teaches nothing.

    Order for each listener: trust-building as it hears one speaker after the other, then persuasion, social influence,
    mimicry, reassurance and backlash. Socialisation is weaker where the format is less intimate: its rates are
    multiplied by the intimacy w_f, at most 1. All listeners react to the positions and to the trust at the beginning of
    the round (synchronous updating). ``counts`` (6, n) adds the cooperative acts and the speakers that each actor
    heard, in rows 0 and 1.
    """
    m = len(members)
    speakers = np.empty(m, dtype=np.int64)
    said = np.empty(m)
    authority = np.empty(m)
    groups = np.empty(m, dtype=np.int64)
    moved = np.zeros((len(GROUPS), _N_ACT_PARTS))
    n_speakers = 0
    room_mean = 0.0
    for b in range(m):
        position = world.preferences.position[members[b], issue]
        room_mean += position
        if acts[members[b]] > Act.SILENCE:
            speakers[n_speakers] = b
            said[n_speakers] = position
            authority[n_speakers] = world.actors.authority[members[b]]
            groups[n_speakers] = world.actors.group[members[b]]
            n_speakers += 1
    room_mean /= m
    occasion = (sitting + round_number) & _MASK
    closeness = min(intimacy, 1.0)
    evidence_weight = rates.trust_learning * intimacy
    for a in range(m):
        i = members[a]
        own = world.preferences.position[i, issue]
        others, cooperative, targeted = 0, 0, 0
        pull, hearing, heard, heard_cooperation = 0.0, 0.0, 0.0, 0.0
        for place in range(n_speakers):
            b = speakers[place]
            if b == a:
                continue
            j = members[b]
            act = acts[j]
            trust = trusts[a, b]
            difference = said[place] - own
            aimed = act == Act.CONTESTATION and is_targeted(own, said[place], room_mean)
            others += 1
            targeted += aimed
            if evidence_weight > 0.0:
                gain = evidence(act, 1.0 - abs(difference), aimed)
                moved[groups[place], act_part(act)] += learn(i, j, evidence_weight, gain, world.relations)
            weight = hearing_weight(trust, authority[place], difference, rates.confidence_bound)
            pull += weight * difference
            hearing += weight
            heard += trust
            if act == Act.COOPERATION:
                cooperative += 1
                heard_cooperation += trust
        if others == 0:
            continue
        for group in range(len(moved)):
            for part in range(moved.shape[1]):
                note_trust(i, group, part, moved[group, part], world)
                moved[group, part] = 0.0
        counts[0, i] += cooperative
        counts[1, i] += others
        if hearing > 0.0:
            step = persuasion_step(pull / hearing, closeness * rates.persuasion_rate, bindingness)
            world.preferences.position[i, issue] += step
            world.preferences.by_persuasion[i, issue] += step
        _socialise(i, heard_cooperation / heard, closeness, world, rates)
        if cooperative > 0 and world.actors.kind[i] == Kind.STATE and rates.mimicry_rate > 0.0:
            world.actors.cooperation_by_mimicry[i] += _copy_practices(
                a,
                members,
                speakers[:n_speakers],
                acts,
                trusts,
                issue,
                world.actors,
                world.preferences,
                closeness * rates.mimicry_rate,
                rates.mimicry_gain,
                keys[Decision.MIMICRY],
                meeting,
                occasion,
            )
        if world.actors.kind[i] == Kind.STATE:
            _reassure(i, cooperative / others, targeted / others, exposure, bindingness, closeness, world, rates)
