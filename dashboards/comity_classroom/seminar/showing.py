"""comity lesson: lists the lessons, shows one in the terminal, or writes it as a page."""

from __future__ import annotations

import html as markup
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from comity.commands.console import console
from comity.errors import InputError
from comity_classroom.phrases import load_phrases, text_folder
from comity_classroom.seminar.lessons import DOUBT, doubting_page, find_lesson, seminar_lessons

__all__ = ["page_of", "show"]


def show(which: str | None, *, is_path: bool, html: Path | None, language: str = "en") -> None:
    """List the lessons; or show one, print its path, or write it as a page."""
    if which is None:
        if is_path or html is not None:
            option = "--path" if is_path else "--html"
            raise InputError(f"{option} needs a lesson, got none. Name one, such as comity lesson 1 {option}.")
        _list(language)
        return
    load_phrases(language)
    path = doubting_page(language) if which.strip().lower() == DOUBT else find_lesson(which, language).path
    screen = console()
    if is_path:
        screen.print(str(path), markup=False, soft_wrap=True)
    elif html is not None:
        _write(html, page_of(path.read_text(encoding="utf-8"), language))
        screen.print(f"The page is in {html}; open it in a browser.", markup=False, soft_wrap=True)
    else:
        screen.print(Markdown(path.read_text(encoding="utf-8")))


def page_of(text: str, language: str = "en") -> str:
    """Return a Markdown page as a printable HTML page. HTML in the Markdown is escaped."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    title = markup.escape(_title(text))
    style = (text_folder() / "pack.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _title(text: str) -> str:
    return text.partition("\n")[0].lstrip("# ")


def _list(language: str) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("lesson", justify="right")
    table.add_column("title")
    table.add_column("minutes", justify="right")
    for lesson in seminar_lessons(language):
        table.add_row(str(lesson.number), escape(lesson.title), str(lesson.minutes))
    table.add_row(DOUBT, escape(_title(doubting_page(language).read_text(encoding="utf-8"))), "")
    screen = console()
    screen.print(table)
    screen.print(
        "\ncomity lesson N shows a lesson, with answers for the instructor. --html FILE writes it as a page.",
        markup=False,
    )


def _write(file: Path, text: str) -> None:
    is_begun = False
    try:
        with file.open("x", encoding="utf-8") as page:
            is_begun = True
            page.write(text)
    except FileExistsError:
        raise InputError(f"{file}: must be a new file, but it exists. Name another one, or remove it.") from None
    except OSError as error:
        if is_begun:  # remove the incomplete page
            file.unlink(missing_ok=True)
        raise InputError(f"{file}: cannot be written: {error.strerror or error}. Name another file.") from None
