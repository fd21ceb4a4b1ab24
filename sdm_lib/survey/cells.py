"""Rows with the same answers on all weighting variables get the same factor: weight the cells, not the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import FloatArray, IntArray, compress, tally
from sdm_lib.survey.regressors import Regressors


@dataclass(frozen=True, slots=True)
class Cells:
    """Occurring combinations as regressors with summed weights; `place` leads from row to cell (None: rows stay)."""

    regressors: Regressors
    weights: FloatArray
    place: IntArray | None

    def spread(self, factors: FloatArray) -> FloatArray:
        """A value per cell as a value per row."""
        return factors if self.place is None else factors[self.place]


def collapse(x: Regressors, weights: FloatArray) -> Cells:
    """Cells when all columns are categories and their combinations are few; else the rows themselves."""
    size = np.prod([float(size) for _, size in x.margins]) if x.margins else np.inf
    if x.dense.shape[1] or size > 2 * len(weights) + 1024:
        return Cells(x, weights, None)
    combined = np.zeros(len(weights), dtype=np.intp)
    for codes, width in x.margins:
        combined *= width
        combined += codes
    values, place = compress(combined)
    summed = tally(place, size=len(values), weights=weights)
    margins: list[tuple[IntArray, int]] = []
    for _, width in reversed(x.margins):
        values, codes = np.divmod(values, width)
        margins.insert(0, (codes, width))
    return Cells(Regressors(tuple(margins), np.zeros((len(summed), 0))), summed, place)
