"""Serving a classroom: opening or resuming it, its addresses, and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import signal
import socket
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import typer

from comity.errors import InputError
from comity.extras import needs
from comity_classroom.server.opening import Wanted, open_source

if TYPE_CHECKING:
    from comity_classroom.core.classroom import Classroom
    from comity_classroom.seminar.session import LessonClass
    from comity_classroom.server.desk import Desk
    from comity_classroom.server.shelf import Shelf

__all__ = ["CLASSES", "Front", "serve"]

CLASSES = "comity-classes"
"""Folder of the classes of the start page, in the home folder."""
_PORT = 8000
"""Port for a network, if it is free: it has to be typed from a projector."""

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


def serve(
    source: str | None,
    wanted: Wanted,
    *,
    host: str,
    port: int | None,
    grace: float,
    front: Front,
    is_shown: bool = False,
) -> int:
    """Serve a classroom, or the start page, until interrupted; return the exit status.

    Parameters
    ----------
    source
        A scenario for a new classroom, or the folder of a classroom to continue; None for the start page.
    wanted
        How a new classroom is held. For the start page, its folder is that of all classes.
    host, port
        Address to listen on; None for port 8000 if the network is served and the port is free, else for a free one.
    grace
        Seconds without a sign of life after which the model plays a seat.
    front
        The public side of the server.
    is_shown
        Whether to open the teacher's address in a browser.
    """
    needs("classroom", "classroom", "starlette", "uvicorn", "segno", "limits")
    if not 5 <= grace <= 3600:
        raise InputError(f"--grace must be from 5 to 3600 seconds, got {grace:g}. Leave it out for 60.")
    if port is not None and not 1 <= port <= 65535:
        raise InputError(f"--port must be from 1 to 65535, got {port}. Leave it out to get a free one.")
    _check_front(front)
    listener = _listen(host, port)
    held: Classroom | LessonClass | None = None
    shelf: Shelf | None = None
    try:
        if source is None:
            from comity_classroom.server.shelf import Shelf

            shelf = Shelf(wanted.folder or Path.home() / CLASSES)
        else:
            held = open_source(source, wanted, grace=grace)
    except BaseException:
        listener.close()
        raise
    try:
        asyncio.run(_run(held, shelf, host, listener, front, grace, is_shown))
    finally:
        listener.close()
        if held is not None:
            held.close_files()
    return 0


async def _run(
    held: Classroom | LessonClass | None, shelf: Shelf | None, host: str, listener: socket.socket, front: Front,
    grace: float, is_shown: bool,
) -> None:  # fmt: skip
    import anyio.to_thread
    import uvicorn

    from comity_classroom.server.connections import configured
    from comity_classroom.server.desk import Addresses, Desk
    from comity_classroom.server.guard import Hosts
    from comity_classroom.server.wishes import offers

    address, proxy = front
    _allow_many_files()
    anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
    port = listener.getsockname()[1]
    is_local = host in _LOCAL and address is None
    own = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    shown = _network_address() if host in ("0.0.0.0", "::") else host
    join = address or f"http://{_in_address(shown)}:{port}/"
    hosts = Hosts(is_local=is_local, names=_names(host, address))
    desk = Desk(Addresses(join, address or f"http://{_in_address(own)}:{port}/", hosts), shelf, grace)
    server = uvicorn.Server(configured(desk, proxy=proxy))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        desk.end_streams()
        server.should_exit = True

    # Uvicorn would wait for open streams; closed first, they end at once.
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(name, stop)
    ahead = None
    if held is not None:
        page = f"teacher/{desk.show(held)}"
    else:
        assert desk.start is not None
        page = f"start/{desk.start.new_secret()}"
        ahead = loop.run_in_executor(None, offers)  # it takes seconds, and the start page shows them
        typer.echo(f"Start page:  {desk.addresses.own}{page}")
    if is_local:
        typer.echo("Only this machine can reach it. For a class on the network, use --host 0.0.0.0.")
    else:
        sent = "" if join.startswith("https://") else ", and traffic is not encrypted"
        typer.echo(
            f"Warning: everybody on this network can reach the join page{sent}. Keep the teacher's address secret."
        )
    if held is not None:
        typer.echo(f"Saved in {held.folder}. Ctrl-C stops the server; comity classroom FOLDER continues.")
    elif shelf is not None:
        typer.echo(f"Classes are kept in {shelf.folder}. Ctrl-C stops the server; comity classroom shows them again.")
    if is_shown:
        webbrowser.open(f"{desk.addresses.own}{page}")
    try:
        await server.serve(sockets=[listener])
    finally:
        if ahead is not None:
            await asyncio.wait([ahead])
        await desk.runner.end()
        _say_what_is_left(desk)
        desk.put_away()


def _say_what_is_left(desk: Desk) -> None:
    if desk.folder is not None and desk.is_closed:
        typer.echo(f"\nThe classroom is closed. Its record is in {desk.folder}.")
    elif desk.folder is not None:
        typer.echo(f"\nThe classroom is saved. To continue:  comity classroom {desk.folder}")


def _listen(host: str, port: int | None) -> socket.socket:
    if port is None and host not in _LOCAL:
        with contextlib.suppress(InputError):
            return _bound(host, _PORT)
    return _bound(host, port)


def _bound(host: str, port: int | None) -> socket.socket:
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
