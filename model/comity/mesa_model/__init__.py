"""The model as Mesa sees it: an adapter to the calendar, and all that works around Mesa."""

from comity.mesa_model.agents import Actor, CivilSociety, InternationalOrganisation, State
from comity.mesa_model.model import ForumModel

__all__ = ["Actor", "CivilSociety", "ForumModel", "InternationalOrganisation", "State"]
