"""`sdm guard`: finished files held by hand against the records they were made of."""

import pytest

from tests.unit.disclosure.test_herkenning import LEKKEN, records

DATA = records(300).assign(toelichting="")
DATA.loc[7, "toelichting"] = "ik wacht al sinds de zomer op een plek bij de dagbesteding"


@pytest.fixture
def levering(tmp_path):
    path = tmp_path / "levering.csv"
    DATA.to_csv(path, sep=";", index=False)
    return str(path)


def bestand(tmp_path, naam: str, tekst: str) -> str:
    path = tmp_path / naam
    path.write_text(tekst, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("lek", ["head", "op zijn kant", "andere koppen", "als tekst", "een rij"])
def test_a_page_with_records_of_the_named_file_is_stopped_without_their_values(sdm, tmp_path, levering, lek):
    pagina = bestand(tmp_path, "verslag.html", LEKKEN[lek](DATA.drop(columns="toelichting")))
    code, out, err = sdm("guard", pagina, "--microdata", levering)
    assert code == 4
    assert "SDM-480" in err
    assert "verslag.html" in err
    assert not [waarde for waarde in DATA["persoon"].head(8) if waarde in out + err]
    assert not [waarde for waarde in DATA["bedrag"].head(8) if str(waarde) in out + err]


def test_without_records_to_hold_it_against_the_command_says_what_it_did_not_look_at(sdm, tmp_path):
    pagina = bestand(tmp_path, "verslag.html", LEKKEN["een rij"](DATA))
    code, out, err = sdm("guard", pagina)
    assert (code, "niets gevonden" in out) == (0, True)
    assert "niet gekeken of er regels van personen in staan" in err


def test_a_table_of_means_passes_and_an_open_answer_does_not(sdm, tmp_path, levering):
    goed = bestand(tmp_path, "goed.html", DATA.groupby("stadsdeel")[["bedrag"]].mean().round(2).to_html())
    assert sdm("guard", goed, "--microdata", levering)[0] == 0
    fout = bestand(tmp_path, "fout.csv", f"a;b\n1;{DATA['toelichting'][7]}\n")
    code, _, err = sdm("guard", goed, fout, "--microdata", levering)
    assert code == 4
    assert "fout.csv" in err
    assert "goed.html" not in err
    assert "zomer" not in err


def test_what_the_guard_cannot_read_is_not_passed(sdm, tmp_path):
    assert sdm("guard", bestand(tmp_path, "plaat.bmp", "x"))[0] == 4
    code, _, err = sdm("guard", str(tmp_path / "weg.html"))
    assert (code, "SDM-489" in err) == (2, True)
