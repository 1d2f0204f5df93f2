"""What is to be simulated, as values."""

from comity.phases import Phase
from comity.scenario.loading import from_data, load
from comity.scenario.parameters import Parameters, parameter_table
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Meeting, Scenario

__all__ = ["PRESETS", "Meeting", "Parameters", "Phase", "Scenario", "from_data", "load", "parameter_table"]
