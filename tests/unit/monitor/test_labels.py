"""Names for what a piece shows, in words that say something without their column."""

from sdm_lib import indicators
from sdm_lib.monitor.labels import labels_for
from sdm_lib.project import project_root
from tests.unit.report.stukken import tellingen


def named(sleutel: str, *waarden: str, indicator: str = "BC01") -> dict[str, str]:
    tabel = tellingen(sleutel, dict.fromkeys(waarden, 100.0), indicator=indicator)
    return labels_for(tabel, catalogue=indicators.load(project_root()), bronnen=["bewoners"], gebieden={})


def test_an_age_class_is_said_in_years():
    labels = named("leeftijd", "18-29", "75+", "onbekend")
    assert labels["leeftijd=18-29"] == "18 tot 30 jaar"
    assert labels["leeftijd=75+"] == "75 jaar en ouder"
    assert labels["leeftijd=onbekend"] == "onbekend"


def test_a_quarter_is_written_in_words():
    assert named("kwartaal", "2015K2")["kwartaal=2015K2"] == "2e kwartaal 2015"


def test_a_yes_or_no_says_to_what():
    labels = named("beperking", "ja", "nee")
    assert (labels["beperking=ja"], labels["beperking=nee"]) == ("met beperking", "zonder beperking")


def test_a_combination_names_its_laws():
    labels = named("combinatie", "jeugd+wmo", "wmo")
    assert labels["combinatie=jeugd+wmo"] == "Jeugdhulp en Wmo"
    assert labels["wet=wmo"] == labels["combinatie=wmo"] == "Wmo"


def test_what_did_not_apply_is_no_second_figure_of_the_same_name():
    labels = named("wet", "wmo", indicator="CE01_nvt")
    assert labels["CE01_nvt"] == indicators.load(project_root())["CE01"].label + ": niet van toepassing"
