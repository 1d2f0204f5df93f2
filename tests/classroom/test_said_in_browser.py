"""What a page says in a real browser: an answer of its own to each act, and a timer that ends."""

from __future__ import annotations

import pytest

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser


@pytest.fixture
def teacher(served, browser):
    """The teacher's page."""
    page = browser.new_context().new_page()
    page.set_default_timeout(20_000)
    page.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    yield page
    page.context.close()


def test_what_was_said_of_a_refused_act_does_not_stay_beside_the_next(served, teacher):
    notice = teacher.locator("#notice")
    form = teacher.locator("form:has(input[value=custom])")
    teacher.click("text=A custom event")
    form.locator("input[name=name]").fill("Nothing happens")
    form.locator("select[name=sovereignty]").select_option("0")
    form.locator("button").click()
    playwright.expect(notice).to_contain_text("must have an effect")
    playwright.expect(form.locator("input[name=name]")).to_have_value("Nothing happens")
    form.locator("select[name=sovereignty]").select_option("0.05")
    form.locator("button").click()
    teacher.wait_for_selector("text=News: Nothing happens.")
    playwright.expect(notice).to_be_hidden(timeout=1000)


def test_a_timer_ends_on_every_page(served, teacher, browser):
    student = browser.new_context().new_page()
    student.set_default_timeout(20_000)
    student.goto(f"http://127.0.0.1:{served.port}/#{served.code}")
    student.fill("input[name=name]", "Ana")
    student.click("button:text-is('Join')")
    student.click("text=Deal me a seat")
    student.wait_for_selector("#role")
    classroom = teacher.context.new_page()
    classroom.goto(f"http://127.0.0.1:{served.port}/projector")
    served.classroom.set_timer(3)
    for page in (student, teacher, classroom):
        page.wait_for_selector("[data-left]")
    for page in (student, teacher, classroom):
        page.wait_for_selector("text=Time is up")
        assert page.locator("[data-left]").count() == 0
    assert student.locator("fieldset:not(.guess):not([disabled])").count() == 0
    student.context.close()
