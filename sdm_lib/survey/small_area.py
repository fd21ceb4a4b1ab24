"""Small areas: an estimate for an area with few answers borrows strength from areas that resemble it (Fay-Herriot).

With direct estimate y_i, its sampling variance D_i and covariates x_i of area i:

    y_i = x_i'b + u_i + e_i,   u_i ~ (0, A),   e_i ~ (0, D_i)
    estimate_i = g_i y_i + (1 - g_i) x_i'b,    g_i = A / (A + D_i)

A, the variance between areas that covariates do not explain, comes from restricted likelihood, or from the adjusted
likelihood of Yoshimori and Lahiri, which is never zero: with A = 0 every area would get the synthetic estimate and a
margin that is too narrow. Shares are modelled on the arcsine or logit scale and brought back without bias.
Sources: Fay and Herriot (1979), JASA 74, 269-277; Rao and Molina (2015), Small Area Estimation, 2nd edition, chapter 6;
Yoshimori and Lahiri (2014), Journal of Multivariate Analysis 124, 281-294.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from sdm_lib.survey.area_scale import SCALES, Scale
from sdm_lib.survey.codes import BoolArray, FloatArray, label, numeric
from sdm_lib.survey.errors import choose, survey_error, unknown_column

Method = Literal["reml", "adjusted"]


@dataclass(frozen=True, slots=True)
class AreaModel:
    """A fitted area model; made by `fay_herriot`.

    areas : names. direct, variance : on the scale of the model, NaN where nobody answered. x, names : covariates with
    the intercept first. method : reml or adjusted. between : A. beta, beta_covariance : coefficients. scale : none,
    arcsine or logit.
    """

    areas: tuple[str, ...]
    direct: FloatArray
    variance: FloatArray
    x: FloatArray
    names: tuple[str, ...]
    method: str
    between: float
    beta: FloatArray
    beta_covariance: FloatArray
    scale: str = "none"

    @property
    def sampled(self) -> BoolArray:
        """Areas with a direct estimate."""
        return np.isfinite(self.direct)

    @property
    def weight(self) -> FloatArray:
        """g: how much of the estimate is the area's own (1 all, 0 nothing)."""
        own = self.between / (self.between + np.where(self.sampled, self.variance, 1.0))
        return np.where(self.sampled, own, 0.0)

    @property
    def synthetic(self) -> FloatArray:
        """What the covariates alone predict, on the scale of the model."""
        return np.asarray(self.x @ self.beta)

    @property
    def predicted(self) -> FloatArray:
        """The estimate on the scale of the model."""
        g = self.weight
        return np.asarray(g * np.where(self.sampled, self.direct, 0.0) + (1 - g) * self.synthetic)

    def estimates(self, *, level: float = 0.95) -> pd.DataFrame:
        """One row per area: estimate and direct with their errors, synthetic, weight, residual, method.

        Columns: area, direct, direct_se, estimate, se, ci_low, ci_high, synthetic, weight, residual, method.
        se : root of the estimated mean square error (Prasad-Rao type, second order), carried to the scale of the
        answers: how wrong an area like this one is. ci_low, ci_high : hold this very area, whatever its true value is
        (`area_interval`); where nobody answered, as the model has it. residual : standardised distance of the direct
        estimate from the covariates. method : gemodelleerd, or synthetisch where nobody answered.
        """
        from sdm_lib.survey.area_error import mean_square_error

        way, error = SCALES[self.scale], np.sqrt(mean_square_error(self))
        low, high = self._bounds(error, level=level)
        spread = np.where(self.sampled, self.between + self.variance, np.nan)
        return pd.DataFrame(
            {
                "area": list(self.areas),
                "direct": way.back(self.direct),
                "direct_se": np.sqrt(self.variance) * way.slope(self.direct),
                "estimate": self.answer_scale(),
                "se": error * way.slope(self.predicted),
                "ci_low": way.back(way.clip(low)),
                "ci_high": way.back(way.clip(high)),
                "synthetic": way.back(self.synthetic),
                "weight": self.weight,
                "residual": (self.direct - self.synthetic) / np.sqrt(spread),
                "method": np.where(self.sampled, "gemodelleerd", "synthetisch"),
            }
        )

    def _bounds(self, error: FloatArray, *, level: float) -> tuple[FloatArray, FloatArray]:
        """On the scale of the model; Student's t where the model stands alone: it rests on no more than its areas."""
        from sdm_lib.survey.area_interval import from_others
        from sdm_lib.survey.intervals import t_interval

        used = self.sampled
        low, high = t_interval(self.predicted, error, df=int(used.sum()) - self.x.shape[1], level=level)
        low[used], high[used] = from_others(self, np.eye(len(used))[used]).interval(level=level)
        return np.minimum(low, self.predicted), np.maximum(high, self.predicted)

    def answer_scale(self) -> FloatArray:
        """The estimates on the scale of the answers, without the bias of a bent scale."""
        leading = np.where(self.sampled, self.weight * np.where(self.sampled, self.variance, 0.0), self.between)
        return SCALES[self.scale].mean(self.predicted, leading)

    def coefficients(self) -> pd.DataFrame:
        """One row per covariate: name, estimate, se, z, p."""
        from scipy import special

        se = np.sqrt(np.diag(self.beta_covariance))
        z = self.beta / se
        columns = {"name": list(self.names), "estimate": self.beta, "se": se, "z": z}
        return pd.DataFrame(columns | {"p": 2 * special.ndtr(-np.abs(z))})


