"""The teacher's pack: who sits, what is planned, what the pages say; in any language, and never over a file."""

from __future__ import annotations

import html.parser
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

import comity
from comity.cli import main
from comity.errors import InputError
from comity_classroom.briefs import brief_of
from comity_classroom.briefs.writing import actors_of
from comity_classroom.pack import role_sheet_html
from comity_classroom.pack.calendar import agenda_of, main_meetings
from comity_classroom.pack.evidence import questions_of
from comity_classroom.pack.injects import injects_of
from comity_classroom.pack.pages import render, role_sheet_css
from comity_classroom.pack.seats import choose_seats
from comity_classroom.pack.writing import PAGES, write_pack
from comity_classroom.phrases import load_phrases, shipped, text_folder


class Links(html.parser.HTMLParser):
    """Collects what a page links to, its anchors, and whether its tags close."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        if values.get("id"):
            self.anchors.add(str(values["id"]))
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: Path) -> Links:
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    assert not links.open
    return links


@pytest.fixture(scope="module")
def pack(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("teach") / "pack"
    assert main(["teach", "teaching", "--out", str(folder), "--runs", "3"]) == 0
    return folder


def test_the_pack_has_all_pages_and_its_links_lead_somewhere(pack):
    plans = [f"plan-{minutes}.toml" for minutes in (45, 90, 180)]
    assert sorted(path.name for path in pack.iterdir()) == sorted([*plans, *(f"{page}.html" for page in PAGES)])
    pages = {path.name: read(path) for path in pack.glob("*.html")}
    assert pages.pop("slides.html").links == [], "the slides need nothing else"
    for name, page in pages.items():
        assert set(page.links) >= {f"{other}.html" for other in PAGES}, name
        for link in page.links:
            file, _, anchor = link.partition("#")
            assert not anchor or anchor in pages[file].anchors, link


def test_every_seat_has_its_sheet_and_its_line_on_the_form(pack):
    sheets = (pack / "role_sheets.html").read_text(encoding="utf-8")
    assert sheets.count('<article class="role-sheet"') == 12
    form = (pack / "observation.html").read_text(encoding="utf-8")
    for actor in comity.load("teaching").population.actors:
        assert f"<h1>{actor.name.replace(chr(39), '&#39;')}</h1>" in sheets
        assert actor.name.replace("'", "&#39;") in form


def test_the_agenda_has_the_calendar(pack):
    text = (pack / "agenda.html").read_text(encoding="utf-8")
    for expected in ("First dialogue", "2007-07-09 to 2007-07-11", "hosted by Westmark", "Circular migration"):
        assert expected in text
    assert text.count("At the close") == 2
    assert "A compact on migration" in text


def test_the_debrief_says_n_and_shows_the_interval(pack):
    text = (pack / "debrief.html").read_text(encoding="utf-8")
    assert "n = 3 pairs" in text
    assert "is another day" not in text, (
        "the calendar of the teaching scenario ends with the dialogue, also without the forum"
    )
    assert text.count("<h3>") == 7
    shock = text[text.index("no domestic shock?") :]
    row = re.search(r"States expected to vote yes.*?</tr>", shock, re.DOTALL)
    assert row
    assert re.search(r"\+0\.\d+ ± 0\.\d+", row[0]), "without the campaign more would vote yes"
    assert "higher" in row[0]


def test_nothing_is_written_over(pack, capsys):
    before = (pack / "index.html").read_bytes()
    assert main(["teach", "teaching", "--out", str(pack), "--runs", "2"]) == 2
    assert "must not exist yet" in capsys.readouterr().err
    assert (pack / "index.html").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--out must be a new folder"),
        (["--out", "p", "--seats", "NORTHLAN"], "Did you mean 'NORTHLAND'"),
        (["--out", "p", "--seats", "NORTHLAND,NORTHLAND"], "twice"),
        (["--out", "p", "--seats", ","], "at least one"),
        (["--out", "p", "--runs", "1"], "--runs must be 2 or more"),
        (["--out", "p", "--language", "xx"], "language 'xx'"),
        (["--out", "p", "--language", "en", "--text", "."], "exclude each other"),
        (["--out", "p", "--text", "nowhere"], "must hold phrases.toml"),
        (["--out", "p", "--seed", "x"], "--seed must be"),
    ],
)
def test_wrong_wishes_are_answered_and_write_nothing(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["teach", "teaching", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_one_seat_is_no_seats(tmp_path, capsys):
    out = tmp_path / "pack"
    assert main(["teach", "teaching", "--out", str(out), "--runs", "2", "--seats", "SERVICE"]) == 0
    assert "1 seat: SERVICE" in capsys.readouterr().out
    assert "1 seats" not in (out / "index.html").read_text(encoding="utf-8")


def test_seats_of_a_large_scenario_are_balanced():
    scenario = comity.load("hld_gfmd")
    population = actors_of(scenario)
    chosen = choose_seats(scenario, population, None)
    actors = population.actors.set_index("id").loc[list(chosen)]
    states = actors[actors["kind"] == "state"]
    assert states["role"].value_counts().to_dict() == {"origin": 6, "destination": 5, "both": 3}
    for role in ("origin", "destination", "both"):
        regions = states.loc[states["role"] == role, "region"]
        assert regions.is_unique, "no two of one region while there are others"
    organisations = actors[actors["kind"] == "io"]
    assert len(organisations) == 3
    assert "IOM" in organisations.index
    assert organisations["normative_mandate"].max() == 1.0
    assert set(actors.loc[actors["stance"] != "", "stance"]) == {"inside", "bridge", "outside"}
    assert choose_seats(scenario, population, "all") == population.ids
    assert choose_seats(scenario, population, ["PHL", "DEU"]) == ("DEU", "PHL"), "in the order of the tables"
    small = comity.load("teaching")
    assert len(choose_seats(small, actors_of(small), None)) == 12


def test_formal_informal_formal_are_the_main_meetings():
    assert [m.id for m in main_meetings(agenda_of(comity.load("hld_gfmd"), {}))] == ["HLD2006", "GFMD2007", "HLD2013"]
    assert [m.id for m in main_meetings(agenda_of(comity.load("teaching"), {}))] == ["DIALOGUE1", "FORUM1", "DIALOGUE2"]


def test_no_question_is_about_a_forum_that_does_not_meet():
    """The scenario has networks' assemblies and a hearing beside its dialogue, and a state-led forum that never meets."""
    alone = {key for key, _ in questions_of(comity.load("seminar/1_silent_delegates/informal_dialogue"))}
    assert {"binding", "forum"} & alone == set()
    assert {"binding", "forum", "networks", "shocks"} <= {key for key, _ in questions_of(comity.load("hld_gfmd"))}


