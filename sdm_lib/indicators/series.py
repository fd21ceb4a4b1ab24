"""Series: is there a trend, and does a control chart give a signal?

Trend. Of a share or rate over the last points: the chi-squared test for trend (Cochran-Armitage), as Fingertips uses
for its recent trends; of values with their own standard error: a weighted least-squares slope. At least five points.

Control charts. Counts and shares: Laney's u' and p', whose limits are widened (or narrowed) by the spread that the
points show beside chance; anything else: XmR. A stock is charted by its flows, which is the caller's choice of
indicator. Rules: one point beyond three sigma, and eight in a row on one side of the mean. Below twelve points the
chart says "reeks te kort" and gives no signal.

Sources: Armitage (1955), Biometrics 11, 375-386. Laney (2002), Quality Engineering 14, 531-537. Western Electric
(1956), Statistical Quality Control Handbook, pages 25-28 (there the run is eight). Montgomery (2013), chapter 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Soort = Literal["p", "u", "xmr"]
Richting = Literal["stijgend", "dalend", "geen trend", "reeks te kort"]

TREND_PUNTEN = 5  # Fingertips: at least five points, and the last five decide
KAART_PUNTEN = 12
SIGMA = 3.0
RUN = 8
D2 = 1.128  # mean moving range of two normal values in standard deviations; Montgomery (2013), appendix VI


@dataclass(frozen=True, slots=True)
class Trend:
    """A recent trend: direction, p-value of its test, and how many points it rests on."""

    richting: Richting
    p: float
    punten: int


@dataclass(frozen=True, slots=True)
class Kaart:
    """A control chart: centre, limits per point, and per point the rules that it breaks (empty: none).

    oordeel : "signaal", "geen signaal" or "reeks te kort".
    """

    waarden: tuple[float, ...]
    midden: float
    onder: tuple[float, ...]
    boven: tuple[float, ...]
    signalen: tuple[tuple[str, ...], ...]
    oordeel: str


def trend_of_shares(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, *, punten: int = TREND_PUNTEN, alfa: float = 0.05
) -> Trend:
    """Chi-squared test for trend on the last `punten` shares, at equal distances in time.

    Raises ValueError when a numerator is larger than its denominator or a denominator is not positive.

    >>> trend_of_shares([10, 12, 14, 16, 18], [100] * 5).richting
    'geen trend'
    """
    x, n = _pair(numerator, denominator)
    if (x > n).any():
        raise ValueError("trend_of_shares: a numerator exceeds its denominator")
    if len(x) < punten:
        return Trend("reeks te kort", np.nan, len(x))
    x, n = x[-punten:], n[-punten:]
    t, p = np.arange(punten, dtype=np.float64), x.sum() / n.sum()
    score = float((t * (x - n * p)).sum())
    variance = p * (1 - p) * float((n * t**2).sum() - (n * t).sum() ** 2 / n.sum())
    return _trend(score, variance, punten, alfa)


def trend_of_values(
    values: npt.ArrayLike, se: npt.ArrayLike, *, punten: int = TREND_PUNTEN, alfa: float = 0.05
) -> Trend:
    """Weighted least-squares slope over the last `punten` values with standard errors, tested against zero.

    >>> trend_of_values([6.0, 6.3, 6.6, 6.9, 7.2], [0.1] * 5).richting
    'stijgend'
    """
    y, s = np.asarray(values, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if y.shape != s.shape or not (s > 0).all():
        raise ValueError("trend_of_values: every value needs a positive standard error")
    if len(y) < punten:
        return Trend("reeks te kort", np.nan, len(y))
    y, w = y[-punten:], 1 / s[-punten:] ** 2
    t = np.arange(punten, dtype=np.float64)
    centred = t - (w * t).sum() / w.sum()
    return _trend(float((w * centred * y).sum()), float((w * centred**2).sum()), punten, alfa)


def p_chart(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> Kaart:
    """Laney's p': shares with limits for their own size of denominator."""
    x, n = _pair(numerator, denominator)
    p = float(x.sum() / n.sum())
    return _laney(x / n, p, np.sqrt(p * (1 - p) / n), top=1.0)


def u_chart(count: npt.ArrayLike, exposure: npt.ArrayLike) -> Kaart:
    """Laney's u': counts per unit of exposure (inhabitants, days)."""
    x, n = _pair(count, exposure)
    u = float(x.sum() / n.sum())
    return _laney(x / n, u, np.sqrt(u / n), top=np.inf)


def xmr_chart(values: npt.ArrayLike) -> Kaart:
    """Single values: mean plus and minus 2.66 times the mean moving range."""
    y = np.asarray(values, dtype=np.float64)
    _finite(y)
    sigma = float(np.abs(np.diff(y)).mean()) / D2 if len(y) > 1 else np.nan
    return _chart(y, float(y.mean()), np.full(len(y), sigma), low=-np.inf, top=np.inf)


def scaled(kaart: Kaart, factor: float) -> Kaart:
    """The same chart in another unit: rates per 1,000 instead of per person. Signals do not change.

    >>> scaled(Kaart((0.1,), 0.2, (0.0,), (0.4,), ((),), "geen signaal"), 1000).boven
    (400.0,)
    """
    values, low, high = (tuple(factor * y for y in row) for row in (kaart.waarden, kaart.onder, kaart.boven))
    return Kaart(values, factor * kaart.midden, low, high, kaart.signalen, kaart.oordeel)


def rules(z: Sequence[float]) -> tuple[tuple[str, ...], ...]:
    """Which rules each point breaks, from its distance to the centre in sigmas.

    ``buiten 3 sigma``: this point lies beyond. ``8 aan een kant``: it completes or continues a run of eight.

    >>> rules([0.5] * 8 + [-3.5])[6:]
    ((), ('8 aan een kant',), ('buiten 3 sigma',))
    """
    found: list[tuple[str, ...]] = []
    run, side = 0, 0.0
    for value in z:
        own = float(np.sign(value))
        run = run + 1 if own == side and own != 0 else int(own != 0)
        side = own
        broken = ["buiten 3 sigma"] if abs(value) > SIGMA else []
        found.append(tuple([*broken, "8 aan een kant"] if run >= RUN else broken))
    return tuple(found)


def _laney(values: Floats, centre: float, sigma: Floats, *, top: float) -> Kaart:
    if centre in (0.0, top):
        return _chart(values, centre, np.full(len(values), np.nan), low=0.0, top=top)
    z = (values - centre) / sigma
    spread = float(np.abs(np.diff(z)).mean()) / D2 if len(z) > 1 else np.nan
    return _chart(values, centre, sigma * spread, low=0.0, top=top)


def _chart(values: Floats, centre: float, sigma: Floats, *, low: float, top: float) -> Kaart:
    lower, upper = np.clip(centre - SIGMA * sigma, low, top), np.clip(centre + SIGMA * sigma, low, top)
    enough = len(values) >= KAART_PUNTEN
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(sigma > 0, (values - centre) / sigma, 0.0)  # a series that never varies breaks no rule
    signals = rules(z.tolist()) if enough else ((),) * len(values)
    verdict = "signaal" if any(signals) else "geen signaal"
    return Kaart(
        tuple(values.tolist()), centre, tuple(lower.tolist()), tuple(upper.tolist()), signals,
        verdict if enough else "reeks te kort",
    )  # fmt: skip


def _trend(score: float, variance: float, punten: int, alfa: float) -> Trend:
    from scipy import special

    if variance <= 0:
        return Trend("geen trend", np.nan, punten)
    z = score / np.sqrt(variance)
    p = float(2 * special.ndtr(-abs(z)))
    if p >= alfa:
        return Trend("geen trend", p, punten)
    return Trend("stijgend" if z > 0 else "dalend", p, punten)


def _pair(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, n = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    if x.shape != n.shape:
        raise ValueError(f"numerator and denominator have shapes {x.shape} and {n.shape}")
    _finite(x)
    _finite(n)
    if len(n) == 0 or not (n > 0).all() or (x < 0).any():
        raise ValueError("a series needs points with denominators above 0 and numerators of 0 or more")
    return x, n


def _finite(values: Floats) -> None:
    if not np.isfinite(values).all():
        raise ValueError("a series may not have missing points: show a break as two series")
