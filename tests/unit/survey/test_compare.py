"""Differences: between waves, along waves, with the rest; and the models and tests."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey


def waves() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    first = pd.DataFrame({"rid": range(60), "meting": "2013", "y": rng.normal(5, 2, 60)})
    second = first.iloc[:40].assign(meting="2015", y=lambda f: f["y"] + rng.normal(0.5, 0.5, 40))
    frame = pd.concat([first, second], ignore_index=True).assign(
        w=1.0, wijk=lambda f: np.where(f["rid"] % 3 == 0, "a", "b")
    )
    return frame.assign(ja=(frame["y"] > 5).astype(float))


def test_shared_respondents_make_a_change_more_certain():
    frame = waves()
    apart = survey.change(survey.design(frame, weights="w"), "y", wave="meting").iloc[0]
    together = survey.change(survey.design(frame, weights="w", clusters="rid"), "y", wave="meting").iloc[0]
    assert together["estimate"] == pytest.approx(apart["estimate"])
    assert together["se"] < 0.6 * apart["se"]
    assert (together["n_first"], together["n_last"]) == (60, 40)


def test_change_equals_the_contrast_of_the_estimates():
    design = survey.design(waves(), weights="w", clusters="rid")
    row = survey.change(design, "y", wave="meting").iloc[0]
    both = survey.contrast(survey.estimates(design, "y", by="meting"), [-1, 1])
    assert (row["estimate"], row["se"]) == (pytest.approx(both.estimate[0]), pytest.approx(both.se[0]))


def test_change_per_domain_is_the_change_within_that_domain():
    design = survey.design(waves(), weights="w", clusters="rid")
    by = survey.change(design, "ja", wave="meting", by="wijk").set_index("wijk")
    inside = survey.change(design, "ja", wave="meting", where=design.frame["wijk"] == "a").iloc[0]
    assert by.loc["a", ["estimate", "se"]].tolist() == pytest.approx(inside[["estimate", "se"]].tolist())
    assert (by["p_adj"] >= by["p"]).all()


def test_change_needs_two_waves():
    design = survey.design(waves().assign(meting=lambda f: f["rid"] % 3), weights="w")
    with pytest.raises(survey.SurveyError, match="een verschil vraagt twee metingen; gevraagd 0, 1, 2"):
        survey.change(design, "y", wave="meting")
    assert len(survey.change(design, "y", wave="meting", waves=("0", "2"))) == 1


def test_trend_of_three_waves_is_the_least_squares_slope():
    frame = pd.DataFrame({"w": 1.0, "jaar": np.repeat([2011, 2013, 2016], 5), "y": np.arange(15.0) ** 1.3})
    found = survey.trend(survey.design(frame, weights="w"), "y", wave="jaar").iloc[0]
    means = frame.groupby("jaar")["y"].mean()
    assert found["estimate"] == pytest.approx(np.polyfit(means.index, means, 1)[0])
    with pytest.raises(survey.SurveyError, match="een trend vraagt drie metingen"):
        survey.trend(survey.design(frame[frame["jaar"] > 2011], weights="w"), "y", wave="jaar")


def test_a_domain_against_the_rest_is_the_difference_of_two_masks():
    design = survey.design(waves(), weights="w", clusters="rid")
    found = survey.versus_rest(design, "y", by="wijk").set_index("wijk").loc["a"]
    two = survey.contrast(survey.estimates(design, "y", by="wijk"), [1, -1])
    assert (found["estimate"], found["se"]) == (pytest.approx(two.estimate[0]), pytest.approx(two.se[0]))
    assert (found["n"], found["n_rest"]) == (34, 66)


def test_versus_rest_under_replicates_equals_linearisation_for_the_jackknife_nearly():
    design = survey.design(waves(), weights="w")
    taylor = survey.versus_rest(design, "ja", by="wijk")["se"]
    jackknife = survey.versus_rest(survey.replicate(design, "jackknife"), "ja", by="wijk")["se"]
    assert jackknife.to_numpy() == pytest.approx(taylor.to_numpy(), rel=0.02)


def test_two_stacked_waves_keep_their_own_calibration():
    frame, margins = waves(), {"wijk": {"a": 300, "b": 700}}
    parts = {
        name: survey.design(part, weights="w") for name, part in frame.drop(columns="meting").groupby(frame["meting"])
    }
    raked = {name: survey.rake(part, survey.from_dict(margins)) for name, part in parts.items()}
    both = survey.stack(raked, person="rid")
    assert both.weights.sum() == pytest.approx(2000)
    alone = survey.mean(raked["2015"], "y")["se"].item()
    inside = survey.mean(both, "y", where=both.frame["meting"] == "2015")["se"].item()
    # the same residuals; only the number of clusters in n/(n-1) differs: 40 alone, 60 together
    assert inside * np.sqrt(59 / 60) == pytest.approx(alone * np.sqrt(39 / 40))


def test_benjamini_hochberg_by_hand():
    from sdm_lib.survey.compare import adjust_p

    assert adjust_p(np.array([0.01, np.nan, 0.02, 0.5])) == pytest.approx([0.03, np.nan, 0.03, 0.5], nan_ok=True)


def test_glm_of_a_group_is_its_difference_in_means():
    design = survey.design(waves(), weights="w", clusters="rid")
    model = survey.glm(design, "y ~ wijk")
    test = survey.ttest(design, "y", by="wijk")
    assert model.params["wijkb"] == pytest.approx(test.estimate)
    assert model.bse["wijkb"] == pytest.approx(test.estimate / test.statistic)
    assert model.pvalues["wijkb"] == pytest.approx(test.p)
    assert model.summary().columns.tolist() == ["coef", "std err", "t", "p", "ci_low", "ci_high"]
    assert model.conf_int().loc["wijkb"].tolist() == pytest.approx([test.ci_low, test.ci_high])


@pytest.mark.parametrize(
    ("formula", "family", "words"),
    [
        ("y ~ wijk", "binomial", "de uitkomst past niet bij familie binomial"),
        ("y ~ wijk + C(wijk)", "gaussian", "kolommen van het model zeggen hetzelfde"),
        ("y ~ dorp", "gaussian", "kolom 'dorp' bestaat niet"),
    ],
)
def test_a_model_that_cannot_be_fitted_says_why(formula, family, words):
    with pytest.raises(survey.SurveyError, match=words):
        survey.glm(survey.design(waves(), weights="w"), formula, family=family)


@pytest.mark.parametrize("formula", ["y wijk", "~ wijk", "y ~ wijk - rid"])
def test_a_formula_that_is_none_is_refused(formula):
    with pytest.raises(ValueError, match="formula"):
        survey.glm(survey.design(waves(), weights="w"), formula)


def test_chisq_of_a_simple_sample_equals_pearson():
    frame = pd.DataFrame({"w": 1.0, "a": list("xy") * 50, "b": list("pppqq") * 20})
    found = survey.chisq(survey.design(frame, weights="w"), "a", "b", statistic="Chisq")
    table = pd.crosstab(frame["a"], frame["b"]).to_numpy()
    expected = np.outer(table.sum(1), table.sum(0)) / 100
    assert found.statistic == pytest.approx(((table - expected) ** 2 / expected).sum())
    with pytest.raises(survey.SurveyError, match="kolom a: er is maar 1 categorie"):
        survey.chisq(survey.design(frame.assign(a="x"), weights="w"), "a", "b")


def test_a_t_test_takes_two_groups():
    with pytest.raises(survey.SurveyError, match="een t-toets vraagt twee groepen; er zijn 0, 1, 2"):
        survey.ttest(survey.design(waves().assign(g=lambda f: f["rid"] % 3), weights="w"), "y", by="g")


def test_a_contrast_needs_a_weight_per_estimate():
    found = survey.estimates(survey.design(waves(), weights="w"), "y", by="wijk")
    with pytest.raises(ValueError, match="contrast: 3 weights for 2 estimates"):
        survey.contrast(found, [1, 0, -1])
