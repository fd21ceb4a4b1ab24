"""Legacy .xls, multiple-response sets, .zsav, servers and outlines come in as the same tables as their twins."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import sqlalchemy

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, Melding
from tests.unit.sources.conftest import PROEF, add_schema
from tests.unit.sources.oud_excel import FOUT, write_xls
from tests.unit.sources.spss_sets import add_sets, categories, dichotomies
from tests.unit.sources.test_formats import KOP, RIJEN

# -- legacy Excel ------------------------------------------------------------------------------------------------------


def _excel(root: Path, bestand: str, vorm: str, extra: str = "") -> None:
    add_schema(root, PROEF.replace("proef.csv", bestand).replace("vorm: csv", f"vorm: {vorm}{extra}"))


@pytest.mark.parametrize("boven", [[], [["Levering tweede kwartaal"], []]])
def test_legacy_excel_equals_its_xlsx_twin(boven: list[list[str]], root: Path, folder: Path):
    rijen = [*boven, KOP, *RIJEN, ["Totaal", None, None, 3]]
    write_xls(folder / "proef.xls", {"toelichting": [["Over deze levering"]], "cijfers": rijen})
    _excel(root, "proef.xls", "xls")
    oud = sources.read("proef", folder=folder, root=root)
    boek = openpyxl.Workbook()
    assert boek.active is not None
    boek.active.title = "cijfers"
    for rij in rijen:
        boek.active.append(rij)
    boek.save(folder / "proef.xlsx")
    _excel(root, "proef.xlsx", "xlsx")
    nieuw = sources.read("proef", folder=folder, root=root)
    pd.testing.assert_frame_equal(oud.frame, nieuw.frame)
    assert oud.frame["begin"].astype("str").tolist() == ["2015-01-02", "2015-04-01"]
    assert [m.code for m in oud.meldingen] == [m.code for m in nieuw.meldingen]


@pytest.mark.parametrize("vorm", ["xls", "xlsx"])
def test_an_error_in_a_cell_is_no_empty_cell(vorm: str, root: Path, folder: Path):
    _excel(root, f"proef.{vorm}", vorm)
    rijen = [KOP, *RIJEN]
    if vorm == "xls":
        write_xls(folder / "proef.xls", {"cijfers": [KOP, RIJEN[0], [*RIJEN[1][:2], FOUT, *RIJEN[1][3:]]]})
    else:
        boek = openpyxl.Workbook()
        assert boek.active is not None
        for rij in rijen:
            boek.active.append(rij)
        boek.active["C3"] = "#N/A"
        boek.save(folder / "proef.xlsx")
    with pytest.raises(InvoerFout, match=r"SDM-318 .*regel 3: cellen met een foutwaarde zoals #N/A"):
        sources.read("proef", folder=folder, root=root)


@pytest.mark.parametrize(
    ("data", "tekst"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "beschadigd"), (b"\xd0\xcf\x11\xe0", "beschadigd")],
)
def test_a_broken_legacy_workbook_is_refused(data: bytes, tekst: str, root: Path, folder: Path):
    _excel(root, "proef.xls", "xls")
    (folder / "proef.xls").write_bytes(data)
    with pytest.raises(InvoerFout, match=rf"SDM-305 .*{tekst}"):
        sources.read("proef", folder=folder, root=root)


def test_a_new_workbook_with_a_password_says_so(root: Path, folder: Path):
    _excel(root, "proef.xlsx", "xlsx")
    write_xls(folder / "proef.xlsx", {"a": [["x"]]})
    data = (folder / "proef.xlsx").read_bytes()
    naam = "EncryptedPackage".encode("utf-16-le")  # as [MS-OFFCRYPTO] names the stream of an encrypted workbook
    plaats = data.index("Workbook".encode("utf-16-le"))
    versleuteld = data[:plaats] + naam.ljust(64, b"\0") + (len(naam) + 2).to_bytes(2, "little") + data[plaats + 66 :]
    (folder / "proef.xlsx").write_bytes(versleuteld)
    with pytest.raises(InvoerFout, match=r"SDM-305 .*dit Excel-bestand heeft een wachtwoord"):
        sources.read("proef", folder=folder, root=root)


def test_a_draft_reads_legacy_excel(root: Path, folder: Path):
    write_xls(folder / "nieuw.xls", {"cijfers": [["wet", "aantal"], *[["wmo", 1], ["jeugd", 2]] * 5]})
    tekst = sources.draft_schema(folder / "nieuw.xls")
    assert "vorm: xls" in tekst
    assert '"wet": {soort: code, verplicht: ja, codes: ["jeugd", "wmo"]}' in tekst


# -- SPSS --------------------------------------------------------------------------------------------------------------

ENQUETE = """\
levering: enquete
label: Enquete
bestand: enquete.sav
vorm: sav
sleutel: [respondent]
persoonlijk: [respondent]
kolommen:
  respondent: {soort: persoonscode, verplicht: ja}
  h1: {soort: code, codes: ["ja", "nee"]}
  h2: {soort: code, codes: ["ja", "nee"]}
  bron_huisarts: {soort: code, codes: ["ja", "nee"]}
  bron_wijkteam: {soort: code, codes: ["ja", "nee"]}
  bron_internet: {soort: code, codes: ["ja", "nee"]}
