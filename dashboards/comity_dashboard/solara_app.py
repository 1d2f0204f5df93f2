"""The application as ``comity dashboard`` serves it. The model is prepared while the browser opens."""

from __future__ import annotations

import contextlib
import gc
import threading

from comity.errors import InputError
from comity_dashboard.access import named
from comity_dashboard.app import routes
from comity_dashboard.runs import fitting_patches, story_of, warm_up
from comity_dashboard.setup import Setup

__all__ = ["routes"]


def _prepare() -> None:
    warm_up()
    with contextlib.suppress(InputError):  # the page shows the error
        setup = Setup(scenario=next(iter(named()), "hld_gfmd"))
        story = story_of(setup)
        assert story.rooms.data, "computed on access"
        fitting_patches(setup)
    # Keep loaded objects out of garbage collection: a full collection takes longer than a run, and sliders would wait.
    gc.collect()
    gc.freeze()


threading.Thread(target=_prepare, daemon=True).start()
