"""Pages: templates filled with the values of a view. All values are escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from comity_classroom.briefs import brief_of
from comity_classroom.briefs.brief import Brief
from comity_classroom.pack import role_sheet_html
from comity_classroom.phrases import Phrases, languages
from comity_classroom.server.context import PageContext

__all__ = ["Pages"]


@cache
def _templates() -> Environment:
    """Return the templates, which all classrooms of this process share: to compile them takes longer than a page."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["json"] = lambda value: json.dumps(value, separators=(",", ":"))
    return templates


class Pages:
    """Filled templates, and a cache of role sheets."""

    def __init__(self) -> None:
        self._sheets: dict[tuple[str, str], Markup] = {}
        self._briefs: dict[tuple[str, str], Brief] = {}

    def answer(self, template: str, phrases: Phrases, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a whole page in a language."""
        return HTMLResponse(self._text(template, phrases, values), status)

    def part(self, template: str, phrases: Phrases, values: Mapping[str, Any]) -> HTMLResponse:
        """Return the variable part of a page, with its version."""
        text = self._text(template, phrases, values)
        return HTMLResponse(text, headers={"X-Version": values["version"], "X-Stop": values["stop_version"]})

    def _text(self, template: str, phrases: Phrases, values: Mapping[str, Any]) -> bytes:
        words = {"phrases": phrases, "say": phrases.say, "named": phrases.name, "languages": languages()}
        # A ledger may hold characters that cannot be encoded. They are replaced, so that the page still works.
        return _templates().get_template(template).render(**words, **values).encode(errors="replace")

    def message(
        self, phrases: Phrases, heading: str, text: str, *, status: int = 200, link: str = "", link_text: str = ""
    ) -> HTMLResponse:
        """Return a page with one message."""
        values = {"title": heading, "heading": heading, "text": text, "link": link, "link_text": link_text}
        return self.answer("message.html", phrases, status=status, **values)

    def brief(self, context: PageContext, seat: str) -> Brief:
        """Return the brief of a seat. It depends on scenario and language alone, and is cached."""
        key = (context.phrases.language, seat)
        if key not in self._briefs:
            self._briefs[key] = brief_of(context.stop.scenario, seat, context.phrases.language)
        return self._briefs[key]

    def role_sheet(self, context: PageContext, seat: str) -> Markup:
        """Return the role sheet of a seat. It depends on scenario and language alone, and is cached."""
        key = (context.phrases.language, seat)
        if key not in self._sheets:
            self._sheets[key] = Markup(role_sheet_html(self.brief(context, seat)))
        return self._sheets[key]
