"""Negotiating: messages and offers between seats. Only the seats that they concern see them before the debrief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity_classroom.bounds import is_blank
from comity_classroom.core.model_answers import Weighed, answer_of_model
from comity_classroom.core.names import visible
from comity_classroom.core.partners import MOST_PARTNERS, partners_of, with_partner
from comity_classroom.core.refusal import Refused
from comity_classroom.core.seated import Seated
from comity_classroom.core.terms import Term, terms_of

__all__ = ["LONGEST_MESSAGE", "Negotiating"]

LONGEST_MESSAGE = 280
"""Most characters in a message."""
_MOST_SENT = 30
"""Most messages and offers of a seat before the class moves on."""
_MOST_TO = 4
_MOST_OPEN = 5
"""Most seats that a message goes to; most open offers of a seat."""


class Negotiating(Seated):
    """The part of a classroom about messages and offers; see :class:`comity_classroom.core.classroom.Classroom`."""

    def say(self, person: str, seat: object, to: object, text: object) -> None:
        """Send a message from a person's seat to one to four other seats in which somebody sits."""
        with self.acting:
            mine = self._speaking(person, seat)
            if not isinstance(to, list) or not 1 <= len(to) <= _MOST_TO:
                raise Refused("talk.to", most=_MOST_TO)
            for other in to:
                name = self._addressed(mine, other)
                if other not in self.state.seats:
                    raise Refused("talk.model", "conflict", seat=name)
            self._write("said", person=person, to=sorted(set(to)), text=_text(text, needed=True), **_by(mine))

    def offer(
        self, person: str, seat: object, to: object, give: object, ask: object, text: object, counters: object = None
    ) -> Weighed | None:
        """Make an offer to another seat. If the model plays that seat, return its answer, else None.

        Parameters
        ----------
        give, ask
            Ids of a term of one's own and of the other seat, from :func:`terms_of`; None for nothing.
        counters
            Number of an open offer of the other seat, which this one replaces.
        """
        with self.acting:
            mine = self._speaking(person, seat)
            self._addressed(mine, to)
            assert isinstance(to, str)
            own = self._term(mine, give, "talk.not_yours")
            others = self._term(to, ask, "talk.not_theirs")
            if own is None and others is None:
                raise Refused("talk.empty")
            rows = self.scene.stop.model.population.rows
            is_meeting = any(term is not None and term.key == "table" for term in (own, others))
            if is_meeting and to not in partners_of(self.scene.stop, rows[mine]):
                raise Refused("draft.no_meeting", "conflict", seat=self._name(to))
            if counters is not None:
                self._open_offer(counters, mine, sender=to)
            if (
                sum(item["from"] == mine and item["status"] == "open" for item in self.state.offers.values())
                >= _MOST_OPEN
            ):
                raise Refused("talk.open", "too many", most=_MOST_OPEN)
            number = len(self.state.offers) + 1
            self._write(
                "offered", person=person, to=to, offer=number,
                give=own and own.to_json(), ask=others and others.to_json(),
                text=_text(text, needed=False), counters=counters, **_by(mine),
            )  # fmt: skip
            if any(self.is_here(one) for one in self.state.team_of(to)):
                return None
            weighed = answer_of_model(self.scene.stop, to, mine, own, others)
            self._answer(number, weighed.accepts, "", weighed.reason)
            return weighed

    def answer(self, person: str, seat: object, offer: object, accept: object) -> None:
        """Accept or decline an open offer to a person's seat."""
        with self.acting:
            mine = self._speaking(person, seat)
            found = self._open_offer(offer, mine)
            if not isinstance(accept, bool):
                raise Refused("talk.answer")
            if accept:
                for party, term in ((found["from"], found["give"]), (mine, found["ask"])):
                    self._term(party, None if term is None else term["id"], "talk.not_kept")
            assert isinstance(offer, int)
            self._answer(offer, accept, person, {})

    def withdraw(self, person: str, seat: object, offer: object) -> None:
        """Withdraw an open offer of a person's seat."""
        with self.acting:
            mine = self._speaking(person, seat)
            found = self.state.offers.get(offer) if type(offer) is int else None
            if found is None or found["from"] != mine:
                raise Refused("talk.none_of_yours", "missing")
            if found["status"] != "open":
                raise Refused("talk.answered", "conflict")
            self._write("answered", offer=offer, status="withdrawn", person=person, reason={}, agreed=[])

    # --- internals

    def _speaking(self, person: str, seat: object) -> str:
        self._must_be_open()
        mine = self._own_seat(person, seat)
        self._must_have_floor(mine)
        if self.scene.stop.next is None:
            raise Refused("over", "conflict")
        if self.state.sent.get(mine, 0) >= _MOST_SENT:
            raise Refused("talk.enough", "too many")
        return mine

    def _addressed(self, mine: str, to: object) -> str:
        if not isinstance(to, str) or to not in self.state.offered:
            raise Refused("no_seat", "missing")
        if to == mine:
            raise Refused("talk.own_seat")
        return self._name(to)

    def _name(self, seat: str) -> str:
        return str(self.actors["name"].iloc[self.scene.stop.model.population.rows[seat]])

    def _term(self, seat: str, wanted: object, refusal: str) -> Term | None:
        if wanted in (None, ""):
            return None
        found = {term.id: term for term in terms_of(self.scene.stop, self.state, seat)}
        if not isinstance(wanted, str) or wanted not in found:
            raise Refused(refusal, "conflict", seat=self._name(seat))
        return found[wanted]

    def _open_offer(self, offer: object, mine: str, sender: str | None = None) -> dict[str, Any]:
        found = self.state.offers.get(offer) if type(offer) is int else None
        # The refusal is the same for an offer to somebody else: it tells nothing about the offers of others.
        if found is None or found["to"] != mine or sender not in (None, found["from"]):
            raise Refused("talk.none_to_you", "missing")
        if found["status"] != "open":
            raise Refused("talk.lapsed", "conflict")
        return dict(found)

    def _answer(self, number: int, accept: bool, person: str, reason: Mapping[str, Any]) -> None:
        offer = self.state.offers[number]
        agreed = [
            [seat, term["meeting"], term["sitting"], term["choice"]]
            for seat, term in ((offer["from"], offer["give"]), (offer["to"], offer["ask"]))
            if accept and term is not None
        ]
        if accept:
            agreed = self._as_meeting(agreed, offer)
        status = "accepted" if accept else "declined"
        self._write("answered", offer=number, status=status, person=person, reason=dict(reason), agreed=agreed)

    def _as_meeting(self, agreed: list[list[Any]], offer: Mapping[str, Any]) -> list[list[Any]]:
        """Return what is agreed: to come to the corridor is to meet there, for both."""
        parties = (offer["from"], offer["to"])
        terms = [term for term in (offer["give"], offer["ask"]) if term is not None and term["key"] == "table"]
        comes = [item for item in agreed if any(item[3] == term["choice"] for term in terms)]
        if not comes:
            return agreed
        meeting, sitting = comes[0][1:3]
        found = [item for item in agreed if item not in comes]
        for seat, other in (parties, parties[::-1]):
            before = self.state.choices.get((seat, meeting, sitting), {})
            choice = with_partner({}, before, other)
            if len(choice["partner"]) > MOST_PARTNERS:
                raise Refused("draft.partners_full", "conflict", seat=self._name(seat), most=MOST_PARTNERS)
            found.append([seat, meeting, sitting, choice])
        return found


def _by(seat: str) -> dict[str, Any]:
    """Return the sender of an entry; its field has a reserved word for a name."""
    return {"from": seat}


def _text(text: object, *, needed: bool) -> str:
    """Return the visible form of a message, or refuse it."""
    if text in (None, "") and not needed:
        return ""
    if not isinstance(text, str) or len(text) > 20 * LONGEST_MESSAGE:
        raise Refused("talk.text", most=LONGEST_MESSAGE)
    found = visible(text)
    if is_blank(found) and needed:
        raise Refused("talk.blank", most=LONGEST_MESSAGE)
    if len(found) > LONGEST_MESSAGE:
        raise Refused("talk.long", most=LONGEST_MESSAGE, n=len(found))
    return found
