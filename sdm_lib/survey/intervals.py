"""Intervals for means and shares from an estimate, its standard error and its degrees of freedom.

Which one to publish is decided in `share_interval`: Wilson, and Korn-Graubard where n_eff p (1-p) < 10 or p is 0 or 1.
At n = 50 and p = 2 % the logit interval of R covers 62 % instead of 95 %, Korn-Graubard 98 %. Logit, beta, xlogit,
asin, mean and likelihood are there for parity with R `svyciprop`; where one of them does not exist (logit, xlogit and
asin at 0 and 1) Korn-Graubard takes its place and the method says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sdm_lib.survey.codes import BoolArray, FloatArray
from sdm_lib.survey.errors import choose

RARE = 10.0  # n_eff p (1-p) below which the normal approximation fails; Korn and Graubard (1998), section 4
NO_SPREAD = "mean, geen spreiding"  # what R gives at 0 and 1: an interval without width, which is not a margin
SHARE_METHODS = ("auto", "korn_graubard", "wilson", "beta", "logit", "xlogit", "asin", "mean", "likelihood")


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares with what an interval needs, one per row: p, se, n (valid answers), n_eff, df (one for all).

    asked : rows that were asked, answered or not; only R's beta interval counts them. ceiling : largest n_eff that
    Wilson believes; None is n. A sample that is a large part of its population may be worth more than n. odds_se :
    standard error of the log odds from replicates, infinite where a replicate is 0 or 1; None is the delta method.
    """

    p: FloatArray
    se: FloatArray
    n: FloatArray
    n_eff: FloatArray
    df: float
    asked: FloatArray
    ceiling: FloatArray | None = None
    odds_se: FloatArray | None = None


def _special() -> Any:
    from scipy import special  # half the import time of this room, and not needed to describe or weigh

    return special


