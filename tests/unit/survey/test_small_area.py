"""Small areas: a published case to its printed digits, what must hold at the ends, and figures that add up."""

import numpy as np
import pandas as pd
import pytest

from sdm_lib import survey
from sdm_lib.survey.area_error import error_covariance, mean_square_error
from sdm_lib.survey.area_scale import SCALES
from sdm_lib.survey.small_area import between_variance

# Expenditure on fresh milk in 43 areas, 1989: direct estimate and its standard deviation. Source: Arora and Lahiri
# (1997), Statistica Sinica 7, 1053-1063; the four groups of areas are those of You and Chapman (2006), Survey
# Methodology 32, 97-103.
MELK = np.array([
    1.099, 1.075, 1.105, 0.628, 0.753, 0.981, 1.257, 1.095, 1.405, 1.356, 0.615, 1.46, 1.338, 0.854, 1.176,
    1.111, 1.257, 1.43, 1.278, 1.292, 1.002, 1.183, 1.044, 1.267, 1.193, 0.791, 0.795, 0.759, 0.796, 0.565,
    0.886, 0.952, 0.807, 0.582, 0.684, 0.787, 0.44, 0.759, 0.77, 0.8, 0.756, 0.865, 0.64,
])  # fmt: skip
MELK_SD = np.array([
    0.163, 0.08, 0.083, 0.109, 0.119, 0.141, 0.202, 0.127, 0.168, 0.178, 0.1, 0.201, 0.148, 0.143, 0.149,
    0.145, 0.135, 0.172, 0.137, 0.163, 0.125, 0.247, 0.14, 0.171, 0.106, 0.121, 0.121, 0.259, 0.106, 0.089,
    0.225, 0.205, 0.119, 0.067, 0.106, 0.126, 0.092, 0.132, 0.1, 0.113, 0.083, 0.121, 0.129,
])  # fmt: skip
GROEP = np.repeat([1, 2, 3, 4], [7, 7, 11, 18])
# What the R package sae 1.x prints for these data with REML (Molina and Marhuenda, 2015, The R Journal 7, 81-98): it
# stops at a relative change of 1e-4, so the last digits are not those of the maximum. Numbers only, no code.
SCHATTING = np.array([
    1.0219703, 1.0476018, 1.0679513, 0.7608170, 0.8461574, 0.9743727, 1.0584523, 1.0977762, 1.2215449,
    1.1951455, 0.7852155, 1.2139456, 1.2096593, 0.9834967, 1.1864247, 1.1556982, 1.2263411, 1.2856486,
    1.2363247, 1.2349600, 1.0903019, 1.1923057, 1.1216470, 1.2230296, 1.1938054, 0.7627195, 0.7649550,
    0.7338443, 0.7699294, 0.6134418, 0.7695558, 0.7958250, 0.7723187, 0.6102302, 0.7001782, 0.7592787,
    0.5298867, 0.7434466, 0.7548996, 0.7701918, 0.7481164, 0.8040773, 0.6810870,
])  # fmt: skip
FOUT = np.array([
    0.013460220, 0.005372876, 0.005701990, 0.008541740, 0.009579594, 0.011670632, 0.015926137, 0.010586518,
    0.014184043, 0.014901472, 0.007694262, 0.016336469, 0.012562726, 0.012117378, 0.012031229, 0.011709147,
    0.010859780, 0.013690860, 0.011034674, 0.013079686, 0.009948636, 0.017243977, 0.011292325, 0.013625297,
    0.008065787, 0.009205133, 0.009205133, 0.016476912, 0.007800626, 0.006098668, 0.015441564, 0.014657866,
    0.009024699, 0.003870786, 0.007800626, 0.009646139, 0.006404335, 0.010155645, 0.007209937, 0.008470277,
    0.005484860, 0.009205133, 0.009903626,
])  # fmt: skip


def melk(**options) -> survey.AreaModel:
    table = pd.DataFrame({"area": np.arange(1, 44).astype(str), "y": MELK, "v": MELK_SD**2})
    for k in (2, 3, 4):
        table[f"g{k}"] = (k == GROEP).astype(float)
    return survey.fay_herriot(table, direct="y", variance="v", covariates=["g2", "g3", "g4"], **options)


def areas(y, v, **columns) -> pd.DataFrame:
    return pd.DataFrame({"area": [f"w{k}" for k in range(len(y))], "y": y, "v": v}).assign(**columns)


def test_the_milk_data_come_out_as_published():
    model = melk(method="reml")
    found = model.estimates()
    assert model.between == pytest.approx(0.01855022, rel=1e-5)
    assert model.beta == pytest.approx([0.9681890, 0.1327801, 0.2269462, -0.2413011], abs=1e-6)
    assert model.coefficients()["se"].tolist() == pytest.approx(
        [0.06936208, 0.10300072, 0.09232981, 0.08161707], abs=1e-6
    )
    assert found["estimate"].to_numpy() == pytest.approx(SCHATTING, abs=1e-6)
    assert found["se"].to_numpy() ** 2 == pytest.approx(FOUT, abs=1e-7)