def fay_herriot(
    table: pd.DataFrame,
    *,
    direct: str,
    variance: str,
    area: str = "area",
    covariates: Sequence[str] = (),
    scale: Literal["none", "arcsine", "logit"] = "none",
    smoothed: bool = False,
    method: Method = "adjusted",
) -> AreaModel:
    """Fit the model to one row per area.

    direct, variance : columns with the direct estimate and its sampling variance; both empty where nobody answered.
    covariates : numeric columns, known for every area. scale : of the model; for shares arcsine or logit.
    smoothed : the variances are those of `smooth_variances` on that same scale; then arcsine takes shares of 0 and 1,
    and moves every share a little to the middle as Anscombe does.
    method : adjusted (never zero between areas) or reml.

    Raises SurveyError for an area twice, a covariate that is missing or says what others say, a variance that is not
    positive, a share outside 0-1, or too few areas.

    >>> table = pd.DataFrame({"area": list("abcd"), "y": [1.0, 2.0, 3.0, 4.0], "v": [0.1] * 4})
    >>> fay_herriot(table, direct="y", variance="v").weight.round(2).tolist()
    [0.94, 0.94, 0.94, 0.94]
    """
    choose("method", method, ("reml", "adjusted"))
    choose("scale", scale, SCALES)
    for name in (direct, variance, area, *covariates):
        if name not in table.columns:
            raise unknown_column(name, table.columns)
    names = tuple(label(value) for value in table[area])
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise survey_error("SDM-838", f"gebied '{min(twice)}' staat er meer dan eens in", "Geef een regel per gebied.")
    y, d = numeric(table[direct]), numeric(table[variance])
    y, d = _scaled(names, y, d, SCALES[scale], smoothed=smoothed, columns=(direct, variance))
    x = _covariates(table, names, covariates)
    used = np.isfinite(y)
    if int(used.sum()) < x.shape[1] + 2:
        wat = f"{int(used.sum())} gebieden met een schatting voor {x.shape[1]} kenmerken"
        raise survey_error("SDM-839", wat, "Neem minder kenmerken.")
    if np.linalg.matrix_rank(x[used] / np.linalg.norm(x[used], axis=0)) < x.shape[1]:
        wat = f"kenmerken {', '.join(covariates)} zeggen hetzelfde"
        raise survey_error("SDM-839", wat, "Laat er een weg.")
    between = between_variance(y[used], d[used], x[used], method=method)
    empty = AreaModel(
        names, y, d, x, ("(intercept)", *covariates), method, between, np.zeros(0), np.zeros((0, 0)), scale
    )
    return with_between(empty, between)


def with_between(model: AreaModel, between: float) -> AreaModel:
    """The same model with another variance between areas; coefficients follow."""
    used = model.sampled
    beta, covariance = least_squares(model.direct[used], model.variance[used] + between, model.x[used])
    return replace(model, between=between, beta=beta, beta_covariance=covariance)


