"""Figures of one area, taken from a table of all areas, are those that the area asked for by name gives."""

import pandas as pd
import pytest

from sdm_lib import indicators, monitor
from sdm_lib.monitor import vergelijk
from sdm_lib.monitor.grondslag import GEBIED

GEBIEDEN = ("WK003401", "WK003406")  # a large one, and one where few live


@pytest.fixture(scope="module", params=["basiscijfers", "nulmeting", "stelsel", "clienten"])
def onderwerp(request, demo):
    return request.param


@pytest.mark.parametrize("gebied", GEBIEDEN)
def test_levels_and_changes_of_an_area_are_those_asked_by_name(onderwerp, gebied):
    run = monitor.start(onderwerp, kwartaal="2015K2", gebied=gebied)
    eerder = run.eerder("vorige")
    domein = {GEBIED: gebied}
    ids = [i for i in run.catalogue.van(onderwerp) if i.uit_enquete or i.bron == "register"][:3]
    for indicator in ids:
        met_naam = indicators.compute(indicator, run._data(indicator), kader=run._kader(indicator), where=domein)
        pd.testing.assert_frame_equal(
            run.estimate(indicator.id).frame, met_naam.frame, check_exact=False, rtol=1e-9, obj=indicator.id
        )
        verschil = indicators.compare([indicator], nu=run.meting(), eerder=eerder.meting(), where=domein)
        eigen = vergelijk.compare(run, [indicator], met="vorige")
        columns = [kolom for kolom in verschil.frame if kolom != "p_adj"]  # its family is all areas
        pd.testing.assert_frame_equal(
            eigen.frame[columns], verschil.frame[columns], check_exact=False, rtol=1e-9, obj=indicator.id
        )


def test_a_group_that_nobody_of_an_area_answered_for_still_says_so(demo):
    run = monitor.start("nulmeting", kwartaal="2015K2", gebied="WK003406")
    groepen = monitor.start("nulmeting", kwartaal="2015K2").estimate("NM03", by="leeftijd").frame["groep"]
    assert set(run.estimate("NM03", by="leeftijd").frame["groep"]) == set(groepen)


def test_an_altered_definition_is_not_answered_with_the_figure_of_the_catalogue(demo):
    run = monitor.start("clienten", kwartaal="2015K2")
    shares = run.antwoorden("CE01").frame.set_index("groep")["value"]
    assert shares.nunique() == 5
    assert shares.sum() == pytest.approx(1)
