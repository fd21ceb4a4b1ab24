"""Scores of questionnaire scales, with their missing rules and cut-offs as part of the answer.

Each function takes a frame and the names of its columns, and returns a frame with one row per respondent; scores are
floats with NaN where the scale's own rule says missing. An answer outside the scale is an error that names column and
rows, never the answer. Item texts of protected scales are not here; coding and scoring are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import BoolArray, FloatArray, numeric
from sdm_lib.survey.design import rows
from sdm_lib.survey.errors import choose, survey_error, unknown_column

MHI5_CUTOFFS = {"cbs": "score < 60", "ggd": "score <= 60"}  # CBS and GGD publish different norms for the same scale


def loneliness(frame: pd.DataFrame, *, emotional: Sequence[str], social: Sequence[str]) -> pd.DataFrame:
    """De Jong Gierveld loneliness, 6 items (3 and 3) or 11 items (6 and 5).

    Codes 1 no, 2 more or less, 3 yes. An emotional item scores on 2 and 3, a social (positively worded) one on 1 and 2.
    A sub-scale is missing when one of its items is; the total when more than one item is.
    Returns emotional, social, total, category: niet, matig, sterk (6 items: 0-1, 2-4, 5-6), and for 11 items niet,
    matig, sterk, zeer sterk (0-2, 3-8, 9-10, 11).
    Source: De Jong Gierveld and Van Tilburg (2006), Research on Aging 28, 582-598; manual of the scale.

    >>> answers = pd.DataFrame([[2, 1, 1, 2, 3, 3]], columns=list("abcdef"))
    >>> loneliness(answers, emotional=["a", "b", "c"], social=["d", "e", "f"]).values.tolist()
    [[1.0, 1.0, 2.0, 'matig']]
    """
    bounds = {(3, 3): (2, 5), (6, 5): (3, 9, 11)}.get((len(emotional), len(social)))
    if bounds is None:
        raise ValueError(f"loneliness: needs 3+3 or 6+5 items, got {len(emotional)}+{len(social)}")
    feel, known = _items(frame, emotional, low=1, high=3), _items(frame, social, low=1, high=3)
    points_e = np.where(np.isnan(feel), np.nan, feel >= 2)
    points_s = np.where(np.isnan(known), np.nan, known <= 2)
    both = np.column_stack([points_e, points_s])
    total = np.where(np.isnan(both).sum(axis=1) > 1, np.nan, np.nansum(both, axis=1))
    names = ("niet", "matig", "sterk", "zeer sterk")[: len(bounds) + 1]
    found = pd.DataFrame({"emotional": points_e.sum(axis=1), "social": points_s.sum(axis=1), "total": total})
    return found.assign(category=_classes(total, bounds, names)).set_axis(frame.index)


def mhi5(frame: pd.DataFrame, *, negative: Sequence[str], positive: Sequence[str], cutoff: str) -> pd.DataFrame:
    """Mental Health Inventory: 0 (worst) to 100 (best), from five items about the past four weeks.

    negative : nervous, down, sad; positive : calm, happy. Codes 1 all the time ... 6 never. Missing when an item is.
    cutoff : cbs (unhealthy below 60) or ggd (60 or less): required, because a score of exactly 60 changes sides.
    Returns score, ongezond (1, 0 or NaN), norm.
    Source: CBS, Gezondheidsenquete; GGD Gezondheidsmonitor.

    >>> answers = pd.DataFrame([[4, 4, 3, 4, 3]], columns=["nerveus", "put", "kalm", "somber", "blij"])
    >>> mhi5(answers, negative=["nerveus", "put", "somber"], positive=["kalm", "blij"], cutoff="cbs").values.tolist()
    [[60.0, 0.0, 'score < 60']]
    """
    choose("cutoff", cutoff, MHI5_CUTOFFS)
    if (len(negative), len(positive)) != (3, 2):
        raise ValueError(f"mhi5: needs 3 negative and 2 positive items, got {len(negative)} and {len(positive)}")
    score = 4 * (
        (_items(frame, negative, low=1, high=6) - 1).sum(axis=1)
        + (6 - _items(frame, positive, low=1, high=6)).sum(axis=1)
    )
    poor = score < 60 if cutoff == "cbs" else score <= 60
    found = {"score": score, "ongezond": np.where(np.isnan(score), np.nan, poor), "norm": MHI5_CUTOFFS[cutoff]}
    return pd.DataFrame(found, index=frame.index)


def cohesion(frame: pd.DataFrame, *, items: Sequence[str], reverse: Sequence[str], statement_set: str) -> pd.DataFrame:
    """Social cohesion of a neighbourhood, 0 to 10 (best), from statements with five answers (1 fully agree).

    reverse : statements on which agreeing means little cohesion. statement_set : name and year of the set, kept beside
    the score because sets of 4, 5 and 6 statements are different instruments. Missing when a statement is.
    Returns score, instrument.

    >>> answers = pd.DataFrame([[4, 2, 3, 2]], columns=list("abcd"))
    >>> cohesion(answers, items=list("abcd"), reverse=["a"], statement_set="VM 2012-2017").values.tolist()
    [[6.875, 'VM 2012-2017 (4 stellingen)']]
    """
    _subset("reverse", reverse, items)
    points = 5 - _items(frame, items, low=1, high=5)
    flip = np.array([name in set(reverse) for name in items])
    points[:, flip] = 4 - points[:, flip]
    found = {
        "score": 10 * points.sum(axis=1) / (4 * len(items)),
        "instrument": f"{statement_set} ({len(items)} stellingen)",
    }
    return pd.DataFrame(found, index=frame.index)


def convert(scores: pd.Series, *, instrument: str, reference: str, factor: float | None = None) -> pd.Series:
    """Scores made comparable with those of another instrument, or an error when nobody gave a conversion factor.

    >>> convert(pd.Series([6.0]), instrument="VM 2021", reference="VM 2012-2017", factor=1.02).tolist()
    [6.12]
    """
    if instrument == reference:
        return scores
    if factor is None:
        raise survey_error(
            "SDM-841",
            f"'{instrument}' en '{reference}' zijn verschillende meetinstrumenten",
            "Geef een omrekenfactor (CBS publiceert die voor 2021), of vergelijk niet.",
        )
    return scores * factor


def agreement(
    frame: pd.DataFrame, item: str, *, agree: Sequence[int], disagree: Sequence[int], not_applicable: Sequence[int] = ()
) -> pd.DataFrame:
    """An agreement item: 1 agrees, 0 does not, NaN unanswered; "not applicable" is kept apart.

    agree, disagree, not_applicable : the codes of each (put neutral where it belongs, usually in disagree).
    Returns eens, nvt (1 when answered "not applicable", NaN when nothing was answered).

    >>> answers = pd.DataFrame({"v": [1, 3, 6]})
    >>> agreement(answers, "v", agree=[1, 2], disagree=[3, 4, 5], not_applicable=[6]).values.tolist()
    [[1.0, 0.0], [0.0, 0.0], [nan, 1.0]]
    """
    values = _column(frame, item)
    yes, no, other = (np.isin(values, codes) for codes in (agree, disagree, not_applicable))
    _inside(item, np.isnan(values) | yes | no | other)
    eens = np.where(yes, 1.0, np.where(no, 0.0, np.nan))
    return pd.DataFrame({"eens": eens, "nvt": np.where(np.isnan(values), np.nan, other)}, index=frame.index)


def report_mark(frame: pd.DataFrame, item: str) -> pd.DataFrame:
    """A report mark 1-10: the mark, voldoende (5.5 or more) and hoog (9 or 10).

    >>> report_mark(pd.DataFrame({"cijfer": [5, 9]}), "cijfer").values.tolist()
    [[5.0, 0.0, 0.0], [9.0, 1.0, 1.0]]
    """
    mark = _items(frame, [item], low=1, high=10)[:, 0]
    missing = np.isnan(mark)
    found = {
        "cijfer": mark,
        "voldoende": np.where(missing, np.nan, mark >= 5.5),
        "hoog": np.where(missing, np.nan, mark >= 9),
    }
    return pd.DataFrame(found, index=frame.index)


def self_reliance(frame: pd.DataFrame, *, domains: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Change in self-reliance per domain between a first and a last measurement of the same persons (levels 1-5).

    domains : name to (first column, last column). There is no sum score over domains, by the rules of the instrument.
    Returns domein, n, n_missing, beter, gelijk, slechter (shares), p (two-sided sign test; NaN when nobody changed).

    >>> first_last = pd.DataFrame({"g0": [2, 3, 3], "g1": [4, 3, 5]})
    >>> self_reliance(first_last, domains={"geld": ("g0", "g1")}).round(3).values.tolist()
    [['geld', 3, 0, 0.667, 0.333, 0.0, 0.5]]
    """
    return pd.DataFrame([_domain_change(frame, name, *pair) for name, pair in domains.items()])


