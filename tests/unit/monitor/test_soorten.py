"""Answers in full, combinations of laws and runs of quarters: each adds up to what the indicators say."""

import pandas as pd
import pytest

from sdm_lib import disclosure, monitor, report, sources
from sdm_lib.errors import ParameterFout
from sdm_lib.results import Piece, parse_groep

ROOT = sources.project_root()


@pytest.fixture(scope="module")
def clienten(demo):
    return monitor.start("clienten", kwartaal="2015K2")


@pytest.fixture(scope="module")
def basis(demo):
    return monitor.start("basiscijfers", kwartaal="2015K2")


def drawn(table, chart):
    piece = Piece("x/1", "chart", "register", table, {"titel": "Proef", "bron": "demo", "chart": chart})
    beleid = disclosure.load_beleid(ROOT / "params" / "kit.yaml")
    return report.fragment(disclosure.protect([piece], beleid=beleid)["x/1"])


def test_the_answers_of_a_statement_add_up_and_agreement_is_the_indicator(clienten):
    frame = clienten.antwoorden(["CE01", "CE02"]).frame
    frame = frame.assign(antwoord=[parse_groep(groep)["antwoord"] for groep in frame["groep"]])
    assert frame.groupby("indicator")["value"].sum().tolist() == pytest.approx([1.0, 1.0])
    eens = frame[frame["antwoord"].isin(["helemaal_eens", "eens"])].groupby("indicator")["value"].sum()
    aandeel = clienten.estimate(["CE01", "CE02"]).frame.set_index("indicator")["value"]
    pd.testing.assert_series_equal(eens, aandeel, check_names=False)
    assert "eens" in drawn(clienten.antwoorden("CE01"), "agreement")


@pytest.mark.parametrize("id", ["CE05", "CE16"])
def test_a_figure_that_is_no_statement_is_refused(clienten, id):
    with pytest.raises(ParameterFout, match=rf"SDM-228.*'{id}' is geen stelling met vijf antwoorden"):
        clienten.antwoorden(id)


def test_combinations_are_all_households_with_support_once(basis):
    combinaties, stapeling = basis.combinaties().frame, basis.stapeling("huishoudens").frame
    assert combinaties["value"].sum() == stapeling["value"].sum()
    assert {parse_groep(groep)["combinatie"] for groep in combinaties["groep"]} >= {"wmo", "jeugd", "jeugd+wmo"}
    assert "Leeswijzer: elke rij is een combinatie" in drawn(basis.combinaties(), "upset")


def test_a_series_ends_with_the_figure_of_this_quarter_and_begins_with_its_definition(basis):
    reeks = basis.reeks(["BC01", "BC11"], kwartalen=4).frame
    nu = basis.estimate(["BC01", "BC11"]).frame.set_index("indicator")["value"]
    laatste = reeks[reeks["periode"] == "2015K2"].set_index("indicator")["value"]
    pd.testing.assert_series_equal(laatste, nu)
    assert reeks["periode"].min() >= str(basis.catalogue["BC01"].sinds)
    assert len(reeks) == 2 * reeks["periode"].nunique() > 2


def test_a_series_of_what_the_register_cannot_tell_is_refused(clienten):
    with pytest.raises(ParameterFout, match=r"SDM-229.*van indicator 'CE01' zijn eerdere kwartalen niet"):
        clienten.reeks("CE01")


@pytest.mark.parametrize("verb", ["antwoorden", "reeks"])
def test_an_unknown_indicator_has_its_nearest_name(clienten, verb):
    with pytest.raises(ParameterFout, match=r"onbekende indicator 'CE001'\. Bedoelde u 'CE01'\?"):
        getattr(clienten, verb)("CE001")
