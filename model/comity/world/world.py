"""The world: all actors of a run as arrays, one row each; and the run, which a rule takes whole."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.compiled import Floats, Record, Records, UInts, records

__all__ = [
    "ACTOR",
    "ANCHOR_PARTS",
    "COOPERATION_PARTS",
    "GROUPS",
    "ISSUE",
    "KINDS",
    "POSITION_PARTS",
    "PREFERENCE",
    "ROLES",
    "SOVEREIGNTY_PARTS",
    "STANCES",
    "TRUST_PARTS",
    "Group",
    "Kind",
    "Opened",
    "Run",
    "Stance",
    "TrustPart",
    "World",
    "copied",
]


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


class TrustPart(IntEnum):
    """What can change trust: the three acts of a speaker, the corridor, what is carried over to others, forgetting."""

    COOPERATION = 0
    STATEMENT = 1
    CONTESTATION = 2
    CORRIDOR = 3
    GENERALISED = 4
    FORGETTING = 5


KINDS = ("state", "io", "cso", "business", "mayors", "youth")
ROLES = ("origin", "destination", "both")
GROUPS = (*ROLES, "organisation", "network")
STANCES = ("", "inside", "bridge", "outside")
"""Names by code of :class:`Kind`, of roles of states, :class:`Group` and :class:`Stance`."""

POSITION_PARTS = ("persuasion", "domestic_pull", "shock")
ANCHOR_PARTS = ("internalisation", "advocacy", "shock")
COOPERATION_PARTS = ("social_influence", "mimicry", "turnover")
SOVEREIGNTY_PARTS = ("reassurance", "backlash", "turnover", "shock")
TRUST_PARTS = tuple(part.name.lower() for part in TrustPart)
"""What can change each of the five, in the order of the columns of the explanation."""


ACTOR = np.dtype(
    [
        ("address", np.uint64),
        ("kind", np.int8),
        ("group", np.int8),
        ("stance", np.int8),
        ("developed", np.int8),
        ("treaty_party", np.int8),
        ("agency_member", np.int8),
        ("sovereignty", np.float64),
        ("cooperation", np.float64),
        ("capacity", np.float64),
        ("authority", np.float64),
        ("pressure", np.float64),
        ("income", np.float64),
        ("climate", np.float64),
        ("normative", np.float64),
        ("service", np.float64),
        ("non_yes", np.float64),
        ("absent", np.float64),
        ("members", np.float64),
        ("outreach", np.float64),
        ("entry_sovereignty", np.float64),
        ("entry_cooperation", np.float64),
        *((f"cooperation_by_{part}", np.float64) for part in COOPERATION_PARTS),
        *((f"sovereignty_by_{part}", np.float64) for part in SOVEREIGNTY_PARTS),
    ],
    align=True,
)
"""One row per actor. Fixed: ``address`` of its luck; ``kind``, ``group``, ``stance`` codes; ``developed`` 0/1;
``income``, ``climate`` (of civil society), ``normative`` mandate, ``service``: shares; ``non_yes``, ``absent``:
shares of agreed texts and of roll calls before the start; ``entry_cooperation``: what
a new delegation brings. State: ``entry_sovereignty``, likewise, moved by shocks; ``sovereignty`` sigma,
``cooperation`` c, ``capacity`` q, ``authority``, domestic ``pressure``: shares; of an organisation
``members``, a share of states, and ``outreach``, the share of the others that it serves; ``treaty_party``,
``agency_member`` 0/1. Explanation: what each mechanism has changed since the last snapshot, ``cooperation_by_…``,
``sovereignty_by_…``.
What every decision asks for stands first, side by side in memory."""

PREFERENCE = np.dtype(
    [
        *((name, np.float64) for name in ("salience", "mandate", "lent", "anchor", "position", "practices")),
        *((f"by_{part}", np.float64) for part in POSITION_PARTS),
        *((f"anchor_by_{part}", np.float64) for part in ANCHOR_PARTS),
    ],
    align=True,
)
"""One row per actor and issue. Fixed: ``salience`` s, sums to 1 over issues; ``mandate``, competence to speak, share.
State: ``position`` x and domestic ``anchor`` a, in [0, 1]; ``practices`` copied, a count;
``lent``, expertise of an organisation for the meeting that is held, share. Explanation: what each
mechanism has changed since the last snapshot, of the position ``by_…``, of the anchor ``anchor_by_…``."""

ISSUE = np.dtype([("politicisation", np.float64), ("development_framing", np.float64)], align=True)
"""One row per issue. Fixed: ``politicisation`` pi, how contested it is at home; ``development_framing`` d, how far it
can be framed as development: shares."""

_FIXED = frozenset({"issues", "prior_in", "ties", "stake", "bloc_pairs", "shared_blocs"})


class World(NamedTuple):
    """State of all n actors on K issues and F forums; a named tuple, so that compiled rules take it whole.

    ``actors`` (n,), ``preferences`` (n, K) and ``issues`` (K,) are records: see :data:`ACTOR`, :data:`PREFERENCE` and
    :data:`ISSUE`. Trust is kept by
    partner, since a room listens to one speaker after the other: ``trust_in`` (n, n), row the partner, column the
    holder, is T in [0, 1]; ``evidence_on`` N the pieces of evidence that it rests on, the prior's among them (so that
    alpha = T N and beta = (1 - T) N); the diagonals are unused. ``attachment`` p (n, F) in [0, 1]. ``gave``
    (n, F) is 1 for who pledged to the last meeting of a forum of which it was no host, else 0. ``trust_parts``
    (5, 6, n) is how the sum of a holder's trust in the others of a group has changed since the start, by group of the
    partner and mechanism; ``trust_before`` (5, n) that sum at the start and all that verbs have added to it since.
    Fixed: ``prior_in`` (n, n) as ``trust_in``; ``ties`` (t, 2), pairs of states with a bilateral stake, and ``stake``
    (t,), the mean of both shares; ``bloc_pairs`` (b, 2), pairs of states that share blocs, and ``shared_blocs`` (b,),
    the share of the blocs of both.
    """

    prior_in: Floats
    ties: NDArray[np.int32]
    stake: Floats
    bloc_pairs: NDArray[np.int32]
    shared_blocs: Floats
    actors: Records
    preferences: Records
    issues: Records
    trust_in: Floats
    evidence_on: Floats
    attachment: Floats
    gave: NDArray[np.int8]
    trust_before: Floats
    trust_parts: Floats

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self.actors)

    @property
    def position(self) -> Floats:
        """Positions x (n, K), a view."""
        return self.preferences["position"]

    @property
    def salience(self) -> Floats:
        """Saliences s (n, K), a view."""
        return self.preferences["salience"]

    @property
    def trust(self) -> Floats:
        """Trust T (n, n), row the holder, a view."""
        return self.trust_in.T

    @property
    def trust_held(self) -> Floats:
        """Sum of trust in the others of each group, shape (n, 5), row the holder."""
        held: Floats = (self.trust_before + self.trust_parts.sum(axis=1)).T
        return held

    def begin(self, prior_weight: float) -> World:
        """Return a world for one run: what changes is copied, what does not is shared.

        ``prior_weight`` W is the evidence that prior trust is worth.
        """
        begun: dict[str, Any] = {
            name: (_open if name in _FIXED else copied)(getattr(self, name)) for name in self._fields
        }
        world = World(**begun)
        world.evidence_on[:] = prior_weight
        return world

    def closed(self) -> World:
        """Return the same world as arrays that cannot be written to, as what all runs start from."""
        views: dict[str, Any] = {name: getattr(self, name).view() for name in self._fields}
        for view in views.values():
            view.flags.writeable = False
        return World(**views)

    def forget_parts(self) -> None:
        """Begin to explain anew: set what each mechanism has changed to zero (parts of trust run on from the start)."""
        for rows in (self.actors, self.preferences):
            for name in rows.dtype.names or ():
                if "by_" in name:
                    rows[name] = 0.0


class Run(NamedTuple):
    """What every rule of a run takes: its ``world``, its parameters and the ``keys`` of its luck.

    ``table`` is a record array of length 1 with one field per parameter, from
    :func:`comity.scenario.parameters.table_of`: numba takes an array from Python ten times faster than a record.
    ``keys`` holds one key per :class:`comity.randomness.Decision`.
    """

    world: World
    table: Records
    keys: UInts

    @property
    def parameters(self) -> Record:
        """The parameters, for rules in Python: ``run.parameters["persuasion_rate"]``."""
        record: Record = self.table[0]
        return record


class Opened(NamedTuple):
    """A run inside compiled code, where rules read ``run.parameters.persuasion_rate``.

    What is called from Python begins with ``opened = Opened(run.world, run.table[0], run.keys)``.
    """

    world: World
    parameters: Record
    keys: UInts


def _open(array: np.ndarray) -> np.ndarray:
    """Return a view of the type for which rules were compiled; they do not write to it."""
    view = array.view()
    view.flags.writeable = True
    return view


def copied(array: np.ndarray) -> np.ndarray:
    """Return a copy; of records as bytes, which is ten times as fast as field by field."""
    if array.dtype.names is None:
        return array.copy()
    return records(np.frombuffer(bytearray(array.tobytes()), dtype=array.dtype).reshape(array.shape))
