"""A design is described once, checked, and never changed."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey


def sample() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "w": [10.0, 10.0, 20.0, 20.0],
            "wijk": ["a", "a", "b", "b"],
            "ja": [1.0, 0.0, 1.0, np.nan],
            "N": [20, 20, 40, 40],
        }
    )


def test_degrees_of_freedom_are_clusters_minus_strata():
    assert survey.design(sample(), weights="w", strata="wijk", lonely="error").degf == 2


def test_the_rule_for_a_lonely_stratum_must_be_chosen():
    with pytest.raises(ValueError, match="lonely must be one of error, adjust, average, certainty, remove; got None"):
        survey.design(sample(), weights="w", strata="wijk")


def test_an_unknown_column_gets_the_nearest_name():
    with pytest.raises(survey.SurveyError, match=r"kolom 'wijkk' bestaat niet in het bestand. Bedoelde u 'wijk'"):
        survey.design(sample(), weights="w", strata="wijkk", lonely="error")


@pytest.mark.parametrize(
    ("value", "words"),
    [(-1.0, "het gewicht is negatief bij 1 rijen .rij 2."), (np.nan, "ontbreekt of is oneindig bij 1 rijen .rij 2.")],
)
def test_a_bad_weight_is_named_by_row(value, words):
    with pytest.raises(survey.SurveyError, match=words):
        survey.design(sample().assign(w=[10.0, value, 20.0, 20.0]), weights="w")


def test_weights_that_are_all_zero_are_refused():
    with pytest.raises(survey.SurveyError, match="kolom w: alle gewichten zijn nul"):
        survey.design(sample().assign(w=0.0), weights="w")


def test_an_empty_frame_is_refused():
    with pytest.raises(survey.SurveyError, match="het bestand heeft geen rijen"):
        survey.design(sample().iloc[:0], weights="w")


def test_a_population_smaller_than_the_sample_is_refused():
    with pytest.raises(survey.SurveyError, match="de populatie in stratum 'a' telt 1, maar er zijn er 2 getrokken"):
        survey.design(sample().assign(N=[1, 1, 40, 40]), weights="w", strata="wijk", fpc="N", lonely="error")


def test_weights_follow_from_the_populations():
    assert survey.design(sample(), strata="wijk", fpc="N", lonely="error").weights.tolist() == [10, 10, 20, 20]


def test_a_cluster_in_two_strata_is_refused_unless_nested():
    frame = sample().assign(huis=[1, 2, 1, 2])
    with pytest.raises(survey.SurveyError, match="cluster '1' ligt in meer dan een stratum"):
        survey.design(frame, weights="w", strata="wijk", clusters="huis", lonely="error")
    assert survey.design(frame, weights="w", strata="wijk", clusters="huis", lonely="error", nest=True).degf == 2


def test_new_columns_are_aligned_by_position_and_leave_the_first_design_alone():
    first = survey.design(sample(), weights="w")
    second = survey.with_columns(first, pd.DataFrame({"nieuw": [1, 0, 0, 1]}, index=[9, 8, 7, 6]))
    assert second.frame["nieuw"].tolist() == [1, 0, 0, 1]
    assert "nieuw" not in first.frame
    with pytest.raises(ValueError, match="'nieuw' has 1 values, the design has 4 rows"):
        survey.with_columns(first, {"nieuw": [1]})
