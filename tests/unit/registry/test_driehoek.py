import numpy as np
import pandas as pd
import pytest
from scipy.stats import lognorm

from sdm_lib.registry import bouw_driehoek, jaarverwachting, mack, revisie

# Taylor and Ashe (1983), Journal of Econometrics 23, 37-61; outcomes as published by Mack (1993), table 2, in thousands
TAYLOR_ASHE = [
    [357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463],
    [352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085],
    [290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315],
    [310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268],
    [443160, 1136350, 2128333, 2897821, 3402672, 3873311],
    [396132, 1333217, 2180715, 2985752, 3691712],
    [440832, 1288463, 2419861, 3483130],
    [359480, 1421128, 2864498],
    [376686, 1363294],
    [344014],
]
RESERVES = [0, 95, 470, 710, 985, 1419, 2178, 3920, 4279, 4626]
FOUTEN = [0, 76, 122, 134, 261, 411, 558, 875, 971, 1363]


def driehoek(rijen):
    return pd.DataFrame([rij + [np.nan] * (len(rijen[0]) - len(rij)) for rij in rijen])


def test_the_triangle_of_taylor_and_ashe_gives_the_published_reserves_and_errors():
    uit = mack(driehoek(TAYLOR_ASHE))
    assert (uit.tabel["nog_te_komen"] / 1000).round().tolist() == RESERVES
    assert (uit.tabel["se"] / 1000).round().tolist() == FOUTEN
    assert round(uit.nog_te_komen) == 18_680_856
    assert round(uit.se_totaal / 1000) == 2447


def test_a_perfect_pattern_has_no_error_and_a_known_end():
    uit = mack(driehoek([[100.0, 150, 165], [200, 300], [80]]))
    assert uit.tabel["verwacht"].round(6).tolist() == [165, 330, 132]
    assert uit.se_totaal == 0
    assert uit.tabel["onder"].round(6).tolist() == [165, 330, 132]


def test_with_three_ages_the_last_step_is_as_uncertain_as_the_one_before():
    uit = mack(driehoek([[100.0, 150, 165], [200, 320], [80]]))
    factor = 470 / 300
    sigma2 = 100 * (1.5 - factor) ** 2 + 200 * (1.6 - factor) ** 2
    assert uit.sigma2 == pytest.approx([sigma2, sigma2])
    rij = uit.tabel.loc[1]  # one step to go, by a factor that a single row told
    assert rij["se"] == pytest.approx(352 * np.sqrt(sigma2 / 1.1**2 * (1 / 320 + 1 / 150)))
    assert rij["onder"] < 352 < rij["boven"]


def test_the_interval_is_that_of_a_lognormal_with_the_expected_value_and_its_error():
    rij = mack(driehoek(TAYLOR_ASHE)).tabel.iloc[-1]
    sigma = np.sqrt(np.log1p((rij["se"] / rij["verwacht"]) ** 2))
    verdeling = lognorm(sigma, scale=rij["verwacht"] / np.exp(sigma**2 / 2))
    assert (verdeling.mean(), verdeling.std()) == pytest.approx((rij["verwacht"], rij["se"]))
    assert rij[["onder", "boven"]].tolist() == pytest.approx(verdeling.ppf([0.025, 0.975]))


def test_what_is_no_triangle_is_refused():
    with pytest.raises(ValueError, match="at least three ages"):
        mack(driehoek([[1.0, 2], [1]]))
    with pytest.raises(ValueError, match="upper left triangle"):
        mack(driehoek([[1.0, 2, 3], [1], [2, 3]]))
    with pytest.raises(ValueError, match="above zero"):
        mack(driehoek([[0.0, 2, 3], [1, 2], [2]]))


def leveringen():
    regels = [("2015K1", "2015K1", 80), ("2015K2", "2015K1", 95), ("2015K2", "2015K2", 90), ("2015K3", "2015K1", 100),
              ("2015K3", "2015K2", 105), ("2015K3", "2015K3", 85)]  # fmt: skip
    return pd.DataFrame(regels, columns=["levering", "periode", "bedrag"])


def test_the_triangle_and_the_revisions_come_from_past_deliveries():
    tabel = bouw_driehoek(leveringen())
    assert tabel.loc["2015K1"].tolist() == [80, 95, 100]
    assert tabel.isna().sum(axis=1).tolist() == [0, 1, 2]
    uit = revisie(leveringen().iloc[::-1]).set_index("periode")  # in whatever order they come
    assert uit.loc["2015K1", ["eerst", "nu", "verschil", "aandeel"]].tolist() == [80, 100, 20, 0.25]
    assert uit.loc["2015K3", "verschil"] == 0
    assert uit.loc["2015K2", ["eerste_levering", "laatste_levering"]].tolist() == ["2015K2", "2015K3"]
    with pytest.raises(ValueError, match="twice of one quarter"):
        bouw_driehoek(pd.concat([leveringen(), leveringen()]))
    with pytest.raises(ValueError, match="after itself"):
        bouw_driehoek(leveringen().iloc[[5]].assign(levering="2015K2"))


def test_the_year_end_expectation_by_hand():
    frame = pd.DataFrame({
        "periode": ["2014K1", "2014K2", "2014K3", "2014K4", "2015K1", "2015K2"],
        "bedrag": [100, 100, 120, 80, 110, 110], "se": [0, 0, 0, 0, 0, 0],
    })  # fmt: skip
    uit = jaarverwachting(frame, jaar=2015).iloc[0]
    assert uit["bekend"] == 220
    assert uit["verwacht"] == pytest.approx(220 + 1.1 * 200)
    assert (uit["onder"], uit["boven"]) == (uit["verwacht"], uit["verwacht"])  # both quarters grew alike
    onzeker = jaarverwachting(frame.assign(se=[0, 0, 0, 0, 0, 11]), jaar=2015).iloc[0]
    assert onzeker["boven"] - onzeker["verwacht"] == pytest.approx(1.96 * 22, rel=1e-4)
    scheef = frame.assign(bedrag=[100, 100, 150, 80, 110, 130])  # growth of 1.1 and 1.3: a spread of 0.1 x root 2
    uit = jaarverwachting(scheef, jaar=2015).iloc[0]
    assert uit["verwacht"] == pytest.approx(240 + 1.2 * 230)
    assert uit["boven"] - uit["verwacht"] == pytest.approx(1.96 * 0.1 * np.sqrt(2) * 230 * np.sqrt(1 + 1 / 2), rel=1e-4)
    een = jaarverwachting(scheef.iloc[:5], jaar=2015).iloc[0]  # of one growth the distance to none
    assert een["boven"] - een["verwacht"] == pytest.approx(1.96 * 0.1 * 330 * np.sqrt(2), rel=1e-4)
    with pytest.raises(ValueError, match="needs the four quarters of 2013"):
        jaarverwachting(frame, jaar=2014)
