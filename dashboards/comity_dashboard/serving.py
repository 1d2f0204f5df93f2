"""Serving the application: on this machine only, in the form for use, without telemetry."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

import typer

from comity.commands.extras import needs
from comity.errors import InputError
from comity.scenario.locate import find_scenario
from comity_dashboard.opening import VARIABLE

__all__ = ["environment", "serve"]

_HOST = "127.0.0.1"


def serve(sources: tuple[str, ...], *, port: int | None, open_browser: bool) -> int:
    """Start the server, print its address when it answers, and wait until it ends.

    Parameters
    ----------
    sources
        Scenarios and folders of records; each is looked for before anything starts.
    port
        Port; None: a free one.
    open_browser
        Whether to open the address.

    Returns
    -------
    int
        Exit status: that of the server, 130 when interrupted.
    """
    needs("dashboard", "dashboard", "solara", "starlette")
    for name in sources:
        if not Path(name).is_dir():
            find_scenario(name)
    chosen = _free_port() if port is None else _checked(port)
    address = f"http://{_HOST}:{chosen}/"
    words = [sys.executable, "-m", "solara", "run", "comity_dashboard.served", "--host", _HOST, "--port", str(chosen)]
    server = subprocess.Popen(
        [*words, "--no-open", "--production"], env=environment(sources), stdout=subprocess.DEVNULL
    )
    threading.Thread(target=_announce, args=(server, chosen, address, open_browser), daemon=True).start()
    # Ended by a signal, this process would leave the server behind: the signal becomes an interrupt, as Ctrl-C is.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return server.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)
        server.terminate()
        server.wait(10)


def environment(sources: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the environment of the server: what to open, no telemetry, a secret of its own for the cookies."""
    return {
        **os.environ,
        VARIABLE: json.dumps([str(Path(name).absolute()) if Path(name).exists() else name for name in sources]),
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
        "SOLARA_THEME_SHOW_BANNER": "false",
        "SOLARA_ASSETS_EXTRA_LOCATIONS": "comity_dashboard.assets",  # a path could hold a comma, which separates them
        "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(16),
        "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONWARNINGS": "ignore",
    }


def _announce(server: subprocess.Popen[bytes], port: int, address: str, open_browser: bool) -> None:
    while not _answers(port):
        if server.poll() is not None:
            return
        time.sleep(0.1)
    typer.echo(f"comity dashboard: {address}   (Ctrl-C ends it)")
    if open_browser:
        webbrowser.open(address)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((_HOST, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _checked(port: int) -> int:
    if not 1 <= port <= 65535:
        raise InputError(f"--port must be from 1 to 65535, got {port}. Leave it out to get a free one.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise InputError(f"--port must be free, but {port} is taken. Leave it out to get a free one.") from None
    return port
