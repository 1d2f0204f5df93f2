"""Pages: the templates of a language, filled. All values are escaped."""

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
    """Return a role sheet as an HTML fragment, ``<article class="role-sheet">``, without head or style.

    Parameters
    ----------
    brief
        From :func:`comity_classroom.briefs.brief_of`.
    language
        Language of the brief; None for that of the brief itself.

    Raises
    ------
    InputError
        For a language that is not that of the brief: the page would mix languages.
    """
    if language is not None and load_phrases(language).folder != brief.phrases.folder:
        raise InputError(
            f"role sheet: 'language' must be {brief.phrases.language!r}, the language of the brief, "
            f"got {str(language)!r}. Make a brief in that language: brief_of(scenario, actor, language)."
        )
    return render(brief.phrases, "role_sheet.html", brief=brief)


def role_sheet_css() -> str:
    """Return the style of a role sheet; all selectors are below ``.role-sheet``."""
    return (text_folder() / "role_sheet.css").read_text(encoding="utf-8")


def render(phrases: Phrases, template: str, **values: Any) -> str:
    """Return a filled template: that of the language if it has its own, else the English one, which has no words.

    ``say``, ``number``, ``named``, ``listing`` and ``lang`` are always available.

    Raises
    ------
    InputError
        If the template is missing, has a syntax error, or uses an unknown value.
    """
    try:
        page = _environment(phrases.folder).get_template(template)
        words = {"say": phrases.say, "number": phrases.number, "named": phrases.name, "listing": phrases.listing}
        return page.render(lang=phrases.language, **words, **values)
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
        loader=jinja2.FileSystemLoader([folder, text_folder() / "en"]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
