"""A belief: what one actor thinks of another, as beta evidence (Josang and Ismail 2002)."""

from __future__ import annotations

__all__ = ["Belief"]


class Belief:
    """Positive and negative evidence about a partner.

    Attributes
    ----------
    alpha, beta
        Evidence that the partner cooperates, and that it does not; both start from the prior.
    mean
        Expectation that the partner acts cooperatively, alpha / (alpha + beta).
    """

    __slots__ = ("_alpha_before", "_beta_before", "alpha", "beta", "mean")

    def __init__(self, prior: float, weight: float) -> None:
        self.alpha = self._alpha_before = prior * weight
        self.beta = self._beta_before = (1 - prior) * weight
        self.mean = prior

    def learn(self, evidence: float, weight: float) -> None:
        """Add a piece of evidence in [0, 1] of some weight."""
        self.alpha += weight * evidence
        self.beta += weight * (1 - evidence)
        self.mean = self.alpha / (self.alpha + self.beta)

    def forget(self, decay: float) -> None:
        """Lose a share of what was learned, and nothing of the prior."""
        self.alpha -= decay * (self.alpha - self._alpha_before)
        self.beta -= decay * (self.beta - self._beta_before)
        self.mean = self.alpha / (self.alpha + self.beta)
