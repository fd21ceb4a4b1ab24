"""Means, totals and shares with their uncertainty, by any number of domains in one pass.

Each answer is a table: the `by` columns, variable, category, then estimate, se, ci_low, ci_high, cv, deff, df, n,
n_eff, n_missing, method. Missing answers leave the estimate and are counted per domain in n_missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from sdm_lib.survey.answers import Missing, answers, numbers, valid_rows
from sdm_lib.survey.design import Names, SurveyDesign, domains
from sdm_lib.survey.errors import choose
from sdm_lib.survey.moments import Question, log_odds_se, moments, stacked
from sdm_lib.survey.tables import Asked, Freedom, assemble, freedom, mean_rows, repeated, share_rows


def mean(
    design: SurveyDesign,
    variables: str | Sequence[str],
    *,
    by: Names = None,
    where: object = None,
    level: float = 0.95,
    df: Freedom = "design",
    na: Missing = "drop",
    deff: Literal["srs", "replace"] = "srs",
) -> pd.DataFrame:
    """Means of numeric columns with design-based margins, one row per variable and domain.

    variables : numeric or boolean columns. by : columns that make the domains. where : mask, or a 0/1 column.
    level : confidence, 0-1. df : degrees of freedom of the design, of each domain's own clusters and strata, or a
    number (np.inf: normal). na : drop missing answers per variable (counted in n_missing), listwise, or fout.
    deff : against a simple random sample without (srs, as R's default) or with replacement.

    Returns the table of this module, method "t". Raises SurveyError for an unknown column or text.

    >>> from sdm_lib.survey import design
    >>> sample = design(pd.DataFrame({"w": [1.0, 1.0, 2.0], "cijfer": [6.0, 8.0, 7.0]}), weights="w")
    >>> mean(sample, "cijfer")["estimate"].item()
    7.0
    """
    return _numeric(design, variables, by=by, where=where, level=level, df=df, na=na, deff=deff, total=False)


def total(
    design: SurveyDesign,
    variables: str | Sequence[str],
    *,
    by: Names = None,
    where: object = None,
    level: float = 0.95,
    df: Freedom = "design",
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
    return _numeric(design, variables, by=by, where=where, level=level, df=df, na=na, deff=deff, total=True)


def proportion(
    design: SurveyDesign,
    variables: str | Sequence[str],
    *,
    by: Names = None,
    where: object = None,
    category: str | None = None,
    level: float = 0.95,
    ci: str = "auto",
    df: Freedom = "design",
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
    names = [variables] if isinstance(variables, str) else list(variables)
    domain, by_names, levels = domains(design, by, where=where)
    columns = [answers(design, name, category=category) for name in names]
    valid = valid_rows([column.valid for column in columns], names, na=na)
    parts = [(c.name, text, q) for c, ok in zip(columns, valid, strict=True) for text, q in c.questions(ok)]
    size = len(levels)
    questions = [q for _, _, q in parts]
    found = stacked(moments(design, questions, domain=domain.codes, n_domains=size))
    odds = None
    if ci == "logit" and design.replicates is not None:
        odds = log_odds_se(design, questions, found.estimate, domain=domain.codes)
    freedoms = np.tile(freedom(design, df, domain=domain.codes, n_domains=size), len(parts))
    asked = Asked(level, freedoms, ci=ci, odds_se=odds)
    owners, labels = repeated([name for name, _, _ in parts], size), repeated([text for _, text, _ in parts], size)
    return assemble(share_rows(design, found, asked, variable=owners, category=labels), by_names, levels)


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
    column, size = answers(design, variable), len(levels)
    parts = column.questions(column.valid)
    found = stacked(moments(design, [q for _, q in parts], domain=domain.codes, n_domains=size, total=True))
    freedoms = freedom(design, "design", domain=domain.codes, n_domains=size)
    asked = Asked(level, np.tile(freedoms, len(parts)), total=True)
    labels = repeated([text for text, _ in parts], size)
    rows = mean_rows(found, asked, variable=repeated([variable], size * len(parts)), category=labels)
    return assemble(rows, by_names, levels)


def _numeric(
    design: SurveyDesign,
    variables: str | Sequence[str],
    *,
    by: Names,
    where: object,
    level: float,
    df: Freedom,
    na: Missing,
    deff: str,
    total: bool,
) -> pd.DataFrame:
    choose("deff", deff, ("srs", "replace"))
    names = [variables] if isinstance(variables, str) else list(variables)
    domain, by_names, levels = domains(design, by, where=where)
    values = [numbers(design, name) for name in names]
    valid = valid_rows([~np.isnan(y) for y in values], names, na=na)
    size = len(levels)
    questions = [Question(y, ok) for y, ok in zip(values, valid, strict=True)]
    found = stacked(moments(design, questions, domain=domain.codes, n_domains=size, total=total))
    freedoms = np.tile(freedom(design, df, domain=domain.codes, n_domains=size), len(names))
    asked = Asked(level, freedoms, deff=deff, total=total)
    rows = mean_rows(found, asked, variable=repeated(names, size), category=repeated([""], size * len(names)))
    return assemble(rows, by_names, levels)
