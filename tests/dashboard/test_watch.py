"""The page that plays a run, in a real browser."""

from __future__ import annotations

import pandas as pd
import pytest

import comity

pytestmark = pytest.mark.browser
PICTURE = ".comity-glance circle"
CHART = ".comity-figure canvas"
CAPTION = "[data-test=caption]"
WHERE = "[data-test=where]"


def test_play_moves_the_caption_the_room_and_the_charts(visit):
    page = visit("/?scenario=teaching&charts=trust", CHART)
    assert "The start, 2006" in page.inner_text(CAPTION)
    veil = page.locator("[data-figure=trust] [data-test=veil]")
    page.locator("[data-figure=trust]").scroll_into_view_if_needed()  # charts out of view are not drawn
    before = veil.bounding_box()
    page.select_option("select[aria-label=Speed]", "20")
    page.click("button[aria-label=Play]")
    page.wait_for_function("document.querySelector('[data-test=where]').innerText.includes('2008')")
    page.wait_for_selector("button[aria-label=Play]")  # it has come to the end and pauses by itself
    assert "vote" in page.inner_text(CAPTION)
    assert veil.bounding_box()["width"] < before["width"] / 4
    votes = comity.run("teaching", seed=0).votes
    assert page.locator(".comity-dot[data-act=y]").count() == (votes["answer"] == "yes").sum() > 0


def test_before_the_first_meeting_all_stand_with_their_group(visit):
    page = visit("/?scenario=teaching", PICTURE)
    assert page.locator(".comity-dot[data-act=w]").count() == 12
    assert "origin states\n4" in page.inner_text(".comity-room svg >> text=origin states >> xpath=..")
    page.keyboard.press("ArrowRight")
    assert page.locator(".comity-dot[data-act=w]").count() == 0


def test_nobody_is_said_to_talk_in_the_corridor_who_is_only_about(visit):
    page = visit("/?scenario=teaching&seed=0", PICTURE)
    page.click("button[aria-label='Next meeting']")
    page.click(".comity-phases >> text=corridor")
    assert "2 delegations are in the corridor; none of them talk" in page.inner_text(CAPTION)
    assert "2 are in the corridor, drawn as full dots whether they talk or not" in page.text_content(
        ".comity-room .comity-note"
    )
    page.hover(".comity-dot[data-act=k] >> nth=0")
    assert "is in the corridor" in page.inner_text("[data-test=hover]")


def test_a_run_without_chairs_is_not_said_to_be_waiting_for_one(visit):
    page = visit("/?scenario=teaching", PICTURE)
    page.keyboard.press("End")
    assert "yet" not in page.inner_text(".comity-chairs")
    assert "This run has no chain of chairs" in page.inner_text(".comity-chairs")


def test_keys_step_rewind_and_jump(visit):
    page = visit("/?scenario=teaching", PICTURE)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    third = page.inner_text(CAPTION)
    page.keyboard.press("ArrowRight")
    assert page.inner_text(CAPTION) != third
    page.keyboard.press("ArrowLeft")
    assert page.inner_text(CAPTION) == third
    page.keyboard.press("Shift+ArrowRight")
    assert "2007" in page.inner_text(WHERE)
    page.keyboard.press("Home")
    assert "The start" in page.inner_text(CAPTION)
    page.keyboard.press("End")
    assert "States vote" in page.inner_text(CAPTION)


def test_what_has_the_focus_of_the_keyboard_is_seen(visit):
    page = visit("/?scenario=teaching", PICTURE)
    seen = {}
    for _ in range(24):
        page.keyboard.press("Tab")
        name, style = page.evaluate(
            "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
        )
        seen.setdefault(name.lower(), set()).add(style)
    assert {"a", "svg", "button", "select", "input"} <= set(seen)
    assert all(styles == {"solid"} for styles in seen.values()), seen


