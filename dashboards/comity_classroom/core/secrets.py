"""Secrets of a classroom: the teacher's secret, the join code, and a token for each device; saved as salted hashes.

They are in a file that only its owner may read, never in the ledger or a log. A secret is shown once, when it is made.
A restarted server cannot show the old secrets, since it has only hashes. It makes a new teacher's secret and a new join
code; the old ones stay valid. All of them expire when the classroom is closed.
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
from comity_classroom.core.errors import must_be_file
from comity_classroom.core.ledger import sync_folder

__all__ = ["CODE_LETTERS", "Secrets"]

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Characters of a code that a person types; 0, O, 1 and I are left out."""

_JOIN_LENGTH, _REJOIN_LENGTH = 8, 10
"""Characters of five bits each. The server checks about 100 codes a second, one at a time: 6e7 of 2^40 codes in a week.
With twenty valid join codes, guessing succeeds with a probability of 1.1e-3 in a week, and of 1e-5 in a lesson of 90
minutes. A rejoin code has 2^50 values. Wrong codes therefore need not lock anybody out."""
_ROUNDS = 30_000
"""PBKDF2 rounds for codes. Codes are short, so each guess should cost time; tokens of 256 bits need only one."""
_MOST_DEVICES, _MOST_KEPT = 5, 20
_MOST_BYTES, _MOST_ROUNDS = 4 << 20, 1_000_000


class Secrets:
    """The secrets of one classroom.

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
        """Return a new teacher's secret of 256 bits, safe in a URL."""
        secret = secrets.token_urlsafe(32)
        self._kept["teacher"] = [*self._kept["teacher"], _hashed(secret)][-_MOST_KEPT:]
        self._save()
        return secret

    def new_join_code(self) -> str:
        """Return a new join code of eight characters, 40 bits."""
        code = _code(_JOIN_LENGTH)
        kept = self._kept["join"]
        # One salt for all join codes: checking a code then takes one hash, however many are valid.
        salt = bytes.fromhex(kept[-1]["salt"]) if kept else None
        self._kept["join"] = [*kept, _hashed(code, _ROUNDS, salt)][-_MOST_KEPT:]
        self._save()
        return code

    def new_person(self, others: Iterable[str]) -> tuple[str, str]:
        """Return the id of a new person, never used before, and the token of the first device.

        Parameters
        ----------
        others
            Ids of the people in the classroom, in case this file was removed.
        """
        known = (int(person[1:]) for person in (*self._kept["seats"], *others))
        self._kept["last"] = 1 + max((self._kept["last"], *known))
        person = f"p{self._kept['last']}"
        return person, self.new_seat_token(person)

    def new_seat_token(self, person: str) -> str:
        """Return a new token for a device of a person. A person has five at most; older ones expire."""
        token = secrets.token_urlsafe(32)
        kept = self._kept["seats"].get(person, [])
        self._kept["seats"][person] = [*kept, _hashed(token)][-_MOST_DEVICES:]
        self._save()
        return f"{person}.{token}"

    def new_rejoin_code(self, person: str) -> str:
        """Return a new code with which a person can join from another device. The previous code expires."""
        code = _code(_REJOIN_LENGTH)
        self._kept["rejoin"][person] = _hashed(code, _ROUNDS)
        self._save()
        return f"{person}-{code}"

    def is_teacher(self, secret: str) -> bool:
        """Return whether this is a valid teacher's secret."""
        return _is_one_of(secret, self._kept["teacher"])

    def is_join_code(self, code: str) -> bool:
        """Return whether this is a valid join code; case, spaces and hyphens do not matter."""
        return _is_one_of(_plain(code), self._kept["join"])

    def person_of(self, token: str) -> str | None:
        """Return the person that a token belongs to, or None."""
        person, _, secret = token.partition(".")
        return person if _is_one_of(secret, self._kept["seats"].get(person, [])) else None

    def person_of_rejoin(self, code: str) -> str | None:
        """Return the person that a rejoin code belongs to, or None."""
        person, _, secret = code.strip().partition("-")
        person = person.lower()
        kept = self._kept["rejoin"].get(person)
        # An unknown person takes as long to refuse as a known one.
        found = _is_one_of(_plain(secret), [kept or _hashed("", _ROUNDS)])
        return person if found and kept else None

    def forget(self, people: Iterable[str]) -> None:
        """Delete the tokens and codes of some people."""
        for person in people:
            self._kept["seats"].pop(person, None)
            self._kept["rejoin"].pop(person, None)
        self._save()

    def expire(self) -> None:
        """Delete everything that admits students. The teacher keeps access to the record."""
        self._kept |= {"join": [], "seats": {}, "rejoin": {}}
        self._save()

    def _save(self) -> None:
        """Save the secrets. If that fails, return to the saved state: the previous code stays valid."""
        aside = self.path.with_name(f".{self.path.name}.new")
        text = json.dumps(self._kept)
        try:
            aside.unlink(missing_ok=True)  # an existing one may be readable by others
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
    """Return the text of a file of secrets, or raise InputError if its content is not valid."""
    try:
        must_be_file(path)
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"{path}: must be readable by whoever serves the classroom, but: {error.strerror or error}. "
            "Restore its owner; or remove it: the teacher gets a new address, and everybody joins again by a new code."
        ) from None
    try:
        text = raw.decode()
        if len(raw) <= _MOST_BYTES and _is_sound(json.loads(text)):
            return text
    except (ValueError, RecursionError):
        pass
    raise InputError(
        f"{path}: must hold the secrets of this classroom, but is damaged. Remove it: the teacher gets a new address, "
        "and everybody joins again with a new code."
    )


def _is_sound(data: Any) -> bool:
    """Return whether this is a complete set of secrets with the right types."""
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
    """Return whether a secret matches one of the hashes. All are compared, in constant time."""
    digests: dict[tuple[str, int], str] = {}
    found = False
    for item in kept:
        key = (item["salt"], item["rounds"])
        if key not in digests:
            digests[key] = _digest(secret[:200], bytes.fromhex(item["salt"]), item["rounds"])
        found |= hmac.compare_digest(digests[key], item["hash"])
    return found
