"""A lesson in real browsers: one teacher, twelve students, two who leave, one who comes back, a server that is killed."""

from __future__ import annotations

import re
import signal

import pytest
from tests.classroom.test_killed import needs_classroom, start

from comity_classroom.core.ledger import read_entries
from comity_classroom.core.state import state_of

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
playwright.expect.set_options(timeout=30_000)
pytestmark = [pytest.mark.slow, pytest.mark.browser, needs_classroom]

NAMES = ["Ana", "Bo", "Chidi", "Dalia", "Emre", "Fen", "Gita", "Hugo", "Ines", "Jun", "Kofi", "<b>Lea</b>"]


@pytest.fixture
def begin():
    """Start servers, and end what is left of them."""
    started = []

    def one(*words):
        started.append(start(*words))
        return started[-1]

    yield one
    for server, *_ in started:
        if server.poll() is None:
            server.kill()
            server.wait(10)


def test_a_lesson(tmp_path, begin, browser):
    folder = tmp_path / "classroom"
    server, port, secret, code = begin("teaching", "--folder", folder, "--seed", 3, "--grace", 5)
    wrong, contexts = [], []

    def open_page(width, height):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
        page.on(
            "request", lambda request: "://127.0.0.1:" in request.url or wrong.append(f"request outside: {request.url}")
        )
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    address = f"http://127.0.0.1:{port}/"
    teacher = open_page(1280, 900)
    teacher.goto(f"{address}teacher/{secret}")
    assert secret not in teacher.url
    projector = teacher.context.new_page()
    projector.goto(f"{address}projector")
    students = []
    for name in NAMES:
        student = open_page(390, 844)
        student.goto(f"{address}#{code}")
        student.fill("input[name=name]", name)
        student.click("button:text-is('Join')")
        student.click("text=Deal me a seat")
        student.wait_for_selector("#role")
        student.wait_for_load_state()
        students.append(student)
    seats = [student.get_attribute("#view", "data-seat") for student in students]
    assert len(set(seats)) == 12
    projector.wait_for_selector("text=12 seats taken, 0 free")
    teacher.wait_for_selector("text=<b>Lea</b>")
    assert teacher.locator("td b", has_text=re.compile("^Lea$")).count() == 0

    def all_choose(some, label):
        for student in some:
            button = student.locator("fieldset button", has_text=re.compile(f"^{label}")).first
            if button.count():
                button.click()
                playwright.expect(button).to_have_attribute("aria-pressed", "true")

    def go_on(some):
        before = [student.get_attribute("#view", "data-stop") for student in some]
        teacher.click("button.primary")
        for student, stop in zip(some, before, strict=True):
            playwright.expect(student.locator("#view")).not_to_have_attribute("data-stop", stop)

    all_choose(students, "Go")
    go_on(students)
    all_choose(students[:6], "Make an offer")
    all_choose(students[6:], "Make a statement")
    go_on(students)
    assert any("You made an offer." in student.inner_text("#happened") for student in students[:6])
    assert students[0].evaluate("document.documentElement.scrollWidth") == 390

    # Two leave; past the grace time the model plays their seats, and the teacher sees it.
    for student in students[10:]:
        student.close()
    playwright.expect(teacher.locator("text=away: the model plays")).to_have_count(2, timeout=60_000)
    here = students[:10]
    go_on(here)

    # One comes back, in the browser in which it was.
    back = students[10].context.new_page()
    back.goto(address)
    back.wait_for_selector("#role")
    assert back.get_attribute("#view", "data-seat") == seats[10]
    playwright.expect(teacher.locator("text=away: the model plays")).to_have_count(1)
    here.append(back)

    # The server is killed, and started again on the same port: no page is touched.
    all_choose(here[:3], "Contest")
    server.send_signal(signal.SIGKILL)
    server.wait(10)
    here[0].wait_for_selector("#lost:visible")
    state = state_of(read_entries(folder / "ledger-1.jsonl"))
    server, _, _, _ = begin(folder, "--port", port, "--grace", 5)
    for page in (*here, teacher, projector):
        playwright.expect(page.locator("#lost")).to_be_hidden(timeout=60_000)
    assert [page.get_attribute("#view", "data-seat") for page in here] == seats[:11]
    assert state_of(read_entries(folder / "ledger-1.jsonl")) == state
    pressed = here[0].locator("fieldset button[aria-pressed=true]").all_inner_texts()
    assert any("Contest" in text for text in pressed)
    go_on(here)
    projector.wait_for_selector("text=What just happened")

    teacher.click("text=Hold all remaining meetings")
    for page in here:
        page.wait_for_selector("text=All meetings are over")
    here[0].click("text=Your debrief so far")
    here[0].wait_for_selector("text=How closely you followed your brief")
    assert here[0].locator("svg.chart polyline").count() == 6
    teacher.click("text=Close the classroom")
    teacher.wait_for_selector("text=The classroom is closed")
    assert (folder / "record-1" / "scenario.json").exists()
    for context in contexts:
        context.close()
    server.terminate()
    assert "The classroom is closed" in server.communicate(timeout=60)[0]
    assert wrong == []
