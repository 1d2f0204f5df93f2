"""Secrets of a room: the teacher's, the join code, and one for each device of each person; kept as salted hashes.

They stand in a file of their own that only its owner may read, never in the ledger and never in a log. A secret is
shown once, when it is made. A server that starts again makes a new teacher's secret and a new join code beside the old
ones, which stay valid: it could not show the old ones, since it does not know them. All end when the room is closed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from comity.errors import InputError
from comity_classroom.room.errors import must_be_file
from comity_classroom.room.ledger import sync_folder

__all__ = ["CODE_LETTERS", "Secrets"]

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Signs of a code that a person types: no 0, O, 1 or I."""

_JOIN_LENGTH, _REJOIN_LENGTH = 8, 10
"""Signs of five bits each. The server checks some 100 codes a second, one after another: 6e7 of 2^40 codes in a week.
With all twenty codes that are kept, a guess hits with a probability of 1.1e-3 in a week and 1e-5 in a lesson of 90
minutes; a rejoin code has 2^50. Wrong codes therefore need not shut anybody out."""
_ROUNDS = 30_000
"""Of PBKDF2, for codes: they are short, so that each guess shall cost; a token of 256 bits needs no such cost."""
_MOST_DEVICES, _MOST_KEPT = 5, 20
_MOST_BYTES, _MOST_ROUNDS = 4 << 20, 1_000_000


class Secrets:
    """The secrets of one room.

    Attributes
    ----------
    path
        The file, of mode 0600.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: dict[str, Any] = {"teacher": [], "join": [], "seats": {}, "rejoin": {}, "last": 0}
        self._saved = json.dumps(self._kept)
        if path.exists() or path.is_symlink():
            self._saved = _read(path)
            self._kept = {"last": 0, **json.loads(self._saved)}

    def new_teacher(self) -> str:
        """Return a new teacher's secret, 256 bits, fit for an address."""
        secret = secrets.token_urlsafe(32)
        self._kept["teacher"] = [*self._kept["teacher"], _hashed(secret)][-_MOST_KEPT:]
        self._save()
        return secret

    def new_join_code(self) -> str:
        """Return a new join code of eight signs, 40 bits."""
        code = _code(_JOIN_LENGTH)
        kept = self._kept["join"]
        # One salt for all of them: a code is then computed once, however many are kept.
        salt = bytes.fromhex(kept[-1]["salt"]) if kept else None
        self._kept["join"] = [*kept, _hashed(code, _ROUNDS, salt)][-_MOST_KEPT:]
        self._save()
        return code

    def new_person(self, others: Iterable[str]) -> tuple[str, str]:
        """Return the id of a new person, which nobody has had before, and the token of the first device.

        Parameters
        ----------
        others
            Ids of those who are in the room: this file knows them too, unless it was removed.
        """
        known = (int(person[1:]) for person in (*self._kept["seats"], *others))
        self._kept["last"] = 1 + max((self._kept["last"], *known))
        person = f"p{self._kept['last']}"
        return person, self.new_seat_token(person)

    def new_seat_token(self, person: str) -> str:
        """Return a new token with which a device of a person is known; the oldest of more than five end."""
        token = secrets.token_urlsafe(32)
        kept = self._kept["seats"].get(person, [])
        self._kept["seats"][person] = [*kept, _hashed(token)][-_MOST_DEVICES:]
        self._save()
        return f"{person}.{token}"

    def new_rejoin_code(self, person: str) -> str:
        """Return a new code with which a person comes in from another device; the code before it ends."""
        code = _code(_REJOIN_LENGTH)
        self._kept["rejoin"][person] = _hashed(code, _ROUNDS)
        self._save()
        return f"{person}-{code}"

    def is_teacher(self, secret: str) -> bool:
        """Return whether this is a teacher's secret."""
        return _is_one_of(secret, self._kept["teacher"])

    def is_join_code(self, code: str) -> bool:
        """Return whether this is a join code; case, spaces and hyphens do not matter."""
        return _is_one_of(_plain(code), self._kept["join"])

    def person_of(self, token: str) -> str | None:
        """Return the person to whom a token belongs, or None."""
        person, _, secret = token.partition(".")
        return person if _is_one_of(secret, self._kept["seats"].get(person, [])) else None

    def person_of_rejoin(self, code: str) -> str | None:
        """Return the person to whom a rejoin code belongs, or None."""
        person, _, secret = code.strip().partition("-")
        person = person.lower()
        kept = self._kept["rejoin"].get(person)
        # Somebody who is not there is answered as slowly as somebody who is.
        found = _is_one_of(_plain(secret), [kept or _hashed("", _ROUNDS)])
        return person if found and kept else None

    def forget(self, people: Iterable[str]) -> None:
        """End all that lets some people in."""
        for person in people:
            self._kept["seats"].pop(person, None)
            self._kept["rejoin"].pop(person, None)
        self._save()

    def expire(self) -> None:
        """End everything that lets students in; the teacher may still look and take the record away."""
        self._kept |= {"join": [], "seats": {}, "rejoin": {}}
        self._save()

    def _save(self) -> None:
        """Write what is kept; where that fails, it is what was saved before again: the code before stays valid."""
        aside = self.path.with_name(f".{self.path.name}.new")
        text = json.dumps(self._kept)
        try:
            aside.unlink(missing_ok=True)  # one that there is may be readable by others
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, self.path)
        except OSError:
            aside.unlink(missing_ok=True)
            self._kept = json.loads(self._saved)
            raise
        self._saved = text
        sync_folder(self.path.parent)


