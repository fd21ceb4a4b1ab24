"""cijfers.csv, its description, the CSV of a piece and the workbook."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import openpyxl
import pandas as pd
import pytest

from sdm_lib import report
from sdm_lib.errors import PrivacyFout, RapportFout
from sdm_lib.report.stuk import stuk
from sdm_lib.report.tables import piece_csv
from sdm_lib.report.workbook import VAST
from tests.unit.report.stukken import aandelen, beschermd, rijen, standen, teken, tellingen, voorbeelden

BOEK = {"titel": "Monitor", "kwartaal": "2e kwartaal 2015"}


def _csv(*stukken) -> pd.DataFrame:
    inhoud = report.cijfers_csv({str(i): een for i, een in enumerate(stukken)})
    return pd.read_csv(io.BytesIO(inhoud), sep=";", decimal=",", encoding="utf-8-sig", dtype={"gebied": "str"})


def test_every_number_stands_once():
    een = beschermd(aandelen(), naam="clienten/GM0034/1")
    twee = beschermd(aandelen().where(gebied="GM0034"), naam="clienten/GM0034/2")
    frame = _csv(een, twee)
    assert len(frame) == 6
    assert frame.set_index("gebied")["waarde"].to_dict()["WK003401"] == 0.72
    assert frame.set_index("gebied").loc["WK003405", ["waarde", "n"]].isna().all()


def test_columns_are_described():
    kolommen = json.loads(report.cijfers_metadata(titel="Monitor"))["tableSchema"]["columns"]
    assert [kolom["name"] for kolom in kolommen] == list(_csv(beschermd(aandelen())).columns)
    assert all(kolom["dc:description"] for kolom in kolommen)


def test_hidden_here_and_shown_there_is_a_privacy_error():
    getoond = beschermd(rijen({"value": 0.6, "lower": 0.55, "upper": 0.65, "n": 400}, indicator="CE01", unit="aandeel"))
    verborgen = beschermd(rijen({"value": 0.6, "lower": 0.55, "upper": 0.65, "n": 4}, indicator="CE01", unit="aandeel"))
    with pytest.raises(PrivacyFout, match=r"SDM-520.*CE01 in GM0034, 2015K2, staat op de ene plek wel"):
        report.cijfers_csv({"a": getoond, "b": verborgen})


def test_one_number_with_two_values_is_an_error():
    een, twee = (beschermd(standen(("CE01", waarde, "aandeel"))) for waarde in (0.6, 0.7))
    with pytest.raises(RapportFout, match=r"SDM-620.*heeft twee verschillende waarden"):
        report.cijfers_csv({"a": een, "b": twee})


def test_one_indicator_from_two_sources_is_two_numbers():
    een, twee = (
        beschermd(
            rijen({"value": x, "numerator": x, "n": x}, indicator="R1", unit="aantal", source=bron), policy="register"
        )
        for x, bron in ((168.0, "professionals"), (6500.0, "bewoners"))
    )
    assert _csv(een, twee)["waarde"].tolist() == [6500, 168]


def test_nothing_but_a_publishable_is_written():
    for schrijf in (report.cijfers_csv, lambda p: report.workbook(p, **BOEK)):
        with pytest.raises(TypeError, match="draws a Publishable"):
            schrijf({"a": aandelen()})


def test_piece_csv_opens_in_a_dutch_excel():
    publishable = beschermd(aandelen())
    inhoud = piece_csv(stuk(publishable))
    assert inhoud.startswith(b"\xef\xbb\xbfcijfer;gebied;")
    assert "Almere Haven;;2e kwartaal 2015;stand;0,72;" in inhoud.decode()
    assert inhoud.decode().splitlines()[-1].endswith(f";;;;;aandeel;{teken(publishable)}")


def test_no_text_is_taken_for_a_formula():
    kwaad = beschermd(standen(("CE01", 0.6, "aandeel")), labels={"CE01": "=cmd|' /C calc'!A0"})
    assert b";'=cmd" in report.cijfers_csv({"a": kwaad})
    blad = openpyxl.load_workbook(io.BytesIO(report.workbook({"a": kwaad}, **BOEK)))["Clienten"]
    assert blad["B4"].value == "'=cmd|' /C calc'!A0"
    assert blad["B4"].data_type == "s"


def test_workbook_has_cover_contents_notes_and_a_named_table_a_sheet():
    inhoud = report.workbook({een.id: een for een in voorbeelden().values()}, **BOEK, namen={"clienten": "Cliënten"})
    boek = openpyxl.load_workbook(io.BytesIO(inhoud))
    assert boek.sheetnames == ["Voorblad", "Inhoud", "Toelichting", "Cliënten"]
    assert list(boek["Cliënten"].tables) == ["tabel_cli_nten"]
    assert "CONCEPT" in [cel.value for cel in boek["Voorblad"]["A"]]
    assert not boek["Cliënten"].merged_cells.ranges


def test_workbook_holds_numbers_with_formats_and_signs_for_hidden_ones():
    stuk_ = beschermd(aandelen())
    boek = openpyxl.load_workbook(io.BytesIO(report.workbook({"a": stuk_}, **BOEK)))["Clienten"]
    per_gebied = {rij[2].value: rij for rij in boek.iter_rows(min_row=4)}
    assert per_gebied["Almere Haven"][6].value == 0.72
    assert per_gebied["Almere Haven"][6].number_format == "0%"
    assert (per_gebied["Almere Hout"][6].value, per_gebied["Almere Hout"][9].value) == (teken(stuk_), None)


def test_workbook_bytes_hold_no_clock():
    stukken = {"a": beschermd(tellingen("wet", {"wmo": 400, "jeugd": 300}), policy="register")}
    een = report.workbook(stukken, **BOEK)
    assert een == report.workbook(stukken, **BOEK)
    with zipfile.ZipFile(io.BytesIO(een)) as zip_:
        assert {info.date_time for info in zip_.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert VAST.strftime("%Y-%m-%dT%H:%M:%SZ").encode() in zip_.read("docProps/core.xml")


def test_workbook_of_nothing_still_opens():
    assert openpyxl.load_workbook(io.BytesIO(report.workbook({}, **BOEK))).sheetnames == [
        "Voorblad",
        "Inhoud",
        "Toelichting",
    ]


def as_described(tekst: str, datatype: object) -> object:
    """A cell read as CSV on the Web says: a text as it is, a number by its own format. Empty is null."""
    if datatype == "string" or not tekst:
        return tekst
    assert isinstance(datatype, dict)
    vorm = datatype["format"]
    kaal = tekst.replace(vorm["groupChar"], "").replace(vorm["decimalChar"], ".")
    return {"decimal": float, "integer": int}[datatype["base"]](kaal)


def test_the_description_alone_is_enough_to_read_the_file():
    """Read by nothing but the metadata, as the Model for Tabular Data (W3C, 2015) says."""
    meta = json.loads(report.cijfers_metadata(titel="Monitor"))
    assert meta["@context"][0] == "http://www.w3.org/ns/csvw"
    assert meta["url"] == "cijfers.csv"  # beside it: nothing but a name
    dialect, kolommen = meta["dialect"], meta["tableSchema"]["columns"]
    assert len({kolom["name"] for kolom in kolommen}) == len(kolommen)
    assert set(meta) <= {"@context", "url", "dialect", "tableSchema", "dc:title", "dc:license"}
    assert all(set(kolom) == {"name", "titles", "datatype", "dc:description"} for kolom in kolommen)
    stukken = {str(i): een for i, een in enumerate(voorbeelden().values())}
    tekst = report.cijfers_csv(stukken).decode(dialect["encoding"]).removeprefix("\ufeff")
    assert tekst.endswith(dialect["lineTerminators"][0])
    koppen, *rijen_ = csv.reader(io.StringIO(tekst, newline=""), delimiter=dialect["delimiter"])
    assert koppen == [kolom["titles"] for kolom in kolommen]
    gelezen = [
        {kolom["name"]: as_described(cel, kolom["datatype"]) for kolom, cel in zip(kolommen, rij, strict=True)}
        for rij in rijen_
    ]
    assert len(gelezen) > 40
    kenmerk = {"indicator": "CE01", "gebied": "WK003401", "groep": "", "maat": "level", "periode": "2015K2"}
    [haven] = [rij for rij in gelezen if kenmerk.items() <= rij.items()]
    assert (haven["waarde"], haven["n"], haven["eenheid"]) == (0.72, 140, "aandeel")
