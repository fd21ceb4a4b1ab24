"""Columns as questions: the numbers of a numeric column, or the indicators of the categories of any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import BoolArray, FloatArray, IntArray, numeric
from sdm_lib.survey.design import SurveyDesign
from sdm_lib.survey.errors import choose, survey_error
from sdm_lib.survey.moments import Question

Missing = Literal["drop", "listwise", "fout"]


@dataclass(frozen=True, slots=True)
class Answers:
    """A column seen as answers: a code per row (-1 missing), and the categories that are asked about."""

    name: str
    codes: IntArray
    labels: tuple[str, ...]
    chosen: tuple[int, ...]

    @property
    def valid(self) -> BoolArray:
        """Rows with an answer."""
        return np.asarray(self.codes >= 0)

    def questions(self, valid: BoolArray) -> list[tuple[str, Question]]:
        """Category and its 0/1 indicator, for each category asked about."""
        return [(self.labels[k], Question((self.codes == k).astype(np.float64), valid)) for k in self.chosen]


def answers(design: SurveyDesign, name: str, *, category: object = None) -> Answers:
    """A column of booleans or of nothing but 0, 1 and missing counts its trues; any other column all its categories."""
    found = _indicator(design.column(name))
    if found is None:
        coded = design.codes(name)
        codes, labels = coded.codes, coded.labels or ("",)  # not one answer: one row that says so
        chosen = tuple(range(len(labels)))
    else:
        codes, labels, chosen = found, ("0", "1"), (1,)
    if category is None:
        return Answers(name, codes, labels, chosen)
    text = str(category)
    if text not in labels:
        known = ", ".join(labels[:20])
        raise survey_error(
            "SDM-810", f"categorie '{text}' bestaat niet; er zijn: {known}", "Kies een van deze.", kolom=name
        )
    return Answers(name, codes, labels, (labels.index(text),))


def numbers(design: SurveyDesign, name: str) -> FloatArray:
    """A column as floats; raises SurveyError for text."""
    try:
        return numeric(design.column(name))
    except TypeError:
        raise survey_error(
            "SDM-811", "de kolom bevat tekst, geen getallen", "Gebruik proportion, of zet de kolom om.", kolom=name
        ) from None


def valid_rows(parts: Sequence[BoolArray], names: Sequence[str], *, na: Missing) -> list[BoolArray]:
    """Which rows count per variable: its own answers, complete rows only (listwise), or an error for a missing one."""
    choose("na", na, ("drop", "listwise", "fout"))
    if na == "listwise":
        return [np.asarray(np.logical_and.reduce(list(parts)))] * len(parts)
    for name, part in zip(names, parts, strict=True):
        if na == "fout" and not part.all():
            raise survey_error("SDM-812", f"{int((~part).sum())} antwoorden ontbreken", "Kies na='drop'.", kolom=name)
    return list(parts)


def _indicator(column: pd.Series) -> IntArray | None:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return None
    try:
        values = numeric(column)
    except TypeError:
        return None
    one, missing = values == 1, np.isnan(values)
    if not (missing | one | (values == 0)).all():
        return None
    return np.where(missing, -1, one).astype(np.intp)
