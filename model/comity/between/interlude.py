"""What a year does to everybody, whether they meet or not."""

from comity.between.domestic_pull import pull_home
from comity.between.forgetting import forget
from comity.between.recovery import recover
from comity.between.turnover import replace_delegations
from comity.compiled import compiled

__all__ = ["pass_year"]


@compiled
def pass_year(world, year, rates, keys):
    """Let one year pass for everybody; ``year`` is its address.

    Order: domestic pull on positions, forgetting of evidence, turnover of delegations, recovery from pressure.
    """
    pull_home(world, rates)
    if rates.evidence_decay > 0.0:
        forget(world, rates)
    replace_delegations(world, year, rates, keys)
    recover(world, rates)
