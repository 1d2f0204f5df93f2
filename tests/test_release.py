"""The version of a release stands in one place, and what else names it agrees."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from comity import __version__

ROOT = Path(__file__).resolve().parents[1]


def test_the_citation_has_the_version_and_its_date():
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed (extra dev)")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == __version__
    assert isinstance(citation["date-released"], date)
    assert {"cff-version", "message", "title", "authors", "license"} <= set(citation)
    released = re.findall(
        r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$",
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert released[0] == (__version__, citation["date-released"].isoformat())
    assert released == sorted(released, key=lambda entry: [int(part) for part in entry[0].split(".")], reverse=True)


def test_the_page_on_installing_names_the_wheel_of_this_version():
    names = re.findall(r"comity-([\d.]+)-py3", (ROOT / "docs" / "install.md").read_text(encoding="utf-8"))
    assert names
    assert set(names) == {__version__}


def test_no_other_file_of_the_build_has_a_version_of_its_own():
    assert re.search(r'^dynamic = \["version"\]$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
