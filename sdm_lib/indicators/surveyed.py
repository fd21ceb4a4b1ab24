"""Indicators from a survey: derive one column, then let `survey` estimate it with its margin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sdm_lib import survey
from sdm_lib.indicators import derive
from sdm_lib.indicators.definition import Indicator

if TYPE_CHECKING:
    from sdm_lib.indicators.compute import Where
    from sdm_lib.survey import SurveyDesign

KOLOM = "indicatorwaarde"  # name of the derived column inside the design
ONDER = "indicatornoemer"  # and of the denominator of a ratio
METHODEN = {"t": "gemiddelde, t-interval"}


def levels(indicator: Indicator, design: SurveyDesign, *, by: tuple[str, ...], where: Where) -> pd.DataFrame:
    """Estimates per group with the names of the result table, plus the `by` columns."""
    derived = with_measure(indicator, design)
    inside = condition(design, where)
    if indicator.soort == "verhouding":
        table = survey.ratio(derived, KOLOM, ONDER, by=list(by) or None, where=inside)
    elif indicator.soort == "aandeel":
        table = survey.proportion(derived, KOLOM, by=list(by) or None, where=inside)
    else:
        table = survey.mean(derived, KOLOM, by=list(by) or None, where=inside)
    return _renamed(table, by=by).pipe(_with_sums, indicator, derived, by=by, inside=inside)


def with_measure(indicator: Indicator, design: SurveyDesign) -> SurveyDesign:
    """The design with the column(s) of the indicator added, as `KOLOM` and for a ratio `ONDER`."""
    columns = {KOLOM: derive.measure(indicator, design.frame).to_numpy()}
    if indicator.gedeeld_door:
        below = derive.numbers(design.frame, indicator.gedeeld_door).to_numpy()
        both = ~np.isnan(below) & ~np.isnan(columns[KOLOM])  # a ratio of totals is over who answered both
        columns = {KOLOM: np.where(both, columns[KOLOM], np.nan), ONDER: np.where(both, below, np.nan)}
    return survey.with_columns(design, columns)


def condition(design: SurveyDesign, where: Where) -> np.ndarray | None:
    """A mask inside the design; rows outside it still count for the variance."""
    from sdm_lib.indicators.compute import mask

    return mask(design.frame, where) if where else None


def _renamed(table: pd.DataFrame, *, by: tuple[str, ...]) -> pd.DataFrame:
    names = {"estimate": "value", "ci_low": "lower", "ci_high": "upper"}
    return table.rename(columns=names)[[*by, "value", "lower", "upper", "se", "n", "n_eff", "method"]]


def _with_sums(
    table: pd.DataFrame, indicator: Indicator, design: SurveyDesign, *, by: tuple[str, ...], inside: np.ndarray | None
) -> pd.DataFrame:
    """Weighted denominator (people, or the total below a ratio) and numerator per group."""
    frame = design.frame
    weight = pd.Series(design.weights, index=frame.index).where(frame[KOLOM].notna(), 0.0)
    if inside is not None:
        weight = weight.where(inside, 0.0)
    below = weight * frame[ONDER].fillna(0.0) if indicator.gedeeld_door else weight
    if by:
        keys = frame.loc[:, list(by)].astype(str)
        sums = keys.assign(denominator=below).groupby(list(by), as_index=False, observed=True)["denominator"].sum()
        table = table.astype(dict.fromkeys(by, "str")).merge(sums, on=list(by), how="left", validate="1:1")
    else:
        table = table.assign(denominator=float(below.sum()))
    return table.assign(numerator=table["value"] * table["denominator"])
