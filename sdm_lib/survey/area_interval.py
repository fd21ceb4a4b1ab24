"""Margins that hold for every single area: a confidence interval of its own answers, placed by what the others say.

The margin of a model holds over areas together: an area far from its covariates is pulled towards them, and its margin
may then miss the truth two times in three. Here each area keeps an interval of exactly the promised level, whatever its
true value is; the other areas only decide on which side it spends its chance of missing. With direct estimate y,
standard error s, and mean m and variance t2 that the model gives to the area when it is left out:

    y + s q(a (1-k)) < value < y - s q(a k),   q(a k) - q(a (1-k)) = 2 s (value - m) / t2,   a = 1 - level

The estimate m + (y - m) t2 / (t2 + s2) lies within it, and where the others are right it is a sixth narrower than the
interval of the answers alone. Sources: Pratt (1963), Annals of Mathematical Statistics 34, 574-586; Yu and Hoff (2018),
Biometrika 105, 319-335; Burris and Hoff (2020), J Survey Statistics and Methodology 8, 206-230; the estimate within it:
Cortinovis and Caron (2024), arXiv 2410.20169; p-value: Hoff (2022), JASA 117, 1254-1269.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import BoolArray, FloatArray
from sdm_lib.survey.small_area import AreaModel, slope_of_likelihood

_LEAST = 0.05  # spread in standard errors below which it makes no difference, and the search would run out of range
_WIDE, _STEPS = 1e6, 90  # bounds and halvings of the search


@dataclass(frozen=True, slots=True)
class Assisted:
    """Direct estimates with what others say of them, an element each, on the scale of the model.

    estimate, se : of the answers. mean, spread : expected value and its standard deviation, from other areas; spread
    is infinite where the others say nothing.
    """

    estimate: FloatArray
    se: FloatArray
    mean: FloatArray
    spread: FloatArray

    @property
    def pull(self) -> FloatArray:
        return np.asarray(2 * self.se / np.maximum(self.spread, _LEAST * self.se) ** 2)

    def interval(self, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Lower and upper bounds.

        >>> alone = Assisted(np.array([1.0]), np.array([1.0]), np.array([0.0]), np.array([np.inf]))
        >>> [round(float(bound[0]), 2) for bound in alone.interval()]
        [-0.96, 2.96]
        """
        if not 0 < level < 1:
            raise ValueError(f"level must lie between 0 and 1, got {level!r}")
        lower, upper = (self._bound(side, level) for side in (1, 0))
        return lower, upper

    def _bound(self, side: int, level: float) -> FloatArray:
        low, high = np.full(len(self.estimate), -_WIDE), np.full(len(self.estimate), _WIDE)
        for _ in range(_STEPS):
            middle = (low + high) / 2
            tails = _tails(middle, level)
            value = self.estimate - self.se * tails[side]
            above = tails[0] + tails[1] > self.pull * (value - self.mean)
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return np.asarray(self.estimate - self.se * _tails((low + high) / 2, level)[side])

    def p(self, null: FloatArray | float = 0.0) -> FloatArray:
        """Two-sided p-value of a value; below 1 - level exactly where the interval leaves that value out."""
        from scipy import special

        half = self.pull * (self.mean - null) / 2
        away = np.abs((self.estimate - null) / self.se + half)
        return np.asarray(special.ndtr(half - away) + special.ndtr(-half - away))


def _tails(v: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Normal quantiles that cut off 1 - level together: v = 0 half each, v to infinity all of it below."""
    from scipy import special

    half, u = (1 - level) / 2, v * v
    small = -special.ndtri_exp(np.log(half) - u)
    large = -special.ndtri(half * (2 - np.exp(-u)))
    return np.where(v >= 0, -large, -small), np.where(v >= 0, small, large)


def from_others(model: AreaModel, contrasts: FloatArray) -> Assisted:
    """What the answers say of sums of areas, and what the areas outside each sum say of it.

    contrasts : a row a sum, a column an area; an area is part of the sum where it is not zero. Areas in a sum must have
    answers. The variance between areas and the coefficients are estimated anew without them.
    """
    d = np.where(model.sampled, model.variance, 0.0)
    keep = (contrasts == 0) & model.sampled
    between, beta, covariance = _without(model, keep)
    mean = np.einsum("gm,mp,gp->g", contrasts, model.x, beta)
    loads = contrasts @ model.x
    spread = between * (contrasts**2).sum(axis=1) + np.einsum("gp,gpq,gq->g", loads, covariance, loads)
    estimate = contrasts @ np.where(model.sampled, model.direct, 0.0)
    return Assisted(estimate, np.sqrt(contrasts**2 @ d), mean, np.sqrt(spread))


def _without(model: AreaModel, keep: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Variance between areas, coefficients and their covariance from the areas kept, for each row of `keep`."""
    y, d = (np.where(model.sampled, column, fill) for column, fill in ((model.direct, 0.0), (model.variance, 1.0)))
    units = np.linalg.norm(model.x[model.sampled], axis=0)
    x, size = model.x / units, model.x.shape[1]
    between = np.full(len(keep), np.inf)
    beta, covariance = np.zeros((len(keep), size)), np.zeros((len(keep), size, size))
    enough = (keep.sum(axis=1) > size) & (np.linalg.matrix_rank(keep[:, :, None] * x[None]) == size)
    if enough.any():
        between[enough] = _between(y, d, x, keep[enough], model.method)
        precision = keep[enough] / (d + between[enough][:, None])
        covariance[enough] = np.linalg.inv(np.einsum("gm,mp,mq->gpq", precision, x, x))
        beta[enough] = np.einsum("gpq,gm,mq,m->gp", covariance[enough], precision, x, y, optimize=True)
    return between, beta / units, covariance / np.outer(units, units)


def _between(y: FloatArray, d: FloatArray, x: FloatArray, keep: BoolArray, method: str) -> FloatArray:
    """A root of the slope of the likelihood; any will do here, since it does not depend on the areas left out."""
    unit = float(np.mean(d)) + float(np.var(y))
    low, high = np.full(len(keep), np.log(1e-6 * unit)), np.full(len(keep), np.log(1e3 * unit))
    for _ in range(30):
        middle = (low + high) / 2
        rises = slope_of_likelihood(np.exp(middle), y, d, x, method=method, keep=keep) > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    return np.asarray(np.exp((low + high) / 2))
