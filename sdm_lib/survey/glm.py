"""Regression with design-based covariance, and the t-test, in the words of statsmodels.

The point estimate is a weighted fit; the covariance is that of the sample design (Binder), by linearisation or by a
refit on every replicate. Source: Binder (1983), International Statistical Review 51, 279-292.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import BoolArray, FloatArray
from sdm_lib.survey.compare import t_test
from sdm_lib.survey.design import SurveyDesign, mask
from sdm_lib.survey.errors import choose, survey_error
from sdm_lib.survey.formula import model_matrix, response
from sdm_lib.survey.intervals import t_interval
from sdm_lib.survey.irls import FAMILIES, Family, irls
from sdm_lib.survey.statistic import contrast, estimates, statistic


@dataclass(frozen=True, slots=True)
class GLMResult:
    """A fitted model: params, covariance, residual degrees of freedom, rows used and rows with a missing value."""

    params: pd.Series
    covariance: pd.DataFrame
    df_resid: float
    nobs: int
    n_missing: int
    family: str

    @property
    def bse(self) -> pd.Series:
        """Standard errors."""
        return pd.Series(np.sqrt(np.diag(self.covariance)), index=self.params.index)

    @property
    def tvalues(self) -> pd.Series:
        """Coefficients over their standard errors."""
        return self.params / self.bse

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values against Student t."""
        p = t_test(self.params.to_numpy(), self.bse.to_numpy(), df=self.df_resid)
        return pd.Series(p, index=self.params.index)

    def cov_params(self) -> pd.DataFrame:
        """Covariance matrix of the coefficients."""
        return self.covariance

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Columns 0 and 1: bounds with confidence 1 - alpha."""
        low, high = t_interval(self.params.to_numpy(), self.bse.to_numpy(), df=self.df_resid, level=1 - alpha)
        return pd.DataFrame({0: low, 1: high}, index=self.params.index)

    def summary(self, alpha: float = 0.05) -> pd.DataFrame:
        """One row per coefficient: coef, std err, t, p, and the bounds."""
        bounds = self.conf_int(alpha)
        columns = {"coef": self.params, "std err": self.bse, "t": self.tvalues, "p": self.pvalues}
        return pd.DataFrame(columns).assign(ci_low=bounds[0], ci_high=bounds[1])


@dataclass(frozen=True, slots=True)
class HypothesisTest:
    """The outcome of a test; df holds one number, or two for F. estimate and bounds are NaN where there are none."""

    statistic: float
    df: tuple[float, ...]
    p: float
    method: str
    estimate: float = float("nan")
    ci_low: float = float("nan")
    ci_high: float = float("nan")
    n: int = 0
    n_missing: int = 0


def glm(design: SurveyDesign, formula: str, *, family: str = "gaussian", where: object = None) -> GLMResult:
    """A generalised linear model with the canonical link and the covariance of the design.

    formula : ``cijfer ~ leeftijd + C(wijk)``; ``antwoord == 'ja' ~ leeftijd`` for an indicator. family : gaussian,
    binomial, poisson. Rows with a missing value leave the model and are counted. Degrees of freedom: those of the rows
    used, plus 1, minus the number of coefficients, as in R.
    Raises SurveyError for negative weights, an outcome that does not fit, redundant columns, or no convergence.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 4, "y": [1.0, 2.0, 3.0, 5.0], "x": [0.0, 1.0, 2.0, 3.0]})
    >>> glm(survey.design(frame, weights="w"), "y ~ x").params.round(3).to_dict()
    {'(Intercept)': 0.8, 'x': 1.3}
    """
    choose("family", family, FAMILIES)
    y = response(design.frame, formula)
    inside = mask(design, where) & (design.weights != 0)
    x, names, complete = model_matrix(design.frame[inside], formula)
    use = inside.copy()
    use[inside] = complete & ~np.isnan(y[inside])
    if int(use.sum()) <= len(names):
        raise survey_error(
            "SDM-849", f"{int(use.sum())} volledige rijen voor {len(names)} kolommen", "Neem minder kolommen."
        )
    x, y, n_missing = x[use[inside]], y[use], int(inside.sum() - use.sum())
    rows = _counted(design, use, mask(design, where))
    return _fit(design, x, y, use, names, family=FAMILIES[family], degf=design.degf_of(rows), n_missing=n_missing)


def _fit(
    design: SurveyDesign,
    x: FloatArray,
    y: FloatArray,
    use: BoolArray,
    names: list[str],
    *,
    family: Family,
    degf: int,
    n_missing: int,
) -> GLMResult:
    unit = float(design.weights.mean())  # R starts from weights with mean 1 over all rows, complete or not
    full = irls(x, y, design.weights[use], family, unit=unit)

    def value(weights: FloatArray) -> FloatArray:
        return full.coef if weights is design.weights else irls(x, y, weights[use], family, start=full.coef).coef

    def scores(weights: FloatArray) -> FloatArray:
        found = np.zeros((len(weights), len(names)))
        found[use] = (x * full.residual[:, None]) @ full.bread
        return found

    fitted = statistic(design, value, scores, labels=tuple(names))
    covariance = pd.DataFrame(fitted.covariance, index=names, columns=names)
    params = pd.Series(fitted.estimate, index=names)
    return GLMResult(params, covariance, degf + 1 - len(names), int(use.sum()), n_missing, family.name)


def ttest(
    design: SurveyDesign, variable: str, *, by: str | None = None, where: object = None, level: float = 0.95
) -> HypothesisTest:
    """Difference of means between the two groups of `by` (second minus first), or one mean against zero.

    Degrees of freedom: those of the rows that answered minus 1 (replicate weights from a file: of all rows asked), as
    in R. Raises SurveyError unless two groups.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 4, "y": [1.0, 3.0, 5.0, 9.0], "g": ["a", "a", "b", "b"]})
    >>> round(ttest(survey.design(frame, weights="w"), "y", by="g").statistic, 3)
    2.739
    """
    use = _answered(design, variable, by) & mask(design, where) & (design.weights != 0)
    if not use.any():
        raise survey_error("SDM-837", "geen enkele rij heeft een antwoord", "Kies een ander domein.", kolom=variable)
    found = estimates(design, variable, by=by, where=where)
    if by is not None:
        if len(found.labels) != 2:
            groups = ", ".join(found.labels)
            raise survey_error(
                "SDM-835", f"een t-toets vraagt twee groepen; er zijn {groups}", "Gebruik where.", kolom=by
            )
        found = contrast(found, [-1.0, 1.0])
    se, df = found.se, design.degf_of(_counted(design, use, mask(design, where))) - 1
    low, high = t_interval(found.estimate, se, df=df, level=level)
    p = float(t_test(found.estimate, se, df=df)[0])
    estimate = float(found.estimate[0])
    return HypothesisTest(estimate / float(se[0]), (df,), p, "t", estimate, float(low[0]), float(high[0]))


def _counted(design: SurveyDesign, use: BoolArray, asked: BoolArray) -> BoolArray:
    """Rows that give the degrees of freedom: R does not take missing answers out of a design of replicate weights."""
    return asked if design.replicates is not None and design.replicates.ranked else use


def _answered(design: SurveyDesign, variable: str, by: str | None) -> BoolArray:
    known = design.column(variable).notna().to_numpy()
    return np.asarray(known if by is None else known & (design.codes(by).codes >= 0))
