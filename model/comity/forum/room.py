"""One room: everybody seated decides, then everybody learns from what was said."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.compiled import compiled, inner, lean
from comity.mechanisms.act import Act, choose_act
from comity.mechanisms.backlash import backlash_step
from comity.mechanisms.engagement import engagement
from comity.mechanisms.mimicry import copies_practice, mimicry_step
from comity.mechanisms.persuasion import hearing_weight, persuasion_step
from comity.mechanisms.reassurance import reassurance_step
from comity.mechanisms.social_influence import social_influence_step
from comity.mechanisms.trust import agreement, evidence, is_targeted, updated_trust
from comity.population.world import Kind
from comity.randomness import Decision, fill_uniforms

__all__ = ["Floor", "Round", "act_part", "decide", "listen", "make_floor", "take_seats"]

_MASK = np.uint64(0xFFFFFFFF)


class Round(NamedTuple):
    """A round of talk in a room, and what is the same for all who sit there.

    ``seated`` m, how many sit there; ``states``, how many come up to the last state among them (the world begins with
    states); their ``mean_position`` on the ``issue``; the ``exposure`` E_kf of the room, share; the ``bindingness`` and
    the ``intimacy`` w_f of the format. ``meeting``, ``sitting`` and ``number``, from 0, are the address of its luck.
    """

    seated: int
    states: int
    mean_position: float
    issue: int
    exposure: float
    bindingness: float
    intimacy: float
    meeting: np.uint64
    sitting: np.uint64
    number: np.uint64


class Floor(NamedTuple):
    """The floor of a room: those seated side by side, so that what one speaker does to all is one plain loop.

    Arrays (n,), as many entries in use as are seated. Of each seated: ``row`` of the world, ``address`` of its luck,
    ``position`` on the issue and ``room_trust``, its mean trust in the others. Of each listener, sums over the
    speakers: ``pull`` and ``hearing`` of persuasion, trust ``heard`` and ``heard_cooperation``, ``targeted``,
    contestations of its camp, ``copied`` practices. While one speaker speaks: each listener's ``trust`` in it, the
    ``evidence`` that it rests on, whether it is ``aimed`` at. ``draw_1`` to ``draw_3`` hold luck.
    """

    row: NDArray[np.uint32]
    address: NDArray[np.uint64]
    position: NDArray[np.float64]
    room_trust: NDArray[np.float64]
    pull: NDArray[np.float64]
    hearing: NDArray[np.float64]
    heard: NDArray[np.float64]
    heard_cooperation: NDArray[np.float64]
    targeted: NDArray[np.int64]
    copied: NDArray[np.int64]
    trust: NDArray[np.float64]
    evidence: NDArray[np.float64]
    aimed: NDArray[np.bool_]
    draw_1: NDArray[np.float64]
    draw_2: NDArray[np.float64]
    draw_3: NDArray[np.float64]


@inner
def make_floor(n):
    """Return an empty floor with space for n."""
    return Floor(
        np.empty(n, dtype=np.uint32),
        np.empty(n, dtype=np.uint64),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n),
        np.empty(n),
        np.empty(n, dtype=np.bool_),
        np.empty(n),
        np.empty(n),
        np.empty(n),
    )


@compiled
def act_part(act):
    """Return the column of ``trust_parts`` that an act belongs to."""
    if act == Act.COOPERATION:
        return 0
    if act == Act.STATEMENT:
        return 1
    return 2


@lean
def take_seats(tables, room, issue, world, floor):
    """Let those whose place in ``tables`` (n,) is this room take the floor.

    Returns their number m, how many come up to the last state (the world begins with states), and the mean position.
    """
    m, m_states = 0, 0
    room_mean = 0.0
    for i in range(len(tables)):
        if tables[i] == room:
            floor.row[m] = i
            floor.address[m] = world.actors.address[i]
            floor.position[m] = world.preferences.position[i, issue]
            room_mean += floor.position[m]
            m += 1
            if world.actors.kind[i] == Kind.STATE:
                m_states = m
    return m, m_states, room_mean / max(m, 1)


@lean
def _trust_the_room(m, world, floor):
    """Set everybody's mean trust in the others of the room; 1/2 for who is alone."""
    for a in range(m):
        floor.room_trust[a] = -world.trust_in[floor.row[a], floor.row[a]]
    for b in range(m):
        trust_in = world.trust_in[floor.row[b]]
        for a in range(m):
            floor.room_trust[a] += trust_in[floor.row[a]]
    for a in range(m):
        floor.room_trust[a] = floor.room_trust[a] / (m - 1) if m > 1 else 0.5


