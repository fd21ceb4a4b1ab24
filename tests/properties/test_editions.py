"""Two editions of one table, laid beside each other by somebody who has both: no small difference comes out."""

from __future__ import annotations

import numpy as np
import pytest

from sdm_lib.disclosure import Vrijgave, bevries, lees_edities, protect
from tests.properties.test_disclosure import BELEID, bereik, tabel

DREMPEL = 10.0


def correctie(aantallen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A later delivery: one or two cells a few persons more or less."""
    nieuw = aantallen.copy()
    for _ in range(int(rng.integers(1, 3))):
        cel = tuple(rng.integers(0, maat) for maat in nieuw.shape)
        nieuw[cel] = max(0, nieuw[cel] + int(rng.choice([-4, -3, -2, -1, 1, 2, 3, 4])))
    return nieuw


def verraden(oud: np.ndarray, ranges: dict[int, tuple[float, float]], getoond: np.ndarray) -> list[int]:
    """Cells of which the second edition tells that they moved, by less than the threshold.

    oud : what the first edition shows, NaN where hidden. ranges : what follows for the hidden cells of the second;
    getoond : what the second shows.
    """
    lek = [k for k in range(len(oud)) if 0 < abs(getoond[k] - oud[k]) < DREMPEL]
    for k, (laag, hoog) in ranges.items():
        bewogen = laag > oud[k] + 1e-6 or hoog < oud[k] - 1e-6
        weinig = laag > oud[k] - DREMPEL + 1e-6 and hoog < oud[k] + DREMPEL - 1e-6
        if bewogen and weinig:
            lek.append(k)
    return lek


@pytest.mark.parametrize("seed", range(12))
def test_a_correction_gives_no_small_difference_away(tmp_path, seed):
    rng = np.random.default_rng(seed)
    vorm = (int(rng.integers(2, 5)), int(rng.integers(2, 4)))
    eerst = rng.negative_binomial(1, 1 / (1 + rng.choice([8, 40, 300])), vorm)
    (een,) = (uit := protect([tabel(eerst)], beleid=BELEID)).values()
    bevries(tmp_path, uit, vrijgave=Vrijgave("2015K2", "x", "2015-07-15"), bestanden={})
    later = correctie(eerst, rng)
    piece = tabel(later)
    (twee,) = protect([piece], beleid=BELEID, released=lees_edities(tmp_path)).values()
    waar = piece.results.frame["value"].to_numpy()
    ranges = bereik(twee, later.shape, waar)
    oud = een.table["value"].to_numpy()
    assert verraden(oud, ranges, twee.table["value"].to_numpy()) == []
