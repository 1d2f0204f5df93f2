"""The text on the table: the next vote of the class, its paragraphs, and what stands in them now.

How the model answers a proposal to a seat that it plays is an assumption, made for teaching. Seat R supports the
wording w of a paragraph that S proposes, in place of the wording w' that stands, if

    d_R(w) - d_R(w') + y_T (T - 1/2) |s - s'| / K >= 0

d_R is what the wording adds to the utility of R at the vote (section 7.34 of the description of the model), with all
other paragraphs as they stand; T is the trust of R in S, with the weight y_T that trust has at the vote (7.28); s and
s' are the strengths of both wordings, and K the number of paragraphs. Nothing is left to luck.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from comity.phases import Phase
from comity.rules.drafting import N_SIDES, WORDINGS, count_voice, draft_of, is_backed, standing_wording, wording_utility
from comity.scenario.calendar import Vote
from comity.scenario.parameters import table_of
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Stop

__all__ = ["Standing", "Text", "Voice", "may_draft", "standing_of", "text_of", "text_on_table", "voice_of_model"]

_STRONGEST = max(WORDINGS)
_LITTLE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text that will be voted on: its meeting, its vote, and the codes of the issues of its paragraphs, in order."""

    meeting: str
    vote: Vote
    issues: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What stands in a text: the wording of each paragraph, whether both sides back it, and what follows.

    ``bindingness`` is a share, with what the wording adds; ``is_agreed`` is whether the whole text is agreed.
    """

    wordings: tuple[int, ...]
    backed: tuple[bool, ...]
    bindingness: float
    is_agreed: bool


class Voice(NamedTuple):
    """An answer of the model to a proposal: its stance, and the reason as plain data, a phrase of ``draft.why``."""

    stance: str
    reason: dict[str, Any]


def text_on_table(stop: Stop, state: ClassroomState) -> Text | None:
    """Return the text of the next vote, of the plan if the class has one; None where there is none ahead."""
    ahead = stop.next
    if ahead is None:
        return None
    ordered = sorted(stop.scenario.meetings, key=lambda meeting: (meeting.start, meeting.end, meeting.id))
    names = [meeting.id for meeting in ordered]
    at_vote = {
        step["meeting"] for step in state.plan if "meeting" in step and step["phase"] == Phase.VOTE.value
    }  # fmt: skip
    for meeting in ordered[names.index(ahead.place.meeting) :]:
        if state.planned and meeting.id not in at_vote:
            continue
        passed = 0
        if meeting.id == ahead.place.meeting and ahead.place.sitting:
            passed = max(0, len(meeting.votes) - (ahead.n_sittings - ahead.place.sitting + 1))
        if len(meeting.votes) > passed:
            return text_of(stop, meeting.id, meeting.votes[passed])
    return None


def text_of(stop: Stop, meeting: str, vote: Vote) -> Text:
    """Return the text of a vote."""
    stage = stop.model.stage
    about = {stage.issue_index[category] for category in vote.categories} or range(len(stage.issues))
    return Text(meeting=meeting, vote=vote, issues=tuple(sorted(about)))


def may_draft(stop: Stop, text: Text, seat: str) -> bool:
    """Return whether a seat may vote on a text, and so draft it."""
    return bool(stop.model.stage.voters[text.vote.id][stop.model.population.rows[seat]])


def standing_of(stop: Stop, state: ClassroomState, text: Text) -> Standing:
    """Return what stands in a text now."""
    voices = np.zeros((len(text.issues), len(WORDINGS), N_SIDES + 1), dtype=np.int64)
    places = {stop.model.stage.issues[issue]: k for k, issue in enumerate(text.issues)}
    groups, rows = stop.model.world.actors["group"], stop.model.population.rows
    for number, proposal in state.draft.open_on(text.vote.id).items():
        for (of, seat), voice in state.draft.voices.items():
            if of == number and may_draft(stop, text, seat):
                stance = 1 if voice["stance"] == "supports" else -1
                count_voice(voices, places[proposal["paragraph"]], proposal["wording"], stance, int(groups[rows[seat]]))
    was_agreed = text.vote.text_class == "agreed"
    draft = draft_of(voices, text.vote.bindingness, was_agreed, table_of(stop.scenario.strengths)[0])
    wordings = tuple(int(standing_wording(paragraph)) for paragraph in voices)
    backed = tuple(
        bool(is_backed(paragraph, wording)) or (wording == 0 and was_agreed)
        for paragraph, wording in zip(voices, wordings, strict=True)
    )
    return Standing(
        wordings=wordings,
        backed=backed,
        bindingness=text.vote.bindingness + float(draft.bindingness),
        is_agreed=bool(draft.is_agreed),
    )


def voice_of_model(stop: Stop, text: Text, now: Standing, seat: str, sender: str, place: int, wording: int) -> Voice:
    """Return the answer of the model in a seat to a proposal of ``sender``: see the rule above.

    Parameters
    ----------
    place
        The place of the paragraph in the text.
    """
    parameters, world, rows = stop.scenario.strengths, stop.model.world, stop.model.population.rows
    row, n = rows[seat], len(text.issues)
    salience = np.asarray(world.salience[row], dtype=float)[list(text.issues)]
    weight = float(salience[place] / salience.sum()) if salience.sum() > 0 else 1.0 / n
    step = (wording - now.wordings[place]) / _STRONGEST
    mean = sum(now.wordings) / _STRONGEST / n

    def bindingness(strength: float) -> float:
        return min(max(text.vote.bindingness + parameters.draft_bindingness * strength, 0.0), 1.0)

    wish = weight * (2.0 * float(world.position[row, text.issues[place]]) - 1.0) * step
    added = bindingness(mean + step / n) - bindingness(mean)
    sovereignty = float(np.nan_to_num(world.actors["sovereignty"][row]))
    rates = table_of(parameters)[0]
    gain = float(wording_utility(wish, 0.0, 0.0, rates))
    whole = float(wording_utility(wish, sovereignty, added, rates))
    trust = float(world.trust[row, rows[sender]])
    supports = whole + parameters.vote_trust * (trust - 0.5) * abs(step) / n >= -_LITTLE
    if step == 0:
        why = "same"
    elif supports:
        why = "trusts" if whole < 0 else "gains" if gain > 0 else "frees"
    elif whole >= 0:
        why = "distrusts"
    else:
        why = "sovereignty" if whole - gain < min(gain, 0.0) else "against"
    return Voice("supports" if supports else "opposes", {"why": why, "trust": round(100 * trust)})
