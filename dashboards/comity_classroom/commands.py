"""The commands for teaching: lessons, the teacher's pack, and the classroom."""

from __future__ import annotations

import typer

from comity_classroom.server.commands import mount as mount_room
from comity_classroom.teaching_commands import mount_teaching

__all__ = ["mount"]


def mount(app: typer.Typer) -> None:
    """Add the commands to the command line, once."""
    mount_teaching(app)
    mount_room(app)
