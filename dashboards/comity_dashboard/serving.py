"""Serving the application behind the guard, in production mode, without telemetry."""

from __future__ import annotations

import contextlib
import ctypes
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

from comity.errors import InputError
from comity.extras import needs
from comity.posterior import SHIPPED, read_posterior
from comity.scenario.locate import find_scenario
from comity_dashboard.access import POSTERIOR, SWEEPS, VARIABLE

__all__ = ["environment", "serve"]

_LOCAL = ("127.0.0.1", "localhost", "::1")
_MOST_BYTES = 2**20
"""Most bytes of a message from a page. The longest real ones have a few hundred."""
_M_ARENA_MAX = -8
"""Number of the option in malloc.h: the most pools."""


def serve(
    sources: tuple[str, ...],
    *,
    host: str,
    port: int | None,
    open_browser: bool,
    posterior: str = SHIPPED,
    sweeps: bool = False,
) -> int:
    """Print the address, serve the application, and return the exit status.

    Parameters
    ----------
    sources
        Scenarios and folders of records. Each must exist.
    host
        Address to listen on.
    port
        Port; None for a free one.
    open_browser
        Whether to open the address in a browser.
    posterior
        File of draws for bands over parameters.
    sweeps
        Whether visitors may start sweeps even where the server listens to other machines.

    Returns
    -------
    int
        Exit status; 130 if interrupted.

    Raises
    ------
    InputError
        If solara is missing, a source cannot be found, the posterior cannot be used, or the address is not free.
    """
    needs("dashboard", "dashboard", "solara", "starlette")
    for name in sources:
        if not Path(name).is_dir():
            find_scenario(name)
    if posterior != SHIPPED:
        read_posterior(posterior)
    if port is not None and not 1 <= port <= 65535:
        raise InputError(f"--port must be from 1 to 65535, got {port}. Leave it out to get a free one.")
    with _listening(host, port) as listener, _interrupted_by_a_signal():
        return _run(environment(sources, posterior, sweeps=sweeps or host in _LOCAL), host, listener, open_browser)


def environment(sources: tuple[str, ...] = (), posterior: str = SHIPPED, *, sweeps: bool = False) -> dict[str, str]:
    """Return the environment of the server: sources, posterior, sweeps, no telemetry, a new secret for cookies."""
    return {
        **os.environ,
        VARIABLE: json.dumps([str(Path(name).absolute()) if Path(name).exists() else name for name in sources]),
        POSTERIOR: posterior if posterior == SHIPPED else str(Path(posterior).absolute()),
        SWEEPS: "on" if sweeps else "",
        "SOLARA_APP": "comity_dashboard.solara_app",
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
        "SOLARA_THEME_SHOW_BANNER": "false",
        "SOLARA_ASSETS_EXTRA_LOCATIONS": "comity_dashboard.assets",  # not a path: commas separate them
        "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(16),
        "SOLARA_SESSION_HTTP_ONLY": "true",
        "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONWARNINGS": "ignore",
    }


def _run(settings: dict[str, str], host: str, listener: socket.socket, open_browser: bool) -> int:
    _share_pools()
    os.environ.update(settings)  # read by solara when it is imported
    warnings.simplefilter("ignore")
    for name in ("solara", "reacton"):
        logging.getLogger(name).setLevel(logging.ERROR)
    import uvicorn
    from solara.server.kernel_context import contexts
    from solara.server.starlette import app
    from starlette.routing import Route

    from comity_dashboard.app import PAGES
    from comity_dashboard.guard import TOKEN, Guard
    from comity_dashboard.packed import PATH, fetch
    from comity_dashboard.shell import dress

    _fetch_nothing(app)
    dress(app, {path: name for path, (name, _) in PAGES.items()})
    app.router.routes.insert(0, Route(PATH, fetch))
    token, port = secrets.token_urlsafe(32), listener.getsockname()[1]
    config = uvicorn.Config(
        Guard(app, token=token, host=host, port=port, n_pages=lambda: len(contexts)),
        log_level="error", access_log=False, server_header=False, proxy_headers=False, loop="asyncio", http="h11",
        h11_max_incomplete_event_size=65536, limit_concurrency=500, ws_max_size=_MOST_BYTES,
        ws_per_message_deflate=False,  # messages are small, and each page would hold a compressor
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    shown = _network_address() if host in ("0.0.0.0", "::") else host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/?{TOKEN}={token}"
    typer.echo(f"comity dashboard: {address}   (Ctrl-C stops it)")
    if host not in _LOCAL:
        typer.echo(
            "Warning: everybody on this network can reach it, and traffic is not encrypted. Whoever has the address "
            "can open files that you can read, and use this machine for runs. Keep the address secret.",
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


def _share_pools() -> None:
    """Let threads share the memory pools of glibc. Each visitor has a thread, and would keep the pool of past runs."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _fetch_nothing(app: Any) -> None:
    """Serve installed files only. Solara would download missing ones from the internet."""
    from solara.server.settings import assets
    from starlette.staticfiles import StaticFiles

    (route,) = (route for route in app.routes if getattr(route, "path", "") == "/_solara/cdn")
    route.app = StaticFiles(directory=assets.proxy_cache_dir, check_dir=False)


@contextlib.contextmanager
def _listening(host: str, port: int | None) -> Iterator[socket.socket]:
    """Yield a listening socket, so that early browsers wait for the server."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        if os.name != "nt":  # on Windows it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port or 0))
        except OSError as error:
            reason = error.strerror or str(error)
            if port is None:
                raise InputError(f"--host must be an address of this machine, got {host!r}: {reason}.") from None
            raise InputError(
                f"--port must be free, got {port} on {host}: {reason}. Leave it out to get a free one."
            ) from None
        listener.listen(256)
        yield listener


@contextlib.contextmanager
def _interrupted_by_a_signal() -> Iterator[None]:
    """Turn SIGTERM into an interrupt, like Ctrl-C, so that the server stops cleanly."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _network_address() -> str:
    """Return the network address of this machine, without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
