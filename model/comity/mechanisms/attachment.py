"""Attachment: how much an actor values that a forum continues follows what it experienced there."""

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "attachment_step"]

MECHANISM = Mechanism(
    name="attachment",
    changes=("attachment",),
    strength="attachment_rate",
    parameters=("attachment_rate",),
    source="Facts R11: forums need continued attachment; form: assumption",
)


@compiled
def attachment_step(attachment, room_trust, cooperative_share, rate):
    """Return eta_a (experience - p_if), experience the mean of trust in the rooms sat in and cooperation heard.

    ``attachment`` p_if, ``room_trust`` (mean over rounds sat in), ``cooperative_share`` (of the acts heard), ``rate``
    eta_a per meeting: shares.
    """
    return rate * (0.5 * room_trust + 0.5 * cooperative_share - attachment)
