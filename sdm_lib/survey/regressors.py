"""Weighting variables as a matrix that is never built: categories stay integer codes, sums are bincounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdm_lib.survey.codes import FloatArray, IntArray, tally


@dataclass(frozen=True, slots=True)
class Regressors:
    """Columns x of a weighting step: an indicator per category of each margin, then dense columns.

    margins : (codes per row, number of categories), codes never missing. dense : rows x k, possibly k = 0.
    """

    margins: tuple[tuple[IntArray, int], ...]
    dense: FloatArray

    @property
    def width(self) -> int:
        return sum(size for _, size in self.margins) + int(self.dense.shape[1])

    def sums(self, weights: FloatArray) -> FloatArray:
        """X'w: the weighted total of each column."""
        parts = [tally(codes, size=size, weights=weights) for codes, size in self.margins]
        return np.concatenate([*parts, self.dense.T @ weights])

    def gram(self, weights: FloatArray) -> FloatArray:
        """X' diag(w) X from counts of pairs of categories."""
        edges = np.cumsum([0, *(size for _, size in self.margins), self.dense.shape[1]])
        found = np.zeros((self.width, self.width))
        for i, (a, size_a) in enumerate(self.margins):
            rows_a = slice(edges[i], edges[i + 1])
            found[rows_a, rows_a] = np.diag(tally(a, size=size_a, weights=weights))
            for j in range(i):
                b, size_b = self.margins[j]
                block = tally(a * size_b + b, size=size_a * size_b, weights=weights).reshape(size_a, size_b)
                columns_b = slice(edges[j], edges[j + 1])
                found[rows_a, columns_b], found[columns_b, rows_a] = block, block.T
        if self.dense.shape[1]:
            last = slice(edges[-2], edges[-1])
            weighted = self.dense * weights[:, None]
            found[last, last] = self.dense.T @ weighted
            for i, (a, size_a) in enumerate(self.margins):
                block = np.column_stack([tally(a, size=size_a, weights=column) for column in weighted.T])
                found[edges[i] : edges[i + 1], last], found[last, edges[i] : edges[i + 1]] = block, block.T
        return found

    def cross(self, values: FloatArray) -> FloatArray:
        """X'V for a matrix V (rows x q)."""
        return np.column_stack([self.sums(column) for column in values.T])

    def combine(self, coefficients: FloatArray) -> FloatArray:
        """X b for a vector, or X B for a matrix of coefficients (width x q)."""
        start, found = 0, np.zeros((len(self.dense), *coefficients.shape[1:]))
        for codes, size in self.margins:
            found += coefficients[start : start + size][codes]
            start += size
        if self.dense.shape[1]:
            found += self.dense @ coefficients[start:]
        return found


def solve(gram: FloatArray, right: FloatArray) -> FloatArray:
    """Least-norm solution of a symmetric system with redundant columns (margins share their total).

    Columns are first scaled to a unit diagonal, so that counts and incomes may stand side by side.
    """
    scale = np.sqrt(np.where(np.diag(gram) > 0, np.diag(gram), 1.0))
    values, vectors = np.linalg.eigh(gram / scale[:, None] / scale)
    kept = values > values[-1] * 1e-11
    inverse = np.where(kept, 1 / np.where(kept, values, 1.0), 0.0)
    wide = right / (scale[:, None] if right.ndim > 1 else scale)
    found = vectors @ ((inverse[:, None] if right.ndim > 1 else inverse) * (vectors.T @ wide))
    return np.asarray(found / (scale[:, None] if right.ndim > 1 else scale))