"""
LEEG = float("nan")
BRONNEN = {1.0: "Huisarts", 2.0: "Wijkteam", 3.0: "Internet", 9.0: "Weet niet"}


def _sav(path: Path, *, compress: bool = False) -> None:
    """Four respondents: ticked, ticked as one and nothing, nothing at all, and user-missing."""
    frame = pd.DataFrame(
        {
            "respondent": ["a1", "a2", "a3", "a4"],
            "h1": [1.0, 0.0, LEEG, 9.0],
            "h2": [LEEG, 1.0, LEEG, 9.0],
            "b1": [1.0, 3.0, LEEG, 9.0],
            "b2": [2.0, LEEG, LEEG, LEEG],
        }
    )
    pyreadstat.write_sav(
        frame, str(path), compress=compress, variable_value_labels={"b1": BRONNEN, "b2": BRONNEN},
        missing_ranges={naam: [9.0] for naam in ("h1", "h2", "b1", "b2")},
    )  # fmt: skip


def test_a_question_with_more_answers_becomes_a_column_an_answer(root: Path, folder: Path):
    add_schema(root, ENQUETE)
    _sav(folder / "enquete.sav")
    add_sets(
        folder / "enquete.sav",
        dichotomies("$hulp", "1", "Van wie kreeg u hulp", ["h1", "h2"]),
        categories("$bron", "Waar vond u hulp", ["b1", "b2"]),
    )
    levering = sources.read("enquete", folder=folder, root=root)
    rijen = levering.frame.drop(columns="respondent").fillna("").to_numpy().tolist()
    assert rijen == [
        ["ja", "nee", "ja", "ja", "nee"],  # what was not ticked in a set that was answered is nee
        ["nee", "ja", "nee", "nee", "ja"],
        ["", "", "", "", ""],  # nothing ticked at all is no answer
        ["", "", "", "", ""],  # user-missing is no answer
    ]
    gelezen = [m.wat for m in levering.meldingen if m.code == "SDM-372"]
    assert gelezen == [
        "meerkeuzevraag hulp gelezen: 2 antwoorden, elk een kolom met ja of nee",
        "meerkeuzevraag bron gelezen: 3 antwoorden, elk een kolom met ja of nee",
    ]
    assert not [m for m in levering.meldingen if m.code == "SDM-312"]  # b1 and b2 went into the columns


def test_without_a_set_the_same_columns_are_missing(root: Path, folder: Path):
    add_schema(root, ENQUETE)
    _sav(folder / "enquete.sav")
    with pytest.raises(InvoerFout, match=r"SDM-310 .*kolom bron_huisarts"):
        sources.read("enquete", folder=folder, root=root)


def test_compressed_spss_equals_its_twin(root: Path, folder: Path):
    schema = ENQUETE.split("  bron_huisarts")[0].replace('["ja", "nee"]', '["1", "0"]')
    uit = []
    for naam, compress in (("enquete.sav", False), ("enquete.zsav", True)):
        add_schema(root, schema.replace("enquete.sav", naam))
        _sav(folder / naam, compress=compress)
        uit.append(sources.read("enquete", folder=folder, root=root).frame)
    pd.testing.assert_frame_equal(*uit)
    assert uit[0]["h1"].isna().tolist() == [False, False, True, True]  # user-missing is empty


# -- servers -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(root: Path, folder: Path) -> str:
    """The URL of a database with the table `proef`."""
    url = f"sqlite:///{(folder / 'server.sqlite').as_posix()}"
    motor = sqlalchemy.create_engine(url)
    frame = pd.DataFrame(RIJEN, columns=KOP)
    frame.to_sql("proef", motor, index=False)
    motor.dispose()
    return url


def _at(root: Path, bestand: str) -> None:
    query = "SELECT * FROM proef ORDER BY persoon"
    add_schema(root, PROEF.replace("proef.csv", bestand).replace("vorm: csv", f"vorm: database\nquery: {query}"))


def test_a_table_on_a_server_is_read_by_its_url(server: str, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    _at(root, "env:PROEF_URL")
    monkeypatch.setenv("PROEF_URL", server)
    frame = sources.read("proef", folder=folder, root=root).frame
    assert frame["bedrag_cent"].tolist() == [123425, 1000]
    assert frame["begin"].astype("str").tolist() == ["2015-01-02", "2015-04-01"]


def test_a_large_table_comes_in_parts_with_its_rows_in_order(
    server: str, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sdm_lib.sources.lees_database.DEEL", 3)
    monkeypatch.setenv("PROEF_URL", server)
    tekst = "levering: tel\nlabel: Tel\nbestand: env:PROEF_URL\nvorm: database\nsleutel: [n]\nquery: "
    query = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT n, 'a' AS w FROM t"
    kolommen = "\nkolommen:\n  n: {soort: geheel, verplicht: ja, max: 8}\n  w: {soort: tekst}\n"
    add_schema(root, tekst + query + kolommen)
    [melding] = [m for m in sources.check(folder, ["tel"], root=root) if m.ernst == "fout"]
    assert (melding.code, melding.regels) == ("SDM-326", (9, 10))


def test_the_url_may_come_from_the_password_store(
    server: str, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    _at(root, "keyring:sdm/proef")
    winkel = {("sdm", "proef"): server}
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda d, n: winkel.get((d, n))))
    assert sources.read("proef", folder=folder, root=root).rijen == 2
    winkel.clear()
    with pytest.raises(InvoerFout, match=r"SDM-256 .*in de sleutelbos staat geen URL onder deze naam"):
        sources.read("proef", folder=folder, root=root)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(InvoerFout, match=r"SDM-256 .*is het pakket keyring nodig"):
        sources.read("proef", folder=folder, root=root)


@pytest.mark.parametrize("url", ["postgresql+psycopg://u:geheim@127.0.0.1:9/x", "sqlite:////weg/geheim.db", "geheim"])
def test_no_message_shows_what_the_url_holds(url: str, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    _at(root, "env:PROEF_URL")
    monkeypatch.setenv("PROEF_URL", url)
    with pytest.raises(InvoerFout, match=r"SDM-305 fout: env:PROEF_URL: de database geeft geen antwoord") as fout:
        sources.read("proef", folder=folder, root=root)
    assert "geheim" not in str(fout.value)
    assert fout.value.__cause__ is None


# -- outlines ----------------------------------------------------------------------------------------------------------

GRENZEN = """\
levering: grenzen
label: Grenzen
bestand: grenzen.csv
vorm: grenzen
sleutel: [wijkcode]
kolommen:
  wijkcode: {soort: tekst, verplicht: ja}
  grens: {soort: tekst, verplicht: ja, namen: [wkt_wgs84]}
