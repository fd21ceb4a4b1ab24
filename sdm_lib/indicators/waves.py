"""Survey comparisons as one estimate each: the change between two waves, and a group against everyone else.

`survey` does the statistics; here the definition becomes a column in both designs. A ratio of totals is replaced by
its linearised variable, whose mean is the ratio and whose mean varies as the ratio does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sdm_lib import survey
from sdm_lib.indicators.definition import Indicator
from sdm_lib.indicators.surveyed import KOLOM, ONDER, condition, linearised, with_measure

if TYPE_CHECKING:
    from sdm_lib.indicators.compute import Where
    from sdm_lib.survey import SurveyDesign

GOLF = "golf"
STRATUM = "stratum"  # column of the sampling stratum, when the design has one
NAMES = {"estimate": "value", "ci_low": "lower", "ci_high": "upper"}


def change(
    indicator: Indicator,
    nu: SurveyDesign,
    eerder: SurveyDesign,
    *,
    by: tuple[str, ...] = (),
    where: Where = None,
    persoon: str = "",
) -> pd.DataFrame:
    """Now minus then per group: value, reference (then), lower, upper, se, p, n (the smaller wave), method.

    persoon : column that names a person in both waves: shared respondents then lower the margin of a change.
    """
    waves = {"eerder": _ready(indicator, eerder, by, where), "nu": _ready(indicator, nu, by, where)}
    strata = STRATUM if all(STRATUM in wave.frame for wave in waves.values()) else None
    both = survey.stack(waves, person=persoon or None, wave=GOLF, strata=strata, lonely="adjust")
    table = survey.change(both, KOLOM, wave=GOLF, waves=("eerder", "nu"), by=list(by) or None)
    found = table.rename(columns=NAMES).assign(reference=table["first"], n=table[["n_first", "n_last"]].min(axis=1))
    method = "verschil tussen golven, t-toets" + (", zelfde personen verrekend" if persoon else "")
    return _no_false_certainty(found, indicator)[[*by, *_KEPT]].assign(method=method)


def versus_rest(indicator: Indicator, design: SurveyDesign, *, by: str, where: Where = None) -> pd.DataFrame:
    """Each group of `by` minus everyone else: columns as `change`, reference is the rest."""
    derived = _limited(with_measure(indicator, design), where)
    if ONDER in derived.frame:
        table = pd.concat([_ratio_rest(derived, by, group) for group in sorted(derived.frame[by].unique())])
    else:
        table = survey.versus_rest(derived, KOLOM, by=by)
    found = table.rename(columns=NAMES).assign(reference=table["rest"], n=table[["n", "n_rest"]].min(axis=1))
    kept = _no_false_certainty(found, indicator)[[by, *_KEPT]].reset_index(drop=True)
    return kept.assign(method="verschil met de rest van de stad, t-toets")


_KEPT = ("value", "reference", "lower", "upper", "se", "p", "n")


def _ready(indicator: Indicator, design: SurveyDesign, by: tuple[str, ...], where: Where) -> SurveyDesign:
    derived = _limited(with_measure(indicator, design), where)
    if ONDER not in derived.frame:
        return derived
    return survey.with_columns(derived, {KOLOM: linearised(derived, by=by)})


def _limited(design: SurveyDesign, where: Where) -> SurveyDesign:
    inside = condition(design, where)
    if inside is None:
        return design
    # outside the domain the answer is missing: the row stays in the design and says how many were drawn
    return survey.with_columns(design, {KOLOM: design.frame[KOLOM].where(inside).to_numpy()})


def _ratio_rest(design: SurveyDesign, by: str, group: Any) -> pd.DataFrame:
    split = survey.with_columns(design, {"deel": np.where(design.frame[by] == group, "eigen", "rest")})
    ready = survey.with_columns(split, {KOLOM: linearised(split, by=("deel",))})
    table = survey.versus_rest(ready, KOLOM, by="deel")
    return table[table["deel"] == "eigen"].drop(columns="deel").assign(**{by: group})


def _no_false_certainty(table: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Where both sides are 0 or 1 the sample shows no variance; no test is better than a certain one."""
    certain = (table["se"] == 0) & (indicator.soort == "aandeel")
    return table.assign(**{column: table[column].mask(certain) for column in ("lower", "upper", "se", "p")})