@lean
def _draw_for_all(key, talk, floor, draws):
    """Fill ``draws`` with the luck of everybody seated for one decision of this round."""
    fill_uniforms(key, talk.meeting, talk.sitting, floor.address, talk.number, talk.seated, draws)


@lean
def decide(talk, floor, cochairs, world, rates, keys, acts, counts):
    """Fill ``acts`` (n,) of those seated with what each does: silence, statement, cooperation or contestation.

    Everybody decides on the state at the beginning of the round. An act that ``acts`` holds already
    (anything but ``Act.ABSENT``) stands: a person took that seat. ``counts`` (6, n) adds each one's trust in the
    room and its rooms, in rows 4 and 5.
    """
    n_issues = world.preferences.salience.shape[1]
    _trust_the_room(talk.seated, world, floor)
    _draw_for_all(keys[Decision.ENGAGEMENT], talk, floor, floor.draw_1)
    _draw_for_all(keys[Decision.COOPERATION], talk, floor, floor.draw_2)
    _draw_for_all(keys[Decision.CONTESTATION], talk, floor, floor.draw_3)
    for a in range(talk.seated):
        i = floor.row[a]
        counts[4, i] += floor.room_trust[a]
        counts[5, i] += 1.0
        if acts[i] != Act.ABSENT:
            continue
        mandate = world.preferences.mandate[i, talk.issue]
        for seat in range(len(cochairs)):
            if cochairs[seat] == i:
                mandate = 1.0
        # Organisations and networks are not answerable to voters: exposure costs them nothing.
        cost = talk.exposure if world.actors.kind[i] == Kind.STATE else 0.0
        chance = engagement(
            n_issues * world.preferences.salience[i, talk.issue],
            floor.room_trust[a],
            world.actors.cooperation[i],
            world.actors.sovereignty[i],
            cost,
            mandate,
            rates,
        )
        acts[i] = Act.SILENCE
        if floor.draw_1[a] < chance:
            acts[i] = choose_act(
                world.actors.cooperation[i],
                world.actors.sovereignty[i],
                cost,
                abs(floor.position[a] - talk.mean_position),
                floor.room_trust[a],
                floor.draw_2[a],
                floor.draw_3[a],
                rates,
            )


# The loops over listeners stand alone, on few plain arrays: so the compiler makes vector code of them.


@lean
def _weigh(m, trust, position, said, authority, bound, pull, hearing):
    """Add one speaker to the pull on everybody's position and to the weight of those heard."""
    for a in range(m):
        difference = said - position[a]
        weight = hearing_weight(trust[a], authority, difference, bound)
        pull[a] += weight * difference
        hearing[a] += weight


@lean
def _add(m, values, total):
    """Add values to a total."""
    for a in range(m):
        total[a] += values[a]


@lean
def _aim(m, position, said, room_mean, aimed, targeted):
    """Note whose camp a contestation is aimed at."""
    for a in range(m):
        aimed[a] = is_targeted(position[a], said, room_mean)
        targeted[a] += aimed[a]


@lean
def _copy(m, trust, draws, rate, copied):
    """Note who copies the practice that was shared."""
    for a in range(m):
        copied[a] += copies_practice(trust[a], rate, draws[a])


@lean
def _build_trust(m, act, said, position, aimed, trust, weights, weight):
    """Turn trust in the speaker into what it is after this evidence."""
    for a in range(m):
        gain = evidence(act, agreement(position[a], said), aimed[a])
        trust[a] = updated_trust(trust[a], weights[a], weight, gain)


@lean
def _closeness(talk):
    """Return by what the rates of socialisation are multiplied: the intimacy of the format, at most 1."""
    return min(talk.intimacy, 1.0)


@lean
def _hear(b, act, talk, floor, world, rates, key):
    """Let everybody hear speaker b with the trust they have in it, for socialisation and as a member of a camp."""
    m, said, authority = talk.seated, floor.position[b], world.actors.authority[floor.row[b]]
    trust_in = world.trust_in[floor.row[b]]
    for a in range(m):
        floor.trust[a] = trust_in[floor.row[a]]
    floor.trust[b] = 0.0  # nobody hears oneself
    _weigh(m, floor.trust, floor.position, said, authority, rates.confidence_bound, floor.pull, floor.hearing)
    _add(m, floor.trust, floor.heard)
    if act == Act.CONTESTATION:
        _aim(m, floor.position, said, talk.mean_position, floor.aimed, floor.targeted)
    elif act == Act.COOPERATION:
        _add(m, floor.trust, floor.heard_cooperation)
        if rates.mimicry_rate > 0.0:
            occasion = (talk.sitting + talk.number) & _MASK
            fill_uniforms(key, talk.meeting, occasion, floor.address, floor.address[b], talk.states, floor.draw_1)
            _copy(talk.states, floor.trust, floor.draw_1, _closeness(talk) * rates.mimicry_rate, floor.copied)


