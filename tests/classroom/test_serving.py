"""Serving: the port, the addresses that are believed and shown, and what a proxy may say."""

from __future__ import annotations

import http.client
import re
import socket
import sys

import pytest
from tests.classroom.conftest import Client
from tests.classroom.test_killed import start

from comity.cli import main
from comity_classroom.server import serving
from comity_classroom.server.limits import network_of


class Recorder:
    """A socket that notes its options."""

    def __init__(self, family: int) -> None:
        self.options: list[tuple[int, int, int]] = []

    def setsockopt(self, *option: int) -> None:
        self.options.append(option)

    def bind(self, address: object) -> None: ...
    def listen(self, backlog: int) -> None: ...


@pytest.mark.parametrize(
    ("platform", "option"), [("win32", 7), ("linux", socket.SO_REUSEADDR), ("darwin", socket.SO_REUSEADDR)]
)
def test_no_second_server_takes_the_port(monkeypatch, platform, option):
    """On Windows SO_REUSEADDR lets it; there the port is asked for exclusively."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", 7, raising=False)
    monkeypatch.setattr(socket, "socket", Recorder)
    assert serving._listen("127.0.0.1", 8000).options == [(socket.SOL_SOCKET, option, 1)]


def test_a_port_in_use_is_one_line(capsys, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["classroom", "teaching", "--port", str(port), "--folder", str(tmp_path / "classroom")]) == 2
    told = capsys.readouterr().err.strip()
    assert re.search(rf"--host and --port must be a free address of this machine, got 127\.0\.0\.1 and {port}", told)
    assert "Traceback" not in told
    assert not (tmp_path / "classroom").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--address", "class.example"], "--address must look like https://class.example.org/"),
        (["--address", "https://class.example/path"], "with a final slash and no path"),
        (["--address", "javascript://x/"], "--address must look like"),
        (["--proxy", "*"], "--proxy must be the address of one machine"),
        (["--proxy", "10.0.0.0/8"], "--proxy must be the address of one machine"),
        (["--proxy", "proxy.example"], "--proxy must be the address of one machine"),
    ],
)
def test_wrong_words_about_the_way_in(words, told, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["classroom", "teaching", *words]) == 2
    assert told in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


def wrong_codes(port, n):
    return [
        Client(port).post("/join", {"code": f"AAAA{k:04}", "name": "X"}, X_Forwarded_For=f"192.0.2.{k}")[0]
        for k in range(n)
    ]


@pytest.mark.parametrize(
    ("words", "last"), [([], 429), (["--proxy", "127.0.0.1"], 403), (["--proxy", "192.0.2.200"], 429)]
)
def test_only_a_proxy_that_is_named_is_believed(tmp_path, monkeypatch, words, last):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # the environment makes no proxy
    process, port, _, _ = start("teaching", "--folder", tmp_path / "classroom", *words)
    try:
        assert wrong_codes(port, 42)[-1] == last
    finally:
        process.terminate()
        process.communicate(timeout=15)


def test_a_secret_goes_over_an_encrypted_way_only_where_there_is_one(served):
    client = served.client()
    client.get(f"/teacher/{served.secret}", X_Forwarded_Proto="https")
    assert "secure" not in client.headers["set-cookie"].lower(), "what nobody vouches for is not believed"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"), ("::ffff:192.0.2.7", "192.0.2.7"), ("", ""), ("nonsense", "nonsense"),
    ],
)  # fmt: skip
def test_a_machine_with_many_addresses_counts_once(address, network):
    assert network_of(address) == network


def test_an_address_of_the_new_kind_is_shown_so_that_it_can_be_opened():
    assert serving._in_address("::1") == "[::1]"
    assert serving._in_address("127.0.0.1") == "127.0.0.1"
    assert {"class.example", "localhost"} - serving._names("127.0.0.1", "https://class.example/") == {"localhost"}


def test_who_closes_a_connection_at_once_leaves_nothing(served):
    for _ in range(50):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
        connection.request("GET", "/")
        connection.close()
    assert served.client().get("/")[0] == 200
