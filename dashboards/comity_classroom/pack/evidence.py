"""Evidence for the debrief: what the model says would have happened otherwise, pair by pair under common luck."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from comity.errors import InputError
from comity.scenario.loading import load
from comity.scenario.schema import Scenario, Sittings
from comity_classroom.phrases import Phrases

__all__ = ["Difference", "WhatIf", "gather_evidence", "questions_of"]

_FORMAL = 0.80
"""Bindingness of a forum that binds its members: above a dialogue's 0.60. Assumption, as in the patch binding_arena."""
_IN_PROCESS = 200
"""Up to so many runs are done in this process: starting others would take longer."""
_SHOWN = (
    "destination_voice",
    "cooperative_share",
    "trust_roles",
    "trust_networks",
    "cooperation",
    "sovereignty",
    "expected_yes",
)
"""Measures that a debrief shows: who speaks, what is said, trust, habits, and the vote."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How one measure differs: what-if minus scenario, mean over pairs.

    Attributes
    ----------
    measure
        In words; all are shares.
    reference, shown, margin
        The mean of the scenario, the difference, and half the 95 % interval of the difference, as text.
    n
        Pairs that had something to measure.
    effect
        up, down, or none where the interval holds zero.
    """

    measure: str
    reference: str
    shown: str
    margin: str
    n: int
    effect: str


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """One question of the debrief, by its key in the phrases, the patch that asks it, and what the model answers."""

    key: str
    patch: str
    differences: tuple[Difference, ...]
    ends_elsewhere: bool
    """Whether its calendar ends with another meeting, so that the end is another day."""


def gather_evidence(
    source: str | Path,
    scenario: Scenario,
    phrases: Phrases,
    *,
    runs: int,
    seed: int,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[WhatIf, ...]:
    """Return what the model answers to the questions of the debrief that the scenario has a place for.

    Parameters
    ----------
    source
        Name or path of the scenario.
    runs
        Pairs of runs for each question, 2 or more.
    seed
        From which the seeds of all runs are derived.
    progress
        Told what is about to be done.
    """
    from comity_lab.paired import run_paired, what_if_design

    with tempfile.TemporaryDirectory(prefix="comity-teach-") as aside:
        asked = {key: text for key, text in questions_of(scenario) if _is_possible(source, text, Path(aside) / key)}
        files = [str(Path(aside) / key / "whatif.toml") for key in asked]
        design = what_if_design(files, str(source), runs, seed)
        ends = {
            key: _last(load(source, patches=[file])) != _last(scenario) for key, file in zip(asked, files, strict=True)
        }
        total = runs * (1 + len(files))
        progress(f"{total} runs for the debrief: {len(files)} what-ifs and the scenario itself, {runs} each.")
        workers = 1 if total <= _IN_PROCESS else None
        paired = run_paired(design, scenario.name, list(asked), workers=workers, quiet=True)
    if paired.interrupted:
        raise KeyboardInterrupt
    answers = {key: paired.table[paired.table["label"] == key] for key in asked}
    return tuple(
        WhatIf(key=key, patch=text, differences=tuple(_differences(answers[key], phrases)), ends_elsewhere=ends[key])
        for key, text in asked.items()
    )


def questions_of(scenario: Scenario) -> Iterable[tuple[str, str]]:
    """Yield key and patch of each question, which the phrases put into words; no forum that never meets is in one."""
    held = {meeting.forum for meeting in scenario.meetings}
    forums = [forum for forum in scenario.forums if forum.id in held]
    yield "socialisation", 'theory = "institutionalist"\n'
    yield "trust", "[parameters]\ntrust_learning = 0.0\n"
    yield "framing", _each("forums", [forum.id for forum in forums], "development_framing = 0.0")
    led = [forum.id for forum in forums if forum.state_led]
    if led:
        yield "binding", _each("forums", led, f"bindingness = {_FORMAL}")
        yield "forum", f"[remove]\nforums = {_listed(led)}\n"
    with_networks = [forum.id for forum in forums if _mixes(forum.format) and forum.stances]
    if with_networks:
        yield "networks", _each("forums", with_networks, "stances = []")
    pressing = [shock.id for shock in scenario.shocks if shock.pressure or shock.sovereignty]
    if pressing:
        yield "shocks", f"[remove]\nshocks = {_listed(pressing)}\n"


def _last(scenario: Scenario) -> str:
    """Return the id of the meeting with which a calendar ends."""
    return max(scenario.meetings, key=lambda meeting: (meeting.start, meeting.end, meeting.id)).id


def _mixes(entries: Iterable[Sittings]) -> bool:
    """Tell whether states and networks share a room."""
    return any({"state", "cso"} <= set(entry.kinds) for entry in entries)


def _each(of: str, ids: list[str], change: str) -> str:
    return f'[[each]]\nof = "{of}"\nwhere = {{ id = {_listed(ids)} }}\nset = {{ {change} }}\n'


def _listed(ids: list[str]) -> str:
    return "[" + ", ".join(f'"{item}"' for item in ids) + "]"


def _is_possible(source: str | Path, text: str, folder: Path) -> bool:
    """Tell whether a scenario can be varied so, and is another one then; write the patch."""
    folder.mkdir()
    file = folder / "whatif.toml"
    file.write_text(text, encoding="utf-8")
    try:
        return load(source, patches=[str(file)]).hash != load(source).hash
    except InputError:
        return False  # such as a forum without which no meeting is left: that question is not asked


def _differences(table: pd.DataFrame, phrases: Phrases) -> Iterable[Difference]:
    for row in table.to_dict("records"):
        if row["effect"] == "unmeasured" or row["measure"] not in _SHOWN:
            continue
        value, half_width = float(row["difference"]), float(row["half_width"])
        decimals = 3 if half_width >= 0.0005 else 4
        rounded = round(value, decimals)
        yield Difference(
            measure=phrases.say(f"measures.{row['measure']}"),
            shown=("+" if rounded > 0 else "−" if rounded < 0 else "") + phrases.number(abs(rounded), decimals),
            margin=phrases.number(half_width, decimals),
            reference=phrases.number(float(row["reference"]), 3),
            n=int(row["n"]),
            effect=str(row["effect"]),
        )
