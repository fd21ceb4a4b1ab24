"""Scales on which a share can be modelled: there and back, with the bias of a bent scale taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import BoolArray, FloatArray

Bend = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Scale:
    """there, back : to the scale of the model and back. slope : of `back` at a value on that scale. variance : of a
    transformed estimate from the estimate and its variance. mean : expected answer for a normal value with mean and
    variance. inside : can this estimate be transformed, its variance known on the scale already or not. clip : the part
    of the scale on which `back` rises. steady : of an estimate and its variance on the scale, the same as if a little
    was known before, so that few answers and answers all alike lie where they should: Anscombe (1948), Biometrika 35,
    246-254, for arcsine.
    """

    there: Bend
    back: Bend
    slope: Bend
    variance: Callable[[FloatArray, FloatArray], FloatArray]
    mean: Callable[[FloatArray, FloatArray], FloatArray]
    inside: Callable[[FloatArray, bool], BoolArray]
    clip: Bend
    steady: Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]] = lambda y, d: (y, d)


def _expit(z: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-z)))


def _anscombe(y: FloatArray, d: FloatArray) -> tuple[FloatArray, FloatArray]:
    n = 1 / (4 * d)
    return np.asarray((n * y + 3 / 8) / (n + 3 / 4)), np.asarray(1 / (4 * n + 2))


def _logit_mean(mean: FloatArray, variance: FloatArray) -> FloatArray:
    """By Gauss-Hermite integration over the normal distribution, 30 points."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(30)
    points = mean[:, None] + np.sqrt(variance)[:, None] * nodes[None, :]
    return np.asarray(_expit(points) @ weights / weights.sum())


SCALES = {
    "none": Scale(
        lambda y: y, lambda z: z, np.ones_like, lambda y, v: v, lambda m, v: m,
        lambda y, known: np.isfinite(y), lambda z: z,
    ),
    "arcsine": Scale(
        lambda y: np.arcsin(np.sqrt(y)), lambda z: np.sin(z) ** 2, lambda z: np.abs(np.sin(2 * z)),
        lambda y, v: v / (4 * y * (1 - y)),
        lambda m, v: (1 - np.exp(-2 * v) * np.cos(2 * m)) / 2,
        lambda y, known: np.asarray((y >= 0) & (y <= 1) & (known | ((y > 0) & (y < 1)))),
        lambda z: np.clip(z, 0, np.pi / 2), _anscombe,
    ),
    "logit": Scale(
        lambda y: np.log(y / (1 - y)), _expit, lambda z: _expit(z) * (1 - _expit(z)),
        lambda y, v: v / (y * (1 - y)) ** 2, _logit_mean,
        lambda y, known: np.asarray((y > 0) & (y < 1)), lambda z: z,
    ),
}  # fmt: skip