def t_quantile(df: float, level: float) -> float:
    """The two-sided critical value of Student t; the normal one for infinite df; NaN without degrees of freedom.

    >>> round(t_quantile(10, 0.95), 3), round(t_quantile(np.inf, 0.95), 3)
    (2.228, 1.96)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}")
    if df <= 0:
        return float("nan")
    upper = (1 + level) / 2
    return float(_special().ndtri(upper) if np.isinf(df) else _special().stdtrit(df, upper))


def t_interval(estimate: FloatArray, se: FloatArray, *, df: float, level: float) -> tuple[FloatArray, FloatArray]:
    """Estimate plus and minus t times the standard error."""
    margin = t_quantile(df, level) * se
    return estimate - margin, estimate + margin


def share_interval(shares: Shares, *, ci: str, level: float) -> tuple[FloatArray, FloatArray, list[str]]:
    """Bounds and the name of the method per share; NaN bounds only where there is no answer at all."""
    choose("ci", ci, SHARE_METHODS)
    low, high = _METHODS["wilson" if ci == "auto" else ci](shares, level)
    if ci == "auto":
        ci, rare = "wilson", ~(shares.n_eff * shares.p * (1 - shares.p) >= RARE)
    else:  # at 0 and 1 a log odds or an arcsine has no interval: then Korn-Graubard, and the name says so
        rare = ~(_inside(shares) & _odds_known(shares)) & np.isnan(low)
    if rare.any():
        some = Shares(
            shares.p[rare], shares.se[rare], shares.n[rare], shares.n_eff[rare], shares.df, shares.asked[rare]
        )
        low[rare], high[rare] = korn_graubard(some, level)
    names = ["korn_graubard" if flag else ci for flag in rare]
    if ci == "mean":
        names = [NO_SPREAD if edge else ci for edge in (shares.se == 0) & ~_inside(shares)]
    return low, high, names


def _adjusted_n(shares: Shares, level: float, *, rows: FloatArray) -> FloatArray:
    # Korn and Graubard: n_eff shrinks with the few degrees of freedom that the variance rests on
    simple = _special().stdtrit(np.maximum(rows - 1, 1), (1 + level) / 2)
    return np.asarray(shares.n_eff * (simple / t_quantile(shares.df, level)) ** 2)


def korn_graubard(shares: Shares, level: float) -> tuple[FloatArray, FloatArray]:
    """Clopper-Pearson at the effective sample size, never above the real one; usable at 0 and 1.

    Source: Korn and Graubard (1998), Survey Methodology 24, 193-201.
    """
    return _clopper_pearson(shares.p, np.minimum(_adjusted_n(shares, level, rows=shares.n), shares.n), level)


def beta(shares: Shares, level: float) -> tuple[FloatArray, FloatArray]:
    """As Korn-Graubard, without the ceiling at the real sample size: `svyciprop(method = "beta")` of R."""
    return _clopper_pearson(shares.p, _adjusted_n(shares, level, rows=shares.asked), level)


def _clopper_pearson(p: FloatArray, n: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    tail, x = (1 - level) / 2, p * n
    known = np.isfinite(p) & np.isfinite(n) & (n > 0)
    a, b = np.where(known, x, 1.0), np.where(known, n - x, 1.0)
    low = np.where(a > 0, _special().betaincinv(np.where(a > 0, a, 1.0), b + 1, tail), 0.0)
    high = np.where(b > 0, _special().betaincinv(a + 1, np.where(b > 0, b, 1.0), 1 - tail), 1.0)
    exact = np.isinf(n) & np.isfinite(p)  # nothing varies: a share that the weighting itself fixes
    return np.where(exact, p, np.where(known, low, np.nan)), np.where(exact, p, np.where(known, high, np.nan))


def wilson(shares: Shares, level: float) -> tuple[FloatArray, FloatArray]:
    """Score interval at the effective sample size with Student t; stays within 0 and 1.

    The effective size has the real one as its ceiling: when the few that said yes all have small weights, the estimated
    variance is far too small, and without a ceiling the interval would cover 84-90 % instead of 95 %.
    Source: Wilson (1927), JASA 22, 209-212; with n_eff: Dean and Pagano (2015), J Surv Stat Methodol 3, 484-503; the
    ceiling as in Korn and Graubard (1998), Survey Methodology 24, 193-201.
    """
    ceiling = shares.n if shares.ceiling is None else shares.ceiling
    return wilson_bounds(shares.p, np.minimum(shares.n_eff, ceiling), z=t_quantile(shares.df, level))


def wilson_bounds(p: FloatArray, n: FloatArray, *, z: float) -> tuple[FloatArray, FloatArray]:
    """The bounds of the score interval for shares p of n, with critical value z."""
    extra = z**2 / n
    centre, half = p + extra / 2, z * np.sqrt(p * (1 - p) / n + extra / (4 * n))
    low, high = (centre - half) / (1 + extra), (centre + half) / (1 + extra)
    # at 0 and 1 the bare formula leaves 1e-17
    return np.where(p == 0, 0.0, np.clip(low, 0, 1)), np.where(p == 1, 1.0, np.clip(high, 0, 1))


def xlogit(shares: Shares, level: float) -> tuple[FloatArray, FloatArray]:
    """Wald interval on the log odds, delta method; NaN at 0 and 1, where it does not exist."""
    inside = _inside(shares)
    p = np.where(inside, shares.p, 0.5)
    return _on_odds(p, shares.se / (p * (1 - p)), inside, t=t_quantile(shares.df, level))


def logit(shares: Shares, level: float) -> tuple[FloatArray, FloatArray]:
    """As `xlogit`, with the spread of the log odds over the replicates themselves, as a model on each would give."""
    if shares.odds_se is None:
        return xlogit(shares, level)
    inside = _inside(shares) & np.isfinite(shares.odds_se)
    p = np.where(inside, shares.p, 0.5)
    return _on_odds(p, np.where(inside, shares.odds_se, 0.0), inside, t=t_quantile(shares.df, level))


def _on_odds(p: FloatArray, se: FloatArray, inside: BoolArray, *, t: float) -> tuple[FloatArray, FloatArray]:
    margin = t * se
    low, high = _special().expit(_special().logit(p) - margin), _special().expit(_special().logit(p) + margin)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def asin(shares: Shares, level: float) -> tuple[FloatArray, FloatArray]:
    """Wald interval on the arcsine of the square root."""
    inside = _inside(shares)
    p = np.where(inside, shares.p, 0.5)
    margin = t_quantile(shares.df, level) * shares.se / (2 * np.sqrt(p * (1 - p)))
    centre = np.arcsin(np.sqrt(p))
    low, high = np.sin(centre - margin) ** 2, np.sin(centre + margin) ** 2
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def wald(shares: Shares, level: float) -> tuple[FloatArray, FloatArray]:
    """Share plus and minus t times the standard error; may leave 0-1, as R `method = "mean"`."""
    return t_interval(shares.p, shares.se, df=shares.df, level=level)


def likelihood(shares: Shares, level: float) -> tuple[FloatArray, FloatArray]:
    """Shares whose binomial likelihood, scaled to the effective sample size, is within t squared of the best.

    Source: Rao and Scott (1984), Annals of Statistics 12, 46-60.
    """
    limit = t_quantile(shares.df, level) ** 2
    known = np.isfinite(shares.p) & np.isfinite(shares.n_eff) & (shares.n > 1)
    p = np.where(known, shares.p, 0.5)
    n = np.where(known, shares.n_eff * (shares.n - 1) / shares.n, 1.0)  # R divides by the Pearson dispersion n/(n-1)
    low = np.where(p == 0, 0.0, _root(p, n, limit, np.full_like(p, 1e-12)))
    high = np.where(p == 1, 1.0, _root(p, n, limit, np.full_like(p, 1 - 1e-12)))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _root(p: FloatArray, n: FloatArray, limit: float, far: FloatArray) -> FloatArray:
    near = p.copy()
    for _ in range(100):  # bisection: the deviance grows steadily away from p
        middle = (near + far) / 2
        deviance = 2 * n * (_special().xlogy(p, p / middle) + _special().xlogy(1 - p, (1 - p) / (1 - middle)))
        outside = deviance > limit
        far, near = np.where(outside, middle, far), np.where(outside, near, middle)
    return near


def _odds_known(shares: Shares) -> BoolArray:
    known = np.ones(len(shares.p), dtype=bool) if shares.odds_se is None else np.isfinite(shares.odds_se)
    return np.asarray(known)


def _inside(shares: Shares) -> BoolArray:
    return np.asarray((shares.p > 0) & (shares.p < 1))


_METHODS = {
    "korn_graubard": korn_graubard,
    "wilson": wilson,
    "beta": beta,
    "logit": logit,
    "xlogit": xlogit,
    "asin": asin,
    "mean": wald,
    "likelihood": likelihood,
}
