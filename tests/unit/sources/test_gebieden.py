"""Areas: the same code is another place in another year, so nothing joins without the year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sdm_lib import sources
from sdm_lib.errors import ParameterFout

BESTAND = """\
indelingen:
  - jaar: 2017
    niveau: wijk
    geldig_van: 2015
    geldig_tot: 2021
    gebieden:
      WK01: {naam: Haven}
      WK02: {naam: Stad}
      WK03: {naam: Hout}
  - jaar: 2022
    niveau: wijk
    geldig_van: 2022
    gebieden:
      WK01: {naam: Haven Noord}
      WK02: {naam: Haven Zuid}
      WK04: {naam: Stad}
      WK05: {naam: Hout Noord}
opvolgers:
  - {jaar: 2017, code: WK01, naar_jaar: 2022, naar: WK01, aandeel: 0.25}
  - {jaar: 2017, code: WK01, naar_jaar: 2022, naar: WK02, aandeel: 0.75}
  - {jaar: 2017, code: WK02, naar_jaar: 2022, naar: WK04}
  - {jaar: 2017, code: WK03, naar_jaar: 2022, naar: WK05, aandeel: 0.6}
"""


def _own(root: Path, tekst: str = BESTAND) -> sources.Gebieden:
    (root / "params" / "gebieden.yaml").write_text(tekst)
    return sources.gebieden(root=root)


def test_a_code_that_was_used_again_is_two_places():
    almere = sources.gebieden()
    assert almere.naam("WK003401", jaar=2017) == "Almere Haven"
    assert almere.naam("WK003401", jaar=2022) == "Centrum Almere Haven"


def test_almere_has_six_stadsdelen_in_2017_and_71_wijken_in_2022_that_belong_to_them():
    almere = sources.gebieden()
    stadsdelen = almere.codes(jaar=2017, niveau="stadsdeel")
    wijken = almere.frame(jaar=2022, niveau="wijk")
    assert (len(stadsdelen), len(wijken)) == (6, 71)
    assert set(wijken["hoort_bij"]) == set(stadsdelen)


def test_the_division_that_holds_follows_the_year():
    almere = sources.gebieden()
    assert almere.geldend(2015, niveau="stadsdeel").jaar == 2017
    assert almere.geldend(2023, niveau="wijk").jaar == 2022
    with pytest.raises(ParameterFout, match=r"SDM-254 .*voor 2015 geldt geen indeling in wijk"):
        almere.geldend(2015, niveau="wijk")


def test_a_join_without_a_year_is_refused_on_either_side():
    met = pd.DataFrame({"gebied_jaar": [2017], "gebied": ["WK003401"]})
    zonder = pd.DataFrame({"gebied": ["WK003401"], "inwoners": [23270]})
    for paar in ((met, zonder), (zonder, met)):
        with pytest.raises(ParameterFout, match=r"SDM-253 .*kan niet zonder het jaar van de indeling"):
            sources.join(*paar)


def test_a_join_never_takes_the_same_code_of_another_year():
    links = pd.DataFrame({"gebied_jaar": [2017, 2022], "gebied": ["WK003401"] * 2})
    namen = pd.concat(
        [
            sources.gebieden().frame(jaar=2017, niveau="stadsdeel"),
            sources.gebieden().frame(jaar=2022, niveau="wijk"),
        ]
    )
    assert sources.join(links, namen)["naam"].tolist() == ["Almere Haven", "Centrum Almere Haven"]


def test_a_join_that_misses_an_area_names_it():
    links = pd.DataFrame({"gebied_jaar": [2022], "gebied": ["WK003499"]})
    with pytest.raises(ValueError, match=r"join: 1 areas have no match: \['2022 WK003499'\]"):
        sources.join(links, sources.gebieden().frame(jaar=2022, niveau="wijk"))


def test_unknown_area_year_and_level_name_what_is_near():
    almere = sources.gebieden()
    with pytest.raises(ParameterFout, match=r"'WK003407' staat niet in de indeling van 2017. Bedoelde u 'WK0034"):
        almere.gebied("WK003407", jaar=2017)
    with pytest.raises(ParameterFout, match="geen indeling 'wijk 2017'"):
        almere.indeling(2017, niveau="wijk")


def test_history_is_recalculated_where_the_concordance_is_whole_and_breaks_where_it_is_not(root: Path):
    frame = pd.DataFrame(
        {
            "periode": ["2016", "2016", "2016", "2022", "2022"],
            "gebied_jaar": [2017, 2017, 2017, 2022, 2022],
            "gebied": ["WK01", "WK02", "WK03", "WK01", "WK05"],
            "clienten": [100.0, 40.0, 10.0, 30.0, 8.0],
        }
    )
    uit, breuk = _own(root).recalculate(frame, naar_jaar=2022, niveau="wijk", sommen=["clienten"])
    assert breuk == ("WK05",)
    assert uit.to_dict("records") == [
        {"periode": "2016", "gebied_jaar": 2022, "gebied": "WK01", "clienten": 25.0},
        {"periode": "2016", "gebied_jaar": 2022, "gebied": "WK02", "clienten": 75.0},
        {"periode": "2016", "gebied_jaar": 2022, "gebied": "WK04", "clienten": 40.0},
        {"periode": "2022", "gebied_jaar": 2022, "gebied": "WK01", "clienten": 30.0},
    ]


def test_recalculating_keeps_the_total_of_what_does_not_break(root: Path):
    frame = pd.DataFrame({"gebied_jaar": 2017, "gebied": ["WK01", "WK02"], "n": [7.0, 5.0]})
    uit, breuk = _own(root).recalculate(frame, naar_jaar=2022, niveau="wijk", sommen=["n"])
    assert uit["n"].sum() == pytest.approx(12.0)
    assert "WK05" in breuk  # nothing leads to it


def test_recalculating_without_a_year_is_refused(root: Path):
    with pytest.raises(ParameterFout, match="SDM-253"):
        _own(root).recalculate(
            pd.DataFrame({"gebied": ["WK01"], "n": [1]}), naar_jaar=2022, niveau="wijk", sommen=["n"]
        )


@pytest.mark.parametrize(
    ("was", "wordt", "verwacht"),
    [
        ("naar: WK04}", "naar: WK09}", "gebied 'WK09' staat niet in de indeling van 2022"),
        ("aandeel: 0.6", "aandeel: 1.6", "aandeel moet tussen 0 en 1 liggen"),
        (
            "{naam: Hout Noord}",
            "{naam: Hout, hoort_bij: WK99}",
            "gebied 'WK99' zoekt een indeling, en hoort_bij_jaar ontbreekt",
        ),
        ("geldig_tot: 2021", "geldig_tot: toen", "'toen' past hier niet"),
    ],
)
def test_a_file_with_areas_that_do_not_exist_is_refused(was: str, wordt: str, verwacht: str, root: Path):
    with pytest.raises(ParameterFout, match=verwacht):
        _own(root, BESTAND.replace(was, wordt))


def test_reference_files_keep_codes_as_text_and_an_unknown_name_is_refused():
    figures = sources.reference("losse_cijfers")
    assert figures["gebied"].dtype == "str"
    with pytest.raises(
        ParameterFout, match=r"SDM-255 .*onbekend referentiebestand 'losse_cijfer'. Bedoelde u 'losse_cijfers'\?"
    ):
        sources.reference("losse_cijfer")
