"""Protection as a law: whatever the counts, nobody can compute a hidden one, and protecting twice changes nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sdm_lib.disclosure import Publishable, protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.results import COLUMNS, Kader, Piece, Results, build

BELEID = beleid_standaard()
KADER = Kader("2015K2", "GM0034", gebied_jaar="2017", source="register")


def tabel(aantallen: np.ndarray) -> Piece:
    """Areas by wet with both totals, as one piece."""
    vol = np.block([[aantallen, aantallen.sum(1, keepdims=True)], [aantallen.sum(0), aantallen.sum()]])
    rijen = [
        {
            "gebied": "GM0034" if i == len(aantallen) else f"WK{i}",
            "gebied_soort": "gemeente" if i == len(aantallen) else "stadsdeel",
            "groep": "" if j == aantallen.shape[1] else f"wet=w{j}",
            "value": float(x), "numerator": float(x), "n": float(x),
        }
        for i, rij in enumerate(vol) for j, x in enumerate(rij)
    ]  # fmt: skip
    results = build(pd.DataFrame(rijen), kader=KADER, indicator="BC01", unit="aantal")
    return Piece("basiscijfers/GM0034/1", "table", "register", results)


def bereik(uit: Publishable, vorm: tuple[int, int], waar: np.ndarray) -> dict[int, tuple[float, float]]:
    """What an attacker knows of every hidden cell, from the published table alone and the layout of its sums."""
    rijen, kolommen = vorm[0] + 1, vorm[1] + 1
    nummer = np.arange(rijen * kolommen).reshape(rijen, kolommen)
    matrix = np.zeros((rijen + kolommen, rijen * kolommen))
    for rij, lijn in zip(matrix, [*nummer, *nummer.T], strict=True):
        rij[lijn[:-1]], rij[lijn[-1]] = 1.0, -1.0
    waarden = uit.table["value"].to_numpy()
    klein_geheel = np.zeros(rijen * kolommen, dtype=bool)
    for lijn in [*nummer, *nummer.T]:
        if 0 < waar[lijn[-1]] < 10:
            klein_geheel[lijn[:-1]] = True
    grenzen = [(w, w) if w == w else (0.0 if k else 1.0, None) for w, k in zip(waarden, klein_geheel, strict=True)]
    uitkomst = {}
    for cel in np.flatnonzero(np.isnan(waarden)):
        doel = np.zeros(rijen * kolommen)
        doel[cel] = 1.0
        laag = linprog(doel, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=grenzen).fun
        hoog = linprog(-doel, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=grenzen)
        uitkomst[int(cel)] = (laag, np.inf if hoog.status == 3 else -hoog.fun)
    return uitkomst


aantal = st.integers(0, 9) | st.integers(0, 60) | st.integers(100, 4000)
tabellen = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda vorm: st.lists(aantal, min_size=vorm[0] * vorm[1], max_size=vorm[0] * vorm[1]).map(
        lambda x: np.array(x).reshape(vorm)
    )
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(tabellen)
def test_no_small_count_can_be_computed_from_a_published_table(aantallen):
    piece = tabel(aantallen)
    (uit,) = protect([piece], beleid=BELEID).values()
    waar = piece.results.frame["value"].to_numpy()
    klein = (waar > 0) & (waar < 10)
    assert (uit.table["status"].to_numpy()[klein] != "ok").all()
    for cel, (laag, hoog) in bereik(uit, aantallen.shape, waar).items():
        if klein[cel] and uit.table["status"][cel] == "onderdrukt":
            assert laag <= 1 + 1e-6
            assert hoog >= 10 - 1e-6


@settings(max_examples=15, deadline=None, derandomize=True)
@given(tabellen)
def test_protecting_twice_is_protecting_once(aantallen):
    (een,) = protect([tabel(aantallen)], beleid=BELEID).values()
    opnieuw = Piece(een.id, een.vorm, een.policy, Results(een.table[list(COLUMNS)]))
    (twee,) = protect([opnieuw], beleid=BELEID).values()
    pd.testing.assert_frame_equal(een.table, twee.table)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(tabellen, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(aantallen, random):
    piece = tabel(aantallen)
    volgorde = list(range(len(piece.results)))
    random.shuffle(volgorde)
    geschud = dataclasses.replace(piece, results=Results(piece.results.frame.iloc[volgorde]))
    (een,) = protect([piece], beleid=BELEID).values()
    (twee,) = protect([geschud], beleid=BELEID).values()
    assert twee.table["status"].tolist() == een.table["status"].iloc[volgorde].tolist()
