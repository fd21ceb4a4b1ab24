"""Attack on 200 random systems with hierarchies, optimality on small ones, planted leaks at 20,000 records."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from sdm_lib.disclosure import Microdata, guard
from sdm_lib.disclosure import aanvullend as aanvullend_module
from sdm_lib.disclosure.aanval import tekorten
from sdm_lib.disclosure.stelsel import Stelsel
from tests.unit.disclosure.test_herkenning import LEKKEN, records

pytestmark = pytest.mark.traag
DREMPEL = 10.0


def stelsel(rijen: int, kolommen: int, *, groepen: int, seed: int) -> Stelsel:
    """Counts of `rijen` areas by `kolommen` types with all totals; areas lie in `groepen` larger ones."""
    rng = np.random.default_rng(seed)
    x = rng.negative_binomial(1, 1 / (1 + rng.choice([8, 20, 60])), (rijen, kolommen)).astype(float)
    boven = np.array_split(np.arange(rijen), groepen)
    vol = np.vstack([x, *(x[deel].sum(0, keepdims=True) for deel in boven), x.sum(0, keepdims=True)])
    vol = np.hstack([vol, vol.sum(1, keepdims=True)])
    nummer = np.arange(vol.size).reshape(vol.shape)
    lijnen = [(lijn[-1], lijn[:-1]) for lijn in nummer]
    for j in range(kolommen + 1):
        lijnen += [(nummer[rijen + g, j], nummer[deel, j]) for g, deel in enumerate(boven)]
        lijnen.append((nummer[-1, j], nummer[rijen:-1, j]))
    matrix = np.zeros((len(lijnen), vol.size))
    for rij, (geheel, delen) in zip(matrix, lijnen, strict=True):
        rij[delen], rij[geheel] = 1.0, -1.0
    return naar_stelsel(vol.ravel(), sp.csr_matrix(matrix))


def naar_stelsel(waarde: np.ndarray, matrix: sp.csr_matrix) -> Stelsel:
    klein = (waarde > 0) & (waarde < DREMPEL)
    nul = np.zeros(len(waarde), dtype=bool)  # zeros in a small whole are hidden with it
    for rij in matrix:
        geheel = rij.indices[rij.data < 0][0]
        if klein[geheel]:
            nul[rij.indices[rij.data > 0]] = True
    return Stelsel(
        waarde=waarde, onder=np.where(nul, 0.0, np.minimum(1.0, waarde)), boven=np.full(len(waarde), np.inf),
        gewicht=np.ones(len(waarde)), vergelijkingen=matrix, zichtbaar=~klein & ~(nul & (waarde == 0)),
        laag=np.where(klein, 1.0, np.nan), hoog=np.where(klein, DREMPEL, np.nan),
        alleen=np.zeros(len(waarde), dtype=bool), stap=np.ones(len(waarde)),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(200))
def test_no_range_is_too_narrow(seed):
    rng = np.random.default_rng(1000 + seed)
    geval = stelsel(int(rng.integers(4, 25)), int(rng.integers(3, 10)), groepen=int(rng.integers(2, 5)), seed=seed)
    extra = aanvullend_module.aanvullend(geval)
    assert tekorten(geval, ~geval.zichtbaar | extra) == []
    assert (aanvullend_module.aanvullend(geval) == extra).all()


@pytest.mark.parametrize("seed", range(20))
def test_small_systems_are_within_a_quarter_of_the_optimum(seed):
    geval = stelsel(3, 3, groepen=2, seed=seed)
    vast = ~geval.zichtbaar
    extra = aanvullend_module.aanvullend(geval)
    kandidaten = np.flatnonzero(geval.zichtbaar & (geval.waarde > 0))
    if not tekorten(geval, vast):
        assert not extra.any()
        return
    for k in range(1, min(int(extra.sum()), 4)):  # every smaller set fails, so this is the optimum
        for keus in itertools.combinations(kandidaten, k):
            verborgen = vast.copy()
            verborgen[list(keus)] = True
            if not tekorten(geval, verborgen):
                assert extra.sum() <= 1.25 * k
                return


@pytest.mark.parametrize("soort", LEKKEN)
def test_a_dump_is_found_among_twenty_thousand(soort):
    frame = records(20_000)
    gevonden = guard(LEKKEN[soort](frame).encode(), soort="html", microdata=Microdata.van(frame))
    assert "records" in {bevinding.categorie for bevinding in gevonden}


def test_false_alarms_on_500_random_aggregates_are_below_two_percent(capsys):
    rng = np.random.default_rng(7)
    frame = records(1500)
    index = Microdata.van(frame)
    alarmen = 0
    for _ in range(500):
        sleutels = list(
            rng.choice(["geslacht", "stadsdeel", "voorziening", "aanbieder"], rng.integers(1, 3), replace=False)
        )
        maat = str(rng.choice(["bedrag", "intensiteit", "geboortejaar"]))
        tabel = frame.groupby(sleutels)[maat].agg(["mean", "size"]).round(int(rng.integers(0, 3))).reset_index()
        alarmen += bool(guard(tabel.head(40).to_html(index=False).encode(), soort="html", microdata=index))
    with capsys.disabled():
        print(f"false alarms: {alarmen} of 500")
    assert alarmen < 10


def test_random_pages_of_numbers_are_no_alarm():
    rng = np.random.default_rng(3)
    getallen = pd.DataFrame(rng.normal(0, 1e4, (400, 8)))
    assert guard(getallen.to_html().encode(), soort="html") == ()
