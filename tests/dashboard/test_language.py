"""French and Spanish: every phrase has a translation that fits, and a page in French says nothing in English."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from comity.cli import main
from comity.measures import MEASURES
from comity.scenario.loading import load
from comity.scenario.locate import shipped_patches, shipped_scenarios
from comity.scenario.parameters import parameter_table
from comity.words.explanation import PHRASES, QUANTITIES
from comity_dashboard import phrases as module
from comity_dashboard.phrases import ENGLISH, languages, phrases
from comity_dashboard.sweeps import offers

TEXT = Path(module.__file__).parent / "text"
OTHERS = [code for code in languages() if code != "en"]
FILES = sorted(path.stem for path in (TEXT / "en").glob("*.toml"))
TERMS = ("actor.quantities", "actor.mechanisms", "sweep.questions")
"""Tables of translations of what the model and the designs say; the English words are there, not in the phrases."""


def said(code, file):
    """Return the phrases of a file by dotted path."""
    path, found = TEXT / code / f"{file}.toml", {}

    def walk(table, above):
        for name, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{above}{name}.")
            else:
                found[above + name] = value

    if path.is_file():
        walk(tomllib.loads(path.read_text(encoding="utf-8")), "")
    return found


def said_of(code):
    """Return what a language says for the texts of scenarios, by table."""
    return tomllib.loads((TEXT / code / "model.toml").read_text(encoding="utf-8"))


def places(text):
    """Return the placeholders of a phrase, sorted."""
    return sorted(place for _, place, _, _ in string.Formatter().parse(text) if place)


def misfits(english, other):
    """Return the paths of translations with other placeholders, or of another size, than the English phrase."""
    return [
        path
        for path, text in other.items()
        if isinstance(text, str) and path in english and path not in ("language", "frame.translation")
        and (places(text) != places(english[path]) or not len(english[path]) / 2 - 8 <= len(text) <= 2 * len(english[path]) + 12)
    ]  # fmt: skip


@pytest.mark.parametrize("code", OTHERS)
def test_every_translation_has_the_placeholders_and_about_the_length_of_the_english(code):
    for file in FILES:
        english, other = said("en", file), said(code, file)
        assert misfits(english, other) == [], file
        more = {path for path in set(other) - set(english) if not f"{file}.{path}".startswith(TERMS)}
        assert {path for path in more if not path.endswith(".none")} == set(), file


def test_a_translation_that_does_not_fit_is_found():
    english = {"a": "{n} states come to the forum", "b": "{n} states come"}
    assert misfits(english, {"a": "{m} États viennent au forum", "b": "{n} États viennent"}) == ["a"]
    assert misfits(
        english, {"a": "{n}", "b": "{n} États viennent de très loin à ce forum mondial, et tous en parlent"}
    ) == ["a", "b"]


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("file", FILES)
def test_every_file_is_complete(code, file):
    assert set(said("en", file)) - set(said(code, file)) == set()


@pytest.mark.parametrize("code", OTHERS)
def test_what_the_model_says_on_these_pages_is_translated(code):
    words = phrases(code)
    rows = parameter_table()
    for table, names in {
        "parameters.names": [row["name"] for row in rows],
        "parameters.meanings": [row["name"] for row in rows],
        "parameters.sources": {row["source"] for row in rows},
        "parameters.groups": {row["group"] for row in rows},
        "parameters.units": {row["unit"] for row in rows} - {"1"},
        "measures": [item.name for item in MEASURES],
        "whatifs": shipped_patches(),
        "actor.quantities": QUANTITIES,
        "actor.mechanisms": set(PHRASES.values()),
        "sweep.questions": [offer.name for offer in offers()],
    }.items():
        own = said(code, table.partition(".")[0])
        under = table.partition(".")[2]
        missing = [name for name in names if not any(path.startswith(f"{under}.{name}".strip(".")) for path in own)]
        assert missing == [], table
    known = said_of(code)
    for name in shipped_scenarios():
        scenario = load(name)
        meetings = [
            meeting.name for meeting in scenario.meetings if not meeting.name.startswith("People's Global Action")
        ]
        told = {
            "subject": [scenario.subject.topic, *(role.many for role in scenario.subject.roles)],
            "scenarios": [scenario.title],
            "issues": [issue.name for issue in scenario.issues],
            "meetings": meetings,
            "texts": [vote.text for meeting in scenario.meetings for vote in meeting.votes],
            "shocks": [shock.name for shock in scenario.shocks],
            "chairs": [text for chair in scenario.chairs for text in (chair.event, chair.text)],
        }
        for table, texts in told.items():
            assert [text for text in texts if text not in known[table]] == [], (name, table)
    assert words.term("model.meetings", "Our own meeting") == "Our own meeting"


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_says_that_it_is_one_and_writes_numbers_and_days_its_own_way(code):
    words = phrases(code)
    assert words.say("frame.translation") != ENGLISH.say("frame.translation") == ""
    assert words.number(0.5) == "0,50"
    assert words.day(load("hld_gfmd").meeting("GFMD2007").start) == {"fr": "9 juil. 2007", "es": "9 jul 2007"}[code]


def english_on(page, code):
    """Return the English phrases of some length that a page shows, apart from those that are the same in the language."""
    shown = re.sub(r"\s+", " ", page.evaluate("document.body.textContent"))
    found = []
    for file in FILES:
        other = said(code, file)
        for path, text in said("en", file).items():
            if isinstance(text, str) and len(text) > 12 and other.get(path) != text:
                longest = max(re.split(r"\{\w+\}", text), key=len).strip()
                if len(longest) > 12 and longest in shown:
                    found.append(path)
    return found


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "sign"),
    [("/?scenario=teaching&at=FORUM1.1&charts=all", ".comity-figure canvas"), ("/change?scenario=teaching", ".comity-figure canvas"), ("/start?", ".comity-start circle")],
)  # fmt: skip
def test_a_page_in_french_says_nothing_in_english(visit, path, sign):
    page = visit(f"{path}&lang=fr", sign)
    page.wait_for_function("document.documentElement.lang === 'fr'")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")
    assert english_on(page, "fr") == []


@pytest.mark.browser
def test_the_menu_changes_the_language_of_a_page_and_its_address(visit):
    page = visit("/?scenario=teaching&at=FORUM1.1&charts=all", ".comity-figure canvas")
    assert english_on(page, "fr")  # the check sees English where there is some
    page.select_option(".comity-language select", "fr")
    page.wait_for_function("document.body.textContent.includes('La confiance entre les groupes')")
    page.wait_for_function("location.search.includes('lang=fr')")
    assert page.get_attribute("html", "lang") == "fr"
    assert "0,30" in page.inner_text(".comity-network-side")
    assert english_on(page, "fr") == []


@pytest.mark.browser
def test_the_exported_file_takes_the_language(browser, tmp_path):
    file = tmp_path / "page.html"
    assert main(["export", "teaching", "--html", "--language", "fr", "--out", str(file)]) == 0
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("#net circle")
    page.click("#next")
    page.click("#next")
    page.evaluate("document.querySelectorAll('script').forEach((one) => one.remove())")
    assert page.get_attribute("html", "lang") == "fr"
    assert "9 juil. 2007" in page.inner_text("#where")
    assert "La confiance" in page.inner_text("#charts")
    assert "," in page.inner_text("#least-said")
    assert english_on(page, "fr") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_an_unknown_language_is_refused_with_the_known_ones(capsys):
    assert main(["export", "teaching", "--html", "--language", "de"]) == 2
    assert "--language must be one of en, es, fr, got 'de'" in capsys.readouterr().err
