"""Differences that are tested as one estimate: between waves, along waves, between a domain and the rest.

Two waves are one stacked design with the person as cluster, so the covariance of those who answered twice comes by
itself. Tables have by, variable, category, estimate (the difference), se, ci_low, ci_high, df, p, p_adj (Benjamini-
Hochberg over the rows of the table), n, n_missing, method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import FloatArray, IntArray, tally
from sdm_lib.survey.design import Names, SurveyDesign, domains
from sdm_lib.survey.errors import survey_error
from sdm_lib.survey.intervals import t_interval
from sdm_lib.survey.moments import Question, replicate_estimates
from sdm_lib.survey.statistic import outcome
from sdm_lib.survey.variance import domain_variances, variances


def change(
    design: SurveyDesign,
    variable: str,
    *,
    wave: str,
    waves: tuple[str, str] | None = None,
    by: Names = None,
    where: object = None,
    category: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """The difference of a mean or share between two waves (later minus earlier), per domain, in one stacked design.

    variable : numeric or 0/1 column, or any column with `category`. wave : column of the design; waves : which two, in
    order (needed when there are more). Extra columns: first, last (the two estimates), n_first, n_last.
    Raises SurveyError when the column does not hold the two waves.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 4, "y": [1.0, 3.0, 5.0, 9.0], "g": ["a", "a", "b", "b"]})
    >>> change(survey.design(frame, weights="w"), "y", wave="g")[["first", "last", "estimate"]].values.tolist()
    [[2.0, 7.0, 5.0]]
    """
    pair = _waves(design, wave, waves)
    weights = {pair[0]: -1.0, pair[1]: 1.0}
    found = _along(design, variable, wave, weights, by=by, where=where, category=category, level=level)
    estimates, counts = found.means, found.counts
    extra = {"first": estimates[:, 0], "last": estimates[:, 1], "n_first": counts[:, 0], "n_last": counts[:, 1]}
    return found.table.assign(**extra)


def trend(
    design: SurveyDesign,
    variable: str,
    *,
    wave: str,
    times: Mapping[str, float] | None = None,
    by: Names = None,
    where: object = None,
    category: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """The straight line through three or more waves: change per unit of time, per domain, tested as one contrast.

    times : moment of each wave (``{"2013": 2013, ...}``); by default the names of the waves as numbers.
    Source: the least-squares slope as a contrast of the wave means, weights (t - mean t) / sum (t - mean t)^2.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": 1.0, "y": [1.0, 3, 4, 4, 5, 7], "g": [2013, 2013, 2014, 2014, 2015, 2015]})
    >>> trend(survey.design(frame, weights="w"), "y", wave="g")["estimate"].tolist()
    [2.0]
    """
    names = design.codes(wave).labels
    try:
        moments = {str(k): float(v) for k, v in times.items()} if times else {name: float(name) for name in names}
    except ValueError:
        raise ValueError(f"trend: waves {', '.join(names)} are no numbers; give times") from None
    if len(moments) < 3 or not set(moments) <= set(names):
        raise survey_error(
            "SDM-835",
            f"een trend vraagt drie metingen; er zijn {', '.join(names)}",
            "Gebruik change bij twee.",
            kolom=wave,
        )
    centre = float(np.mean(list(moments.values())))
    total = sum((t - centre) ** 2 for t in moments.values())
    weights = {name: (t - centre) / total for name, t in moments.items()}
    return _along(design, variable, wave, weights, by=by, where=where, category=category, level=level).table


def versus_rest(
    design: SurveyDesign,
    variable: str,
    *,
    by: str,
    where: object = None,
    category: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Each domain against all others together: a district with the rest of the city, never with a city it is part of.

    Extra columns: own, rest (the two estimates), n_rest. A domain that is everything, or empty, has NaN and says so.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 4, "y": [1.0, 3.0, 5.0, 9.0], "g": ["a", "a", "b", "b"]})
    >>> versus_rest(survey.design(frame, weights="w"), "y", by="g")["estimate"].tolist()
    [-5.0, 5.0]
    """
    domain, names, levels = domains(design, by, where=where)
    y, valid = outcome(design, variable, category=category)
    size, live = len(levels), design.weights != 0
    inside = np.where(valid & live, domain.codes, -1)
    use = inside >= 0
    y = np.where(use, y, 0.0)

    def means(weights: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        w = tally(inside[use], size=size, weights=weights[use])
        wy = tally(inside[use], size=size, weights=(weights * y)[use])
        others = w.sum() - w
        w, others = np.where(w == 0, np.nan, w), np.where(np.abs(others) < 1e-12 * w.sum(), np.nan, others)
        return wy / w, (wy.sum() - wy) / others, w, others

    own, rest, w_own, w_rest = means(design.weights)
    if design.replicates is None:
        outside = (design.weights * use)[:, None] * (y[:, None] - rest[None, :]) / w_rest[None, :]
        scores = -outside
        row = np.flatnonzero(use)
        scores[row, inside[use]] = design.weights[use] * (y[use] - own[inside[use]]) / w_own[inside[use]]
        variance = variances(design, np.nan_to_num(scores))
    else:
        found = [means(design.replicates.column(r, design.weights)) for r in range(len(design.replicates))]
        estimates = np.column_stack([a - b for a, b, _, _ in found])
        variance = design.replicates.variances(estimates, own - rest)
    n = tally(inside[use], size=size)
    missing = tally(domain.codes[(domain.codes >= 0) & live], size=size) - n
    block = _Rows(own - rest, variance, n, missing)
    table = _table(design, block, names, levels, variable=variable, category=category, level=level)
    return table.assign(own=own, rest=rest, n_rest=(n.sum() - n).astype(np.int64))


def adjust_p(p: FloatArray) -> FloatArray:
    """P-values after Benjamini-Hochberg; NaN stays NaN and does not count.

    Source: Benjamini and Hochberg (1995), JRSS B 57, 289-300.

    >>> adjust_p(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known])]
    m, found = len(order), np.full(len(p), np.nan)
    raised = p[order] * m / np.arange(1, m + 1)
    found[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return found


@dataclass(frozen=True, slots=True)
class _Rows:
    estimate: FloatArray
    variance: FloatArray
    n: FloatArray
    n_missing: FloatArray


@dataclass(frozen=True, slots=True)
class _Along:
    table: pd.DataFrame
    means: FloatArray
    counts: IntArray


def _waves(design: SurveyDesign, wave: str, waves: Sequence[str] | None) -> tuple[str, str]:
    known = design.codes(wave).labels
    asked = [str(name) for name in waves] if waves is not None else list(known)
    if len(asked) != 2 or not set(asked) <= set(known):
        raise survey_error(
            "SDM-835", f"een verschil vraagt twee metingen; gevraagd {', '.join(asked)}, er zijn {', '.join(known)}",
            "Noem er twee in waves.", kolom=wave,
        )  # fmt: skip
    return asked[0], asked[1]


def _along(
    design: SurveyDesign,
    variable: str,
    wave: str,
    weights: Mapping[str, float],
    *,
    by: Names,
    where: object,
    category: object,
    level: float,
) -> _Along:
    """A contrast over waves within every domain: one score per row, so covariance through clusters is in it."""
    domain, names, levels = domains(design, by, where=where)
    y, valid = outcome(design, variable, category=category)
    coded, size, k = design.codes(wave), len(levels), len(weights)
    place = np.array([*(list(weights).index(text) if text in weights else -1 for text in coded.labels), -1])
    moment = place[coded.codes]
    asked = (domain.codes >= 0) & (moment >= 0) & (design.weights != 0)
    cell = np.where(asked & valid, domain.codes * k + moment, -1)
    use, c = cell >= 0, np.array(list(weights.values()))
    w, yu = design.weights[use], y[use]
    under = tally(cell[use], size=size * k, weights=w)
    under = np.where(under == 0, np.nan, under)
    means = tally(cell[use], size=size * k, weights=w * yu) / under
    estimate = means.reshape(size, k) @ c
    if design.replicates is None:
        scores = np.zeros(len(design))
        scores[use] = c[moment[use]] * w * (yu - means[cell[use]]) / under[cell[use]]
        variance = domain_variances(design, scores, domain=np.where(use, domain.codes, -1), n_domains=size)
    else:
        question = Question(np.where(use, y, 0.0), use)
        (found,) = replicate_estimates(design, [question], domain=cell, n_domains=size * k, total=False)
        variance = design.replicates.variances(np.einsum("dkr,k->dr", found.reshape(size, k, -1), c), estimate)
    counts = tally(cell[use], size=size * k).reshape(size, k)
    n = counts.sum(axis=1)
    block = _Rows(estimate, variance, n, tally(domain.codes[asked], size=size) - n)
    table = _table(design, block, names, levels, variable=variable, category=category, level=level)
    return _Along(table, means.reshape(size, k), counts.astype(np.intp))


def _table(
    design: SurveyDesign,
    block: _Rows,
    names: list[str],
    levels: list[tuple[str, ...]],
    *,
    variable: str,
    category: object,
    level: float,
) -> pd.DataFrame:
    known = ~np.isnan(block.estimate)
    se = np.sqrt(np.where(known, block.variance, np.nan))
    low, high = t_interval(block.estimate, se, df=design.degf, level=level)
    p = t_test(block.estimate, se, df=design.degf)
    table = pd.DataFrame({name: [part[k] for part in levels] for k, name in enumerate(names)}, index=range(len(levels)))
    return table.assign(
        variable=variable, category="" if category is None else str(category), estimate=block.estimate, se=se,
        ci_low=low, ci_high=high, df=design.degf, p=p, p_adj=adjust_p(p), n=block.n.astype(np.int64),
        n_missing=block.n_missing.astype(np.int64), method=np.where(known, "t", "geen antwoorden"),
    )  # fmt: skip


def t_test(estimate: FloatArray, se: FloatArray, *, df: float) -> FloatArray:
    """Two-sided p-values of estimate / se against Student t; 1 where both are zero.

    >>> t_test(np.array([2.228]), np.array([1.0]), df=10).round(3).tolist()
    [0.05]
    """
    from scipy import special

    t = np.divide(np.abs(estimate), se, out=np.where(estimate == 0, 0.0, np.inf), where=se > 0)
    t = np.where(np.isnan(estimate) | np.isnan(se), np.nan, t)
    if np.isinf(df):
        return np.asarray(2 * special.ndtr(-t))
    # the incomplete beta keeps its digits far in the tail, where 1 - cdf has none left
    return np.asarray(special.betainc(df / 2, 0.5, df / (df + t**2)))
