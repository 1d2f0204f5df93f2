"""Serving a room: opening or resuming it, its addresses, and an end that says how to go on."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import signal
import socket
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import typer

from comity.commands.extras import needs
from comity.errors import InputError

if TYPE_CHECKING:
    from comity_classroom.room.classroom import Classroom

__all__ = ["Front", "open_room", "serve"]

_LOCAL = ("127.0.0.1", "localhost", "::1")
_THREADS = 4
"""That work at a time. Only one of them computes, and each keeps memory for itself that it has used once."""


class Front(NamedTuple):
    """What stands before the server.

    ``address`` is what the class uses, such as that of a proxy; None: that of this machine. ``proxy`` is the address of
    a proxy whose ``X-Forwarded-For`` is believed; None: nobody's is.
    """

    address: str | None
    proxy: str | None


def serve(
    source: str, *, host: str, port: int | None, seed: int | None, folder: Path | None, seats: str | None, grace: float,
    front: Front,
) -> int:  # fmt: skip
    """Serve a room until it is interrupted, and return the exit status.

    Parameters
    ----------
    source
        A scenario, for a new room; or the folder of a room, which is taken up where it stopped.
    host, port
        Address to listen on; port None: a free one.
    seed, folder, seats
        Of a new room; None: 0, a folder named after the scenario and the day, a choice of seats.
    grace
        Seconds after which the model plays for somebody who is not heard of.
    front
        What stands before the server.
    """
    needs("classroom", "classroom", "starlette", "uvicorn", "segno", "limits")
    if not 5 <= grace <= 3600:
        raise InputError(f"--grace must be from 5 to 3600 seconds, got {grace:g}. Leave it out for 60.")
    if port is not None and not 1 <= port <= 65535:
        raise InputError(f"--port must be from 1 to 65535, got {port}. Leave it out to get a free one.")
    _check_front(front)
    listener = _listen(host, port)
    try:
        room = open_room(source, seed=seed, folder=folder, seats=seats, grace=grace)
    except BaseException:
        listener.close()
        raise
    try:
        asyncio.run(_run(room, host, listener, front))
    finally:
        listener.close()
        room.close_files()
        if room.state.is_closed:
            typer.echo(f"\nThe room is closed. What was played is in {room.folder}.")
        else:
            typer.echo(f"\nThe room is kept. Go on with:  comity classroom {room.folder}")
    return 0


def open_room(source: str, *, seed: int | None, folder: Path | None, seats: str | None, grace: float) -> Classroom:
    """Open a new room, or take up one that there is."""
    from comity.forum.calendar import Calendar
    from comity.scenario.loading import load
    from comity_classroom.bounds import check_texts
    from comity_classroom.room.classroom import Classroom, is_room
    from comity_classroom.room.head import FILE as HEAD
    from comity_classroom.room.seats import default_seats, read_seats

    if is_room(Path(source)):
        for name, value in (("--seed", seed), ("--folder", folder), ("--seats", seats)):
            if value is not None:
                raise InputError(f"{name} must not be given for a room that there is, got {value}. Leave it out.")
        room = Classroom(Path(source), grace=grace)
        if room.ledger.cut is not None:
            why = (
                "it had been written and counted, so that the disk or a copy is damaged, and it is lost"
                if room.ledger.cut_counted
                else "it was being written when the server ended, and did not count"
            )
            typer.echo(f"The last entry of the ledger was cut in the middle: {why}. It is kept in {room.ledger.cut}.")
        if not room.ledger.has_head:
            typer.echo(f"There is no {HEAD} that can be read: entries missing at its end would not be noticed.")
        typer.echo(f"Going on in {source}: {len(room.state.people)} people, {len(room.state.seats)} seats taken.")
        return room
    scenario = load(source)
    actors = Calendar(scenario, seed=seed or 0, keep="meetings").population.actors
    check_texts(scenario, actors)
    offered = default_seats(scenario, actors) if seats is None else read_seats(seats, actors)
    where = folder if folder is not None else _new_folder(scenario.name or "room")
    return Classroom.open(where, scenario, seed=seed or 0, seats=offered, grace=grace)


async def _run(room: Classroom, host: str, listener: socket.socket, front: Front) -> None:
    import anyio.to_thread
    import uvicorn

    from comity_classroom.room.errors import keeping
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
    with keeping(room.secrets.path):
        teacher, code = room.secrets.new_teacher(), room.secrets.new_join_code()
    app = App(room, join_address=join, join_code=code, is_local=is_local, names=_names(host, address))
    server = uvicorn.Server(configured(app.starlette, proxy=proxy))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        app.hub.end()
        server.should_exit = True

    # Uvicorn would wait for pages that listen; told first, they go by themselves.
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(name, stop)
    typer.echo(f"Teacher:   {address or f'http://{_in_address(own)}:{port}/'}teacher/{teacher}")
    typer.echo(f"Students:  {join}   join code {code}")
    if is_local:
        typer.echo("Only this machine can reach it. To let a class in: --host 0.0.0.0")
    else:
        sent = "" if join.startswith("https://") else ", and what is sent is not encrypted"
        typer.echo(
            f"Warning: everybody on this network can reach the join page{sent}. Keep the teacher's address to yourself."
        )
    typer.echo(f"The room is kept in {room.folder}. Ctrl-C ends the server; the same command with that folder goes on.")
    await server.serve(sockets=[listener])


def _listen(host: str, port: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    if sys.platform == "win32":
        # There SO_REUSEADDR lets a second server take a port that the first one serves.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port or 0))
        listener.listen(256)  # who comes before the server answers waits, instead of being turned away
    except OSError as error:
        listener.close()
        raise InputError(
            f"--host and --port must be an address of this machine that is free, got {host} and {port or 'any'}: "
            f"{error.strerror or error}. Choose another one."
        ) from None
    return listener


def _check_front(front: Front) -> None:
    """Check what is said of the way in from outside, or raise InputError."""
    address, proxy = front
    if address is not None and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/", address):
        raise InputError(
            f"--address must be like https://class.example.org/, with a slash at its end and no path, got {address!r}. "
            "Leave it out where no proxy stands in front."
        )
    if proxy is not None:
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            raise InputError(
                f"--proxy must be the address of one machine, such as 127.0.0.1, got {proxy!r}. Leave it out where no "
                "proxy stands in front."
            ) from None


def _names(host: str, address: str | None) -> frozenset[str]:
    """Return the names by which a room may be asked for: those of this machine, and those that were named."""
    own = socket.gethostname().lower()
    first = own.partition(".")[0]
    named = urlsplit(address).hostname or "" if address else ""
    return frozenset({own, first, f"{first}.local", host.lower(), named} - {""})


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _allow_many_files() -> None:
    """Let this process have as many connections as it serves, where the system starts it with fewer."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 4096 if hard == resource.RLIM_INFINITY else min(hard, 4096)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _network_address() -> str:
    """Return the address of this machine in its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _new_folder(name: str) -> Path:
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "room"
    base = f"classroom-{plain}-{date.today().isoformat()}"
    number, folder = 1, Path(base)
    while folder.exists():
        number += 1
        folder = Path(f"{base}-{number}")
    return folder
