"""The site: ``make docs``. Pages are the Markdown files and notebooks beside this file; see ``index.md``."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import comity

sys.path.insert(0, str(Path(__file__).parent))

project = "comity"
author = "The comity authors"
version = release = comity.__version__
copyright = author
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
highlight_language = "text"

html_theme = "furo"
html_title = f"comity {version}"
html_static_path = ["style"]
html_css_files = ["comity.css"]
html_show_sourcelink = False
html_show_copyright = False

myst_heading_anchors = 3
nb_execution_mode = "auto"
"""Notebooks are kept without outputs, so each build runs them."""
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_merge_streams = True
nb_ipywidgets_js: dict[str, Any] = {}
"""No script from another server."""

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "imported-members": True}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

_GENERATED = re.compile(r"^<!-- generated: (\w+) -->$", re.MULTILINE)
_OUTSIDE = {
    "model/ODD.md": "odd", "model/references.md": "references", "CONTRIBUTING.md": "house", "CHANGELOG.md": "changelog",
}  # fmt: skip
"""Files of the checkout that are included in a page of ``explanation``."""


def _fill(app: Any, page: str, source: list[str]) -> None:
    """Let links to files outside lead to their pages, and replace ``<!-- generated: NAME -->`` by what it names."""
    for file, name in _OUTSIDE.items():
        source[0] = re.sub(rf"\]\((?:\.\./)+{file}", f"](/explanation/{name}.md", source[0])
    source[0] = _GENERATED.sub(lambda match: getattr(import_module("generated"), match[1])(), source[0])


def setup(app: Any) -> None:
    """Fill pages before they are read."""
    app.connect("source-read", _fill)
