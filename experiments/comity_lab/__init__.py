"""comity_lab: designs, sweeps that cannot lose work, and what can be read off them.

>>> import comity_lab
>>> design = comity_lab.Design.of("teaching", {"parameters.persuasion_rate": [0.0, 0.1]}, replicates=5)
>>> comity_lab.sweep(design, "sweeps/first", workers=1)
>>> comity_lab.read_sweep("sweeps/first").runs
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity_lab.adapters import ema_model, salib_problem
    from comity_lab.design import Design, load_design
    from comity_lab.factor import Factor
    from comity_lab.merging import merge
    from comity_lab.plan import Plan
    from comity_lab.reading import SweepTables, read_sweep
    from comity_lab.repeating import repeat_run
    from comity_lab.sweeping import Outcome, sweep

__all__ = [
    "Design",
    "Factor",
    "Outcome",
    "Plan",
    "SweepTables",
    "ema_model",
    "load_design",
    "merge",
    "read_sweep",
    "repeat_run",
    "salib_problem",
    "sweep",
]

_HOME = {
    "Design": "comity_lab.design",
    "Factor": "comity_lab.factor",
    "Outcome": "comity_lab.sweeping",
    "Plan": "comity_lab.plan",
    "SweepTables": "comity_lab.reading",
    "ema_model": "comity_lab.adapters",
    "load_design": "comity_lab.design",
    "merge": "comity_lab.merging",
    "read_sweep": "comity_lab.reading",
    "repeat_run": "comity_lab.repeating",
    "salib_problem": "comity_lab.adapters",
    "sweep": "comity_lab.sweeping",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``import comity_lab`` alone costs nothing."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'comity_lab' has no attribute {name!r}")
