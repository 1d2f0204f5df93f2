"""The command ``comity export``."""

from __future__ import annotations

from pathlib import Path

from comity.errors import InputError
from comity.extras import needs
from comity.scenario.locate import find_scenario

__all__ = ["write_page"]


def write_page(
    source: str, *, html: bool, out: Path | None, beside: str | None, seed: str | None, language: str = "en"
) -> str:
    """Write a run as one page, and return a line on the file.

    Raises
    ------
    InputError
        If an option, a run or the file cannot be used.
    """
    if not html:
        raise InputError("--html must be given, got nothing. It is the only form: comity export RUN --html.")
    needs("dashboard", "dashboard", "solara", "starlette")
    from comity_dashboard.exporting import beside_of, file_name, page_of
    from comity_dashboard.phrases import languages, phrases
    from comity_dashboard.runs import is_record, opened
    from comity_dashboard.setup import Setup

    if language not in languages():
        known = ", ".join(languages())
        raise InputError(f"--language must be one of {known}, got {language[:40]!r}. Leave it out for English.")
    if not is_record(source):
        find_scenario(source)
    setup = Setup(scenario=source, seed=seed or "0")
    if seed is None:
        setup = opened(setup)
    path = Path(file_name(setup)) if out is None else out
    if path.exists() or path.is_symlink():
        raise InputError(f"{path}: the file must not exist yet, but it does. Name another one with --out.")
    if not path.absolute().parent.is_dir():
        raise InputError(f"{path}: the folder must exist, but does not. Make it, or name another one with --out.")
    other = beside_of(setup, beside)
    page = page_of(setup, other, phrases(language)).encode()
    path.write_bytes(page)
    name = "" if other is None else f", beside: {other.name}"
    return f"{path}: {setup.name}, seed {setup.seed}{name} ({len(page) / 1e6:.1f} MB). Open it in a browser."