"""
VLAK = [[[0, 0], [1, 0], [1, 1.5], [0, 0]]]


def _geojson(*geometrieen: object) -> str:
    kenmerken = [
        {"type": "Feature", "properties": {"wijkcode": f"WK{i}"}, "geometry": g} for i, g in enumerate(geometrieen)
    ]
    return json.dumps({"type": "FeatureCollection", "features": kenmerken})


def test_geojson_and_wkt_give_the_same_outlines(root: Path, folder: Path):
    wkt = ["POLYGON ((0 0, 1 0, 1 1.5, 0 0))", "MULTIPOLYGON (((0 0, 1 0, 1 1.5, 0 0)), ((2 2, 3 2, 3 3, 2 2)))"]
    add_schema(root, GRENZEN)
    (folder / "grenzen.csv").write_text(f'wijkcode;wkt_wgs84\nWK0;"{wkt[0]}"\nWK1;"{wkt[1]}"\n')
    uit_csv = sources.read("grenzen", folder=folder, root=root).frame
    add_schema(root, GRENZEN.replace("grenzen.csv", "grenzen.geojson"))
    twee = {"type": "MultiPolygon", "coordinates": [VLAK, [[[2, 2], [3, 2], [3, 3], [2, 2]]]]}
    (folder / "grenzen.geojson").write_text(_geojson({"type": "Polygon", "coordinates": VLAK}, twee))
    uit_geojson = sources.read("grenzen", folder=folder, root=root).frame
    pd.testing.assert_frame_equal(uit_csv, uit_geojson)
    assert uit_csv["grens"].tolist() == wkt


def _messages(root: Path, folder: Path) -> list[Melding]:
    return [m for m in sources.check(folder, ["grenzen"], root=root) if m.ernst == "fout"]


def test_an_outline_that_is_not_closed_names_its_row(root: Path, folder: Path):
    add_schema(root, GRENZEN)
    (folder / "grenzen.csv").write_text(
        'wijkcode;wkt_wgs84\nWK0;"POLYGON ((0 0, 1 0, 1 1, 0 0))"\nWK1;"POLYGON ((0 0, 1 0, 1 1, 0 9))"\n'
    )
    [melding] = _messages(root, folder)
    assert (melding.code, melding.regels, melding.kolom) == ("SDM-371", (3,), "grens")
    add_schema(root, GRENZEN.replace("grenzen.csv", "grenzen.geojson"))
    (folder / "grenzen.geojson").write_text(
        _geojson({"type": "Polygon", "coordinates": VLAK}, {"type": "Point", "coordinates": [0, 0]}, None)
    )
    assert [(m.code, m.regels) for m in _messages(root, folder) if m.code == "SDM-371"] == [("SDM-371", (2, 3))]


@pytest.mark.parametrize(
    ("tekst", "code"), [("", "SDM-302"), ("{", "SDM-304"), ("[1]", "SDM-304"), ('{"features": []}', "SDM-303")]
)
def test_what_is_no_geojson_is_refused(tekst: str, code: str, root: Path, folder: Path):
    add_schema(root, GRENZEN.replace("grenzen.csv", "grenzen.geojson"))
    (folder / "grenzen.geojson").write_text(tekst)
    assert [m.code for m in _messages(root, folder)] == [code]


def test_dates_of_the_other_calendar_of_excel_are_read_by_its_rule(root: Path, folder: Path):
    from sdm_lib.sources.lees_xls import Blad

    cel = SimpleNamespace(ctype=3, value=40632.0)
    blad = Blad(SimpleNamespace(nrows=1, row=lambda nummer: [cel]), datemode=1)
    [(waarde,)] = blad.iter_rows()
    assert str(waarde)[:10] == date(2015, 3, 31).isoformat()
