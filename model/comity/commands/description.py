"""comity odd: the description of the model."""

from __future__ import annotations

import sys

__all__ = ["print_description"]


def print_description() -> None:
    """Print the description: page by page on a terminal, else as it is."""
    import pydoc

    from comity.words.description import read_description

    text = read_description()
    if sys.stdout.isatty():
        pydoc.pager(text)
    else:
        sys.stdout.write(text)
