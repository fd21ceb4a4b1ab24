"""Quantiles, ratios, variances and planning on small numbers."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey


def sample() -> survey.SurveyDesign:
    frame = pd.DataFrame(
        {"w": [1.0] * 6, "y": [1.0, 2, 3, 4, 5, np.nan], "x": [2.0, 2, 2, 2, 2, 2], "g": list("aaabbb")}
    )
    return survey.design(frame, weights="w")


@pytest.mark.parametrize(
    ("rule", "value"), [("math", 2), ("school", 2), ("hf3", 2), ("hf4", 1.5), ("hf5", 2.0), ("hf6", 1.8), ("hf7", 2.2)]
)
def test_rules_differ_between_observations(rule, value):
    # p = 0.3 of 1..5, as the definitions of Hyndman and Fan give it
    assert survey.quantile(sample(), "y", 0.3, rule=rule)["estimate"].item() == pytest.approx(value)


def test_quantiles_by_domain_count_their_missing_answers():
    found = survey.quantile(sample(), "y", [0.5], by="g")
    assert found[["g", "estimate", "n", "n_missing"]].values.tolist() == [["a", 2.0, 3, 0], ["b", 4.0, 2, 1]]


def test_a_bound_outside_the_data_says_so():
    assert survey.quantile(sample(), "y", 0.7)["method"].item() == "buiten de gegevens"


def test_an_empty_domain_has_no_quantile():
    assert survey.quantile(sample(), "y", 0.5, where=sample().frame["y"].isna())["method"].item() == "geen antwoorden"


def test_p_must_be_a_share():
    with pytest.raises(ValueError, match="p must lie between 0 and 1, got 50"):
        survey.quantile(sample(), "y", 50)


def test_ratio_leaves_out_rows_that_miss_either():
    found = survey.ratio(sample(), "y", "x").iloc[0]
    assert (found["estimate"], found["n"], found["n_missing"]) == (1.5, 5, 1)


def test_ratio_with_a_denominator_of_zero_says_so():
    found = survey.ratio(survey.with_columns(sample(), {"nul": np.zeros(6)}), "y", "nul").iloc[0]
    assert np.isnan(found["estimate"])
    assert found["method"] == "noemer nul"


def test_variance_is_the_sample_variance_without_weights():
    assert survey.variance(sample(), "y").estimate[0] == pytest.approx(2.5)


def test_a_sample_for_five_points_in_a_large_city():
    plan = survey.sample_size(pd.DataFrame({"stratum": ["stad"], "population": [10**9]}), margin=0.05, response=0.5)
    assert plan[["needed", "invite"]].values.tolist() == [[385, 770]]


def test_a_stratum_that_is_too_small_is_not_attainable():
    strata = pd.DataFrame({"stratum": ["klein"], "population": [100], "response": [0.3]})
    plan = survey.sample_size(strata, margin=0.05).iloc[0]
    assert (plan["invite"], plan["attainable"]) == (100, False)
    assert plan["margin"] > 0.05


@pytest.mark.parametrize(
    ("strata", "options", "error", "words"),
    [
        ({"population": [10]}, {"margin": 0.05, "response": 0.5}, survey.SurveyError, "kolom 'stratum' bestaat niet"),
        (
            {"stratum": ["a"], "population": [0]},
            {"margin": 0.05, "response": 0.5},
            survey.SurveyError,
            "stratum 'a' heeft geen inwoners",
        ),
        (
            {"stratum": ["a"], "population": [9]},
            {"margin": 5, "response": 0.5},
            ValueError,
            "margin must lie between 0 and 1, got 5",
        ),
        ({"stratum": ["a"], "population": [9]}, {"margin": 0.05}, ValueError, "give response, or a column response"),
        (
            {"stratum": ["a"], "population": [9]},
            {"margin": 0.05, "response": 35},
            ValueError,
            "response must lie between 0 and 1",
        ),
        (
            {"stratum": ["a"], "population": [9]},
            {"margin": 0.05, "response": 0.5, "deff": 0},
            ValueError,
            "deff must be positive",
        ),
    ],
)
def test_wrong_plans_are_named(strata, options, error, words):
    with pytest.raises(error, match=words):
        survey.sample_size(pd.DataFrame(strata), **options)


def test_exported_weights_do_not_overwrite_a_column():
    with pytest.raises(ValueError, match="column 'w' exists already"):
        survey.weighted_frame(sample(), weight="w")
