"""A lesson of 45 minutes: thirty students in twelve team seats, eight of them in browsers, and a server that is killed.

It prints what each step took, so that ``pytest -m slow -s`` on this file is the measurement.
"""

from __future__ import annotations

import json
import re
import signal
import statistics
import time
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest
from tests.classroom.conftest import Client, at_once, bodies
from tests.classroom.test_killed import needs_classroom, start

import comity
from comity_classroom.core.export import export
from comity_classroom.core.ledger import read_entries
from comity_classroom.core.moves import scenario_of
from comity_classroom.core.state import state_of
from comity_classroom.server.opening import Wanted, open_classroom

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
playwright.expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.slow, pytest.mark.browser, needs_classroom]

SEATS = "PHL,MEX,MAR,BGD,NGA,DEU,USA,SAU,AUS,IOM,OHCHR,MFA"
STUDENTS, IN_BROWSERS, PHONES = 30, 8, 4
PORTRAITS = Path("build/lesson")


class Watch:
    """Times by name, in seconds, and the errors."""

    def __init__(self):
        self.times, self.errors = {}, []

    @contextmanager
    def of(self, name):
        begun = time.perf_counter()
        yield
        self.times.setdefault(name, []).append(time.perf_counter() - begun)

    def checked(self, answer, *expected):
        status, text = answer
        if status not in (expected or (200,)):
            self.errors.append(f"{status}: {text[:200]}")
        return text

    def print(self):
        print(f"\n{'step':<44}{'n':>5}{'median s':>10}{'95th s':>9}{'longest s':>11}")
        for name, found in self.times.items():
            ordered = sorted(found)
            late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
            print(f"{name:<44}{len(found):>5}{statistics.median(ordered):>10.3f}{late:>9.3f}{ordered[-1]:>11.3f}")


def memory_of(process):
    """Return the resident memory of a process in MB."""
    kilobytes = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text()).group(1)
    return int(kilobytes) / 1024


class Student:
    """A student without a browser: acts on what the page shows."""

    def __init__(self, port, code, number, watch):
        self.client, self.number, self.watch, self.seat = Client(port), number, watch, ""
        watch.checked(self.client.post("/join", {"code": code, "name": f"Student {number}"}))
        watch.checked(self.client.post("/seat/take"))

    def page(self):
        text = self.watch.checked(self.client.get("/seat"))
        self.seat = re.search(r'data-seat="(\w*)"', text).group(1)
        return text

    def choose(self):
        """Choose in each question the option that the student's number points to."""
        page = self.page()
        for field in re.findall(r"<fieldset>(.*?)</fieldset>", page, re.S):
            offered = [body for body in bodies(field).values() if None not in body.get("answer", {0: None}).values()]
            if offered:
                with self.watch.of("a choice"):  # a mate may have chosen, or the choice before may exclude this one
                    self.watch.checked(
                        self.client.post("/seat/choose", offered[self.number % len(offered)]), 200, 409, 422
                    )

    def say(self, to, text):
        with self.watch.of("a message"):
            self.watch.checked(self.client.post("/seat/say", {"seat": self.seat, "to": [to], "text": text}))

    def offer(self):
        """Offer the first thing that one can give for the first that the page lists of another seat."""
        page = self.page()
        form = re.search(r'<form data-post="/seat/offer".*?</form>', page, re.S)
        if form is None:
            return
        give = re.findall(r'<option value="([^"]+)"', form.group().partition('name="ask"')[0])
        ask = re.findall(r'<option value="([^"]+\|[^"]+)"', form.group().partition('name="ask"')[2])
        if give and ask:
            asked = ask[self.number % len(ask)]
            seen = re.search(r'name="seen" value="([^"]*)"', form.group()).group(1)
            with self.watch.of("an offer"):
                self.watch.checked(
                    self.client.post("/seat/offer", {"seat": self.seat, "seen": seen, "give": give[0], "ask": asked}),
                    200,
                    409,
                    429,
                )

    def draft(self):
        """Propose a wording that is left, and say something of what others proposed."""
        page = self.page()
        if form := re.search(r'<form data-post="/seat/propose".*?</form>', page, re.S):
            which = re.findall(r'<option value="([^"]+)"', form.group())
            body = {"seat": self.seat, "seen": re.search(r'name="seen" value="([^"]*)"', form.group()).group(1)}
            with self.watch.of("a proposal for the text"):
                chosen = which[7 * self.number % len(which)]
                self.watch.checked(self.client.post("/seat/propose", {**body, "which": chosen}), 200, 409, 429)
        for body in bodies_of(page, "/seat/voice")[self.number % 2 :: 4][:4]:
            with self.watch.of("a word on a proposal"):  # a mate may have said something else
                self.watch.checked(self.client.post("/seat/voice", body), 200, 403, 409, 429)

    def answer(self):
        """Accept or decline what is offered."""
        page = self.page()
        for body in bodies_of_answers(page):
            with self.watch.of("an answer to an offer"):
                self.watch.checked(
                    self.client.post("/seat/answer", {**body, "accept": self.number % 3 != 0}), 200, 404, 409
                )


def bodies_of(page, path):
    """Return what the buttons send to an address."""
    return [json.loads(unescape(text)) for text in re.findall(rf"data-post=\"{path}\" data-body='([^']*)'", page)]


def bodies_of_answers(page):
    """Return what the buttons send that accept an offer."""
    return [body for body in bodies_of(page, "/seat/answer") if body.get("accept")]


