"""Facts of 2003-2013 against which a run is held: what was observed, how exactly, and how a run is asked for it."""

from comity.facts.loading import load_facts
from comity.facts.measure import FactMeasure
from comity.facts.measures import MEASURES
from comity.facts.observing import horizon, observe, shorten
from comity.facts.own import own_measures, read_measures
from comity.facts.schema import Fact, FactPart

__all__ = [
    "MEASURES", "Fact", "FactMeasure", "FactPart", "horizon", "load_facts", "observe", "own_measures", "read_measures",
    "shorten",
]  # fmt: skip
