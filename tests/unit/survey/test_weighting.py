"""Weighting meets its margins, or says which one it cannot meet."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey


def sample(**columns) -> survey.SurveyDesign:
    frame = pd.DataFrame(
        {
            "w": [1.0, 1.0, 2.0, 2.0, 1.0, 1.0],
            "sekse": ["m", "v", "m", "v", "m", "v"],
            "wijk": ["a", "a", "a", "b", "b", "b"],
            "leeftijd": [20.0, 30.0, 40.0, 50.0, 60.0, 70.0],
        }
    )
    return survey.design(frame.assign(**columns), weights="w")


def targets(**margins) -> pd.DataFrame:
    return survey.from_dict(margins or {"sekse": {"m": 40, "v": 60}, "wijk": {"a": 50, "b": 50}})


def sums(design: survey.SurveyDesign, name: str) -> dict[str, float]:
    return pd.Series(design.weights).groupby(design.frame[name]).sum().round(6).to_dict()


def test_raking_meets_all_margins_and_reports_it():
    raked = survey.rake(sample(), targets())
    assert sums(raked, "sekse") == {"m": 40, "v": 60}
    assert sums(raked, "wijk") == {"a": 50, "b": 50}
    row = raked.weighting.as_frame().iloc[0]
    assert bool(row["converged"])
    assert row["sum_after"] == pytest.approx(100)
    assert raked.weighting.n_eff == pytest.approx(100**2 / (raked.weights**2).sum())
    assert "voldoet aan alle totalen" in raked.weighting.sentences()[0]
    assert "<h3>Weging</h3>" in raked.weighting._repr_html_()


def test_the_report_shows_each_margin_before_and_after():
    margins = survey.rake(sample(), targets()).weighting.margins().set_index(["variable", "category"])
    assert margins.loc[("sekse", "m"), ["asked", "before"]].tolist() == [40, 4]
    assert margins.loc[("sekse", "m"), "after"] == pytest.approx(40)


def test_the_report_says_where_the_totals_come_from():
    table = targets().assign(source="CBS StatLine 03759ned", date="2015-01-01")
    note = survey.rake(sample(), table).weighting.as_frame()["note"].item()
    assert note == "Bron: CBS StatLine 03759ned. Peildatum: 2015-01-01."


def test_the_first_design_keeps_its_weights():
    first = sample()
    survey.rake(first, targets())
    assert first.weights.tolist() == [1, 1, 2, 2, 1, 1]
    assert first.weighting is None


def test_a_crossing_is_a_margin():
    crossed = {"m*a": 10, "v*a": 20, "m*b": 30, "v*b": 40}
    weighted = survey.poststratify(sample(), survey.from_dict({"sekse*wijk": crossed}))
    assert weighted.weights.tolist() == pytest.approx([10 / 3, 20, 20 / 3, 80 / 3, 30, 40 / 3])


def test_poststratification_takes_one_variable():
    with pytest.raises(survey.SurveyError, match="poststratificatie naar sekse, wijk"):
        survey.poststratify(sample(), targets())


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"sekse": {"m": 40, "v": 50, "x": 10}}, "kolom sekse: categorie 'x' heeft totaal 10, maar niemand"),
        ({"sekse": {"m": 100}}, "kolom sekse: categorie 'v' komt 3 keer voor in de steekproef, maar heeft geen totaal"),
        ({"sekse": {"m": -1, "v": 101}}, "kolom sekse: het totaal van categorie 'm' is -1"),
        ({"sekse": {"m": 0, "v": 0}}, "de totalen tellen op tot nul"),
        ({"sekse": {"m": 40, "v": 60}, "wijk": {"a": 50, "b": 60}}, "sekse telt op tot 100, wijk tot 110"),
        ({"geslacht": {"m": 40}}, "kolom 'geslacht' bestaat niet"),
    ],
)
def test_impossible_totals_are_named(margins, words):
    with pytest.raises(survey.SurveyError, match=words):
        survey.rake(sample(), targets(**margins))


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(survey.SurveyError, match="mist kolom total"):
        survey.rake(sample(), pd.DataFrame({"variable": ["sekse"], "category": ["m"]}))


def test_a_category_given_twice_is_refused():
    table = pd.DataFrame({"variable": "sekse", "category": ["m", "m", "v"], "total": [1, 2, 3]})
    with pytest.raises(survey.SurveyError, match="categorie 'm' staat er meer dan eens in"):
        survey.rake(sample(), table)


def test_margins_that_cannot_be_met_carry_the_report():
    # everybody in wijk b is v, but more people live in wijk b than there are v
    design = sample(wijk=["a", "a", "a", "b", "a", "b"])
    with pytest.raises(survey.NotConverged, match="slechtste: ") as caught:
        survey.rake(design, targets(sekse={"m": 40, "v": 60}, wijk={"a": 30, "b": 70}), max_iterations=50)
    assert not caught.value.report.converged
    assert caught.value.report.worst_margin.variable in ("sekse", "wijk")


def test_a_missing_answer_on_a_weighting_variable_is_a_choice():
    design = sample(sekse=["m", None, "m", "v", "m", "v"])
    with pytest.raises(survey.SurveyError, match=r"kolom sekse: 1 rijen hebben geen antwoord .* .rij 2."):
        survey.rake(design, targets())
    own = survey.rake(design, targets(sekse={"m": 40, "v": 60}), missing="eigen categorie")
    # one of eight by weight stays one of eight, the others share the rest as asked
    assert own.weights[1] == pytest.approx(100 / 8)
    assert sums(own, "sekse") == {"m": 35, "v": 52.5}
    assert own.weighting.as_frame()["n_missing"].item() == 1
    drawn = survey.rake(design, targets(sekse={"m": 40, "v": 60}), missing="imputeer", rng=np.random.default_rng(1))
    assert drawn.weights.sum() == pytest.approx(100)
    with pytest.raises(ValueError, match="draws at random: pass rng"):
        survey.rake(design, targets(), missing="imputeer")


@pytest.mark.parametrize(
    ("method", "bounds"), [("linear", None), ("exponential", None), ("logit", (0.1, 50.0)), ("linear", (0.1, 50.0))]
)
def test_calibration_meets_categories_and_numbers_at_once(method, bounds):
    table = pd.concat(
        [targets(sekse={"m": 9, "v": 9}), pd.DataFrame({"variable": ["leeftijd"], "category": [""], "total": [820.0]})]
    )
    found = survey.calibrate(sample(), table, method=method, bounds=bounds)
    assert sums(found, "sekse") == {"m": 9, "v": 9}
    assert found.weights @ found.frame["leeftijd"] == pytest.approx(820)


def test_bounds_that_leave_no_room_do_not_converge():
    with pytest.raises(survey.NotConverged, match=r"kalibratie \(logit\).*slechtste: sekse"):
        survey.calibrate(sample(), targets(sekse={"m": 90, "v": 10}), method="logit", bounds=(0.5, 2.0))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "logit"}, "method='logit' needs bounds"),
        ({"bounds": (1.5, 2.0)}, "bounds must lie on both sides of 1"),
        ({"method": "cubic"}, "method must be one of linear, exponential, logit; got 'cubic'"),
        ({"formula": "~ sekse"}, "targets are a table, or a mapping"),
    ],
)
def test_wrong_use_of_calibrate_is_named(options, words):
    with pytest.raises(ValueError, match=words):
        survey.calibrate(sample(), targets(), **options)


def test_a_total_for_a_column_that_the_formula_lacks_is_named():
    with pytest.raises(survey.SurveyError, match="de formule heeft niet 'wijkb'"):
        survey.calibrate(sample(), {"(Intercept)": 8.0, "seksev": 4.0, "wijkb": 3.0}, formula="~ sekse")


def test_trimming_keeps_the_sum_and_the_bounds():
    trimmed = survey.trim(sample(w=[1.0, 1, 1, 1, 1, 13]), upper=6)
    assert trimmed.weights.max() <= 6
    assert trimmed.weights.sum() == pytest.approx(18)
    assert "1 gewichten lagen buiten onbegrensd tot 6" in trimmed.weighting.as_frame()["note"].item()


def test_trimming_and_raking_hold_together():
    table = targets(sekse={"m": 50, "v": 50}, wijk={"a": 45, "b": 55})
    free = survey.rake(sample(), table)
    cap = float(free.weights.max()) * 0.97
    both = survey.trim(sample(), upper=cap, targets=table)
    assert both.weights.max() <= cap * (1 + 1e-6)
    assert sums(both, "wijk") == {"a": 45, "b": 55}


def test_bounds_that_cannot_hold_the_sum_are_refused():
    with pytest.raises(survey.SurveyError, match="6 gewichten binnen onbegrensd tot 1 kunnen niet samen 8 zijn"):
        survey.trim(sample(), upper=1.0)
    with pytest.raises(ValueError, match="trim needs lower < upper"):
        survey.trim(sample())


def test_trimming_that_fights_the_margins_carries_the_report():
    with pytest.raises(survey.NotConverged, match="grenzen 15 tot 18 en totalen gaan niet samen"):
        survey.trim(sample(), lower=15, upper=18, targets=targets(sekse={"m": 20, "v": 80}))


def test_respondents_stand_for_their_class():
    found = survey.nonresponse(sample(r=[1, 0, 1, 1, 1, 0]), "r", by="wijk")
    assert sums(found, "wijk") == {"a": 4, "b": 4}
    assert found.weights[[1, 5]].tolist() == [0, 0]
    with pytest.raises(survey.SurveyError, match="in weegklasse 'b' heeft niemand geantwoord"):
        survey.nonresponse(sample(r=[1, 0, 1, 0, 0, 0]), "r", by="wijk")
    with pytest.raises(ValueError, match=r"either by .* or propensity"):
        survey.nonresponse(sample(r=1), "r")


def test_response_propensity_of_a_factor_equals_its_weighting_classes():
    design = sample(r=[1, 0, 1, 1, 1, 0])
    by_class, by_chance = (
        survey.nonresponse(design, "r", by="wijk"),
        survey.nonresponse(design, "r", propensity="~ wijk"),
    )
    # R's stopping rule leaves the eighth digit
    assert by_chance.weights == pytest.approx(by_class.weights, rel=1e-6)


def test_fifths_of_the_response_chance_keep_the_sum():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"w": 1.0, "x": rng.normal(size=200)})
    frame["r"] = (rng.random(200) < 1 / (1 + np.exp(-frame["x"]))).astype(int)
    found = survey.nonresponse(survey.design(frame, weights="w"), "r", propensity="~ x", classes=5)
    assert found.weights.sum() == pytest.approx(200)
    assert "5 weegklassen" in found.weighting.as_frame()["note"].item()


def test_scaling_targets_of_a_zero_weight_row_is_no_problem():
    raked = survey.rake(sample(w=[1.0, 1.0, 2.0, 2.0, 1.0, 0.0], sekse=["m", "v", "m", "v", "m", None]), targets())
    assert raked.weights[5] == 0
    assert raked.weights.sum() == pytest.approx(100)
