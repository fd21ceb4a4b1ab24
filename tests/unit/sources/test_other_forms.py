"""Databases, Swing exports and outlines."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from tests.unit.sources.conftest import PROEF, add_schema
from tests.unit.sources.test_formats import KOP, RIJEN

SWING = """\
levering: swing
label: Swing
bestand: swing.csv
vorm: swing
sleutel: [gebied, onderwerp, periode]
kolommen:
  gebied: {soort: tekst, verplicht: ja}
  onderwerp: {soort: tekst, verplicht: ja}
  periode: {soort: tekst, verplicht: ja}
  waarde: {soort: getal}
  status: {soort: code, codes: [ok, niet_gepubliceerd, niet_gemeten, onderdrukt]}
"""

# -- databases ---------------------------------------------------------------------------------------------------------


def _database(root: Path, bestand: str, query: str = "SELECT * FROM proef ORDER BY persoon") -> None:
    tekst = PROEF.replace("proef.csv", bestand).replace("vorm: csv", f"vorm: database\nquery: {query}")
    add_schema(root, tekst)


def _fill_duckdb(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute(
            "CREATE TABLE proef (persoon VARCHAR, gemeente VARCHAR, wijknaam VARCHAR, aantal INT, score DOUBLE, "
            "bedrag DECIMAL(9, 2), begin DATE, einde DATE)"
        )
        con.executemany("INSERT INTO proef VALUES (?, ?, ?, ?, ?, ?, ?, ?)", RIJEN)


def test_a_duckdb_file_reads_as_the_same_table(root: Path, folder: Path):
    _database(root, "stand.duckdb")
    _fill_duckdb(folder / "stand.duckdb")
    frame = sources.read("proef", folder=folder, root=root).frame
    assert frame["bedrag_cent"].tolist() == [123425, 1000]
    assert frame["einde"].astype("str").tolist()[0] == "2015-04-01"
    assert frame["gemeente"].tolist() == ["0034", "0518"]


def test_a_sqlite_file_reads_as_the_same_table(root: Path, folder: Path):
    _database(root, "stand.sqlite")
    with sqlite3.connect(folder / "stand.sqlite") as con:
        con.execute(f"CREATE TABLE proef ({', '.join(KOP)})")
        tekst = [[str(cel) if cel is not None and i > 5 else cel for i, cel in enumerate(rij)] for rij in RIJEN]
        con.executemany("INSERT INTO proef VALUES (?, ?, ?, ?, ?, ?, ?, ?)", tekst)
    con.close()
    frame = sources.read("proef", folder=folder, root=root).frame
    assert frame["bedrag_cent"].tolist() == [123425, 1000]
    assert frame["begin"].astype("str").tolist() == ["2015-01-02", "2015-04-01"]


@pytest.mark.parametrize("query", ["DROP TABLE proef", "SELECT 1; DROP TABLE proef", "''"])
def test_only_a_single_select_is_asked(query: str, root: Path, folder: Path):
    _database(root, "stand.duckdb", query)
    _fill_duckdb(folder / "stand.duckdb")
    with pytest.raises(InvoerFout, match="SDM-256"):
        sources.read("proef", folder=folder, root=root)


def test_a_query_cannot_read_files_of_the_machine(root: Path, folder: Path):
    _database(root, "stand.duckdb", "SELECT * FROM read_text('/etc/hostname')")
    _fill_duckdb(folder / "stand.duckdb")
    with pytest.raises(InvoerFout, match=r"SDM-305 .*geeft geen antwoord op de query"):
        sources.read("proef", folder=folder, root=root)


def test_a_server_without_url_is_a_message_that_shows_no_secret(
    root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    _database(root, "env:PROEF_URL")
    monkeypatch.delenv("PROEF_URL", raising=False)
    with pytest.raises(InvoerFout, match=r"SDM-256 fout: env:PROEF_URL: de omgevingsvariabele .* is leeg"):
        sources.read("proef", folder=folder, root=root)
    monkeypatch.setenv("PROEF_URL", "geenstelsel://u:geheim@x")
    with pytest.raises(InvoerFout) as fout:
        sources.read("proef", folder=folder, root=root)
    assert "geheim" not in str(fout.value)


# -- Swing -------------------------------------------------------------------------------------------------------------


def test_a_wide_export_becomes_one_figure_a_row_with_its_status(root: Path, folder: Path):
    add_schema(root, SWING)
    tekst = "Wmo-clienten;;\r\n;2014;2015\r\nHaven;1.234,5;.\r\nStad;0;x\r\nHout;;3,5\r\n\r\nBron: eigen;;\r\n"
    (folder / "swing.csv").write_bytes(tekst.encode())
    frame = sources.read("swing", folder=folder, root=root).frame
    assert list(frame.fillna({"waarde": -1}).itertuples(index=False, name=None)) == [
        ("Haven", "Wmo-clienten", "2014", 1234.5, "ok"),
        ("Haven", "Wmo-clienten", "2015", -1.0, "niet_gepubliceerd"),
        ("Stad", "Wmo-clienten", "2014", 0.0, "ok"),
        ("Stad", "Wmo-clienten", "2015", -1.0, "onderdrukt"),
        ("Hout", "Wmo-clienten", "2014", -1.0, "niet_gemeten"),
        ("Hout", "Wmo-clienten", "2015", 3.5, "ok"),
    ]


def test_subjects_in_merged_cells_above_the_periods_are_kept_apart(root: Path, folder: Path):
    add_schema(root, SWING.replace("swing.csv", "swing.xlsx"))
    boek = openpyxl.Workbook()
    assert boek.active is not None
    for rij in (["", "Wmo", None, "Jeugd", None], ["", "2014", "2015", "2014", "2015"], ["Haven", 1, 2, 3.5, 4]):
        boek.active.append(rij)
    boek.save(folder / "swing.xlsx")
    frame = sources.read("swing", folder=folder, root=root).frame
    assert frame[["onderwerp", "periode", "waarde"]].to_numpy().tolist() == [
        ["Wmo", "2014", 1.0], ["Wmo", "2015", 2.0], ["Jeugd", "2014", 3.5], ["Jeugd", "2015", 4.0],
    ]  # fmt: skip


def test_a_long_export_is_read_as_it_is(root: Path, folder: Path):
    add_schema(root, SWING)
    tekst = "gebied;onderwerp;periode;waarde;status\nHaven;Wmo;2014;1,5;ok\nHaven;Wmo;2015;2,5;ok\n"
    (folder / "swing.csv").write_text(tekst)
    assert sources.read("swing", folder=folder, root=root).frame["waarde"].tolist() == [1.5, 2.5]


@pytest.mark.parametrize(("data", "code"), [(b"", "SDM-302"), (b";2014;2015\n", "SDM-303"), (b"a;b\n1;2\n", "SDM-310")])
def test_an_export_without_figures_is_refused(data: bytes, code: str, root: Path, folder: Path):
    add_schema(root, SWING)
    (folder / "swing.csv").write_bytes(data)
    with pytest.raises(InvoerFout, match=code):
        sources.read("swing", folder=folder, root=root)


# -- outlines ----------------------------------------------------------------------------------------------------------


def test_wkt_gives_outer_rings_and_holes():
    (vlak,) = sources.parse_wkt("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 1))")
    assert (vlak.buiten.shape, len(vlak.gaten), vlak.gaten[0].shape) == ((5, 2), 1, (4, 2))
    twee = sources.parse_wkt("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))")
    assert [float(deel.buiten[0, 0]) for deel in twee] == [0.0, 5.0]


@pytest.mark.parametrize("tekst", ["", "POINT (1 2)", "POLYGON ((0 0, 1 1, 0 0))", "POLYGON ((0 0, 1 0, 1 1, 0 1))"])
def test_wkt_that_is_no_outline_is_an_error(tekst: str):
    with pytest.raises(ValueError, match=r"not a POLYGON|a ring needs four"):
        sources.parse_wkt(tekst)


def test_the_real_outlines_are_71_and_6_areas_known_in_their_year():
    map_ = sources.project_root() / "data" / "reference"
    almere = sources.gebieden()
    for naam, jaar, niveau, aantal in (
        ("almere_wijken_2022_grenzen", 2022, "wijk", 71),
        ("almere_stadsdelen_2017_grenzen", 2017, "stadsdeel", 6),
    ):
        frame = sources.outlines(map_ / f"{naam}.csv", code="wijkcode", jaar=jaar)
        assert len(frame) == aantal
        assert set(frame["gebied"]) == set(almere.codes(jaar=jaar, niveau=niveau))
        punten = np.vstack([vlak.buiten for vlakken in frame["vlakken"] for vlak in vlakken])
        assert (punten.min(axis=0) > [5.0, 52.2]).all()
        assert (punten.max(axis=0) < [5.5, 52.5]).all()


def test_geojson_and_wkt_give_the_same_outline(folder: Path):
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    vlak = {"type": "Polygon", "coordinates": [ring]}
    meer = {"type": "MultiPolygon", "coordinates": [[ring], [ring]]}
    kenmerken = [{"properties": {"code": code}, "geometry": vorm} for code, vorm in (("a", vlak), ("b", meer))]
    (folder / "x.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": kenmerken}))
    (folder / "x.csv").write_text('code,naam,wkt\na,A,"POLYGON ((0 0, 1 0, 1 1, 0 0))"\n')
    uit_json = sources.outlines(folder / "x.geojson", code="code", jaar=2022)
    uit_csv = sources.outlines(folder / "x.csv", code="code", jaar=2022, wkt="wkt")
    assert uit_json["gebied"].tolist() == ["a", "b"]
    assert len(uit_json.loc[1, "vlakken"]) == 2
    np.testing.assert_array_equal(uit_json.loc[0, "vlakken"][0].buiten, uit_csv.loc[0, "vlakken"][0].buiten)
    assert uit_csv.loc[0, "gebied_jaar"] == 2022


def test_outlines_without_code_or_with_a_code_twice_are_refused(folder: Path):
    (folder / "x.csv").write_text('code,wkt\na,"POLYGON ((0 0, 1 0, 1 1, 0 0))"\na,"POLYGON ((0 0, 1 0, 1 1, 0 0))"\n')
    with pytest.raises(InvoerFout, match=r"SDM-331 fout: x.csv, kolom code: een gebied staat er twee keer"):
        sources.outlines(folder / "x.csv", code="code", jaar=2022, wkt="wkt")
    with pytest.raises(InvoerFout, match=r"SDM-304 fout: x.csv: grenzen zijn niet te lezen"):
        sources.outlines(folder / "x.csv", code="wijk", jaar=2022, wkt="wkt")
