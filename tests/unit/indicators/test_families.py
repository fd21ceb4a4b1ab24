"""Families of tests against the table of Benjamini and Hochberg themselves."""

from __future__ import annotations

import pandas as pd
import pytest

from sdm_lib import results
from sdm_lib.indicators.compare import adjusted
from sdm_lib.results import Kader

# Benjamini & Hochberg (1995), JRSS B 57, 289-300, section 3: fifteen ordered p-values of a trial of thrombolysis
P = (
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
)


def corrected(values):
    frame = pd.DataFrame({"indicator": [f"A{k:02d}" for k in range(len(values))], "p": values, "value": 0.1, "n": 100})
    return adjusted(results.build(frame, kader=Kader("2015K2", "GM0034"), measure="difference")).frame["p_adj"]


def test_four_hypotheses_are_rejected_as_in_the_paper():
    p_adj = corrected(P)
    assert (p_adj < 0.05).sum() == 4  # the paper: "we reject the four hypotheses"; Bonferroni rejects three
    assert p_adj.iloc[3] == pytest.approx(0.0095 * 15 / 4)
    assert sum(p < 0.05 / 15 for p in P) == 3


def test_the_order_of_the_rows_does_not_matter():
    omgekeerd = corrected(P[::-1])
    assert omgekeerd.tolist()[::-1] == corrected(P).tolist()


def test_what_was_not_tested_does_not_count_in_the_family():
    with_gap = corrected((*P[:4], float("nan")))
    assert with_gap.isna().tolist() == [False] * 4 + [True]
    assert with_gap.iloc[0] == pytest.approx(0.0001 * 4)
