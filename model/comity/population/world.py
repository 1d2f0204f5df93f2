"""The world: all actors of a run as arrays, one row each; agents are views of these rows."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ACTOR",
    "COOPERATION_PARTS",
    "GROUPS",
    "KINDS",
    "POSITION_PARTS",
    "ROLES",
    "SOVEREIGNTY_PARTS",
    "STANCES",
    "TRUST_PARTS",
    "Group",
    "Kind",
    "Stance",
    "World",
]

Floats = NDArray[np.float64]


class Kind(IntEnum):
    """What an actor is."""

    STATE = 0
    IO = 1
    CSO = 2
    BUSINESS = 3
    MAYORS = 4
    YOUTH = 5


class Group(IntEnum):
    """The groups between which trust and interventions are reported: roles of states, then the rest."""

    ORIGIN = 0
    DESTINATION = 1
    BOTH = 2
    ORGANISATION = 3
    NETWORK = 4


class Stance(IntEnum):
    """How a network relates to the state-led forum."""

    NONE = 0
    INSIDE = 1
    BRIDGE = 2
    OUTSIDE = 3


KINDS = ("state", "io", "cso", "business", "mayors", "youth")
ROLES = ("origin", "destination", "both")
GROUPS = (*ROLES, "organisation", "network")
STANCES = ("", "inside", "bridge", "outside")

POSITION_PARTS = ("persuasion", "domestic_pull", "shock")
COOPERATION_PARTS = ("social_influence", "mimicry", "turnover")
SOVEREIGNTY_PARTS = ("reassurance", "backlash", "turnover", "shock")
TRUST_PARTS = ("cooperation", "statement", "contestation", "corridor", "forgetting")


ACTOR = np.dtype(
    [
        ("address", np.uint64),
        ("kind", np.int8),
        ("group", np.int8),
        ("stance", np.int8),
        ("developed", np.int8),
        ("crmw_party", np.int8),
        ("iom_member", np.int8),
        ("income", np.float64),
        ("climate", np.float64),
        ("normative", np.float64),
        ("service", np.float64),
        ("entry_sovereignty", np.float64),
        ("entry_cooperation", np.float64),
        ("sovereignty", np.float64),
        ("cooperation", np.float64),
        ("capacity", np.float64),
        ("authority", np.float64),
        ("pressure", np.float64),
    ],
    align=True,
)
"""One row per actor. Fixed: ``address`` of its luck; ``kind``, ``group``, ``stance`` codes; ``developed`` 0/1;
``income``, ``climate`` (of civil society), ``normative`` mandate, ``service``: shares; ``entry_sovereignty``,
``entry_cooperation``: what a new delegation brings. State: ``sovereignty`` sigma, ``cooperation`` c, ``capacity`` q,
``authority``, domestic ``pressure``: shares; ``crmw_party``, ``iom_member`` 0/1."""


class World(NamedTuple):
    """State of all n actors on K issues and F forums; a named tuple, so that compiled rules take it whole.

    Fixed: ``salience`` s (n, K), rows sum to 1; ``mandate`` competence to speak (n, K), share; ``prior`` trust
    (n, n); ``ties`` (t, 2) pairs of states with a bilateral stake and ``stake`` (t,), the mean of both shares.

    State: ``actors`` (n,), see :data:`ACTOR`; ``position`` x, ``anchor`` a (n, K) in [0, 1]; ``trust`` T (n, n) in
    [0, 1], row the holder, and ``evidence`` N (n, n), the pieces of evidence that it rests on, the prior's among them
    (so that alpha = T N and beta = (1 - T) N); ``attachment`` p (n, F) in [0, 1]; ``practices`` (n, K) counts;
    ``trust_held`` (n, 5) sum of trust in the others of each group.

    Explanation: the change since the last snapshot, split by mechanism: ``position_parts`` (n, K, 3),
    ``cooperation_parts`` (n, 3), ``sovereignty_parts`` (n, 4), ``trust_parts`` (n, 5, 5) by group of the partner and
    mechanism, summed over partners.
    """

    salience: Floats
    mandate: Floats
    prior: Floats
    ties: NDArray[np.int32]
    stake: Floats
    actors: NDArray[np.void]
    position: Floats
    anchor: Floats
    trust: Floats
    evidence: Floats
    attachment: Floats
    practices: Floats
    trust_held: Floats
    position_parts: Floats
    cooperation_parts: Floats
    sovereignty_parts: Floats
    trust_parts: Floats

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self.actors)

    def interpreted(self) -> World:
        """Return the same world for rules that run uncompiled (``rule.py_func``), where records need attributes."""
        return self._replace(actors=self.actors.view(np.recarray))

    def begin(self, prior_weight: float) -> World:
        """Return a world for one run: what changes is copied, what does not is shared.

        ``prior_weight`` W is the evidence that prior trust is worth.
        """
        fixed = 5
        world = World(*self[:fixed], *(array.copy() for array in self[fixed:]))  # type: ignore[arg-type]
        world.evidence[:] = prior_weight
        return world