def _read(path: Path) -> str:
    """Return the text of a file of secrets, or raise InputError: what is in it must be what this module writes."""
    try:
        must_be_file(path)
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"{path}: must be readable by whoever serves the room, but: {error.strerror or error}. Give the file back "
            "to its owner; or remove it: a new teacher's address and join code are made, and everybody joins again."
        ) from None
    try:
        text = raw.decode()
        if len(raw) <= _MOST_BYTES and _is_sound(json.loads(text)):
            return text
    except (ValueError, RecursionError):
        pass
    raise InputError(
        f"{path}: must be the secrets of this room, but it is damaged. Remove it: a new teacher's address and join "
        "code are made, and everybody joins again."
    )


def _is_sound(data: Any) -> bool:
    """Return whether these are secrets, whole and of the right types."""
    if not isinstance(data, dict) or not {"teacher", "join", "seats", "rejoin"} <= data.keys():
        return False
    seats, rejoin, last = data["seats"], data["rejoin"], data.get("last", 0)
    if not isinstance(seats, dict) or not isinstance(rejoin, dict) or type(last) is not int or last < 0:
        return False
    lists = [data["teacher"], data["join"], *seats.values()]
    if not all(isinstance(kept, list) for kept in lists):
        return False
    hashes = [*rejoin.values(), *(item for kept in lists for item in kept)]
    return all(re.fullmatch(r"p[1-9]\d{0,8}", person) for person in (*seats, *rejoin)) and all(map(_is_hash, hashes))


def _is_hash(item: Any) -> bool:
    if not isinstance(item, dict) or item.keys() != {"salt", "rounds", "hash"}:
        return False
    salt, rounds, digest = item["salt"], item["rounds"], item["hash"]
    if type(rounds) is not int or not 1 <= rounds <= _MOST_ROUNDS:
        return False
    return all(
        isinstance(text, str) and re.fullmatch(f"[0-9a-f]{{{n}}}", text) for text, n in ((salt, 32), (digest, 64))
    )


def _code(length: int) -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))


def _plain(code: str) -> str:
    return code.replace(" ", "").replace("-", "").upper()


def _hashed(secret: str, rounds: int = 1, salt: bytes | None = None) -> dict[str, Any]:
    salt = salt or secrets.token_bytes(16)
    return {"salt": salt.hex(), "rounds": rounds, "hash": _digest(secret, salt, rounds)}


def _digest(secret: str, salt: bytes, rounds: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(errors="replace"), salt, rounds).hex()


def _is_one_of(secret: str, kept: list[dict[str, Any]]) -> bool:
    """Return whether a secret is one of those kept; all are compared, in constant time, whichever it is."""
    digests: dict[tuple[str, int], str] = {}
    found = False
    for item in kept:
        key = (item["salt"], item["rounds"])
        if key not in digests:
            digests[key] = _digest(secret[:200], bytes.fromhex(item["salt"]), item["rounds"])
        found |= hmac.compare_digest(digests[key], item["hash"])
    return found
