"""Estimates on numbers that can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey


def sample() -> pd.DataFrame:
    return pd.DataFrame(
        {"w": [1.0] * 4, "ja": [1.0, 0.0, 1.0, np.nan], "y": [1.0, 2.0, 3.0, 6.0], "g": ["a", "a", "b", "b"]}
    )


def test_mean_of_an_unweighted_sample_has_the_textbook_standard_error():
    found = survey.mean(survey.design(sample(), weights="w"), "y").iloc[0]
    assert found["estimate"] == 3.0
    assert found["se"] == pytest.approx(np.std([1, 2, 3, 6], ddof=1) / 2)


def test_a_missing_answer_is_counted_and_left_out():
    found = survey.proportion(survey.design(sample(), weights="w"), "ja").iloc[0]
    assert (found["estimate"], found["n"], found["n_missing"]) == (pytest.approx(2 / 3), 3, 1)


def test_a_share_of_zero_has_an_interval_of_some_width():
    frame = sample().assign(ja=0.0)
    found = survey.proportion(survey.design(frame, weights="w"), "ja").iloc[0]
    assert found["method"] == "korn_graubard"
    # Clopper-Pearson, 0 of 4: 1 - 0.025 ** (1 / 4)
    assert (found["ci_low"], found["ci_high"]) == (0.0, pytest.approx(1 - 0.025**0.25))


def test_a_domain_without_answers_is_empty_and_says_so():
    frame = sample().assign(ja=[1.0, 0.0, np.nan, np.nan])
    found = survey.proportion(survey.design(frame, weights="w"), "ja", by="g").set_index("g").loc["b"]
    assert np.isnan(found["estimate"])
    assert (found["n"], found["n_missing"], found["method"]) == (0, 2, "geen antwoorden")


def test_a_domain_is_not_a_filtered_frame():
    design = survey.design(sample(), weights="w")
    inside = survey.mean(design, "y", where=[True, True, False, False])["se"].item()
    # u = (y - 1.5) / 2 for the two rows inside, zero for the others: 4/3 * sum u^2
    assert inside == pytest.approx(np.sqrt(4 / 3 * (0.25**2 + 0.25**2)))


def test_shares_of_a_text_column_have_a_row_per_category_and_add_up():
    found = survey.proportion(survey.design(sample(), weights="w"), "g")
    assert found["category"].tolist() == ["a", "b"]
    assert found["estimate"].sum() == pytest.approx(1)


def test_text_has_no_mean():
    with pytest.raises(survey.SurveyError, match="kolom g: de kolom bevat tekst"):
        survey.mean(survey.design(sample(), weights="w"), "g")


def test_a_lonely_stratum_stops_the_estimate_by_name():
    frame = sample().assign(g=["a", "a", "a", "b"])
    design = survey.design(frame, weights="w", strata="g", lonely="error")
    with pytest.raises(survey.SurveyError, match="stratum 'b' heeft maar een cluster of respondent"):
        survey.mean(design, "y")


@pytest.mark.parametrize("clusters", ["psu", ["psu", "ssu"]])
def test_a_lonely_stratum_of_which_everybody_scores_zero_still_counts(clusters):
    # stratum a: cluster sums 3 and 5, so 2/1 * (1 + 1) = 4; two strata over one with a known spread: 8
    frame = pd.DataFrame({
        "w": 1.0, "h": list("aaaabb"), "psu": [1, 1, 2, 2, 3, 3], "ssu": range(6), "y": [1.0, 2, 2, 3, 0, 0],
    })  # fmt: skip
    design = survey.design(frame, weights="w", strata="h", clusters=clusters, lonely="average")
    assert survey.total(design, "y")["se"].tolist() == pytest.approx([8**0.5])
