"""Trends and control charts against numbers by hand and published rules."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sdm_lib.indicators import series


def test_trend_of_shares_is_the_chi_squared_test_for_trend():
    x, n = np.array([10, 15, 20, 25, 30]), np.full(5, 100)
    # by hand: p = 0.2, score = sum t (x - n p) = 50, variance = p q (n sum t^2 - (n sum t)^2 / N) = 0.16 * 1000
    found = series.trend_of_shares(x, n)
    assert found.p == pytest.approx(stats.chi2.sf(50**2 / (0.16 * 1000), 1))
    assert found.richting == "stijgend"
    assert series.trend_of_shares(x[::-1], n).richting == "dalend"


def test_only_the_last_five_points_decide():
    x = [90, 10, 10, 10, 10, 10]
    assert series.trend_of_shares(x, [100] * 6).richting == "geen trend"


def test_four_points_are_no_trend():
    assert series.trend_of_shares([10, 20, 30, 40], [100] * 4).richting == "reeks te kort"
    assert series.trend_of_values([1, 2, 3], [0.1] * 3).richting == "reeks te kort"


def test_trend_of_values_is_the_weighted_slope_over_its_error():
    y, se = np.array([6.0, 6.1, 6.3, 6.2, 6.4]), np.array([0.1, 0.1, 0.2, 0.1, 0.1])
    w, t = 1 / se**2, np.arange(5)
    slope = np.polyfit(t, y, 1, w=1 / se)[0]
    centred = t - np.average(t, weights=w)
    z = slope * np.sqrt((w * centred**2).sum())
    assert series.trend_of_values(y, se).p == pytest.approx(2 * stats.norm.sf(z))


def test_a_share_that_is_zero_everywhere_has_no_trend():
    assert series.trend_of_shares([0] * 5, [100] * 5).richting == "geen trend"


def test_p_prime_limits_by_hand():
    x, n = np.array([10, 14] * 6), np.full(12, 100)
    # p = 0.12, sigma = sqrt(0.12 * 0.88 / 100); z jumps 0.04 / sigma each time, so sigma_z = that / 1.128
    found = series.p_chart(x, n)
    sigma_z = (0.04 / np.sqrt(0.12 * 0.88 / 100)) / 1.128
    half = 3 * np.sqrt(0.12 * 0.88 / 100) * sigma_z
    assert found.midden == pytest.approx(0.12)
    assert found.boven[0] == pytest.approx(0.12 + half)
    assert found.onder[0] == pytest.approx(0.12 - half)
    assert half == pytest.approx(3 * 0.04 / 1.128)
    assert found.oordeel == "geen signaal"


def test_with_equal_denominators_p_prime_and_xmr_have_the_same_limits():
    x, n = np.array([10, 14, 9, 13, 12, 11, 15, 10, 12, 13, 11, 12]), np.full(12, 100)
    laney, xmr = series.p_chart(x, n), series.xmr_chart(x / n)
    assert laney.boven[0] == pytest.approx(xmr.boven[0])  # Laney (2002), page 535: p' becomes an individuals chart
    assert laney.onder[0] == pytest.approx(xmr.onder[0])


def test_u_prime_does_not_flag_the_overdispersion_that_a_plain_u_chart_does():
    rng = np.random.default_rng(12)
    exposure = np.full(24, 200_000.0)
    rate = 0.01 * np.exp(rng.normal(0, 0.08, 24))
    count = rng.poisson(rate * exposure)
    plain = np.abs(count / exposure - 0.01) > 3 * np.sqrt(0.01 / exposure)
    assert plain.sum() >= 5
    beyond = ["buiten 3 sigma" in point for point in series.u_chart(count, exposure).signalen]
    assert sum(beyond) == 0


def test_xmr_limits_are_two_point_sixty_six_moving_ranges():
    found = series.xmr_chart([10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12])
    assert found.boven[0] == pytest.approx(11 + 2.66 * 2, abs=0.001)


def test_one_point_beyond_three_sigma_signals():
    x = [100, 103, 98, 101, 99, 102, 97, 100, 104, 99, 101, 100, 160]
    found = series.xmr_chart(x)
    assert found.signalen[-1] == ("buiten 3 sigma",)
    assert found.oordeel == "signaal"


def test_eight_on_one_side_signal_and_seven_do_not():
    assert series.rules([1.0] * 7 + [-1.0]) == ((),) * 8
    assert series.rules([-1.0] * 9)[7:] == (("8 aan een kant",), ("8 aan een kant",))
    assert series.rules([1.0] * 4 + [0.0] + [1.0] * 7) == ((),) * 12  # a point on the line ends the run


def test_a_short_series_gives_no_signal():
    found = series.xmr_chart([1, 1.1, 0.9, 1, 1.1, 0.9, 1, 1.1, 0.9, 1, 50])
    assert found.oordeel == "reeks te kort"
    assert not any(found.signalen)


def test_a_series_that_never_varies_gives_no_signal():
    assert series.u_chart([5] * 12, [100] * 12).oordeel == "geen signaal"
    assert series.p_chart([0] * 12, [100] * 12).oordeel == "geen signaal"


@pytest.mark.parametrize(
    ("call", "melding"),
    [
        (lambda: series.trend_of_shares([5, 2, 3, 4, 5], [4, 5, 5, 5, 5]), "a numerator exceeds its denominator"),
        (lambda: series.p_chart([1, 2], [10, 0]), "denominators above 0"),
        (lambda: series.p_chart([1, 2], [10]), r"shapes \(2,\) and \(1,\)"),
        (lambda: series.xmr_chart([1, np.nan]), "may not have missing points"),
        (lambda: series.trend_of_values([1.0] * 5, [0.0] * 5), "needs a positive standard error"),
    ],
)
def test_a_series_that_makes_no_sense_is_refused(call, melding):
    with pytest.raises(ValueError, match=melding):
        call()
