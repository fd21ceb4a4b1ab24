"""What variance must know of weighting: a calibrated total varies as its residuals on the weighting variables do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import FloatArray
from sdm_lib.survey.regressors import Regressors, solve

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


def regression(regressors: Regressors, *, metric: FloatArray, after: FloatArray) -> Calibration:
    """The step of post-stratification and calibration: residuals of a regression with the weights before it."""
    return Calibration(regressors, metric, after, solve(regressors.gram(metric), np.eye(regressors.width)))


def alternating(regressors: Regressors, *, metric: FloatArray, after: FloatArray) -> Calibration:
    """The step of raking: margin means taken away in turn, ten times round.

    Ten turns are not quite the regression on all margins together; R stops there, and its standard errors are equal
    to the sixth digit only when this does too. A turn is a Gauss-Seidel sweep over the normal equations.
    """
    gram = regressors.gram(metric)
    found, start = np.zeros_like(gram), 0
    blocks = []
    for _, size in regressors.margins:
        blocks.append(slice(start, start + size))
        start += size
    count = np.where(np.diag(gram) > 0, np.diag(gram), 1.0)[:, None]
    for _ in range(SWEEPS):
        for block in blocks:
            gap = np.eye(len(gram))[block] - gram[block] @ found
            found[block] += np.where(np.diag(gram)[block, None] > 0, gap / count[block], 0.0)
    return Calibration(regressors, metric, after, found)


def residuals(steps: Sequence[Calibration], scores: FloatArray) -> FloatArray:
    """Scores (rows x q, weights included) after regression on the weighting variables of each step, oldest first.

    Source: Deville and Sarndal (1992), JASA 87, 376-382, equation 3.4.
    """
    for step in steps:
        live = step.after != 0
        everything = bool(live.all())
        after = (step.after if everything else np.where(live, step.after, 1.0))[:, None]
        plain = scores / after if everything else np.where(live[:, None], scores / after, 0.0)
        slope = step.operator @ step.regressors.cross(plain * step.metric[:, None])
        scores = (plain - step.regressors.combine(slope)) * step.after[:, None]
    return scores
