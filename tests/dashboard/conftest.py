"""A server with the application, and a browser whose pages may talk to it and to nobody else."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


class LeftOut(pytest.Module):
    """A file of tests that cannot be read without solara. Skipping in this file would end pytest in a traceback."""

    def collect(self) -> Any:
        """Skip the file."""
        pytest.skip("solara is not installed (extra dashboard)", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> Any:
    """Leave out every file here where solara is missing."""
    return LeftOut.from_parent(parent, path=module_path) if importlib.util.find_spec("solara") is None else None


ROOT = Path(__file__).resolve().parents[2]
# A template of Solara's own is in an old form; the browser is told so and goes on.
HARMLESS = ("Failed to evaluate Vue script", "WebGL", "GPU stall")


def start(*sources: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server on a free port, wait until it answers, and return it with its address."""
    from comity_dashboard.serving import environment

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = environment(sources)
    env["PYTHONPATH"] = os.pathsep.join(str(ROOT / name) for name in ("model", "experiments", "dashboards"))
    words = [sys.executable, "-m", "solara", "run", "comity_dashboard.app", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen([*words, "--no-open", "--production"], env=env, stdout=subprocess.DEVNULL, cwd=ROOT)
    for _ in range(900):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return server, f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    server.terminate()
    raise RuntimeError("the server did not answer")


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of a running application."""
    server, url = start()
    yield url
    server.terminate()
    server.wait(10)


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Open a page as a new visitor; whatever goes wrong in any page that was opened fails the test at its end."""
    wrong: list[str] = []
    contexts: list[Any] = []

    def listen(page: Any) -> None:
        def said(message: Any) -> None:
            if message.type in ("error", "warning") and not any(text in message.text for text in HARMLESS):
                wrong.append(f"console: {message.text}")

        def asked(request: Any) -> None:
            if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
                wrong.append(f"request outside: {request.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
        page.on("request", asked)
        page.on("response", lambda answer: answer.status >= 400 and wrong.append(f"{answer.status}: {answer.url}"))

    def go(path: str = "/", wait: str = ".comity-page") -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        listen(page)
        page.goto(address + path)
        page.wait_for_selector(wait)
        return page

    yield go
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)