def test_injects_say_what_a_shock_does_and_when():
    scenario = comity.load("teaching")
    (campaign,) = injects_of(scenario, agenda_of(scenario, {}), {}, load_phrases())
    assert campaign.after == "Forum in Westmark"
    assert any("Sovereignty +0.05" in line for line in campaign.effects)
    assert any("electoral competition at home" in line for line in campaign.effects)
    history = comity.load("hld_gfmd")
    titles = [inject.title for inject in injects_of(history, agenda_of(history, {}), {}, load_phrases())]
    assert len([title for title in titles if "withdraws" in title]) == 4
    assert sorted(titles) != titles, "by date"


def test_a_vacancy_of_no_meeting_by_name_is_that_of_the_next():
    history = comity.load("hld_gfmd")
    (last,) = [event for event in history.chairs if event.event == "vacancy" and not event.meeting]
    found = injects_of(history, agenda_of(history, {}), {}, load_phrases())
    (inject,) = [inject for inject in found if inject.title == last.text]
    assert inject.effects[0].startswith("The next meeting has no host.")


def other_language(folder: Path) -> Path:
    """Write a tiny language: every phrase of English in brackets, a decimal comma, and templates of a line or two."""
    folder.mkdir()
    for file in (text_folder() / "en").glob("*.toml"):
        english = file.read_text(encoding="utf-8")
        bracketed = re.sub(r'^(\S+ = )"(.+)"$', r'\1"⟦\2⟧"', english, flags=re.MULTILINE)
        bracketed = re.sub(r'^language = "⟦en⟧"', 'language = "xx"', bracketed, flags=re.MULTILINE)
        bracketed = re.sub(r'decimal = "⟦.⟧"', 'decimal = ","', bracketed)
        (folder / file.name).write_text(bracketed, encoding="utf-8")
    for page in PAGES:
        text = '<p lang="{{ lang }}">{{ say("pages.' + page + '") }}</p>'
        if page == "role_sheets":
            text += '{% for brief in briefs %}{% include "role_sheet.html" %}{% endfor %}'
        if page == "debrief":
            text += "{% for w in what_ifs %}{% for row in w.differences %}{{ row.measure }} {{ row.shown }};"
            text += "{% endfor %}{% endfor %}"
        (folder / f"{page}.html").write_text(text, encoding="utf-8")
    return folder


