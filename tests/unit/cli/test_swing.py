"""Published figures for a Swing import: format 1 of Swing Studio, from protected numbers alone."""

import csv
import hashlib
import io
import json
import re

import pytest

from sdm_lib.cli.swing import as_swing, indicator_code
from sdm_lib.errors import ParameterFout, RapportFout

KOP = (
    "indicator;naam;definitie;periode;meetperiode;gebied_soort;gebied;gebied_jaar;gebied_naam;groep;maat;waarde;"
    "ondergrens;bovengrens;referentie;p;n;eenheid;methode;status;stand;bron"
)


def figure(**anders) -> dict[str, str]:
    vast = {
        "indicator": "BC01", "naam": "Wmo-clienten", "definitie": "2015K1", "periode": "2015K2",
        "meetperiode": "2015K2", "gebied_soort": "stadsdeel", "gebied": "WK003401", "gebied_jaar": "2017",
        "groep": "", "maat": "level", "waarde": "1234", "eenheid": "aantal", "status": "ok", "bron": "register",
    }  # fmt: skip
    return vast | anders


def table(*rijen, **niveaus):
    tekst = as_swing(rijen, niveaus=niveaus).waarden
    return list(csv.DictReader(io.StringIO(tekst), delimiter=";"))


def test_a_row_per_area_and_period_and_a_column_per_indicator():
    rijen = table(
        figure(),
        figure(indicator="NM01", waarde="0,6543", eenheid="aandeel"),
        figure(gebied_soort="gemeente", gebied="GM0034", waarde="9421"),
    )
    assert rijen == [
        {"PERIOD": "2015K2", "GEOLEVEL": "gemeente", "GEOITEM": "GM0034", "bc01": "9421", "nm01": ""},
        {"PERIOD": "2015K2", "GEOLEVEL": "stadsdeel", "GEOITEM": "WK003401", "bc01": "1234", "nm01": "65,43"},
    ]


@pytest.mark.parametrize(
    ("aandeel", "procent"),
    [("1", "100"), ("0", "0"), ("0,5", "50"), ("0,07", "7"), ("0,0005", "0,05"), ("0,1", "10"), ("-0,125", "-12,5")],
)
def test_shares_become_percentages_without_a_digit_more(aandeel, procent):
    [rij] = table(figure(waarde=aandeel, eenheid="aandeel"), figure(indicator="X", waarde="1"))
    assert rij["bc01"] == procent


def test_a_figure_that_is_not_shown_is_an_empty_cell_and_is_counted():
    elders = {"gebied": "WK003402"}
    hier = [figure(), figure(indicator="BC02", waarde="", status="onderdrukt")]
    daar = [figure(**elders), figure(indicator="BC02", waarde="12", **elders)]
    gemaakt = as_swing([*hier, *daar], niveaus={})
    assert gemaakt.waarden.splitlines()[1:] == ["2015K2;stadsdeel;WK003401;1234;", "2015K2;stadsdeel;WK003402;1234;12"]
    assert (gemaakt.getoond, gemaakt.verborgen) == (3, 1)


def test_a_hidden_value_never_leaves_even_when_the_file_holds_one():
    [rij] = table(figure(waarde="7", status="onderdrukt"), figure(indicator="X"))
    assert "bc01" not in rij


def test_differences_stay_behind_and_an_old_measurement_keeps_its_own_period():
    [rij] = table(figure(meetperiode="2015K1"), figure(maat="difference", waarde="-70"))
    assert (rij["PERIOD"], rij["bc01"]) == ("2015K1", "1234")


def test_codes_hold_only_what_swing_allows():
    lang = figure(indicator="K03", groep="jaar=2010;post=Waarvan gebundeld re-integratie en participatie, totaal")
    for rij in (figure(groep="voorziening=hulp_bij_huishouden"), lang, figure(definitie="", bron="bewoners")):
        assert re.fullmatch(r"[a-z0-9_]{1,50}", indicator_code(rij))
    assert indicator_code(lang) != indicator_code(lang | {"groep": lang["groep"] + "s"})
    assert indicator_code(figure(indicator="respons", definitie="", bron="bewoners")) == "respons_bewoners"
    assert indicator_code(figure(groep="leeftijd=75+;wet=wmo")) == "bc01_leeftijd_75_wet_wmo"


