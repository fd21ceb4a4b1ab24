"""From answers to one column: 1 counts, 0 does not, NaN has no usable answer; or the score of a scale.

"Niet van toepassing" and an unanswered question both leave the denominator, but they are different things: the first
is an answer whose share is shown (`nvt`), the second is item non-response.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sdm_lib.errors import InvoerFout, Melding, bedoelde_u
from sdm_lib.indicators.definition import BEANTWOORD, Indicator, Schaal
from sdm_lib.indicators.scoring import GEEN_ANTWOORD, NIET_VAN_TOEPASSING, score


def measure(indicator: Indicator, frame: pd.DataFrame) -> pd.Series:
    """The column an indicator is the weighted mean of.

    frame : answers in words, one row per respondent, with the columns of `indicator.kolommen`.
    Returns floats on the index of `frame`: 0/1 for a share, the score or mark for a mean, NaN without usable answer.
    Raises InvoerFout when columns are absent or a mark is no number.
    """
    require_columns(frame, indicator)
    if indicator.schaal is not None:
        values = score(indicator.schaal, frame)
        if indicator.schaal.met_grens:
            values = _within(values, indicator.schaal)
    elif indicator.waarde:
        values = numbers(frame, indicator.waarde)
    else:
        values = _counts(indicator, frame)
    inside = limited_to(indicator, frame) & in_population(indicator, frame, leeg=_may_be_empty(indicator))
    return values.where(inside)


def require_columns(frame: pd.DataFrame, indicator: Indicator) -> None:
    """Raise InvoerFout with every column the indicator needs and the delivery lacks."""
    meldingen = [
        Melding(
            "SDM-711",
            f"kolom '{kolom}' ontbreekt voor indicator {indicator.id}",
            bedoelde_u(kolom, [str(naam) for naam in frame.columns]),
            bestand=indicator.bron,
            kolom=kolom,
        )
        for kolom in indicator.kolommen
        if kolom not in frame.columns
    ]
    if meldingen:
        raise InvoerFout(*meldingen)


def answered(column: pd.Series) -> pd.Series:
    """True where a respondent gave an answer that says something about the question.

    >>> answered(pd.Series(["eens", "geen_antwoord", "niet_van_toepassing", None])).tolist()
    [True, False, False, False]
    """
    return column.notna() & ~column.isin([*GEEN_ANTWOORD, *NIET_VAN_TOEPASSING])


def not_applicable(column: pd.Series) -> pd.Series:
    """True where a respondent said that the question does not apply to him or her."""
    return column.isin(NIET_VAN_TOEPASSING)


def numbers(frame: pd.DataFrame, kolom: str) -> pd.Series:
    """A column of marks or counts as floats, NaN without usable answer. Raises InvoerFout on any other text."""
    column = frame[kolom]
    usable = answered(column)
    values = pd.to_numeric(column.where(usable), errors="coerce").astype("float64")
    wrong = usable & values.isna()
    if wrong.any():
        rows = [int(row) + 2 for row in np.flatnonzero(wrong.to_numpy())]
        raise InvoerFout(
            Melding("SDM-712", "hier hoort een getal", "Verbeter het antwoord of laat het leeg.", kolom=kolom,
                    regels=tuple(rows[:5]), aantal=len(rows))
        )  # fmt: skip
    return values


def limited_to(indicator: Indicator, frame: pd.DataFrame) -> pd.Series:
    """True for the rows the definition is limited to by `waar`."""
    inside = pd.Series(True, index=frame.index)
    for kolom, waarden in indicator.waar.items():
        inside &= frame[kolom].isin(waarden)
    return inside


def in_population(indicator: Indicator, frame: pd.DataFrame, *, leeg: bool = False) -> pd.Series:
    """True for the rows of the denominator; with `leeg` an unanswered question does not put a row out."""
    inside = pd.Series(True, index=frame.index)
    for kolom, eis in indicator.noemer.items():
        if eis != BEANTWOORD:
            inside &= frame[kolom].eq(eis).fillna(False)
        elif not leeg:
            inside &= answered(frame[kolom])
    return inside


def _may_be_empty(indicator: Indicator) -> bool:
    return bool(indicator.teller) and indicator.telt == "een"


def _counts(indicator: Indicator, frame: pd.DataFrame) -> pd.Series:
    hits = pd.DataFrame({kolom: frame[kolom].isin(antwoorden) for kolom, antwoorden in indicator.teller.items()})
    if indicator.telt == "alle":
        return hits.all(axis=1).astype("float64")
    # one yes decides, whatever was left open; without a yes every question must have been answered
    known = pd.DataFrame({kolom: answered(frame[kolom]) for kolom in indicator.teller}).all(axis=1)
    return hits.any(axis=1).astype("float64").where(hits.any(axis=1) | known)


def _within(values: pd.Series, schaal: Schaal) -> pd.Series:
    inside = pd.Series(True, index=values.index)
    if schaal.onder is not None:
        inside &= values < schaal.onder
    if schaal.tot_en_met is not None:
        inside &= values <= schaal.tot_en_met
    if schaal.van is not None:
        inside &= values >= schaal.van
    if schaal.boven is not None:
        inside &= values > schaal.boven
    return inside.astype("float64").where(values.notna())
