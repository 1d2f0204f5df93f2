"""Nobody gets in: each test is an attack on a running dashboard, by hand or from a page of another origin."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import threading
import time
import uuid
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from comity_bench.browser import candidates

pytest.importorskip("playwright.sync_api")
websockets = pytest.importorskip("websockets")
client = pytest.importorskip("websockets.sync.client")

CHANNEL = "/jupyter/api/kernels/{}/channels?session_id=page"
ENDPOINTS = (
    "/", "/change", "/nowhere", "/readyz", "/resourcez", "/resourcez?verbose", "/static/main-vuetify.js",
    "/static/assets/custom.css", "/static/public/x", "/_solara/cdn/echarts@5.4.0/dist/echarts.min.js",
    "/jupyter/api/kernels/x", "/jupyter/nbextensions/jupyter-vue/extension.js", "/_solara/api/close/x?session_id=y",
)  # fmt: skip


def ask(served, path="/", method="GET", body=None, **headers):
    """Return status, headers and text of an answer; names of headers are written with _ for -."""
    connection = http.client.HTTPConnection(urlsplit(served.origin).netloc, timeout=20)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, dict(answer.getheaders()), text


def enter(served):
    """Return the cookie that the printed address is exchanged for."""
    _, headers, _ = ask(served, f"/?token={served.token}")
    return headers["set-cookie"].partition(";")[0]


def connects(served, **headers):
    """Tell whether the server takes a WebSocket with these headers; origin None: without one."""
    origin = headers.pop("Origin", None)
    address = served.origin.replace("http", "ws") + CHANNEL.format(uuid.uuid4())
    try:
        with client.connect(address, origin=origin, additional_headers=headers, open_timeout=10):
            return True
    except websockets.exceptions.InvalidStatus as error:
        return error.response.status_code != 403


@pytest.mark.parametrize("path", ENDPOINTS)
def test_without_the_token_nothing_is_answered(served, path):
    status, headers, text = ask(served, path)
    assert (status, text) == (403, "comity dashboard: open the address that the command printed.")
    assert "set-cookie" not in headers


@pytest.mark.parametrize("token", ["", "x", "é", "\x00", "a" * 43, "%FF%FE"])
def test_a_wrong_token_is_refused_without_a_traceback(served, token):
    assert ask(served, f"/?token={quote(token, safe='%')}")[0] == 403
    assert (
        ask(served, "/", Cookie=f"comity-dashboard-{urlsplit(served.origin).port}={quote(token, safe='%')}")[0] == 403
    )


def test_the_token_is_exchanged_for_a_strict_cookie_and_leaves_the_address(served):
    status, headers, _ = ask(served, f"/change?seed=7&token={served.token}")
    assert (status, headers["location"]) == (303, "/change?seed=7")
    cookie = headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/"))
    assert served.token not in headers["set-cookie"]
    assert ask(served, "/change?seed=7", Cookie=enter(served))[0] == 200


def test_the_redirect_stays_on_this_server(served):
    for path in ("//evil.test/", "/\\evil.test", "/%5Cevil.test", "//evil.test%2F..", "/%0d%0aX-Evil:%201"):
        status, headers, _ = ask(served, f"{path}?token={served.token}")
        assert status in (303, 400)
        assert "x-evil" not in {name.lower() for name in headers}
        target = headers.get("location", "/")
        assert target[0] == "/"
        assert target[1:2] not in ("/", "\\")


@pytest.mark.parametrize("host", ["attacker.test", "attacker.test:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.attacker.test:{port}", "", "0.0.0.0:{port}", "127.0.0.1:{port}@attacker.test", "[::1]:{port}.attacker.test"])  # fmt: skip
def test_a_name_bound_anew_to_this_machine_is_refused(served, host):
    port = urlsplit(served.origin).port
    wanted = host.format(port=port)
    cookie = enter(served)
    assert ask(served, "/", Host=wanted, Cookie=cookie)[0] in (400, 403)
    assert ask(served, f"/?token={served.token}", Host=wanted)[0] in (400, 403)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_every_name_of_this_machine_alone_is_served(served, host):
    assert ask(served, "/", Host=f"{host}:{urlsplit(served.origin).port}", Cookie=enter(served))[0] == 200


def test_a_websocket_is_taken_from_a_page_of_the_same_origin_with_the_cookie_only(served):
    cookie, port = enter(served), urlsplit(served.origin).port
    assert connects(served, Origin=served.origin, Cookie=cookie)
    assert not connects(served, Origin=served.origin)
    assert not connects(served, Cookie=cookie)
    for origin in ("null", "http://127.0.0.1:1", f"https://127.0.0.1:{port}", f"http://localhost:{port}", "http://127.0.0.1", f"http://127.0.0.1:{port}.attacker.test"):  # fmt: skip
        assert not connects(served, Origin=origin, Cookie=cookie), origin


def test_a_change_is_taken_from_a_page_of_the_same_origin_only(served):
    cookie = enter(served)
    path = "/_solara/api/close/nobody?session_id=page"
    assert ask(served, path, "POST", Cookie=cookie, Origin=served.origin)[0] == 200
    assert ask(served, path, "POST", Cookie=cookie)[0] == 403
    assert ask(served, path, "POST", Cookie=cookie, Origin="http://127.0.0.1:1")[0] == 403
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
        assert ask(served, path, method, Cookie=cookie, Origin=served.origin)[0] in (400, 405), method


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_elsewhere_cannot_open_or_embed_an_address_although_the_cookie_is_sent(served, site):
    cookie = enter(served)
    for more in ({"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}, {"Sec_Fetch_Dest": "image"}):
        assert ask(served, "/?seed=3", Cookie=cookie, Sec_Fetch_Site=site, **more)[0] == 403


def test_answers_tell_the_browser_what_a_page_may_do(served):
    for status, headers, _ in (ask(served), ask(served, "/", Cookie=enter(served))):
        assert status in (200, 403)
        policy = headers["content-security-policy"]
        for word in ("frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'",
                     "default-src 'none'", f"connect-src 'self' {served.origin.replace('http', 'ws')}"):  # fmt: skip
            assert word in policy
        assert "*" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("start", ["/_solara/cdn/", "/static/", "/static/assets/", "/static/public/", "/jupyter/nbextensions/"])  # fmt: skip
@pytest.mark.parametrize("way", ["../../../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "..%5c..%5cetc%5cpasswd", "x%00/etc/passwd"])  # fmt: skip
def test_static_files_lead_nowhere_else(served, start, way):
    status, _, text = ask(served, start + way, Cookie=enter(served))
    assert "root:" not in text
    assert status in (200, 400, 404, 500)


def test_what_only_a_proxy_may_say_is_not_believed(served):
    cookie = enter(served)
    evil = {"X_Forwarded_Host": "evil.test", "X_Forwarded_Proto": "https", "Script_Name": "/evil", "X_Script_Name": "/evil", "X_Forwarded_Prefix": "/evil"}  # fmt: skip
    status, headers, text = ask(served, "/", Cookie=cookie, **evil)
    assert status == 200
    assert "evil" not in text + str(headers)


@pytest.mark.parametrize("path", ["/_solara/cdn/nowhere@1.0.0/x.js", "/_solara/cdn/nowhere", "/_solara/cdn/"])
def test_what_is_not_installed_is_not_loaded_from_the_internet(served, path):
    started = time.monotonic()
    assert ask(served, path, Cookie=enter(served))[0] == 404
    assert time.monotonic() - started < 2, "Solara asks its source four times, with pauses of seven seconds"


def test_asking_for_a_folder_of_installed_files_removes_nothing(served):
    cookie, file = enter(served), "/_solara/cdn/echarts@5.4.0/dist/echarts.min.js"
    assert ask(served, "/_solara/cdn/echarts@5.4.0/dist", Cookie=cookie)[0] == 404
    assert ask(served, file, Cookie=cookie)[0] == 200


def test_a_long_address_is_refused(served):
    assert ask(served, "/?seed=" + "1" * 9000, Cookie=enter(served))[0] == 414
    assert ask(served, "/" + "a" * 9000, Cookie=enter(served))[0] == 414


def test_pages_and_messages_are_bounded_and_the_server_goes_on(served):
    cookie = enter(served)

    def open_page(path=None, **more):
        address = served.origin.replace("http", "ws") + (path or CHANNEL.format(uuid.uuid4()))
        headers = {"Cookie": cookie}
        return client.connect(address, origin=served.origin, additional_headers=headers, open_timeout=20, **more)

    for path in (
        CHANNEL.format("x").partition("?")[0], CHANNEL.format("a" * 100), CHANNEL.format("..%2f.."), "/", "/nowhere",
    ):  # fmt: skip
        with pytest.raises(websockets.exceptions.InvalidStatus, match="403"), open_page(path):
            pass
    for message in ("x" * 2_000_000, "{", "[]", b"", b"\xff" * 99, '"' + "[" * 50_000):
        with open_page() as page:
            page.send(message)
            with pytest.raises(websockets.exceptions.ConnectionClosed, match=r"received 10\d\d"):
                page.recv(timeout=20)
    with contextlib.ExitStack() as stack:
        opened: list[object] = []
        with contextlib.suppress(websockets.exceptions.InvalidStatus):
            while len(opened) < 80:
                opened.append(stack.enter_context(open_page()))
        assert len(opened) <= 64
        status, _, text = ask(served, "/", Cookie=cookie, Sec_Fetch_Dest="document")
        assert (status, text[:46]) == (503, "comity dashboard: at most 64 pages can be open")
    for _ in range(100):
        if ask(served, "/", Cookie=cookie, Sec_Fetch_Dest="document")[0] == 200:
            break
        time.sleep(0.1)
    else:
        raise AssertionError("pages that were closed are still counted")


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """Address of an empty page on another port, where attacks come from."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><p>elsewhere")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{{}}:{server.server_address[1]}/"
        server.shutdown()


