"""comity compile: compile every rule now, so that later runs start at once."""

from __future__ import annotations

import time

from comity.commands.console import console
from comity.compiled import INTERPRETED, compiled_here, unkept_in
from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.measures import measure
from comity.record import Record
from comity.scenario.loading import load

__all__ = ["compile_rules"]

_CHOSEN = {f"choices.{name}": "endogenous" for name in ("agenda", "host", "openness")}


def compile_rules(quiet: bool) -> None:
    """Call every rule: run and tabulate, with hosts, agenda and openness both scripted and chosen."""
    screen, start = console(), time.perf_counter()
    if INTERPRETED:
        screen.print("NUMBA_DISABLE_JIT is set: rules run uncompiled, and nothing was compiled.")
        return
    if not quiet:
        screen.print("Compiling what is not compiled yet: up to 15 to 40 seconds.", style="dim")
    for settings in ({}, _CHOSEN):
        scenario = load("hld_gfmd", settings=settings)
        opened = Calendar(scenario, seed=0).run_to(scenario.meetings[0].id, 0)
        opened.next_sitting()
        record = Record.of(opened.run())
        record.tables()
        measure(record)
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
