"""History on the areas of today: renamed or merged areas keep it, one that was divided differently shows a break."""

from dataclasses import replace

import pandas as pd
import pytest

from sdm_lib import indicators, monitor, results, sources
from sdm_lib.errors import ParameterFout
from sdm_lib.indicators.modelled import BREUK, label_of
from sdm_lib.monitor.geschiedenis import on_areas
from sdm_lib.results import Kader
from sdm_lib.sources.gebieden import Gebieden, Opvolger

KADER = Kader("2015K2", "GM0034", gebied_soort="stadsdeel", gebied_jaar="2022", source="register")


def _then(**tellingen):
    rows = pd.DataFrame(
        [(f"WK00340{k}", float(boven), float(onder)) for k, (boven, onder) in enumerate(tellingen.values(), start=1)],
        columns=["gebied", "numerator", "denominator"],
    )
    rows = rows.assign(value=1000 * rows["numerator"] / rows["denominator"], n=rows["numerator"])
    toen = replace(KADER, gebied_jaar="2017")
    return results.build(rows, kader=toen, indicator="BC02", unit="per_1000", method="volledige telling")


@pytest.fixture
def bc02():
    return indicators.load()["BC02"]


@pytest.fixture
def wereld(monkeypatch):
    """Haven keeps its place under a new code; Stad and Buiten became one; Poort went to two; of Hout nobody knows."""
    echt = sources.gebieden()
    paren = [("01", "01", 1.0), ("02", "02", 1.0), ("03", "02", 1.0), ("04", "04", 0.4), ("04", "05", 0.6)]
    opvolgers = tuple(Opvolger(2017, f"WK0034{a}", 2022, f"SD0034{b}", deel) for a, b, deel in paren)
    indelingen = tuple(
        replace(i, gebieden={code: replace(een, hoort_bij="") for code, een in i.gebieden.items()})
        for i in echt.indelingen
    )
    monkeypatch.setattr(sources, "gebieden", lambda: Gebieden(indelingen, opvolgers))


def test_renamed_keeps_merged_adds_and_split_breaks_by_data_alone(bc02, wereld):
    toen = _then(haven=(10, 1000), stad=(30, 1000), buiten=(30, 2000), poort=(40, 1000))
    found = on_areas(toen, bc02, kader=KADER).frame.set_index("gebied")
    assert found.loc["SD003401", "value"] == pytest.approx(10.0), "renamed"
    assert found.loc["SD003402", "value"] == pytest.approx(20.0), "60 of 3,000, not the mean of 30 and 15"
    assert found.loc[["SD003404", "SD003405"], "value"].isna().all(), "a rate of the whole is no history of a part"
    assert (found.loc["SD003404":"SD003406", "status"] == "niet_gemeten").all()
    assert label_of(found.loc["SD003406", "method"], shown=False) == BREUK
    assert found.loc["SD003401", "periode"] == "2015K2"
    assert set(found["gebied_jaar"]) == {"2022"}


def test_what_was_too_small_then_makes_its_sum_too_small_now(bc02, wereld):
    toen = _then(haven=(10, 1000), stad=(float("nan"), float("nan")), buiten=(30, 2000))
    found = on_areas(toen, bc02, kader=KADER).frame.set_index("gebied")
    assert found.loc["SD003402", "status"] == "te_klein"
    assert found.loc["SD003402", ["value", "numerator"]].isna().all()
    assert found.loc["SD003401", ["status", "n"]].tolist() == ["ok", 10.0]


def test_areas_of_a_wijkteam_have_a_history_of_their_own(bc02):
    rows = pd.DataFrame({"gebied": ["WT003401", "WT003402"], "numerator": [5.0, 20.0], "denominator": [500.0, 4000.0]})
    rows = rows.assign(value=1000 * rows["numerator"] / rows["denominator"], n=rows["numerator"])
    toen = replace(KADER, gebied_jaar="2017", gebied_soort="wijkteam")
    then = results.build(rows, kader=toen, indicator="BC02", unit="per_1000", method="volledige telling")
    found = on_areas(then, bc02, kader=replace(KADER, gebied_soort="wijkteam")).frame.set_index("gebied")
    assert found.loc[["WT003401", "WT003402"], "value"].tolist() == pytest.approx([10.0, 5.0])
    assert found.loc["WT003403", "method"] == BREUK


