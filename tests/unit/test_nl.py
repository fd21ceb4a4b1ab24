import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdm_lib import nl


def test_halves_are_rounded_away_from_zero():
    assert [nl.getal(x, 1) for x in (0.25, 0.35, -0.25, 0.05)] == ["0,3", "0,4", "−0,3", "0,1"]


def test_binary_dust_does_not_change_a_rounding():
    assert nl.procent(0.285) == "29%"
    assert nl.getal(1.005, 2) == "1,01"


def test_a_number_that_rounds_to_zero_has_no_minus():
    assert nl.getal(-0.04, 1) == "0,0"
    assert nl.met_teken(0.04, 1) == "0,0"


@pytest.mark.parametrize("waarde", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_formatted(waarde):
    with pytest.raises(ValueError, match="not a finite number"):
        nl.getal(waarde)


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_what_is_written_reads_back(geheel, decimalen):
    waarde = geheel / 10**decimalen
    assert nl.parse_getal(nl.getal(waarde, decimalen)) == pytest.approx(waarde, abs=0.5 * 10**-decimalen)


@pytest.mark.parametrize("tekst", ["1.23,4", "12.34", "1,2,3", "1.2345", "een"])
def test_text_that_is_no_dutch_number_is_refused(tekst):
    with pytest.raises(ValueError, match=r"number|float"):
        nl.parse_getal(tekst)


def test_lists_read_as_a_sentence():
    assert nl.lijst([]) == ""
    assert nl.lijst(["een"]) == "een"
    assert nl.lijst(["een", "twee"], "of") == "een of twee"
