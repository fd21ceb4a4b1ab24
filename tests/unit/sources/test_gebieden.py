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
    vandaag = almere.frame(jaar=2022, niveau="stadsdeel")
    assert set(wijken["hoort_bij"]) == set(vandaag["gebied"])
    assert set(vandaag["hoort_bij"]) == set(stadsdelen)


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


# -- the real re-use of WK003401 ---------------------------------------------------------------------------------------


def _haven_2020() -> pd.DataFrame:
    """What Statistics Netherlands published of the parts of Almere Haven: names, for the codes changed since."""
    kwb = sources.reference("kwb2020_almere_haven")
    return kwb[kwb["soort_regio"] == "Buurt"][["regio", "inwoners"]]


def test_a_figure_of_haven_in_2017_lands_on_the_districts_of_2022_and_not_on_its_own_code():
    almere = sources.gebieden()
    oud = pd.DataFrame({"gebied_jaar": [2017], "gebied": ["WK003401"], "inwoners": [23270.0]})
    nieuw, _ = almere.recalculate(oud, naar_jaar=2022, niveau="wijk", sommen=["inwoners"])
    namen = nieuw.merge(almere.frame(jaar=2022, niveau="wijk"), on=["gebied_jaar", "gebied"], validate="one_to_one")
    per_naam = namen.set_index("naam")["inwoners"]
    assert nieuw.set_index("gebied")["inwoners"]["WK003401"] == pytest.approx(1590)  # Centrum, not all of Haven
    for naam, aantal in _haven_2020().itertuples(index=False):
        assert per_naam.get(naam, 0) == pytest.approx(aantal)
    assert per_naam.sum() == pytest.approx(23270)
    assert per_naam["Overig Almere Haven"] == pytest.approx(15)  # the published parts are fifteen short of their sum


def test_where_no_shares_are_known_the_series_breaks_and_says_where():
    almere = sources.gebieden()
    oud = pd.DataFrame({"gebied_jaar": 2017, "gebied": ["WK003401", "WK003402"], "clienten": [500.0, 900.0]})
    nieuw, breuk = almere.recalculate(oud, naar_jaar=2022, niveau="wijk", sommen=["clienten"])
    van_haven = {code for code, g in almere.indeling(2022, niveau="wijk").gebieden.items() if g.hoort_bij == "SD003401"}
    assert set(nieuw["gebied"]) <= van_haven
    assert set(breuk) == set(almere.codes(jaar=2022, niveau="wijk")) - set(nieuw["gebied"])
    assert nieuw["clienten"].sum() == pytest.approx(500.0)


def test_districts_of_2022_add_up_to_the_stadsdeel_of_2017_they_lie_in():
    almere = sources.gebieden()
    wijken = sources.reference("almere_wijken_2022_grenzen")
    frame = pd.DataFrame({"gebied_jaar": 2022, "gebied": wijken["wijkcode"], "km2": wijken["opp_km2_benaderd"]})
    terug, breuk = almere.recalculate(frame, naar_jaar=2017, niveau="stadsdeel", sommen=["km2"])
    toen = sources.reference("almere_stadsdelen_2017_grenzen").set_index("wijkcode")["opp_km2_benaderd"]
    assert breuk == ()
    assert terug["km2"].sum() == pytest.approx(frame["km2"].sum())
    for code, km2 in terug[["gebied", "km2"]].itertuples(index=False):
        assert km2 == pytest.approx(
            toen[code], rel=0.1
        )  # outlines were drawn anew; the same code alone: 0.33 for 21.56
    zelfde_code = frame.set_index("gebied")["km2"]["WK003401"]
    assert zelfde_code < 0.02 * toen["WK003401"]


VIJF = """\
indelingen:
  - {jaar: 2022, niveau: gemeente, geldig_van: 2015, gebieden: {GM01: {naam: Stad}}}
  - jaar: 2022
    niveau: stadsdeel
    geldig_van: 2015
    hoort_bij_jaar: 2022
    gebieden: {SD01: {naam: Noord, hoort_bij: GM01}, SD02: {naam: Zuid, hoort_bij: GM01}}
  - jaar: 2022
    niveau: wijk
    geldig_van: 2022
    hoort_bij_jaar: 2022
    gebieden: {WK01: {naam: Een, hoort_bij: SD01}, WK02: {naam: Twee, hoort_bij: SD02}}
  - jaar: 2022
    niveau: buurt
    geldig_van: 2022
    hoort_bij_jaar: 2022
    gebieden: {BU01: {naam: A, hoort_bij: WK01}, BU02: {naam: B, hoort_bij: WK01}, BU03: {naam: C, hoort_bij: WK02}}
  - jaar: 2022
    niveau: wijkteam
    geldig_van: 2022
    hoort_bij_jaar: 2022
    gebieden: {WT01: {naam: Team, hoort_bij: SD01}}
"""


@pytest.mark.parametrize(
    ("niveau", "verwacht"), [("wijk", [3.0, 4.0]), ("stadsdeel", [3.0, 4.0]), ("gemeente", [7.0]), ("buurt", [1, 2, 4])]
)
def test_five_levels_add_up_through_the_areas_between(niveau: str, verwacht: list[float], root: Path):
    frame = pd.DataFrame({"gebied_jaar": 2022, "gebied": ["BU01", "BU02", "BU03"], "n": [1.0, 2.0, 4.0]})
    uit, breuk = _own(root, VIJF).recalculate(frame, naar_jaar=2022, niveau=niveau, sommen=["n"])
    assert uit["n"].tolist() == verwacht
    assert breuk == ()
    assert _own(root, VIJF).codes_van(2022, niveau="wijkteam") == ("WT01",)


