"""Attachment: how much an actor values that a forum continues follows what it experienced there."""

from __future__ import annotations

from comity.compiled import Records, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.world import Opened

__all__ = ["MECHANISM", "attach", "attachment_step"]

MECHANISM = Mechanism(
    name="attachment",
    changes=("attachment",),
    strength="attachment_rate",
    group="attendance",
    parameters=(
        Parameter(
            "attachment_rate", 0.15, 0, 1, "how fast attachment to a forum follows what was experienced there",
            symbol="eta_a", unit="per meeting", free=True,
        ),
    ),
    source="Facts R11: forums need continued attachment; form: assumption",
)  # fmt: skip


@compiled
def attachment_step(attachment: float, room_trust: float, cooperative_share: float, rate: float) -> float:
    """Return eta_a (experience - p_if), experience the mean of trust in the rooms sat in and cooperation heard.

    ``attachment`` p_if, ``room_trust`` (mean over rounds sat in), ``cooperative_share`` (of the acts heard), ``rate``
    eta_a per meeting: shares.
    """
    return rate * (0.5 * room_trust + 0.5 * cooperative_share - attachment)


@lean
def attach(forum: Whole, experience: Records, run: Opened) -> None:
    """Move attachment to a forum by what was experienced in its rooms; actors that sat nowhere keep theirs.

    ``experience`` (n,): see :data:`comity.world.meeting.EXPERIENCE`.
    """
    rate = run.parameters.attachment_rate
    for i in range(len(experience)):
        if experience.rounds[i] > 0:
            heard = experience.cooperative_heard[i] / experience.heard[i] if experience.heard[i] > 0 else 0.0
            trust = experience.room_trust[i] / experience.rounds[i]
            run.world.attachment[i, forum] += attachment_step(run.world.attachment[i, forum], trust, heard, rate)
