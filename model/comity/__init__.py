"""comity: an agent-based simulation of the recurring forums of global migration governance.

>>> import comity
>>> record = comity.run("teaching", seed=7)
>>> record.meetings[["meeting", "states", "cooperative"]]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity import plot
    from comity.data_dictionary import dictionary
    from comity.errors import InputError
    from comity.many import run_many
    from comity.mesa_model import ForumModel
    from comity.record import Record
    from comity.runs import rerun, run
    from comity.saved import read_record
    from comity.scenario.loading import load
    from comity.scenario.schema import Scenario

__all__ = [
    "ForumModel", "InputError", "Record", "Scenario", "dictionary", "load", "plot", "read_record", "rerun", "run",
    "run_many",
]  # fmt: skip
__version__ = "0.3.0"

_HOME = {
    "ForumModel": "comity.mesa_model",
    "InputError": "comity.errors",
    "Record": "comity.record",
    "Scenario": "comity.scenario.schema",
    "dictionary": "comity.data_dictionary",
    "load": "comity.scenario.loading",
    "read_record": "comity.saved",
    "rerun": "comity.runs",
    "run": "comity.runs",
    "run_many": "comity.many",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``import comity`` alone costs nothing."""
    if name == "ForumModel":
        from comity.extras import needs

        needs("ForumModel", "mesa", "mesa", "networkx")
    if name == "plot":
        return import_module("comity.plot")
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'comity' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the names that can be asked for, imported or not, for completion."""
    return sorted({*globals(), *__all__})
