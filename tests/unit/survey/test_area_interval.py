"""Margins of single areas: the promised level whatever the truth is, and what the others may and may not do to them."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from sdm_lib import survey
from sdm_lib.survey.area_interval import Assisted, from_others
from sdm_lib.survey.small_area import between_variance


def assisted(estimate, *, mean=0.0, spread=1.0, se=1.0) -> Assisted:
    y = np.atleast_1d(np.asarray(estimate, dtype=float))
    return Assisted(y, np.full(len(y), se), np.full(len(y), mean), np.full(len(y), spread))


def model(**options) -> survey.AreaModel:
    rng = np.random.default_rng(3)
    x = np.linspace(-1, 1, 14)
    table = pd.DataFrame({"area": [f"w{k}" for k in range(14)], "x": x, "y": 2 + x + rng.normal(size=14), "v": 0.5})
    return survey.fay_herriot(table.assign(**options), direct="y", variance="v", covariates=["x"])


@pytest.mark.parametrize("spread", [0.0, 0.3, 1.0, 5.0])
@pytest.mark.parametrize("truth", [0.0, 0.5, -2.0, 4.0])
def test_the_interval_holds_the_truth_as_often_as_it_says_wherever_the_truth_is(truth, spread):
    """Not by drawing: the estimates whose interval holds the truth are a stretch, and its probability is known."""
    y = truth + np.linspace(-6, 6, 4_801)
    low, high = assisted(y, spread=spread).interval(level=0.9)
    held = y[(low <= truth) & (truth <= high)]
    assert special.ndtr(held.max() - truth) - special.ndtr(held.min() - truth) == pytest.approx(0.9, abs=1e-3)


def test_without_others_it_is_the_interval_of_the_answers_alone():
    low, high = assisted([3.0], mean=-50, spread=np.inf).interval()
    assert (low[0], high[0]) == pytest.approx((3 - 1.959964, 3 + 1.959964), abs=1e-5)


def test_where_others_are_sure_and_right_it_is_as_narrow_as_pratt_found():
    low, high = assisted([0.0], spread=0.0).interval()
    assert high[0] == pytest.approx(1.644854, abs=1e-3)  # the one-sided 95 % point, from a printed table
    assert low[0] == pytest.approx(-1.644854, abs=1e-3)


def test_the_estimate_of_the_model_lies_within_it():
    y = np.linspace(-8, 8, 81)
    for spread in (0.2, 1.0, 3.0):
        low, high = assisted(y, spread=spread).interval()
        shrunk = y * spread**2 / (1 + spread**2)
        assert ((low < shrunk) & (shrunk < high)).all()


def test_the_p_value_is_that_of_the_values_that_the_interval_leaves_out():
    one = assisted([1.7, -0.4, 6.0], mean=0.3, spread=0.8)
    low, high = one.interval(level=0.9)
    assert one.p(low) == pytest.approx(0.1, abs=1e-9)
    assert one.p(high) == pytest.approx(0.1, abs=1e-9)
    assert (one.p(high + 0.01) < 0.1).all()


def test_a_level_is_a_share():
    with pytest.raises(ValueError, match="level must lie between 0 and 1, got 95"):
        assisted([0.0]).interval(level=95)


def test_what_others_say_of_an_area_does_not_depend_on_its_own_answers():
    one = model()
    moved = model(y=np.where(np.arange(14) == 4, 40.0, one.direct))
    a, b = (from_others(found, np.eye(14)[[4]]) for found in (one, moved))
    assert (b.mean[0], b.spread[0]) == pytest.approx((a.mean[0], a.spread[0]), rel=1e-6)
    assert b.estimate[0] == 40.0


def test_it_is_the_model_of_the_others():
    whole = model()
    rest = np.arange(14) != 4
    a = between_variance(whole.direct[rest], whole.variance[rest], whole.x[rest], method="adjusted")
    others = survey.fay_herriot(
        pd.DataFrame({"area": np.array(whole.areas)[rest], "x": whole.x[rest, 1], "y": whole.direct[rest], "v": 0.5}),
        direct="y", variance="v", covariates=["x"],
    )  # fmt: skip
    found = from_others(whole, np.eye(14)[[4]])
    assert found.mean[0] == pytest.approx(float(whole.x[4] @ others.beta), rel=1e-6)
    error = float(whole.x[4] @ others.beta_covariance @ whole.x[4])
    assert found.spread[0] ** 2 == pytest.approx(a + error, rel=1e-6)


def test_an_area_that_others_say_nothing_about_keeps_its_own_interval():
    eigen = (np.arange(14) == 4).astype(float)
    found = model(x=eigen).estimates().set_index("area").loc["w4"]
    half = 1.959964 * np.sqrt(0.5)
    assert (found["ci_low"], found["ci_high"]) == pytest.approx((found["direct"] - half, found["direct"] + half))


def test_a_pair_is_tested_without_both_and_its_bounds_hold_the_difference():
    whole = model()
    pairs = [("w1", "w9"), ("w9", "w1")]
    found = survey.area_differences(whole, pairs)
    assert found["ci_low"].tolist() == pytest.approx((-found["ci_high"]).tolist()[::-1])
    assert ((found["ci_low"] < found["estimate"]) & (found["estimate"] < found["ci_high"])).all()
    naast = survey.area_differences(whole, [(f"w{k}", f"w{k + 1}") for k in range(13)])
    half = (naast["ci_high"] - naast["ci_low"]) / 2
    assert half.median() < 1.96 * np.sqrt(2 * 0.5), "narrower than the answers of both alone"
    assert (half > naast["se"]).all()


def test_a_pair_with_an_area_without_answers_has_no_bounds():
    empty = model(y=np.where(np.arange(14) == 4, np.nan, model().direct))
    found = survey.area_differences(empty, [("w1", "w4"), ("w1", "w2")])
    assert found[["ci_low", "ci_high", "p"]].isna().all(axis=1).tolist() == [True, False]
    assert found["se"].notna().all()


def test_few_answers_lie_where_they_should_on_the_arcsine_scale():
    """Anscombe: for 3 of 10 the share moves to (3 + 3/8) / (10 + 3/4), its variance to 1 / (4 * 10 + 2)."""
    table = pd.DataFrame({"area": list("abcd"), "y": [0.3, 0.5, 0.6, 0.2], "v": [1 / 40, 0.01, 0.01, 0.01]})
    found = survey.fay_herriot(table, direct="y", variance="v", scale="arcsine", smoothed=True)
    assert found.direct[0] == pytest.approx(np.arcsin(np.sqrt(3.375 / 10.75)))
    assert found.variance[0] == pytest.approx(1 / 42)
