"""Serving a classroom: opening or resuming it, its addresses, and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import signal
import socket
import sys
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import typer

from comity.errors import InputError
from comity.extras import needs
from comity_classroom.server.opening import Wanted, open_classroom

if TYPE_CHECKING:
    from comity_classroom.core.classroom import Classroom

__all__ = ["Front", "serve"]

_LOCAL = ("127.0.0.1", "localhost", "::1")
_THREADS = 4
"""Worker threads. Python runs one at a time, and each keeps the memory that it has used once."""


class Front(NamedTuple):
    """The public side of the server.

    Attributes
    ----------
    address
        Address that the class uses, such as that of a proxy; None for that of this machine.
    proxy
        Address of a proxy whose ``X-Forwarded-For`` is trusted; None for no proxy.
    """

    address: str | None
    proxy: str | None


def serve(source: str, wanted: Wanted, *, host: str, port: int | None, grace: float, front: Front) -> int:
    """Serve a classroom until interrupted; return the exit status.

    Parameters
    ----------
    source
        A scenario for a new classroom, or the folder of a classroom to continue.
    wanted
        How a new classroom is held.
    host, port
        Address to listen on; None for a free port.
    grace
        Seconds without a sign of life after which the model plays a seat.
    front
        The public side of the server.
    """
    needs("classroom", "classroom", "starlette", "uvicorn", "segno", "limits")
    if not 5 <= grace <= 3600:
        raise InputError(f"--grace must be from 5 to 3600 seconds, got {grace:g}. Leave it out for 60.")
    if port is not None and not 1 <= port <= 65535:
        raise InputError(f"--port must be from 1 to 65535, got {port}. Leave it out to get a free one.")
    _check_front(front)
    listener = _listen(host, port)
    try:
        classroom = open_classroom(source, wanted, grace=grace)
    except BaseException:
        listener.close()
        raise
    try:
        asyncio.run(_run(classroom, host, listener, front))
    finally:
        listener.close()
        classroom.close_files()
        if classroom.state.is_closed:
            typer.echo(f"\nThe classroom is closed. Its record is in {classroom.folder}.")
        else:
            typer.echo(f"\nThe classroom is saved. To continue:  comity classroom {classroom.folder}")
    return 0


async def _run(classroom: Classroom, host: str, listener: socket.socket, front: Front) -> None:
    import anyio.to_thread
    import uvicorn

    from comity_classroom.core.errors import saving
    from comity_classroom.server.app import App
    from comity_classroom.server.connections import configured

    address, proxy = front
    _allow_many_files()
    anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
    port = listener.getsockname()[1]
    is_local = host in _LOCAL and address is None
    own = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    shown = _network_address() if host in ("0.0.0.0", "::") else host
    join = address or f"http://{_in_address(shown)}:{port}/"
    with saving(classroom.secrets.path):
        teacher, code = classroom.secrets.new_teacher(), classroom.secrets.new_join_code()
    app = App(classroom, join_address=join, join_code=code, is_local=is_local, names=_names(host, address))
    server = uvicorn.Server(configured(app.starlette, proxy=proxy))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        app.hub.end()
        server.should_exit = True

    # Uvicorn would wait for open streams; closed first, they end at once.
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(name, stop)
    typer.echo(f"Teacher:   {address or f'http://{_in_address(own)}:{port}/'}teacher/{teacher}")
    typer.echo(f"Students:  {join}   join code {code}")
    if is_local:
        typer.echo("Only this machine can reach it. For a class on the network, use --host 0.0.0.0.")
    else:
        sent = "" if join.startswith("https://") else ", and traffic is not encrypted"
        typer.echo(
            f"Warning: everybody on this network can reach the join page{sent}. Keep the teacher's address secret."
        )
    typer.echo(f"Saved in {classroom.folder}. Ctrl-C stops the server; comity classroom FOLDER continues.")
    await server.serve(sockets=[listener])


def _listen(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    if sys.platform == "win32":
        # On Windows, SO_REUSEADDR would let a second server take a port in use.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port or 0))
        listener.listen(256)  # early clients wait instead of being refused
    except OSError as error:
        listener.close()
        raise InputError(
            f"--host and --port must be a free address of this machine, got {host} and {port or 'any'}: "
            f"{error.strerror or error}. Choose another one."
        ) from None
    return listener


def _check_front(front: Front) -> None:
    """Check --address and --proxy, or raise InputError."""
    address, proxy = front
    if address is not None and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/", address):
        raise InputError(
            f"--address must look like https://class.example.org/, with a final slash and no path, got {address!r}. "
            "Leave it out if there is no proxy."
        )
    if proxy is not None:
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            raise InputError(
                f"--proxy must be the address of one machine, such as 127.0.0.1, got {proxy!r}. "
                "Leave it out if there is no proxy."
            ) from None


def _names(host: str, address: str | None) -> frozenset[str]:
    """Return the accepted host names: those of this machine, and those from the options."""
    own = socket.gethostname().lower()
    first = own.partition(".")[0]
    named = urlsplit(address).hostname or "" if address else ""
    return frozenset({own, first, f"{first}.local", host.lower(), named} - {""})


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _allow_many_files() -> None:
    """Raise the limit of open files of this process to the number of connections that it serves."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 4096 if hard == resource.RLIM_INFINITY else min(hard, 4096)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _network_address() -> str:
    """Return the network address of this machine, without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
