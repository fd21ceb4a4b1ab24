"""Rates against published limits and worked examples."""

import numpy as np
import pytest

from sdm_lib.survey import rates


def test_wilson_stays_inside_zero_and_one_exactly():
    low, high = rates.wilson([0, 20], [20, 20])
    assert low[0] == 0.0
    assert high[1] == 1.0
    # z^2 / (n + z^2) with z = 1.959964
    assert high[0] == pytest.approx(3.841459 / 23.841459, rel=1e-6)


@pytest.mark.parametrize(("count", "low", "high"), [(1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904)])
def test_exact_limits_equal_the_table_of_garwood(count, low, high):
    found = rates.exact(count)
    assert (float(found[0]), float(found[1])) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_byar_nears_the_exact_limits():
    low, high = rates.byar(50)
    exact_low, exact_high = rates.exact(50)
    assert (float(low), float(high)) == (
        pytest.approx(float(exact_low), rel=1e-3),
        pytest.approx(float(exact_high), rel=1e-3),
    )


def test_a_count_of_zero_has_lower_limit_zero():
    assert float(rates.byar(0)[0]) == 0.0
    assert float(rates.exact(0)[0]) == 0.0


def test_one_class_standardised_is_the_crude_rate():
    crude, standard = rates.rate(30, 4000), rates.dobson([30], [4000], standard=[7])
    assert (standard.value, standard.low, standard.high) == pytest.approx((crude.value, crude.low, crude.high))


def test_standardised_rate_weighs_the_classes():
    found = rates.dobson([10, 40], [1000, 2000], standard=[3, 1])
    assert found.value == pytest.approx(1000 * (0.75 * 0.01 + 0.25 * 0.02))


def test_a_class_without_people_is_refused():
    with pytest.raises(ValueError, match="class 1 has no population, but has a standard weight"):
        rates.dobson([1, 0], [100, 0], standard=[1, 1])


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="a count must be zero or more, got -1"):
        rates.byar(-1)


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ValueError, match="0 <= successes <= n"):
        rates.wilson(6, 5)


def test_funnel_narrows_with_size():
    low, high = rates.funnel_limits(0.2, np.array([20, 200, 2000]))
    assert np.all(np.diff(high - low) < 0)
    assert np.all((low < 0.2) & (high > 0.2))


def test_ratio_of_expected_counts():
    assert rates.indirect_ratio(20, rates.expected_count([1000], [0.02])).value == pytest.approx(1.0)
