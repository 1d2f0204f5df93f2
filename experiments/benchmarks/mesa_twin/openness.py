"""Openness to civil society, and who is accredited (ODD 7.17 and 7.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa_twin.arithmetic import clip, mean

if TYPE_CHECKING:
    from mesa_twin.delegation import Delegation
    from mesa_twin.held_meeting import HeldMeeting

__all__ = ["accredited", "common_spaces", "openness_of"]

_BY_COMMON_SPACE = {"interface": 0.4, "half_day": 0.6, "full_day": 0.6}
_OBSERVED = 0.4


def openness_of(meeting: HeldMeeting) -> float:
    """Return how open a meeting is, in [0, 1]."""
    model, plan, forum = meeting.model, meeting.plan, meeting.forum
    base = forum.openness
    if model.given.choices.openness == "scripted":
        if plan.openness is not None:
            return plan.openness
        if plan.common_space == "merged":
            return 1.0
        base = _BY_COMMON_SPACE.get(plan.common_space or "", base)
    climate = mean((host.climate for host in meeting.hosts), empty=0.5)
    gain = model.trust_in_networks() - model.first_trust_in_networks if forum.accreditation else 0.0
    p = model.parameters
    return clip(base + p.openness_climate * (climate - 0.5) + p.openness_trust * gain)


def common_spaces(openness: float) -> int:
    """Return the number of common-space sittings where openness is left to the model."""
    if openness < 0.3:
        return 0
    return 1 if openness < 0.7 else 2


def accredited(meeting: HeldMeeting) -> set[Delegation]:
    """Return the networks that are admitted, of those that came."""
    came = [network for network in meeting.model.networks if network in meeting.came]
    if meeting.openness >= 1:
        return set(came)
    p = meeting.model.parameters
    accepted = min(1.0, p.accreditation_share * meeting.openness / _OBSERVED)
    admitted = round(len(came) * (1 - (1 - accepted) ** p.accreditation_delegates))
    return set(sorted(came, key=lambda network: -network.credit(meeting))[:admitted])
