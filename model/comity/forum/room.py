"""One room: everybody seated decides, then everybody learns from what was said."""

from __future__ import annotations

from comity.compiled import Floats, Int8s, Int16s, Ints, Records, Whole, lean
from comity.rules.act import Act, choose_acts
from comity.rules.backlash import aim, resent
from comity.rules.engagement import take_the_floor
from comity.rules.generalised_trust import remember
from comity.rules.mimicry import adopt, copy_from_speaker
from comity.rules.persuasion import persuade, weigh_speaker
from comity.rules.reassurance import reassure
from comity.rules.social_influence import influence
from comity.rules.trust import learn_of_speaker
from comity.world.meeting import Log
from comity.world.room import Floor, Talk
from comity.world.world import Kind, Opened, World

__all__ = ["decide", "listen", "take_seats"]


@lean
def take_seats(tables: Int16s, room: Whole, issue: Whole, world: World, floor: Floor) -> tuple[int, int, float]:
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
def _trust_the_room(m: Whole, world: World, floor: Floor) -> None:
    """Set everybody's mean trust in the others of the room; 0.5 if alone."""
    for a in range(m):
        floor.room_trust[a] = -world.trust_in[floor.row[a], floor.row[a]]
    for b in range(m):
        trust_in = world.trust_in[floor.row[b]]
        for a in range(m):
            floor.room_trust[a] += trust_in[floor.row[a]]
    for a in range(m):
        floor.room_trust[a] = floor.room_trust[a] / (m - 1) if m > 1 else 0.5


@lean
def decide(talk: Talk, cochairs: Ints, run: Opened, floor: Floor, acts: Int8s, experience: Records) -> None:
    """Fill ``acts`` (n,) of those seated with what each does: silence, statement, cooperation or contestation.

    Everybody decides on the state at the beginning of the round. An act that ``acts`` holds already
    (anything but ``Act.ABSENT``) stands: a person took that seat. ``experience`` (n,) adds each one's trust in the
    room and its rounds.
    """
    _trust_the_room(talk.seated, run.world, floor)
    for a in range(talk.seated):
        experience.room_trust[floor.row[a]] += floor.room_trust[a]
        experience.rounds[floor.row[a]] += 1.0
    take_the_floor(talk, cochairs, run, floor, acts)
    choose_acts(talk, run, floor, acts)


@lean
def _add(m: Whole, values: Floats, total: Floats) -> None:
    """Add values to a total; a loop on plain arrays, so that the compiler makes vector code of it."""
    for a in range(m):
        total[a] += values[a]


@lean
def _hear(b: Whole, act: Whole, talk: Talk, run: Opened, floor: Floor) -> None:
    """Let everybody hear speaker b with the trust they have in it, for socialisation and as a member of a camp."""
    m, trust_in = talk.seated, run.world.trust_in[floor.row[b]]
    for a in range(m):
        floor.trust[a] = trust_in[floor.row[a]]
    floor.trust[b] = 0.0  # nobody hears oneself
    weigh_speaker(b, talk, run, floor)
    if act == Act.CONTESTATION:
        _add(m, floor.trust, floor.heard_contestation)
        aim(b, talk, floor)
    elif act == Act.COOPERATION:
        _add(m, floor.trust, floor.heard_cooperation)
        copy_from_speaker(b, talk, run, floor)


@lean
def _socialise(
    a: Whole, cooperative_share: float, targeted_share: float, talk: Talk, run: Opened, floor: Floor
) -> None:
    """Move position, cooperation and sovereignty of listener a by what it has heard."""
    i, actors = floor.row[a], run.world.actors
    persuade(a, talk, run, floor)
    influence(a, talk, run, floor)
    if actors.kind[i] == Kind.STATE:
        adopt(a, talk, run, floor)
        sovereignty = actors.sovereignty[i]
        fall = reassure(i, sovereignty, cooperative_share, talk, run)
        rise = resent(i, sovereignty, targeted_share, talk, run)
        actors.sovereignty[i] = sovereignty + fall + rise


@lean
def listen(talk: Talk, run: Opened, floor: Floor, acts: Int8s, log: Log) -> None:
    """Let everybody in the room learn from the speakers; silence teaches nothing.

    Order: one speaker after the other is heard by all, who build trust; then each listener is moved by persuasion,
    social influence, mimicry, reassurance and backlash. Socialisation is weaker where the format is less intimate: its
    rates are multiplied by the closeness of the talk. All listeners react to the positions and to the trust at the
    beginning of the round (synchronous updating). The ``log`` adds the cooperative acts and all acts that each actor
    heard.
    """
    m, weight, experience = talk.seated, run.parameters.trust_learning * talk.intimacy, log.experience
    for a in range(m):
        floor.pull[a] = 0.0
        floor.hearing[a] = 0.0
        floor.heard_cooperation[a] = 0.0
        floor.heard_contestation[a] = 0.0
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
        _hear(b, act, talk, run, floor)
        if weight > 0.0:
            remember(floor.row[b], run.world, log)
            learn_of_speaker(b, act, weight, talk, floor, run.world)
    for a in range(m):
        i = floor.row[a]
        others = n_speakers - (acts[i] > Act.SILENCE)
        cooperative = n_cooperative - (acts[i] == Act.COOPERATION)
        if others > 0:
            experience.cooperative_heard[i] += cooperative
            experience.heard[i] += others
            _socialise(a, cooperative / others, floor.targeted[a] / others, talk, run, floor)
