"""Intervals for shares: published examples, edges, and which one is taken."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey
from sdm_lib.survey.intervals import Shares, share_interval, t_quantile


def share(yes: int, n: int, **options) -> pd.Series:
    frame = pd.DataFrame({"w": 1.0, "ja": [1.0] * yes + [0.0] * (n - yes)})
    return survey.proportion(survey.design(frame, weights="w"), "ja", **options).iloc[0]


@pytest.mark.parametrize(
    ("yes", "n", "method"),
    [
        (50, 100, "wilson"),
        (12, 100, "wilson"),
        (11, 100, "korn_graubard"),
        (0, 500, "korn_graubard"),
        (500, 500, "korn_graubard"),
    ],
)
def test_rare_shares_get_korn_graubard_by_themselves(yes, n, method):
    # n_eff is p(1-p)/se^2 = n - 1 here: 11 of 100 gives 9.69, 12 of 100 gives 10.45
    assert share(yes, n)["method"] == method


def test_at_the_full_sample_size_korn_graubard_is_clopper_pearson():
    one = np.ones(1)
    shares = Shares(0.25 * one, 0.1 * one, 20 * one, 20 * one, 19.0, 20 * one)
    (low,), (high,), _ = share_interval(shares, ci="korn_graubard", level=0.95)
    # the exact limits of 5 out of 20
    assert (low, high) == (pytest.approx(0.0865715, abs=1e-6), pytest.approx(0.4910459, abs=1e-6))


@pytest.mark.parametrize("ci", ["auto", "korn_graubard", "wilson", "beta"])
@pytest.mark.parametrize("yes", [0, 30])
def test_intervals_at_zero_and_one_have_width(ci, yes):
    found = share(yes, 30, ci=ci)
    assert found["ci_low"] <= found["estimate"] <= found["ci_high"]
    assert found["ci_high"] - found["ci_low"] > 0.05


def test_bounds_stay_within_zero_and_one():
    found = [share(yes, 12, ci=ci) for yes in range(13) for ci in ("auto", "wilson", "korn_graubard")]
    assert all(0 <= row["ci_low"] <= row["estimate"] <= row["ci_high"] <= 1 for row in found)


def test_a_census_has_no_margin():
    frame = pd.DataFrame({"ja": [1.0] * 5 + [0.0] * 5, "w": 1.0})
    found = survey.proportion(survey.design(frame, weights="w", fpc=10), "ja").iloc[0]
    assert (found["ci_low"], found["ci_high"], found["method"]) == (0.5, 0.5, "telling")


def test_a_finite_population_narrows_the_margin_of_professionals():
    frame = pd.DataFrame({"ja": [1.0] * 69 + [0.0] * 69})
    closed = survey.proportion(survey.design(frame, fpc=168), "ja").iloc[0]
    # 138 of all 168 answered: 3.5 points instead of 8.2
    assert (closed["ci_high"] - closed["ci_low"]) / 2 == pytest.approx(0.035, abs=0.002)
    loose = survey.proportion(survey.design(frame), "ja").iloc[0]
    assert (loose["ci_high"] - loose["ci_low"]) / 2 == pytest.approx(0.082, abs=0.002)


def test_a_share_fixed_by_the_weighting_says_so():
    frame = pd.DataFrame({"w": 1.0, "g": ["a"] * 30 + ["b"] * 30})
    weighted = survey.poststratify(survey.design(frame, weights="w"), survey.from_dict({"g": {"a": 25, "b": 75}}))
    found = survey.proportion(weighted, "g", category="a").iloc[0]
    assert (found["estimate"], found["ci_low"], found["method"]) == (
        pytest.approx(0.25),
        pytest.approx(0.25),
        "vastgelegd door de weging",
    )


def test_one_respondent_has_no_degrees_of_freedom():
    frame = pd.DataFrame({"w": [1.0, 1.0], "h": ["a", "b"], "ja": [1.0, 0.0]})
    found = survey.proportion(survey.design(frame, weights="w", strata="h", lonely="remove"), "ja").iloc[0]
    assert found["method"] == "geen vrijheidsgraden"


def test_an_unknown_interval_is_named():
    with pytest.raises(ValueError, match="ci must be one of auto, korn_graubard"):
        share(1, 5, ci="wald")
    with pytest.raises(ValueError, match="level must lie between 0 and 1, got 95"):
        share(1, 5, level=95)
    with pytest.raises(survey.SurveyError, match="categorie '2' bestaat niet; er zijn: 0, 1"):
        share(1, 5, category="2")


@pytest.mark.parametrize("ci", ["logit", "xlogit", "asin"])
@pytest.mark.parametrize("yes", [0, 40])
def test_an_interval_that_does_not_exist_at_zero_and_one_makes_way_for_korn_graubard(ci, yes):
    found, other = share(yes, 40, ci=ci), share(yes, 40, ci="korn_graubard")
    assert found["method"] == "korn_graubard"
    assert (found["ci_low"], found["ci_high"]) == (other["ci_low"], other["ci_high"])
    assert np.isnan(t_quantile(0, 0.95))


def test_the_likelihood_interval_of_nobody_is_where_the_likelihood_has_fallen_enough():
    found = share(0, 40, ci="likelihood")
    # 2 n log(1 / (1 - p)) = t^2, with the n (n-1)/n that R takes
    assert found["ci_high"] == pytest.approx(1 - np.exp(-(t_quantile(39, 0.95) ** 2) / (2 * 39)), rel=1e-9)
    assert (found["ci_low"], found["method"]) == (0.0, "likelihood")


def test_a_plain_margin_of_nobody_says_that_it_is_none():
    assert share(0, 40, ci="mean")["method"] == "mean, geen spreiding"
    assert share(10, 40, ci="mean")["method"] == "mean"


def test_wilson_believes_no_effective_size_above_the_real_one():
    # two of the fifty with a small weight said yes: the variance estimate knows nothing of the heavy ones
    frame = pd.DataFrame({"w": [1.0] * 50 + [20.0] * 50, "h": ["a"] * 50 + ["b"] * 50, "ja": [1.0] * 2 + [0.0] * 98})
    sample = survey.design(frame, weights="w", strata="h", lonely="error")
    found = survey.proportion(sample, "ja", ci="wilson").iloc[0]
    assert found["n_eff"] > 1000
    t, p = t_quantile(98, 0.95), 100 * 2 / 1050 / 100
    centre, half = p + t**2 / 200, t * np.sqrt(p * (1 - p) / 100 + t**2 / 40_000)
    assert found["ci_high"] == pytest.approx((centre + half) / (1 + t**2 / 100))


def test_degrees_of_freedom_of_domains_are_those_of_their_own_clusters_and_strata():
    frame = pd.DataFrame(
        {
            "w": [1.0, 1, 1, 1, 1, 1, 1, 0],
            "h": ["a", "a", "a", "a", "b", "b", "b", "b"],
            "c": [1, 1, 2, 3, 4, 5, 6, 7],
            "g": ["x", "y", "x", "y", "x", "y", "y", "x"],
            "ja": [1.0, 0, 1, 0, 1, 0, 1, 0],
        }
    )
    sample = survey.design(frame, weights="w", strata="h", clusters="c", lonely="remove")
    found = survey.proportion(sample, "ja", by="g", df="domain")
    # x: clusters 1, 2 and 4 (the last has no weight) in two strata; y: 1, 3, 5 and 6 in two strata
    assert found["df"].tolist() == [1.0, 2.0]