def test_the_timeline_is_the_scrubber(visit):
    page = visit("/?scenario=teaching", PICTURE)
    box = page.locator("[role=slider]").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 120, box["y"] + 20, steps=12)
    page.mouse.up()
    assert "2008" in page.inner_text(WHERE)
    page.mouse.click(box["x"] + 136, box["y"] + 20)
    assert "the start" in page.inner_text(WHERE)


def test_the_room_shows_names_values_and_the_one_that_is_looked_for(visit):
    page = visit("/?scenario=teaching", PICTURE)
    page.keyboard.press("ArrowRight")
    page.fill("input[aria-label='Find an actor']", "NORTHLAND")
    page.keyboard.press("Enter")
    page.wait_for_selector(".comity-label")
    assert page.text_content(".comity-label") == "Northland (large destination)"
    tip = page.inner_text("[data-test=tip]")
    assert "Northland" in tip
    assert "sovereignty concern 0." in tip
    page.hover("[data-actor=PALMERA] circle")
    assert "Palmera" in page.inner_text("[data-test=hover]")
    box, card = (page.locator(name).bounding_box() for name in ("[data-test=hover]", ".comity-room"))
    assert card["x"] <= box["x"]
    assert box["y"] + box["height"] <= card["y"] + card["height"]
    where = page.inner_text(CAPTION)
    page.fill("input[aria-label='Find an actor']", "Nobody")
    for key in ("ArrowRight", "ArrowLeft", "Home", "Space"):  # typing is no command
        page.keyboard.press(key)
    assert page.inner_text(CAPTION) == where
    assert page.input_value("input[aria-label='Find an actor']") == " Nobody"
    page.keyboard.press("Enter")
    assert "No actor is called “Nobody”" in page.inner_text("[role=alert]")


def test_a_dot_of_the_preference_space_says_which_number_is_which(visit):
    page = visit("/?scenario=teaching&charts=preferences", CHART)
    page.locator("[data-figure=preferences]").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('[data-figure=preferences]').__vue__.frame >= 0")
    told = page.evaluate(
        """() => document.querySelector('[data-figure=preferences]').__vue__.chart.getOption().tooltip[0].formatter(
        { seriesIndex: 0, dataIndex: 0, seriesName: 'origin states', name: '', value: [0.38, 0.535] })"""
    )
    assert "sovereignty concern: 0.38<br>wants joint rules: rights and protection: 0.535" in told


def test_a_refresh_comes_back_to_the_same_moment(visit):
    page = visit("/?scenario=teaching&seed=3", PICTURE)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**at=FORUM1.1*")
    caption = page.inner_text(CAPTION)
    page.reload()
    page.wait_for_selector(PICTURE)
    assert page.inner_text(CAPTION) == caption
    assert page.input_value("input[aria-label=Seed]") == "3"


def test_another_seed_and_another_theory_change_the_run(visit):
    page = visit("/?scenario=teaching", PICTURE)
    page.keyboard.press("End")
    first = page.inner_text(CAPTION)
    page.fill("input[aria-label=Seed]", "7")
    page.keyboard.press("Tab")
    page.wait_for_url("**seed=7*")
    page.wait_for_function(f"document.querySelector('[data-test=caption]').innerText !== {first!r}")
    page.select_option("select[aria-label=Theory]", "rationalist")
    page.wait_for_url("**theory=rationalist*")


def test_the_table_and_the_figure_can_be_taken_home(visit, tmp_path):
    page = visit("/?scenario=teaching&charts=trust", CHART)
    found = {}
    for kind, label in (
        ("csv", "Table of Trust between groups as CSV"),
        ("png", "Trust between groups as PNG"),
        ("svg", "Trust between groups as SVG"),
    ):
        with page.expect_download() as waited:
            page.click(f"button[aria-label='{label}']")
        waited.value.save_as(tmp_path / f"trust.{kind}")
        found[kind] = (tmp_path / f"trust.{kind}").read_bytes()
    table = pd.read_csv(tmp_path / "trust.csv")
    assert list(table["meeting"]) == ["DIALOGUE1", "FORUM1", "DIALOGUE2"]
    assert found["png"].startswith(b"\x89PNG")
    assert b"<svg" in found["svg"][:200]