def test_a_huge_sampling_variance_gives_the_synthetic_estimate_and_a_tiny_one_the_direct():
    rng = np.random.default_rng(1)
    x = rng.normal(size=30)
    y = 2 + x + rng.normal(size=30)
    v = np.full(30, 0.5)
    v[0], v[1] = 1e9, 1e-9
    found = survey.fay_herriot(areas(y, v, x=x), direct="y", variance="v", covariates=["x"]).estimates()
    assert found["estimate"][0] == pytest.approx(found["synthetic"][0], abs=1e-6)
    assert found["estimate"][1] == pytest.approx(y[1], abs=1e-6)
    assert found["se"][1] == pytest.approx(np.sqrt(1e-9), rel=1e-3)


def test_an_area_without_answers_is_synthetic_and_least_certain():
    y = np.array([1.0, 2.0, 4.0, 3.0, 2.5, 3.5, np.nan])
    v = np.array([0.2] * 6 + [np.nan])
    found = survey.fay_herriot(areas(y, v), direct="y", variance="v").estimates()
    last = found.iloc[-1]
    assert (last["method"], last["weight"]) == ("synthetisch", 0.0)
    assert last["estimate"] == last["synthetic"]
    assert last["se"] == found["se"].max()


def test_areas_that_hardly_differ_still_get_a_variance_between_them():
    table = areas([1.0, 1.01, 0.99, 1.0, 1.02, 0.98], [0.5] * 6)
    assert survey.fay_herriot(table, direct="y", variance="v", method="reml").between == 0.0
    model = survey.fay_herriot(table, direct="y", variance="v")
    assert 0 < model.between < 0.5
    assert (model.weight > 0).all()


def test_the_order_and_the_unit_of_the_areas_do_not_matter():
    table = areas(MELK, MELK_SD**2, x=GROEP.astype(float))
    shuffled = table.sample(frac=1, random_state=1)
    options = {"direct": "y", "variance": "v", "covariates": ["x"]}
    one, other = (survey.fay_herriot(part, **options).estimates().set_index("area") for part in (table, shuffled))
    assert other.loc[one.index, "estimate"].to_numpy() == pytest.approx(one["estimate"].to_numpy(), rel=1e-9)
    larger = survey.fay_herriot(table.assign(y=1000 * MELK, v=1e6 * MELK_SD**2), **options).estimates()
    assert larger["se"].to_numpy() == pytest.approx(1000 * one["se"].to_numpy(), rel=1e-8)


@pytest.mark.parametrize("method", ["reml", "adjusted"])
def test_the_variance_between_areas_is_where_the_likelihood_is_highest(method):
    from sdm_lib.survey.small_area import _likelihood

    d, x = MELK_SD**2, np.column_stack([np.ones(43), GROEP])
    found = between_variance(MELK, d, x, method=method)
    around = [_likelihood(found * factor, MELK, d, x, method) for factor in (0.98, 1.0, 1.02)]
    assert around[1] == max(around)


@pytest.mark.parametrize("scale", ["arcsine", "logit"])
def test_a_scale_leads_there_and_back_and_its_mean_is_that_of_many_draws(scale):
    way = SCALES[scale]
    shares = np.array([0.02, 0.3, 0.9])
    assert way.back(way.there(shares)) == pytest.approx(shares)
    step = 1e-6
    slope = (way.back(way.there(shares) + step) - way.back(way.there(shares) - step)) / (2 * step)
    assert way.slope(way.there(shares)) == pytest.approx(slope, rel=1e-6)
    draws = np.random.default_rng(1).normal(way.there(shares)[1], 0.4, 400_000)
    assert way.mean(way.there(shares), np.full(3, 0.16))[1] == pytest.approx(way.back(draws).mean(), abs=1e-3)


def test_shares_of_zero_and_one_are_modelled_with_smoothed_variances():
    share, n = np.array([0.0, 0.1, 0.2, 0.15, 1.0, 0.3]), np.array([8.0, 50, 60, 40, 3, 70])
    v = share * (1 - share) / n
    smooth = survey.smooth_variances(v, n, share=share, scale="arcsine")
    # all simple random samples: a design effect of 1 or so, and 1/(4n)
    assert smooth[1:4] * 4 * n[1:4] == pytest.approx(np.full(3, smooth[0] * 32), rel=1e-9)
    model = survey.fay_herriot(areas(share, smooth), direct="y", variance="v", scale="arcsine", smoothed=True)
    found = model.estimates()
    assert found["estimate"].between(0.001, 0.999).all()
    assert (found["ci_low"] >= 0).all()
    assert (found["ci_high"] <= 1).all()
    assert (found["ci_low"] <= found["estimate"]).all()


def test_the_bootstrap_agrees_with_the_formula():
    model = melk()
    drawn = survey.bootstrap_error(model, n=400, rng=np.random.default_rng(7))
    # 400 worlds: an error of some 7 % an area, 1.5 % on average
    assert (drawn / mean_square_error(model)).mean() == pytest.approx(1.0, abs=0.06)