def test_another_language_is_data(tmp_path, capsys):
    folder, out = other_language(tmp_path / "xx"), tmp_path / "pack"
    words = [
        "teach",
        "teaching",
        "--out",
        str(out),
        "--runs",
        "2",
        "--seats",
        "NORTHLAND,RIGHTS",
        "--text",
        str(folder),
    ]
    assert main(words) == 0, capsys.readouterr().err
    sheets = (out / "role_sheets.html").read_text(encoding="utf-8")
    assert 'lang="xx"' in sheets
    brief = brief_of(comity.load("teaching"), "NORTHLAND", folder)
    said = [*(aim.sentence for aim in brief.aims), *(aim.reason for aim in brief.aims), brief.sovereignty]
    said += [line.sentence for line in brief.red_lines] + [view.sentence for view in brief.issues]
    said += [number.unit for number in brief.numbers] + [number.source for number in brief.numbers]
    assert all(text.startswith("⟦") for text in said)
    assert all(text.replace("⟦", "").replace("⟧", "") in sheets.replace("⟦", "").replace("⟧", "") for text in said)
    assert ">0,75<" in sheets
    assert ">0.75<" not in sheets
    debrief = (out / "debrief.html").read_text(encoding="utf-8")
    assert "⟦Trust between" in debrief
    assert re.search(r"[+−]0,\d", debrief)
    with pytest.raises(InputError, match="must be 'xx'"):
        role_sheet_html(brief, "en")


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        (
            "phrases.toml",
            ("[aims.guard]\nsentence", "[aims.guard]\nsentense"),
            "phrase 'aims.guard.sentence' is missing",
        ),
        ("phrases.toml", ("of your attention", "of your {attention}"), "may use only"),
        ("phrases.toml", ("of your attention", "of your {salience"), "phrase 'aims.guard.reason' must be text with"),
        (
            "phrases.toml",
            ("{salience} of your", "{salience:.2f} of your"),
            "phrase 'aims.guard.reason' must be text with",
        ),
        ("phrases.toml", ("{salience} of your", "{} of your"), "phrase 'aims.guard.reason' must be text with"),
        ("phrases.toml", ('and = "⟦and⟧"', "and = 3"), "phrase 'and' must be text, got 3"),
        ("phrases.toml", ('language = "xx"', "language = 3"), "'language' must be a code"),
        ("phrases.toml", ("[aims.guard]", "[aims.guard"), "must be TOML"),
        ("index.html", ("{{ lang }}", "{{ nothing }}"), "index.html"),
        ("index.html", ("{{ lang }}", "{% if %}"), "index.html, line 1"),
    ],
)
def test_a_wrong_language_is_named_with_its_file(file, change, message, tmp_path, capsys):
    folder = other_language(tmp_path / "xx")
    text = (folder / file).read_text(encoding="utf-8")
    assert change[0] in text
    (folder / file).write_text(text.replace(*change), encoding="utf-8")
    load_phrases.cache_clear()
    words = ["teach", "teaching", "--out", str(tmp_path / "pack"), "--runs", "2", "--text", str(folder)]
    assert main([*words, "--seats", "NORTHLAND"]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "pack").exists()


def test_no_phrase_of_english_is_idle():
    """Every phrase is said somewhere in the code or the templates: a translator does no work for nothing."""
    folder = text_folder() / "en"
    said = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.html"))
    code = Path(comity.load.__globals__["__file__"]).resolve().parents[3] / "dashboards" / "comity_classroom"
    said += "".join(path.read_text(encoding="utf-8") for path in code.rglob("*.py"))
    said += (code.parent / "comity_dashboard" / "phrases.py").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads((folder / "phrases.toml").read_text(encoding="utf-8"))
    groups = [name for name, value in table.items() if isinstance(value, dict)]
    assert [name for name in groups if f"{name}." not in said] == []


@pytest.mark.browser
@pytest.mark.parametrize("language", shipped())
def test_each_role_sheet_takes_one_page(language, tmp_path, browser):
    scenario, seats = comity.load("hld_gfmd"), ["DEU", "PHL", "USA", "MEX", "MUS", "TUR", "IOM", "ILO", "MFA"]
    css = (text_folder() / "pack.css").read_text(encoding="utf-8") + role_sheet_css()
    briefs = [brief_of(scenario, seat, language) for seat in seats]
    file = tmp_path / "role_sheets.html"
    file.write_text(
        render(load_phrases(language), "role_sheets.html", scenario=scenario, css=css, briefs=briefs), "utf-8"
    )
    page = browser.new_page()
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert printed.count(b"/Type /Page\n") == len(seats)


@pytest.mark.skipif(os.name != "posix", reason="rights of another kind")
@pytest.mark.parametrize(
    ("mask", "folder", "file"), [(0o002, 0o775, 0o664), (0o077, 0o700, 0o600), (0o022, 0o755, 0o644)]
)
def test_a_pack_has_the_rights_that_the_umask_leaves(tmp_path, mask, folder, file):
    before = os.umask(mask)
    try:
        pack = write_pack("teaching", tmp_path / "pack", seats=["NORTHLAND", "PALMERA"], runs=2)
    finally:
        os.umask(before)
    assert stat.S_IMODE(pack.folder.stat().st_mode) == folder
    assert {stat.S_IMODE(page.stat().st_mode) for page in pack.folder.iterdir()} == {file}
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_a_folder_that_came_in_the_meantime_is_not_replaced(tmp_path):
    def made(sentence):
        (tmp_path / "pack").mkdir(exist_ok=True)

    with pytest.raises(InputError, match="cannot be written: File exists"):
        write_pack("teaching", tmp_path / "pack", seats=["NORTHLAND", "PALMERA"], runs=2, progress=made)
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]
