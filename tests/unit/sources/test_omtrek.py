"""Borders of areas by level and year, and which areas lie beside each other."""

import pytest

from sdm_lib import sources


def test_stadsdelen_of_2022_have_the_outlines_of_2017_under_their_own_codes():
    toen, nu = sources.borders("stadsdeel", 2017), sources.borders("stadsdeel", 2022)
    assert set(nu) == set(sources.gebieden().codes(jaar=2022, niveau="stadsdeel"))
    assert {code.replace("SD", "WK"): wkt for code, wkt in nu.items()} == toen


def test_the_same_code_has_another_outline_in_another_year():
    assert sources.borders("stadsdeel", 2017)["WK003401"] != sources.borders("wijk", 2022)["WK003401"]


def test_to_be_neighbours_is_mutual_and_nobody_is_its_own():
    buren = sources.neighbours("wijk", 2022)
    assert len(buren) == 71
    assert all(code not in andere for code, andere in buren.items())
    assert all(code in buren[ander] for code, andere in buren.items() for ander in andere)
    assert min(map(len, buren.values())) > 0


def test_the_centre_of_haven_borders_on_the_wijken_around_it():
    namen = {sources.gebieden().naam(code, jaar=2022) for code in sources.neighbours("wijk", 2022)["WK003401"]}
    assert {"De Werven", "De Hoven"} <= namen


def test_a_level_without_outlines_names_what_there_is():
    with pytest.raises(ValueError, match=r"no outlines of 'buurt' in 2022; there are: stadsdeel 2017, wijk 2022"):
        sources.borders("buurt", 2022)
