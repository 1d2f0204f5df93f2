# ruff: noqa: RUF001 - signs that look like others are the subject
"""Names: those of students everywhere are taken as they are; none is blank, and none looks like another."""

from __future__ import annotations

import unicodedata

import pytest

from comity_classroom.core.names import check_name
from comity_classroom.core.refusal import Refused

REAL = [
    "Ana", "O'Brien", "O’Brien", "Jean-Luc", "José", "Nguyễn Thị Ánh", "Trần Đức", "Işıl", "İbrahim", "Şükrü", "Łukasz",
    "Zoë", "Björk", "Þórdís", "Øyvind", "Straße", "Iñaki", "Ōmura", "Анна", "Ёлка", "Юлия", "Дарья-Мария", "Ελένη", "Γιώργος",
    "محمد", "فاطمة الزهراء", "علی‌رضا", "مُحَمَّد", "שָׂרָה", "יוסף", "अनन्या", "क्षितिज", "श्रीनिवास", "অনন্যা", "ਗੁਰਪ੍ਰੀਤ", "தமிழ்ச்செல்வி",
    "ശ്രീ", "ක්‍රිෂාන්", "สมชาย", "น้ำฝน", "ခင်ခင်", "សុខា", "李小龙", "陳", "ひろし", "タカハシ", "김민준", "Գարեգին", "გიორგი",
    "አበበ", "Ngozi Adichie", "Kaʻiulani", "D’Angelo", "Mary Ann 2", "Group 7", "J.", "ᏣᎳᎩ", "བསྟན་འཛིན་རྒྱ་མཚོ་", "Anna 李", "Dr. Ing. Müller (A)",
]  # fmt: skip

BLANK = {
    "nothing": "", "spaces": "   ", "no-break spaces": "\u00a0\u2003", "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "Hangul filler": "\u3164", "half-width filler": "\uffa0", "jamo fillers": "\u115f\u1160", "Braille blank": "\u2800",
    "variation selectors": "\ufe0f\ufe0e", "more of them": "\U000e0100\U000e01ef", "tags": "\U000e0041\U000e007f",
    "soft hyphen": "\u00ad", "grapheme joiner": "\u034f", "Khmer vowels": "\u17b4\u17b5", "Mongolian": "\u180e\u180b",
    "directions": "\u202e\u2066\u200f", "marks": "\u0301\u0308", "enclosing": "\u20dd\u20de", "a surrogate": "\ud800",
    "private use": "\ue000\uf8ff", "unassigned": "\u0378", "musical": "\U0001d159\U0001d173", "shorthand": "\U0001bca0",
    "punctuation": "...", "dashes": "- – —", "a bar": "|", "underscores": "___", "an emoji": "\U0001f98a",
}  # fmt: skip

ALIKE = [
    ("Ana", "ana"), ("Ana", "ＡＮＡ"), ("Ana", "Аnа"), ("Ana", "Ana\u200b"), ("Ana", "A\u200dna"), ("Ana", "Ana\ufe0f"),
    ("Ana", "Ana\u3164"), ("Ana", "Ana\U000e0101"), ("Ana", "𝐀𝐧𝐚"), ("Ana", "𝔸𝕟𝕒"), ("Ana", "Ⓐⓝⓐ"), ("Ana", "Ana\u2800"),
    ("Ana", "\u202eAna"), ("Ana", "Ana\u00ad"), ("Ana", "A\u034fna"), ("Ana", " Ana\u00a0"), ("Ana", "Αnα"), ("Ana", "ᴀna"),
    ("Ana", "Ana\U000e0020"), ("Ana", "Ana\ue000"), ("Ana", "An\u0251"), ("Bepa", "Вера"), ("Coco", "Сосо"), ("Bob", "Воb"),
    ("Ian", "lan"), ("Ian", "1an"), ("Ian", "|an"), ("Otto", "0tto"), ("Otto", "Οττο"), ("Hope", "Норе"), ("Eve", "Εve"),
    ("Nina", "ΝΙΝΑ"), ("TOM", "ТОМ"), ("Straße", "STRASSE"), ("fiona", "ﬁona"), ("José", "Jose\u0301"), ("Ana B", "Ana\u2003B"),
    ("Ana B", "Ana  B"), ("O'Brien", "O’Brien"), ("O'Brien", "Oʼ Brien".replace(" ", "")), ("Jean-Luc", "Jean‑Luc"),
    ("Jean-Luc", "Jean–Luc"), ("Zoe", "Ζoe"), ("Kim", "Кim"),
    ("Sun", "Ѕun"), ("Jay", "Јау"), ("AHA", "ᎪᎻᎪ"), ("Lisa", "꓾isa".replace("꓾", "ꓡ")), ("Hans", "Հans"), ("Ana.", "Ana․"),
]  # fmt: skip

DIFFERENT = [
    ("Ana", "Anna"), ("José", "Jose"), ("Işıl", "Isil"), ("Müller", "Muller"), ("Anna", "Анна Б"), ("李", "王"), ("Nguyễn", "Nguyên"),
    ("Ánh", "Anh"), ("محمد", "محمود"), ("Ola", "Øla"), ("Maria", "Mária"), ("Kim", "Tim"), ("Anna", "Hanna"), ("Юлия", "Юля"),
]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_a_real_name_is_taken_as_it_is_written(name):
    assert check_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", BLANK.values(), ids=BLANK)
def test_a_name_without_a_letter_is_none(name):
    with pytest.raises(Refused, match=r"Enter a name or an alias with at least one letter or digit\."):
        check_name(name)


@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_no_name_looks_like_another(classroom, first, second):
    classroom.join(first)
    with pytest.raises(Refused, match=r"looks? like|is taken|one alphabet|at least one letter"):
        classroom.join(second)
    assert len(classroom.state.people) == 1


@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_nor_the_other_way_round(classroom, first, second):
    mixed = ""
    try:
        classroom.join(second)
    except Refused as refusal:
        mixed = str(refusal)
    if mixed:
        assert "one alphabet" in mixed or "at least one letter" in mixed
        return
    with pytest.raises(Refused, match=r"looks? like|is taken"):
        classroom.join(first)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_different_names_stand_beside_each_other(classroom, first, second):
    classroom.join(first)
    classroom.join(second)
    assert len(classroom.state.people) == 2


def test_a_class_from_everywhere_comes_in(classroom):
    for name in [name for name in REAL if name != "O’Brien"][:40]:
        classroom.join(name)
    assert len(classroom.state.people) == 40


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Аna", "mixes letters of the Cyrillic and the Latin alphabet"),
        ("Z" + "\u0301\u0302\u0303\u0304\u0305\u0306" * 3, "more than 4 marks"),
        ("\u0301Ana", "begins with a mark"),
        ("ﷺﷺﷺ", "at most 40 characters"),
        ("x" * 41, "at most 40 characters; yours has 41"),
        (7, "Enter a name"), (None, "Enter a name"), (["Ana"], "Enter a name"), ({"a": 1}, "Enter a name"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused_with_the_reason(name, told):
    with pytest.raises(Refused, match=told):
        check_name(name)


def test_a_name_is_told_as_it_will_be_shown(classroom):
    person, _ = classroom.join("  Ana\u200b \u2003 Bo ")
    assert classroom.state.people[person] == "Ana Bo"
