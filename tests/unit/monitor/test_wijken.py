"""Figures of wijken as a notebook asks for them, on the demo quarter of 2022."""

from dataclasses import replace

import numpy as np
import pytest

from sdm_lib import monitor, sources
from sdm_lib.errors import ParameterFout
from sdm_lib.indicators.modelled import label_of
from sdm_lib.monitor import wijken

WIJK = "WK003407"


@pytest.fixture(scope="module")
def run(demo):
    return monitor.start("wijkprofiel", kwartaal="2022K2", gebied=WIJK)


def test_every_wijk_has_a_row_and_a_label(run):
    frame = run.wijkcijfers("PW04").frame
    assert sorted(frame["gebied"]) == sorted(sources.gebieden().codes(jaar=2022, niveau="wijk"))
    assert set(frame["gebied_soort"]) == {"wijk"}
    assert set(map(label_of, frame["method"])) == {"gemeten", "gemodelleerd", "niet publiceerbaar"}


def test_the_page_of_a_wijk_shows_its_own_figure_and_not_that_of_the_stadsdeel_with_its_old_code(run):
    eigen = run.hier(["PW04", "PW01"]).frame
    assert eigen["gebied"].unique().tolist() == [WIJK]
    assert eigen["gebied_soort"].unique().tolist() == ["wijk"]
    assert run.gebied_naam == "De Gouwen"
    alle = run.wijkcijfers("PW04").where(gebied=WIJK).frame
    assert eigen.loc[eigen["indicator"] == "PW04", "value"].tolist() == alle["value"].tolist()


def test_neighbours_are_those_that_border_on_it(run):
    gebieden = set(run.buren("PW01").frame["gebied"])
    assert gebieden == {WIJK, *sources.neighbours("wijk", 2022)[WIJK]}


def test_what_stands_out_is_corrected_over_all_wijken(run):
    stad = run.whole_city().opvallend(["PW04", "PW07"]).frame
    assert (stad["p_adj"] < 0.05).all()
    assert stad["p"].groupby(stad["indicator"]).is_monotonic_increasing.all()
    een = stad[stad["indicator"] == "PW07"].iloc[0]
    eigen = monitor.start("wijkprofiel", kwartaal="2022K2", gebied=str(een["gebied"])).opvallend("PW07").frame
    assert eigen["p_adj"].tolist() == [een["p_adj"]]
    assert eigen["p_adj"].iloc[0] > eigen["p"].iloc[0]
    assert len(run.opvallend("PW07")) == 1, "on its own page a wijk is there whether it differs or not"


def test_use_is_counted_per_wijk_and_adds_up_to_the_city(run):
    wijken = run.wijkcijfers("BC02").frame
    stad = run.whole_city().estimate("BC02").frame.iloc[0]
    assert wijken["numerator"].sum() == stad["numerator"]
    assert wijken["denominator"].sum() == stad["denominator"]


def test_standardised_use_has_the_count_of_the_crude_rate_so_that_they_are_hidden_together(run):
    samen = run.hier(["BC02", "BC02S"]).frame.set_index("indicator")
    assert samen.loc["BC02", "numerator"] == samen.loc["BC02S", "numerator"]
    assert samen.loc["BC02S", "value"] < samen.loc["BC02", "value"], "De Gouwen is the oldest wijk of Haven"


def test_standardised_to_itself_the_city_keeps_its_crude_rate(run):
    samen = run.whole_city().estimate(["BC02", "BC02S"]).frame
    assert samen["value"].iloc[1] == pytest.approx(samen["value"].iloc[0])


def test_the_account_of_the_model_counts_every_wijk_once(run):
    samen, kenmerken, per_wijk = run.modelverslag("PW04")
    aantal = samen.frame.set_index("indicator")["value"]
    assert aantal[["model_rechtstreeks", "model_gemodelleerd", "model_niet"]].sum() == 52
    assert aantal["model_marge"] < aantal["model_marge_rechtstreeks"]
    assert set(kenmerken.frame["groep"]) == {
        "kenmerk=ouderen", "kenmerk=laag_inkomen", "kenmerk=leefbaarheid", "kenmerk=BC02",
    }  # fmt: skip
    gewicht = per_wijk.where(indicator="eigen_gewicht").frame["value"]
    assert gewicht.between(0, 1).all()


def test_a_count_has_no_model(run):
    with pytest.raises(ParameterFout, match=r"SDM-249 .*'BC02' komt niet uit een enquete"):
        run.modelverslag("BC02")


