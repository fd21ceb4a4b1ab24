"""Weighted generalised linear fit by iteratively reweighted least squares: the point estimate only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import BoolArray, FloatArray
from sdm_lib.survey.errors import survey_error

EPSILON = 1e-8  # relative change of the deviance at which R stops


@dataclass(frozen=True, slots=True)
class Family:
    """A distribution with its canonical link: mean, its slope, variance, deviance per row, and a starting mean."""

    name: str
    mean: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]
    variance: Callable[[FloatArray], FloatArray]
    deviance: Callable[[FloatArray, FloatArray], FloatArray]
    link: Callable[[FloatArray], FloatArray]
    start: Callable[[FloatArray, FloatArray], FloatArray]
    valid: Callable[[FloatArray], BoolArray]


def _log_ratio(y: FloatArray, mu: FloatArray) -> FloatArray:
    return np.where(y > 0, y * np.log(np.where(y > 0, y, 1.0) / mu), 0.0)


def _expit(eta: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -30, 30))))  # 30: the share is 1e-13 from 0 or 1


FAMILIES = {
    "gaussian": Family(
        "gaussian", lambda e: e, lambda e: np.ones_like(e), lambda m: np.ones_like(m),
        lambda y, m: (y - m) ** 2, lambda m: m, lambda y, w: y, lambda y: np.isfinite(y),
    ),
    "binomial": Family(
        "binomial", _expit, lambda e: _expit(e) * (1 - _expit(e)), lambda m: m * (1 - m),
        lambda y, m: 2 * (_log_ratio(y, m) + _log_ratio(1 - y, 1 - m)),
        lambda m: np.log(m / (1 - m)), lambda y, w: (w * y + 0.5) / (w + 1), lambda y: (y >= 0) & (y <= 1),
    ),
    "poisson": Family(
        "poisson", lambda e: np.exp(np.minimum(e, 50)), lambda e: np.exp(np.minimum(e, 50)), lambda m: m,
        lambda y, m: 2 * (_log_ratio(y, m) - (y - m)), np.log, lambda y, w: y + 0.1, lambda y: y >= 0,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Irls:
    """Coefficients, fitted means, working residuals times working weights, and the inverse of X'WX."""

    coef: FloatArray
    mu: FloatArray
    residual: FloatArray
    bread: FloatArray


def irls(
    x: FloatArray,
    y: FloatArray,
    weights: FloatArray,
    family: Family,
    *,
    start: FloatArray | None = None,
    unit: float | None = None,
) -> Irls:
    """Fit by least squares on the working response until the deviance stands still.

    Raises SurveyError for negative weights, an outcome outside the family, columns that say the same, and no fit.
    """
    if (weights < 0).any():
        raise survey_error(
            "SDM-845",
            f"{int((weights < 0).sum())} gewichten zijn negatief",
            "Een model kan daar niet mee: weeg met grenzen.",
        )
    live = weights > 0
    if not family.valid(y[live]).all():
        raise survey_error("SDM-846", f"de uitkomst past niet bij familie {family.name}", "Kies een andere familie.")
    scaled = weights / (unit or weights[live].mean())
    mu = family.start(y, scaled) if start is None else family.mean(x @ start)
    eta = family.link(mu)
    last = np.inf
    for _ in range(100):
        mu, slope = family.mean(eta), family.slope(eta)
        working = weights * slope**2 / family.variance(mu)
        gram = x.T @ (x * working[:, None])
        scale = np.sqrt(np.diag(gram))
        if not (scale > 0).all() or np.linalg.cond(gram / np.outer(scale, scale)) > 1e13:
            raise survey_error(
                "SDM-847", "kolommen van het model zeggen hetzelfde, of scheiden de uitkomst geheel", "Laat er een weg."
            )
        coef = np.asarray(np.linalg.solve(gram, x.T @ (working * (eta + (y - mu) / slope))), dtype=np.float64)
        eta = x @ coef
        fitted = family.mean(eta)
        deviance = float(scaled @ family.deviance(y, fitted))
        # the rule of R, its covariance from the last working weights included: so both agree to the last digits
        if abs(deviance - last) < EPSILON * (abs(deviance) + 0.1):
            bread = np.asarray(np.linalg.inv(gram), dtype=np.float64)
            return Irls(coef, fitted, working * (y - fitted) / family.slope(eta), bread)
        last = deviance
    raise survey_error(
        "SDM-848", "het model komt niet tot rust na 100 rondes", "Laat zeldzame categorieen weg of voeg ze samen."
    )
