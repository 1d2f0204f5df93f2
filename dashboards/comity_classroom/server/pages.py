"""Pages: templates filled with what a view found; everything that is filled in is escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from comity_classroom.briefs import brief_of
from comity_classroom.pack import role_sheet_html
from comity_classroom.server.look import Look

__all__ = ["Pages"]


class Pages:
    """The templates, and the role sheets that were written."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["json"] = lambda value: json.dumps(value, separators=(",", ":"))
        self._sheets: dict[tuple[int, str], Markup] = {}

    def answer(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a whole page."""
        return HTMLResponse(self._text(template, values), status)

    def part(self, template: str, values: Mapping[str, Any]) -> HTMLResponse:
        """Return the part of a page that changes, with its version."""
        text = self._text(template, values)
        return HTMLResponse(text, headers={"X-Version": values["version"], "X-Stop": values["stop_version"]})

    def _text(self, template: str, values: Mapping[str, Any]) -> bytes:
        # A ledger can hold text that no page can; one sign is replaced then, and the page is there.
        return self._templates.get_template(template).render(**values).encode(errors="replace")

    def message(
        self, heading: str, text: str, *, status: int = 200, link: str = "", link_text: str = ""
    ) -> HTMLResponse:
        """Return a page that says one thing."""
        return self.answer(
            "message.html", status=status, title=heading, heading=heading, text=text, link=link, link_text=link_text
        )

    def role_sheet(self, look: Look, seat: str) -> Markup:
        """Return the role sheet of a seat, as the room was opened; it stays the same whatever is played."""
        key = (id(look.room), seat)
        if key not in self._sheets:
            self._sheets[key] = Markup(role_sheet_html(brief_of(look.stop.scenario, seat)))
        return self._sheets[key]
