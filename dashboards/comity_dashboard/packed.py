"""Data for browsers: written out once, shared by all visitors, and fetched by reference where they are large."""

from __future__ import annotations

import gzip
import json
import threading
from collections import deque
from hashlib import blake2b
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

__all__ = ["LARGE", "PATH", "Packed", "fetch", "pack"]

LARGE = 32_768
"""Bytes from which data are not sent in a message: the browser fetches them, and keeps them for its next page."""
PATH = "/comity/packed/{digest}"
"""Where large data are fetched."""

_lock = threading.Lock()
_known: WeakValueDictionary[str, Packed] = WeakValueDictionary()
_recent: deque[Packed] = deque(maxlen=64)
"""The large data that were packed last. A browser may fetch them a moment after the visitor has left the page."""


class Packed:
    """Plain data as JSON. Make it with :func:`pack`.

    Packed data cannot be changed: each reader gets its own copy. Equal data are one object, so identity tells whether
    they have changed. Solara walks through lists and dicts of a widget at each redraw, but not through packed data.

    Attributes
    ----------
    digest
        Hash of the JSON text, 32 hex digits.
    """

    __slots__ = ("__weakref__", "_body", "digest", "is_large")

    def __init__(self, digest: str, text: bytes) -> None:
        self.digest, self.is_large = digest, len(text) >= LARGE
        self._body = gzip.compress(text, 3, mtime=0) if self.is_large else text

    @property
    def data(self) -> Any:
        """A copy of the data."""
        return json.loads(gzip.decompress(self._body) if self.is_large else self._body)

    def sent(self) -> Any:
        """Return what a widget is sent: the data, or the digest of large data."""
        return {"packed": self.digest} if self.is_large else self.data

    def answer(self) -> Response:
        """Return the answer to a browser that fetches large data."""
        return Response(self._body, media_type="application/json", headers={"content-encoding": "gzip"})


def pack(data: Any) -> Packed:
    """Return plain data as JSON; the same object for the same data.

    Raises
    ------
    ValueError
        If a number is NaN or infinite: browsers cannot read such JSON.
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, default=_plain).encode()
    digest = blake2b(text, digest_size=16).hexdigest()
    with _lock:
        found = _known.get(digest)
    if found is None:
        made = Packed(digest, text)
        with _lock:
            found = _known.setdefault(digest, made)
            if found.is_large:
                _recent.append(found)
    return found


async def fetch(request: Request) -> Response:
    """Answer a browser that asks for large data by their digest."""
    with _lock:
        found = _known.get(request.path_params["digest"])
    return PlainTextResponse("comity dashboard: no such data.", 404) if found is None else found.answer()


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not plain data")
