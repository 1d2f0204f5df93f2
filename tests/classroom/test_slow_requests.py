"""Requests that never end: they are let go, and shut nobody else out."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest
from tests.classroom.conftest import Client

HALVES = {
    "nothing": b"",
    "a line": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "a body": b"POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{",
    "a chunk": b"POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
}


def opened(port, sent):
    one = socket.create_connection(("127.0.0.1", port), timeout=30)
    if sent:
        one.sendall(sent)
    return one


@pytest.mark.parametrize("sent", HALVES.values(), ids=HALVES)
def test_half_sent_requests_shut_nobody_out(served, sent):
    halves = [opened(served.port, sent) for _ in range(650)]
    try:
        started = time.monotonic()
        assert served.teacher().get("/teacher")[0] == 200
        student = served.student("Ana")
        assert student.get("/seat")[0] == 200
        assert time.monotonic() - started < 10
    finally:
        for half in halves:
            half.close()


def test_connections_that_were_answered_and_stay_shut_nobody_out(served):
    idle = [opened(served.port, b"GET /static/icon.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") for _ in range(650)]
    try:
        assert served.student("Ana").get("/seat")[0] == 200
    finally:
        for one in idle:
            one.close()


@pytest.mark.parametrize("sent", HALVES.values(), ids=HALVES)
def test_a_half_sent_request_is_let_go(served, sent, monkeypatch):
    monkeypatch.setattr("comity_classroom.server.connections.PATIENCE", 1.0)
    half = opened(served.port, sent)
    half.settimeout(10)
    started = time.monotonic()
    with contextlib.suppress(ConnectionError):
        while half.recv(1000):
            pass
    assert time.monotonic() - started < 8


def test_a_byte_now_and_then_earns_no_time(served, monkeypatch):
    monkeypatch.setattr("comity_classroom.server.connections.PATIENCE", 1.5)
    half = opened(served.port, b"GET / HTTP/1.1\r\n")
    started = time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - started < 10:
            half.sendall(b"X: y\r\n")
            time.sleep(0.2)
    assert time.monotonic() - started < 8


def test_who_does_not_read_is_let_go(served, monkeypatch):
    monkeypatch.setattr("comity_classroom.server.connections.PATIENCE", 1.0)
    teacher = served.teacher()
    cookie = "; ".join(f"{name}={value}" for name, value in teacher.cookies.items()).encode()
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    one.connect(("127.0.0.1", served.port))
    ask = b"GET /teacher HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + cookie + b"\r\n\r\n"
    one.sendall(ask * 400)
    waited = time.monotonic()
    while served.n_connections() and time.monotonic() - waited < 15:
        time.sleep(0.1)
    assert served.n_connections() == 0
    one.close()


def test_a_page_that_listens_is_not_let_go(served, monkeypatch):
    monkeypatch.setattr("comity_classroom.server.connections.PATIENCE", 0.5)
    student = served.student("Ana")
    one = socket.create_connection(("127.0.0.1", served.port), timeout=30)
    cookie = "; ".join(f"{name}={value}" for name, value in student.cookies.items())
    one.sendall(f"GET /events/seat HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
    assert b"200 OK" in one.recv(4000)
    time.sleep(2)
    served.classroom.lock(True)
    one.settimeout(5)
    heard = b""
    while heard.count(b"data:") < 1:
        heard += one.recv(4000)
    one.close()


def test_one_address_takes_no_connection_of_another(served):
    halves = [opened(served.port, b"GET / HTTP/1.1\r\n") for _ in range(400)]
    other = socket.create_connection(("127.0.0.1", served.port), timeout=10, source_address=("127.0.0.2", 0))
    halves += [opened(served.port, b"GET / HTTP/1.1\r\n") for _ in range(400)]
    other.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert b"200 OK" in other.recv(4000)
    for half in (*halves, other):
        half.close()
    assert Client(served.port).get("/")[0] == 200


def test_a_web_socket_is_no_way_in(served):
    status, _ = served.client().get(
        "/events/teacher", Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==",
        Sec_WebSocket_Version="13",
    )  # fmt: skip
    assert status == 401
