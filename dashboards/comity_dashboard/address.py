"""Addresses: which parts of a query are accepted. An address holds names and numbers, and cannot open other files."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from comity.commands.choice import read_seed_text
from comity.errors import InputError, nearest
from comity.scenario.locate import shipped_patches, shipped_scenarios
from comity.scenario.presets import PRESETS
from comity.words.explanation import QUANTITIES
from comity_dashboard.access import Kind, is_allowed
from comity_dashboard.guard import MOST_CHARACTERS
from comity_dashboard.phrases import languages

__all__ = ["CHOICES", "FOLDERS", "Address", "link_of", "read_address"]

CHOICES = (
    "sweep", "measure", "first", "second", "scores", "votes", "vote", "quantity", "bands", "charts", "lang",
)  # fmt: skip
"""Choices on single pages, by their names in the address."""
_SETUP = ("scenario", "theory", "seed", "patch", "set", "actor")
_MANY = ("patch", "set")
FOLDERS = ("sweep", "scores", "votes")
"""Choices that are folders or files of this machine."""
_NAME = re.compile(r"[\w-]{1,60}")
_PLAIN = re.compile(r"(parameters\.[a-z_0-9]{1,60}=[0-9.eE+-]{1,40})|((parameters|choices)\.[a-z_]{1,60}=[a-z]{1,20})")
_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Address:
    """A parsed address.

    Attributes
    ----------
    query
        The accepted part.
    refused
        The refused parts, each with a reason, as sentences.
    """

    query: str = ""
    refused: tuple[str, ...] = field(default=())


def read_address(query: str | None) -> Address:
    """Return the accepted and the refused parts of a query.

    Anybody can write an address, and a click opens it. It may therefore name only shipped scenarios and what was named
    on the command line or typed into a page, and may set only parameters and choices.
    """
    text = (query or "").removeprefix("?")
    if len(text) > MOST_CHARACTERS:
        return Address(refused=(f"address: must have at most {MOST_CHARACTERS} characters, got {len(text)}.",))
    pairs = [(name, value) for name, value in parse_qsl(text, keep_blank_values=True) if name != "at"]
    counts = Counter(name for name, _ in pairs)
    kept, refused = [], []
    for name, value in pairs:
        wrong = _wrong(name, value)
        if wrong:
            refused.append(wrong)
        elif value:
            kept.append((name, value))
    for name, count in counts.items():
        if count > 1 and name.removeprefix("b.") not in _MANY:
            refused.append(f"address: {_short(name)} must be given once, got it {count} times. The last one is used.")
    doubled = Counter((name, value.partition("=")[0]) for name, value in kept if name.removeprefix("b.") in _MANY)
    for (name, what), count in doubled.items():
        if count > 1:
            refused.append(
                f"address: {name} must name {_short(what)} once, got it {count} times. The last one is used."
            )
    last = {(name, value.partition("=")[0]): number for number, (name, value) in enumerate(kept)}
    kept = [
        (name, value)
        for number, (name, value) in enumerate(kept)
        if name.removeprefix("b.") not in _MANY or last[name, value.partition("=")[0]] == number
    ]
    taken = dict(kept)
    if "b.seed" in taken and taken["b.seed"] != taken.get("seed", "0"):
        refused.append("address: b.seed must equal the seed of the first run. Leave it out.")
    return Address(query=urlencode(kept), refused=tuple(dict.fromkeys(refused)))


def link_of(query: str, page: str) -> tuple[str, tuple[str, ...]]:
    """Return the part of an address that opens the same page of any served application; and what only this one has.

    The latter are the user's own scenarios, records, what-ifs, values and folders on which the page depends.

    Parameters
    ----------
    query
        As :meth:`comity_dashboard.desk.Desk.query` returns it.
    page
        Name of the page, as among its phrases. Only Compare and Actor depend on the second run.
    """
    kept, own = [], []
    for name, value in parse_qsl(query):
        kind = name.removeprefix("b.")
        needed = {"sweep": page == "sweep", "scores": page == "history", "votes": page == "history"}.get(
            kind, kind == name or page in ("compare", "actor")
        )
        if needed and _is_shipped(kind, value):
            kept.append((name, value))
        elif needed:
            own.append(value)
    return urlencode(kept), tuple(dict.fromkeys(own))


def _is_shipped(kind: str, value: str) -> bool:
    if kind in ("scenario", "patch"):
        return value in (shipped_scenarios() if kind == "scenario" else shipped_patches())
    return bool(_PLAIN.fullmatch(value)) if kind == "set" else kind not in FOLDERS


def _wrong(name: str, value: str) -> str:
    """Return why a part of an address is refused; empty if it is accepted."""
    kind = name.removeprefix("b.")
    if kind not in (_SETUP if name != kind else (*_SETUP, *CHOICES)):
        return f"address: {_short(name)} is not a known name. {nearest(_short(name), (*_SETUP, *CHOICES))}"
    if kind == "scenario" and value and not is_allowed("scenario", value):
        return _not_allowed("scenario", value, "Type it into the page: scenario, another file …")
    if kind == "patch" and not is_allowed("patch", value):
        return _not_allowed("patch", value, "Name it on the command line: a file with extends, opened as a scenario.")
    if kind == "set" and not _PLAIN.fullmatch(value) and not is_allowed("set", value):
        path = _short(value.partition("=")[0])
        return f"address: set must name a parameter or a choice, got {path!r}. Set other values in a scenario file."
    if kind in FOLDERS and value and not is_allowed("folder", value):
        return f"address: {kind} must be a folder or file that was opened here before. Type it into the page."
    if kind == "theory" and value and value not in PRESETS:
        return f"address: theory must be one of {', '.join(PRESETS)}, got {_short(value)!r}. Correct it."
    if kind == "bands" and value not in ("", "on"):
        return f"address: bands must be 'on', got {_short(value)!r}. Leave it out for none."
    if kind == "charts" and not re.fullmatch(r"[a-z_]{0,40}", value):
        return f"address: charts must be 'all' or the key of a chart, such as trust, got {_short(value)!r}. Correct it."
    if kind == "lang" and value not in ("", *languages()):
        return (
            f"address: lang must be one of {', '.join(languages())}, got {_short(value)!r}. Leave it out for English."
        )
    if kind == "quantity" and value and value not in QUANTITIES:
        return f"address: quantity must be one of {', '.join(QUANTITIES)}, got {_short(value)!r}. Correct it."
    if kind == "seed" and value:
        try:
            read_seed_text(_short(value))
        except InputError as error:
            return str(error)
    return (
        f"address: {kind} must have at most 400 characters, got {len(value)}. Use a shorter one."
        if len(value) > 400
        else ""
    )


def _not_allowed(kind: Kind, value: str, hint: str) -> str:
    if _NAME.fullmatch(value):
        known = shipped_patches() if kind == "patch" else shipped_scenarios()
        expected = "expected the path of a .toml file or a shipped name"
        return f"{value}: no such {kind}; {expected}. {nearest(value, known)}"
    return f"address: {kind} must be a shipped name, or one that was opened here before. {hint}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
