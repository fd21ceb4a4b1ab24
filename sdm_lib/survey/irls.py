"""Weighted generalised linear fit by iteratively reweighted least squares: the point estimate only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import BoolArray, FloatArray
from sdm_lib.survey.errors import survey_error


@dataclass(frozen=True, slots=True)
class Family:
    """A distribution with its canonical link: mean, its slope, variance, deviance per row, and a starting mean."""

    name: str
    mean: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]
    variance: Callable[[FloatArray], FloatArray]
    deviance: Callable[[FloatArray, FloatArray], FloatArray]
    link: Callable[[FloatArray], FloatArray]
    start: Callable[[FloatArray], FloatArray]
    valid: Callable[[FloatArray], BoolArray]


def _log_ratio(y: FloatArray, mu: FloatArray) -> FloatArray:
    return np.where(y > 0, y * np.log(np.where(y > 0, y, 1.0) / mu), 0.0)


def _expit(eta: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -30, 30))))  # 30: the share is 1e-13 from 0 or 1


FAMILIES = {
    "gaussian": Family(
        "gaussian", lambda e: e, lambda e: np.ones_like(e), lambda m: np.ones_like(m),
        lambda y, m: (y - m) ** 2, lambda m: m, lambda y: y, lambda y: np.isfinite(y),
    ),
    "binomial": Family(
        "binomial", _expit, lambda e: _expit(e) * (1 - _expit(e)), lambda m: m * (1 - m),
        lambda y, m: 2 * (_log_ratio(y, m) + _log_ratio(1 - y, 1 - m)),
        lambda m: np.log(m / (1 - m)), lambda y: (y + 0.5) / 2, lambda y: (y >= 0) & (y <= 1),
    ),
    "poisson": Family(
        "poisson", lambda e: np.exp(np.minimum(e, 50)), lambda e: np.exp(np.minimum(e, 50)), lambda m: m,
        lambda y, m: 2 * (_log_ratio(y, m) - (y - m)), np.log, lambda y: y + 0.1, lambda y: y >= 0,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Irls:
    """Coefficients, fitted means, working weights (with the survey weight in them) and deviance."""

    coef: FloatArray
    mu: FloatArray
    working: FloatArray
    bread: FloatArray
    deviance: float


def irls(x: FloatArray, y: FloatArray, weights: FloatArray, family: Family, *, start: FloatArray | None = None) -> Irls:
    """Fit by least squares on the working response until the coefficients stand still.

    Raises SurveyError for negative weights, an outcome outside the family, columns that say the same, and no fit.
    """
    if (weights < 0).any():
        raise survey_error(
            "SDM-545",
            f"{int((weights < 0).sum())} gewichten zijn negatief",
            "Een model kan daar niet mee: weeg met grenzen.",
        )
    live = weights > 0
    if not family.valid(y[live]).all():
        raise survey_error("SDM-546", f"de uitkomst past niet bij familie {family.name}", "Kies een andere familie.")
    eta = family.link(family.start(y)) if start is None else x @ start
    coef, last = np.zeros(x.shape[1]), np.inf
    for _ in range(100):
        mu, slope = family.mean(eta), family.slope(eta)
        working = weights * slope**2 / family.variance(mu)
        gram = x.T @ (x * working[:, None])
        if np.linalg.cond(gram / np.sqrt(np.outer(np.diag(gram), np.diag(gram)))) > 1e13:
            raise survey_error(
                "SDM-547", "kolommen van het model zeggen hetzelfde, of scheiden de uitkomst geheel", "Laat er een weg."
            )
        new = np.asarray(np.linalg.solve(gram, x.T @ (working * (eta + (y - mu) / slope))), dtype=np.float64)
        moved = float(np.max(np.abs(new - coef) / (np.abs(new) + 1e-3)))
        coef, eta = new, x @ new
        if moved < 1e-11 or (moved < 1e-8 and moved >= last):
            mu = family.mean(eta)
            working = weights * family.slope(eta) ** 2 / family.variance(mu)
            bread = np.asarray(np.linalg.inv(x.T @ (x * working[:, None])), dtype=np.float64)
            return Irls(coef, mu, working, bread, float(weights @ family.deviance(y, mu)))
        last = moved
    raise survey_error(
        "SDM-548", "het model komt niet tot rust na 100 rondes", "Laat zeldzame categorieen weg of voeg ze samen."
    )
