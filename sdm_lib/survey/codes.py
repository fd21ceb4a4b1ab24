"""Columns as integer codes: made once, counted with bincount ever after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Codes:
    """One category per row: `codes` index `labels`, and -1 means missing."""

    codes: IntArray
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


def label(value: object) -> str:
    """A category as text; whole floats lose their .0, because a column with a missing value is float in pandas.

    >>> label(2015.0), label("wijk"), label(True)
    ('2015', 'wijk', 'True')
    """
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def tally(codes: IntArray, *, size: int, weights: FloatArray | None = None) -> FloatArray:
    """Weighted count per code, as floats.

    >>> tally(np.array([0, 2, 2]), size=3).tolist()
    [1.0, 0.0, 2.0]
    """
    if size == 1:  # one domain or stratum: a sum, which is far quicker than a count
        return np.array([float(len(codes)) if weights is None else float(weights.sum())])
    return np.bincount(codes, weights=weights, minlength=size).astype(np.float64, copy=False)


def factor(column: pd.Series) -> Codes:
    """Codes of a column; categories keep their order, other values are sorted.

    >>> factor(pd.Series(["b", "a", None])).codes.tolist()
    [1, 0, -1]
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Codes(
            column.cat.codes.to_numpy().astype(np.intp), tuple(label(value) for value in column.cat.categories)
        )
    codes, values = pd.factorize(column, sort=True)
    return Codes(np.asarray(codes, dtype=np.intp), tuple(label(value) for value in values))


def cross(parts: Sequence[Codes], *, sep: str) -> Codes:
    """The crossing of several factors, only with the combinations that occur; the first one varies fastest.

    >>> crossed = cross([Codes(np.array([0, 1, 0]), ("a", "b")), Codes(np.array([1, 0, 1]), ("x", "y"))], sep="*")
    >>> crossed.labels, crossed.codes.tolist()
    (('b*x', 'a*y'), [1, 0, 1])
    """
    if len(parts) == 1:
        return parts[0]
    combined, missing = parts[-1].codes.copy(), parts[-1].codes < 0
    for part in reversed(parts[:-1]):
        combined = combined * len(part) + part.codes
        missing |= part.codes < 0
    combined[missing] = -1
    values, codes = compress(combined)
    names = []
    for value in values:
        rest, name = int(value), []
        for part in parts:
            rest, index = divmod(rest, len(part))
            name.append(part.labels[index])
        names.append(sep.join(name))
    return Codes(codes, tuple(names))


def compress(values: IntArray) -> tuple[IntArray, IntArray]:
    """Occurring non-negative integers, sorted, and each row's place among them (-1 stays -1).

    A table of all possible values is used when it is small: that avoids the sort of `np.unique`.

    >>> values, codes = compress(np.array([5, -1, 2, 5]))
    >>> values.tolist(), codes.tolist()
    ([2, 5], [1, -1, 0, 1])
    """
    if not len(values):
        return values, values
    top = int(values.max()) + 1
    if top <= 0:
        return values[:0], values
    if top <= 4 * len(values) + 1024:
        present = np.zeros(top + 1, dtype=bool)  # the last place takes the missing ones
        present[values] = True
        present[top] = False
        place = np.cumsum(present) - 1
        place[top] = -1
        return np.flatnonzero(present), place[values]
    found, codes = np.unique(values, return_inverse=True)
    shift = 1 if found[0] < 0 else 0
    return found[shift:], codes.reshape(-1) - shift


def numeric(column: pd.Series) -> FloatArray:
    """A column as floats, missing as NaN; raises TypeError for text."""
    if isinstance(column.dtype, pd.CategoricalDtype) or not (
        pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype)
    ):
        raise TypeError(f"column {column.name!r} holds {column.dtype}, not numbers")
    if isinstance(column.dtype, np.dtype):
        return column.to_numpy().astype(np.float64, copy=False)
    return column.to_numpy(dtype=np.float64, na_value=np.nan)
