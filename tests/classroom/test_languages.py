"""Languages: each is complete and fits, everybody reads their own, and the ledger has none."""

from __future__ import annotations

import functools
import json
import re
import string
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.classroom.conftest import error_of, shown

from comity_classroom.phrases import _names, load_phrases, shipped, text_folder
from comity_classroom.seminar import doubting_page, seminar_lessons
from comity_classroom.server.requests import _accepted

OTHERS = [language for language in shipped() if language != "en"]
_SERVER = Path(__file__).parents[2] / "dashboards" / "comity_classroom" / "server"
_OF_A_LANGUAGE = ("translation", "and_before", "own_letters", "names")
"""What a language says about itself; it needs no counterpart in English."""


@functools.cache
def phrases_of(language: str) -> dict[str, str]:
    """Return the phrases in the files of a language by their paths."""
    found: dict[str, str] = {}

    def walk(table: dict[str, Any], above: str) -> None:
        for name, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{above}{name}.")
            else:
                found[above + name] = value

    for file in (text_folder() / language).glob("*.toml"):
        above = "" if file.stem == "phrases" else f"{file.stem}."
        walk(tomllib.loads(file.read_text(encoding="utf-8")), above)
    return {path: text for path, text in found.items() if path.partition(".")[0] not in _OF_A_LANGUAGE}


def places(text: str) -> Counter[str]:
    return Counter(place for _, place, _, _ in string.Formatter().parse(text) if place)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_phrase_with_its_places_and_about_its_length(language):
    english, own = phrases_of("en"), phrases_of(language)
    assert sorted(own.keys() ^ english.keys()) == []
    assert [path for path in english if places(english[path]).keys() != places(own[path]).keys()] == []
    assert [
        path for path, text in english.items() if not len(text) / 2 - 8 <= len(own[path]) <= 2 * len(text) + 12
    ] == []
    same = [path for path, text in english.items() if len(text) > 25 and own[path] == text]
    assert [path for path in same if not path.endswith(".source") and path != "start.lesson_name"] == [], (
        "left in English; titles of sources are"
    )
    assert load_phrases(language).say("translation")


@pytest.mark.parametrize("language", OTHERS)
def test_a_translated_name_is_the_name_of_something(language):
    names = tomllib.loads((text_folder() / language / "names.toml").read_text(encoding="utf-8"))
    root = Path(__file__).parents[2]
    files = [
        *(root / "scenarios").glob("*.toml"),
        *(root / "scenarios" / "data" / f"{name}.csv" for name in ("states", "organisations", "networks")),
        *(root / "model" / "comity" / "forum").glob("*.py"),
    ]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [name for name in names if name not in text] == []
    assert [name for name in names if name in _names(language)] == [], "the application has them"


def test_templates_have_no_words_of_their_own():
    """What people read is in phrase files; a template has none, so that it serves every language."""
    left = {}
    for file in [*(_SERVER / "templates").glob("*.html"), *(text_folder() / "en").glob("*.html")]:
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"<code>.*?</code>|\{% block body_class %\}.*?\{% endblock %\}", "", text)
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
        said = [*re.findall(r'(?:title|alt|aria-label|placeholder)="([^"]*)"', text), re.sub(r"<[^>]*>", "", text)]
        words = [word for part in said for word in re.findall(r"[A-Za-z]{3,}", re.sub(r"&\w+;", "", part))]
        if words:
            left[file.name] = words
    assert left == {"start.html": ["comity", "comity"]}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, es;q=0.5, fr;q=0.7", "fr"),
        ("de-DE,de;q=0.9", ""),
        ("en;q=0.2, es", "es"),
        ("fr;q=0, es;q=0.1", "es"),
        ("", ""),
        (";;q=,fr;q=9, ,*" + "x" * 999, ""),
    ],
)
def test_a_browser_is_asked_for_its_language(header, language):
    assert _accepted(header, shipped()) == language


def test_everybody_reads_their_own_language_and_the_ledger_has_none(served):
    before = served.classroom.ledger.path.read_text(encoding="utf-8")
    assert '"language"' not in before, "English is the default"
    ana, ben = served.student("Ana", "NORTHLAND"), served.student("Ben", "PALMERA")
    page = shown(ana.get("/seat", Accept_Language="fr")[1])
    assert "Irez-vous à «\xa0Premier dialogue\xa0»\xa0?" in page
    assert "Vos lignes rouges" in page
    assert "Traduction du projet" in page
    assert ana.post("/language", {"language": "xx"})[0] == 404
    assert ben.post("/language", {"language": "es"})[0] == 200
    page = shown(ben.get("/seat", Accept_Language="fr")[1])
    assert "¿Irá a «Primer diálogo»?" in page, "what was chosen goes before the browser"
    assert 'lang="es"' in ben.get("/seat")[1]
    wrong = {"seat": "PALMERA", "to": "NORTHLAND", "text": "x" * 281}
    assert "el suyo tiene 281" in error_of(ben.post("/seat/say", wrong)[1])
    assert "Hold the whole meeting" in served.teacher().get("/teacher", Accept_Language="fr")[1]
    offer = {"seat": "PALMERA", "give": "DIALOGUE1/0/attends/true", "ask": "CORAL|DIALOGUE1/0/attends/true", "text": ""}
    said = json.loads(ben.post("/seat/offer", offer)[1])["text"]
    assert "cuyo asiento juega el modelo, " in said
    reason = said.split(". ", 1)[1]
    assert reason in shown(ben.get("/seat")[1])
    kept = served.classroom.ledger.path.read_text(encoding="utf-8").removeprefix(before)
    for words in ("jugado", "reunión", "réunion", reason):
        assert words not in kept
    assert json.loads(kept.splitlines()[-1])["reason"].keys() == {"why", "trust", "worth", "cost"}


def plain(text: str) -> str:
    return re.sub(r"^ *```\w+\n.*?^ *```\n", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("language", OTHERS)
def test_a_lesson_has_the_same_commands_and_numbers_in_every_language(language):
    english = [lesson.path for lesson in seminar_lessons()] + [doubting_page()]
    own = [lesson.path for lesson in seminar_lessons(language)] + [doubting_page(language)]
    for one, other in zip(english, own, strict=True):
        assert one != other, f"{one}: not translated"
        a, b = one.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")
        code = [re.findall(r"^ *```\w+\n.*?^ *```\n", text, re.MULTILINE | re.DOTALL) for text in (a, b)]
        assert code[0] == code[1], other
        named = [sorted(re.findall(r"`([^`\n]+)`", plain(text))) for text in (a, b)]
        assert named[0] == named[1], other
        numbers = [
            Counter(re.findall(r"\d+(?:\.\d+)?", re.sub(r"`[^`\n]+`", "", text)))
            for text in (plain(a), re.sub(r"(?<=\d),(?=\d)", ".", plain(b)))
        ]
        assert numbers[0] == numbers[1], other
        shapes = [re.findall(r"^(#+|-|\d+\.) ", text, re.MULTILINE) for text in (a, b)]
        assert shapes[0] == shapes[1], other
        assert len(a) / 2 < len(b) < 2 * len(a)
        assert load_phrases(language).say("translation") in b.replace("\xa0;", "\xa0;")
