"""The commands in their panels, and their former names. Only typer is imported here."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

__all__ = ["Commands", "arrange"]

_PANELS = {
    "One run": ("run", "rerun", "bundle", "explain", "describe"),
    "Many runs": ("sweep", "whatif", "compare"),
    "Evidence": ("score", "speech", "audit", "calibrate", "estimate-vote", "forecast-vote"),
    "Application and seminar": ("dashboard", "export", "lesson", "teach", "classroom"),
    "Reference and setup": ("new", "scenarios", "parameters", "dictionary", "mechanism", "odd", "schema", "compile"),
}
"""Panels of ``comity --help``, and their commands, in the order shown."""

_MOVED = {name: ("sweep", name) for name in ("means", "differences", "sensitivity", "plan", "report")}
"""Former names of commands, which still work."""


class Commands(TyperGroup):
    """The commands, in the order of their panels, and their former names."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # by version
        """Return the names in the order of the panels."""
        order = [name for names in _PANELS.values() for name in names]
        return sorted(self.commands, key=lambda name: order.index(name) if name in order else len(order))

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]  # by version
        """Return the command that the words name; a former name is replaced, with a note."""
        if new := _MOVED.get(args[0]):
            typer.echo(f"comity: note: 'comity {args[0]}' is now 'comity {' '.join(new)}'.", err=True)
            args = [*new, *args[1:]]
        return super().resolve_command(ctx, args)


def arrange(app: typer.Typer) -> None:
    """Put every command into its panel."""
    panels = {name: panel for panel, names in _PANELS.items() for name in names}
    for command in app.registered_commands:
        command.rich_help_panel = panels[
            str(command.name or getattr(command.callback, "__name__", "")).replace("_", "-")
        ]
    for group in app.registered_groups:
        group.rich_help_panel = panels[str(group.name)]
