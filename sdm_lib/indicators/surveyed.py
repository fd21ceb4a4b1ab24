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
        table = _ratio(derived, by=by, inside=inside)
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


def renamed(table: pd.DataFrame, *, by: tuple[str, ...]) -> pd.DataFrame:
    """A table of `survey` with the names of the result table."""
    return table.rename(columns=NAMES)[[*by, "value", "lower", "upper", "se", "n", "n_eff", "method"]]


def _ratio(design: SurveyDesign, *, by: tuple[str, ...], inside: np.ndarray[Any, Any] | None) -> pd.DataFrame:
    """Ratio of two totals per group: its Taylor variance is that of the total of (y - R x) / X."""
    how: dict[str, Any] = {"by": list(by) or None, "where": inside}
    totals = survey.total(design, [KOLOM, ONDER], **how)
    above = totals[totals["variable"] == KOLOM].reset_index(drop=True)
    below = totals[totals["variable"] == ONDER]["estimate"].to_numpy()
    ratio = above["estimate"].to_numpy() / np.where(below > 0, below, np.nan)
    terms = above[list(by)].assign(ratio=ratio, total=below)
    keys = design.frame[list(by)].astype(str)
    own = (
        keys.merge(terms, on=list(by), how="left", validate="m:1")
        if by
        else keys.assign(ratio=ratio[0], total=below[0])
    )
    y, x = design.frame[KOLOM].to_numpy(), design.frame[ONDER].to_numpy()
    residual = (y - own["ratio"].to_numpy() * x) / own["total"].to_numpy()
    spread = survey.total(survey.with_columns(design, {"residu": residual}), "residu", **how)
    half = (spread["ci_high"] - spread["ci_low"]).to_numpy() / 2
    return above.assign(estimate=ratio, se=spread["se"].to_numpy(), ci_low=ratio - half, ci_high=ratio + half,
                        n_eff=np.nan, method="verhouding van totalen, t-interval")  # fmt: skip


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
