"""The pages for phones and for assistive technology, checked with axe-core (MPL-2.0; a copy for tests only)."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.cli import main

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe" / "axe.min.js"
PAGES = {
    "/?scenario=teaching&charts=all&at=FORUM1.1": ".comity-figure canvas",
    "/change?scenario=teaching": ".comity-figure canvas",
    "/compare?scenario=teaching": ".comity-figure canvas",
    "/actor?scenario=teaching": "[data-figure=closest] svg",
    "/history?scenario=teaching": ".comity-drawing svg",
    "/sweep?scenario=teaching": ".comity-page input",
    "/start": ".comity-start circle",
    "/change?scenario=teaching&lang=fr": ".comity-figure canvas",
}
TARGETS = """() => [...document.querySelectorAll('a, button, select, input, summary')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && getComputedStyle(one).visibility !== 'hidden' && Math.min(box.width, box.height) < 23.9;
}).map((one) => one.outerHTML.slice(0, 120))"""


def findings(page):
    """Return what axe-core finds, moderate or worse."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, { preload: false, rules: { 'label-content-name-mismatch': { enabled: true } } })"
    )
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("moderate", "serious", "critical")
    ]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moderate_or_worse_is_found_and_nothing_scrolls_sideways(visit, path):
    page = visit(path, PAGES[path])
    for width, colours in ((1280, "light"), (1920, "dark"), (390, "dark"), (390, "light")):
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")
        assert findings(page) == []
    assert page.evaluate(TARGETS) == []
    assert page.get_attribute("html", "lang") == ("fr" if "lang=fr" in path else "en")
    assert page.locator("h1").count() == page.locator("main").count() == 1
    assert "no" not in page.get_attribute("meta[name=viewport]", "content")


def test_what_opens_on_change_is_accessible_too(visit):
    page = visit("/change?scenario=teaching", ".comity-figure canvas")
    page.locator(".comity-more").last.click()
    page.check(".comity-guess input[type=checkbox]")
    page.locator(".comity-questions button").first.click()
    for stage, colours, width in (("ask", "light", 390), ("told", "dark", 1920)):
        page.wait_for_selector(f"[data-stage={stage}]")
        page.emulate_media(color_scheme=colours)
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")
        assert findings(page) == []
        assert page.evaluate(TARGETS) == []
        page.locator(".comity-guess .comity-actions button").first.click()


def test_the_player_does_not_stick_to_a_small_screen(visit):
    page = visit("/?scenario=teaching", ".comity-sticky")
    place = "getComputedStyle(document.querySelector('.comity-sticky')).position"
    assert page.evaluate(place) == "sticky"
    page.set_viewport_size({"width": 600, "height": 800})
    assert page.evaluate(place) == "static"


def test_seats_are_reached_by_keyboard_in_a_list(visit):
    page = visit("/?scenario=teaching&at=FORUM1.1", ".comity-room svg circle")
    page.locator(".comity-room .comity-seats summary").press("Enter")
    seat = page.locator(".comity-room .comity-seats button", has_text="Palmera")
    seat.press("Enter")
    page.locator(".comity-label").wait_for()
    assert page.text_content(".comity-label").startswith("Palmera")


def test_the_exported_page_is_accessible_too(browser, tmp_path):
    file = tmp_path / "page.html"
    assert main(["export", "teaching", "--html", "--out", str(file)]) == 0
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("#net circle")
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        assert findings(page) == []
    context.close()
