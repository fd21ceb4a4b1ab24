"""Quantiles by the rules that R knows, with Woodruff intervals.

A rule says what to answer when p falls between two observations. `math` (the smallest value that at least a share p
does not exceed) is the default of R; `school` averages two neighbours when p falls exactly between them.
Sources: Woodruff (1952), JASA 47, 635-646; Hyndman and Fan (1996), American Statistician 50, 361-365 (hf1 to hf9);
Shah and Vaish (2006), ASA Proceedings; Francisco and Fuller (1991), Annals of Statistics 19, 454-469 (score).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from sdm_lib.survey.answers import numbers
from sdm_lib.survey.codes import BoolArray, FloatArray, tally
from sdm_lib.survey.design import Names, SurveyDesign, domains
from sdm_lib.survey.errors import choose
from sdm_lib.survey.intervals import Shares, share_interval, t_quantile
from sdm_lib.survey.moments import Question, moments
from sdm_lib.survey.tables import EMPTY

INTERVALS = ("mean", "beta", "xlogit", "asin", "score")


def quantile(
    design: SurveyDesign,
    variable: str,
    p: float | Sequence[float] = (0.25, 0.5, 0.75),
    *,
    by: Names = None,
    where: object = None,
    rule: str = "math",
    interval: str = "mean",
    level: float = 0.95,
) -> pd.DataFrame:
    """Quantiles of a numeric column per domain; an interval for p is carried over to the values (Woodruff).

    p : shares, 0-1. rule : math, school, shahvaish, hf1 to hf9. interval : mean, beta, xlogit, asin (how p gets its
    interval) or score. A bound that falls outside the data is NaN, and method then says "buiten de gegevens".
    Returns by, variable, p, estimate, se, ci_low, ci_high, df, n, n_missing, method.

    >>> from sdm_lib import survey
    >>> frame = pd.DataFrame({"w": [1.0] * 5, "y": [1.0, 2.0, 3.0, 4.0, 9.0]})
    >>> quantile(survey.design(frame, weights="w"), "y", 0.5)["estimate"].tolist()
    [3.0]
    """
    choose("rule", rule, RULES)
    choose("interval", interval, INTERVALS)
    shares = [float(p)] if isinstance(p, (int, float)) else [float(value) for value in p]
    if not all(0 < value < 1 for value in shares):
        raise ValueError(f"quantile: p must lie between 0 and 1, got {p!r}")
    domain, names, levels = domains(design, by, where=where)
    y, live = numbers(design, variable), design.weights != 0
    rows = []
    for k, level_names in enumerate(levels):
        here = domain.codes == k
        asked = here & live
        use = asked & ~np.isnan(y)
        head = dict(zip(names, level_names, strict=True)) | {"variable": variable}
        tail = {"n": int(use.sum()), "n_missing": int(asked.sum() - use.sum())}
        for share in shares:
            rows.append(head | {"p": share} | _one(design, y, here, share, rule, interval, level) | tail)
    last = ["df", "n", "n_missing", "method"]
    table = pd.DataFrame(rows)
    return table[[*[name for name in table.columns if name not in last], *last]]


def _one(
    design: SurveyDesign,
    y: FloatArray,
    asked: BoolArray,
    p: float,
    rule: str,
    interval: str,
    level: float,
) -> dict[str, object]:
    use = asked & ~np.isnan(y) & (design.weights != 0)
    if not use.any():
        return {"estimate": np.nan, "se": np.nan, "ci_low": np.nan, "ci_high": np.nan, "df": 0, "method": EMPTY}
    order = np.argsort(y[use], kind="stable")
    x, w = y[use][order], design.weights[use][order]
    find = RULES[rule]
    # degrees of freedom are those of the rows that answered, as in R
    df = design.degf_of(use)
    estimate, t = find(x, w, p), t_quantile(df, level)
    if interval == "score":
        known = asked & ~np.isnan(y)
        low, high = (find(x, w, share) for share in _score_shares(design, y, (use, known), p, t))
    else:
        low_p, high_p = _share_bounds(design, (y, use, df), estimate, interval, level)
        low = find(x, w, low_p) if low_p >= 0 else np.nan
        high = find(x, w, high_p) if high_p <= 1 else np.nan
    said = "woodruff " + interval if not np.isnan(low + high) else "buiten de gegevens"
    se = (high - low) / (2 * t)
    return {"estimate": estimate, "se": se, "ci_low": low, "ci_high": high, "df": df, "method": said}


def _share_bounds(
    design: SurveyDesign, rows: tuple[FloatArray, BoolArray, float], value: float, interval: str, level: float
) -> tuple[float, float]:
    """The interval of the share at or below the quantile; rows : values, which of them count, degrees of freedom."""
    y, use, df = rows
    m = _share_at(design, np.where(use, y <= value, 0.0), use)
    p, se = m
    n_eff, asked = p * (1 - p) / se**2 if se > 0 else np.inf, use.sum()
    shares = Shares(
        np.array([p]),
        np.array([se]),
        np.array([float(use.sum())]),
        np.array([n_eff]),
        df,
        np.array([float(asked)]),
    )
    low, high, (said,) = share_interval(shares, ci=interval, level=level)
    if said == "korn_graubard":  # the largest value: this interval does not exist there
        return float("nan"), float("nan")
    return float(low[0]), float(high[0])


def _share_at(design: SurveyDesign, indicator: FloatArray, use: BoolArray) -> tuple[float, float]:
    domain = np.where(use, 0, -1).astype(np.intp)
    (found,) = moments(design, [Question(indicator, use)], domain=domain, n_domains=1)
    return float(found.estimate[0]), float(np.sqrt(found.variance[0]))


def _score_shares(
    design: SurveyDesign, y: FloatArray, rows: tuple[BoolArray, BoolArray], p: float, t: float
) -> tuple[float, float]:
    """Unweighted shares at the values where the score test of "p lies at or below" turns significant, as in R.

    rows : with weight and answer, and with an answer at all: these make the unweighted shares.
    """
    use, known = rows
    values = np.unique(y[known])

    def score(k: int) -> float:  # the test just right of the k-th value
        p_above, se = _share_at(design, np.where(use, y > values[k], 0.0), use)
        return (p_above - (1 - p)) / se if se > 0 else np.sign(p_above - (1 - p)) * np.inf

    def share(limit: float) -> float:
        low, high = -1, len(values) - 1
        while high - low > 1:  # the score falls with the value: find the last place still above the limit
            middle = (low + high) // 2
            low, high = (middle, high) if score(middle) > limit else (low, middle)
        if low < 0:
            return float(np.mean(y[known] <= values[0]))
        nearest = low if abs(score(low) - limit) < abs(score(high) - limit) else high
        return float(np.mean(y[known] <= values[nearest]))

    return share(t), share(-t)


def _place(w: FloatArray, p: float) -> tuple[int, int, float, float]:
    """Observations on both sides of p in the weighted distribution, and the distances to them."""
    reach, total = np.cumsum(w), float(w.sum())
    below = int(np.searchsorted(reach, p * total, side="right")) - 1
    above = min(below + 1, len(w) - 1)
    under = reach[below] / total if below >= 0 else 0.0
    return below, above, p - float(under), float(reach[above]) / total - p


def _math(x: FloatArray, w: FloatArray, p: float) -> float:
    below, above, gap, _ = _place(w, p)
    return float(x[below] if below >= 0 and gap == 0 else x[above])


def _school(x: FloatArray, w: FloatArray, p: float) -> float:
    below, above, gap, _ = _place(w, p)
    return float((x[below] + x[above]) / 2 if below >= 0 and gap == 0 else x[above])


def _hf3(x: FloatArray, w: FloatArray, p: float) -> float:
    values, place = np.unique(x, return_inverse=True)
    below, above, gap, _ = _place(tally(place, size=len(values), weights=w), p)
    even = (below + 1) % 2 == 0
    return float(values[below] if below >= 0 and gap == 0 and even else values[above])


def _hf4(x: FloatArray, w: FloatArray, p: float) -> float:
    below, above, gap, rest = _place(w, p)
    if below < 0:
        return float("nan")  # nothing lies below p to interpolate from
    share = gap / (gap + rest) if gap + rest > 0 else 0.0
    return float(x[below] + (x[above] - x[below]) * share)  # exact between two equal values


def _line(points: Callable[[FloatArray], FloatArray]) -> Callable[[FloatArray, FloatArray, float], float]:
    """Linear interpolation between plotting positions."""
    return lambda x, w, p: float(np.interp(p, points(w), x))


def _shahvaish(x: FloatArray, w: FloatArray, p: float) -> float:
    points = (np.cumsum(w / w.mean()) + 0.5 - w / 2) / (len(w) + 1)  # w/2, not scaled: as R has it
    # positions need not rise where weights differ much: R sorts them before it looks
    order = np.argsort(points, kind="stable")
    below = int(np.searchsorted(points[order], p, side="right")) - 1
    return float(x[order][max(below, 0)])


RULES: dict[str, Callable[[FloatArray, FloatArray, float], float]] = {
    "math": _math,
    "school": _school,
    "shahvaish": _shahvaish,
    "hf1": _math,
    "hf2": _school,
    "hf3": _hf3,
    "hf4": _hf4,
    "hf5": _line(lambda w: (np.cumsum(w) - w / 2) / w.sum()),
    "hf6": _line(lambda w: np.cumsum(w) / (w.sum() + w[-1])),
    "hf7": _line(lambda w: (np.cumsum(w) - w) / (w.sum() - w[-1]) if len(w) > 1 else np.zeros(1)),
    "hf8": _line(lambda w: (np.cumsum(w) - w / 3) / (w.sum() + w[-1] / 3)),
    "hf9": _line(lambda w: (np.cumsum(w) - 3 * w / 8) / (w.sum() + w[-1] / 4)),
}
