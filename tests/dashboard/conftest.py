"""A server with the application, and a browser whose pages may talk to it and to nobody else."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Served:
    """A running command: its origin, such as http://127.0.0.1:8800, and the token of the address that it printed."""

    process: subprocess.Popen[str]
    origin: str
    token: str

    def door(self, path: str = "/") -> str:
        """Return the address of a page with the token in it."""
        return f"{self.origin}{path}{'&' if '?' in path else '?'}token={self.token}"


def start(*words: str, cwd: Path = ROOT) -> Served:
    """Start the command and return what it printed."""
    path = os.pathsep.join(str(ROOT / name) for name in ("model", "experiments", "dashboards"))
    command = [sys.executable, "-m", "comity.cli", "dashboard", *words]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        cwd=cwd,
    )  # fmt: skip
    assert process.stdout is not None
    found = re.search(r"(http://\S+)/\?token=(\S+)", process.stdout.readline())
    if found is None:
        process.terminate()
        raise RuntimeError("the command printed no address")
    return Served(process, found[1], found[2])


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a running application, with a posterior of two draws for the scenario teaching."""
    file = tmp_path_factory.mktemp("posterior") / "posterior.csv"
    file.write_text("# scenario: teaching until 2008, none\ntrust_learning\n0.2\n2.0\n", encoding="utf-8")
    found = start("--posterior", str(file))
    yield found
    found.process.terminate()
    found.process.wait(20)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Served]:
    """Return another running application, with a token of its own."""
    found = start()
    yield found
    found.process.terminate()
    found.process.wait(20)


@pytest.fixture(scope="session")
def address(served: Served) -> str:
    """Origin of a running application."""
    return served.origin


@pytest.fixture
def visit(browser: Any, served: Served) -> Iterator[Callable[..., Any]]:
    """Open a page as a new visitor; whatever goes wrong in any page that was opened fails the test at its end."""
    wrong: list[str] = []
    address = served.origin
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
        page.goto(served.door(path))
        page.wait_for_selector(wait)
        return page

    yield go
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)
