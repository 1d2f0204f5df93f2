"""The application as ``comity dashboard`` serves it: the model is prepared while the browser is still opening."""

from __future__ import annotations

import contextlib
import gc
import threading

from comity.errors import InputError
from comity_dashboard.app import routes
from comity_dashboard.opening import named
from comity_dashboard.runs import fitting_patches, story_of, warm_up
from comity_dashboard.setup import Setup

__all__ = ["routes"]


def _prepare() -> None:
    warm_up()
    with contextlib.suppress(InputError):  # the page will say it
        setup = Setup(scenario=next(iter(named()), "hld_gfmd"))
        story = story_of(setup)
        assert story.rooms.data, "reading it is what makes it"
        fitting_patches(setup)
    # What is loaded stays loaded: a collection that walks through all of it takes longer than a run, and sliders wait.
    gc.collect()
    gc.freeze()


threading.Thread(target=_prepare, daemon=True).start()
