"""Published figures beside each other: bounds of rounding, the Netherlands without Almere, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sdm_lib.indicators.references import compare_published
from sdm_lib.results import Kader

KADER = Kader("2022", "GM0034")
CIJFERS = pd.DataFrame({
    "gebied": ["GM0034", "GM0307", "NL"], "waarde": [48.0, 45.0, 60.0], "afronding": [1.0, 1.0, 1.0],
    "noemer": [200.0, np.nan, 1000.0], "bron": "CBS 83264NED",
})  # fmt: skip


def test_the_difference_has_the_bound_that_rounding_leaves_and_no_test(catalogus):
    found = compare_published(catalogus["BC02"], CIJFERS, eigen="GM0034", kader=KADER).frame
    amersfoort = found[found["groep"] == "referentie=GM0307"].iloc[0]
    assert amersfoort[["value", "reference", "lower", "upper"]].tolist() == [3.0, 45.0, 2.0, 4.0]
    assert np.isnan(amersfoort["p"])


def test_almere_is_taken_out_of_the_netherlands(catalogus):
    found = compare_published(catalogus["BC02"], CIJFERS, eigen="GM0034", kader=KADER).frame
    rest = (60.0 * 1000 - 48.0 * 200) / 800
    assert found.loc[found["groep"] == "referentie=NL", "reference"].item() == pytest.approx(rest)


def test_rounding_counts_for_more_where_almere_is_taken_out(catalogus):
    found = compare_published(catalogus["BC02"], CIJFERS, eigen="GM0034", kader=KADER).frame
    nederland = found[found["groep"] == "referentie=NL"].iloc[0]
    # the farthest that the two true values can be apart: 48.5 beside (60 - 0.5) without Almere, and the other way
    verste = [48 + s / 2 - ((60 - s / 2) * 1000 - (48 + s / 2) * 200) / 800 for s in (-1, 1)]
    assert nederland[["lower", "upper"]].tolist() == pytest.approx(verste)


def test_a_part_of_an_indicator_stays_that_part(catalogus):
    found = compare_published(catalogus["BC08"], CIJFERS.assign(groep="wet=wmo"), eigen="GM0034", kader=KADER).frame
    assert found["groep"].tolist() == ["referentie=GM0307;wet=wmo", "referentie=NL;wet=wmo"]


def test_what_was_not_published_says_so(catalogus):
    cijfers = CIJFERS.assign(waarde=[48.0, np.nan, 60.0])
    found = compare_published(catalogus["BC02"], cijfers, eigen="GM0034", kader=KADER).frame
    assert found["status"].tolist() == ["niet_gepubliceerd", "ok"]


@pytest.mark.parametrize(
    ("cijfers", "eigen", "melding"),
    [
        (CIJFERS.assign(bron=["CBS", "CBS", "eigen register"]), "GM0034", "different publishers"),
        (CIJFERS.assign(groep=["", "", "wet=wmo"]), "GM0034", "different groups"),
        (CIJFERS.assign(gebied=["GM0034", "NL", "NL"]), "GM0034", "more than once"),
        (CIJFERS, "GM9999", "no figure for GM9999; it may not have been published"),
        (CIJFERS.assign(waarde=[np.nan, 1.0, 2.0]), "GM0034", "no figure for GM0034"),
    ],
)
def test_what_is_not_like_with_like_is_refused(catalogus, cijfers, eigen, melding):
    with pytest.raises(ValueError, match=melding):
        compare_published(catalogus["BC02"], cijfers, eigen=eigen, kader=KADER)
