"""Comparisons of a run: families from the catalogue, one corrected p-value on every page, a year earlier."""

import math

import pytest

from sdm_lib import indicators, monitor
from sdm_lib.kwartaal import Kwartaal


@pytest.fixture(scope="module")
def runs(demo):
    return {gebied: monitor.start("clienten", kwartaal="2015K2", gebied=gebied) for gebied in ("stad", "WK003402")}


def test_the_family_is_the_topic_and_never_what_is_shown(runs):
    alleen = runs["stad"].compare("CE01", met="nulmeting").frame
    samen = runs["stad"].compare(["CE16", "CE01"], met="nulmeting").frame
    familie = [i.id for i in runs["stad"].familie("clienten")]
    assert len(familie) > 15
    assert alleen["p_adj"].item() == samen.set_index("indicator").loc["CE01", "p_adj"]
    assert samen["indicator"].tolist() == ["CE16", "CE01"]
    heel = runs["stad"].compare(familie, met="nulmeting").frame
    ranks = heel["p"].rank(method="max")
    assert (heel["p_adj"] <= heel["p"] * heel["p"].notna().sum() / ranks + 1e-12).all()


def test_on_the_page_of_an_area_the_family_is_the_indicator_over_all_areas(runs):
    eigen = runs["WK003402"].compare(["CE01", "CE06"], met="nulmeting").frame.set_index("indicator")
    for naam in ("CE01", "CE06"):
        alle = runs["stad"].compare(naam, met="nulmeting", by="stadsdeel").frame.set_index("gebied")
        assert eigen.loc[naam, "p_adj"] == alle.loc["WK003402", "p_adj"]
        assert eigen.loc[naam, "value"] == alle.loc["WK003402", "value"]


def test_the_rest_of_the_city_has_one_row_on_the_page_of_an_area(runs):
    assert runs["WK003402"].compare("CE16", met="rest").frame["gebied"].tolist() == ["WK003402"]
    assert len(runs["stad"].compare("CE16", met="rest")) > 3


def test_a_year_earlier_is_the_same_quarter_of_the_year_before(demo):
    run = monitor.start("clienten", kwartaal="2016K2")
    toen = run.eerder("jaar_eerder")
    assert toen.kwartaal == Kwartaal(2015, 2)
    verschil = run.compare("CE16", met="jaar_eerder").frame.iloc[0]
    nu, eerder = (een.estimate("CE16").frame["value"].item() for een in (run, toen))
    assert verschil["value"] == pytest.approx(nu - eerder, abs=1e-12)
    assert not math.isnan(verschil["p_adj"])


def test_seasonal_counts_are_compared_with_the_same_season_only(demo):
    seizoen = indicators.load()["EW01"]
    assert seizoen.seizoen
    run = monitor.start("basiscijfers", kwartaal="2015K2")
    row = run.compare("EW01", met="vorige").frame.iloc[0]
    assert row["status"] == "niet_gemeten"
    assert row["method"] == "niet vergeleken: alleen met hetzelfde seizoen"
