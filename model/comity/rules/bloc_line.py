"""The bloc line: how much those with whom a state shares blocs withhold their yes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.compiled import Bools, Floats, Ints, compiled
from comity.mechanism import LOGIT, Fixed
from comity.rules.logistic import logistic

__all__ = ["bloc_line", "in_line"]

_CLOSE = 1e-12
"""How little a utility may still move for the bloc line to count as found, in logits."""
NEAR = Fixed(0.01, 0, 1, "step below which secant steps seek the bloc line; changes only how soon it is found", LOGIT)
STEPS = Fixed(1000, 1, 100_000, "steps towards the bloc line at most", "count")
_STEPS = STEPS.count
_NEAR = NEAR.value


class _Ties(NamedTuple):
    """The m states that vote, by their ``rows``, and their ties: ``pairs`` of places among them and what they share.

    ``weight`` (m,) sums what each shares with the others; ``close`` (m, m) is the same as a full matrix. Each state
    sums over the others in the order of the pairs. Where that is the order of the states (``is_sorted``), the sums are
    a plain loop over the matrix without branches, which the compiler makes vector code of.
    """

    rows: Ints
    pairs: Ints
    shared: Floats
    weight: Floats
    close: Floats
    is_sorted: bool


@compiled
def _ties_of(among: Bools, pairs: NDArray[np.int32], shared: Floats) -> _Ties:
    """Return the ties of those ``among`` (n,)."""
    rows, place, n_pairs, last, is_sorted = np.flatnonzero(among), np.full(len(among), -1), 0, -1, True
    for m in range(len(rows)):
        place[rows[m]] = m
    there, share = np.empty((len(shared), 2), dtype=np.int64), np.empty(len(shared))
    weight, close = np.zeros(len(rows)), np.zeros((len(rows), len(rows)))
    for t in range(len(shared)):
        a, b = place[pairs[t, 0]], place[pairs[t, 1]]
        if a >= 0 and b >= 0:
            there[n_pairs, 0], there[n_pairs, 1], share[n_pairs] = a, b, shared[t]
            n_pairs += 1
            weight[a] += shared[t]
            weight[b] += shared[t]
            close[a, b] = shared[t]
            close[b, a] = shared[t]
            is_sorted = is_sorted and a < b and a * len(rows) + b > last
            last = a * len(rows) + b
    return _Ties(rows, there[:n_pairs], share[:n_pairs], weight, close, is_sorted)


@compiled
def _draw_line(not_yes: Floats, ties: _Ties, line: Floats) -> None:
    """Fill ``line`` (m,) with that of the states that vote; see :func:`bloc_line`."""
    m, weight, total, count = len(line), ties.weight, 0.0, 0
    for i in range(m):
        line[i] = 0.0
    if ties.is_sorted:
        for j in range(m):
            for i in range(m):
                line[i] += ties.close[j, i] * not_yes[j]
    else:
        for t in range(len(ties.shared)):
            i, j = ties.pairs[t, 0], ties.pairs[t, 1]
            line[i] += ties.shared[t] * not_yes[j]
            line[j] += ties.shared[t] * not_yes[i]
    for i in range(m):
        if weight[i] > 0.0:
            line[i] /= weight[i]
            total += line[i]
            count += 1
    for i in range(m):
        if weight[i] > 0.0:
            line[i] -= total / count


@compiled
def bloc_line(not_yes: Floats, among: Bools, pairs: NDArray[np.int32], shared: Floats) -> Floats:
    """Return B_i - mean B: how much more than others those with whom a state shares blocs withhold their yes, (n,).

    B_i = sum_j m_ij n_j / sum_j m_ij over the others ``among``, bool (n,); 0 for a state that shares no bloc with them.

    Parameters
    ----------
    not_yes : n_j, shape (n,)
        Whether each withholds its yes, or the probability that it does.
    pairs : int32, shape (t, 2)
        Rows of two states that share blocs, each pair once.
    shared : m_ij, shape (t,)
        How many of the blocs of both: a share.
    """
    ties = _ties_of(among, pairs, shared)
    line, of_all = np.empty(len(ties.rows)), np.zeros(len(not_yes))
    _draw_line(not_yes[ties.rows], ties, line)
    for place in range(len(line)):
        of_all[ties.rows[place]] = line[place]
    return of_all


@compiled
def in_line(base: Floats, strength: float, among: Bools, pairs: NDArray[np.int32], shared: Floats) -> Floats:
    """Return u = base - y_B (B - mean B), the line B being that of the probabilities that u itself gives, (n,).

    A fixed point in expectation. From the utilities without a line, half of the way is gone again and again; once a
    step is small, secant steps do the rest (Anderson 1965, depth 1): each goes where the last two errors, drawn on in
    a straight line, come closest to zero.

    Parameters
    ----------
    base : shape (n,)
        Utilities without the line, in logits.
    strength : y_B
        In logits.
    among, pairs, shared
        As in :func:`bloc_line`.
    """
    ties = _ties_of(among, pairs, shared)
    n, alone = len(ties.rows), base[ties.rows]
    utility, not_yes, line, aim = alone.copy(), np.empty(n), np.empty(n), np.empty(n)
    last_aim, last_error = np.zeros(n), np.zeros(n)
    for step in range(_STEPS):
        for i in range(n):
            not_yes[i] = 1.0 - logistic(utility[i])
        _draw_line(not_yes, ties, line)
        moved, along, squared = 0.0, 0.0, 0.0
        for i in range(n):
            aim[i] = alone[i] - strength * line[i]
            error = aim[i] - utility[i]
            moved = max(moved, abs(error))
            along += error * (error - last_error[i])
            squared += (error - last_error[i]) ** 2
        share = along / squared if squared > 0.0 else 0.0
        is_near = moved <= _NEAR and step > 0
        for i in range(n):
            last_error[i] = aim[i] - utility[i]
            if is_near:
                utility[i] = aim[i] - share * (aim[i] - last_aim[i])
            else:
                utility[i] = 0.5 * (utility[i] + aim[i])
            last_aim[i] = aim[i]
        if moved < _CLOSE:
            break
    of_all = base.copy()
    for i in range(n):
        of_all[ties.rows[i]] = utility[i]
    return of_all
