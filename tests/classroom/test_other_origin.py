"""A page of another origin that the teacher visits, in a real browser: it changes nothing, reads nothing, frames nothing."""

from __future__ import annotations

import http.server
import threading

import pytest
from tests.classroom.conftest import bodies

pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

ATTACK = """async ([base, bodies]) => {
  const found = {};
  const tries = [];
  for (const body of bodies) {
    const text = JSON.stringify(body);
    for (const mode of ["no-cors", "cors"])
      for (const type of ["text/plain", "application/json", "application/x-www-form-urlencoded"])
        tries.push(fetch(base + "/teacher/act", {method: "POST", mode, credentials: "include", body: text,
          headers: {"Content-Type": type}}).catch(() => null));
    navigator.sendBeacon(base + "/teacher/act", new Blob([text], {type: "text/plain"}));
    const form = document.createElement("form");
    form.method = "POST"; form.enctype = "text/plain"; form.action = base + "/teacher/act"; form.target = "sink";
    const field = document.createElement("input");
    field.name = text.slice(0, -1) + ',"x":"'; field.value = '"}';
    form.append(field); document.body.append(form); form.submit();
  }
  await Promise.all(tries);
  found.read = await fetch(base + "/teacher/view", {credentials: "include"}).then((a) => a.text()).catch(() => "");
  found.image = await new Promise((done) => {
    const image = new Image();
    image.onload = () => done(true); image.onerror = () => done(false); image.src = base + "/qr.svg";
  });
  found.script = await new Promise((done) => {
    const script = document.createElement("script");
    script.onload = () => done(true); script.onerror = () => done(false); script.src = base + "/static/classroom.js";
    document.body.append(script);
  });
  found.heard = await new Promise((done) => {
    const source = new EventSource(base + "/events/teacher", {withCredentials: true});
    source.onmessage = () => done(true); source.onerror = () => done(false);
  });
  return found;
}"""


class Evil(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<body><iframe name=sink></iframe></body>")

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def evil():
    """A site on another port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("site", ["127.0.0.1", "localhost"])
def test_a_page_of_another_origin_does_nothing(served, browser, evil, site):
    served.student("Ana", "PALMERA")
    context = browser.new_context()
    teacher = context.new_page()
    teacher.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    acts = [body for body in bodies(teacher.content().replace('"', "'")).values() if "do" in body] or [
        {"do": "advance", "how": "next", "seen": f"1.{served.classroom.state.n}"},
        {"do": "close", "seen": f"1.{served.classroom.state.n}"},
    ]
    n = served.classroom.state.n
    page = context.new_page()
    page.goto(f"http://{site}:{evil}/")
    base = f"http://127.0.0.1:{served.port}"
    found = page.evaluate(ATTACK, [base, acts[:6]])
    page.wait_for_timeout(500)
    assert found == {"read": "", "image": False, "script": False, "heard": False}
    assert served.classroom.state.n == n
    assert not [*served.classroom.folder.glob("record-*")]
    for path in ("/teacher", "/projector", "/"):
        page.set_content(f"<iframe src='{base}{path}'></iframe>")
        page.wait_for_timeout(300)
        assert "Hold" not in page.frames[-1].content()
        assert "Join code" not in page.frames[-1].content()
    context.close()


def test_a_name_that_is_a_page_is_text_on_every_page(served, browser):
    names = [
        "<img src=x onerror=stolen()>", "\"'><svg onload=stolen()>", "</td><script>stolen()</script>", "{{7*7}} {% a %}",
        "a' data-post='/teacher/act", "javascript:stolen()", "--><b id=bold>", "&lt;b id=bold&gt;",
    ]  # fmt: skip
    students = [served.student(name) for name in names]
    context = browser.new_context()
    wrong, asked = [], []
    context.expose_function("stolen", lambda: wrong.append("script"))
    teacher = context.new_page()
    teacher.on("pageerror", lambda error: wrong.append(str(error)))
    teacher.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    teacher.goto(f"http://127.0.0.1:{served.port}/teacher/{served.secret}")
    for name in names:
        assert teacher.get_by_text(name, exact=True).count() >= 1, name
    for button in teacher.get_by_role("button", name="Remove", exact=True).all():
        button.click()
    assert len(asked) == len(names)
    assert all(any(name in message for message in asked) for name in names)
    for path in ("/projector", "/teacher/debrief"):
        teacher.goto(f"http://127.0.0.1:{served.port}{path}")
    assert teacher.locator("#bold").count() == 0
    assert wrong == []
    assert all(student.get("/seat")[0] == 200 for student in students)
    context.close()


def test_the_join_code_is_in_no_request_and_no_history(served, browser):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url + str(request.headers) + (request.post_data or "")))
    page.goto(f"http://127.0.0.1:{served.port}/#{served.code}")
    assert page.input_value("input[name=code]") == served.code
    assert served.code not in page.url
    page.fill("input[name=name]", "Ana")
    page.click("button:text-is('Join')")
    page.wait_for_selector("text=Deal me a seat")
    assert [one for one in asked if served.code in one.partition("{")[0]] == []
    assert not any("referer" in one.lower() and served.code in one for one in asked if "/join" not in one)
    context.close()
