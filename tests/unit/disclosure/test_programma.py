"""A program that is asked again and again gives what scipy gives when it is set up anew."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from sdm_lib.disclosure.programma import Programma


@pytest.mark.parametrize("zaad", range(8))
def test_every_next_question_is_answered_as_by_a_program_of_its_own(zaad):
    rng = np.random.default_rng(zaad)
    matrix = csr_matrix(rng.integers(-1, 2, size=(6, 15)).astype(float))
    waar = rng.integers(0, 20, size=15).astype(float)
    programma = Programma(matrix, matrix @ waar)
    opgelost = 0
    for _ in range(12):
        doel = rng.normal(size=15).round(2)
        onder, boven = waar - rng.integers(0, 9, size=15), waar + rng.integers(-1, 9, size=15)
        boven = np.maximum(boven, onder)
        eigen = programma.los(doel, onder, boven)
        ander = linprog(doel, A_eq=matrix, b_eq=matrix @ waar, bounds=np.column_stack([onder, boven]))
        assert (eigen is None) == (ander.x is None)
        if eigen is not None:
            opgelost += 1
            assert doel @ eigen.x == pytest.approx(ander.fun)
            assert matrix @ eigen.x == pytest.approx(matrix @ waar)
            # by duality: with the sums priced, what is left to gain lies in the bounds alone
            rest = doel - matrix.T @ eigen.marges
            grens = np.where(rest > 0, onder, boven)
            assert doel @ eigen.x == pytest.approx((matrix @ waar) @ eigen.marges + rest @ grens)
    assert opgelost > 3
