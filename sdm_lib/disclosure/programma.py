"""A linear program of which the sums stay and the aim and the bounds change: what attacker and auditor solve.

HiGHS through its own bindings, for that keeps the basis of the last answer: the next question about the same sums takes
a tenth of the time of a program that is set up anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from sdm_lib.disclosure.stelsel import Vector


@dataclass(frozen=True, eq=False)
class Oplossing:
    """The furthest point, and per sum how much the aim would give for one more of it."""

    x: Vector
    marges: Vector


class Programma:
    """Points x with matrix x = rechts.

    >>> samen = Programma(csr_matrix([[1.0, 1.0]]), np.array([10.0]))
    >>> samen.los(np.array([1.0, 0.0]), np.zeros(2), np.array([9.0, 7.0])).x.tolist()
    [3.0, 7.0]
    >>> samen.los(np.array([1.0, 0.0]), np.zeros(2), np.array([2.0, 7.0])) is None
    True
    """

    def __init__(self, matrix: csr_matrix, rechts: Vector) -> None:
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for naam, waarde in (("output_flag", False), ("threads", 1)):  # one thread: the same answer on every machine
            self._highs.setOptionValue(naam, waarde)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.col_cost_ = lp.col_lower_ = lp.col_upper_ = np.zeros(lp.num_col_)
        lp.row_lower_ = lp.row_upper_ = rechts
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
        self._highs.passModel(lp)
        self._kolommen = np.arange(lp.num_col_, dtype=np.int32)

    def los(self, doel: Vector, onder: Vector, boven: Vector) -> Oplossing | None:
        """The point within the bounds where doel x is least; None when there is none."""
        n = len(self._kolommen)
        self._highs.changeColsBounds(n, self._kolommen, onder, boven)
        self._highs.changeColsCost(n, self._kolommen, doel)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        uit = self._highs.getSolution()
        return Oplossing(np.array(uit.col_value), np.array(uit.row_dual))