def sum_score(
    frame: pd.DataFrame,
    items: Sequence[str],
    *,
    low: float,
    high: float,
    reverse: Sequence[str] = (),
    max_missing: int = 0,
    rule: Literal["sum", "mean", "percent"] = "sum",
) -> pd.Series:
    """Score over items: sum (missing items filled with the respondent's own mean), mean, or 0-100 percent of the range.

    low, high : ends of each item's scale. reverse : items turned around first. max_missing : items that may be missing.
    Raises SurveyError for an answer outside low-high, with column and rows.

    >>> sum_score(pd.DataFrame({"a": [1, 5], "b": [3, None]}), ["a", "b"], low=1, high=5, max_missing=1).tolist()
    [4.0, 10.0]
    """
    choose("rule", rule, ("sum", "mean", "percent"))
    _subset("reverse", reverse, items)
    values = _items(frame, items, low=low, high=high)
    flip = np.array([name in set(reverse) for name in items])
    values[:, flip] = low + high - values[:, flip]
    answered = (~np.isnan(values)).sum(axis=1)
    enough = (answered >= len(items) - max_missing) & (answered > 0)
    mean = np.where(enough, np.nansum(values, axis=1) / np.maximum(answered, 1), np.nan)
    scores = {"sum": mean * len(items), "mean": mean, "percent": 100 * (mean - low) / (high - low)}
    return pd.Series(scores[rule], index=frame.index)


