"""The roll call and the slides in a real browser: the right place after a reload, no motion where none is wanted, axe."""

from __future__ import annotations

import pytest
from tests.classroom.conftest import Served
from tests.dashboard.test_accessible import findings

from comity_classroom.core.roll_call import roll_call_of
from comity_classroom.pack.questions import question_of
from comity_classroom.pack.writing import write_pack
from comity_classroom.server.opening import Wanted, open_classroom

pytestmark = pytest.mark.browser


def called(page):
    return page.locator(".names li.called").count()


def test_a_projector_that_reloads_continues_at_the_right_place(tmp_path, browser):
    classroom = open_classroom("teaching", Wanted(seed=3, folder=tmp_path / "class", plan="45"), grace=60)
    room = Served(classroom)
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    try:
        classroom.take(classroom.join("Ana")[0], "NORTHLAND")
        while classroom.scene.stop.next is not None:
            classroom.advance("next")
        roll = roll_call_of(classroom.scene.stop, classroom.state)
        teacher = room.teacher()
        address = f"http://127.0.0.1:{room.port}"
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in teacher.cookies.items()])
        page, late = context.new_page(), context.new_page()
        page.goto(f"{address}/projector")
        assert page.locator(".names li").count() == 0, "no name before the start"
        classroom.call_roll(skip=False)
        page.locator(".names li.called").nth(2).wait_for()
        late.emulate_media(reduced_motion="reduce")
        late.goto(f"{address}/projector")
        late.locator(".names li.called").first.wait_for()
        assert called(late) >= 3, "it begins where the roll call is"
        assert late.evaluate("getComputedStyle(document.querySelector('.names li.called')).animationName") == "none"
        page.locator("text=yes, ").first.wait_for(timeout=30_000)
        assert called(page) == len(roll.answers)
        for answer in ("yes", "no", "abstain", "absent"):
            assert int(page.inner_text(f"[data-count={answer}]")) == roll.n(answer)
        assert findings(page) == []
        for step in classroom.steps[:5]:
            classroom.show(step)
            page.locator(f"#step.{question_of(step)}").wait_for()
            assert findings(page) == [], step
    finally:
        context.close()
        room.end()
        classroom.close_files()


def test_slides_turn_by_keys_and_every_page_prints(tmp_path, browser):
    pack = write_pack("teaching", tmp_path / "pack", runs=2, seats=["NORTHLAND", "PALMERA", "RIGHTS"], plan="45")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    try:
        page.goto((pack.folder / "slides.html").as_uri())
        n = page.locator("main > section").count()
        assert 10 <= n <= 16
        assert page.locator("section:visible").count() == 1
        for key, place in (("ArrowRight", 2), (" ", 3), ("End", n), ("ArrowRight", n), ("PageUp", n - 1), ("Home", 1)):
            page.keyboard.press(key)
            assert page.inner_text("#place") == f"{place} of {n}"
        for number in range(1, n + 1):
            page.goto(f"{(pack.folder / 'slides.html').as_uri()}#{number}")
            assert page.evaluate("document.documentElement.scrollHeight <= 720"), f"slide {number} fits the screen"
        assert findings(page) == []
        sheets = {"slides": n, "tent_cards": 3, "worksheet": 1, "quiz": 1, "quiz_key": 1}
        for name, pages in sheets.items():
            page.goto((pack.folder / f"{name}.html").as_uri())
            assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == pages, name
            assert findings(page) == [], name
    finally:
        page.close()