def test_each_wijkteam_has_a_figure_on_a_page(demo):
    stad = monitor.start("wijkprofiel", kwartaal="2022K2")
    teams, delen = (
        tabel.frame.set_index("gebied") for tabel in (stad.wijkteams("BC02"), stad.estimate("BC02", by="stadsdeel"))
    )
    assert set(teams["gebied_soort"]) == {"wijkteam"}
    assert teams["value"].to_dict() == pytest.approx({f"WT{code[2:]}": w for code, w in delen["value"].items()})
    assert stad.gebiedsnamen()["WT003403"] == "Wijkteam Buiten"
    for gebied, team in (("SD003402", "WT003402"), ("WK003401", "WT003401"), ("WK003434", "WT003402")):
        eigen = monitor.start("wijkprofiel", kwartaal="2022K2", gebied=gebied).wijkteams("BC02").frame
        assert eigen["gebied"].tolist() == [team]


def test_a_wijkteam_of_several_wijken_is_their_sum(demo, monkeypatch):
    echt = sources.gebieden()
    naar = {"WK003401": "WT003401", "WK003402": "WT003401", "WK003403": "WT003402"}
    opvolgers = tuple(Opvolger(2022, wijk, 2022, team) for wijk, team in naar.items())
    monkeypatch.setattr(sources, "gebieden", lambda: Gebieden(echt.indelingen, opvolgers))
    run = monitor.start("wijkprofiel", kwartaal="2022K2", gebied="SD003401")
    wijken = run.whole_city().estimate("BC02", by="wijk").frame.set_index("gebied")
    teams = run.wijkteams("BC02").frame.set_index("gebied")
    samen = wijken.loc[["WK003401", "WK003402"], ["numerator", "denominator"]].sum()
    assert teams.loc["WT003401", "value"] == pytest.approx(1000 * samen["numerator"] / samen["denominator"])
    assert teams.loc["WT003402", "value"] == pytest.approx(wijken.loc["WK003403", "value"])
    wijk = monitor.start("wijkprofiel", kwartaal="2022K2", gebied="WK003403").wijkteams("BC02").frame
    assert wijk["gebied"].tolist() == ["WT003402"]


def test_a_stadsdeel_goes_on_under_its_new_code_and_a_wijk_begins_with_a_break(demo):
    nieuw = monitor.start("wijkprofiel", kwartaal="2022K2", gebied="SD003401").geschiedenis("BC02").frame
    oud = monitor.start("basiscijfers", kwartaal="2015K2", gebied="WK003401").estimate("BC02").frame
    assert nieuw["periode"].tolist() == ["2015K2", "2022K2"]
    assert nieuw["value"].iloc[0] == pytest.approx(oud["value"].iloc[0])
    wijk = monitor.start("wijkprofiel", kwartaal="2022K2", gebied="WK003401").geschiedenis("BC02").frame
    assert wijk["status"].tolist() == ["niet_gemeten", "ok"]
    assert wijk["method"].iloc[0] == BREUK
    assert wijk["value"].isna().tolist() == [True, False]


def test_the_city_is_the_same_city(demo):
    nu = monitor.start("wijkprofiel", kwartaal="2022K2").geschiedenis("BC02").frame
    toen = monitor.start("basiscijfers", kwartaal="2015K2").estimate("BC02").frame
    assert nu["value"].iloc[0] == toen["value"].iloc[0]
    assert set(nu["gebied_jaar"]) == {"2022"}


def test_what_cannot_be_added_up_has_no_history(demo):
    run = monitor.start("wijkprofiel", kwartaal="2022K2")
    with pytest.raises(ParameterFout, match=r"SDM-229 .*'PW04' is voor andere kwartalen of gebieden niet"):
        run.geschiedenis("PW04")
    with pytest.raises(
        ParameterFout, match=r"SDM-229 .*'BC02S' is voor andere kwartalen of gebieden.*geen gestandaardiseerd cijfer"
    ):
        monitor.start("wijkprofiel", kwartaal="2022K2", gebied="SD003401").geschiedenis("BC02S")
    with pytest.raises(ParameterFout, match=r"SDM-229 .*'BC01' is voor andere kwartalen of gebieden niet"):
        run.wijkteams("BC01")
    with pytest.raises(ParameterFout, match=r"SDM-229 .*'BC02S'.*geen gestandaardiseerd cijfer"):
        run.wijkteams("BC02S")
