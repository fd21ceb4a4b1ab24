"""A figure through time: only what was counted, up to the reporting quarter, and the one jump that a chart finds."""

import pytest

from sdm_lib import monitor
from sdm_lib.errors import ParameterFout
from sdm_lib.indicators import sequences
from sdm_lib.monitor import soorten


@pytest.fixture(scope="module")
def runs(demo):
    return {gebied: monitor.start("basiscijfers", kwartaal="2015K2", gebied=gebied) for gebied in ("stad", "WK003402")}


def test_a_quarterly_item_has_fourteen_points_and_a_yearly_one_three(runs):
    frame = runs["stad"].reeks(["EW01", "EW04"]).frame
    perioden = frame.groupby("indicator")["periode"].agg(["count", "min", "max"])
    assert perioden.loc["EW01"].tolist() == [14, "2012K1", "2015K2"]
    assert perioden.loc["EW04"].tolist() == [3, "2012K4", "2014K4"]


def test_the_last_point_is_the_figure_of_the_quarter(runs):
    run = runs["WK003402"]
    laatste = run.reeks("EW01").where(periode="2015K2").frame
    assert laatste["value"].item() == run.estimate("EW01").frame["value"].item()
    assert laatste["gebied"].item() == "WK003402"


def test_what_was_not_counted_this_quarter_is_not_measured_and_not_small(runs):
    row = runs["stad"].estimate("EW04").frame.iloc[0]
    assert row["value"] != row["value"]
    assert row["status"] == "ok"  # protection calls a value that is not there "niet gemeten"


def test_the_jump_of_the_demo_is_the_signal_and_the_other_area_is_calm(runs):
    stad = runs["WK003402"]
    found = sequences.signals(stad.catalogue, stad.reeks(["EW01", "EW03"])).set_index("indicator")
    assert found.loc["EW01", "oordeel"] == "signaal"
    assert found.loc["EW03", "oordeel"] == "geen signaal"


def test_areas_add_up_to_the_city(runs):
    stad = runs["stad"].estimate("EW01").frame.iloc[0]
    delen = runs["stad"].estimate("EW01", by="stadsdeel").frame
    assert delen["numerator"].sum() == stad["numerator"]


def test_an_indicator_without_history_is_refused(runs):
    with pytest.raises(ParameterFout, match=r"SDM-229 .*van indicator 'K01' zijn eerdere kwartalen niet"):
        runs["stad"].reeks("K01")


def test_a_delivery_that_the_run_file_does_not_name_is_refused(project):
    run = monitor.start("clienten", kwartaal="2015K2")
    with pytest.raises(ParameterFout, match=r"SDM-218 .*voor indicator EW01 is hier geen levering"):
        run.estimate("EW01")


def test_a_card_has_the_quarters_before_of_what_the_register_counts_by_itself(demo):
    run = monitor.start("basiscijfers", kwartaal="2022K2", gebied="stad")
    loop = soorten.verloop(run, ["BC01", "BC03", "BC06", "BC09"]).frame
    assert {naam: list(deel["periode"]) for naam, deel in loop.groupby("indicator")} == {
        naam: ["2021K1", "2021K2", "2021K3", "2021K4", "2022K1"] for naam in ("BC01", "BC09")
    }


def test_a_line_of_two_quarters_is_not_drawn(demo):
    run = monitor.start("basiscijfers", kwartaal="2015K2", gebied="stad")  # the law is of the quarter before
    assert soorten.verloop(run, ["BC01", "BC09"]).frame.empty


def test_a_card_of_a_series_has_its_quarters_and_the_change_since_the_last(demo, monkeypatch):
    run = monitor.start("basiscijfers", kwartaal="2015K2", gebied="stad")
    gegeven = []
    monkeypatch.setattr(type(run), "emit", lambda run, table, **opties: gegeven.append((table.frame, opties)))
    run.kaarten("EW03", titel="Vroege signalen nu")
    [(frame, opties)] = gegeven
    standen = frame[frame["measure"] == "level"]
    assert opties == {"vorm": "kaarten", "titel": "Vroege signalen nu", "vergelijking": "vorige"}
    assert frame.loc[frame["measure"] == "difference", "value"].item() == pytest.approx(
        standen["value"].diff().iloc[-1]
    )
    assert standen["periode"].iloc[-1] == "2015K2"
    assert len(standen) == 14
