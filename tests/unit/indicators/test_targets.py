"""The target grammar: every form that policy uses, and what is not understood."""

from __future__ import annotations

import math
import re
from datetime import date

import pytest

from sdm_lib.indicators.targets import Bereik, Doel

INF = math.inf


@pytest.mark.parametrize(
    ("tekst", "bereik"),
    [
        ("> 34 %", Bereik(0.34, INF, onder_open=True)),
        (">34%", Bereik(0.34, INF, onder_open=True)),
        ("<= 16 %", Bereik(-INF, 0.16)),
        ("≥ 7,5", Bereik(7.5, INF)),
        ("< 1.200", Bereik(-INF, 1200, boven_open=True)),
        ("65 - 70 %", Bereik(0.65, 0.70)),
        ("bandbreedte 65–70 %", Bereik(0.65, 0.70)),
        ("65 % tot en met 70 %", Bereik(0.65, 0.70)),
        ("toename", Bereik(0.5, INF, onder_open=True)),
        ("Afname", Bereik(-INF, 0.5, boven_open=True)),
        ("lager dan nulmeting", Bereik(-INF, 0.5, boven_open=True)),
        ("hoger dan nulmeting", Bereik(0.5, INF, onder_open=True)),
        ("gelijk of groter", Bereik(0.5, INF)),
        ("gelijk of kleiner", Bereik(-INF, 0.5)),
        ("gelijk blijven", Bereik(0.47, 0.53)),
        ("niet gemeten dit jaar", None),
    ],
)
def test_every_form_of_a_target_is_read(tekst, bereik):
    found = Doel.parse(tekst).bereik(nulmeting=0.5, relevant=0.03)
    if bereik is None:
        assert found is None
    else:
        assert (found.onder_open, found.boven_open) == (bereik.onder_open, bereik.boven_open)
        assert (found.onder, found.boven) == (pytest.approx(bereik.onder), pytest.approx(bereik.boven))


@pytest.mark.parametrize(
    ("op", "grens"),
    [(date(2015, 1, 1), 1000), (date(2017, 1, 1), 900), (date(2019, 1, 1), 800), (date(2025, 1, 1), 800)],
)
def test_a_change_over_years_asks_its_part_at_each_moment(op, grens):
    doel = Doel.parse("minimaal -200 in 4 jaar vanaf 2015-01-01")
    found = doel.bereik(nulmeting=1000, op=op)
    assert found.boven == pytest.approx(grens, abs=0.5)
    assert found.onder == -INF


def test_a_rise_over_years_sets_a_lower_bound():
    found = Doel.parse("minimaal +4 % in 2 jaar vanaf 2015-01-01").bereik(nulmeting=0.30, op=date(2018, 1, 1))
    assert (found.onder, found.boven) == (pytest.approx(0.34), INF)


def test_a_target_per_year_gives_the_one_of_that_year():
    doel = Doel.parse("2015: > 34 %; 2016: > 36 %; 2017: niet gemeten")
    assert doel.in_jaar(2016).bereik().onder == 0.36
    assert doel.in_jaar(2017).bereik() is None
    assert doel.in_jaar(2020).bereik() is None
    assert Doel.parse("> 34 %").in_jaar(2016).onder == 0.34


@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        ("toenamen", "doel 'toenamen' is niet te lezen. Bedoelde u 'toename'?"),
        ("70 - 65 %", "doel '70 - 65 %': de ondergrens moet lager zijn dan de bovengrens"),
        (
            "minimaal -200 in 4 jaar vanaf 2015-13-01",
            "doel 'minimaal -200 in 4 jaar vanaf 2015-13-01': 2015-13-01 is geen datum",
        ),
        ("minimaal -0 in 4 jaar vanaf 2015-01-01", "de verandering en het aantal jaren mogen niet 0 zijn"),
        ("2015: > 34 %; 2015: > 36 %", "jaar 2015 staat er twee keer"),
        ("2015: > 34 %; > 36 %", "schrijf elk deel als 2016: > 36 %"),
        ("__import__('os')", "doel '__import__('os')' is niet te lezen."),
    ],
)
def test_a_target_that_is_not_understood_says_so(tekst, melding):
    with pytest.raises(ValueError, match=re.escape(melding)):
        Doel.parse(tekst)


def test_a_target_asks_for_what_it_needs():
    with pytest.raises(ValueError, match="target 'toename' needs the value of the nulmeting"):
        Doel.parse("toename").bereik()
    with pytest.raises(ValueError, match="needs the day of the measurement"):
        Doel.parse("minimaal -200 in 4 jaar vanaf 2015-01-01").bereik(nulmeting=1000)
    with pytest.raises(ValueError, match="has a value per year: ask in_jaar first"):
        Doel.parse("2015: > 34 %").bereik()
