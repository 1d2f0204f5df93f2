"""A lesson and the start page in a real browser: a phone, a keyboard's worth of text, and what axe-core finds."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from tests.classroom.test_lesson_served import ServedLesson
from tests.dashboard.test_accessible import findings

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, bypass_csp=True
    )  # axe-core is put into the page
    one = context.new_page()
    one.set_default_timeout(20_000)
    wrong = []
    one.on("pageerror", lambda error: wrong.append(str(error)))
    yield one
    context.close()
    assert wrong == []


def check(page, *widths):
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")
        assert findings(page) == []


def test_a_lesson_on_a_phone(page, tmp_path, monkeypatch):
    served = ServedLesson(tmp_path / "lesson", monkeypatch)
    try:
        address = f"http://127.0.0.1:{served.port}"
        page.goto(f"{address}/#{served.code}")
        page.click("button:text-is('Join')")
        page.wait_for_url("**/lesson")
        check(page, 390, 1280)
        page.goto(f"{address}/lesson/1")
        assert page.locator("button:text-is('Run it'):disabled").count() == 2
        page.click("text=To my predictions")
        for number in (1, 2, 3):
            page.fill(f"textarea[name='guess.{number}']", f"guess {number}")
        page.click("text=Save my predictions")
        page.wait_for_selector("nav a:has-text('Question ✓')")
        assert page.input_value("textarea[name='guess.3']") == "guess 3"
        page.goto(f"{address}/lesson/1")
        page.fill("textarea", "half a sent")
        page.locator("select").first.select_option("4")
        page.locator("button:text-is('Run it')").first.click()
        page.wait_for_selector("td:text-is('result 1')")
        assert page.input_value("textarea") == "half a sent", "what is being written stays when the table comes"
        assert page.locator("select").first.input_value() == "4"
        assert served.jobs[0]["words"][-2:] == ["--seed", "4"]
        page.fill("textarea", "a sentence")
        page.click("text=Save my answer")
        page.wait_for_selector("nav a:has-text('1 ✓')")
        assert page.input_value("textarea") == "a sentence"
        check(page, 390, 1280)
        page.goto(f"{address}/teacher/{served.secret}")
        page.wait_for_selector("text=Students who joined: 1")
        check(page, 390, 1280)
        page.goto(f"{address}/projector")
        check(page, 390, 1920)
    finally:
        served.end()


class ServedDesk:
    """A start page on a port."""

    def __init__(self, folder):
        import uvicorn

        from comity_classroom.server.connections import configured
        from comity_classroom.server.desk import Addresses, Desk
        from comity_classroom.server.guard import Hosts
        from comity_classroom.server.shelf import Shelf
        from comity_classroom.server.wishes import offers

        offers()  # as a server does while it starts
        local = "http://127.0.0.1/"
        self.desk = Desk(Addresses(local, local, Hosts(is_local=True)), Shelf(folder))
        self.secret = self.desk.start.new_secret()
        config = configured(self.desk)
        config.host, config.port, config.timeout_graceful_shutdown = "127.0.0.1", 0, 2
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def end(self):
        self.desk.end_streams()
        self._server.should_exit = True
        self._thread.join(10)
        self.desk.put_away()


def test_the_start_page_opens_a_class_and_is_found_again(page, tmp_path):
    served = ServedDesk(tmp_path / "classes")
    try:
        address = f"http://127.0.0.1:{served.port}"
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{address}/start/{served.secret}")
        page.fill("input[name=students]", "34")
        page.wait_for_selector("text=12 seats for 34 students in teams of 3")
        page.fill("input[name=students]", "60")
        page.wait_for_selector("#proposal.wrong:has-text('but there are 60')")
        check(page, 390, 1280)
        page.fill("input[name=students]", "30")
        page.select_option("select[name=plan]", "own")
        plan = tmp_path / "mine.toml"
        plan.write_text(
            'scenario = "teaching"\n[[steps]]\nmeeting = "FORUM9"\nsitting = 1\nminutes = 5\n', encoding="utf-8"
        )
        page.set_input_files("input[type=file]", plan)
        page.click("text=Open the class")
        page.wait_for_selector("[role=alert]:has-text(\"'meeting' must be a meeting of teaching, got 'FORUM9'\")")
        assert str(tmp_path) not in page.inner_text("[role=alert].news")
        page.select_option("select[name=plan]", "45")
        page.click("text=Open the class")
        page.wait_for_url("**/teacher")
        check(page, 390, 1280)
        page.click("text=Start page")
        page.wait_for_selector("text=To the teacher's page")
        check(page, 390, 1280)
    finally:
        served.end()