def test_two_areas_are_compared_with_their_joint_error():
    model = melk()
    joint = error_covariance(model)
    found = survey.area_differences(model, [("1", "2")]).iloc[0]
    assert found["se"] ** 2 == pytest.approx(joint[0, 0] + joint[1, 1] - 2 * joint[0, 1])
    assert joint[0, 1] > 0
    assert found["estimate"] == pytest.approx(model.predicted[1] - model.predicted[0])
    same = survey.area_differences(model, [("2", "1")]).iloc[0]
    assert (same["estimate"], same["p"]) == (-found["estimate"], found["p"])


@pytest.mark.parametrize("how", ["ratio", "difference", "precision"])
def test_benchmarked_areas_add_up_to_what_was_published(how):
    table = melk().estimates().assign(deel=GROEP, inwoners=np.arange(1, 44) * 100.0)
    published = {"1": 1.0, "2": 1.2, "3": 1.1, "4": 0.75}
    found = survey.benchmark(table, published, group="deel", population="inwoners", how=how)
    for name, wanted in published.items():
        part = found[found["deel"] == int(name)]
        assert np.average(part["estimate"], weights=part["inwoners"]) == pytest.approx(wanted, rel=1e-12)
    assert found["shift"].to_numpy() == pytest.approx(found["estimate"] - table["estimate"])
    assert (found["ci_high"] - found["ci_low"]).to_numpy() == pytest.approx(table["ci_high"] - table["ci_low"])


def test_figures_that_add_up_already_stay_as_they_are():
    table = melk().estimates().assign(deel="alles", inwoners=1.0)
    found = survey.benchmark(table, {"alles": table["estimate"].mean()}, group="deel", population="inwoners")
    assert found["shift"].to_numpy() == pytest.approx(np.zeros(43), abs=1e-12)


def test_smoothed_variances_follow_the_size_of_the_sample_and_keep_their_total():
    n = np.array([20.0, 40, 80, 160])
    v = np.array([0.05, 0.02, 0.012, 0.006])
    found = survey.smooth_variances(v, n)
    assert found.sum() == pytest.approx(v.sum())
    assert (np.diff(found) < 0).all()
    assert survey.smooth_variances(5 / n, n) == pytest.approx(5 / n)


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"area": ["a", "a", "b", "c", "d"]}, {}, "SDM-838.*gebied 'a' staat er meer dan eens in"),
        ({"v": [0.1, 0.0, 0.1, 0.1, 0.1]}, {}, "SDM-843.*kolom v: de variantie van gebied 'w1' ontbreekt of is niet"),
        (
            {"x": [1.0, np.nan, 1, 2, 3]},
            {"covariates": ["x"]},
            "SDM-839.*kolom x: het kenmerk ontbreekt voor gebied 'w1'",
        ),
        ({"x": 7.0}, {"covariates": ["x"]}, "SDM-839.*kenmerken x zeggen hetzelfde"),
        ({"x": "veel"}, {"covariates": ["x"]}, "SDM-811.*kolom x: het kenmerk is tekst"),
        ({"y": [0.1, np.nan, np.nan, np.nan, 0.2]}, {}, "SDM-839.*2 gebieden met een schatting voor 1 kenmerken"),
        ({"y": [0.0, 0.1, 0.2, 0.3, 0.4]}, {"scale": "logit"}, "SDM-843.*gebied 'w0' heeft waarde 0, die past niet"),
        ({"y": [0.0, 0.1, 0.2, 0.3, 0.4]}, {"scale": "arcsine"}, "SDM-843.*Neem scale='arcsine' met smoothed=True"),
        ({}, {"direct": "z"}, "SDM-801.*kolom 'z' bestaat niet"),
    ],
)
def test_what_cannot_be_modelled_is_named(change, options, words):
    table = areas([0.1, 0.2, 0.15, 0.3, 0.25], [0.01] * 5).assign(**change)
    with pytest.raises(survey.SurveyError, match=words):
        survey.fay_herriot(table, **({"direct": "y", "variance": "v"} | options))


def test_wrong_words_and_unknown_areas_are_named():
    table = melk().estimates().assign(deel="x", inwoners=1.0)
    with pytest.raises(ValueError, match="method must be one of reml, adjusted; got 'ml'"):
        melk(method="ml")
    with pytest.raises(survey.SurveyError, match="gebied '99' zit niet in het model"):
        survey.area_differences(melk(), [("1", "99")])
    with pytest.raises(survey.SurveyError, match="er is geen gepubliceerd cijfer voor 'x'"):
        survey.benchmark(table, {"y": 1.0}, group="deel", population="inwoners")
    with pytest.raises(survey.SurveyError, match="kolom inwoners: een gebied heeft geen inwoners"):
        survey.benchmark(table.assign(inwoners=0.0), {"x": 1.0}, group="deel", population="inwoners")
    with pytest.raises(survey.SurveyError, match="2 varianties bekend"):
        survey.smooth_variances([0.1, 0.2, 0.0], [5, 6, 7])
