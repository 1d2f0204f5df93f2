"""An independent twin of comity: the same model, written from `model/ODD.md` as a user of Mesa would write it.

One object for each actor, methods that speak and listen, a dictionary of beliefs for trust, a data collector.
It shares with comity the scenario, the actors' initial values and the addressed draws, and none of the rules.
"""

from mesa_twin.model import TwinModel

__all__ = ["TwinModel"]
