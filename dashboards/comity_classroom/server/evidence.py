"""Evidence: the model's answers to the what-ifs, computed beside the pages, since they take some seconds."""

from __future__ import annotations

import threading

from comity.scenario.loading import from_data
from comity_classroom.core.state import ClassroomState
from comity_classroom.pack.evidence import WhatIf
from comity_classroom.pack.quiz import answers_for
from comity_classroom.phrases import Phrases

__all__ = ["Evidence"]


class Evidence:
    """The answers of the model for one classroom. They depend on the scenario alone."""

    def __init__(self) -> None:
        self._found: tuple[WhatIf, ...] | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def get(self, state: ClassroomState, phrases: Phrases) -> tuple[WhatIf, ...] | None:
        """Return the answers, or None while they are being computed; the first call starts that."""
        with self._starting:
            if self._thread is None:
                scenario = from_data(dict(state.scenario))

                def compute() -> None:
                    try:
                        self._found = answers_for(scenario, phrases)
                    finally:
                        self._found = self._found or ()  # after a failure, the pages say that there is no answer

                self._thread = threading.Thread(target=compute, name="evidence", daemon=True)
                self._thread.start()
        return self._found
