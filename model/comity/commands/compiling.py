"""comity compile: compile every rule now, so that later runs start at once; and what is shown while rules compile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from comity.commands.console import console
from comity.compiled import INTERPRETED, compiled_here, unkept_in
from comity.errors import InputError

__all__ = ["compile_rules", "while_compiling"]

_AFTER = 1.5
"""Seconds after which the wait for rules that are being compiled is shown, and shown again."""


@contextmanager
def while_compiling(show: Callable[[int, float], None]) -> Iterator[threading.Event]:
    """Call ``show`` every now and then with the rules compiled so far and the seconds, until the event is set.

    It is not called where all rules were compiled before.
    """
    done, start = threading.Event(), time.perf_counter()

    def wait() -> None:
        while not done.wait(_AFTER):
            if count := compiled_here():
                show(count, time.perf_counter() - start)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield done
    finally:
        done.set()
        thread.join()


def compile_rules(quiet: bool) -> None:
    """Call every rule: run and tabulate. A run has the same compiled code whatever is chosen in it."""
    screen, start = console(), time.perf_counter()
    if INTERPRETED:
        screen.print("NUMBA_DISABLE_JIT is set: rules run uncompiled, and nothing was compiled.")
        return
    if not quiet:
        screen.print("Compiling what is not compiled yet: 20 to 60 seconds.", style="dim")
    with screen.status("compiling the rules") as status:
        status.stop() if quiet else None
        with while_compiling(lambda count, seconds: status.update(f"{count} rules compiled, {seconds:.0f} s")):
            _call_all()
    if folder := unkept_in():
        raise InputError(
            f"compile: the rules are compiled, but cannot be cached, because {folder} is not writable, so every "
            "process compiles them again. Name another folder, here and for every run: NUMBA_CACHE_DIR=FOLDER."
        )
    if quiet:
        return
    done, seconds = compiled_here(), time.perf_counter() - start
    if done:
        screen.print(f"{done} rules compiled in {seconds:.0f} s. They are kept until a rule, numba or Python changes.")
    else:
        screen.print("All rules were compiled already.")


def _call_all() -> None:
    import numpy as np

    from comity.forum.calendar import Calendar
    from comity.measures import measure
    from comity.randomness import decision_keys
    from comity.record import Record
    from comity.rules.arena import arena_utilities, offers_of
    from comity.rules.drafting import (
        N_SIDES,
        WORDINGS,
        count_voice,
        draft_of,
        is_backed,
        standing_wording,
        wording_utility,
    )
    from comity.rules.support import support_by_group
    from comity.scenario.loading import load
    from comity.scenario.parameters import table_of
    from comity.world.world import Run

    scenario = load("hld_gfmd")
    opened = Calendar(scenario, seed=0).run_to(scenario.meetings[0].id, 0)
    opened.next_sitting()
    record = Record.of(opened.run())
    record.tables()
    measure(record)
    stage, start = opened.stage, opened.population.world.begin(scenario.strengths.prior_weight)
    at_start = Run(start, table_of(scenario.strengths), decision_keys(0))
    arena_utilities(stage.states, offers_of(scenario.forums[0], scenario.forums[0]), at_start)
    support_by_group(stage.active_on(scenario.start), at_start)  # both are asked alone by the baselines of a score
    voices, rates = np.zeros((1, len(WORDINGS), N_SIDES + 1), dtype=np.int64), at_start.table[0]
    count_voice(voices, 0, 0, 1, 0)  # what follows is asked alone by the pages of a class
    standing_wording(voices[0])
    is_backed(voices[0], 0)
    draft_of(voices, 0.5, False, rates)
    wording_utility(0.5, 0.5, 0.5, rates)
