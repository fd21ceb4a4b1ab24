"""Indicators from a survey: derive one column, then let `survey` estimate it with its margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
NAMES = {"estimate": "value", "ci_low": "lower", "ci_high": "upper"}


def levels(indicator: Indicator, design: SurveyDesign, *, by: tuple[str, ...], where: Where) -> pd.DataFrame:
    """Estimates per group with the names of the result table, plus the `by` columns."""
    derived = with_measure(indicator, design)
    inside = condition(design, where)
    if indicator.soort == "verhouding":
        ready = survey.with_columns(derived, {KOLOM: linearised(_cut(derived, inside), by=by)})
        table = survey.mean(ready, KOLOM, by=list(by) or None, where=inside).assign(method="verhouding, t-interval")
    elif indicator.soort == "aandeel":
        table = survey.proportion(derived, KOLOM, by=list(by) or None, where=inside)
    else:
        table = survey.mean(derived, KOLOM, by=list(by) or None, where=inside)
    below = ONDER if indicator.gedeeld_door else None
    return renamed(table, by=by).pipe(_with_sums, derived, below=below, by=by, inside=inside)


def with_measure(indicator: Indicator, design: SurveyDesign) -> SurveyDesign:
    """The design with the column(s) of the indicator added, as `KOLOM` and for a ratio `ONDER`."""
    columns = {KOLOM: derive.measure(indicator, design.frame).to_numpy()}
    if indicator.gedeeld_door:
        below = derive.numbers(design.frame, indicator.gedeeld_door).to_numpy()
        both = ~np.isnan(below) & ~np.isnan(columns[KOLOM])  # a ratio of totals is over who answered both
        columns = {KOLOM: np.where(both, columns[KOLOM], np.nan), ONDER: np.where(both, below, np.nan)}
    return survey.with_columns(design, columns)


def condition(design: SurveyDesign, where: Where) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
    """A mask inside the design; rows outside it still count for the variance."""
    from sdm_lib.indicators.compute import mask

    return mask(design.frame, where) if where else None


def _cut(design: SurveyDesign, inside: np.ndarray[Any, np.dtype[np.bool_]] | None) -> SurveyDesign:
    if inside is None:
        return design
    return survey.with_columns(design, {KOLOM: design.frame[KOLOM].where(inside).to_numpy()})


def renamed(table: pd.DataFrame, *, by: tuple[str, ...]) -> pd.DataFrame:
    """A table of `survey` with the names of the result table."""
    return table.rename(columns=NAMES)[[*by, "value", "lower", "upper", "se", "n", "n_eff", "method"]]


def linearised(design: SurveyDesign, *, by: tuple[str, ...]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A column whose weighted mean per group is the ratio of totals, and varies as that ratio does.

    ``R + (y - R x) / mean(x)`` with R and mean(x) of the group of `by`; NaN where nothing was answered.
    Source: Sarndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.6.
    """
    frame = design.frame
    weight = pd.Series(design.weights, index=frame.index).where(frame[KOLOM].notna(), 0.0)
    parts = pd.DataFrame({"w": weight, "y": weight * frame[KOLOM].fillna(0.0), "x": weight * frame[ONDER].fillna(0.0)})
    keys = [frame[kolom] for kolom in by] or [pd.Series(0, index=frame.index)]
    sums = parts.groupby(keys, dropna=False).transform("sum")
    above = sums["x"].where(sums["x"] > 0)
    ratio, mean = sums["y"] / above, above / sums["w"].where(sums["w"] > 0)
    return (ratio + (frame[KOLOM] - ratio * frame[ONDER]) / mean).to_numpy(dtype=np.float64)


def _with_sums(
    table: pd.DataFrame,
    design: SurveyDesign,
    *,
    below: str | None,
    by: tuple[str, ...],
    inside: np.ndarray[Any, Any] | None,
) -> pd.DataFrame:
    """Weighted denominator (people, or the total below a ratio) and numerator per group."""
    frame = design.frame
    weight = pd.Series(design.weights, index=frame.index).where(frame[KOLOM].notna(), 0.0)
    if inside is not None:
        weight = weight.where(inside, 0.0)
    if below is not None:
        weight = weight * frame[below].fillna(0.0)
    if by:
        keys = frame[list(by)].astype(str)
        sums = keys.assign(denominator=weight).groupby(list(by), as_index=False)["denominator"].sum()
        table = table.astype(dict.fromkeys(by, "str")).merge(sums, on=list(by), how="left", validate="1:1")
    else:
        table = table.assign(denominator=float(weight.sum()))
    return table.assign(numerator=table["value"] * table["denominator"])
