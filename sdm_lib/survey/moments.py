"""Sums per domain: the one place where means, totals and their variances are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray, tally
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.variance import DomainSums


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
    rows = _Rows.of(design, domain, n_domains)
    complete = rows.answered(None)
    found = []
    for question in questions:
        part = complete if bool(question.valid.all()) else rows.answered(question.valid)
        found.append(part.moments(question.y, total=total))
    if design.replicates is None:
        return found
    estimates = replicate_estimates(design, questions, domain=domain, n_domains=n_domains, total=total)
    return [
        _with_variance(m, design.replicates.variances(e, m.estimate)) for m, e in zip(found, estimates, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows with weight that lie in a domain, shared by all questions."""

    design: SurveyDesign
    place: IntArray | None
    domain: IntArray
    weights: FloatArray
    n: FloatArray
    asked: FloatArray

    @classmethod
    def of(cls, design: SurveyDesign, domain: IntArray, n_domains: int) -> _Rows:
        inside = domain >= 0
        asked = tally(domain if bool(inside.all()) else domain[inside], size=n_domains)
        use = inside & (design.weights != 0)
        place = None if bool(use.all()) else np.flatnonzero(use)
        d, w = (domain, design.weights) if place is None else (domain[place], design.weights[place])
        return cls(design, place, d, w, tally(d, size=n_domains), asked)

    def answered(self, valid: BoolArray | None) -> _Answered:
        """Those rows that answered, with the sums that no answer changes."""
        d, w, place, size = self.domain, self.weights, self.place, len(self.n)
        if valid is not None:
            here = np.flatnonzero(valid if place is None else valid[place])
            d, w, place = d[here], w[here], here if place is None else place[here]
        n = tally(d, size=size)
        weight, weight2 = tally(d, size=size, weights=w), tally(d, size=size, weights=w * w)
        sums = None
        if self.design.replicates is None:
            everyone = np.arange(len(self.design)) if place is None else place
            sums = DomainSums.of(self.design, everyone, d, size)
        return _Answered(place, d, w, n, self.n - n, self.asked, weight, weight2, sums)


@dataclass(frozen=True, slots=True)
class _Answered:
    """Rows that answered a question, and everything about them that does not depend on what they said."""

    place: IntArray | None
    domain: IntArray
    weights: FloatArray
    n: FloatArray
    n_missing: FloatArray
    asked: FloatArray
    weight: FloatArray
    weight2: FloatArray
    sums: DomainSums | None

    def moments(self, y: FloatArray, *, total: bool) -> Moments:
        """The sums of one question."""
        d, w, size = self.domain, self.weights, len(self.n)
        y = y if self.place is None else y[self.place]
        filled = np.where(self.weight == 0, np.nan, self.weight)
        wy = w * y
        mean = tally(d, size=size, weights=wy) / filled
        deviation = y - mean[d]
        scores = w * deviation
        spread = tally(d, size=size, weights=scores * deviation) / filled
        variance = np.full(size, np.nan)
        if self.sums is not None:
            variance = self.sums.variances(wy if total else scores)
            variance = np.where(self.n > 0, variance if total else variance / filled**2, np.nan)
        estimate = np.where(self.n > 0, mean * self.weight, np.nan) if total else mean
        return Moments(self.n, self.n_missing, self.asked, self.weight, self.weight2, estimate, variance, spread)


def stacked(parts: Sequence[Moments]) -> Moments:
    """Several questions under each other, as one longer question."""
    return Moments(*(np.concatenate([getattr(part, name) for part in parts]) for name in Moments.__slots__))


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
        same = all(bool(q.valid.all()) for q in questions)  # complete answers share one denominator
        here = [q if everything else Question(q.y[rows], q.valid[rows]) for q in questions]
        values = [q.y if same else np.where(q.valid, q.y, 0.0) for q in here]
        below = [np.ones(len(rows))] if same else [q.valid.astype(np.float64) for q in here]
        columns = np.array(values if total else values + below).T
        sums = design.replicates.totals(columns, design.weights, rows=rows_or_all)
        under = sums[k:]
        for j in range(k):
            bottom = None if total else under[0 if same else j]
            found[j][d] = sums[j] if bottom is None else sums[j] / np.where(bottom == 0, np.nan, bottom)
    return found


def log_odds_se(
    design: SurveyDesign, questions: Sequence[Question], estimate: FloatArray, *, domain: IntArray
) -> FloatArray:
    """Standard error of the log odds of shares, questions under each other: infinite where a replicate is 0 or 1."""
    if design.replicates is None:
        raise ValueError("log_odds_se: the design has no replicate weights")
    size = len(estimate) // max(len(questions), 1)
    parts = replicate_estimates(design, questions, domain=domain, n_domains=size, total=False)
    shares, full = np.vstack(parts), estimate[:, None]
    known = ((shares > 0) & (shares < 1)).all(axis=1) & (estimate > 0) & (estimate < 1)
    safe, centre = np.where(known[:, None], shares, 0.5), np.where(known[:, None], full, 0.5)
    odds = np.log(safe / (1 - safe))
    variance = design.replicates.variances(odds, np.log(centre / (1 - centre)).ravel())
    return np.where(known, np.sqrt(variance), np.inf)
