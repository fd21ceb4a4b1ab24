"""Is there a relation between two variables? Chi-square tests that know the sample design.

The eigenvalues of Delta are the design effects of the interaction contrasts; Pearson's X2 is distributed as a sum of
chi-squares with these as weights. F (second order, the default of R) and Chisq (first order) correct for their mean
and spread, saddlepoint takes the whole distribution, Wald and adjWald test the cell residuals.
Sources: Rao and Scott (1984), Annals of Statistics 12, 46-60; Thomas and Rao (1987), JASA 82, 630-636;
Kuonen (1999), Biometrika 86, 929-935.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import FloatArray, tally
from sdm_lib.survey.design import SurveyDesign, mask
from sdm_lib.survey.errors import choose, survey_error
from sdm_lib.survey.glm import HypothesisTest
from sdm_lib.survey.statistic import Estimates, statistic

STATISTICS = ("F", "Chisq", "Wald", "adjWald", "saddlepoint")


def crosstab(design: SurveyDesign, rows: str, columns: str, *, where: object = None) -> pd.DataFrame:
    """Weighted shares of the whole per combination, rows by columns.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0, 1.0, 2.0], "a": ["x", "x", "y"], "b": ["p", "q", "p"]})
    >>> crosstab(survey.design(frame, weights="w"), "a", "b").values.tolist()
    [[0.25, 0.25], [0.5, 0.0]]
    """
    found, (r, c), _ = _cells(design, rows, columns, where=where, shares=True)
    table = found.estimate.reshape(len(r), len(c))
    return pd.DataFrame(table, index=pd.Index(r, name=rows), columns=pd.Index(c, name=columns))


def chisq(
    design: SurveyDesign, rows: str, columns: str, *, statistic: str = "F", where: object = None
) -> HypothesisTest:
    """Test whether two variables are independent; rows with a missing answer on either are left out and counted.

    statistic : F, Chisq, Wald, adjWald, saddlepoint. Raises SurveyError when a variable has fewer than two categories.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 8, "a": list("xxxxyyyy"), "b": list("pppqqqqp")})
    >>> found = chisq(survey.design(frame, weights="w"), "a", "b")
    >>> round(found.statistic, 3), round(found.p, 3)
    (1.75, 0.227)
    """
    choose("statistic", statistic, STATISTICS)
    wald = statistic in ("Wald", "adjWald")
    found, (r, c), (n, n_missing) = _cells(design, rows, columns, where=where, shares=not wald)
    for name, labels in ((rows, r), (columns, c)):
        if len(labels) < 2:
            raise survey_error(
                "SDM-837", f"er is maar {len(labels)} categorie", "Een toets vraagt er twee.", kolom=name
            )
    # R counts every row of the domain here, those without weight or answer included
    kept = bool(design.calibrations) and design.replicates is None
    everyone = np.ones(len(design), dtype=bool) if kept else mask(design, where)
    found = replace(found, df=design.degf_of(everyone))
    if wald:
        value, df, p = _wald(found, len(r), len(c), adjusted=statistic == "adjWald")
    else:
        value, df, p = _pearson(found, len(r), len(c), int(everyone.sum()), kind=statistic)
    return HypothesisTest(value, df, p, statistic, n=n, n_missing=n_missing)


def _cells(
    design: SurveyDesign, rows: str, columns: str, *, where: object, shares: bool
) -> tuple[Estimates, tuple[list[str], list[str]], tuple[int, int]]:
    """Totals or shares of the cells with covariance, the categories that occur, and rows used and missing."""
    a, b = design.codes(rows), design.codes(columns)
    inside = mask(design, where) & (design.weights != 0)
    use = inside & (a.codes >= 0) & (b.codes >= 0)
    r, i = np.unique(a.codes[use], return_inverse=True)
    c, j = np.unique(b.codes[use], return_inverse=True)
    cell, size = i * len(c) + j, len(r) * len(c)
    if not size:
        raise survey_error("SDM-837", "geen enkele rij heeft beide antwoorden", "Kies andere variabelen.", kolom=rows)

    def value(weights: FloatArray) -> FloatArray:
        totals = tally(cell, size=size, weights=weights[use])
        return totals / totals.sum() if shares else totals

    def scores(weights: FloatArray) -> FloatArray:
        found = np.zeros((len(weights), size))
        found[np.flatnonzero(use), cell] = weights[use]
        if shares:
            found[use] = (found[use] - weights[use][:, None] * value(weights)) / weights[use].sum()
        return found

    labels = tuple(f"{a.labels[k]}.{b.labels[m]}" for k in r for m in c)
    found = statistic(design, value, scores, labels=labels)
    names = [a.labels[int(k)] for k in r], [b.labels[int(k)] for k in c]
    return found, names, (int(use.sum()), int(inside.sum() - use.sum()))


def _pearson(found: Estimates, r: int, c: int, n: int, *, kind: str) -> tuple[float, tuple[float, ...], float]:
    from scipy import special

    p = found.estimate
    table = p.reshape(r, c)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = float(n * ((table - expected) ** 2 / expected).sum())
    contrasts = np.kron(np.vstack([np.eye(r - 1), -np.ones(r - 1)]), np.vstack([np.eye(c - 1), -np.ones(c - 1)]))
    inverse = np.where(p > 0, 1 / np.where(p > 0, p, 1.0), 0.0)
    simple = contrasts.T @ (contrasts * inverse[:, None]) / n
    scaled = contrasts * inverse[:, None]
    delta = np.linalg.solve(simple, scaled.T @ found.covariance @ scaled)
    trace = float(np.trace(delta))
    d0 = trace**2 / float(np.trace(delta @ delta))
    if kind == "F":
        value = pearson / trace
        return value, (d0, d0 * found.df), float(special.fdtrc(d0, d0 * found.df, value))
    if kind == "Chisq":
        df = len(delta)
        return pearson, (float(df),), float(special.chdtrc(df, pearson * df / trace))
    eigenvalues = np.linalg.eigvals(delta).real
    return pearson, (), _saddlepoint(pearson, eigenvalues, d0 * found.df)


def _saddlepoint(value: float, weights: FloatArray, df: float) -> float:
    """P(sum of weighted chi-squares > value x chi-square(df)/df), by the Lugannani-Rice formula."""
    from scipy import optimize, special

    lam, power = (
        np.append(weights, -value / df),
        np.append(np.ones(len(weights)), np.floor(df)),
    )  # whole chi-squares, as in R
    scale = np.abs(lam).max()
    lam = lam / scale

    def slope(z: float) -> float:
        return float(np.sum(power * lam / (1 - 2 * z * lam)))

    low, high = 0.5 / lam.min() * (1 - 1e-9), 0.5 / lam.max() * (1 - 1e-9)
    z = float(optimize.brentq(slope, low, high, xtol=1e-14))
    cumulant = -0.5 * float(np.sum(power * np.log(1 - 2 * z * lam)))
    bend = 2 * float(np.sum(power * lam**2 / (1 - 2 * z * lam) ** 2))
    w, v = np.sign(z) * np.sqrt(-2 * cumulant), z * np.sqrt(bend)
    if abs(z) < 1e-4:  # at the mean the formula is 0/0: the second-order F is exact enough there
        mean, d0 = weights.sum(), weights.sum() ** 2 / (weights**2).sum()
        return float(special.fdtrc(d0, df, value / mean))
    return float(special.ndtr(-(w + np.log(v / w) / w)))


def _wald(found: Estimates, r: int, c: int, *, adjusted: bool) -> tuple[float, tuple[float, ...], float]:
    from scipy import special

    table = found.estimate.reshape(r, c)
    rows, columns, total = table.sum(axis=1), table.sum(axis=0), table.sum()
    residual = (table - np.outer(rows, columns) / total).ravel()
    row_of, column_of = np.repeat(np.arange(r), c), np.tile(np.arange(c), r)
    jacobian = (
        np.eye(r * c)
        - (row_of[:, None] == row_of[None, :]) * (columns[column_of] / total)[:, None]
        - (column_of[:, None] == column_of[None, :]) * (rows[row_of] / total)[:, None]
        + (rows[row_of] * columns[column_of] / total**2)[:, None]
    )
    use = (row_of > 0) & (column_of > 0)
    k = (r - 1) * (c - 1)
    spread = (jacobian @ found.covariance @ jacobian.T)[np.ix_(use, use)]
    wald = float(residual[use] @ np.linalg.solve(spread, residual[use]))
    below = found.df - k + 1 if adjusted else found.df
    value = wald * below / (k * found.df) if adjusted else wald / k
    return value, (float(k), float(below)), float(special.fdtrc(k, below, value))
