"""Sums per domain: the one place where means, totals and their variances are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray, tally
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.variance import domain_variances


@dataclass(frozen=True, slots=True)
class Moments:
    """One variable in all domains, arrays over domains.

    n, n_missing : rows with weight that answered, or did not. asked : all rows, those without weight too.
    weight, weight2 : sums of w and w^2 of those that answered. estimate, variance : of the mean or total.
    spread : weighted variance of y around its mean.
    """

    n: FloatArray
    n_missing: FloatArray
    asked: FloatArray
    weight: FloatArray
    weight2: FloatArray
    estimate: FloatArray
    variance: FloatArray
    spread: FloatArray


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a variable: its values, and which of them are answers."""

    y: FloatArray
    valid: BoolArray


def moments(
    design: SurveyDesign, questions: Sequence[Question], *, domain: IntArray, n_domains: int, total: bool = False
) -> list[Moments]:
    """Mean (or total) of every question in every domain (-1: in none), with its design variance."""
    found = [_moments(design, q, domain=domain, n_domains=n_domains, total=total) for q in questions]
    if design.replicates is None:
        return found
    estimates = replicate_estimates(design, questions, domain=domain, n_domains=n_domains, total=total)
    return [
        _with_variance(m, design.replicates.variances(e, m.estimate)) for m, e in zip(found, estimates, strict=True)
    ]


def _moments(design: SurveyDesign, q: Question, *, domain: IntArray, n_domains: int, total: bool) -> Moments:
    w, live = design.weights, design.weights != 0
    use = q.valid & live & (domain >= 0)
    asked = tally(domain[live & (domain >= 0)], size=n_domains)
    everything = bool(use.all())
    d, wu, yu = (domain, w, q.y) if everything else (domain[use], w[use], q.y[use])
    n = tally(d, size=n_domains)
    weight, weight2 = tally(d, size=n_domains, weights=wu), tally(d, size=n_domains, weights=wu * wu)
    filled = np.where(weight == 0, np.nan, weight)
    mean = tally(d, size=n_domains, weights=wu * yu) / filled
    deviation = yu - mean[d]
    spread = tally(d, size=n_domains, weights=wu * deviation * deviation) / filled
    variance = np.full(n_domains, np.nan)
    if design.replicates is None:
        scores = wu * yu if total else wu * deviation / filled[d]
        variance = _variance(design, scores, use=None if everything else use, domain=domain, n_domains=n_domains)
    estimate = np.where(n > 0, mean * weight, np.nan) if total else mean
    rows = tally(domain[domain >= 0], size=n_domains)
    return Moments(n, asked - n, rows, weight, weight2, estimate, np.where(n > 0, variance, np.nan), spread)


def _variance(
    design: SurveyDesign, scores: FloatArray, *, use: BoolArray | None, domain: IntArray, n_domains: int
) -> FloatArray:
    if use is None:
        return domain_variances(design, scores, domain=domain, n_domains=n_domains)
    rows = np.zeros(len(use))
    rows[use] = scores
    return domain_variances(design, rows, domain=np.where(use, domain, -1), n_domains=n_domains)


def _with_variance(found: Moments, variance: FloatArray) -> Moments:
    kept = np.where(found.n > 0, variance, np.nan)
    return Moments(
        found.n, found.n_missing, found.asked, found.weight, found.weight2, found.estimate, kept, found.spread
    )


def replicate_estimates(
    design: SurveyDesign, questions: Sequence[Question], *, domain: IntArray, n_domains: int, total: bool
) -> list[FloatArray]:
    """Means or totals of every question under every replicate: per question a table of domains x replicates.

    A domain that some replicate empties has a NaN there, and so gets a NaN variance.
    """
    if design.replicates is None:
        raise ValueError("replicate_estimates: the design has no replicate weights")
    order, k = np.argsort(domain, kind="stable"), len(questions)
    edges = np.searchsorted(domain[order], np.arange(n_domains + 1))
    found = [np.full((n_domains, len(design.replicates)), np.nan) for _ in questions]
    for d in range(n_domains):
        rows = order[edges[d] : edges[d + 1]]
        everything = len(rows) == len(domain)
        rows_or_all = None if everything else rows
        valid = np.column_stack([q.valid if everything else q.valid[rows] for q in questions]).astype(np.float64)
        y = np.column_stack([q.y if everything else q.y[rows] for q in questions])
        values = np.where(valid > 0, y, 0.0)
        same = bool((valid == valid[:, :1]).all())  # complete answers share one denominator
        below = valid[:, :1] if same else valid
        sums = design.replicates.totals(
            values if total else np.column_stack([values, below]), design.weights, rows=rows_or_all
        )
        under = sums[k:]
        for j in range(k):
            bottom = None if total else under[0 if same else j]
            found[j][d] = sums[j] if bottom is None else sums[j] / np.where(bottom == 0, np.nan, bottom)
    return found
