"""Is the target met? From the probability that the true value meets it, by the test behind the published interval.

The interval of a figure is a test turned inside out, so the test can be had back from the interval: at the bound it
is exactly 2.5 %. That gives, for any other value, how sure we are that the truth lies above or below it. Rules::

    at least 0.975 sure      gehaald / niet gehaald
    at least 0.80 sure       waarschijnlijk gehaald / waarschijnlijk niet gehaald
    otherwise                niet te zeggen

A band and "gelijk blijven" are met when both edges are passed with that certainty (equivalence). A definitive full
count has no uncertainty and is compared exactly; a provisional one that meets the target is at most "waarschijnlijk".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sdm_lib.indicators.targets import Bereik

Uitspraak = Literal[
    "gehaald", "waarschijnlijk gehaald", "niet te zeggen", "waarschijnlijk niet gehaald", "niet gehaald", "niet gemeten"
]
ZEKER = 0.975
WAARSCHIJNLIJK = 0.80
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Schatting:
    """A published figure: value, 95 % interval, standard error, and how interval and value came about.

    method : as in the result table; wilson, korn_graubard and logit have their own test, all others Student's.
    lower, upper, se may be NaN for a full count; `definitief` says whether that count can still change.
    """

    value: float
    lower: float = math.nan
    upper: float = math.nan
    se: float = math.nan
    method: str = ""
    definitief: bool = False

    @property
    def volledig(self) -> bool:
        """Whether it is a full count, without sampling error."""
        return math.isnan(self.lower) and math.isnan(self.upper)


def verdict(schatting: Schatting, bereik: Bereik | None) -> Uitspraak:
    """What may be said about a target.

    >>> verdict(Schatting(0.40, 0.36, 0.44, 0.0204), Bereik(0.34, math.inf, onder_open=True))
    'gehaald'
    """
    if bereik is None or math.isnan(schatting.value):
        return "niet gemeten"
    if schatting.volledig:
        return _exact(schatting, bereik)
    meets, misses = certainty(schatting, bereik)
    if meets >= ZEKER:
        return "gehaald"
    if misses >= ZEKER:
        return "niet gehaald"
    if meets >= WAARSCHIJNLIJK:
        return "waarschijnlijk gehaald"
    return "waarschijnlijk niet gehaald" if misses >= WAARSCHIJNLIJK else "niet te zeggen"


def certainty(schatting: Schatting, bereik: Bereik) -> tuple[float, float]:
    """How sure we are (0-1) that the true value meets the target, and that it misses it."""
    onder, boven = math.isfinite(bereik.onder), math.isfinite(bereik.boven)
    meets = [above(schatting, bereik.onder)] if onder else []
    meets += [below(schatting, bereik.boven)] if boven else []
    misses = [below(schatting, bereik.onder)] if onder else []
    misses += [above(schatting, bereik.boven)] if boven else []
    return min(meets), max(misses)


def above(schatting: Schatting, grens: float) -> float:
    """How sure we are that the true value lies above a bound: one minus the p-value of the opposite."""
    return _sure(schatting, grens, side=1)


def below(schatting: Schatting, grens: float) -> float:
    """How sure we are that the true value lies below a bound."""
    return _sure(schatting, grens, side=-1)


def _exact(schatting: Schatting, bereik: Bereik) -> Uitspraak:
    met = schatting.value in bereik
    if schatting.definitief:
        return "gehaald" if met else "niet gehaald"
    return "waarschijnlijk gehaald" if met else "waarschijnlijk niet gehaald"


def _sure(schatting: Schatting, grens: float, *, side: int) -> float:
    if schatting.method == "wilson":
        return _score(schatting, grens, side)
    if schatting.method == "korn_graubard":
        return _clopper_pearson(schatting, grens, side)
    if schatting.method == "logit":
        return _logit(schatting, grens, side)
    return _student(schatting, grens, side)


def _student(schatting: Schatting, grens: float, side: int) -> float:
    from scipy import special, stats

    half = (schatting.upper - schatting.lower) / 2
    se = schatting.se if schatting.se > 0 else half / Z95
    if not se > 0:
        return float(side * (schatting.value - grens) > 0)
    z = side * (schatting.value - grens) / se
    ratio = half / se if not math.isnan(half) else Z95
    if ratio <= Z95 * (1 + 1e-9):
        return float(special.ndtr(z))
    return float(stats.t.cdf(z, _freedom(ratio)))


def _freedom(ratio: float) -> float:
    """Degrees of freedom whose 97.5 % point is this ratio of half width and standard error."""
    from scipy import optimize, stats

    if ratio >= stats.t.ppf(ZEKER, 1):
        return 1.0
    return float(math.exp(optimize.brentq(lambda x: stats.t.ppf(ZEKER, math.exp(x)) - ratio, 0.0, 25.0)))


def _score(schatting: Schatting, grens: float, side: int) -> float:
    """Wilson: (p - b) / sqrt(b (1 - b) / n), with the n that gives the published bounds."""
    from scipy import special

    if not 0 < grens < 1:
        return float((schatting.value - grens) * side > 0)
    bound = schatting.lower if 0 < schatting.lower < schatting.value else schatting.upper
    n = Z95**2 * bound * (1 - bound) / (schatting.value - bound) ** 2
    return float(special.ndtr(side * (schatting.value - grens) / math.sqrt(grens * (1 - grens) / n)))


def _clopper_pearson(schatting: Schatting, grens: float, side: int) -> float:
    """Korn-Graubard: the binomial tail at the bound, with the effective n that gives the published bounds."""
    from scipy import special

    if not 0 < grens < 1:
        return float((schatting.value - grens) * side > 0)
    n = _binomial_n(schatting)
    x = schatting.value * n
    if side > 0:  # certain that it is above: 1 - P(X >= x | grens)
        return 1 - float(special.betainc(x, n - x + 1, grens)) if x > 0 else 0.0
    return float(special.betainc(x + 1, n - x, grens)) if x < n else 0.0


def _binomial_n(schatting: Schatting) -> float:
    from scipy import optimize, special

    p, alpha = schatting.value, (1 - 0.95) / 2

    def gap(log_n: float) -> float:
        n = math.exp(log_n)
        if p > 0:
            return float(special.betaincinv(p * n, n - p * n + 1, alpha)) - schatting.lower
        return schatting.upper - float(special.betaincinv(1.0, n, 1 - alpha))

    return math.exp(float(optimize.brentq(gap, math.log(0.5), math.log(1e9))))


def _logit(schatting: Schatting, grens: float, side: int) -> float:
    from scipy import special

    if not 0 < grens < 1:
        return float((schatting.value - grens) * side > 0)
    se = float(special.logit(schatting.upper) - special.logit(schatting.lower)) / (2 * Z95)
    return float(special.ndtr(side * float(special.logit(schatting.value) - special.logit(grens)) / se))
