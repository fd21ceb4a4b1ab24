"""The year as a reporting period: read, refused, and a run of a whole year from its own run files."""

import pytest

from sdm_lib import monitor, schema
from sdm_lib.errors import ParameterFout
from sdm_lib.kwartaal import Jaar, Kwartaal, parse_periode
from sdm_lib.monitor.runfile import RunBestand


@pytest.mark.parametrize("tekst", ["15", "2015K", "2015-1", "jaar"])
def test_what_is_no_period_is_refused(tekst):
    with pytest.raises(ValueError, match="not a"):
        parse_periode(tekst)
    with pytest.raises(ValueError, match=r"jaar must be 1900\.\.2200"):
        Jaar(1800)


def test_a_year_ends_where_its_last_quarter_does():
    assert Jaar(2015).slot == Kwartaal(2015, 4)
    assert Jaar(2015).einde == Kwartaal(2015, 4).einde
    assert Jaar(2014) < Jaar(2015)


def test_a_run_file_may_be_compared_with_a_quarter_or_a_year(tmp_path):
    tekst = (
        "titel: x\nvraag: x?\nstand: voorlopig\nleveringen: x\ngebied_jaar: 2017\ngebieden: [stad]\n"
        "peildatum: 2016-01-01\nleverdatum: 2016-01-15\nbronnen: {}\nvergelijking: {nulmeting: %s, vorige: 2014}\n"
    )
    path = tmp_path / "x.yaml"
    path.write_text(tekst % "2015K1", encoding="utf-8")
    assert schema.load(path, RunBestand).value.vergelijking == {"nulmeting": Kwartaal(2015, 1), "vorige": Jaar(2014)}
    path.write_text(tekst % "2015K9", encoding="utf-8")
    with pytest.raises(
        ParameterFout, match=r"regel 10: '2015K9' past hier niet. Hier hoort een kwartaal als 2015K2 of"
    ):
        schema.load(path, RunBestand)


@pytest.fixture(scope="module")
def jaar(demo):
    return monitor.start("beleidsmonitor", kwartaal="2015")


def test_spend_of_a_year_is_that_of_its_four_quarters(jaar):
    grootboek = jaar.frame("grootboek")
    jaar_2015 = grootboek[(grootboek["jaar"] == 2015) & (grootboek["soort"] == "realisatie")]
    frame = jaar.estimate(["K01", "K01K"]).frame
    assert frame["value"].tolist() == [jaar_2015["bedrag_cent"].sum() / 100] * 2
    assert set(frame["periode"]) == {"2015"}


def test_clients_of_a_year_are_at_least_those_of_any_quarter_and_less_than_their_sum(jaar):
    heel = jaar.estimate("BC01").frame["value"].item()
    kwartalen = [
        monitor.start("basiscijfers", kwartaal=k).estimate("BC01").frame["value"].item() for k in ("2015K1", "2015K2")
    ]
    assert max(kwartalen) < heel < 4 * max(kwartalen)


def test_rates_of_a_year_stand_on_the_population_of_its_first_day(jaar):
    begin = jaar._since_begin("bevolking")
    assert begin["peildatum"].dt.strftime("%m-%d").unique().tolist() == ["01-01", "04-01", "10-01"]
    inwoners = begin.loc[begin["peildatum"] == "2015-01-01", "inwoners"].sum()
    assert jaar.estimate("BC02").frame["denominator"].item() == inwoners


def test_a_count_of_a_year_is_not_compared_with_a_quarter_and_a_survey_is(jaar):
    frame = jaar.compare(["BC01", "NM01"], met="nulmeting").frame.set_index("indicator")
    assert frame.loc["BC01", "method"] == "niet vergeleken: een telling over een jaar en een over een kwartaal"
    assert frame.loc["BC01", "status"] == "niet_gemeten"
    assert frame.loc["NM01", "p_adj"] == frame.loc["NM01", "p_adj"]


def test_bills_of_one_quarter_are_no_bills_of_a_year(jaar):
    row = jaar.estimate("BC28").frame.iloc[0]
    assert row["status"] == "niet_gemeten"
    assert row["method"] == "het register kent een kwartaal"
