"""What variance must know of weighting: a calibrated total varies as its residuals on the weighting variables do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import FloatArray, IntArray
from sdm_lib.survey.regressors import Regressors, inverse

SWEEPS = 10  # of alternating projections after raking, as R does them


@dataclass(frozen=True, slots=True)
class Calibration:
    """One weighting step: regressors, the metric of their regression, the weights after the step.

    operator : leads from X' diag(metric) z to regression coefficients.
    """

    regressors: Regressors
    metric: FloatArray
    after: FloatArray
    operator: FloatArray


def regression(regressors: Regressors, gram: FloatArray, *, metric: FloatArray, after: FloatArray) -> Calibration:
    """The step of post-stratification and calibration: residuals of a regression with the weights before it.

    gram : X' diag(metric) X.
    """
    operator = inverse(gram, spare=regressors.spare)
    return Calibration(regressors, metric, after, operator)


def alternating(regressors: Regressors, gram: FloatArray, *, metric: FloatArray, after: FloatArray) -> Calibration:
    """The step of raking: margin means taken away in turn, ten times round.

    Ten turns are not quite the regression on all margins together; R stops there, and its standard errors are equal
    to the sixth digit only when this does too. A turn is a Gauss-Seidel sweep over the normal equations:
    categories of one margin do not overlap, so a sweep per category is a sweep per margin.
    """
    # categories that do not occur have an empty row: they get no coefficient
    used = np.diag(gram) > 0
    turn = np.linalg.inv(np.tril(gram) + np.diag(np.where(used, 0.0, 1.0))) * used[:, None] * used
    rest = np.eye(len(gram)) - turn @ gram
    operator = turn
    for _ in range(SWEEPS - 1):
        operator = turn + rest @ operator
    return Calibration(regressors, metric, after, np.asarray(operator))


def residuals(steps: Sequence[Calibration], scores: FloatArray) -> FloatArray:
    """Scores (rows x q, weights included) after regression on the weighting variables of each step, oldest first.

    Source: Deville and Sarndal (1992), JASA 87, 376-382, equation 3.4.
    """
    for step in steps:
        plain = scores / _divisor(step)[:, None]
        scores = _left(step, plain, step.operator @ step.regressors.cross(plain * step.metric[:, None]))
    return scores


def domain_residuals(
    steps: Sequence[Calibration], scores: FloatArray, place: IntArray, column: IntArray, size: int
) -> FloatArray:
    """As `residuals`, for scores that are zero but in one column per row: `scores` at (`place`, `column`)."""
    step, n = steps[0], len(steps[0].after)
    divided = scores / _divisor(step)[place]
    x = step.regressors if len(place) == n else step.regressors.rows(place)  # place is in row order
    cross = x.cross_by_domain(divided * step.metric[place], domain=column, n_domains=size)
    plain = np.zeros((n, size))
    plain[place, column] = divided
    return residuals(steps[1:], _left(step, plain, step.operator @ cross))


def _divisor(step: Calibration) -> FloatArray:
    return np.where(step.after != 0, step.after, np.inf)  # rows without weight have no score


def _left(step: Calibration, plain: FloatArray, slope: FloatArray) -> FloatArray:
    found = plain - step.regressors.combine(slope)
    found *= step.after[:, None]
    return found
