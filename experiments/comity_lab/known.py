"""Test functions with known answers for samplers, sweeps and analyses: ``function = "comity_lab.known:ishigami"``."""

from __future__ import annotations

import math
from collections.abc import Mapping

__all__ = ["G_WEIGHTS", "ISHIGAMI_FIRST", "ISHIGAMI_TOTAL", "crossing", "ishigami", "sobol_g"]

ISHIGAMI_FIRST = (0.3139, 0.4424, 0.0)
ISHIGAMI_TOTAL = (0.5576, 0.4424, 0.2437)
"""Sobol indices, first order and total, of the Ishigami function with a = 7, b = 0.1. Source: Saltelli et al. (2008),
Global Sensitivity Analysis: The Primer, p. 196."""

G_WEIGHTS = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0)
"""Weights a_i of the g function of Sobol as tabulated in Saltelli et al. (2008)."""


def ishigami(values: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return y = sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1 for x1, x2, x3 in [-π, π].

    Source: Ishigami and Homma (1990), First International Symposium on Uncertainty Modeling and Analysis, 398-403.
    """
    x1, x2, x3 = values["x1"], values["x2"], values["x3"]
    return {"y": math.sin(x1) + 7 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)}


def sobol_g(values: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return y = Π (|4 x_i - 2| + a_i) / (1 + a_i) for x1, x2, … in [0, 1].

    Source: Sobol (1993), Mathematical Modelling and Computational Experiments 1, 407-414.
    """
    y = 1.0
    for i, weight in enumerate(G_WEIGHTS[: len(values)]):
        y *= (abs(4 * values[f"x{i + 1}"] - 2) + weight) / (1 + weight)
    return {"y": y}


def crossing(values: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return the sum and the difference of x1 and x2, and x1 + x3 with luck of standard deviation 0.05.

    Sum and difference know x1 and x2 exactly, and nothing but a bound on the third output knows x3.
    """
    from statistics import NormalDist

    luck = NormalDist(0, 0.05).inv_cdf((seed % 99991 + 0.5) / 99991)
    return {
        "sum": values["x1"] + values["x2"],
        "difference": values["x1"] - values["x2"],
        "bounded": values["x1"] + values.get("x3", 0.0) + luck,
    }
