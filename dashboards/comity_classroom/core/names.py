# ruff: noqa: RUF001 - confusable characters are the subject
"""Names: the visible part of a name, and names that look alike.

A name may be in any alphabet. Invisible characters are removed; the rest must contain a letter or digit. Two names look
alike if they share a skeleton: the visible name, with every character replaced that looks like a Latin letter or digit.
Source: the method of Unicode Technical Standard 39, sections 4 and 5. The table is the part of its data that maps
alphabets of living languages to Latin letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from comity_classroom.core.refusal import Refused

__all__ = ["LONGEST_NAME", "check_name", "look_alike", "visible"]

LONGEST_NAME = 40
"""Most characters in a name or alias."""

_MOST_MARKS = 4
"""Most marks on one letter. Living scripts such as Tibetan have up to four."""

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180f") | frozenset(
    map(
        chr,
        (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x1D173, 0x1D17B), 0x1D159, *range(0x1BCA0, 0x1BCA4)),
    )
)
"""Invisible characters that Unicode files under letters, marks and symbols: fillers, variation selectors."""

_JOINERS = "\u200c\u200d"
"""Invisible, but required in Persian and in the scripts of India."""
_JOINED = (
    "ARABIC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM",
    "SINHALA", "SYRIAC", "MONGOLIAN",
)  # fmt: skip


_ALIKE = {
    "CYRILLIC": ("ЅSІIЈJАAВBЕEЗ3КKМMНHОOРPСCТTУYХXЬbаaб6гrеeкkоoрpсcуyхxѕsіiјjѡwѴVѵvҮYүyҰYұyһhҽeӀlӏlӠ3ԁdԌGԛqԜWԝwꙄ2ꙇi"),
    "GREEK": "ͿJΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXαaγyεeηnιiκkνvοoρpσoτtυuχxϜFϳjϺMᴦr",
    "LATIN": "ıiƄbɑaɡgɣyɩiɪiɯwʀrʋuʏyᴀaʙbᴄcᴅdᴇeɢgʜhᴊjᴋkʟlᴍmɴnᴏoᴑoᴘpᴛtᴜuᴠvᴡwᴢzꜱsꜰfᶃgᶌyẝfꞘFꞙfꞟuꞲJꞳXꞴBꬲeꬵfꬽoꭎuꭒuꭚyǀl",
    "ARMENIAN": "ՍUՏSՕOաwգqզqհhոnռnսuցgքfօo",
    "CHEROKEE": "ᎠDᎡRᎢTᎥiᎩYᎪAᎫJᎬEᎳWᎷMᎻHᎽYᏀGᏂhᏃZᏎ4ᏏbᏒRᏔWᏕSᏙVᏚSᏞLᏟCᏢPᏦKᏧdᏮ6ᏳGᏴBꭵiꮁrꮃwꮓzꮩvꮪsꮯc",
    "COPTIC": "Ϩ2ⲅrⲎHⲒIⲔKⲘMⲚNⲞOⲟoⲢPⲣpⲤCⲥcⲦTⲨYⲬXⳐL",
    "LISU": "ꓐBꓑPꓒdꓓDꓔTꓖGꓗKꓙJꓚCꓜZꓝFꓟMꓠNꓡLꓢSꓣRꓦVꓧHꓪWꓫXꓬYꓮAꓰEꓲIꓳOꓴU",
}
"""For each alphabet, pairs of a letter and the Latin letter or digit that it looks like."""
_SIGNS = "’'‘'ʼ'ʻ'ʹ'′'`'´'‐-‑-‒-–-—-−-·.․."
_TABLE = "".join((*_ALIKE.values(), _SIGNS))
_LIKE = {ord(sign): like for sign, like in zip(_TABLE[::2], _TABLE[1::2], strict=True)}
_STROKES = str.maketrans("I1|0", "lllO")
"""Characters that look like one stroke, or one ring, in most screen fonts."""


def visible(text: str) -> str:
    """Return a text without invisible characters and with single spaces."""
    normal = unicodedata.normalize("NFC", text)
    seen = [sign for at, sign in enumerate(normal) if _shows(normal, at)]
    return " ".join("".join(seen).split())


def check_name(name: object) -> str:
    """Return the visible form of a name or alias, or refuse it."""
    if not isinstance(name, str):
        raise Refused("name_missing")
    found = visible(name[: 20 * LONGEST_NAME])
    if not any(unicodedata.category(sign)[0] in "LN" for sign in unicodedata.normalize("NFKC", found)):
        raise Refused("name_blank")
    wide = max(len(found), len(unicodedata.normalize("NFKC", found)))
    if wide > LONGEST_NAME:
        raise Refused("name_long", most=LONGEST_NAME, n=wide)
    _check_marks(found)
    for word in re.split(r"[\s-]", found):
        mixed = _alphabets(word)
        if len(mixed) > 1:
            raise Refused("name_mixed", word=word, first=mixed[0], second=mixed[1])
    return found


def look_alike(one: str, other: str) -> bool:
    """Return whether a reader could mistake one name for the other."""
    return not _skeletons(one).isdisjoint(_skeletons(other))


@lru_cache(maxsize=1000)
def _skeletons(name: str) -> frozenset[tuple[str, str]]:
    """Return the skeletons of a name: its shapes, its shapes in lower case, and its letters in lower case."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", visible(name)) if sign not in _JOINERS)
    looks = plain.translate(_LIKE)
    found = (
        ("looks", looks.translate(_STROKES)),
        ("case", looks.casefold()),
        ("letters", plain.casefold().translate(_LIKE)),
    )
    return frozenset((kind, unicodedata.normalize("NFC", text)) for kind, text in found)


def _shows(text: str, at: int) -> bool:
    sign = text[at]
    if sign in _JOINERS:
        around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        return len(around) == 2 and any(unicodedata.name(other, "").startswith(_JOINED) for other in around)
    return sign not in _BLANK and (unicodedata.category(sign)[0] != "C" or sign.isspace())


def _check_marks(name: str) -> None:
    marks = 0
    for at, sign in enumerate(name):
        is_mark = unicodedata.category(sign)[0] == "M"
        if is_mark and (at == 0 or name[at - 1] == " "):
            raise Refused("name_mark")
        marks = marks + 1 if is_mark else 0
        if marks > _MOST_MARKS:
            raise Refused("name_marks", most=_MOST_MARKS)


def _alphabets(word: str) -> list[str]:
    """Return the alphabets with confusable letters that a word uses. A real word uses one."""
    names = (unicodedata.name(sign, "").split(" ")[0] for sign in unicodedata.normalize("NFKC", word) if sign.isalpha())
    return sorted({name.title() for name in names if name in _ALIKE})
