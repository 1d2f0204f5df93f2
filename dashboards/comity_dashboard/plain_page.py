"""A page without a script: a heading and a few lines, for those who are not in the application."""

from __future__ import annotations

from html import escape

from comity_dashboard.phrases import Phrases

__all__ = ["plain_page"]

_STYLE = (
    ":root{color-scheme:light dark}body{font:18px/1.6 system-ui,sans-serif;max-width:40em;margin:2em auto;"
    "padding:0 1em}li{padding:.25em 0}input,button{font:inherit;padding:.3em .6em;max-width:100%}"
)


def plain_page(words: Phrases, title: str, body: str) -> str:
    """Return a page as HTML; ``body`` is HTML already."""
    return (
        f'<!DOCTYPE html><html lang="{words.language}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>comity: {escape(title)}</title><style>{_STYLE}</style>'
        f"</head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