def cronbach_alpha(frame: pd.DataFrame, items: Sequence[str], *, weights: str | None = None) -> float:
    """Internal consistency of items, over respondents who answered all of them.

    Source: Cronbach (1951), Psychometrika 16, 297-334. Raises SurveyError with fewer than 2 items or complete rows.

    >>> round(cronbach_alpha(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 2, 3, 5]}), ["a", "b"]), 4)
    0.972
    """
    values = np.column_stack([_column(frame, name) for name in items])
    complete = ~np.isnan(values).any(axis=1)
    if len(items) < 2 or complete.sum() < 2:
        raise survey_error(
            "SDM-842", f"{len(items)} items en {int(complete.sum())} volledige rijen", "Alfa vraagt 2 van elk."
        )
    w = _column(frame, weights)[complete] if weights else np.ones(int(complete.sum()))
    spread = np.cov(values[complete].T, aweights=w)
    if spread.sum() <= 0:
        raise survey_error("SDM-842", "alle respondenten hebben dezelfde score", "Alfa bestaat dan niet.")
    return float(len(items) / (len(items) - 1) * (1 - np.trace(spread) / spread.sum()))


def _domain_change(frame: pd.DataFrame, name: str, first: str, last: str) -> dict[str, object]:
    before, after = _items(frame, [first, last], low=1, high=5).T
    both = ~np.isnan(before) & ~np.isnan(after)
    n, step = int(both.sum()), np.sign(after[both] - before[both])
    up, down = int((step > 0).sum()), int((step < 0).sum())
    share = [count / n if n else np.nan for count in (up, n - up - down, down)]
    return {"domein": name, "n": n, "n_missing": len(frame) - n, "beter": share[0], "gelijk": share[1],
            "slechter": share[2], "p": _sign_test(up, down)}  # fmt: skip


def _sign_test(up: int, down: int) -> float:
    from scipy import special

    if up + down == 0:
        return float("nan")
    return min(1.0, 2 * float(special.bdtr(min(up, down), up + down, 0.5)))


def _items(frame: pd.DataFrame, names: Sequence[str], *, low: float, high: float) -> FloatArray:
    columns = []
    for name in names:
        values = _column(frame, name)
        _inside(name, np.isnan(values) | ((values >= low) & (values <= high)))
        columns.append(values)
    return np.column_stack(columns)


def _column(frame: pd.DataFrame, name: str) -> FloatArray:
    if name not in frame.columns:
        raise unknown_column(name, frame.columns)
    try:
        return numeric(frame[name]).copy()
    except TypeError:
        raise survey_error(
            "SDM-840", "de kolom bevat tekst, geen antwoordcodes", "Zet codes om in getallen.", kolom=name
        ) from None


def _inside(name: str, good: BoolArray) -> None:
    if not good.all():
        raise survey_error(
            "SDM-840",
            f"{int((~good).sum())} antwoorden vallen buiten de schaal (rij {rows(~good)})",
            "Controleer de codering en de codes voor ontbrekend.",
            kolom=name,
        )


def _subset(parameter: str, chosen: Sequence[str], items: Sequence[str]) -> None:
    stray = [name for name in chosen if name not in items]
    if stray:
        raise ValueError(f"{parameter} names {stray[0]!r}, which is not one of the items {', '.join(items)}")


def _classes(total: FloatArray, bounds: Sequence[int], names: Sequence[str]) -> pd.Series:
    place = np.searchsorted(bounds, np.nan_to_num(total), side="right")
    return pd.Series(
        [None if np.isnan(value) else names[int(k)] for value, k in zip(total, place, strict=True)], dtype=object
    )