@pytest.mark.parametrize(
    ("query", "chart", "words"),
    [
        ("change?patch=rights_first", "trust", ["Trust between groups", "hld_gfmd + rights_first, seed 0", "Solid: changed. Dashed: unchanged."]),
        ("?scenario=teaching&charts=preferences&at=FORUM1.0", "preferences", ["teaching, seed 0, one run", "at the close of FORUM1, 2007-07-09"]),
        ("history?scenario=teaching", "map_COMPACT_answer", ["Answers drawn in this run", "teaching, seed 0, one run", "not a recorded vote"]),
    ],
)  # fmt: skip
def test_a_figure_taken_home_says_what_it_shows_and_of_which_run(visit, tmp_path, query, chart, words):
    page = visit(f"/{query}", ".comity-figure canvas, .comity-drawing svg")
    figure = page.locator(f"[data-figure={chart}]")
    figure.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    with page.expect_download() as waited:
        figure.locator("text=SVG").click()
    assert "seed_0" in waited.value.suggested_filename
    waited.value.save_as(tmp_path / "figure.svg")
    text = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("scenario=teachin", "teachin: no such scenario; expected the path of a .toml file or a shipped name."),
        ("scenario=teaching&seed=x", "--seed must be a whole number from 0 to 2**63 - 1, got 'x'."),
        ("scenario=teaching&set=parameters.persuasion_rate%3D7", "must be less than or equal to 1"),
        ("scenario=teaching&patch=nothing", "nothing: no such patch"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_command_line(visit, query, words):
    page = visit(f"/?{query}", ".comity-error")
    assert words in page.inner_text(".comity-error")


def test_two_browsers_do_not_disturb_each_other(visit):
    one = visit("/?scenario=teaching", PICTURE)
    two = visit("/?scenario=teaching&seed=5", PICTURE)
    one.keyboard.press("End")
    one.select_option("select[aria-label=Theory]", "rationalist")
    one.wait_for_url("**theory=rationalist*")
    assert "The start" in two.inner_text(CAPTION)
    assert two.input_value("input[aria-label=Seed]") == "5"
    assert two.input_value("select[aria-label=Theory]") == ""


def test_the_colours_of_groups_are_explained_where_the_room_is_seen(visit):
    page = visit("/?scenario=hld_gfmd&at=GFMD2009.6", PICTURE)
    key, room = (page.locator(place).bounding_box() for place in (".comity-groups", ".comity-room > svg"))
    assert page.locator(".comity-groups span").count() == 5
    assert key["height"] < 60  # two lines
    assert key["y"] + key["height"] <= room["y"] < 460
    assert room["y"] + room["height"] < 860


def test_a_chart_without_anything_says_so_and_is_drawn_when_there_is_something(visit):
    page = visit("/?scenario=teaching&seed=0&charts=donors", PICTURE)
    chart = page.locator("[data-figure=donors]")
    chart.scroll_into_view_if_needed()
    said = chart.get_by_text("No government pledged money")
    said.wait_for()
    assert not chart.locator("canvas:visible").count()
    page.fill("input[aria-label=Seed]", "7")
    page.keyboard.press("Enter")
    said.wait_for(state="hidden")
    chart.scroll_into_view_if_needed()  # what nobody sees is not drawn
    chart.locator("canvas:visible").wait_for()
    assert chart.evaluate("one => one.__vue__.chart.getOption().series[0].data.some((point) => point[1] > 0)")
    page.fill("input[aria-label=Seed]", "0")
    page.keyboard.press("Enter")
    said.wait_for()
    assert not chart.locator("canvas:visible").count()
