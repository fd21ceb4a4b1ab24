"""Variance of weighted totals by Taylor linearisation: what a row adds to an estimate, summed over clusters.

Every estimate of this room is turned into scores, one number per row with the weight in it, whose sum varies as the
estimate does. With scores z, clusters i in stratum h and t the cluster sums of z:

    V = sum_h (1 - n_h/N_h) n_h/(n_h - 1) sum_i (t_hi - mean t_h)^2  +  later stages times the sampled fraction

Source: Sarndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, sections 4.3 and 5.5; equal to R
`survey` on the oracles, the rules for a stratum with one cluster included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray, compress, tally
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.errors import survey_error
from sdm_lib.survey.residuals import domain_residuals, residuals
from sdm_lib.survey.stages import Stage

BLOCK = 4_000_000  # numbers in one dense block of domain scores: 32 MB


def covariance(design: SurveyDesign, scores: FloatArray) -> FloatArray:
    """Covariance matrix of the column sums of `scores` (rows x q), calibration residuals taken."""
    total = np.zeros((scores.shape[1], scores.shape[1]))
    adjusted = residuals(design.calibrations, scores)
    for stage, share in _stages(design):
        total += _stage_covariance(design, stage, _cluster_sums(stage, adjusted), share)
    return total


def variances(design: SurveyDesign, scores: FloatArray) -> FloatArray:
    """Variance of each column sum of `scores` (rows x q); as the diagonal of `covariance`, without the rest of it."""
    return _column_variances(design, residuals(design.calibrations, scores))


def _column_variances(
    design: SurveyDesign, adjusted: FloatArray, *, asked: tuple[IntArray, IntArray] | None = None
) -> FloatArray:
    """asked : the rows that each column is about, as pairs of row and column; every row with a score when left out."""
    total = np.zeros(adjusted.shape[1])
    for stage, share in _stages(design):
        sums = _cluster_sums(stage, adjusted)
        first = _by_stratum(stage, sums, len(stage.labels))
        touched = np.ones_like(first, dtype=bool)
        if (stage.n_psu == 1).any():
            touched = _touched(stage, sums, asked)
        deviation = sums - (first / stage.n_psu[:, None])[stage.stratum]
        spread = _by_stratum(stage, deviation**2, len(stage.labels))
        total += _strata_variance(design, stage, first.T, spread.T, touched.T, share)
    return total


def _touched(stage: Stage, sums: FloatArray, asked: tuple[IntArray, IntArray] | None) -> BoolArray:
    """The strata (rows) in which a column has somebody, also when all of them score zero."""
    shape = (len(stage.labels), sums.shape[1])
    if asked is None:
        return np.asarray(_by_stratum(stage, (sums != 0).astype(np.float64), shape[0]) > 0)
    place, column = asked
    found = np.zeros(shape, dtype=bool)
    found[stage.stratum[stage.psu[place]], column] = True
    return found


def domain_variances(design: SurveyDesign, scores: FloatArray, *, domain: IntArray, n_domains: int) -> FloatArray:
    """Variance of the sum of `scores` (one per row) within each domain (-1: in none), all domains in one pass."""
    inside = np.flatnonzero(domain >= 0)
    return DomainSums.of(design, inside, domain[inside], n_domains).variances(scores[inside])


@dataclass(frozen=True, slots=True)
class DomainSums:
    """The domains of some rows, prepared once for any number of scores on those rows.

    A row belongs to one domain, so cluster sums are sparse: only pairs of domain and cluster that occur are kept.
    After calibration a residual reaches rows outside the domain: then blocks of domains are dense.
    rows, domain : row number and domain. pair : sum of each row (None: the row itself). cell : domain x stratum of it.
    """

    design: SurveyDesign
    rows: IntArray
    domain: IntArray
    n_domains: int
    pair: IntArray | None
    cell: IntArray
    present: FloatArray

    @classmethod
    def of(cls, design: SurveyDesign, rows: IntArray, domain: IntArray, n_domains: int) -> DomainSums:
        stage = design.stages[0]
        n_strata, n_psu = len(stage.labels), len(stage.stratum)
        if design.calibrations or len(design.stages) > 1:
            return cls(design, rows, domain, n_domains, None, domain, np.zeros(0))
        if stage.rows_are_psu:
            pair, cell = None, domain * n_strata + stage.stratum[rows]
        else:
            pairs, pair = compress(domain * n_psu + stage.psu[rows])
            cell = (pairs // n_psu) * n_strata + stage.stratum[pairs % n_psu]
        return cls(design, rows, domain, n_domains, pair, cell, tally(cell, size=n_domains * n_strata))

    def variances(self, scores: FloatArray) -> FloatArray:
        """Variance per domain of the sum of the scores of `rows`."""
        design, stage = self.design, self.design.stages[0]
        if design.calibrations or len(design.stages) > 1:
            return self._dense(scores)
        sums = scores if self.pair is None else tally(self.pair, size=len(self.cell), weights=scores)
        size, n_psu = len(self.present), np.tile(stage.n_psu, self.n_domains)
        first = tally(self.cell, size=size, weights=sums)
        centre = first / n_psu
        # clusters without a row in the domain have sum zero and lie at -centre
        absent = (n_psu - self.present) * centre**2
        spread = tally(self.cell, size=size, weights=(sums - centre[self.cell]) ** 2) + absent
        shape = (self.n_domains, len(stage.labels))
        touched = (self.present > 0).reshape(shape)
        return _strata_variance(design, stage, first.reshape(shape), spread.reshape(shape), touched, np.ones(shape[1]))

    def _dense(self, scores: FloatArray) -> FloatArray:
        step = max(1, BLOCK // len(self.design))
        parts = []
        for start in range(0, self.n_domains, step):
            size = min(step, self.n_domains - start)
            inside = (self.domain >= start) & (self.domain < start + size)
            here = slice(None) if bool(inside.all()) else inside
            place, column = self.rows[here], self.domain[here] - start
            if self.design.calibrations:
                block = domain_residuals(self.design.calibrations, scores[here], place, column, size)
            else:
                block = np.zeros((len(self.design), size))
                block[place, column] = scores[here]
            parts.append(_column_variances(self.design, block, asked=(place, column)))
        return np.concatenate(parts) if parts else np.zeros(0)


def _stages(design: SurveyDesign) -> list[tuple[Stage, FloatArray]]:
    """Each stage that adds variance, with the sampled share of everything above it per stratum."""
    found, share_rows = [], np.ones(len(design))
    for stage in design.stages:
        share = np.zeros(len(stage.labels))
        share[stage.stratum[stage.psu]] = share_rows
        found.append((stage, share))
        share_rows = (share * (stage.n_psu / stage.population))[stage.stratum[stage.psu]]
        if not share_rows.any():
            break  # an unknown or infinite population above: the first stage holds all variance
    return found


def _cluster_sums(stage: Stage, scores: FloatArray) -> FloatArray:
    return scores if stage.rows_are_psu else sum_rows(stage.psu, scores, size=len(stage.stratum))


def sum_rows(codes: IntArray, values: FloatArray, *, size: int) -> FloatArray:
    """Sums of the rows of a matrix per code (rows with code -1 must have been taken out)."""
    columns = [tally(codes, size=size, weights=values[:, j]) for j in range(values.shape[1])]
    return np.column_stack(columns) if columns else np.zeros((size, 0))


def _by_stratum(stage: Stage, sums: FloatArray, n_strata: int) -> FloatArray:
    if n_strata == 1:
        return np.asarray(sums.sum(axis=0, keepdims=True))
    return sum_rows(stage.stratum, sums, size=n_strata)


def _lonely(design: SurveyDesign, stage: Stage, touched: BoolArray, share: FloatArray) -> BoolArray:
    """Strata with one cluster whose spread is asked for; an error when the rule says so."""
    lonely = np.asarray((stage.n_psu == 1) & (stage.open_share > 1e-7) & (share > 0))
    asked = lonely & touched.any(axis=0)
    if asked.any() and design.lonely == "error":
        names = [stage.labels[int(h)] for h in np.flatnonzero(asked)[:5]]
        where = f"stratum {', '.join(repr(name) for name in names)}" if any(names) else "de steekproef"
        raise survey_error(
            "SDM-809",
            f"{where} heeft maar een cluster of respondent ({int(asked.sum())} van zulke strata)",
            "Voeg strata samen, of kies lonely: adjust, average, certainty of remove.",
            waarom="Zonder tweede cluster is de spreiding binnen het stratum onbekend",
        )
    return lonely


def _strata_variance(
    design: SurveyDesign, stage: Stage, first: FloatArray, spread: FloatArray, touched: BoolArray, share: FloatArray
) -> FloatArray:
    """Variance per domain from sums and squared deviations (domains x strata) of the cluster sums.

    touched : does the domain have rows in the stratum. A domain that lies only in strata with one cluster has no known
    variance under lonely="average": NaN, and the caller says so.
    """
    lonely, n = _lonely(design, stage, touched, share), stage.n_psu
    scale = share * stage.open_share * n / np.maximum(n - 1, 1)
    if lonely.any():
        # adjust: from zero, where the scores of a mean have their centre; the other rules leave it out
        spread = np.where(lonely, first**2 if design.lonely == "adjust" else 0.0, spread)
    total: FloatArray = spread @ scale
    return total * _average_factor(design, lonely, touched)


def _stage_covariance(design: SurveyDesign, stage: Stage, sums: FloatArray, share: FloatArray) -> FloatArray:
    n, size = stage.n_psu, len(stage.labels)
    touched = np.atleast_2d(_by_stratum(stage, np.abs(sums).sum(axis=1, keepdims=True), size).T > 0)
    lonely = _lonely(design, stage, touched, share)
    centre = _by_stratum(stage, sums, size) / n[:, None]
    if design.lonely == "adjust":
        centre[lonely] = 0.0
    scale = share * stage.open_share * n / np.maximum(n - 1, 1)
    deviation = (sums - centre[stage.stratum]) * np.sqrt(scale)[stage.stratum][:, None]
    found: FloatArray = deviation.T @ deviation
    return np.asarray(found * _average_factor(design, lonely, touched)[0])


def _average_factor(design: SurveyDesign, lonely: BoolArray, touched: BoolArray) -> FloatArray:
    """Strata over strata with a known spread, among those that a domain touches."""
    if design.lonely != "average" or not lonely.any():
        return np.ones(len(touched))
    known = (touched & ~lonely).sum(axis=1)
    return np.asarray(touched.sum(axis=1) / np.where(known > 0, known, np.nan))