@lean
def _learn(b, act, weight, talk, floor, world):
    """Let everybody take evidence about speaker b."""
    m, j = talk.seated, floor.row[b]
    trust_in, evidence_on = world.trust_in[j], world.evidence_on[j]
    change = world.trust_parts[world.actors.group[j], act_part(act)]
    for a in range(m):
        floor.evidence[a] = evidence_on[floor.row[a]]
    _build_trust(m, act, floor.position[b], floor.position, floor.aimed, floor.trust, floor.evidence, weight)
    for a in range(m):
        if a != b:
            i = floor.row[a]
            change[i] += floor.trust[a] - trust_in[i]
            trust_in[i] = floor.trust[a]
            evidence_on[i] += weight


@lean
def _socialise(a, others, cooperative, talk, floor, world, rates):
    """Move position, cooperation and sovereignty of listener a by what it has heard from ``others`` speakers."""
    i, issue, closeness = floor.row[a], talk.issue, _closeness(talk)
    if floor.hearing[a] > 0.0:
        step = persuasion_step(floor.pull[a] / floor.hearing[a], closeness * rates.persuasion_rate, talk.bindingness)
        world.preferences.position[i, issue] += step
        world.preferences.by_persuasion[i, issue] += step
    share = floor.heard_cooperation[a] / floor.heard[a]
    step = social_influence_step(world.actors.cooperation[i], share, closeness * rates.social_influence_rate)
    world.actors.cooperation[i] += step
    world.actors.cooperation_by_social_influence[i] += step
    if world.actors.kind[i] == Kind.STATE:
        world.preferences.practices[i, issue] += floor.copied[a]
        for _ in range(floor.copied[a]):
            step = mimicry_step(world.actors.cooperation[i], rates.mimicry_gain)
            world.actors.cooperation[i] += step
            world.actors.cooperation_by_mimicry[i] += step
        sovereignty = world.actors.sovereignty[i]
        fall = reassurance_step(sovereignty, cooperative / others, talk.bindingness, closeness * rates.reassurance_rate)
        rise = backlash_step(sovereignty, floor.targeted[a] / others, talk.exposure, rates.backlash_rate)
        world.actors.sovereignty[i] = sovereignty + fall + rise
        world.actors.sovereignty_by_reassurance[i] += fall
        world.actors.sovereignty_by_backlash[i] += rise


@lean
def listen(talk, floor, world, rates, keys, acts, counts):
    """Let everybody in the room learn from the speakers; silence teaches nothing.

    Order: one speaker after the other is heard by all, who build trust; then each listener is moved by persuasion,
    social influence, mimicry, reassurance and backlash. Socialisation is weaker where the format is less intimate: its
    rates are multiplied by the intimacy w_f, at most 1. All listeners react to the positions and to the trust at the
    beginning of the round (synchronous updating). ``counts`` (6, n) adds the cooperative acts and the speakers that
    each actor heard, in rows 0 and 1.
    """
    m, evidence_weight = talk.seated, rates.trust_learning * talk.intimacy
    for a in range(m):
        floor.pull[a] = 0.0
        floor.hearing[a] = 0.0
        floor.heard[a] = 0.0
        floor.heard_cooperation[a] = 0.0
        floor.targeted[a] = 0
        floor.copied[a] = 0
        floor.aimed[a] = False
    n_speakers, n_cooperative = 0, 0
    for b in range(m):
        act = acts[floor.row[b]]
        if act <= Act.SILENCE:
            continue
        n_speakers += 1
        n_cooperative += act == Act.COOPERATION
        _hear(b, act, talk, floor, world, rates, keys[Decision.MIMICRY])
        if evidence_weight > 0.0:
            _learn(b, act, evidence_weight, talk, floor, world)
    for a in range(m):
        i = floor.row[a]
        others = n_speakers - (acts[i] > Act.SILENCE)
        cooperative = n_cooperative - (acts[i] == Act.COOPERATION)
        if others > 0:
            counts[0, i] += cooperative
            counts[1, i] += others
            _socialise(a, others, cooperative, talk, floor, world, rates)
