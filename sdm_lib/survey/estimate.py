"""Means, totals and shares with their uncertainty, by any number of domains in one pass.

Each answer is a table: the `by` columns, variable, category, then estimate, se, ci_low, ci_high, cv, deff, df, n,
n_eff, n_missing, method. Missing answers leave the estimate and are counted per domain in n_missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray, numeric
from sdm_lib.survey.design import Names, SurveyDesign, domains
from sdm_lib.survey.errors import choose, survey_error
from sdm_lib.survey.intervals import Shares, share_interval, t_interval
from sdm_lib.survey.variance import domain_variances

Missing = Literal["drop", "listwise", "fout"]
COLUMNS = (
    "variable", "category", "estimate", "se", "ci_low", "ci_high", "cv", "deff", "df", "n", "n_eff", "n_missing", "method",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moments:
    """One variable in all domains: sums, mean, spread, and the variance of mean or total; arrays over domains."""

    n: FloatArray
    n_missing: FloatArray
    weight: FloatArray
    weight2: FloatArray
    estimate: FloatArray
    variance: FloatArray
    spread: FloatArray


def moments(
    design: SurveyDesign, y: FloatArray, *, domain: IntArray, n_domains: int, valid: BoolArray, total: bool = False
) -> Moments:
    """Mean (or total) of y per domain with its design variance; `spread` is the weighted variance of y."""
    w = design.weights
    live = w != 0
    inside = np.where(valid & live, domain, -1)
    missing = np.bincount(domain[~valid & live & (domain >= 0)], minlength=n_domains)
    use = inside >= 0
    everything = bool(use.all())
    d, wu, yu = (inside, w, y) if everything else (inside[use], w[use], y[use])
    n = np.bincount(d, minlength=n_domains).astype(np.float64)
    weight = np.bincount(d, weights=wu, minlength=n_domains)
    weight2 = np.bincount(d, weights=wu * wu, minlength=n_domains)
    filled = np.where(weight == 0, np.nan, weight)
    mean = np.bincount(d, weights=wu * yu, minlength=n_domains) / filled
    deviation = yu - mean[d]
    spread = np.bincount(d, weights=wu * deviation * deviation, minlength=n_domains) / filled
    scores = wu * yu if total else wu * deviation / filled[d]
    if not everything:
        scores = _spread_out(scores, use)
    from sdm_lib.survey.replicates import replicate_variances  # replicates need estimates, estimates need replicates

    if design.replicates is not None:
        variance = replicate_variances(design, y, domain=inside, n_domains=n_domains, total=total)
    else:
        variance = domain_variances(design, scores, domain=inside, n_domains=n_domains)
    estimate = np.where(n > 0, mean * weight, np.nan) if total else mean
    return Moments(n, missing, weight, weight2, estimate, np.where(n > 0, variance, np.nan), spread)


def _spread_out(scores: FloatArray, use: BoolArray) -> FloatArray:
    found = np.zeros(len(use))
    found[use] = scores
    return found


def mean(
    design: SurveyDesign,
    variables: str | Sequence[str],
    *,
    by: Names = None,
    where: object = None,
    level: float = 0.95,
    df: Literal["design", "domain"] | float = "design",
    na: Missing = "drop",
    deff: Literal["srs", "replace"] = "srs",
) -> pd.DataFrame:
    """Means of numeric columns with design-based margins, one row per variable and domain.

    variables : numeric or boolean columns. by : columns that make the domains. where : mask, or a 0/1 column.
    level : confidence, 0-1. df : degrees of freedom of the design, of each domain's own clusters and strata, or a number
    (np.inf: normal). na : drop missing answers per variable (counted in n_missing), listwise over the variables, or fout.
    deff : against a simple random sample without (srs, as R's default) or with replacement.

    Returns the table of this module, method "t". Raises SurveyError for an unknown column or text.

    >>> from sdm_lib.survey import design
    >>> sample = design(pd.DataFrame({"w": [1.0, 1.0, 2.0], "cijfer": [6.0, 8.0, 7.0]}), weights="w")
    >>> mean(sample, "cijfer")["estimate"].item()
    7.0
    """
    return _numeric_table(
        design, _names(variables), by=by, where=where, level=level, df=df, na=na, deff=deff, total=False
    )


def total(
    design: SurveyDesign,
    variables: str | Sequence[str],
    *,
    by: Names = None,
    where: object = None,
    level: float = 0.95,
    df: Literal["design", "domain"] | float = "design",
    na: Missing = "drop",
    deff: Literal["srs", "replace"] = "srs",
) -> pd.DataFrame:
    """Population totals of numeric columns; arguments and table as in `mean`.

    A missing answer adds nothing, so the total is of those who answered: n_missing says how many did not.

    >>> from sdm_lib.survey import design
    >>> sample = design(pd.DataFrame({"w": [1.0, 1.0, 2.0], "uren": [6.0, 8.0, 7.0]}), weights="w")
    >>> total(sample, "uren")["estimate"].item()
    28.0
    """
    return _numeric_table(
        design, _names(variables), by=by, where=where, level=level, df=df, na=na, deff=deff, total=True
    )


def proportion(
    design: SurveyDesign,
    variables: str | Sequence[str],
    *,
    by: Names = None,
    where: object = None,
    category: str | None = None,
    level: float = 0.95,
    ci: str = "auto",
    df: Literal["design", "domain"] | float = "design",
    na: Missing = "drop",
) -> pd.DataFrame:
    """Shares of the answers given, with an interval that holds at small n, at 0 and at 1.

    variables : columns. A boolean column, or one that holds nothing but 0, 1 and missing, gives one row: the share of
    true, category "1". Any other column gives a row per category, or only the one named in `category`.
    ci : auto (Wilson, or Korn-Graubard where n_eff p (1-p) < 10 and at 0 and 1; `method` says which), wilson,
    korn_graubard, beta, logit, xlogit, asin, mean, likelihood. by, where, level, df, na : as in `mean`.

    n_eff is p(1-p)/se^2, and Kish's (sum w)^2 / sum w^2 where nothing varies. Without a single answer the estimate is
    NaN, n is 0 and method "geen antwoorden".

    >>> from sdm_lib.survey import design
    >>> sample = design(pd.DataFrame({"w": [1.0] * 40, "ja": [1.0] * 10 + [0.0] * 30}), weights="w")
    >>> proportion(sample, "ja")[["estimate", "n", "method"]].values.tolist()
    [[0.25, 40, 'korn_graubard']]
    """
    names = _names(variables)
    domain, by_names, levels = domains(design, by, where=where)
    columns = [_Answers.of(design, name, category=category) for name in names]
    valid = _valid([column.valid for column in columns], names, na=na)
    frames, freedom = [], _freedom(design, df, domain.codes, len(levels))
    for column, answered in zip(columns, valid, strict=True):
        for text, indicator in column.indicators():
            found = moments(design, indicator, domain=domain.codes, n_domains=len(levels), valid=answered)
            frames.append(_share_rows(found, df=freedom, level=level, ci=ci, variable=column.name, category=text))
    return _assemble(frames, by_names, levels)


def totals(
    design: SurveyDesign, variable: str, *, by: Names = None, where: object = None, level: float = 0.95
) -> pd.DataFrame:
    """Population number of people per category of a column; table as in `mean`.

    >>> from sdm_lib.survey import design
    >>> sample = design(pd.DataFrame({"w": [1.0, 1.0, 2.0], "wijk": ["a", "b", "b"]}), weights="w")
    >>> totals(sample, "wijk")["estimate"].tolist()
    [1.0, 3.0]
    """
    domain, by_names, levels = domains(design, by, where=where)
    answers, freedom = (
        _Answers.of(design, variable, category=None),
        _freedom(design, "design", domain.codes, len(levels)),
    )
    frames = []
    for text, indicator in answers.indicators():
        found = moments(design, indicator, domain=domain.codes, n_domains=len(levels), valid=answers.valid, total=True)
        frames.append(_mean_rows(found, df=freedom, level=level, deff="srs", variable=variable, category=text))
    return _assemble(frames, by_names, levels)


@dataclass(frozen=True, slots=True)
class _Answers:
    """A column seen as answers: which rows are valid, and the indicator of each category."""

    name: str
    codes: IntArray
    labels: tuple[str, ...]
    chosen: tuple[int, ...]

    @classmethod
    def of(cls, design: SurveyDesign, name: str, *, category: str | None) -> _Answers:
        found = _as_indicator(design.column(name))
        if found is None:
            coded = design.codes(name)
            codes, labels = coded.codes, coded.labels
            chosen = tuple(range(len(labels)))
        else:
            codes, labels, chosen = found, ("0", "1"), (1,)
        if category is None:
            return cls(name, codes, labels, chosen)
        text = str(category)
        if text not in labels:
            known = ", ".join(labels[:20])
            raise survey_error(
                "SDM-510", f"categorie '{text}' bestaat niet; er zijn: {known}", "Kies een van deze.", kolom=name
            )
        return cls(name, codes, labels, (labels.index(text),))

    @property
    def valid(self) -> BoolArray:
        return self.codes >= 0

    def indicators(self) -> list[tuple[str, FloatArray]]:
        return [(self.labels[k], (self.codes == k).astype(np.float64)) for k in self.chosen]


def _as_indicator(column: pd.Series) -> IntArray | None:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return None
    try:
        values = numeric(column)
    except TypeError:
        return None
    missing = np.isnan(values)
    one = values == 1
    if not (missing | one | (values == 0)).all():
        return None
    return np.where(missing, -1, one).astype(np.intp)


def _numeric_table(
    design: SurveyDesign,
    names: list[str],
    *,
    by: Names,
    where: object,
    level: float,
    df: str | float,
    na: Missing,
    deff: str,
    total: bool,
) -> pd.DataFrame:
    choose("deff", deff, ("srs", "replace"))
    domain, by_names, levels = domains(design, by, where=where)
    values = [_numbers(design, name) for name in names]
    valid = _valid([~np.isnan(y) for y in values], names, na=na)
    freedom = _freedom(design, df, domain.codes, len(levels))
    frames = []
    for name, y, answered in zip(names, values, valid, strict=True):
        found = moments(design, y, domain=domain.codes, n_domains=len(levels), valid=answered, total=total)
        frames.append(_mean_rows(found, df=freedom, level=level, deff=deff, variable=name, category="", total=total))
    return _assemble(frames, by_names, levels)


def _numbers(design: SurveyDesign, name: str) -> FloatArray:
    try:
        return numeric(design.column(name))
    except TypeError:
        raise survey_error(
            "SDM-511", "de kolom bevat tekst, geen getallen", "Gebruik proportion, of zet de kolom om.", kolom=name
        ) from None


def _names(variables: str | Sequence[str]) -> list[str]:
    return [variables] if isinstance(variables, str) else list(variables)


def _valid(parts: list[BoolArray], names: list[str], *, na: Missing) -> list[BoolArray]:
    choose("na", na, ("drop", "listwise", "fout"))
    if na == "fout":
        for name, part in zip(names, parts, strict=True):
            if not part.all():
                raise survey_error(
                    "SDM-512", f"{int((~part).sum())} antwoorden ontbreken", "Kies na='drop'.", kolom=name
                )
    return [np.logical_and.reduce(parts)] * len(parts) if na == "listwise" else parts


def _freedom(design: SurveyDesign, df: str | float, domain: IntArray, n_domains: int) -> FloatArray:
    if not isinstance(df, str):
        return np.full(n_domains, float(df))
    choose("df", df, ("design", "domain"))
    if df == "design" or design.replicates is not None:
        return np.full(n_domains, float(design.degf))
    live = design.weights != 0
    return np.array([design.stages[0].degf(live & (domain == k)) for k in range(n_domains)], dtype=np.float64)


def _effective_n(found: Moments, *, variance: FloatArray) -> FloatArray:
    """spread/variance; Kish where nothing varies at all, the real n where only the estimate is fixed."""
    certain = ~(variance > 1e-22 * np.maximum(found.estimate**2, 1e-300))
    kish = found.weight**2 / np.where(found.weight2 > 0, found.weight2, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = found.spread / np.where(certain, np.nan, variance)
    return np.where(found.n == 0, 0.0, np.where(certain, kish, usual))


def _mean_rows(
    found: Moments, *, df: FloatArray, level: float, deff: str, variable: str, category: str, total: bool = False
) -> dict[str, object]:
    se = np.sqrt(found.variance)
    low, high = _by_df(lambda part, freedom: t_interval(found.estimate[part], se[part], df=freedom, level=level), df)
    of_mean = found.variance / found.weight**2 if total else found.variance
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = found.spread / np.maximum(found.n - 1, 0)
        if deff == "srs":
            simple = simple * np.where(found.weight > found.n, 1 - found.n / found.weight, np.nan)
        effect = of_mean / simple
        cv = se / np.abs(found.estimate)
    # without a population above n a design effect without replacement has no meaning: then it is left empty
    method = ["t" if n > 0 else "geen antwoorden" for n in found.n]
    return _row_block(found, se=se, low=low, high=high, cv=cv, deff=effect, df=df,
                      n_eff=_effective_n(found, variance=of_mean), method=method, variable=variable, category=category)  # fmt: skip


def _share_rows(
    found: Moments, *, df: FloatArray, level: float, ci: str, variable: str, category: str
) -> dict[str, object]:
    p, se = np.clip(found.estimate, 0.0, 1.0), np.sqrt(found.variance)
    n_eff = _effective_n(found, variance=found.variance)
    methods: list[str] = [""] * len(p)

    def bounds(part: BoolArray, freedom: float) -> tuple[FloatArray, FloatArray]:
        shares = Shares(p[part], se[part], found.n[part], np.where(n_eff[part] > 0, n_eff[part], np.nan), freedom)
        low, high, names = share_interval(shares, ci=ci, level=level)
        for place, name in zip(np.flatnonzero(part), names, strict=True):
            methods[place] = name if found.n[place] > 0 else "geen antwoorden"
        return low, high

    low, high = _by_df(bounds, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect, cv = found.n / n_eff, se / p
    return _row_block(found, se=se, low=low, high=high, cv=cv, deff=effect, df=df, n_eff=n_eff, method=methods,
                      variable=variable, category=category)  # fmt: skip


def _by_df(bounds, df: FloatArray) -> tuple[FloatArray, FloatArray]:  # type: ignore[no-untyped-def]
    low, high = np.full(len(df), np.nan), np.full(len(df), np.nan)
    for freedom in np.unique(df):
        part = df == freedom
        low[part], high[part] = bounds(part, float(freedom))
    return low, high


def _row_block(found: Moments, *, se, low, high, cv, deff, df, n_eff, method, variable, category):  # type: ignore[no-untyped-def]
    return {
        "variable": [variable] * len(se), "category": [category] * len(se), "estimate": found.estimate, "se": se,
        "ci_low": low, "ci_high": high, "cv": cv, "deff": deff, "df": df, "n": found.n.astype(np.int64),
        "n_eff": n_eff, "n_missing": found.n_missing.astype(np.int64), "method": method,
    }  # fmt: skip


def _assemble(frames: list[dict[str, object]], by_names: list[str], levels: list[tuple[str, ...]]) -> pd.DataFrame:
    data: dict[str, object] = {}
    for place, name in enumerate(by_names):
        data[name] = [level[place] for level in levels] * len(frames)
    for column in COLUMNS:
        parts = [frame[column] for frame in frames]
        data[column] = sum(parts, []) if isinstance(parts[0], list) else np.concatenate(parts)  # type: ignore[arg-type]
    return pd.DataFrame(data)
