"""What several tests share: scenarios that stress the model, and the comparison of two records."""

from __future__ import annotations

import importlib.util
import os
import pickle
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from comity_bench.browser import NoBrowser, launch

import comity
from comity.forum.stage import prepare
from comity.randomness import decision_keys
from comity.record import DETAILED_TABLES, TABLES, Record
from comity.scenario import plain
from comity.scenario.loading import from_data
from comity.scenario.parameters import table_of
from comity.scenario.schema import Scenario
from comity.world.world import Opened, World

# Set by what runs the tests, or by the shell that does: commands under test have no terminal, and 100 columns.
for _name in ("COLUMNS", "LINES"):
    os.environ.pop(_name, None)


@cache
def _parsed(text: str) -> bytes:
    return pickle.dumps(tomllib.loads(text))


# Thousands of loads read the same few scenarios: each process parses a text once, and what is loaded is a copy.
plain.tomllib = SimpleNamespace(  # type: ignore[attr-defined]
    loads=lambda text: pickle.loads(_parsed(text)), TOMLDecodeError=tomllib.TOMLDecodeError
)

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip

ROLES = ("origin", "destination", "both")


def _lively_meetings() -> list[dict[str, Any]]:
    meetings: list[dict[str, Any]] = []
    for number in range(4):
        year = 2006 + number
        meetings.append(
            {
                "id": f"FORMAL{year}",
                "forum": "FORMAL",
                "name": "Dialogue",
                "start": date(year, 5, 10),
                "end": date(year, 5, 11),
                "session_count": 4,
                "source": "test",
            }
        )
        meetings.append(
            {
                "id": f"INFORMAL{year}",
                "forum": "INFORMAL",
                "name": "Forum",
                "start": date(year, 11, 10),
                "end": date(year, 11, 12),
                "session_count": 6,
                "source": "test",
            }
        )
    for meeting, name, kind in ((meetings[-1], "PACT", "contested"), (meetings[-3], "ACCORD", "agreed")):
        meeting["votes"] = [{"id": name, "text": name, "bindingness": 0.4, "text_class": kind, "source": "test"}]
    return meetings


_SYNTHETIC: dict[str, Any] = {
    "population.synthetic.states": 26,
    "population.synthetic.organisations": 4,
    "population.synthetic.networks": 8,
    "population.synthetic.ties_per_state": 6,
    "population.synthetic.sovereignty_origin": 0.57,
    "population.override.S0001.non_yes_share": 0.6,
}
LIVELY: dict[str, Any] = {
    "end": date(2010, 12, 31),
    "meetings": _lively_meetings(),
    "shocks": [
        {
            "id": "slump",
            "name": "A slump",
            "date": date(2008, 9, 15),
            "sovereignty": 0.1,
            "pressure": 0.5,
            "capacity": -0.2,
            "attachment": -0.1,
            "withdrawal": 0.2,
            "anchors": {"rights": -0.1},
            "source": "test",
        }
    ],
}
"""A drawn world in which every choice is left to the model, with institutions, a shock, and a vote on a text of each class."""


@pytest.fixture(scope="session")
def load_lively() -> Callable[..., Scenario]:
    """Return a function that loads the small world in which every mechanism is at work."""

    def load(**parameters: float) -> Scenario:
        given = _SYNTHETIC | {f"parameters.{k}": v for k, v in parameters.items()}
        return from_data(comity.load("synthetic", settings=given).to_json() | LIVELY)

    return load


@pytest.fixture(scope="session")
def load_teaching() -> Callable[..., Scenario]:
    """Return a function that loads the teaching scenario with parameters given by name."""

    def load(theory: str | None = None, settings: dict[str, Any] | None = None, **parameters: float) -> Scenario:
        given = dict(settings or {}) | {f"parameters.{k}": v for k, v in parameters.items()}
        return comity.load("teaching", settings=given, theory=theory)

    return load


@pytest.fixture(scope="session")
def opened() -> Callable[[Scenario], Opened]:
    """Return a function that opens a run of a scenario at its start, seed 1, for the readable form of rules."""

    def readable(array: np.ndarray) -> np.ndarray:
        return array.copy().view(np.recarray) if array.dtype.names else array.copy()

    def made(scenario: Scenario) -> Opened:
        world = World(*map(readable, prepare(scenario).population.world))
        return Opened(world, readable(table_of(scenario.strengths))[0], decision_keys(1))

    return made


