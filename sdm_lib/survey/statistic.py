"""Any estimate with its covariance: from scores under linearisation, from re-estimation under replicates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sdm_lib.survey.answers import answers, numbers
from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray, tally
from sdm_lib.survey.design import Names, SurveyDesign, domains
from sdm_lib.survey.errors import survey_error
from sdm_lib.survey.intervals import t_interval
from sdm_lib.survey.variance import covariance


@dataclass(frozen=True, slots=True)
class Estimates:
    """Several estimates with their covariance and degrees of freedom; `contrast` combines them."""

    labels: tuple[str, ...]
    estimate: FloatArray
    covariance: FloatArray
    df: float

    @property
    def se(self) -> FloatArray:
        """Standard errors."""
        return np.sqrt(np.diag(self.covariance))

    def as_frame(self, *, level: float = 0.95) -> pd.DataFrame:
        """One row per estimate: label, estimate, se, ci_low, ci_high, df."""
        low, high = t_interval(self.estimate, self.se, df=self.df, level=level)
        columns = {"label": list(self.labels), "estimate": self.estimate, "se": self.se, "ci_low": low, "ci_high": high}
        return pd.DataFrame(columns).assign(df=self.df)


def statistic(
    design: SurveyDesign,
    value: Callable[[FloatArray], FloatArray],
    scores: Callable[[FloatArray], FloatArray],
    *,
    labels: tuple[str, ...],
) -> Estimates:
    """An estimate as a function of the weights, with its covariance.

    value : weights to q estimates. scores : weights to rows x q, what each row adds to each estimate, weight included;
    only asked without replicates.
    """
    full = value(design.weights)
    if design.replicates is None:
        return Estimates(labels, full, covariance(design, scores(design.weights)), design.degf)
    columns = [value(design.replicates.column(r, design.weights)) for r in range(len(design.replicates))]
    return Estimates(labels, full, design.replicates.covariance(np.column_stack(columns), full), design.degf)


def apply(design: SurveyDesign, function: Callable[[pd.DataFrame, FloatArray], npt.ArrayLike]) -> Estimates:
    """A statistic of your own, on every replicate: `function(frame, weights)` returns a number or several.

    Raises SurveyError for a design without replicate weights: a function says nothing about linearisation.

    >>> from sdm_lib import survey
    >>> sample = survey.design(pd.DataFrame({"w": [1.0, 1.0, 1.0], "y": [1.0, 2.0, 6.0]}), weights="w")
    >>> found = apply(survey.replicate(sample, "jackknife"), lambda frame, w: np.average(frame["y"], weights=w))
    >>> found.estimate.tolist(), found.se.round(4).tolist()
    ([3.0], [1.5275])
    """
    if design.replicates is None:
        raise survey_error("SDM-816", "een eigen functie vraagt replicatiegewichten", "Maak ze met survey.replicate.")
    size = len(np.atleast_1d(np.asarray(function(design.frame, design.weights), dtype=np.float64)))

    def value(weights: FloatArray) -> FloatArray:
        return np.atleast_1d(np.asarray(function(design.frame, weights), dtype=np.float64))

    labels = tuple(str(k) for k in range(size))
    return statistic(design, value, lambda w: np.zeros((len(w), size)), labels=labels)


def estimates(
    design: SurveyDesign, variable: str, *, by: Names = None, where: object = None, category: object = None
) -> Estimates:
    """Means of a numeric column (or shares of `category`) per domain, with the covariance between domains.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 4, "y": [1.0, 3.0, 5.0, 9.0], "g": ["a", "a", "b", "b"]})
    >>> estimates(survey.design(frame, weights="w"), "y", by="g").estimate.tolist()
    [2.0, 7.0]
    """
    domain, _, levels = domains(design, by, where=where)
    y, valid = outcome(design, variable, category=category)
    inside = np.where(valid, domain.codes, -1)
    labels = tuple(".".join(level) for level in levels)
    return domain_means(design, y, domain=inside, n_domains=len(levels), labels=labels)


def outcome(design: SurveyDesign, variable: str, *, category: object = None) -> tuple[FloatArray, BoolArray]:
    """A numeric column, or the indicator of one category, and the rows that hold an answer."""
    if category is not None:
        ((_, question),) = answers(design, variable, category=category).questions(answers(design, variable).valid)
        return question.y, question.valid
    y = numbers(design, variable)
    return y, ~np.isnan(y)


def domain_means(
    design: SurveyDesign, y: FloatArray, *, domain: IntArray, n_domains: int, labels: tuple[str, ...]
) -> Estimates:
    """Means per domain (-1: in none) with the covariance between them; NaN for an empty domain."""
    inside = domain >= 0
    d, yd = domain[inside], y[inside]

    def sums(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        w = weights[inside]
        under = tally(d, size=n_domains, weights=w)
        under = np.where(under == 0, np.nan, under)
        return tally(d, size=n_domains, weights=w * yd) / under, under

    def scores(weights: FloatArray) -> FloatArray:
        mean, under = sums(weights)
        found = np.zeros((len(weights), n_domains))
        found[np.flatnonzero(inside), d] = weights[inside] * (yd - mean[d]) / under[d]
        return found

    return statistic(design, lambda w: sums(w)[0], scores, labels=labels)


def contrast(found: Estimates, weights: npt.ArrayLike, *, label: str = "verschil") -> Estimates:
    """A weighted sum of estimates, with the covariance between them.

    Raises ValueError when the number of weights differs from the number of estimates.

    >>> both = Estimates(("a", "b"), np.array([2.0, 5.0]), np.eye(2), 10)
    >>> contrast(both, [-1, 1]).estimate.tolist()
    [3.0]
    """
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != found.estimate.shape:
        raise ValueError(f"contrast: {w.size} weights for {len(found.estimate)} estimates")
    return Estimates((label,), np.array([w @ found.estimate]), np.array([[w @ found.covariance @ w]]), found.df)
