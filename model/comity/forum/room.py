"""One room: everybody seated decides, then everybody learns from what was said."""

import numpy as np

from comity.compiled import compiled
from comity.mechanisms.act import Act, choose_act
from comity.mechanisms.engagement import engagement
from comity.mechanisms.mimicry import copies_practice, mimicry_step
from comity.mechanisms.persuasion import hearing_weight, persuasion_step
from comity.mechanisms.social_influence import social_influence_step
from comity.mechanisms.sovereignty import backlash_step, reassurance_step
from comity.mechanisms.trust import agreement, evidence, is_targeted, learn
from comity.population.world import Kind
from comity.randomness import Decision, uniform

_MASK = np.uint64(0xFFFFFFFF)

__all__ = ["act_part", "decide", "listen", "mean_room_trust", "trust_table"]


@compiled
def trust_table(members, trust):
    """Return trust among the members of a room, shape (m, m), row the holder."""
    m = len(members)
    table = np.empty((m, m))
    for a in range(m):
        row = trust[members[a]]
        for b in range(m):
            table[a, b] = row[members[b]]
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
def decide(members, trusts, issue, exposure, cochairs, world, rates, keys, meeting, sitting, round_number, acts, counts):
    """Fill ``acts`` at the members' rows with what each does: silence, statement, cooperation or contestation.

    Everybody decides on the state at the beginning of the round. An act that ``acts`` holds already
    (anything but ``Act.ABSENT``) stands: a person took that seat. ``counts`` (6, n) adds each member's trust in the
    room and its rooms, in rows 4 and 5.
    """
    m = len(members)
    n_issues = world.salience.shape[1]
    room_mean = 0.0
    for a in range(m):
        room_mean += world.position[members[a], issue] / m
    for a in range(m):
        i = members[a]
        room_trust = mean_room_trust(trusts, a)
        counts[4, i] += room_trust
        counts[5, i] += 1.0
        if acts[i] != Act.ABSENT:
            continue
        mandate = world.mandate[i, issue]
        for seat in range(len(cochairs)):
            if cochairs[seat] == i:
                mandate = 1.0
        # Organisations and networks are not answerable to voters: exposure costs them nothing.
        cost = exposure if world.actors.kind[i] == Kind.STATE else 0.0
        chance = engagement(
            n_issues * world.salience[i, issue], room_trust, world.actors.cooperation[i], world.actors.sovereignty[i], cost, mandate, rates
        )
        address = world.actors.address[i]
        acts[i] = Act.SILENCE
        if uniform(keys[Decision.ENGAGEMENT], meeting, sitting, address, round_number) < chance:
            distance = abs(world.position[i, issue] - room_mean)
            acts[i] = choose_act(
                world.actors.cooperation[i], world.actors.sovereignty[i], cost, distance, room_trust,
                uniform(keys[Decision.COOPERATION], meeting, sitting, address, round_number),
                uniform(keys[Decision.CONTESTATION], meeting, sitting, address, round_number),
                rates,
            )


@compiled
def listen(
    members, trusts, issue, exposure, bindingness, intimacy, world, rates, keys, meeting, sitting, round_number, acts,
    counts,
):
    """Let everybody in the room learn from the speakers; silence teaches nothing.

    Order for each listener: trust-building, persuasion, social influence, mimicry, reassurance, backlash. All
    listeners react to the positions and to the trust at the beginning of the round (synchronous updating).

    ``counts`` (6, n) adds the cooperative acts and the speakers that each actor heard, in rows 0 and 1.
    """
    m = len(members)
    speakers = np.empty(m, dtype=np.int64)
    n_speakers = 0
    for b in range(m):
        if acts[members[b]] > Act.SILENCE:
            speakers[n_speakers] = b
            n_speakers += 1
    if n_speakers == 0:
        return
    said = np.empty(m)
    room_mean = 0.0
    for a in range(m):
        said[a] = world.position[members[a], issue]
        room_mean += said[a] / m
    weight = rates.trust_learning * intimacy
    occasion = (sitting + round_number) & _MASK
    for a in range(m):
        i = members[a]
        own = said[a]
        is_state = world.actors.kind[i] == Kind.STATE
        others = 0
        cooperative = 0
        targeted = 0
        pull = 0.0
        hearing = 0.0
        heard_cooperation = 0.0
        heard = 0.0
        cooperation = world.actors.cooperation[i]
        copied = 0.0
        for place in range(n_speakers):
            b = speakers[place]
            if b == a:
                continue
            j = members[b]
            act = acts[j]
            others += 1
            aimed = act == Act.CONTESTATION and is_targeted(own, said[b], room_mean)
            if weight > 0.0:
                gain = evidence(act, agreement(own, said[b]), aimed)
                learn(i, j, weight, gain, act_part(act), world)
            weight_heard = hearing_weight(trusts[a, b], world.actors.authority[j], said[b] - own, rates.confidence_bound)
            pull += weight_heard * (said[b] - own)
            hearing += weight_heard
            heard += trusts[a, b]
            if act == Act.COOPERATION:
                cooperative += 1
                heard_cooperation += trusts[a, b]
                if is_state and rates.mimicry_rate > 0.0:
                    draw = uniform(keys[Decision.MIMICRY], meeting, occasion, world.actors.address[i], world.actors.address[j])
                    if copies_practice(trusts[a, b], rates.mimicry_rate, draw):
                        world.practices[i, issue] += 1.0
                        step = mimicry_step(cooperation + copied, rates.mimicry_gain)
                        copied += step
            elif aimed:
                targeted += 1
        if others == 0:
            continue
        counts[0, i] += cooperative
        counts[1, i] += others
        if hearing > 0.0:
            step = persuasion_step(pull / hearing, rates.persuasion_rate, bindingness)
            world.position[i, issue] += step
            world.position_parts[i, issue, 0] += step
        influence = social_influence_step(cooperation, heard_cooperation / heard, rates.social_influence_rate)
        world.actors.cooperation[i] += influence + copied
        world.cooperation_parts[i, 0] += influence
        world.cooperation_parts[i, 1] += copied
        if is_state:
            fall = reassurance_step(world.actors.sovereignty[i], cooperative / others, bindingness, rates.reassurance_rate)
            rise = backlash_step(world.actors.sovereignty[i], targeted / others, exposure, rates.backlash_rate)
            world.actors.sovereignty[i] += fall + rise
            world.sovereignty_parts[i, 0] += fall
            world.sovereignty_parts[i, 1] += rise


@compiled
def act_part(act):
    """Return the column of ``trust_parts`` that an act belongs to."""
    if act == Act.COOPERATION:
        return 0
    if act == Act.STATEMENT:
        return 1
    return 2
