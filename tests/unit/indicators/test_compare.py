"""Differences: the numbers by hand, what is refused, and what counts as one family."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sdm_lib import indicators, registry, survey
from sdm_lib.indicators import Meting
from sdm_lib.indicators.compare import refusal
from sdm_lib.results import Kader

NU, EERDER = Kader("2015K2", "GM0034", gebied_jaar="2017"), Kader("2015K1", "GM0034", gebied_jaar="2017")
BEVOLKING = pd.DataFrame(
    [(dag, "WK003401", "30-44", "man", 1000) for dag in pd.to_datetime(["2015-01-01", "2015-04-01", "2015-07-01"])],
    columns=["peildatum", "stadsdeel", "leeftijd", "geslacht", "inwoners"],
)


def meting(kader, data, **persoon):
    return Meting(kader, lambda indicator: data, persoon=persoon)


@pytest.fixture
def register(register_frame):
    return lambda *spells: registry.open_register(register_frame(*spells), bevolking=BEVOLKING)


def test_independent_waves_give_the_difference_of_two_means_with_added_variances(catalogus, enquete):
    nu, eerder = enquete(400, 0.60, seed=1), enquete(500, 0.50, seed=2)
    found = indicators.compare([catalogus["CE01"]], nu=meting(NU, nu), eerder=meting(EERDER, eerder)).frame.iloc[0]
    se = np.sqrt(0.6 * 0.4 / 399 + 0.5 * 0.5 / 499)
    assert found["value"] == pytest.approx(0.1)
    assert found["reference"] == pytest.approx(0.5)
    assert found["se"] == pytest.approx(se, rel=2e-3)  # the stacked design divides by n - 1 over both waves together
    assert found["p"] == pytest.approx(2 * stats.t.sf(0.1 / found["se"], 899), rel=1e-3)
    assert (found["measure"], found["unit"], found["n"]) == ("difference", "procentpunt", 400)


def test_shared_respondents_lower_the_margin_of_a_change(catalogus, enquete):
    wie = pd.Series(range(400)).astype(str)
    nu = enquete(400, 0.6, seed=3, panel=wie)
    eerder = survey.with_columns(nu, {"v01": nu.frame["v01"].where(nu.frame.index != 7, "oneens").to_numpy()})
    apart = indicators.compare([catalogus["CE01"]], nu=meting(NU, nu), eerder=meting(EERDER, eerder))
    samen = indicators.compare(
        [catalogus["CE01"]], nu=meting(NU, nu, clienten="panel"), eerder=meting(EERDER, eerder, clienten="panel")
    )
    assert samen.frame["value"].equals(apart.frame["value"])
    assert samen.frame["se"].item() < apart.frame["se"].item() / 5
    assert "zelfde personen" in samen.frame["method"].item()


def test_change_of_a_count_has_the_variance_of_in_and_outflow(catalogus, register):
    # a, b stay; c leaves in the first quarter; d, e come in the second: 3 then, 4 now
    spells = register(("a", "2015-01-01", ""), ("b", "2015-01-01", ""), ("c", "2015-01-01", "2015-02-01"),
                      ("d", "2015-04-01", ""), ("e", "2015-05-01", ""))  # fmt: skip
    table = indicators.compare([catalogus["BC01"]], nu=meting(NU, spells), eerder=meting(EERDER, spells))
    found = table.frame.iloc[0]
    assert (found["value"], found["reference"]) == (1, 3)
    assert found["se"] == pytest.approx(np.sqrt(1 + 2))
    assert found["p"] == pytest.approx(2 * stats.norm.sf(1 / np.sqrt(3)))
    assert found["method"] == "verschil door in- en uitstroom"


def test_change_of_a_rate_is_that_of_the_count_per_inhabitant(catalogus, register):
    spells = register(("a", "2015-01-01", ""), ("c", "2015-01-01", "2015-02-01"), ("d", "2015-04-01", ""))
    found = indicators.compare([catalogus["BC02"]], nu=meting(NU, spells), eerder=meting(EERDER, spells)).frame.iloc[0]
    assert found["value"] == pytest.approx(0.0)
    assert found["se"] == pytest.approx(1000 * np.sqrt(2) / 1000)


def test_change_of_a_share_of_clients_by_hand(catalogus, register_frame):
    frame = register_frame(("a", "2015-01-01", ""), ("b", "2015-01-01", ""), ("a", "2015-04-01", "")).assign(
        voorziening=["vervoer", "vervoer", "begeleiding"]
    )
    spells = registry.open_register(frame, bevolking=BEVOLKING)
    found = indicators.compare([catalogus["BC09W"]], nu=meting(NU, spells), eerder=meting(EERDER, spells)).frame.iloc[0]
    # then 0 of 2 have two provisions, now 1 of 2: a adds (1 - 1/2)/2, b adds (0 - 1/2)/2
    assert found["value"] == pytest.approx(0.5)
    assert found["se"] == pytest.approx(np.sqrt(2 * 0.25**2))


def test_flows_of_two_quarters_are_independent_counts(catalogus, register):
    spells = register(("a", "2015-02-01", ""), ("b", "2015-05-01", ""), ("c", "2015-05-01", ""))
    eerder = Kader("2014K2", "GM0034", gebied_jaar="2017")
    table = indicators.compare([catalogus["BC11"]], nu=meting(NU, spells), eerder=meting(eerder, spells))
    assert table.frame["method"].item() == "niet vergeleken: de reeks begint opnieuw in 2015K1"


def test_flows_of_the_same_season_are_two_independent_counts(catalogus, register):
    spells = register(("a", "2015-04-01", ""), ("b", "2016-05-01", ""), ("c", "2016-05-01", ""))
    nu, toen = Kader("2016K2", "GM0034", gebied_jaar="2017"), Kader("2015K2", "GM0034", gebied_jaar="2017")
    found = indicators.compare([catalogus["BC11"]], nu=meting(nu, spells), eerder=meting(toen, spells)).frame.iloc[0]
    assert (found["value"], found["se"]) == (1, pytest.approx(np.sqrt(1 + 2)))
    assert found["method"] == "verschil van verschillende gebeurtenissen"


def test_a_stock_changes_by_who_came_and_who_went(catalogus, register):
    # at the end of March: a, b; at the end of June: a, c, d. b left on 30 June, which is no end stock of June
    spells = register(
        ("a", "2015-01-01", ""), ("b", "2015-01-01", "2015-07-01"), ("c", "2015-04-01", ""), ("d", "2015-06-30", "")
    )
    found = indicators.compare([catalogus["BC13"]], nu=meting(NU, spells), eerder=meting(EERDER, spells)).frame.iloc[0]
    assert (found["value"], found["reference"]) == (1, 2)
    assert found["se"] == pytest.approx(np.sqrt(2 + 1))


def test_a_duration_gets_no_test_because_the_same_trajects_stand_in_both(catalogus, register):
    spells = register(*[(f"p{k}", "2015-02-01", f"2015-03-{k + 1:02d}") for k in range(1, 28)])
    table = indicators.compare([catalogus["BC14"]], nu=meting(NU, spells), eerder=meting(EERDER, spells))
    assert np.isnan(table.frame["p"].item())
    assert table.frame["method"].item() == "verschil van volledige tellingen, geen toets"


def test_an_amount_gets_no_test(catalogus):
    boekingen = pd.DataFrame(
        [(2015, k, "wmo", "maatwerk", "p", "realisatie", 100 * k) for k in (1, 2)],
        columns=["jaar", "kwartaal", "wet", "laag", "post", "soort", "bedrag_cent"],
    )
    table = indicators.compare([catalogus["K01K"]], nu=meting(NU, boekingen), eerder=meting(EERDER, boekingen))
    found = table.frame.iloc[0]
    assert (found["value"], found["reference"]) == (1, 1)
    assert np.isnan(found["p"])
    assert np.isnan(found["lower"])


def test_an_area_is_compared_with_the_rest_of_the_city(catalogus):
    wijk = np.repeat(["WK003401", "WK003402"], [100, 300])
    ja = np.concatenate([np.arange(100) < 70, np.arange(300) < 150])
    design = survey.design(
        pd.DataFrame({"v01": np.where(ja, "eens", "oneens"), "stadsdeel": wijk, "w": 1.0}), weights="w"
    )
    table = indicators.compare_rest([catalogus["CE01"]], nu=meting(NU, design))
    haven = table.where(gebied="WK003401").frame.iloc[0]
    assert haven["value"] == pytest.approx(0.7 - 0.5)
    assert haven["reference"] == pytest.approx(0.5)
    assert haven["n"] == 100
    assert haven["p_adj"] == pytest.approx(haven["p"])  # two areas, the same test twice


def test_a_rate_of_an_area_is_compared_with_the_rest_by_a_score_test(catalogus, register_frame):
    frame = pd.concat([
        register_frame(*[(f"a{i}", "2015-01-01", "") for i in range(30)]),
        register_frame(*[(f"b{i}", "2015-01-01", "") for i in range(10)]).assign(stadsdeel="WK003402"),
    ])  # fmt: skip
    bevolking = pd.concat([BEVOLKING, BEVOLKING.assign(stadsdeel="WK003402")], ignore_index=True)
    data = registry.open_register(frame, bevolking=bevolking)
    found = indicators.compare_rest([catalogus["BC02"]], nu=meting(NU, data), gebied="WK003401").frame.iloc[0]
    z = (0.030 - 0.010) / np.sqrt(0.02 * 0.98 * (2 / 1000))
    assert found["value"] == pytest.approx(20)
    assert found["p"] == pytest.approx(2 * stats.norm.sf(z))
    assert found["lower"] > 0


def test_the_family_is_corrected_whole_and_shown_in_part(catalogus, enquete):
    kolommen = {f"v0{k}": "eens" for k in range(2, 10)}
    nu, eerder = enquete(300, 0.62, seed=4, **kolommen), enquete(300, 0.50, seed=5, **kolommen)
    familie = [catalogus[f"CE0{k}"] for k in (1, 2, 3, 4)]
    waves = {"nu": meting(NU, nu), "eerder": meting(EERDER, eerder)}
    alone = indicators.compare(familie[:1], **waves)
    within = indicators.compare(familie[:1], **waves, familie=familie)
    assert within.frame["indicator"].tolist() == ["CE01"]
    assert alone.frame["p_adj"].item() == alone.frame["p"].item()
    assert within.frame["p"].item() == alone.frame["p"].item()


def test_shares_of_one_in_both_waves_have_no_test(catalogus, enquete):
    alles = enquete(50, 1.0, seed=6)
    found = indicators.compare([catalogus["CE01"]], nu=meting(NU, alles), eerder=meting(EERDER, alles)).frame.iloc[0]
    assert found["value"] == 0
    assert np.isnan(found["p"])


def test_a_small_wave_hides_the_difference_and_its_reference(catalogus, enquete):
    nu, eerder = enquete(300, 0.5, seed=1), enquete(20, 0.5, seed=2)
    found = indicators.compare([catalogus["CE01"]], nu=meting(NU, nu), eerder=meting(EERDER, eerder)).frame.iloc[0]
    assert (found["status"], found["n"]) == ("te_klein", 20)
    assert np.isnan([found["value"], found["reference"], found["p"], found["p_adj"]]).all()


@pytest.mark.parametrize(
    ("id", "nu", "eerder", "reden"),
    [
        ("NM07", Kader("2021K2", "GM0034"), Kader("2019K2", "GM0034"),
         "niet vergeleken: de reeks begint opnieuw in 2021K1"),
        ("NM01", NU, Kader("2015K1", "GM0034", gebied_jaar="2022"), "niet vergeleken: gebiedsindeling 2022 en 2017"),
        ("BC11", NU, EERDER, "niet vergeleken: alleen met hetzelfde seizoen"),
        ("NM01", NU, Kader("2015K1", "GM0034", gebied_jaar="2017", instrument="oud"),
         "niet vergeleken: oud is een ander meetinstrument"),
        ("NM01", NU, EERDER, ""),
    ],
)  # fmt: skip
def test_what_may_not_be_compared_says_why(catalogus, id, nu, eerder, reden):
    assert refusal(catalogus[id], nu, eerder) == reden


def test_a_refused_comparison_is_a_row_that_was_not_measured(catalogus, enquete):
    oud = Kader("2015K1", "GM0034", gebied_jaar="2022")
    nu = enquete(300, 0.5, seed=1)
    found = indicators.compare([catalogus["CE01"]], nu=meting(NU, nu), eerder=meting(oud, nu)).frame.iloc[0]
    assert found["status"] == "niet_gemeten"
    assert found["method"] == "niet vergeleken: gebiedsindeling 2022 en 2017"
    assert np.isnan(found["value"])


def test_in_the_register_each_group_is_set_beside_its_own_rest(catalogus, register_frame):
    frame = pd.concat([
        register_frame(*[(f"a{k}", "2015-04-02", "") for k in range(40)]).assign(verwijzer=["huisarts", "geen"] * 20),
        register_frame(*[(f"b{k}", "2015-04-02", "") for k in range(60)]).assign(
            stadsdeel="WK003402", verwijzer=["huisarts", "geen", "geen"] * 20
        ),
    ])  # fmt: skip
    found = indicators.compare_rest([catalogus["BC18"]], nu=meting(NU, registry.open_register(frame))).frame
    haven = found[found["gebied"] == "WK003401"].set_index("groep")
    assert haven.loc["verwijzer=huisarts", "value"] == pytest.approx(20 / 40 - 20 / 60)
    assert haven.loc["verwijzer=huisarts", "reference"] == pytest.approx(20 / 60)
    assert haven.loc["verwijzer=geen", "value"] == pytest.approx(20 / 40 - 40 / 60)


def test_what_is_no_share_of_people_is_not_set_beside_the_rest(catalogus, register):
    spells = register(("a", "2015-01-01", ""), ("b", "2015-02-01", "2015-05-01"))
    empty = indicators.compare_rest([catalogus["BC01"], catalogus["BC15"], catalogus["K01"]], nu=meting(NU, spells))
    assert len(empty) == 0


def test_an_area_where_nobody_is_counted_is_a_true_zero(catalogus, register_frame):
    frame = register_frame(("a", "2015-01-01", ""), ("b", "2015-01-01", "2015-03-01")).assign(
        stadsdeel=["WK003401", "WK003402"]
    )
    bevolking = pd.concat([BEVOLKING, BEVOLKING.assign(stadsdeel="WK003402")], ignore_index=True)
    data = registry.open_register(frame, bevolking=bevolking)
    level = indicators.compute(catalogus["BC02"], data, kader=NU, by="stadsdeel").frame.set_index("gebied")
    assert level.loc["WK003402", ["value", "status"]].tolist() == [0.0, "ok"]
    change = indicators.compare([catalogus["BC02"]], nu=meting(NU, data), eerder=meting(EERDER, data), by="stadsdeel")
    moved = change.frame.set_index("gebied").loc["WK003402"]
    assert (moved["value"], moved["reference"], moved["denominator"]) == (-1.0, 1.0, 1000.0)