def test_the_list_says_what_each_code_is():
    gemaakt = as_swing([figure(groep="wet=wmo", naam="Clienten")], niveaus={})
    assert gemaakt.onderwerpen.splitlines() == [
        "code;naam;groep;eenheid;bron", "bc01_wet_wmo;Clienten;wet=wmo;aantal;register",
    ]  # fmt: skip


def test_two_divisions_need_two_codes_because_area_codes_are_used_again():
    rijen = [figure(gebied_soort="wijk"), figure(gebied_soort="wijk", gebied_jaar="2022", waarde="5")]
    with pytest.raises(ParameterFout, match=r"niveau 'wijk' heeft gebieden van meer dan een indeling: 2017, 2022"):
        as_swing(rijen, niveaus={})
    found = table(*rijen, wijk2017="wijkoud", wijk2022="wijk")
    assert {(rij["GEOLEVEL"], rij["bc01"]) for rij in found} == {("wijkoud", "1234"), ("wijk", "5")}


@pytest.mark.parametrize(
    ("rijen", "niveaus", "fout", "tekst"),
    [
        ([figure(), figure(waarde="5")], {}, RapportFout, "'bc01' heeft twee waarden voor WK003401, 2015K2"),
        ([figure(), figure(indicator="bc-01"), figure(indicator="bc_01")], {}, RapportFout, "twee verschillende"),
        ([{"indicator": "BC01"}], {}, RapportFout, "cijfers.csv mist kolom 'naam'"),
        ([figure()], {"buurt": "b"}, ParameterFout, "niveau 'buurt' komt in deze cijfers niet voor. Kies uit stadsd"),
    ],
)
def test_what_does_not_fit_is_named(rijen, niveaus, fout, tekst):
    with pytest.raises(fout, match=re.escape(tekst)):
        as_swing(rijen, niveaus=niveaus)


@pytest.fixture
def reports(project):
    folder = project / "reports" / "2015K2"
    folder.mkdir(parents=True)
    rij = figure()
    regel = ";".join(rij.get(kolom, "") for kolom in KOP.split(";"))
    inhoud = f"\ufeff{KOP}\r\n{regel}\r\n".encode()
    (folder / "cijfers.csv").write_bytes(inhoud)
    manifest = {"bestanden": {"cijfers.csv": hashlib.sha256(inhoud).hexdigest()}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_the_command_writes_both_files(reports, sdm, tmp_path):
    code, out, err = sdm("export", "2015K2", str(tmp_path / "swing.csv"), "--niveau", "stadsdeel=stad17")
    assert code == 0, err
    assert "1 cijfers staan in" in out
    assert (tmp_path / "swing.csv").read_bytes() == b"PERIOD;GEOLEVEL;GEOITEM;bc01\r\n2015K2;stad17;WK003401;1234\r\n"
    assert (tmp_path / "swing-onderwerpen.csv").read_text(encoding="utf-8-sig").startswith("code;naam")


def test_figures_that_somebody_changed_do_not_leave(reports, sdm, tmp_path):
    with (reports / "cijfers.csv").open("a", encoding="utf-8") as handle:
        handle.write("\r\n")
    code, _, err = sdm("export", "2015K2", str(tmp_path / "swing.csv"))
    assert code != 0
    assert "cijfers.csv is gewijzigd sinds de run" in err
    assert not (tmp_path / "swing.csv").exists()


@pytest.mark.parametrize(
    ("woorden", "tekst"),
    [
        (["{doel}/a.csv", "--rapporten", "{doel}"], "geen cijfers van een voltooide run"),
        (["clienten", "clienten", "{doel}/a.csv"], "een .csv bevat alle cijfers van het kwartaal. Laat 'clienten"),
        (["clienten", "{doel}/a.sav"], "een .sav vraagt een onderwerp en een enquete. Bijvoorbeeld: sdm export"),
        (["{root}/reports/a.csv"], "een bestand voor Swing hoort niet in reports/"),
        (["{doel}/a.csv", "--niveau", "stadsdeel"], "niveau 'stadsdeel' is geen NAAM=CODE"),
        (["{doel}/a.xlsx"], "een .sav vraagt een onderwerp en een enquete"),
    ],
)
def test_a_wrong_export_says_what_to_write(reports, project, sdm, tmp_path, woorden, tekst):
    code, _, err = sdm("export", "2015K2", *[woord.format(doel=tmp_path, root=project) for woord in woorden])
    assert code != 0
    assert tekst in err
