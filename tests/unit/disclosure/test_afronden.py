import numpy as np
import pytest
import scipy.sparse as sp

from sdm_lib.disclosure.afronden import rond_af


def tabel(rijen: int, kolommen: int, seed: int) -> tuple[np.ndarray, sp.csr_matrix]:
    """A table with its totals as one vector, and its sums."""
    x = np.random.default_rng(seed).poisson(8, (rijen, kolommen)).astype(float)
    vol = np.block([[x, x.sum(1, keepdims=True)], [x.sum(0, keepdims=True), x.sum(keepdims=True)]])
    nummer = np.arange(vol.size).reshape(vol.shape)
    lijnen = [*nummer, *nummer.T]
    matrix = np.zeros((len(lijnen), vol.size))
    for rij, lijn in zip(matrix, lijnen, strict=True):
        rij[lijn[:-1]], rij[lijn[-1]] = 1.0, -1.0
    return vol.ravel(), sp.csr_matrix(matrix)


@pytest.mark.parametrize("seed", range(5))
def test_rounded_tables_add_up_and_are_off_by_less_than_the_base(seed):
    x, sommen = tabel(12, 6, seed)
    y = rond_af(x, sommen, basis=5)
    assert np.abs(sommen @ y).max() == 0
    assert np.abs(y - x).max() < 5
    assert (y % 5 == 0).all()
    assert (y[x % 5 == 0] == x[x % 5 == 0]).all()


def test_counts_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="do not satisfy the equations"):
        rond_af(np.array([1.0, 2.0, 4.0]), sp.csr_matrix([[1.0, 1.0, -1.0]]))
