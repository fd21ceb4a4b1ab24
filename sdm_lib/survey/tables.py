"""The answer of an estimate as a table, with its uncertainty in neighbouring columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.errors import choose
from sdm_lib.survey.intervals import Shares, share_interval, t_interval
from sdm_lib.survey.moments import Moments

Freedom = Literal["design", "domain"] | float
Texts = npt.NDArray[np.object_]
COLUMNS = (
    "variable", "category", "estimate", "se", "ci_low", "ci_high", "cv", "deff", "df", "n", "n_eff", "n_missing",
    "method",
)  # fmt: skip
EMPTY, NO_FREEDOM, UNKNOWN = "geen antwoorden", "geen vrijheidsgraden", "spreiding onbekend"
COUNTED, FIXED = "telling", "vastgelegd door de weging"


@dataclass(frozen=True, slots=True)
class Asked:
    """How an interval is wanted: confidence, method, and what the design effect is compared with.

    odds_se : standard error of the log odds per share, where replicates give it.
    """

    level: float
    df: FloatArray
    ci: str = "t"
    deff: str = "srs"
    total: bool = False
    odds_se: FloatArray | None = None


def freedom(design: SurveyDesign, df: Freedom, *, domain: IntArray, n_domains: int) -> FloatArray:
    """Degrees of freedom per domain: of the whole design, of the domain's own clusters and strata, or a number."""
    if not isinstance(df, str):
        return np.full(n_domains, float(df))
    choose("df", df, ("design", "domain"))
    if df == "design":
        return np.full(n_domains, float(design.degf))
    if design.replicates is not None and design.replicates.ranked:
        return np.array([design.degf_of(domain == k) for k in range(n_domains)], dtype=np.float64)
    return design.stages[0].domain_degf(np.where(design.weights != 0, domain, -1), n_domains)


def mean_rows(found: Moments, asked: Asked, *, variable: Texts, category: Texts) -> dict[str, object]:
    """The columns of a mean or total, one row per domain, with a t interval."""
    se = np.sqrt(found.variance)
    low, high = _by_df(asked.df, lambda part, df: t_interval(found.estimate[part], se[part], df=df, level=asked.level))
    of_mean = found.variance / found.weight**2 if asked.total else found.variance
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = found.spread / (found.n - 1)
        if asked.deff == "srs":  # no meaning where the weights do not add up to a population above n: left empty
            simple = simple * np.where(found.weight > found.n, 1 - found.n / found.weight, np.nan)
        effect = of_mean / simple
    method = np.where(asked.df <= 0, NO_FREEDOM, np.where(np.isnan(found.variance), UNKNOWN, "t"))
    return _rows(found, asked, (se, low, high), effect, effective_n(found, of_mean), method, variable, category)


def share_rows(
    design: SurveyDesign, found: Moments, asked: Asked, *, variable: Texts, category: Texts
) -> dict[str, object]:
    """The columns of a share, one row per domain, with the interval asked for."""
    p, se = found.estimate, np.sqrt(found.variance)
    n_eff = effective_n(found, found.variance)
    methods = np.full(len(p), NO_FREEDOM, dtype=object)

    open_share = design.stages[0].whole_open_share if design.replicates is None else 1.0

    def bounds(part: BoolArray, df: float) -> tuple[FloatArray, FloatArray]:
        size, n = np.where(n_eff[part] > 0, n_eff[part], np.nan), found.n[part]
        ceiling = n / open_share if open_share > 0 else np.full_like(n, np.inf)
        # in a calibrated design R keeps the rows outside a domain, without weight, and counts them here
        kept = bool(design.calibrations) and design.replicates is None
        asked_rows = np.full_like(n, len(design)) if kept else found.asked[part]
        odds_se = None if asked.odds_se is None else asked.odds_se[part]
        shares = Shares(np.clip(p[part], 0, 1), se[part], n, size, df, asked_rows, ceiling, odds_se)
        low, high, names = share_interval(shares, ci=asked.ci, level=asked.level)
        methods[part] = names if df > 0 else NO_FREEDOM
        return low, high

    low, high = _by_df(asked.df, bounds)
    if asked.ci == "auto":
        for name, fixed in _without_margin(design, found):
            low, high = np.where(fixed, p, low), np.where(fixed, p, high)
            methods[fixed] = name
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = found.n / n_eff
    return _rows(found, asked, (se, low, high), effect, n_eff, methods, variable, category)


def effective_n(found: Moments, variance: FloatArray) -> FloatArray:
    """Spread over variance: the simple random sample that is as precise; Kish's where the variance is zero."""
    certain = _certain(found, variance)
    kish = found.weight**2 / np.where(found.weight2 > 0, found.weight2, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = found.spread / np.where(certain, np.nan, variance)
    return np.where(found.n == 0, 0.0, np.where(certain, kish, usual))


def assemble(block: dict[str, object], names: list[str], levels: list[tuple[str, ...]]) -> pd.DataFrame:
    """The rows as a table, the `by` columns in front; `block` repeats the domains for each variable and category."""
    times = len(np.asarray(block["estimate"])) // max(len(levels), 1)
    data: dict[str, object] = {name: [level[k] for level in levels] * times for k, name in enumerate(names)}
    return pd.DataFrame(data | {column: block[column] for column in COLUMNS})


def repeated(texts: Sequence[str], n_domains: int) -> Texts:
    """Each text once per domain."""
    return np.repeat(np.array(list(texts), dtype=object), n_domains)


def _without_margin(design: SurveyDesign, found: Moments) -> list[tuple[str, BoolArray]]:
    everyone = design.replicates is None and bool((design.stages[0].open_share < 1e-12).all())
    counted = np.full(len(found.n), everyone) & (found.n > 0)
    fixed = _certain(found, found.variance) & (found.spread > 1e-12) & bool(design.calibrations)
    return [(FIXED, fixed), (COUNTED, counted)]


def _certain(found: Moments, variance: FloatArray) -> BoolArray:
    # rounding leaves 1e-30 where nothing varies
    return np.asarray(~(variance > 1e-22 * np.maximum(np.nan_to_num(found.estimate) ** 2, 1e-6)))


def _by_df(
    df: FloatArray, bounds: Callable[[BoolArray, float], tuple[FloatArray, FloatArray]]
) -> tuple[FloatArray, FloatArray]:
    low, high = np.full(len(df), np.nan), np.full(len(df), np.nan)
    for value in np.unique(df):
        part = df == value
        low[part], high[part] = bounds(part, float(value))
    return low, high


def _rows(
    found: Moments,
    asked: Asked,
    margin: tuple[FloatArray, FloatArray, FloatArray],
    deff: FloatArray,
    n_eff: FloatArray,
    method: npt.NDArray[Any],
    variable: Texts,
    category: Texts,
) -> dict[str, object]:
    se, low, high = margin
    with np.errstate(divide="ignore", invalid="ignore"):
        cv = se / np.abs(found.estimate)
    said = np.where(found.n > 0, method, EMPTY)
    return {
        "variable": variable, "category": category,
        "estimate": found.estimate, "se": se, "ci_low": low, "ci_high": high, "cv": cv, "deff": deff, "df": asked.df,
        "n": found.n.astype(np.int64), "n_eff": n_eff, "n_missing": found.n_missing.astype(np.int64), "method": said,
    }  # fmt: skip
