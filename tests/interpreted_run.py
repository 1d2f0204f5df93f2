"""Run a scenario with every rule uncompiled and save its records: ``interpreted_run.py FOLDER SCENARIO SEED...``.

A program of its own, since a rule is compiled, or is not, when its module is first imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import comity.compiled


def _uncompiled(rule: Callable[..., Any]) -> Callable[..., Any]:
    rule.py_func = rule  # type: ignore[attr-defined]
    return rule


for _decorator in set(comity.compiled.__all__) - {"rules_version"}:
    setattr(comity.compiled, _decorator, _uncompiled)

from comity.population.world import World  # noqa: E402

_begin = World.begin
World.begin = lambda self, *given: _begin(self, *given).interpreted()  # type: ignore[method-assign]


def main() -> None:
    """Run what the command line names, with full detail."""
    folder, scenario, *seeds = sys.argv[1:]
    for seed in seeds:
        comity.run(scenario, seed=int(seed)).save(Path(folder) / seed)


if __name__ == "__main__":
    main()