def test_a_whole_lesson(tmp_path, browser):
    watch, folder, wrong, contexts = Watch(), tmp_path / "classroom", [], []
    words = ("hld_gfmd", "--plan", "45", "--team", "3", "--seats", SEATS, "--seed", 4, "--grace", 8)
    with watch.of("the server starts"):
        server, port, secret, code = start(*words, "--folder", folder)
    teacher = Client(port)
    assert teacher.get(f"/teacher/{secret}")[0] == 303
    PORTRAITS.mkdir(parents=True, exist_ok=True)

    def open_page(width, height, path=""):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        page.set_default_timeout(90_000)
        page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"http://127.0.0.1:{port}/{path}")
        return page

    pages = []
    for number in range(IN_BROWSERS):
        with watch.of("joining in a browser"):
            page = open_page(*((390, 844) if number < PHONES else (1280, 800)), f"#{code}")
            page.fill("input[name=name]", f"Browser {number}")
            page.click("button:text-is('Join')")
            page.click("text=Deal me a seat")
            page.wait_for_selector("#role")
        pages.append(page)
    with watch.of("the others join, all at once"):
        students = at_once(*(lambda n=n: Student(port, code, n, watch) for n in range(IN_BROWSERS, STUDENTS)))
    at_desk = open_page(1280, 900, f"teacher/{secret}")
    at_desk.wait_for_selector("text=12 of 12 taken")
    projector = at_desk.context.new_page()
    projector.set_viewport_size({"width": 1920, "height": 1080})
    projector.goto(f"http://127.0.0.1:{port}/projector")
    for student in students:
        student.page()
    seats = sorted(
        {student.seat for student in students} | {page.get_attribute("#view", "data-seat") for page in pages}
    )
    assert seats == sorted(SEATS.split(","))

    held, killed, left = 0, False, False
    while "All meetings are over" not in (page := teacher.get("/teacher")[1]):
        with watch.of("all choose"):
            at_once(*(student.choose for student in students))
            for shown in pages:
                button = shown.locator("fieldset:not([disabled]) button[aria-pressed=false]").first
                if button.count():
                    button.click()
        for student in students[:6]:
            other = seats[(seats.index(student.seat) + 1) % len(seats)]
            student.say(other, f"What do you need, {other}?")
        with watch.of("a message reaches a browser"):
            seat = pages[0].get_attribute("#view", "data-seat")
            writer = next(student for student in students if student.seat != seat)
            writer.say(seat, f"A word before step {held + 1}")
            pages[0].wait_for_selector(f"text=A word before step {held + 1}")
        at_once(*(student.offer for student in students[::3]))
        at_once(*(student.answer for student in students))
        at_once(*(student.draft for student in students[held % 3 :: 3]))
        if held == 1 and not left:  # two leave: a phone and a laptop
            for gone in (pages.pop(), pages.pop(0)):
                gone.close()
            left = True
        if held == 2 and not killed:
            before = state_of(read_entries(folder / "ledger-1.jsonl"))
            with watch.of("killed, started again, all pages back"):
                server.send_signal(signal.SIGKILL)
                server.wait(10)
                server, _, _, _ = start(folder, "--port", port, "--grace", 8)
                for shown in (*pages, at_desk, projector):
                    playwright.expect(shown.locator("#lost")).to_be_hidden(timeout=60_000)
            assert state_of(read_entries(folder / "ledger-1.jsonl")) == before
            killed = True
        stops = [shown.get_attribute("#view", "data-stop") for shown in pages]
        with watch.of("the class moves on: all browsers show it"):
            with watch.of("the class moves on: answer to the teacher"):
                watch.checked(teacher.post("/teacher/act", {"do": "advance", "how": "next"}))
            for shown, stop in zip(pages, stops, strict=True):
                playwright.expect(shown.locator("#view")).not_to_have_attribute("data-stop", stop)
        held += 1
        if held in (1, 4):
            pages[0].screenshot(path=PORTRAITS / f"seat_{held}.png", full_page=True)
            projector.screenshot(path=PORTRAITS / f"projector_{held}.png")
    print(f"\n{held} steps of the plan, {STUDENTS} students in {len(seats)} seats; server {memory_of(server):.0f} MB")
    watch.print()
    assert killed
    assert left
    pages[0].goto(f"http://127.0.0.1:{port}/seat/debrief")
    pages[0].wait_for_selector("text=How closely you followed your brief")
    pages[0].screenshot(path=PORTRAITS / "debrief.png", full_page=True)
    at_desk.screenshot(path=PORTRAITS / "teacher.png", full_page=True)
    projector.screenshot(path=PORTRAITS / "projector_end.png")

    record = folder / re.search(r"record-\d+", watch.checked(teacher.post("/teacher/act", {"do": "export"}))).group()
    state = state_of(read_entries(folder / "ledger-1.jsonl"))
    assert {stance["stance"] for stance in state.draft.voices.values()} == {"supports", "opposes"}
    again = comity.run(scenario_of(state), seed=4).save(tmp_path / "again")
    differing = [
        file.name
        for file in record.iterdir()
        if file.name != "provenance.json" and file.read_bytes() != (again / file.name).read_bytes()
    ]
    for context in contexts:
        context.close()
    server.terminate()
    server.communicate(timeout=60)
    assert differing == []
    assert wrong == []
    assert watch.errors == []


def test_without_students_the_class_is_the_model(tmp_path):
    wanted = Wanted(seed=4, folder=tmp_path / "classroom", seats=SEATS, plan="45", team=3)
    classroom = open_classroom("hld_gfmd", wanted, grace=60)
    try:
        while classroom.scene.stop.next is not None:
            classroom.advance("next")
        written = export(classroom).record
    finally:
        classroom.close_files()
    alone = comity.run("hld_gfmd", seed=4).save(tmp_path / "alone")
    tables = sorted(table.name for table in written.glob("*.parquet"))
    assert "votes.parquet" in tables
    differing = [name for name in tables if (alone / name).read_bytes() != (written / name).read_bytes()]
    assert differing == []
