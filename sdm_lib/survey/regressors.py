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

    @property
    def spare(self) -> IntArray:
        """The first category of each margin but the first: what the other columns already say."""
        starts = np.cumsum([0, *(size for _, size in self.margins)])[1:-1]
        return np.asarray(starts, dtype=np.intp)

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

    def cross_by_domain(self, values: FloatArray, *, domain: IntArray, n_domains: int) -> FloatArray:
        """X'V (width x domains) for a V with one value per row, in the column of the row's domain."""
        parts = [
            tally(codes * n_domains + domain, size=size * n_domains, weights=values).reshape(size, n_domains)
            for codes, size in self.margins
        ]
        for column in self.dense.T:
            parts.append(tally(domain, size=n_domains, weights=values * column)[None, :])
        return np.vstack(parts)

    def rows(self, place: IntArray) -> Regressors:
        """The same columns for some rows."""
        return Regressors(tuple((codes[place], size) for codes, size in self.margins), self.dense[place])

    def combine(self, coefficients: FloatArray) -> FloatArray:
        """X b for a vector, or X B for a matrix of coefficients (width x q)."""
        start, found = 0, np.zeros((len(self.dense), *coefficients.shape[1:]))
        for codes, size in self.margins:
            found += coefficients[start : start + size][codes]
            start += size
        if self.dense.shape[1]:
            found += self.dense @ coefficients[start:]
        return found


def solve(gram: FloatArray, right: FloatArray, *, spare: IntArray) -> FloatArray:
    """A solution of a symmetric system with redundant columns (margins share their total).

    spare : columns known to be redundant (`Regressors.spare`). Without them a plain solve usually works, and is tried
    first: an eigenvalue decomposition of a small matrix costs more in threads than in arithmetic.
    """
    scaled, scale = _unit_diagonal(gram)
    wide, place = right / scale, _kept(gram, spare)
    found = np.zeros_like(wide)
    try:
        found[place] = np.linalg.solve(scaled[np.ix_(place, place)], wide[place])
        sound = np.abs(scaled @ found - wide).max() <= 1e-9 * max(float(np.abs(wide).max()), 1e-300)
    except np.linalg.LinAlgError:
        sound = False
    return (found if sound else _pseudo_inverse(scaled) @ wide) / scale


def inverse(gram: FloatArray, *, spare: IntArray) -> FloatArray:
    """A generalised inverse of such a system; of the columns that are not spare when that suffices."""
    scaled, scale = _unit_diagonal(gram)
    place = _kept(gram, spare)
    found = np.zeros_like(scaled)
    try:
        found[np.ix_(place, place)] = np.linalg.inv(scaled[np.ix_(place, place)])
        sound = np.abs(scaled @ found @ scaled - scaled).max() <= 1e-9
    except np.linalg.LinAlgError:
        sound = False
    return (found if sound else _pseudo_inverse(scaled)) / scale[:, None] / scale


def _unit_diagonal(gram: FloatArray) -> tuple[FloatArray, FloatArray]:
    # counts and incomes may then stand side by side
    diagonal = np.diag(gram)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return gram / scale[:, None] / scale, scale


def _kept(gram: FloatArray, spare: IntArray) -> IntArray:
    keep = np.diag(gram) > 0
    keep[spare] = False
    return np.flatnonzero(keep)


def _pseudo_inverse(scaled: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(scaled)
    kept = values > values[-1] * 1e-11
    return np.asarray((vectors * np.where(kept, 1 / np.where(kept, values, 1.0), 0.0)) @ vectors.T)
