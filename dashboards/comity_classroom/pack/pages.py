"""Pages: the templates of a language, filled. Everything that is filled in is escaped."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import jinja2

from comity.errors import InputError
from comity_classroom.briefs.brief import Brief
from comity_classroom.phrases import Phrases, load_phrases, text_folder

__all__ = ["render", "role_sheet_css", "role_sheet_html"]


def role_sheet_html(brief: Brief, language: str | Path | None = None) -> str:
    """Return one role sheet as a piece of HTML, an ``<article class="role-sheet">``, without head or style.

    Parameters
    ----------
    brief
        From :func:`comity_classroom.briefs.brief_of`.
    language
        The language in which the brief was written; None, or the same.

    Raises
    ------
    InputError
        For another language than that of the brief: its sentences would be mixed.
    """
    if language is not None and load_phrases(language).folder != brief.phrases.folder:
        raise InputError(
            f"role sheet: 'language' must be {brief.phrases.language!r}, in which the brief is written, "
            f"got {str(language)!r}. Write the brief in it: brief_of(scenario, actor, language)."
        )
    return render(brief.phrases, "role_sheet.html", brief=brief)


def role_sheet_css() -> str:
    """Return the style of a role sheet, for a page that shows one; all of it is below ``.role-sheet``."""
    return (text_folder() / "role_sheet.css").read_text(encoding="utf-8")


def render(phrases: Phrases, template: str, **values: Any) -> str:
    """Return a template of a language filled with values; ``say``, ``number`` and ``lang`` are there in each.

    Raises
    ------
    InputError
        If the folder has no such template, or it is wrong: an unknown value, or bad syntax.
    """
    try:
        page = _environment(phrases.folder).get_template(template)
        return page.render(say=phrases.say, number=phrases.number, lang=phrases.language, **values)
    except jinja2.TemplateNotFound as error:
        raise InputError(
            f"{phrases.folder}: template {error.name!r} is missing. Copy it from the folder 'en'."
        ) from None
    except jinja2.TemplateError as error:
        line = f", line {error.lineno}" if isinstance(error, jinja2.TemplateSyntaxError) else ""
        raise InputError(f"{phrases.folder / template}{line}: {error.message}. Correct the template.") from None
    except InputError:
        raise
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError, OSError) as error:
        raise InputError(
            f"{phrases.folder / template}: cannot be filled: {type(error).__name__}: {error}. Correct the template."
        ) from None


@functools.lru_cache(maxsize=8)
def _environment(folder: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
