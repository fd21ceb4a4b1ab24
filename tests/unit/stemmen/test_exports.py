"""Exports of both programs: csv and xlsx, headings in English, German and Dutch, all read as the same interviews."""

import pandas as pd
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.sources.levering import Schema
from sdm_lib.stemmen.gesprekken import gesprekken
from sdm_lib.stemmen.segmenten import segmenten

MAXQDA = {
    "engels": ["Document group", "Document name", "Code", "Beginning", "End", "Weight score", "Segment", "Created by"],
    "duits": ["Dokumentgruppe", "Dokumentname", "Code", "Anfang", "Ende", "Gewicht", "Segment", "Erstellt von"],
    "nederlands": ["Documentgroep", "Documentnaam", "Codepad", "Begin", "Einde", "Gewicht", "Segment", "Gemaakt door"],
}
ATLASTI = {
    "engels": ["ID", "Document", "Quotation Content", "Codes", "Created by", "Modified by"],
    "duits": ["ID", "Dokument", "Zitatinhalt", "Kodes", "Erstellt von", "Geändert von"],
    "nederlands": ["ID", "Document", "Inhoud van het citaat", "Codes", "Gemaakt door", "Gewijzigd door"],
}
GECODEERD = [
    ("Clienten", "Gesprek C01", "Toegang > Wijkteam onbekend", 2, 3, 50, "Ik wist het niet; mijn zus wel.", "A"),
    ("Clienten", "Gesprek C02", "Toegang > Wijkteam onbekend", 4, 4, 0, "Nooit van „het wijkteam” gehoord.", "A"),
    ("Clienten", "Gesprek C02", "Toegang > Lang wachten", 4, 4, 100, "Nooit van „het wijkteam” gehoord.", "B"),
]
GECITEERD = [
    ("1:1", "Gesprek C01", "Ik wist het niet; mijn zus wel.", "Toegang: Wijkteam onbekend", "A", "A"),
    (
        "2:1", "Gesprek C02", "Nooit van „het wijkteam” gehoord.",
        "Toegang: Wijkteam onbekend\nToegang: Lang wachten", "A", "B",
    ),
]  # fmt: skip
LIJST = pd.DataFrame(
    {"document": ["Gesprek C01", "Gesprek C02"], "soort": "client_wmo", "volgorde": [1, 2], "deelnemers": 1}
).assign(toestemming="ja")
PROGRAMMAS = {"interviews_maxqda": (MAXQDA, GECODEERD), "interviews_atlasti": (ATLASTI, GECITEERD)}


def write(folder, naam, *, taal="engels", vorm="csv"):
    koppen, rijen = PROGRAMMAS[naam]
    frame = pd.DataFrame(rijen, columns=koppen[taal])
    path = folder / f"{naam}.{vorm}"
    if vorm == "csv":
        frame.to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    else:
        frame.to_excel(path, index=False, sheet_name="Zitate" if taal == "duits" else "Segmenten")
    return path


def read(folder, naam):
    return sources.read(naam, folder=folder).frame


@pytest.mark.parametrize("vorm", ["csv", "xlsx"])
@pytest.mark.parametrize("taal", MAXQDA)
@pytest.mark.parametrize("naam", PROGRAMMAS)
def test_every_form_and_language_gives_the_same_interviews(tmp_path, naam, taal, vorm):
    write(tmp_path, naam, taal=taal, vorm=vorm)
    codes = gesprekken(LIJST, read(tmp_path, naam)).codes
    assert set(codes[["document", "thema"]].itertuples(index=False, name=None)) == {
        ("Gesprek C01", "Toegang: Wijkteam onbekend"),
        ("Gesprek C02", "Toegang: Wijkteam onbekend"),
        ("Gesprek C02", "Toegang: Lang wachten"),
    }
    teksten = {(een.document, een.tekst) for een in segmenten(tmp_path)}
    assert teksten == {
        ("Gesprek C01", "Ik wist het niet; mijn zus wel."),
        ("Gesprek C02", "Nooit van „het wijkteam” gehoord."),
    }


@pytest.mark.parametrize("vorm", ["csv", "xlsx"])
def test_the_weight_of_a_segment_is_read_as_a_number(tmp_path, vorm):
    write(tmp_path, "interviews_maxqda", vorm=vorm)
    assert read(tmp_path, "interviews_maxqda")["gewicht"].tolist() == [50, 0, 100]


@pytest.mark.parametrize("naam", PROGRAMMAS)
def test_the_text_of_a_segment_is_not_in_what_is_read_nor_in_what_is_kept(tmp_path, naam):
    for vorm in ("csv", "xlsx"):
        folder = tmp_path / vorm
        folder.mkdir()
        write(folder, naam, vorm=vorm)
        bewaard = sources.read_kept(naam, folder=folder, cache=tmp_path / "cache")
        assert "segment" not in bewaard.frame
        assert bewaard.bestand == f"{naam}.{vorm}"
    gehouden = b"".join(path.read_bytes() for path in (tmp_path / "cache").iterdir())
    assert gehouden
    assert b"wijkteam\xe2" not in gehouden


def test_one_delivery_in_two_forms_is_refused_and_neither_is_chosen(tmp_path):
    for vorm in ("csv", "xlsx"):
        write(tmp_path, "interviews_maxqda", vorm=vorm)
    with pytest.raises(InvoerFout, match=r"SDM-374.*interviews_maxqda\.csv en interviews_maxqda\.xlsx"):
        read(tmp_path, "interviews_maxqda")


def test_an_absent_delivery_names_every_form_it_may_come_in(tmp_path):
    with pytest.raises(InvoerFout, match=r"SDM-301.*of als interviews_maxqda\.xlsx"):
        read(tmp_path, "interviews_maxqda")


def test_another_form_has_to_be_one_that_holds_a_table():
    schema = sources.load_schema("interviews_maxqda")
    gegeven = {naam: getattr(schema, naam) for naam in Schema.__slots__} | {"ook": ("interviews.docx",)}
    with pytest.raises(ValueError, match=r"interviews\.docx.*eindigt niet op csv, xlsx, xls of parquet"):
        Schema(**gegeven)


def test_a_name_that_is_no_form_is_told_with_its_line(tmp_path):
    folder = tmp_path / "params" / "leveringen"
    folder.mkdir(parents=True)
    (folder / "x.yaml").write_text(
        "levering: x\nlabel: X\nbestand: x.csv\nvorm: csv\nook: [x.pdf]\nsleutel: [a]\n"
        "kolommen:\n  a: {soort: tekst, verplicht: ja, label: A}\n",
        encoding="utf-8",
    )
    with pytest.raises(ParameterFout, match=r"x\.pdf"):
        sources.load_schema("x", root=tmp_path)
