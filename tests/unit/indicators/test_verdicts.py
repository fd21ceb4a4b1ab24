"""Verdicts: the published interval turned back into its test, and what may be said with how much certainty."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sdm_lib import survey
from sdm_lib.indicators.targets import Bereik
from sdm_lib.indicators.verdicts import Schatting, above, below, certainty, verdict

INF, NAN = math.inf, math.nan


def published(design, *, ci):
    row = survey.proportion(design, "ja", ci=ci).iloc[0]
    return Schatting(row["estimate"], row["ci_low"], row["ci_high"], row["se"], row["method"])


def sample(ja, n):
    return survey.design(
        pd.DataFrame({"ja": np.arange(n) < ja, "w": np.ones(n)}).astype({"ja": "float64"}), weights="w"
    )


@pytest.mark.parametrize("ci", ["wilson", "korn_graubard", "logit", "mean"])
@pytest.mark.parametrize(("ja", "n"), [(60, 200), (5, 40), (1900, 2000)])
def test_at_the_published_bound_the_certainty_is_exactly_ninety_seven_and_a_half(ci, ja, n):
    schatting = published(sample(ja, n), ci=ci)
    assert above(schatting, schatting.lower) == pytest.approx(0.975, abs=2e-6)
    assert below(schatting, schatting.upper) == pytest.approx(0.975, abs=2e-6)


@pytest.mark.parametrize("ja", [0, 40])
def test_a_share_of_nobody_or_everybody_has_one_certain_side(ja):
    schatting = published(sample(ja, 40), ci="auto")
    assert schatting.method == "korn_graubard"
    if ja == 0:
        assert below(schatting, schatting.upper) == pytest.approx(0.975, abs=1e-6)
        assert above(schatting, 0.01) == 0
    else:
        assert above(schatting, schatting.lower) == pytest.approx(0.975, abs=1e-6)
        assert below(schatting, 0.99) == 0


def test_the_test_of_wilson_is_the_score_test():
    schatting = published(sample(60, 200), ci="wilson")
    z = (0.30 - 0.25) / math.sqrt(0.25 * 0.75 / 200)
    df_correction = stats.t.ppf(0.975, 199) / stats.norm.ppf(0.975)
    assert above(schatting, 0.25) == pytest.approx(stats.norm.cdf(z / df_correction), abs=2e-3)


def test_a_mean_with_few_degrees_of_freedom_uses_student():
    half = stats.t.ppf(0.975, 5) * 0.2
    schatting = Schatting(7.0, 7 - half, 7 + half, 0.2, "t")
    assert above(schatting, 6.7) == pytest.approx(stats.t.cdf(1.5, 5), abs=1e-6)


@pytest.mark.parametrize(
    ("value", "uitspraak"),
    [
        (0.40, "gehaald"),  # z = 3.0
        (0.36, "waarschijnlijk gehaald"),  # z = 1.0: 0.84
        (0.34, "niet te zeggen"),
        (0.32, "waarschijnlijk niet gehaald"),
        (0.28, "niet gehaald"),
    ],
)
def test_the_five_verdicts_lie_symmetrically_around_the_target(value, uitspraak):
    se = 0.02
    schatting = Schatting(value, value - 1.959964 * se, value + 1.959964 * se, se, "t")
    assert verdict(schatting, Bereik(0.34, INF, onder_open=True)) == uitspraak
    spiegel = Schatting(0.68 - value, 0.68 - value - 1.959964 * se, 0.68 - value + 1.959964 * se, se, "t")
    assert verdict(spiegel, Bereik(-INF, 0.34)) == uitspraak


@pytest.mark.parametrize(
    ("value", "se", "uitspraak"),
    [
        (0.50, 0.01, "gehaald"),  # both edges 3 se away
        (0.50, 0.05, "niet te zeggen"),  # may well be outside
        (0.70, 0.05, "niet gehaald"),
        (0.58, 0.04, "waarschijnlijk niet gehaald"),
    ],
)
def test_a_band_is_met_by_equivalence(value, se, uitspraak):
    schatting = Schatting(value, value - 1.959964 * se, value + 1.959964 * se, se, "t")
    assert verdict(schatting, Bereik(0.47, 0.53)) == uitspraak


def test_certainty_of_a_band_by_hand():
    schatting = Schatting(0.52, 0.52 - 1.959964 * 0.02, 0.52 + 1.959964 * 0.02, 0.02, "t")
    meets, misses = certainty(schatting, Bereik(0.47, 0.53))
    assert meets == pytest.approx(stats.norm.cdf(0.5), abs=1e-6)
    assert misses == pytest.approx(stats.norm.cdf(-0.5), abs=1e-6)


@pytest.mark.parametrize(
    ("value", "definitief", "uitspraak"),
    [
        (201, True, "gehaald"), (200, True, "niet gehaald"),
        (201, False, "waarschijnlijk gehaald"), (200, False, "waarschijnlijk niet gehaald"),
        (NAN, True, "niet gemeten"),
    ],
)  # fmt: skip
def test_a_full_count_is_compared_exactly(value, definitief, uitspraak):
    assert verdict(Schatting(value, definitief=definitief), Bereik(200, INF, onder_open=True)) == uitspraak


def test_a_year_without_measurement_has_no_verdict():
    assert verdict(Schatting(0.4, 0.3, 0.5, 0.05), None) == "niet gemeten"