def test_a_wijk_and_its_neighbour_say_the_same_of_each_other(run):
    alle = run.wijkcijfers("PW04").frame
    goed = set(alle.loc[alle["status"] == "ok", "gebied"])
    buren = sources.neighbours("wijk", 2022)
    een, twee = next((een, twee) for een in sorted(goed) for twee in buren[een] if twee in goed)
    heen, terug = (
        monitor.start("wijkprofiel", kwartaal="2022K2", gebied=gebied).naast_buren("PW04").frame.set_index("gebied")
        for gebied in (een, twee)
    )
    assert set(heen.index) <= set(buren[een])
    assert (heen["groep"] == "").all()
    assert terug.loc[een, "value"] == pytest.approx(-heen.loc[twee, "value"])
    assert terug.loc[een, "p_adj"] == pytest.approx(heen.loc[twee, "p_adj"])
    assert len(run.whole_city().naast_buren("PW04")) == 0


def test_the_direct_estimate_stands_beside_the_model_of_the_same_wijken(run):
    found = run.naast_model("PW07").frame
    assert set(found["gebied"]) <= {WIJK, *sources.neighbours("wijk", 2022)[WIJK]}
    assert set(found["groep"]) == {"hoe=rechtstreeks", "hoe=model"}
    getoond = run.wijkcijfers("PW07").where(gebied=WIJK).frame.iloc[0]
    assert label_of(getoond["method"]) == "gemeten"
    direct, model = (
        found[(found["gebied"] == WIJK) & (found["groep"] == f"hoe={hoe}")] for hoe in ("rechtstreeks", "model")
    )
    assert direct["value"].iloc[0] == getoond["value"]
    assert 0 < abs(model["value"].iloc[0] - getoond["value"]) < 2 * getoond["se"], "also where the figure is measured"
    assert found["numerator"].isna().all(), "no count comes along"


def test_a_direct_estimate_of_few_answers_is_not_for_a_page(run):
    found = run.whole_city().naast_model("PW04").frame
    direct = found[found["groep"] == "hoe=rechtstreeks"]
    minimum = run.catalogue["PW04"].minimum_n
    assert (direct.loc[direct["n"] < minimum, "status"] == "te_klein").all()
    verst = run.whole_city().modelverslag("PW04")[2].where(indicator="residu").frame
    assert len(verst) == 10
    assert set(direct["gebied"]) == set(verst["gebied"])


def test_direct_and_model_of_a_wijk_stand_beneath_each_other(run):
    found = run.naast_model("PW04").frame
    assert found["gebied"].tolist()[::2] == found["gebied"].tolist()[1::2]
    assert found["groep"].tolist()[:2] == ["hoe=rechtstreeks", "hoe=model"]


def test_a_survey_of_a_year_earlier_takes_the_place_of_the_covariates(run, monkeypatch):
    stad, pw04 = run.whole_city(), run.catalogue["PW04"]
    een = wijken.model(stad, pw04)
    vroeger = monitor.start("wijkprofiel", kwartaal="2022K2")
    geschoven = replace(een.model, x=np.roll(een.model.x, 3, axis=0))  # what that survey said is not what this one says
    vroeger.once("model PW04", lambda: replace(een, model=geschoven))
    monkeypatch.setattr(type(stad), "eerder", lambda self, soort: vroeger if self is stad else None)
    twee = wijken._fitted(stad, pw04)
    assert twee.model.names == ("(intercept)", "eerdere_golf")
    assert twee.model.x[:, 1].tolist() == geschoven.predicted.tolist()
    assert twee.table["direct"].equals(een.table["direct"])
    assert not np.allclose(twee.table["estimate"], een.table["estimate"])
    minder = replace(geschoven, areas=("WK999999", *geschoven.areas[1:]))
    vroeger._gelezen["model PW04"] = replace(een, model=minder)
    assert wijken._fitted(stad, pw04).model.names == een.model.names, "a wijk without a past is in the covariates only"


def test_a_survey_of_other_wijken_says_nothing_of_these(run, monkeypatch):
    stad, pw04 = run.whole_city(), run.catalogue["PW04"]
    vroeger = monitor.start("nulmeting", kwartaal="2015K2")
    monkeypatch.setattr(type(stad), "eerder", lambda self, soort: vroeger if self is stad else None)
    assert wijken._year_before(stad, pw04) is None
    assert wijken._contents(stad, pw04, ["bewoners"]) == []


def test_the_account_of_a_stadsdeel_is_about_its_own_wijken(run):
    haven = monitor.start("wijkprofiel", kwartaal="2022K2", gebied="SD003401").modelverslag("PW04")[2].frame
    delen = sources.gebieden()
    assert {delen.gebied(code, jaar=2022).hoort_bij for code in haven["gebied"]} == {"SD003401"}
