"""Drafting: proposals for the text of the next vote. They are public; who supports them is not, until the vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from comity.rules.drafting import WORDINGS
from comity_classroom.core.draft_text import Text, may_draft, standing_of, text_on_table, voice_of_model
from comity_classroom.core.negotiating import Negotiating
from comity_classroom.core.refusal import Refused

__all__ = ["Drafting"]

_MOST_ACTS = 60
"""Most proposals, voices and withdrawals of a seat before the class moves on."""
_MOST_OPEN = 6
"""Most open proposals of a seat on one text."""


class Drafting(Negotiating):
    """The part of a classroom about drafts; see :class:`comity_classroom.core.classroom.Classroom`."""

    def propose(self, person: str, seat: object, paragraph: object, wording: object) -> Counter[str]:
        """Propose a wording of a paragraph of the text on the table, which the own seat then supports.

        Seats that the model plays answer at once. Returned is how many of them support and oppose it.

        Parameters
        ----------
        paragraph
            Id of its issue.
        wording
            One of :data:`comity.rules.drafting.WORDINGS`.
        """
        with self.acting:
            mine, text = self._drafting(person, seat)
            issues = [self.scene.stop.model.stage.issues[issue] for issue in text.issues]
            if not isinstance(paragraph, str) or paragraph not in issues:
                raise Refused("draft.no_paragraph", "missing")
            if type(wording) is not int or wording not in WORDINGS:
                raise Refused("draft.no_wording")
            made = self.state.draft.open_on(text.vote.id).values()
            if any((one["paragraph"], one["wording"]) == (paragraph, wording) for one in made):
                raise Refused("draft.made", "conflict")
            if sum(one["seat"] == mine for one in made) >= _MOST_OPEN:
                raise Refused("draft.open", "too many", most=_MOST_OPEN)
            answers = self._answers(mine, text, issues.index(paragraph), wording)
            self._write(
                "proposed", person=person, seat=mine, proposal=len(self.state.draft.proposals) + 1,
                meeting=text.meeting, vote=text.vote.id, paragraph=paragraph, wording=wording, answers=answers,
            )  # fmt: skip
            return Counter(stance for _, stance, _ in answers)

    def voice(self, person: str, seat: object, proposal: object, stance: object, *, over: object = None) -> bool:
        """Support or oppose a proposal, or take that back with None. Return False if it repeats what was said.

        Parameters
        ----------
        over
            To change what a team mate said: the stance to change, so that nobody does it unawares.
        """
        with self.acting:
            mine, text = self._drafting(person, seat)
            number, _ = self._proposal(proposal, text)
            if stance not in ("supports", "opposes", None):
                raise Refused("draft.stance")
            before = self.state.draft.voices.get((number, mine), {})
            if before.get("stance") == stance:
                return False
            other = before.get("person")
            if other not in (None, "", person) and other in self.state.team_of(mine) and over != before["stance"]:
                raise Refused("mate_chose", "conflict", person=self.state.people[other])
            self._write("voiced", person=person, seat=mine, proposal=number, stance=stance)
            return True

    def drop(self, person: str, seat: object, proposal: object) -> None:
        """Withdraw a proposal of a person's seat, with all that was said of it."""
        with self.acting:
            mine, text = self._drafting(person, seat)
            number, found = self._proposal(proposal, text)
            if found["seat"] != mine:
                raise Refused("draft.not_yours", "forbidden")
            self._write("dropped", person=person, proposal=number)

    # --- internals

    def _drafting(self, person: str, seat: object) -> tuple[str, Text]:
        """Return the seat of a person and the text on the table, if the seat may draft it now."""
        self._must_be_open()
        mine = self._own_seat(person, seat)
        self._must_have_floor(mine)
        text = text_on_table(self.scene.stop, self.state)
        if text is None:
            raise Refused("draft.no_text", "conflict")
        if not may_draft(self.scene.stop, text, mine):
            raise Refused("draft.no_voter", "conflict")
        if self.state.draft.acts.get(mine, 0) >= _MOST_ACTS:
            raise Refused("talk.enough", "too many")
        return mine, text

    def _proposal(self, proposal: object, text: Text) -> tuple[int, Mapping[str, Any]]:
        found = self.state.draft.proposals.get(proposal) if type(proposal) is int else None
        if found is None:
            raise Refused("draft.no_proposal", "missing")
        if found["withdrawn"]:
            raise Refused("draft.withdrawn", "conflict")
        if found["vote"] != text.vote.id:
            raise Refused("draft.voted", "conflict")
        return int(found["proposal"]), found

    def _answers(self, sender: str, text: Text, place: int, wording: int) -> list[list[Any]]:
        """Return what the seats that nobody plays now say of a proposal: seat, stance, reason."""
        stop, now, found = self.scene.stop, standing_of(self.scene.stop, self.state, text), []
        for seat in self.state.offered:
            is_played = any(self.is_here(one) for one in self.state.team_of(seat))
            if seat != sender and not is_played and may_draft(stop, text, seat):
                voice = voice_of_model(stop, text, now, seat, sender, place, wording)
                found.append([seat, voice.stance, voice.reason])
        return found
