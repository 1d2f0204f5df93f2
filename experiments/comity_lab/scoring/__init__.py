"""The scorecard: how far runs, rival theories and baselines agree with what was observed."""

from comity_lab.scoring.ensemble import Ensemble, run_ensembles
from comity_lab.scoring.scorecard import Scorecard, score

__all__ = ["Ensemble", "Scorecard", "run_ensembles", "score"]
