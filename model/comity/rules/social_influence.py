"""Social influence: the disposition to cooperate follows what trusted speakers do who take a side."""

from __future__ import annotations

from comity.compiled import Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.room import Floor, Talk
from comity.world.world import Opened

__all__ = ["MECHANISM", "influence", "social_influence_step"]

MECHANISM = Mechanism(
    name="social influence",
    changes=("cooperation",),
    strength="social_influence_rate",
    group="socialisation",
    parameters=(
        Parameter(
            "social_influence_rate", 0.04, 0, 1, "share of the way to what is normal in the room that a listener moves",
            symbol="eta_s", unit="per round", source="Johnston (2001), social influence; strength: assumption",
            free=True,
        ),
    ),
    source="Johnston (2001), social influence: back-patting and opprobrium; Rother (2019); form, and that "
    "statements take no side: assumption",
)  # fmt: skip


@compiled
def social_influence_step(cooperation: float, cooperative_share: float, rate: float) -> float:
    """Return eta_s (S_i - c_i), S_i the trust-weighted share of cooperation among cooperation and contestation heard.

    A statement takes no side: it says nothing about what is normal.

    ``cooperation`` c_i, ``cooperative_share`` S_i, ``rate`` eta_s times closeness, per round: shares.
    """
    return rate * (cooperative_share - cooperation)


@lean
def influence(a: Whole, talk: Talk, run: Opened, floor: Floor) -> None:
    """Move the cooperation of listener a towards what the speakers did that it heard."""
    i, actors = floor.row[a], run.world.actors
    taken = floor.heard_cooperation[a] + floor.heard_contestation[a]
    if taken <= 0.0:
        return
    share = floor.heard_cooperation[a] / taken
    step = social_influence_step(actors.cooperation[i], share, talk.closeness * run.parameters.social_influence_rate)
    actors.cooperation[i] += step
    actors.cooperation_by_social_influence[i] += step
