"""Calibration by history matching: what is left of the parameters' ranges when the facts have been looked at."""
