from datetime import date

import pytest

from sdm_lib.kwartaal import Kwartaal


def test_quarters_follow_each_other_over_the_year_end():
    assert Kwartaal(2015, 4) + 1 == Kwartaal(2016, 1)
    assert Kwartaal(2016, 1).vorige == Kwartaal(2015, 4)
    assert Kwartaal(2015, 1) - 5 == Kwartaal(2013, 4)


def test_a_quarter_is_half_open():
    kwartaal = Kwartaal(2015, 4)
    assert (kwartaal.begin, kwartaal.laatste_dag, kwartaal.einde) == (
        date(2015, 10, 1),
        date(2015, 12, 31),
        date(2016, 1, 1),
    )


@pytest.mark.parametrize("jaar", [2015, 2016, 2100])
def test_every_day_of_a_year_falls_in_the_quarter_that_contains_it(jaar):
    for nummer in (1, 2, 3, 4):
        kwartaal = Kwartaal(jaar, nummer)
        assert Kwartaal.van(kwartaal.begin) == Kwartaal.van(kwartaal.laatste_dag) == kwartaal


def test_quarters_sort_by_time():
    assert sorted([Kwartaal(2016, 1), Kwartaal(2015, 4), Kwartaal(2015, 1)]) == [
        Kwartaal(2015, 1),
        Kwartaal(2015, 4),
        Kwartaal(2016, 1),
    ]


@pytest.mark.parametrize("tekst", ["2015K2", "1999K4"])
def test_text_goes_there_and_back(tekst):
    assert str(Kwartaal.parse(tekst)) == tekst


@pytest.mark.parametrize("tekst", ["2015K5", "2015k2", "K2", "2015-K2", "20150K2", " 2015K2"])
def test_other_text_is_refused_with_the_expected_form(tekst):
    with pytest.raises(ValueError, match="expected like 2015K2"):
        Kwartaal.parse(tekst)


def test_impossible_quarters_are_refused():
    with pytest.raises(ValueError, match=r"nummer must be 1\.\.4, got 0"):
        Kwartaal(2015, 0)
    with pytest.raises(ValueError, match="got 15"):
        Kwartaal(15, 1)