UNLEARNING: dict[str, Any] = {
    "theory": "rationalist",
    "shocks": [],
    "parameters.attachment_rate": 0.0,
    "parameters.evidence_decay": 0.0,
    "parameters.domestic_pull": 0.0,
    "parameters.turnover": 0.0,
    "parameters.authority_rate": 0.0,
    "parameters.pledge_habit": 0.0,
}


@pytest.fixture(scope="session")
def unlearning() -> dict[str, Any]:
    """Return settings under which nothing that happens changes any actor: what is left is luck."""
    return dict(UNLEARNING)


@pytest.fixture(scope="session")
def first_difference() -> Callable[..., str]:
    """Return a function that says where two records differ, or '' where all their tables are equal."""

    def names_of(record: Record | dict[str, pd.DataFrame]) -> list[str]:
        if isinstance(record, dict):
            return list(record)
        return [*TABLES, *(DETAILED_TABLES if record.keep != "meetings" else ())]

    def table_of(record: Record | dict[str, pd.DataFrame], name: str, sort: bool) -> pd.DataFrame:
        table = record[name] if isinstance(record, dict) else getattr(record, name)
        return _sorted(table) if sort else table

    def compare(
        first: Record | dict[str, pd.DataFrame],
        second: Record | dict[str, pd.DataFrame],
        tolerance: float = 0.0,
        sort: bool = False,
    ) -> str:
        assert names_of(first) == names_of(second)
        for name in names_of(first):  # one at a time: a table costs more than the run, and the first may differ
            a, b = table_of(first, name, sort), table_of(second, name, sort)
            if a.shape != b.shape or list(a.columns) != list(b.columns):
                return f"{name}: shape {a.shape} and {b.shape}"
            for column in a.columns:
                if not _equal(a[column].to_numpy(), b[column].to_numpy(), tolerance):
                    return f"{name}.{column}"
        return ""

    return compare


def _equal(a: np.ndarray, b: np.ndarray, tolerance: float) -> bool:
    if a.dtype.kind in "biu" and b.dtype.kind in "biu":
        return bool((a == b).all())
    if a.dtype.kind == "f" and b.dtype.kind == "f":
        return bool(np.allclose(a, b, rtol=0, atol=tolerance, equal_nan=True))
    return bool((pd.Series(a).fillna("") == pd.Series(b).fillna("")).all())


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    keys = [name for name in table.columns if table[name].dtype.kind != "f"]
    return table.sort_values(keys, kind="stable", ignore_index=True)


def _is_checked() -> bool:
    """Whether this is the check of a change, in which nothing may be left out."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def pytest_configure() -> None:
    """Refuse a check that could not drive a browser: elsewhere its tests are skipped."""
    if _is_checked() and importlib.util.find_spec("playwright") is None:
        raise pytest.UsageError(
            "CI is set, and playwright is not installed: no page would be tested. It is in the extra dev."
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless browser, the one of this process. Where there is none its tests are skipped, and fail with CI=true."""
    leave_out = pytest.fail if _is_checked() else pytest.skip
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    with playwright.sync_playwright() as p:
        try:
            found, _ = launch(p, FLAGS)
        except NoBrowser as error:
            leave_out(str(error))
        yield found
        found.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say at the end how many tests were left out for want of a browser or an extra, and why."""
    why: dict[str, list[str]] = {}
    for report in terminalreporter.stats.get("skipped", ()):
        if isinstance(report.longrepr, tuple):
            why.setdefault(report.longrepr[2].removeprefix("Skipped: "), []).append(report.nodeid)
    for reason, left_out in why.items():
        whole = sorted(node for node in left_out if "::" not in node)  # files and folders that were not even read
        counted = [str(len(left_out) - len(whole))] if len(left_out) > len(whole) else []
        what = ", ".join([*counted, *(f"all of {node}" for node in whole)])
        terminalreporter.write_line(f"NOT TESTED: {what} skipped: {reason}", yellow=True)
