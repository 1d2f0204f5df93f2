"""Boxes in the space of the factors, found by PRIM and by CART."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["Box", "cart_boxes", "prim_boxes", "quasi_p"]

_ANY_SUCCESS = 1e-9
"""Density above which version 2 of the EMA workbench returns a box; the choice of a box is made here."""


@dataclass(frozen=True)
class Box:
    """A box: for each restricted factor, by its number, what its values must be.

    Attributes
    ----------
    low, high
        Smallest and largest value of factors that are numbers; both belong to the box.
    among
        The values of other factors that belong to the box, as their numbers.
    """

    low: dict[int, float]
    high: dict[int, float]
    among: dict[int, frozenset[int]]

    def holds(self, x: np.ndarray) -> np.ndarray:
        """Return for each case, a row of x of shape (cases, factors), whether it lies in the box; bool (cases,)."""
        inside = np.ones(len(x), dtype=bool)
        for i, low in self.low.items():
            inside &= x[:, i] >= low
        for i, high in self.high.items():
            inside &= x[:, i] <= high
        for i, values in self.among.items():
            inside &= np.isin(x[:, i], list(values))
        return inside

    def restrictions(self) -> Iterator[tuple[str, int, Box]]:
        """Yield each restriction: ``low``, ``high`` or ``among``, the number of its factor, and the box without it."""
        for i in sorted({*self.low, *self.high, *self.among}):
            for kind in ("low", "high", "among"):
                given: dict[int, Any] = getattr(self, kind)
                if i in given:
                    yield kind, i, replace(self, **{kind: {key: given[key] for key in given if key != i}})


def quasi_p(box: Box, without: Box, x: np.ndarray, y: np.ndarray) -> float:
    """Return the quasi-p-value of a restriction.

    The probability, under a binomial distribution with the density of the box without the restriction, of as many
    successes as the box has, or more.

    Source: Bryant and Lempert (2010), Technological Forecasting and Social Change 77, 34-49.
    """
    from scipy.stats import binomtest

    inside, wider = box.holds(x), without.holds(x)
    return float(binomtest(int(y[inside].sum()), int(inside.sum()), y[wider].mean(), alternative="greater").pvalue)


def prim_boxes(x: np.ndarray, nominal: list[bool], y: np.ndarray, density: float, mass: float, most: int) -> list[Box]:
    """Return the boxes of PRIM, as the EMA workbench finds them, each among the cases that the former ones leave.

    Of the boxes on the way of peeling and pasting, the one with the largest coverage that reaches the density is taken.
    If none does, the densest is the only box; without any peel there is none.

    Parameters
    ----------
    x
        Cases, shape (cases, factors); of factors that are not numbers, the numbers of their values.
    nominal
        Whether each factor is not a number.
    y
        Whether each case is a success, shape (cases,).
    density, mass
        Least share of successes in a box, and least share of all cases in it.
    most
        Largest number of boxes.

    Notes
    -----
    Source: Friedman and Fisher (1999), Statistics and Computing 9, 123-143; Kwakkel and Jaxa-Rozen (2016),
    Environmental Modelling & Software 79, 311-321, for the objective with mixed factors. Peeling and pasting take 5 %
    of the cases, as the workbench does by default.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the workbench names optional packages, and calls pandas by its old names
        from ema_workbench.analysis.prim import Prim

        # Numbers of values and not the values: the workbench goes through sets, and the order of a set of texts
        # differs from process to process.
        frame = pd.DataFrame(
            {f"f{i}": x[:, i].astype(int).astype(object) if nominal[i] else x[:, i] for i in range(x.shape[1])}
        )
        options = {"threshold": _ANY_SUCCESS} if "threshold" in inspect.signature(Prim).parameters else {}
        search = Prim(frame, y.astype(int), mass_min=mass, **options)
        boxes: list[Box] = []
        while len(boxes) < most:
            found = search.find_box()
            if found is None:
                break
            way = found.peeling_trajectory.reset_index(drop=True)
            reached = way[way["density"] >= density]
            if reached.empty:
                densest = int(way["density"].astype(float).idxmax())
                if not boxes and densest > 0:
                    boxes.append(_box_of(found.box_lims[densest], search.box_init))
                break
            place = int(reached.sort_values(["coverage", "density"], ascending=False, kind="stable").index[0])
            found.select(place)
            boxes.append(_box_of(found.box_lims[place], search.box_init))
    return boxes


def _box_of(limits: pd.DataFrame, widest: pd.DataFrame) -> Box:
    box = Box({}, {}, {})
    for name in limits.columns:
        i, (low, high), (least, largest) = int(name[1:]), limits[name], widest[name]
        if isinstance(low, set):
            if low != least:
                box.among[i] = frozenset(int(value) for value in low)
            continue
        if low != least:
            box.low[i] = float(low)
        if high != largest:
            box.high[i] = float(high)
    return box


def cart_boxes(x: np.ndarray, nominal: list[bool], y: np.ndarray, density: float, mass: float, most: int) -> list[Box]:
    """Return the boxes of CART: the highest nodes of a classification tree that reach the density.

    If none does, the densest leaf is the only box. Parameters as for :func:`prim_boxes`; the mass is that of a leaf.

    Notes
    -----
    Source: Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees; for scenario discovery,
    Lempert, Bryant and Bankes (2008), RAND WR-557. Implementation: scikit-learn, Gini impurity. A factor that is not a
    number has a column for each value; the workbench's own CART forgets a split to the side of a value.
    """
    from sklearn.tree import DecisionTreeClassifier

    columns: list[tuple[int, int | None]] = []
    for i, is_nominal in enumerate(nominal):
        columns += [(i, int(value)) for value in np.unique(x[:, i])] if is_nominal else [(i, None)]
    coded = np.column_stack([x[:, i] if value is None else x[:, i] == value for i, value in columns])
    fitted = DecisionTreeClassifier(min_samples_leaf=max(1, math.ceil(mass * len(x))), random_state=0).fit(coded, y)
    tree = fitted.tree_
    leaves: list[tuple[float, Box]] = []
    boxes: list[tuple[float, Box]] = []

    def descend(node: int, box: Box) -> None:
        inside = box.holds(x)
        share = float(y[inside].mean()) if inside.any() else 0.0
        if share >= density:
            boxes.append((float(y[inside].sum()), box))
            return
        if tree.children_left[node] == -1:
            leaves.append((share, box))
            return
        for child, side in ((tree.children_left[node], _below), (tree.children_right[node], _above)):
            descend(int(child), side(box, columns[tree.feature[node]], float(tree.threshold[node]), x))

    descend(0, Box({}, {}, {}))
    if not boxes:  # the densest leaf, unless the tree is its root alone
        return [max(leaves, key=lambda leaf: leaf[0])[1]] if len(leaves) > 1 else []
    return [box for _, box in sorted(boxes, key=lambda item: -item[0])[:most]]


def _below(box: Box, column: tuple[int, int | None], threshold: float, x: np.ndarray) -> Box:
    i, value = column
    if value is None:
        return replace(box, high={**box.high, i: threshold})
    left = box.among.get(i, frozenset(int(number) for number in np.unique(x[:, i]))) - {value}
    return replace(box, among={**box.among, i: left})


def _above(box: Box, column: tuple[int, int | None], threshold: float, x: np.ndarray) -> Box:
    i, value = column
    if value is None:
        return replace(box, low={**box.low, i: threshold})
    return replace(box, among={**box.among, i: frozenset({value})})
