"""A double click, in a real browser: one sitting is held, one seat is dealt, and buttons wait until they are answered."""

from __future__ import annotations

import time

import pytest

from comity_classroom.server import teacher_acts

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser):
    context = browser.new_context()
    one = context.new_page()
    one.set_default_timeout(20_000)
    one.on("dialog", lambda dialog: dialog.accept())
    wrong = []
    one.on("pageerror", lambda error: wrong.append(str(error)))
    yield one
    context.close()
    assert wrong == []


def kinds(served):
    return [entry.kind for entry in served.classroom.ledger.entries]


@pytest.mark.parametrize("clicks", [2, 5])
def test_a_double_click_of_the_teacher_holds_one_sitting(served, page, clicks):
    student = served.student("Ana", "PALMERA")
    page.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    page.locator("button.primary").click(click_count=clicks, delay=5)
    page.wait_for_selector("text=Hold this sitting")
    page.wait_for_timeout(500)
    assert kinds(served).count("advanced") == 1
    assert "Will you" in student.get("/seat")[1] or "Where will you sit" in student.get("/seat")[1]
    page.locator("button.primary").dblclick()
    page.wait_for_selector("text=sitting 2 of")
    page.wait_for_timeout(1000)
    assert kinds(served).count("advanced") == 2
    assert page.locator("button:disabled").count() == 0


@pytest.mark.parametrize("pause", [120, 250, 400])
def test_a_slow_double_click_after_the_answer_holds_one_sitting(served, page, pause):
    """The first click is answered, and the page renewed, before the second comes: it hits the next button."""
    page.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    place = page.locator("button.primary").bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.click(x, y)
    page.wait_for_timeout(pause)
    page.mouse.click(x, y)
    page.wait_for_selector("text=Hold this sitting")
    page.wait_for_timeout(1000)
    assert kinds(served).count("advanced") == 1


def test_two_windows_of_the_teacher(served, page):
    page.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    other = page.context.new_page()
    other.goto(f"http://127.0.0.1:{served.port}/teacher")
    # The second window has not heard of the first yet: its stream is cut off, as in a bad network.
    other.route("**/teacher/view", lambda route: route.abort())
    page.click("button.primary")
    page.wait_for_selector("text=Hold this sitting")
    other.click("button.primary")
    other.wait_for_selector("text=The class has moved on since your page was drawn")
    assert kinds(served).count("advanced") == 1


def test_buttons_wait_for_the_answer(served, page, monkeypatch):
    held = teacher_acts.teacher_act

    def slow(*words):
        time.sleep(1.5)
        return held(*words)

    monkeypatch.setattr("comity_classroom.server.app.teacher_act", slow)
    page.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    n_buttons = page.locator("button").count()
    page.click("button.primary")
    assert page.locator("button:disabled").count() == n_buttons
    page.locator("button", has_text="Pause").click(force=True)
    page.wait_for_selector("text=Hold this sitting")
    playwright.expect(page.locator("button:disabled")).to_have_count(0)
    assert kinds(served) == ["opened", "advanced"]


def test_a_double_click_of_a_student_deals_one_seat_and_joins_once(served, page):
    page.goto(f"http://127.0.0.1:{served.port}/#{served.code}")
    page.fill("input[name=name]", "Ana")
    assert page.input_value("input[name=code]") == served.code
    page.locator("button:text-is('Join')").dblclick()
    page.locator("text=Deal me a seat").dblclick()
    page.wait_for_selector("#role")
    page.wait_for_timeout(500)
    assert kinds(served) == ["opened", "joined", "seated"]
    page.locator("fieldset button", has_text="Go").first.dblclick()
    playwright.expect(page.locator("[aria-pressed=true]")).to_have_count(1)
    assert kinds(served).count("chosen") == 1


def test_buttons_are_there_again_when_the_server_cannot_be_reached(served, page):
    page.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    page.route("**/teacher/act", lambda route: route.abort())
    page.click("button.primary")
    page.wait_for_selector("text=The server cannot be reached")
    playwright.expect(page.locator("button:disabled")).to_have_count(0)


def test_whoever_is_removed_reads_it(served, page):
    page.goto(f"http://127.0.0.1:{served.port}/#{served.code}")
    page.fill("input[name=name]", "Troll")
    page.click("button:text-is('Join')")
    page.click("text=Deal me a seat")
    page.wait_for_selector("#role")
    teacher = page.context.browser.new_context().new_page()
    teacher.on("dialog", lambda dialog: dialog.accept())
    teacher.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    teacher.click("button:text-is('Remove')")
    page.wait_for_selector("text=The teacher has removed you from this classroom")
    teacher.wait_for_selector("text=0 of 12 taken")
    assert served.classroom.state.people == {}
    page.reload()
    page.wait_for_selector("text=The teacher has removed you from this classroom")
    page.fill("input[name=code]", served.code)
    page.fill("input[name=name]", "Sorry")
    page.click("button:text-is('Join')")
    page.wait_for_selector("text=Deal me a seat")
    teacher.context.close()
