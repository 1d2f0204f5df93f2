"""Serving the application: behind the guard, in the form for use, without telemetry."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import signal
import socket
import sys
import warnings
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from comity.commands.extras import needs
from comity.errors import InputError
from comity.scenario.locate import find_scenario
from comity_dashboard.opening import VARIABLE

__all__ = ["environment", "serve"]

_LOCAL = ("127.0.0.1", "localhost", "::1")
_MOST_BYTES = 2**20
"""Of one message of a page; the longest say which slider stands where, some hundred bytes."""


def serve(sources: tuple[str, ...], *, host: str, port: int | None, open_browser: bool) -> int:
    """Print the address, serve it, and return the exit status when the server ends.

    Parameters
    ----------
    sources
        Scenarios and folders of records; each is looked for before anything starts.
    host
        Address to listen on.
    port
        Port; None: a free one.
    open_browser
        Whether to open the address.

    Returns
    -------
    int
        Exit status: 130 when interrupted.

    Raises
    ------
    InputError
        Where solara is missing, a source cannot be found, or the address is not free.
    """
    needs("dashboard", "dashboard", "solara", "starlette")
    for name in sources:
        if not Path(name).is_dir():
            find_scenario(name)
    if port is not None and not 1 <= port <= 65535:
        raise InputError(f"--port must be from 1 to 65535, got {port}. Leave it out to get a free one.")
    with _listening(host, port) as listener, _interrupted_by_a_signal():
        return _run(sources, host, listener, open_browser)


def environment(sources: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the environment of the server: what to open, no telemetry, a secret of its own for the cookies."""
    return {
        **os.environ,
        VARIABLE: json.dumps([str(Path(name).absolute()) if Path(name).exists() else name for name in sources]),
        "SOLARA_APP": "comity_dashboard.served",
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
        "SOLARA_THEME_SHOW_BANNER": "false",
        "SOLARA_ASSETS_EXTRA_LOCATIONS": "comity_dashboard.assets",  # a path could hold a comma, which separates them
        "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(16),
        "SOLARA_SESSION_HTTP_ONLY": "true",
        "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONWARNINGS": "ignore",
    }


def _run(sources: tuple[str, ...], host: str, listener: socket.socket, open_browser: bool) -> int:
    os.environ.update(environment(sources))  # read by solara when it is imported
    warnings.simplefilter("ignore")
    for name in ("solara", "reacton"):
        logging.getLogger(name).setLevel(logging.ERROR)
    import uvicorn
    from solara.server.kernel_context import contexts
    from solara.server.starlette import app

    from comity_dashboard.guard import TOKEN, Guard

    _fetch_nothing(app)
    token, port = secrets.token_urlsafe(32), listener.getsockname()[1]
    config = uvicorn.Config(
        Guard(app, token=token, host=host, port=port, n_pages=lambda: len(contexts)),
        log_level="error", access_log=False, server_header=False, proxy_headers=False, loop="asyncio", http="h11",
        h11_max_incomplete_event_size=65536, limit_concurrency=500, ws_max_size=_MOST_BYTES,
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    shown = _network_address() if host in ("0.0.0.0", "::") else host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/?{TOKEN}={token}"
    typer.echo(f"comity dashboard: {address}   (Ctrl-C ends it)")
    if host not in _LOCAL:
        typer.echo(
            "Warning: everybody on this network can reach it, and what is sent is not encrypted. Whoever has the "
            "address can open files that you can read, and compute on this machine: keep it to yourself.",
            err=True,
        )
    if open_browser:
        webbrowser.open(address)
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return 130
    return 0 if server.started else 1


def _fetch_nothing(app: Any) -> None:
    """Serve installed files only: Solara would load one that is missing from the internet, and keep it."""
    from solara.server.settings import assets
    from starlette.staticfiles import StaticFiles

    (route,) = (route for route in app.routes if getattr(route, "path", "") == "/_solara/cdn")
    route.app = StaticFiles(directory=assets.proxy_cache_dir, check_dir=False)


@contextlib.contextmanager
def _listening(host: str, port: int | None) -> Iterator[socket.socket]:
    """Yield a socket that listens, so that a browser that comes before the server waits."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        if os.name != "nt":  # where it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port or 0))
        except OSError as error:
            reason = error.strerror or str(error)
            if port is None:
                raise InputError(f"--host must be an address of this machine, got {host!r}: {reason}.") from None
            raise InputError(
                f"--port must be free, but {port} is taken on {host}: {reason}. Leave it out to get a free one."
            ) from None
        listener.listen(256)
        yield listener


@contextlib.contextmanager
def _interrupted_by_a_signal() -> Iterator[None]:
    """Make an interrupt, as Ctrl-C is, of the signal that ends a process, so that the server ends in good order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _network_address() -> str:
    """Return the address of this machine in its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
