"""The summary of a meeting, as comity's table of meetings has it."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from mesa_twin.actors import ROLES
from mesa_twin.arithmetic import mean
from mesa_twin.delegation import Act

if TYPE_CHECKING:
    from mesa_twin.delegation import Delegation
    from mesa_twin.meeting import HeldMeeting

__all__ = ["COLUMNS", "summary"]

COLUMNS = (
    "meeting", "held_as", "hosts", "states", "organisations", "networks", "attendance", "spoke", "statements",
    "cooperative", "contesting", "openness", "donors", "contacts", "agreements", "practices",
    *(f"{name}_{role}" for name in ("cooperation", "sovereignty") for role in ROLES),
    "trust_origin_destination", "trust_destination_origin", "trust_states_networks",
)  # fmt: skip
"""What is reported of each meeting."""


def summary(meeting: HeldMeeting) -> dict[str, Any]:
    """Return who came, what was said, and what states have become."""
    model = meeting.model
    acts: Counter[str] = Counter()
    spoke: set[Delegation] = set()
    for done in (done for sitting in meeting.sittings for room in sitting.rooms for done in room.acts):
        acts.update(done.values())
        spoke |= {d for d, act in done.items() if d.is_state and act not in (Act.SILENCE, Act.TALK)}
    roles = {role: [state for state in model.states if state.role == role] for role in ROLES}
    row: dict[str, Any] = {
        "meeting": meeting.id,
        "held_as": meeting.forum.id,
        "hosts": ";".join(host.id for host in meeting.hosts),
        "states": sum(d.is_state for d in meeting.present),
        "organisations": sum(d.kind == "io" for d in meeting.present),
        "networks": sum(d.kind not in ("state", "io") for d in meeting.present),
        "attendance": sum(d.is_state for d in meeting.present) / max(len(model.existing_states()), 1),
        "spoke": len(spoke),
        "statements": acts["statement"],
        "cooperative": acts["cooperation"],
        "contesting": acts["contestation"],
        "openness": meeting.openness,
        "donors": len(meeting.donors),
        "contacts": meeting.n_contacts,
        "agreements": meeting.n_agreements,
        "practices": sum(sum(state.practices.values()) for state in model.states),
    }
    for role, states in roles.items():
        existing = [state for state in states if state.exists(model.today)]
        row[f"cooperation_{role}"] = mean((state.cooperation for state in existing), empty=math.nan)
        row[f"sovereignty_{role}"] = mean((state.sovereignty for state in existing), empty=math.nan)
    for holder, partner in (("origin", "destination"), ("destination", "origin")):
        row[f"trust_{holder}_{partner}"] = mean(i.trust[j].mean for i in roles[holder] for j in roles[partner])
    row["trust_states_networks"] = model.trust_in_networks()
    return row
