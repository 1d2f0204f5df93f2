"""Evidence for the debrief: what-ifs of the model, as paired differences under common luck."""

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

__all__ = ["Difference", "WhatIf", "gather_evidence", "possible", "questions_of"]

_FORMAL = 0.80
"""Bindingness of a binding forum, above the 0.60 of a dialogue. Assumption, as in the patch binding_arena."""
_IN_PROCESS = 200
"""Most runs to do in this process: starting worker processes would take longer."""
_SHOWN = (
    "destination_voice",
    "cooperative_share",
    "trust_roles",
    "trust_networks",
    "cooperation",
    "sovereignty",
    "expected_yes",
)
"""The measures in a debrief: speech, trust, dispositions, and the vote."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The difference of one measure: what-if minus scenario, mean over pairs.

    Attributes
    ----------
    key, measure
        Its name, and its name in words; all are shares.
    value
        The difference.
    reference, shown, margin
        The mean of the scenario, the difference, and half the 95 % interval of the difference, as text.
    n
        Number of pairs in which the measure is defined.
    effect
        up, down, or none if the interval contains zero.
    """

    key: str
    measure: str
    value: float
    reference: str
    shown: str
    margin: str
    n: int
    effect: str


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """One question of the debrief: its key in the phrases, the patch, and the answer of the model."""

    key: str
    patch: str
    differences: tuple[Difference, ...]
    ends_elsewhere: bool
    """Whether the calendar of the what-if ends with another meeting, on another day."""


def gather_evidence(
    source: str | Path,
    scenario: Scenario,
    phrases: Phrases,
    *,
    runs: int,
    seed: int,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[WhatIf, ...]:
    """Return the answers of the model to the questions of the debrief that apply to the scenario.

    Parameters
    ----------
    source
        Name or path of the scenario.
    runs
        Pairs of runs for each question, 2 or more.
    seed
        Seed from which the seeds of all runs are derived.
    progress
        Called with a sentence before the runs start.
    """
    from comity_lab.paired import run_paired, what_if_design

    with tempfile.TemporaryDirectory(prefix="comity-teach-") as aside:
        asked = possible(source, scenario, Path(aside))
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


def possible(source: str | Path, scenario: Scenario, folder: Path) -> dict[str, str]:
    """Return the questions that apply to a scenario: key and patch, which is written into ``folder`` / key."""
    return {key: text for key, text in questions_of(scenario) if _is_possible(source, text, folder / key)}


def questions_of(scenario: Scenario) -> Iterable[tuple[str, str]]:
    """Yield the key and the patch of each question. Forums without a meeting are left out."""
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
    """Return the id of the last meeting of a calendar."""
    return max(scenario.meetings, key=lambda meeting: (meeting.start, meeting.end, meeting.id)).id


def _mixes(entries: Iterable[Sittings]) -> bool:
    """Return whether states and civil society share a sitting."""
    return any({"state", "cso"} <= set(entry.kinds) for entry in entries)


def _each(of: str, ids: list[str], change: str) -> str:
    return f'[[each]]\nof = "{of}"\nwhere = {{ id = {_listed(ids)} }}\nset = {{ {change} }}\n'


def _listed(ids: list[str]) -> str:
    return "[" + ", ".join(f'"{item}"' for item in ids) + "]"


def _is_possible(source: str | Path, text: str, folder: Path) -> bool:
    """Write the patch; return whether it applies to the scenario and changes it."""
    folder.mkdir()
    file = folder / "whatif.toml"
    file.write_text(text, encoding="utf-8")
    try:
        return load(source, patches=[str(file)]).hash != load(source).hash
    except InputError:
        return False  # such as a scenario without any meeting left: skip the question


def _differences(table: pd.DataFrame, phrases: Phrases) -> Iterable[Difference]:
    for row in table.to_dict("records"):
        if row["effect"] == "unmeasured" or row["measure"] not in _SHOWN:
            continue
        value, half_width = float(row["difference"]), float(row["half_width"])
        decimals = 3 if half_width >= 0.0005 else 4
        yield Difference(
            key=str(row["measure"]),
            measure=phrases.say(f"measures.{row['measure']}"),
            shown=phrases.signed(value, decimals),
            margin=phrases.number(half_width, decimals),
            value=value,
            reference=phrases.number(float(row["reference"]), 3),
            n=int(row["n"]),
            effect=str(row["effect"]),
        )
