"""Drafting: what people support and oppose in the wording of a text decides how strong it is, and whether it is agreed.

A text has one paragraph for each issue that it is about. The text of the scenario is the neutral draft.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.compiled import Flag, Floats, Ints, Record, Whole, compiled, lean
from comity.mechanism import LOGIT, Mechanism, Parameter
from comity.world.world import Group, World

__all__ = [
    "MECHANISM",
    "N_SIDES",
    "WORDINGS",
    "Draft",
    "count_voice",
    "draft_of",
    "is_backed",
    "standing_wording",
    "wording_utility",
    "wording_value",
]

MECHANISM = Mechanism(
    name="drafting",
    changes=("votes",),
    strength=None,
    group="vote",
    parameters=(
        Parameter(
            "draft_position", 2.0, 0, 20, "weight of what a state wants of the wording of a text",
            symbol="y_w", unit=LOGIT,
        ),
        Parameter(
            "draft_bindingness", 0.25, 0, 1, "bindingness that the strongest wording of all paragraphs adds",
            symbol="b_w",
        ),
        Parameter(
            "draft_sovereignty", 4.0, 0, 20, "weight of sovereignty times the bindingness that the wording adds",
            symbol="y_b", unit=LOGIT,
        ),
    ),
    source="Spatial voting: Enelow and Hinich (1984); who approves of a wording: Brams and Fishburn (1978); cost of "
    "obligation: Abbott and Snidal (2000); form: assumption",
)  # fmt: skip

WORDINGS = (-2, -1, 0, 1, 2)
"""Wordings of a paragraph, from the weakest to the strongest; 0 is that of the scenario."""

N_SIDES = 2
"""The sides whose consent makes a text agreed: origin and destination."""

_NEUTRAL, _STRONGEST = 2, 2
_ALL = N_SIDES


class Draft(NamedTuple):
    """A text as it was drafted.

    ``strength`` (paragraphs,) of each paragraph, in [-1, 1]; ``bindingness`` that the wording adds to that of the
    scenario; whether it ``is_agreed`` by both sides.
    """

    strength: Floats
    bindingness: float
    is_agreed: Flag


@compiled
def count_voice(voices: Ints, paragraph: Whole, wording: Whole, stance: Whole, group: Whole) -> None:
    """Add the voice of a state to those on a paragraph of a text.

    Parameters
    ----------
    voices : int64, shape (paragraphs, 5, 3)
        Support less opposition by paragraph, wording, and side: origin, destination, and all states.
    paragraph, wording
        Place of the paragraph in the text, and the wording, one of :data:`WORDINGS`.
    stance
        1 supports, -1 opposes.
    group
        Code of the role of the state; who sends and receives migrants counts on both sides.
    """
    place = wording + _NEUTRAL
    voices[paragraph, place, _ALL] += stance
    if group == Group.ORIGIN or group == Group.BOTH:
        voices[paragraph, place, 0] += stance
    if group == Group.DESTINATION or group == Group.BOTH:
        voices[paragraph, place, 1] += stance


@compiled
def standing_wording(voices: Ints) -> int:
    """Return the wording of a paragraph that stands, one of :data:`WORDINGS`.

    It is the one with the largest balance of support and opposition, if that is above 0 and above that of the neutral
    wording; else the neutral one. In equal case it is the one nearer to neutral, and of two that are equally near the
    weaker.

    Parameters
    ----------
    voices : int64, shape (5, 3)
        From :func:`count_voice`, of one paragraph.
    """
    best, most = 0, max(voices[_NEUTRAL, _ALL], 0)
    for distance in range(1, _STRONGEST + 1):
        for side in range(N_SIDES):
            wording = distance if side else -distance
            if voices[wording + _NEUTRAL, _ALL] > most:
                best, most = wording, voices[wording + _NEUTRAL, _ALL]
    return best


@compiled
def is_backed(voices: Ints, wording: Whole) -> bool:
    """Return whether both sides back a wording: on each, more states support it than oppose it.

    ``voices`` (5, 3): from :func:`count_voice`, of one paragraph.
    """
    return bool(voices[wording + _NEUTRAL, 0] > 0 and voices[wording + _NEUTRAL, 1] > 0)


@compiled
def draft_of(voices: Ints, bindingness: float, is_agreed: Flag, parameters: Record) -> Draft:
    """Return the text that came of the voices on its paragraphs.

    s_k = w_k / 2 of the wording w_k that stands; the bindingness that it adds is b - b_0, where b is b_0 + b_w mean s_k
    bounded to [0, 1]. A text is agreed if all of its paragraphs are. A paragraph is, if both sides back the wording
    that stands, or if that is the neutral one and the text of the scenario was agreed.

    Parameters
    ----------
    voices : int64, shape (paragraphs, 5, 3)
        From :func:`count_voice`; without any the draft is the text of the scenario.
    bindingness
        That of the text of the scenario, b_0, share.
    is_agreed
        Whether both camps agreed the text of the scenario before the vote.
    """
    strength, total = np.zeros(len(voices)), 0.0
    is_whole = True
    for k in range(len(voices)):
        wording = standing_wording(voices[k])
        strength[k] = wording / _STRONGEST
        total += strength[k]
        if not is_backed(voices[k], wording) and (wording != 0 or not is_agreed):
            is_whole = False
    bound = min(max(bindingness + parameters.draft_bindingness * total / max(len(voices), 1), 0.0), 1.0)
    return Draft(strength, bound - bindingness, is_whole)


@compiled
def wording_utility(wish: float, sovereignty: float, bindingness: float, parameters: Record) -> float:
    """Return what the wording of a text adds to the utility of a state, y_w W_i - y_b sigma_i (b - b_0), in logits.

    ``wish`` W_i in [-1, 1], see :func:`wording_value`; ``sovereignty`` sigma_i, share; ``bindingness`` that the wording
    adds. All is 0 for the neutral draft.
    """
    gain: float = parameters.draft_position * wish
    return gain - parameters.draft_sovereignty * sovereignty * bindingness


@lean
def wording_value(i: Whole, issues: Ints, draft: Draft, world: World, parameters: Record) -> float:
    """Return what the wording of a text on ``issues`` adds to the utility of state i, in logits.

    Its wish is W_i = sum_k s_ik (2 x_ik - 1) s_k / sum_k s_ik; plain if it cares about none of the issues. Who stands
    above the middle of an issue gains by a stronger paragraph, who stands below it by a weaker one.
    """
    weight, weighted, plain = 0.0, 0.0, 0.0
    for k in range(len(issues)):
        salience = world.preferences.salience[i, issues[k]]
        wish = (world.preferences.position[i, issues[k]] - 0.5) / 0.5 * draft.strength[k]
        weight += salience
        weighted += salience * wish
        plain += wish
    wish = weighted / weight if weight > 0.0 else plain / len(issues)
    return wording_utility(wish, world.actors.sovereignty[i], draft.bindingness, parameters)