ATTACKS = """async (origin) => {
  const id = crypto.randomUUID ? crypto.randomUUID() : 'x' + Math.random(), found = {};
  const wait = (start) => Promise.race([new Promise(start), new Promise((go) => setTimeout(() => go('nothing'), 4000))]);
  found.socket = await wait((go) => {
    const socket = new WebSocket(origin.replace('http', 'ws') + `/jupyter/api/kernels/${id}/channels?session_id=p`);
    socket.onopen = () => go('open'); socket.onerror = () => go('refused');
  });
  const tries = { read: {}, credentials: { credentials: 'include' }, post: { method: 'POST', credentials: 'include', body: 'x' } };
  for (const [name, options] of Object.entries(tries)) {
    found[name] = await fetch(origin + '/', options).then((answer) => answer.text(), () => 'refused');
  }
  await fetch(origin + '/readyz', { mode: 'no-cors', credentials: 'include' }).catch(() => 0);
  await fetch(origin + '/_solara/api/close/x?session_id=y', { mode: 'no-cors', credentials: 'include', method: 'POST' }).catch(() => 0);
  navigator.sendBeacon(origin + '/_solara/api/close/x?session_id=y');
  const put = (tag, more) => wait((go) => {
    const part = document.body.appendChild(Object.assign(document.createElement(tag), more));
    part.onload = () => go('loaded'); part.onerror = () => go('refused');
  });
  found.image = await put('img', { src: origin + '/static/assets/favicon.svg' });
  found.script = await put('script', { src: origin + '/static/main-vuetify.js' });
  found.style = await put('link', { rel: 'stylesheet', href: origin + '/static/assets/custom.css' });
  await put('iframe', { src: origin + '/?seed=3', name: 'inner' });
  const form = Object.assign(document.createElement('form'), { action: origin + '/?seed=4', method: 'post', target: 'inner' });
  document.body.appendChild(form).submit();
  await new Promise((go) => setTimeout(go, 500));
  return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])  # the first is of the same site: its pages send the cookie
def test_a_page_of_another_origin_gets_nothing(visit, served, elsewhere, name):
    page = visit("/?scenario=teaching").context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    page.goto(elsewhere.format(name))
    found = page.evaluate(ATTACKS, served.origin)
    assert set(found.values()) == {"refused"}, found
    assert {status for status, url in answers if url.startswith(served.origin)} == {403}, answers
    page.evaluate("(origin) => { window.other = window.open(origin + '/?seed=5'); }", served.origin)
    page.wait_for_timeout(1500)
    assert not [frame for one in page.context.pages[2:] for frame in one.frames if "comity-page" in frame.content()]


def _path(kind):
    """Return the path of the browser that the other tests drive."""
    return next(candidates(kind.executable_path))


@pytest.mark.browser
def test_a_name_bound_anew_to_this_machine_gets_nothing_in_a_browser(browser, served):
    flags = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP attacker.test 127.0.0.1"]
    other = browser.browser_type.launch(executable_path=_path(browser.browser_type), args=flags)
    try:
        page = other.new_context().new_page()
        here = served.origin.replace("127.0.0.1", "attacker.test")
        answer = page.goto(f"{here}/?token={served.token}")
        assert answer.status == 403
        found = page.evaluate(ATTACKS, here)
        assert found["socket"] == "refused"
        assert "comity-page" not in str(found)
        assert "solara" not in str(found)
    finally:
        other.close()


@pytest.mark.browser
def test_the_printed_address_works_also_when_it_is_followed_from_another_page(browser, served, elsewhere):
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(elsewhere.format("localhost"))
        page.evaluate("(to) => { location.href = to; }", served.door("/?scenario=teaching"))
        page.wait_for_selector(".comity-page", timeout=30_000)
        assert "token" not in page.url
        assert "scenario=teaching" in page.url
    finally:
        context.close()


@pytest.mark.parametrize(
    ("header", "served"),
    [
        ("192.0.2.7:8765", True),
        ("[fe80::1]:8765", True),
        ("[fe80::1%;script-src *]:8765", False),
        ("a.test:8765", False),
    ],
)
def test_a_server_on_all_addresses_is_reached_by_digits_alone(header, served):
    from comity_dashboard.guard import hosts_of

    assert hosts_of("::", 8765)(header) is served


@pytest.mark.parametrize("path", ["/nothing", "/watch/more", "/actor/more"])
def test_an_unknown_address_is_answered_with_the_pages(served, path):
    assert ask(served, path)[0] == 403
    status, _, body = ask(served, path, Cookie=enter(served))
    assert status == 404
    for name in ("Watch", "Change", "Actor", "Start"):
        assert f">{name}</a>" in body
    assert path not in body
