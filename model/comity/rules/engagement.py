"""Engagement: whether a seated delegate takes the floor, or stays silent."""

from __future__ import annotations

from comity.compiled import Int8s, Ints, Record, compiled, lean
from comity.mechanism import LOGIT, Mechanism, Parameter
from comity.randomness import Decision, fill_uniforms
from comity.rules.act import Act
from comity.rules.logistic import logistic
from comity.world.room import Floor, Talk
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "engagement", "take_the_floor"]

MECHANISM = Mechanism(
    name="engagement",
    changes=("acts",),
    strength=None,
    group="engagement",
    parameters=(
        Parameter(
            "engagement_intercept", -1.2, -6, 6, "readiness to take the floor at a round table, all else at its middle",
            symbol="g_0", unit=LOGIT, free=True,
        ),
        Parameter(
            "engagement_salience", 0.8, 0, 4, "weight of how much the actor cares about the issue",
            symbol="g_s", unit=LOGIT, free=True,
        ),
        Parameter(
            "engagement_trust", 3.0, 0, 10, "weight of the actor's mean trust in the room",
            symbol="g_T", unit=LOGIT, free=True,
        ),
        Parameter(
            "engagement_cooperation", 1.0, 0, 6, "weight of the disposition to cooperate",
            symbol="g_c", unit=LOGIT,
        ),
        Parameter(
            "engagement_sovereignty", 6.0, 0, 20, "weight of sovereignty times exposure: what keeps delegates silent",
            symbol="g_sigma", unit=LOGIT,
            source="chapter, 'UN-Led Multilateral Encounters': governments silent; strength: assumption", free=True,
        ),
        Parameter(
            "engagement_mandate", 2.0, 0, 8, "weight of a mandate to speak: competent organisation or co-chair",
            symbol="g_m", unit=LOGIT,
            source="chapter, 'UN-Led Multilateral Encounters': UN staff present; strength: assumption", free=True,
        ),
    ),
    source="Chapter, 'UN-Led Multilateral Encounters': destination delegates silent, the South voices concerns, "
    "UN staff fill the floor; form: assumption",
)  # fmt: skip


@compiled
def engagement(
    salience: float,
    room_trust: float,
    cooperation: float,
    sovereignty: float,
    exposure: float,
    mandate: float,
    parameters: Record,
) -> float:
    """Return the probability of taking the floor.

    P = L(g_0 + g_s K s_ik + g_T (mean trust in the room - 1/2) + g_c c_i - g_sigma sigma_i E_kf + g_m mandate_i)

    Parameters
    ----------
    salience : K s_ik, 1 on average
        Salience of the issue relative to an equal spread over the K issues.
    room_trust, cooperation, sovereignty, exposure, mandate : share
        The actor's mean trust in the others at the table, c_i, sigma_i, E_kf, and its mandate to speak.
    parameters : record of parameters
    """
    utility = (
        parameters.engagement_intercept
        + parameters.engagement_salience * salience
        + parameters.engagement_trust * (room_trust - 0.5)
        + parameters.engagement_cooperation * cooperation
        - parameters.engagement_sovereignty * sovereignty * exposure
        + parameters.engagement_mandate * mandate
    )
    return logistic(utility)


@lean
def take_the_floor(talk: Talk, cochairs: Ints, run: Opened, floor: Floor, acts: Int8s) -> None:
    """Mark on the ``floor`` who speaks, and fill ``acts`` (n,) with silence for the others.

    An act that ``acts`` holds already (anything but ``Act.ABSENT``) stands: a person took that seat. A co-chair of the
    room has a full mandate to speak; expertise lent by an organisation is worth as much of its mandate.
    """
    actors, preferences = run.world.actors, run.world.preferences
    n_issues = preferences.salience.shape[1]
    key = run.keys[Decision.ENGAGEMENT]
    fill_uniforms(key, talk.meeting, talk.sitting, floor.address, talk.number, talk.seated, floor.draw_1)
    for a in range(talk.seated):
        i = floor.row[a]
        floor.speaks[a] = False
        if acts[i] != Act.ABSENT:
            continue
        mandate = max(preferences.mandate[i, talk.issue], preferences.lent[i, talk.issue])
        for seat in range(len(cochairs)):
            if cochairs[seat] == i:
                mandate = 1.0
        # Organisations and networks do not answer to voters: exposure costs them nothing.
        floor.cost[a] = talk.exposure if actors.kind[i] == Kind.STATE else 0.0
        chance = engagement(
            n_issues * preferences.salience[i, talk.issue],
            floor.room_trust[a],
            actors.cooperation[i],
            actors.sovereignty[i],
            floor.cost[a],
            mandate,
            run.parameters,
        )
        acts[i] = Act.SILENCE
        floor.speaks[a] = floor.draw_1[a] < chance
