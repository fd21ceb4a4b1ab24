"""What variance must know of weighting: a calibrated total varies as its residuals on the weighting variables do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import FloatArray
from sdm_lib.survey.regressors import Regressors, solve


@dataclass(frozen=True, slots=True)
class Calibration:
    """One weighting step: regressors, the metric of their regression, and the weights after the step."""

    regressors: Regressors
    metric: FloatArray
    after: FloatArray
    gram: FloatArray

    @classmethod
    def of(cls, regressors: Regressors, *, metric: FloatArray, after: FloatArray) -> Calibration:
        return cls(regressors, metric, after, regressors.gram(metric))


def residuals(steps: Sequence[Calibration], scores: FloatArray) -> FloatArray:
    """Scores (rows x q, weights included) after regression on the weighting variables of each step.

    Source: Deville and Sarndal (1992), JASA 87, 376-382, equation 3.4.
    """
    for step in steps:
        live = step.after != 0
        after = np.where(live, step.after, 1.0)[:, None]
        plain = np.where(live[:, None], scores / after, 0.0)
        slope = solve(step.gram, step.regressors.cross(plain * step.metric[:, None]))
        scores = (plain - step.regressors.combine(slope)) * np.where(live, step.after, 0.0)[:, None]
    return scores
