"""Snapshots of StatLine, asked of a server that speaks both forms of its open data."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.sources.odata import Versie
from tests.unit.sources.statline import Server, statline

DAG = date(2024, 6, 1)


@pytest.fixture
def server() -> Iterator[Server]:
    with statline() as bron:
        yield bron


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("versie", [3, 4])
def test_codes_stand_beside_titles_and_not_published_is_no_zero(versie: Versie, server: Server, tmp_path: Path):
    opname = sources.fetch_cbs("83264NED", doel=tmp_path, opgehaald=DAG, versie=versie, adres=server.adres)
    kolommen = ("RegioS_code", "RegioS", "Perioden_code", "waarde", "status", "stand")
    assert [tuple(rij[kolom] for kolom in kolommen) for rij in _rows(opname.csv)] == [
        ("GM0034", "Almere", "2022HJ01", "10645", "ok", "definitief"),
        ("GM0034", "Almere", "2023HJ01", "", "niet_gepubliceerd", "voorlopig"),
        ("WK003401", "Centrum", "2022HJ01", "0", "ok", "definitief"),
        ("WK051801", "Centrum", "2022HJ01", "12.5", "ok", "definitief"),
    ]
    assert {(rij["maat"], rij["eenheid"]) for rij in _rows(opname.csv)} == {("Clienten", "aantal")}
    assert (opname.rijen, opname.gewijzigd, opname.stand) == (4, "2024-05-01T02:00:00", "definitief, voorlopig")


def test_both_forms_give_the_same_figures(server: Server, tmp_path: Path):
    for versie in (3, 4):
        sources.fetch_cbs("83264NED", doel=tmp_path / str(versie), opgehaald=DAG, versie=versie, adres=server.adres)
    een, twee = ([{k: v for k, v in rij.items() if k != "maat_code"} for rij in _rows(tmp_path / v / "83264NED.csv")]
                 for v in ("3", "4"))  # fmt: skip
    assert een == twee


def test_the_manifest_says_what_was_asked_and_when_and_holds_the_hash(server: Server, tmp_path: Path):
    opname = sources.fetch_cbs(
        "83264NED", doel=tmp_path, opgehaald=DAG, filters="startswith(RegioS,'GM0034')", adres=server.adres
    )
    assert json.loads(opname.manifest.read_text(encoding="utf-8")) == {
        "id": "83264NED",
        "titel": "Wmo-clienten",
        "gewijzigd": "2024-05-01T02:00:00",
        "opgehaald": "2024-06-01",
        "filter": "startswith(RegioS,'GM0034')",
        "odata": 4,
        "rijen": 4,
        "stand": ["definitief", "voorlopig"],
        "sha256": hashlib.sha256(opname.csv.read_bytes()).hexdigest(),
        "licentie": "CC BY 4.0, bron: CBS",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["83264NED.csv", "83264NED.json"]
    assert any("%24filter=startswith%28RegioS%2C%27GM0034%27%29" in vraag for vraag in server.vragen)


def test_the_same_answer_gives_the_same_bytes(server: Server, tmp_path: Path):
    twee = [sources.fetch_cbs("83264NED", doel=tmp_path / k, opgehaald=DAG, adres=server.adres) for k in "ab"]
    assert twee[0].csv.read_bytes() == twee[1].csv.read_bytes()
    assert twee[0].manifest.read_bytes() == twee[1].manifest.read_bytes()


@pytest.mark.parametrize(
    ("tabel", "filters", "tekst"),
    [
        ("1NED", "", r"SDM-301 fout: tabel 1NED bestaat niet op deze server.* --odata 3"),
        ("83264NED", "RegioS eq 'niets'", r"SDM-302 fout: tabel 83264NED geeft geen rijen"),
    ],
)
def test_no_table_or_no_rows_is_refused_and_leaves_nothing(
    tabel: str, filters: str, tekst: str, server: Server, tmp_path: Path
):
    with pytest.raises(InvoerFout, match=tekst):
        sources.fetch_cbs(tabel, doel=tmp_path, opgehaald=DAG, filters=filters, adres=server.adres)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "antwoord",
    [
        b"<html>storing</html>",
        b"[]",
        {"value": [{"Anders": 1}]},
        {"value": [], "@odata.nextLink": "http://elders.invalid/verder"},
    ],
)
def test_another_answer_than_odata_is_refused(antwoord: Any, server: Server, tmp_path: Path):
    server.anders["/odata/v1/CBS/83264NED/Observations"] = antwoord
    with pytest.raises(InvoerFout, match=r"SDM-305 fout: tabel 83264NED is niet op te halen"):
        sources.fetch_cbs("83264NED", doel=tmp_path, opgehaald=DAG, adres=server.adres)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("adres", ["http://127.0.0.1:9", "file:///etc"])
def test_no_server_is_a_message(adres: str, tmp_path: Path):
    with pytest.raises(InvoerFout, match=r"SDM-305 fout: tabel 83264NED is niet op te halen"):
        sources.fetch_cbs("83264NED", doel=tmp_path, opgehaald=DAG, adres=adres)


def test_a_snapshot_is_read_without_a_network_and_refused_when_it_was_changed(server: Server, tmp_path: Path):
    opname = sources.fetch_cbs("83264NED", doel=tmp_path, opgehaald=DAG, adres=server.adres)
    frame = sources.snapshot("83264NED", folder=tmp_path)
    assert frame["waarde"].fillna(-1).tolist() == [10645.0, -1.0, 0.0, 12.5]
    assert frame["RegioS_code"].tolist() == ["GM0034", "GM0034", "WK003401", "WK051801"]
    opname.csv.write_bytes(opname.csv.read_bytes().replace(b"10645", b"10646"))
    with pytest.raises(InvoerFout, match=r"SDM-319 fout: 83264NED.csv: deze momentopname is na het ophalen veranderd"):
        sources.snapshot("83264NED", folder=tmp_path)


def test_a_snapshot_that_is_not_there_says_how_to_fetch_it(tmp_path: Path):
    with pytest.raises(ParameterFout, match=r"SDM-255 .*geen momentopname van tabel 1NED.*sdm fetch cbs 1NED"):
        sources.snapshot("1NED", folder=tmp_path)
