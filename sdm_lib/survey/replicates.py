"""Replicate weights: variance as the spread of an estimate over re-weighted copies of the sample.

    V = scale * sum_r rscales_r (theta_r - centre)^2,   centre = the full estimate (mse) or the mean of the replicates

Kept small: a bootstrap is a matrix of counts (one byte each) with an offset and a slope per cluster, and estimates
are matrix products with it, never a copy of the sample per replicate.
Sources: Rao and Wu (1988), JASA 83, 231-241; Canty and Davison (1999), The Statistician 48, 379-391; Fay (1989), ASA
Proceedings; Wolter (2007), chapters 3 and 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray, compress
from sdm_lib.survey.errors import choose, survey_error

if TYPE_CHECKING:
    from sdm_lib.survey.design import SurveyDesign
    from sdm_lib.survey.stages import Stage

KINDS = ("JK1", "JKn", "JK2", "BRR", "Fay", "bootstrap", "subbootstrap", "other")
RANK_TOLERANCE = 1e-5  # of the length of a column: the default of R `degf` (qr, argument tol)
BLOCK = 2_000_000  # numbers expanded to floats at a time
CACHE = 30_000  # counters that a block of bootstrap draws fills at a time: they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Replicates:
    """Replicate weights of the rows: w_i * (offset + slope * factors[index_i, r]), w_i the design weight.

    factors : units x replicates. index : unit of each row (None: row i is unit i). offset, slope : per unit.
    own_weights : True when `factors` hold whole weights, so that w_i takes no part.
    degf : degrees of freedom of the variance. ranked : they are the rank of the weights minus one, because nothing is
    known of strata and clusters; then a domain and a weighting step have their own (but see `reweight`), as in R.
    """

    kind: str
    factors: npt.NDArray[Any]
    index: IntArray | None
    offset: FloatArray
    slope: FloatArray
    own_weights: bool
    scale: float
    rscales: FloatArray
    mse: bool
    degf: int
    ranked: bool = False

    @property
    def n_rows(self) -> int:
        """Rows of the sample that the replicates belong to."""
        return len(self.factors) if self.index is None else len(self.index)

    def __len__(self) -> int:
        return int(self.factors.shape[1])

    def column(self, number: int, weights: FloatArray) -> FloatArray:
        """The weights of one replicate."""
        units = self.offset + self.slope * self.factors[:, number].astype(np.float64)
        rows = units if self.index is None else units[self.index]
        return rows if self.own_weights else rows * weights

    def rank_of(self, weights: FloatArray, inside: BoolArray) -> int:
        """Rank of the replicate weights of some rows."""
        columns = [self.column(r, weights)[inside] for r in range(len(self))]
        return _rank(np.column_stack(columns))

    def totals(self, values: FloatArray, weights: FloatArray, *, rows: IntArray | None = None) -> FloatArray:
        """Weighted column sums of `values` (rows x k) under every replicate: k x replicates."""
        unit = self.index if rows is None else (rows if self.index is None else self.index[rows])
        weighted = values if self.own_weights else values * (weights if rows is None else weights[rows])[:, None]
        if unit is None:
            summed, offset, slope, factors = weighted, self.offset, self.slope, self.factors
        elif self.index is None:
            summed, offset, slope, factors = weighted, self.offset[unit], self.slope[unit], self.factors[unit]
        else:
            units, place = compress(unit)
            summed = np.column_stack(
                [np.bincount(place, weights=column, minlength=len(units)) for column in weighted.T]
            )
            offset, slope, factors = self.offset[units], self.slope[units], self.factors[units]
        found = np.repeat((summed.T @ offset)[:, None], len(self), axis=1)
        step = max(1, BLOCK // len(self))
        for start in range(0, len(factors), step):
            part = slice(start, start + step)
            found += (summed[part] * slope[part, None]).T @ factors[part].astype(np.float64, copy=False)
        return found

    def covariance(self, estimates: FloatArray, full: FloatArray) -> FloatArray:
        """Covariance of q estimates from their replicates (q x replicates) and the full estimate."""
        centre = full if self.mse else estimates.mean(axis=1)
        spread = (estimates - centre[:, None]) * np.sqrt(self.scale * self.rscales)
        return np.asarray(spread @ spread.T)

    def variances(self, estimates: FloatArray, full: FloatArray) -> FloatArray:
        """The diagonal of `covariance`."""
        centre = full if self.mse else estimates.mean(axis=1)
        return np.asarray(((estimates - centre[:, None]) ** 2) @ (self.scale * self.rscales))


def replicate_weights(
    values: pd.DataFrame | npt.ArrayLike,
    *,
    kind: str,
    scale: float | None = None,
    rscales: npt.ArrayLike | None = None,
    mse: bool = False,
    fay_rho: float = 0.0,
    combined: bool = True,
    degf: int | None = None,
) -> Replicates:
    """Replicate weights that came with the data, one column per replicate.

    kind : JK1, JKn, JK2, BRR, Fay, bootstrap, subbootstrap or other. scale, rscales : of the variance formula; by
    default those of the kind (JKn and other have none: give them). mse : spread around the full estimate instead of
    around the mean of the replicates. combined : values are whole weights; False: factors on the design weight.
    degf : by default the rank of the weights minus one.

    >>> replicate_weights(np.array([[2.0, 0.0], [0.0, 2.0]]), kind="BRR").scale
    0.5
    """
    choose("kind", kind, KINDS)
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise survey_error(
            "SDM-813", "replicatiegewichten ontbreken of zijn geen tabel", "Lever een kolom per replicatie."
        )
    n, count = table.shape
    usual = {
        "JK1": (count - 1) / count, "JK2": 1.0, "BRR": 1 / count, "Fay": 1 / (count * (1 - fay_rho) ** 2),
        "bootstrap": 1 / (count - 1), "subbootstrap": 1 / (count - 1),
    }  # fmt: skip
    if scale is None and kind not in usual:
        raise ValueError(f"replicate_weights: kind {kind} needs scale (and rscales)")
    each = np.ones(count) if rscales is None else np.asarray(rscales, dtype=np.float64)
    if each.shape != (count,):
        raise ValueError(f"replicate_weights: {len(each)} rscales for {count} replicates")
    rank = _rank(table) - 1 if degf is None else degf
    chosen = usual[kind] if scale is None else float(scale)
    return Replicates(kind, table, None, np.zeros(n), np.ones(n), combined, chosen, each, mse, rank, degf is None)


def _rank(table: FloatArray) -> int:
    """Columns that are not a combination of earlier ones: what is left of them counts from RANK_TOLERANCE on."""
    small = _triangle(table)
    basis = np.zeros((len(small), 0))
    for column in small.T:
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)  # twice: the first time leaves rounding that looks like a column
        length = float(np.linalg.norm(rest))
        if length > 0 and length >= RANK_TOLERANCE * float(np.linalg.norm(column)):
            basis = np.column_stack([basis, rest / length])
    return int(basis.shape[1])


def _triangle(table: FloatArray) -> FloatArray:
    """A small table whose columns have the same lengths and angles, made from blocks of rows."""
    step = max(BLOCK // table.shape[1], 2 * table.shape[1])
    blocks = [np.linalg.qr(table[k : k + step], mode="r") for k in range(0, max(len(table), 1), step)]
    return np.asarray(blocks[0] if len(blocks) == 1 else np.linalg.qr(np.vstack(blocks), mode="r"))


def replicate(
    design: SurveyDesign,
    kind: Literal["jackknife", "JK1", "JKn", "JK2", "bootstrap", "canty-davison", "BRR", "Fay"],
    *,
    n: int = 500,
    rng: np.random.Generator | None = None,
    fay_rho: float = 0.3,
    mse: bool = False,
) -> SurveyDesign:
    """The same design with replicate weights of its first stage, which then give every variance.

    kind : jackknife (JK1 without strata, JKn with), JK2, BRR and Fay (two clusters in every stratum), bootstrap (Rao
    and Wu: n_h - 1 clusters drawn with replacement, fpc by rescaling; n replicates drawn with rng), canty-davison (n_h
    clusters drawn without replacement from copies of the sample that make up the population). A design that is to be
    weighted is replicated first and weighted then, so that each replicate is weighted too.

    Raises SurveyError for a stratum with the wrong number of clusters, ValueError without rng.

    >>> from sdm_lib import survey
    >>> sample = survey.design(pd.DataFrame({"w": [1.0, 1.0, 1.0], "y": [1.0, 2.0, 6.0]}), weights="w")
    >>> round(survey.mean(replicate(sample, "jackknife"), "y")["se"].item(), 4)
    1.5275
    """
    choose("kind", kind, ("jackknife", "JK1", "JKn", "JK2", "bootstrap", "canty-davison", "BRR", "Fay"))
    if design.calibrations:
        raise survey_error(
            "SDM-814",
            "het ontwerp is al gewogen",
            "Maak eerst replicaties en weeg daarna, dan wordt elke replicatie gewogen.",
        )
    stage = design.stages[0]
    if kind in ("jackknife", "JK1", "JKn"):
        made = _jackknife(stage, mse=mse)
    elif kind in ("bootstrap", "canty-davison"):
        if rng is None:
            raise ValueError(f"{kind} draws at random: pass rng=numpy.random.default_rng(seed)")
        made = (_bootstrap if kind == "bootstrap" else _canty_davison)(stage, n=n, rng=rng, mse=mse)
    else:
        made = _pairs(stage, kind=kind, rho=fay_rho if kind == "Fay" else 0.0, mse=mse)
    index = None if stage.rows_are_psu else stage.psu
    return replace(design, replicates=replace(made, index=index, degf=stage.degf(design.weights != 0)))


def _made(kind: str, factors: npt.NDArray[Any], scale: float, rscales: FloatArray, mse: bool) -> Replicates:
    m = len(factors)
    return Replicates(kind, factors, None, np.zeros(m), np.ones(m), False, scale, rscales, mse, 0)


def _jackknife(stage: Stage, *, mse: bool) -> Replicates:
    _enough(stage, 2, exact=False)
    n_h, same = stage.n_psu[stage.stratum], stage.stratum[:, None] == stage.stratum[None, :]
    factors = np.where(same, (n_h / (n_h - 1))[None, :], 1.0)
    np.fill_diagonal(factors, 0.0)
    rscales = ((n_h - 1) / n_h) * stage.open_share[stage.stratum]
    if len(stage.labels) == 1:
        return _made("JK1", factors, float(rscales[0]), np.ones(len(n_h)), mse)
    return _made("JKn", factors, 1.0, rscales, mse)


def _bootstrap(stage: Stage, *, n: int, rng: np.random.Generator, mse: bool) -> Replicates:
    _enough(stage, 2, exact=False)
    counts = np.zeros((n, len(stage.stratum)), dtype=np.uint8)
    for h, size in enumerate(stage.n_psu.astype(int)):
        members = np.flatnonzero(stage.stratum == h)
        step = max(1, CACHE // size)
        for start in range(0, n, step):
            block = min(step, n - start)
            small = np.uint16 if size <= 65536 else np.int64
            drawn = rng.integers(0, size, (block, size - 1), dtype=small) + size * np.arange(block)[:, None]
            found = np.bincount(drawn.ravel(), minlength=block * size).reshape(block, size)
            counts[start : start + block, members] = np.minimum(found, 255)
    shrink = np.sqrt(stage.open_share)[stage.stratum]
    n_h = stage.n_psu[stage.stratum]
    made = _made("bootstrap", counts.T, 1 / (n if mse else n - 1), np.ones(n), mse)
    return replace(made, offset=1 - shrink, slope=shrink * n_h / (n_h - 1))


def _canty_davison(stage: Stage, *, n: int, rng: np.random.Generator, mse: bool) -> Replicates:
    _enough(stage, 2, exact=False)
    counts = np.zeros((n, len(stage.stratum)))
    for h, size in enumerate(stage.n_psu.astype(int)):
        members, population = np.flatnonzero(stage.stratum == h), stage.population[h]
        if np.isinf(population):
            counts[:, members] = rng.multinomial(size, np.full(size, 1 / size), n)
            continue
        copies, rest = divmod(round(population), size)
        for r in range(n):  # which clusters get the copy that does not divide is drawn anew
            made = np.full(size, copies)
            made[rng.permutation(size)[:rest]] += 1
            counts[r, members] = rng.multivariate_hypergeometric(made, size)
    # how much a count varies against how much it should, 1 - n/N: made good on average over the strata
    short = float(np.mean(_count_variance(stage) / np.where(stage.open_share > 0, stage.open_share, 1.0)))
    return _made("bootstrap", counts.T.copy(), 1 / ((n if mse else n - 1) * short), np.ones(n), mse)


def _count_variance(stage: Stage) -> FloatArray:
    """Variance of how often a cluster is drawn, per stratum: drawn from copies, themselves drawn."""
    n, closed = stage.n_psu, np.isfinite(stage.population)
    population = np.where(closed, np.round(np.where(closed, stage.population, 2.0)), n)
    copies, rest = np.divmod(population, n)
    extra = rest / n
    square = (1 - extra) * copies**2 + extra * (copies + 1) ** 2  # of the number of copies of one cluster
    mean = population / n
    drawn = n / population * (mean - square / population) * (population - n) / np.maximum(population - 1, 1)
    return np.where(closed, drawn + (n / population) ** 2 * extra * (1 - extra), (n - 1) / n)


def _pairs(stage: Stage, *, kind: str, rho: float, mse: bool) -> Replicates:
    _enough(stage, 2, exact=True)
    n_strata = len(stage.labels)
    second = np.zeros(len(stage.stratum), dtype=bool)
    _, first = np.unique(stage.stratum, return_index=True)
    second[:] = True
    second[first] = False
    if kind == "JK2":
        factors = np.ones((len(stage.stratum), n_strata))
        factors[np.arange(len(second)), stage.stratum] = np.where(second, 2.0, 0.0)
        return _made("JK2", factors, 1.0, stage.open_share.copy(), True)
    from scipy.linalg import hadamard

    order = 1 << max(1, int(np.ceil(np.log2(n_strata + 1))))
    sign = hadamard(order)[1 : n_strata + 1, :].astype(float)  # the first row is constant and balances nothing
    signs = np.where(second[:, None], -1.0, 1.0) * sign[stage.stratum]
    factors = 1.0 + (1.0 - rho) * signs * np.sqrt(stage.open_share)[stage.stratum][:, None]
    return _made(kind, factors, 1 / (order * (1 - rho) ** 2), np.ones(order), mse)


def _enough(stage: Stage, count: int, *, exact: bool) -> None:
    wrong = stage.n_psu != count if exact else stage.n_psu < count
    if wrong.any():
        h = int(np.argmax(wrong))
        asked = f"precies {count}" if exact else f"minstens {count}"
        raise survey_error(
            "SDM-815",
            f"stratum '{stage.labels[h]}' heeft {stage.n_psu[h]:g} clusters; nodig zijn er {asked}",
            "Voeg strata samen of kies een andere soort replicatie.",
        )


def reweight(
    design: SurveyDesign, weigh: Callable[[FloatArray], FloatArray], *, keep_degf: bool = False
) -> Replicates | None:
    """The replicates of a design after a weighting step done on each of them.

    keep_degf : True leaves ranked degrees of freedom as they were, as R does after a calibration that it must iterate.
    """
    old = design.replicates
    if old is None:
        return None
    table = np.column_stack([weigh(old.column(r, design.weights)) for r in range(len(old))])
    n, degf = len(design), _rank(table) - 1 if old.ranked and not keep_degf else old.degf
    return replace(old, factors=table, index=None, offset=np.zeros(n), slope=np.ones(n), own_weights=True, degf=degf)
