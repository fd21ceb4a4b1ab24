from pathlib import Path

import pytest

from sdm_lib.disclosure import load_beleid
from sdm_lib.disclosure.beleid import Regels, beleid_standaard
from sdm_lib.errors import ParameterFout

KIT = Path(__file__).parents[3] / "params" / "kit.yaml"


def test_the_house_rules_hide_counts_below_ten():
    beleid = load_beleid(KIT)
    assert {beleid.regels(p).drempel for p in ("register", "steekproef", "kleine_populatie")} == {10}
    assert beleid.steekproef.halve_breedte == 10


def test_the_standard_of_the_tests_is_that_of_the_file():
    van_bestand, standaard = load_beleid(KIT), beleid_standaard()
    assert van_bestand.register == standaard.register
    assert van_bestand.steekproef == standaard.steekproef
    assert van_bestand.kleine_populatie == standaard.kleine_populatie
    assert van_bestand.zonder_personen == standaard.zonder_personen


def test_a_topic_may_raise_a_threshold_for_itself_alone():
    beleid = beleid_standaard().verscherp({"register": {"drempel": 15}}, onderwerp="basiscijfers")
    assert beleid.voor("basiscijfers/GM0034/1").register.drempel == 15
    assert beleid.voor("kosten/GM0034/1").register.drempel == 10


def test_lowering_is_refused_and_names_file_key_and_both_numbers():
    with pytest.raises(ParameterFout) as fout:
        beleid_standaard().verscherp({"register": {"drempel": 5}}, bestand="params/2015K2/kosten.yaml")
    tekst = str(fout.value)
    assert "params/2015K2/kosten.yaml, sleutel bescherming.register.drempel" in tekst
    assert "5 is soepeler dan de huisregel 10" in tekst
    assert "Kies 10 of hoger" in tekst


def test_a_wider_margin_is_lowering_too():
    with pytest.raises(ParameterFout, match="Kies 10 of lager"):
        beleid_standaard().verscherp({"steekproef": {"halve_breedte": 12}})


def test_switching_a_rule_off_is_refused_and_switching_one_on_is_not():
    with pytest.raises(ParameterFout, match="0 is soepeler dan de huisregel 10"):
        beleid_standaard().verscherp({"steekproef": {"halve_breedte": 0}})
    assert beleid_standaard().verscherp({"register": {"max_kruising": 2}}).register.max_kruising == 2


def test_all_wrong_rules_are_named_at_once_with_the_nearest_right_name():
    with pytest.raises(ParameterFout) as fout:
        beleid_standaard().verscherp({"registr": {"drempel": 20}, "steekproef": {"drempl": 30}})
    assert "Bedoelde u 'register'?" in str(fout.value)
    assert "Bedoelde u 'drempel'?" in str(fout.value)


def test_a_misspelt_rule_in_the_file_names_its_line(tmp_path: Path):
    fout_bestand = tmp_path / "kit.yaml"
    fout_bestand.write_text(KIT.read_text(encoding="utf-8").replace("drempel: 10", "drempl: 10", 1), encoding="utf-8")
    with pytest.raises(ParameterFout, match=r"regel 5: onbekende sleutel 'drempl'\. Bedoelde u 'drempel'\?"):
        load_beleid(fout_bestand, bestand="params/kit.yaml")


@pytest.mark.parametrize(
    ("regels", "tekst"),
    [
        ({"drempel": 2}, "'drempel' is minstens 3"),
        ({"drempel": 10, "dominantie_aandeel": 1.5}, "aandeel tussen 0 en 1"),
        ({"drempel": 10, "halve_breedte": -1.0}, "halve_breedte: een grens is nul of meer"),
    ],
)
def test_an_impossible_rule_is_refused(regels, tekst):
    with pytest.raises(ValueError, match=tekst):
        Regels(**regels)
