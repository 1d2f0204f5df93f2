"""The observation model between a run and speeches: who mentions migration in the General Debate, and in which frame.

Silence is no absence of a position: a speech has fifteen minutes for the whole world. So the model is of the chance
that a speech has a sentence on migration, and of its frames if it has one::

    logit P(mention_it) = a + b s_i + u_i + d D_t + c C_it + g_p (p_it - p_i0) + g_c (c_it - c_i0)
    logit P(frame f | mention) = a_f + b_f (v_it^f - mean v_0^f) + h_f (phi_D D_t or phi_F C_it)

with the stake ``s_i``, a standing inclination ``u_i`` ~ N(0, tau^2), a dialogue before the debate ``D_t``, the chair
``C_it``, attachment ``p``, disposition to cooperate ``c``, and the view ``v^f`` that the frame follows. ``phi`` is the
development framing of the dialogue or the forum for the frame of development, and 1 for the others. Frames are
independent given a mention.

``a, b, tau, a_f, b_f`` are estimated on speeches of 1994-2005 and the tables of 2006, before any run begins. ``d, c,
h_f`` are the size of the performance: they are set so that 2006 and the years of chairs have on average what was
observed, and are therefore no test. ``g_p, g_c``, how much of a lasting change is heard, cannot be estimated on either:
assumptions.
The model reads a record and changes nothing in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import expit, logsumexp

from comity_lab.speech.course import Course
from comity_lab.speech.findings import CHAIRS
from comity_lab.speech.panel import FRAMES, YEARS, Panel

__all__ = ["Coupling", "ObservationModel", "estimate", "simulate"]

Floats = NDArray[np.float64]

_BEFORE = slice(0, YEARS.index(2006))
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, kw_only=True)
class Coupling:
    """How much of a lasting change is heard, logits per unit of the share; assumptions.

    A state that was not attached at all and is by half, or whose disposition rises by a quarter, has its odds of
    speaking multiplied by e.
    """

    attachment: float = 2.0
    cooperation: float = 4.0

    def times(self, factor: float) -> Coupling:
        """Return the coupling times a number."""
        return Coupling(attachment=factor * self.attachment, cooperation=factor * self.cooperation)


@dataclass(frozen=True, kw_only=True)
class ObservationModel:
    """Parameters, in logits; see the head of this file.

    Attributes
    ----------
    intercept, stake, spread
        a, b and tau.
    dialogue, chair
        d and c.
    frames
        (a_f, b_f, h_f) by frame; and the mean view at the start.
    stakes
        s_i by state, (n,).
    """

    intercept: float
    stake: float
    spread: float
    dialogue: float
    chair: float
    frames: dict[str, tuple[float, float, float]]
    centres: dict[str, float]
    stakes: Floats


def estimate(observed: Panel, course: Course, stakes: Floats) -> ObservationModel:
    """Return the observation model of what was said, given a calendar and where states stood at its start.

    Parameters
    ----------
    observed
        What was said.
    course
        Of any run of the scenario: only its first column, its framings and its states are read.
    stakes
        From :func:`comity_lab.speech.course.stakes_of`, in the order of the panel.
    """
    intercept, stake, spread = _standing(observed.mention[:, _BEFORE], stakes)
    base = intercept + stake * stakes
    in_2006 = YEARS.index(2006)
    spoke = ~np.isnan(observed.mention[:, in_2006])
    dialogue = _shift(base[spoke], spread, observed.mention[spoke, in_2006])
    places = [(observed.states.index(s), YEARS.index(year)) for s, year in CHAIRS.items() if s in observed.states]
    chaired = [place for place in places if not np.isnan(observed.mention[place])]
    chair = _shift(base[[row for row, _ in chaired]], spread, np.array([observed.mention[p] for p in chaired]))
    frames, centres = {}, {}
    framed_at = [(int(row), in_2006, course.framings.dialogue) for row in np.flatnonzero(spoke)]
    framed_at += [(row, column, course.framings.forum) for row, column in chaired]
    framed_at = [item for item in framed_at if observed.mention[item[0], item[1]] == 1]
    for name in FRAMES:
        start = course.views[name][:, 0]
        centres[name] = float(start.mean())
        view = start - centres[name]
        a, b = _framing(observed.frames[name][:, _BEFORE], observed.mention[:, _BEFORE], view)
        known = np.array([observed.frames[name][row, column] for row, column, _ in framed_at])
        size = np.array([phi if name == "development" else 1.0 for *_, phi in framed_at])
        logits = a + b * view[[row for row, *_ in framed_at]]
        performed = 0.0 if name == "cooperation" else _solve(logits, size, known)
        frames[name] = (a, b, performed)
    return ObservationModel(
        intercept=intercept, stake=stake, spread=spread, dialogue=dialogue, chair=chair, frames=frames,
        centres=centres, stakes=stakes,
    )  # fmt: skip


def _standing(said: Floats, stakes: Floats) -> tuple[float, float, float]:
    """Return a, b and tau by maximum likelihood, the inclination integrated out by Gauss-Hermite quadrature."""
    n = (~np.isnan(said)).sum(axis=1).astype(float)
    k = np.nansum(said, axis=1)

    def minus_log(theta: Floats) -> float:
        a, b, log_spread = theta
        chance = np.clip(expit(a + b * stakes[:, None] + np.exp(log_spread) * _NODES[None, :]), 1e-12, 1 - 1e-12)
        terms = k[:, None] * np.log(chance) + (n - k)[:, None] * np.log1p(-chance)
        return float(-logsumexp(terms + np.log(_WEIGHTS), axis=1).sum())

    a, b, log_spread = minimize(minus_log, np.array([-2.0, 0.0, 0.0]), method="BFGS").x
    return float(a), float(b), float(np.exp(log_spread))


def _framing(framed: Floats, mention: Floats, view: Floats) -> tuple[float, float]:
    """Return a_f and b_f by maximum likelihood among speeches that mention migration."""
    mentions = np.nansum(mention, axis=1)
    k = np.nansum(np.where(mention == 1, framed, np.nan), axis=1)

    def minus_log(theta: Floats) -> float:
        chance = np.clip(expit(theta[0] + theta[1] * view), 1e-12, 1 - 1e-12)
        return float(-(k * np.log(chance) + (mentions - k) * np.log1p(-chance)).sum())

    a, b = minimize(minus_log, np.zeros(2), method="BFGS").x
    return float(a), float(b)


def _smoothed(answers: Floats) -> float:
    """Return a share that is neither 0 nor 1: half an answer of each is added."""
    return float((answers.sum() + 0.5) / (len(answers) + 1.0))


def _shift(logits: Floats, spread: float, answers: Floats) -> float:
    """Return what is added to logits so that the mean chance, over inclinations too, is the share of the answers."""
    share = _smoothed(answers)

    def miss(shift: float) -> float:
        chance = expit(logits[:, None] + spread * _NODES[None, :] + shift) @ _WEIGHTS
        return float(chance.mean() - share)

    return float(brentq(miss, -15.0, 15.0))


def _solve(logits: Floats, size: Floats, answers: Floats) -> float:
    share = _smoothed(answers)
    return float(brentq(lambda h: float(expit(logits + h * size).mean() - share), -30.0, 30.0))


def simulate(
    model: ObservationModel,
    course: Course,
    spoken: Floats,
    rng: np.random.Generator,
    coupling: Coupling,
    shift: Floats | None = None,
) -> Panel:
    """Return speeches that a run would show.

    Parameters
    ----------
    model, coupling
        Estimates, and what is assumed beside them.
    course
        Of the run.
    spoken
        Mentions observed: a speech is simulated where one was given, (n, years).
    rng
        Luck of the speeches; the same for runs that are to be compared.
    shift
        Added to the logits of a mention, (n, years); for the power of a test.
    """
    n, years = spoken.shape
    inclination = model.spread * rng.standard_normal(n)
    logits = (model.intercept + model.stake * model.stakes + inclination)[:, None] + np.zeros((n, years))
    logits += model.dialogue * course.dialogue + model.chair * course.chair
    logits += coupling.attachment * course.attachment + coupling.cooperation * course.cooperation
    if shift is not None:
        logits += shift
    mention = (rng.random((n, years)) < expit(logits)).astype(float)
    frames = {}
    draws = {name: rng.random((n, years)) for name in FRAMES}
    draws["cooperation"] = draws["cooperation_any"]  # sentences without the forum's name are among those with it
    for name in FRAMES:
        a, b, performed = model.frames[name]
        phi_dialogue, phi_forum = course.framings.dialogue, course.framings.forum
        if name != "development":
            phi_dialogue = phi_forum = 1.0
        performance = np.maximum(phi_dialogue * course.dialogue, phi_forum * course.chair)
        chance = expit(a + b * (course.views[name] - model.centres[name]) + performed * performance)
        frames[name] = np.where(np.isnan(spoken), np.nan, mention * (draws[name] < chance))
    return Panel(states=course.states, mention=np.where(np.isnan(spoken), np.nan, mention), frames=frames)
