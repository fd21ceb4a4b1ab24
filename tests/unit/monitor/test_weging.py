"""From a drawn sample to a weighted design, on frames small enough to check by hand."""

import pandas as pd
import pytest

from sdm_lib import survey
from sdm_lib.errors import InvoerFout
from sdm_lib.monitor.runfile import Weging
from sdm_lib.monitor.weging import as_survey_classes, targets, weighted_design


def drawn():
    """Six drawn in two areas; one was not eligible, one did not answer."""
    return pd.DataFrame(
        {
            "stadsdeel": ["A", "A", "A", "B", "B", "B"],
            "leeftijd": ["18-29", "30-64", "30-64", "18-29", "30-64", "30-64"],
            "uitkomst": ["volledig", "volledig", "geen_respons", "gedeeltelijk", "volledig", "niet_in_aanmerking"],
            "w0": [10.0, 10.0, 10.0, 20.0, 20.0, 20.0],
            "ja": [1.0, 0.0, None, 1.0, 1.0, None],
        }
    )


def population():
    return pd.DataFrame(
        {
            "peildatum": ["2015-04-01"] * 6 + ["2015-07-01"],
            "stadsdeel": ["A", "A", "A", "B", "B", "B", "A"],
            "leeftijd": ["0-17", "18-22", "23-29", "18-29", "30-64", "30-64", "18-22"],
            "geslacht": ["man"] * 7,
            "inwoners": [5, 10, 15, 30, 20, 25, 999],
        }
    )


def weging(**anders):
    keys = {"gewicht": "w0", "strata": ("stadsdeel",), "marges": ("stadsdeel",), "doel": "steekproefkader"}
    return Weging(**(keys | {"lonely": "adjust"} | anders))


def test_the_drawn_and_eligible_are_the_totals_of_the_sampling_frame():
    table = targets(drawn(), weging(), bevolking=None)
    assert table.to_dict("list") == {"variable": ["stadsdeel"] * 2, "category": ["A", "B"], "total": [30.0, 40.0]}


def test_weights_of_the_respondents_add_up_to_the_totals():
    design = weighted_design(drawn(), weging())
    sums = pd.Series(design.weights).groupby(design.frame["stadsdeel"].to_numpy()).sum()
    assert sums.to_dict() == pytest.approx({"A": 30.0, "B": 40.0}, rel=1e-9)
    assert design.weighting.converged


def test_population_classes_fold_into_the_classes_of_the_survey_on_the_first_date():
    table = as_survey_classes(population(), klassen=["18-29", "30-64"], kolommen=["stadsdeel", "leeftijd"])
    assert table.to_dict("records") == [
        {"leeftijd": "18-29", "stadsdeel": "A", "inwoners": 25},
        {"leeftijd": "18-29", "stadsdeel": "B", "inwoners": 30},
        {"leeftijd": "30-64", "stadsdeel": "B", "inwoners": 45},
    ]


def test_a_crossing_is_named_as_its_variables_are():
    table = targets(drawn(), weging(doel="bevolking", marges=("stadsdeel*leeftijd",)), bevolking=population())
    assert dict(zip(table["category"], table["total"], strict=True)) == {
        "A*18-29": 25.0,
        "B*18-29": 30.0,
        "B*30-64": 45.0,
    }


def test_classes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="age class '18-22' straddles '20-64'"):
        as_survey_classes(population(), klassen=["20-64"], kolommen=["leeftijd"])


def test_a_census_has_a_smaller_margin_than_a_sample():
    open_, eindig = (weighted_design(drawn(), weging(eindig=census)) for census in (False, True))
    se_open, se_eindig = (survey.proportion(design, "ja")["se"].iloc[0] for design in (open_, eindig))
    assert se_eindig < se_open


def test_a_sample_in_which_nobody_answered_is_refused():
    with pytest.raises(InvoerFout, match=r"SDM-225 fout: c\.csv: niemand in dit bestand heeft geantwoord"):
        weighted_design(drawn().assign(uitkomst="geen_respons"), weging(), bevolking=None, bestand="c.csv")


def test_a_population_must_be_given_when_it_is_the_goal():
    with pytest.raises(ValueError, match="no population table was given"):
        targets(drawn(), weging(doel="bevolking"), bevolking=None)