@pytest.mark.parametrize(
    ("tekst", "verwacht"),
    [
        (VIJF.replace("niveau: buurt", "niveau: straat"), "onbekende waarde 'straat'"),
        (BESTAND.replace("aandeel: 0.25", "aandeel: 1/0"), "'1/0' past hier niet"),
        (
            VIJF + "opvolgers:\n  - {jaar: 2022, code: SD01, naar_jaar: 2022, naar: WT01}\n"
            "  - {jaar: 2022, code: WK02, naar_jaar: 2022, naar: WT01}\n",
            "SDM-259 .*gebied 'WT01' krijgt gebieden van 2022 uit twee niveaus: stadsdeel en wijk",
        ),
    ],
)
def test_a_level_or_share_that_does_not_exist_or_does_not_add_up_is_refused(tekst: str, verwacht: str, root: Path):
    with pytest.raises(ParameterFout, match=verwacht):
        _own(root, tekst)


def test_a_stadsdeel_keeps_its_history_under_its_new_code():
    almere = sources.gebieden()
    toen = pd.DataFrame({"gebied_jaar": 2017, "gebied": almere.codes(jaar=2017, niveau="stadsdeel")})
    toen = toen.assign(periode="2016K4", clienten=[10.0, 20.0, 30.0, 40.0, 50.0, 60.0])
    nu, breuk = almere.recalculate(toen, naar_jaar=2022, niveau="stadsdeel", sommen=["clienten"])
    assert breuk == ()
    assert nu.set_index("gebied")["clienten"].to_dict() == {f"SD00340{k}": 10.0 * k for k in range(1, 7)}


def test_the_same_code_of_two_years_is_added_to_two_different_stadsdelen_of_today():
    almere = sources.gebieden()
    haven = [code for code, een in almere.indeling(2022, niveau="wijk").gebieden.items() if een.hoort_bij == "SD003401"]
    nu = pd.DataFrame({"gebied_jaar": 2022, "gebied": haven}).assign(n=lambda f: 2.0 * (f["gebied"] == "WK003402"))
    toen = pd.DataFrame({"gebied_jaar": [2017], "gebied": ["WK003402"], "n": [1.0]})
    uit, _ = almere.recalculate(pd.concat([nu, toen]), naar_jaar=2022, niveau="stadsdeel", sommen=["n"])
    # Almere Stad of 2017, and De Werven of 2022, which lies in Haven
    assert uit.set_index("gebied")["n"].to_dict() == {"SD003401": 2.0, "SD003402": 1.0}


def test_an_area_of_which_a_part_is_nowhere_in_the_table_is_a_break_and_no_partial_sum(root: Path):
    frame = pd.DataFrame({"gebied_jaar": 2022, "gebied": ["BU01", "BU03"], "n": [1.0, 4.0]})
    uit, breuk = _own(root, VIJF).recalculate(frame, naar_jaar=2022, niveau="wijk", sommen=["n"])
    assert breuk == ("WK01",), "BU02 is absent"
    assert uit[["gebied", "n"]].to_numpy().tolist() == [["WK02", 4.0]]
    gemeente, breuk = _own(root, VIJF).recalculate(frame, naar_jaar=2022, niveau="gemeente", sommen=["n"])
    assert (len(gemeente), breuk) == (0, ("GM01",))


def test_a_part_that_is_absent_from_one_group_leaves_that_sum_unknown(root: Path):
    frame = pd.DataFrame(
        {"wet": ["wmo", "wmo", "jeugd", None, None], "gebied_jaar": 2022, "n": [1.0, 2.0, 5.0, 3.0, 4.0],
         "gebied": ["BU01", "BU02", "BU01", "BU01", "BU02"]}
    )  # fmt: skip
    uit, breuk = _own(root, VIJF).recalculate(frame, naar_jaar=2022, niveau="wijk", sommen=["n"])
    assert breuk == ("WK02",)
    per_wet = uit.set_index("wet")["n"]
    assert per_wet["wmo"] == 3.0
    assert pd.isna(per_wet["jeugd"])
    assert per_wet[per_wet.index.isna()].tolist() == [7.0], "a group without a name is a group"


def test_areas_and_their_own_parts_in_one_table_are_not_added_up_twice(root: Path):
    frame = pd.DataFrame({"gebied_jaar": 2022, "gebied": ["WK01", "BU01", "BU02"], "n": [3.0, 1.0, 2.0]})
    with pytest.raises(
        ValueError, match=r"areas of the levels \['buurt', 'wijk'\] in one table would be added up twice"
    ):
        _own(root, VIJF).recalculate(frame, naar_jaar=2022, niveau="stadsdeel", sommen=["n"])


def test_the_area_of_a_wijkteam_is_a_level_of_its_own_that_lasts():
    almere = sources.gebieden()
    toen = pd.DataFrame({"gebied_jaar": 2017, "gebied": ["WT003401"], "n": [7.0]})
    nu, breuk = almere.recalculate(toen, naar_jaar=2022, niveau="wijkteam", sommen=["n"])
    assert nu["gebied"].tolist() == ["WT003401"]
    assert nu["gebied_jaar"].tolist() == [2022]
    assert set(breuk) == set(almere.codes(jaar=2022, niveau="wijkteam")) - {"WT003401"}
    assert almere.niveau("WT003401", jaar=2022) == "wijkteam"


def test_a_level_has_no_codes_in_a_year_when_it_did_not_exist():
    almere = sources.gebieden()
    assert almere.geldende_codes(2021, niveau="wijk") == ()
    assert len(almere.geldende_codes(2022, niveau="wijk")) == 71
    assert almere.geldende_codes(2021, niveau="stadsdeel")[0] == "WK003401"
    assert almere.geldende_codes(2022, niveau="stadsdeel")[0] == "SD003401"
    assert almere.eerste_jaar == 2015