def least_squares(y: FloatArray, spread: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weighted least squares with known variances: coefficients and their covariance."""
    covariance = np.linalg.inv(x.T @ (x / spread[:, None]))
    return np.asarray(covariance @ (x.T @ (y / spread))), np.asarray(covariance)


def between_variance(y: FloatArray, d: FloatArray, x: FloatArray, *, method: str) -> float:
    """A: where the slope of the (adjusted) restricted likelihood is zero; 0 when it falls from the start."""
    from scipy import optimize

    def slope(between: FloatArray) -> FloatArray:
        return slope_of_likelihood(between, y, d, x, method=method)

    def at(between: float) -> float:
        return float(slope(np.array([between]))[0])

    unit = float(np.mean(d)) + float(np.var(y))
    grid = unit * np.concatenate([[0.0] if method == "reml" else [], np.logspace(-9, 3, 121)])
    signs = slope(grid)
    falls = np.flatnonzero((signs[:-1] > 0) & (signs[1:] <= 0))
    if not len(falls):
        return 0.0
    roots = [float(optimize.brentq(at, grid[k], grid[k + 1], xtol=1e-14 * unit, rtol=1e-14)) for k in falls]
    return roots[0] if len(roots) == 1 else max(roots, key=lambda value: _likelihood(value, y, d, x, method))


def slope_of_likelihood(
    between: FloatArray, y: FloatArray, d: FloatArray, x: FloatArray, *, method: str, keep: BoolArray | None = None
) -> FloatArray:
    """Slope of the (adjusted) restricted likelihood at each value of A; keep : areas that count, a row a value."""
    precision = 1 / (d + between[:, None]) if keep is None else keep / (d + between[:, None])
    gram = np.einsum("gm,mp,mq->gpq", precision, x, x)
    beta = np.linalg.solve(gram, np.einsum("gm,mp,m->gp", precision, x, y)[..., None])[..., 0]
    square = np.einsum("gm,mp,mq->gpq", precision**2, x, x)
    trace = precision.sum(axis=1) - np.trace(np.linalg.solve(gram, square), axis1=1, axis2=2)
    found = 0.5 * (((y - beta @ x.T) * precision) ** 2).sum(axis=1) - 0.5 * trace
    return np.asarray(found + (_adjustment(between, d, precision) if method == "adjusted" else 0.0))


def _adjustment(between: FloatArray, d: FloatArray, precision: FloatArray) -> FloatArray:
    """Slope of the logarithm of arctan(sum of g) to the power 1/m."""
    total = between * precision.sum(axis=1)
    m = (precision > 0).sum(axis=1)
    return np.asarray((d * precision**2).sum(axis=1) / ((1 + total**2) * np.arctan(total) * m))


def _likelihood(between: float, y: FloatArray, d: FloatArray, x: FloatArray, method: str) -> float:
    spread = d + between
    beta, covariance = least_squares(y, spread, x)
    fit, size = float(np.sum((y - x @ beta) ** 2 / spread)), float(np.linalg.slogdet(covariance)[1])
    found = -0.5 * (float(np.sum(np.log(spread))) - size + fit)
    extra = float(np.log(np.arctan(np.sum(between / spread)))) / len(d) if method == "adjusted" else 0.0
    return found + extra


def _covariates(table: pd.DataFrame, names: tuple[str, ...], covariates: Sequence[str]) -> FloatArray:
    columns = [np.ones(len(table))]
    for name in covariates:
        try:
            values = numeric(table[name])
        except TypeError:
            raise survey_error("SDM-811", "het kenmerk is tekst, geen getal", "Zet het om.", kolom=name) from None
        if not np.isfinite(values).all():
            missing = names[int(np.argmax(~np.isfinite(values)))]
            wat = f"het kenmerk ontbreekt voor gebied '{missing}'"
            raise survey_error("SDM-839", wat, "Een kenmerk moet voor elk gebied bekend zijn.", kolom=name)
        columns.append(values)
    return np.column_stack(columns)


def _scaled(
    names: tuple[str, ...], y: FloatArray, d: FloatArray, way: Scale, *, smoothed: bool, columns: tuple[str, str]
) -> tuple[FloatArray, FloatArray]:
    known = np.isfinite(y)
    bad = known & ~(np.isfinite(d) & (d > 0))
    if bad.any():
        wat = f"de variantie van gebied '{names[int(np.argmax(bad))]}' ontbreekt of is niet positief"
        herstel = "Maak de varianties eerst glad met smooth_variances."
        raise survey_error("SDM-843", wat, herstel, kolom=columns[1])
    safe = np.where(known, y, 0.5)
    outside = known & ~way.inside(safe, smoothed)
    if outside.any():
        wat = f"gebied '{names[int(np.argmax(outside))]}' heeft waarde {y[outside][0]:g}, die past niet op deze schaal"
        herstel = "Neem scale='arcsine' met smoothed=True voor aandelen van 0 en 1."
        raise survey_error("SDM-843", wat, herstel, kolom=columns[0])
    variance = np.where(known, d, 1.0)
    safe, spread = way.steady(safe, variance) if smoothed else (safe, way.variance(safe, variance))
    return np.where(known, way.there(safe), np.nan), np.where(known, spread, np.nan)
