"""Rates and shares of full counts: a register has no sampling error, these margins say how much chance moves a count.

All functions take numbers or arrays. The methods are those of public health statistics, each with its source; at the
edges (0 of n, n of n, a count of 0) the bounds are exact numbers, never 1e-17.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sdm_lib.survey.codes import FloatArray

EXACT_BELOW = 10.0  # counts under 10 get the exact limits; Dobson et al. (1991) judge Byar good from there


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with its limits, in the unit of `multiplier`, and the method that gave the limits."""

    value: float
    low: float
    high: float
    method: str


def wilson(successes: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Score interval for a share.

    successes, n : counts, 0 <= successes <= n and n > 0; effective counts allowed. level : confidence, 0-1.
    Returns (lower, upper) within [0, 1]. Raises ValueError when a bound above is broken.
    Source: Wilson (1927), JASA 22, 209-212.

    >>> low, high = wilson(5, 20)
    >>> round(float(low), 3), round(float(high), 3)
    (0.112, 0.469)
    """
    from sdm_lib.survey.intervals import wilson_bounds

    x, size = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    if not (np.all(x >= 0) and np.all(x <= size) and np.all(size > 0)):
        raise ValueError(f"wilson: needs 0 <= successes <= n and n > 0, got {successes!r} of {n!r}")
    return wilson_bounds(x / size, size, z=_z(level))


def byar(count: npt.ArrayLike, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Approximate Poisson limits of a count; lower limit of 0 is 0.

    Source: Breslow and Day (1987), Statistical Methods in Cancer Research II, page 69.

    >>> low, high = byar(10)
    >>> round(float(low), 2), round(float(high), 2)
    (4.79, 18.39)
    """
    x, z = _counts(count), _z(level)
    safe = np.where(x > 0, x, 1.0)
    low = np.where(x > 0, safe * (1 - 1 / (9 * safe) - z / (3 * np.sqrt(safe))) ** 3, 0.0)
    more = x + 1
    return low, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def exact(count: npt.ArrayLike, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Exact Poisson limits of a count.

    Source: Garwood (1936), Biometrika 28, 437-442.

    >>> low, high = exact(0)
    >>> float(low), round(float(high), 3)
    (0.0, 3.689)
    """
    from scipy import special

    x, tail = _counts(count), (1 - _share(level)) / 2
    low = np.where(x > 0, special.gammaincinv(np.where(x > 0, x, 1.0), tail), 0.0)
    return low, special.gammainccinv(x + 1, tail)


def poisson(count: npt.ArrayLike, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Exact limits below a count of 10, Byar from there.

    >>> float(poisson(3)[1]) == float(exact(3)[1]), float(poisson(30)[1]) == float(byar(30)[1])
    (True, True)
    """
    x = _counts(count)
    small = x < EXACT_BELOW
    narrow, wide = exact(x, level=level), byar(x, level=level)
    return np.where(small, narrow[0], wide[0]), np.where(small, narrow[1], wide[1])


def rate(count: float, population: float, *, multiplier: float = 1000.0, level: float = 0.95) -> Rate:
    """A crude rate per `multiplier` people, with the limits of its count.

    >>> rate(20, 10_000)
    Rate(value=2.0, low=1.22..., high=3.08..., method='byar')
    """
    if population <= 0:
        raise ValueError(f"rate: population must be positive, got {population!r}")
    low, high = poisson(count, level=level)
    unit = multiplier / population
    return Rate(count * unit, float(low) * unit, float(high) * unit, "exact" if count < EXACT_BELOW else "byar")


def dobson(
    counts: npt.ArrayLike,
    population: npt.ArrayLike,
    *,
    standard: npt.ArrayLike,
    multiplier: float = 1000.0,
    level: float = 0.95,
) -> Rate:
    """A directly standardised rate: what the rate would be with the age build-up of the standard population.

    counts, population, standard : one number per class, in the same order; standard needs no particular total.
    Without any event the rate is 0 with the upper limit of the largest class weight (as for a weighted Poisson sum).
    Raises ValueError for unequal lengths, or a class with standard population and nobody in it.
    Source: Dobson, Kuulasmaa, Eberle and Scherer (1991), Statistics in Medicine 10, 457-462.

    >>> dobson([10, 20], [1000, 1000], standard=[1, 1])
    Rate(value=15.0, low=10.11..., high=21.41..., method='dobson')
    """
    x, n, s = _counts(counts), np.asarray(population, dtype=float), np.asarray(standard, dtype=float)
    if not x.shape == n.shape == s.shape:
        raise ValueError(f"dobson: counts, population and standard have shapes {x.shape}, {n.shape}, {s.shape}")
    if (s < 0).any() or s.sum() <= 0:
        raise ValueError("dobson: the standard population must be zero or more, and not all zero")
    if (n[s > 0] <= 0).any():
        raise ValueError(
            f"dobson: class {int(np.argmax((n <= 0) & (s > 0)))} has no population, but has a standard weight"
        )
    used = s > 0
    weight = s[used] / s.sum() / n[used]
    value, variance, whole = float(weight @ x[used]), float(weight**2 @ x[used]), float(x[used].sum())
    low, high = poisson(whole, level=level)
    stretch = float(np.sqrt(variance / whole)) if whole > 0 else float(weight.max())
    return Rate(
        value * multiplier,
        (value + stretch * (float(low) - whole)) * multiplier,
        (value + stretch * (float(high) - whole)) * multiplier,
        "dobson",
    )


def indirect_ratio(observed: float, expected: float, *, level: float = 0.95) -> Rate:
    """Observed over expected count (1 is as expected), with the limits of the observed count.

    >>> indirect_ratio(30, 20)
    Rate(value=1.5, low=1.01..., high=2.14..., method='byar')
    """
    if expected <= 0:
        raise ValueError(f"indirect_ratio: expected must be positive, got {expected!r}")
    return rate(observed, expected, multiplier=1.0, level=level)


def expected_count(population: npt.ArrayLike, reference_rates: npt.ArrayLike) -> float:
    """Events that a population would have with the rates of a reference, class by class.

    >>> expected_count([1000, 2000], [0.01, 0.02])
    50.0
    """
    n, r = np.asarray(population, dtype=float), np.asarray(reference_rates, dtype=float)
    if n.shape != r.shape:
        raise ValueError(f"expected_count: population and rates have shapes {n.shape} and {r.shape}")
    return float(n @ r)


def funnel_limits(target: float, n: npt.ArrayLike, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Between which shares chance alone keeps a group of size n when the true share is `target`.

    Binomial limits, interpolated between whole numbers so that the funnel is smooth.
    Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, appendix A.1.1.

    >>> low, high = funnel_limits(0.5, [10, 1000])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.182, 0.469], [0.818, 0.531])
    """
    size = np.asarray(n, dtype=float)
    if not 0 < target < 1 or not np.all(size >= 1):
        raise ValueError(f"funnel_limits: needs 0 < target < 1 and n >= 1, got {target!r} and {n!r}")
    tail = (1 - _share(level)) / 2
    return _binomial_limit(target, size, tail), _binomial_limit(target, size, 1 - tail)


def _binomial_limit(target: float, size: FloatArray, chance: float) -> FloatArray:
    from scipy import stats

    r = stats.binom.ppf(chance, size, target)
    above, below = stats.binom.cdf(r, size, target), stats.binom.cdf(r - 1, size, target)
    # the half puts each step of the binomial on its whole number: symmetric around a target of one half
    return np.asarray(np.clip((r + 0.5 - (above - chance) / (above - below)) / size, 0.0, 1.0))


def _counts(count: npt.ArrayLike) -> FloatArray:
    x = np.asarray(count, dtype=float)
    if not (np.isfinite(x).all() and (x >= 0).all()):
        raise ValueError(f"a count must be zero or more, got {count!r}")
    return x


def _share(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}")
    return level


def _z(level: float) -> float:
    from scipy import special

    return float(special.ndtri((1 + _share(level)) / 2))
