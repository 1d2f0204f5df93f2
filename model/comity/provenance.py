"""Provenance: what made a record, enough to make it again."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from comity.compiled import rules_version

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["Provenance"]

_PACKAGES = ("comity", "mesa", "numpy", "numba", "pandas", "pyarrow")


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What made a record; no time and no path, so that equal runs have equal bytes.

    Attributes
    ----------
    scenario, scenario_hash
        Name and content hash of the resolved scenario, which is stored beside.
    rules_version
        Hash of the source of all rules.
    seed, keep, theory
        Of the run.
    command
        What repeats it.
    python, versions
        Of the interpreter and the packages that took part.
    """

    scenario: str
    scenario_hash: str
    rules_version: str
    seed: int
    keep: str
    theory: str
    command: str
    python: str
    versions: dict[str, str]

    @classmethod
    def now(cls, record: Record, command: str = "") -> Provenance:
        """Return the provenance of a record made by this installation."""
        return cls(
            scenario=record.scenario.name or record.scenario.title,
            scenario_hash=record.scenario.hash,
            rules_version=rules_version(),
            seed=record.seed,
            keep=record.keep,
            theory=record.scenario.theory,
            command=command or f"comity.run({record.scenario.name!r}, seed={record.seed}, keep={record.keep!r})",
            python=platform.python_version(),
            versions={name: _version(name) for name in _PACKAGES},
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
