"""Ratios of two totals, and the variance of a variable, per domain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sdm_lib.survey.answers import numbers
from sdm_lib.survey.codes import FloatArray, tally
from sdm_lib.survey.design import Names, SurveyDesign, domains
from sdm_lib.survey.intervals import t_quantile
from sdm_lib.survey.moments import Question, replicate_estimates
from sdm_lib.survey.statistic import Estimates, statistic
from sdm_lib.survey.tables import EMPTY, Freedom, freedom
from sdm_lib.survey.variance import domain_variances


def ratio(
    design: SurveyDesign,
    numerator: str,
    denominator: str,
    *,
    by: Names = None,
    where: object = None,
    level: float = 0.95,
    df: Freedom = "design",
) -> pd.DataFrame:
    """The total of one column over the total of another, over rows where both are known.

    Returns by, variable ("numerator / denominator"), estimate, se, ci_low, ci_high, cv, df, n, n_missing, method. A
    denominator that totals zero gives NaN with method "noemer nul".
    Source: Cochran (1977), Sampling Techniques, section 6.3.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0, 1.0, 2.0], "uren": [2.0, 4.0, 3.0], "dagen": [1.0, 1.0, 2.0]})
    >>> ratio(survey.design(frame, weights="w"), "uren", "dagen")["estimate"].tolist()
    [2.0]
    """
    domain, names, levels = domains(design, by, where=where)
    top, under, size = numbers(design, numerator), numbers(design, denominator), len(levels)
    live = design.weights != 0
    asked = (domain.codes >= 0) & live
    use = asked & ~np.isnan(top) & ~np.isnan(under)
    inside = np.where(use, domain.codes, -1)
    w, d = design.weights[use], inside[use]
    below = tally(d, size=size, weights=w * under[use])
    below = np.where(below == 0, np.nan, below)
    estimate = tally(d, size=size, weights=w * top[use]) / below
    if design.replicates is None:
        scores = np.zeros(len(design))
        scores[use] = w * (top[use] - estimate[d] * under[use]) / below[d]
        variance = domain_variances(design, scores, domain=inside, n_domains=size)
    else:
        questions = [Question(np.where(use, values, 0.0), use) for values in (top, under)]
        a, b = replicate_estimates(design, questions, domain=inside, n_domains=size, total=True)
        variance = design.replicates.variances(a / b, estimate)
    n = tally(d, size=size)
    se = np.sqrt(np.where(np.isnan(estimate), np.nan, variance))
    freedoms = freedom(design, df, domain=domain.codes, n_domains=size)
    half = np.array([t_quantile(float(value), level) for value in freedoms]) * se
    method = np.where(n == 0, EMPTY, np.where(np.isnan(estimate), "noemer nul", "t"))
    table = pd.DataFrame({name: [part[k] for part in levels] for k, name in enumerate(names)}, index=range(size))
    return table.assign(
        variable=f"{numerator} / {denominator}", estimate=estimate, se=se, ci_low=estimate - half,
        ci_high=estimate + half, cv=se / np.abs(np.where(estimate == 0, np.nan, estimate)), df=freedoms,
        n=n.astype(np.int64), n_missing=(tally(domain.codes[asked], size=size) - n).astype(np.int64), method=method,
    )  # fmt: skip


def variance(design: SurveyDesign, variable: str, *, where: object = None) -> Estimates:
    """The population variance of a numeric column, with its standard error.

    Times n/(n-1) with n the rows that answered; R `svyvar` counts those without an answer too.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 3, "y": [1.0, 2.0, 6.0]})
    >>> variance(survey.design(frame, weights="w"), "y").estimate.tolist()
    [7.0]
    """
    domain, _, _ = domains(design, None, where=where)
    y = numbers(design, variable)
    use = (domain.codes >= 0) & ~np.isnan(y) & (design.weights != 0)
    n = int(use.sum())
    y, correction = np.where(use, y, 0.0), n / (n - 1) if n > 1 else np.nan

    def centred(weights: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        w = np.where(use, weights, 0.0)
        total = float(w.sum())
        total = total if total else float("nan")  # nobody answered
        return w, correction * (y - (w @ y) / total) ** 2, total

    def value(weights: FloatArray) -> FloatArray:
        w, square, total = centred(weights)
        return np.array([w @ square / total])

    def scores(weights: FloatArray) -> FloatArray:
        w, square, total = centred(weights)
        return np.asarray((w * (square - w @ square / total) / total)[:, None])

    return statistic(design, value, scores, labels=(variable,))
