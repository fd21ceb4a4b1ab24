"""Rules across files, and snapshots of StatLine from a client that answers from memory."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from tests.unit.sources.conftest import add_schema

VOORZIENING = """\
levering: gebruik
label: Gebruik
bestand: gebruik.csv
vorm: csv
sleutel: []
kolommen:
  aanbieder: {soort: tekst, verplicht: ja}
  soort: {soort: tekst, verplicht: ja}
regels:
  - {regel: komt_voor_in, kolommen: [aanbieder], levering: contracten, code: SDM-355}
  - {regel: sprong, kolommen: [soort], grens: 0.25, code: SDM-356, ernst: waarschuwing}
"""
CONTRACTEN = """\
levering: contracten
label: Contracten
bestand: contracten.csv
vorm: csv
sleutel: [aanbieder]
kolommen:
  aanbieder: {soort: tekst, verplicht: ja}
  naam: {soort: tekst, verplicht: ja}
"""


def _use(folder: Path, **aantallen: int) -> None:
    folder.mkdir(exist_ok=True)
    rijen = [f"A1;{soort}\n" for soort, aantal in aantallen.items() for _ in range(aantal)]
    (folder / "gebruik.csv").write_text("aanbieder;soort\n" + "".join(rijen))


@pytest.fixture
def project(root: Path, folder: Path) -> Path:
    add_schema(root, VOORZIENING)
    add_schema(root, CONTRACTEN)
    (folder / "contracten.csv").write_text("aanbieder;naam\nA1;Een\nA2;Twee\n")
    return root


def _found(folder: Path, root: Path, code: str) -> list[tuple[str, tuple[int, ...], int | None]]:
    return [(m.wat, m.regels, m.aantal) for m in sources.check(folder, ["gebruik"], root=root) if m.code == code]


def test_a_value_that_the_other_file_does_not_know_is_refused_with_its_rows(project: Path, folder: Path):
    (folder / "gebruik.csv").write_text("aanbieder;soort\nA1;x\nA9;y\nA2;z\nA9;w\n")
    assert _found(folder, project, "SDM-355") == [("waarde die in contracten niet voorkomt", (3, 5), 2)]
    (folder / "contracten.csv").unlink()
    assert _found(folder, project, "SDM-355") == []


def test_a_jump_beyond_the_control_limits_is_doubted(project: Path, folder: Path):
    _use(folder, begeleiding=200, vervoer=104)
    assert _found(folder, project, "SDM-356") == []  # nothing to compare with
    _use(folder.parent / "2015K1", begeleiding=100, vervoer=100)
    assert _found(folder, project, "SDM-356") == [("begeleiding: 200 regels, het kwartaal ervoor 100", (), None)]


def test_a_group_that_is_gone_is_a_jump(project: Path, folder: Path):
    _use(folder, begeleiding=100)
    _use(folder.parent / "2015K1", begeleiding=100, vervoer=50)
    assert _found(folder, project, "SDM-356") == [("vervoer: 0 regels, het kwartaal ervoor 50", (), None)]


# -- StatLine ----------------------------------------------------------------------------------------------------------


class Memory:
    """Answers as cbsodata does: titles in the data, codes with trailing blanks in the metadata."""

    def __init__(self, rijen: list[dict[str, Any]]) -> None:
        self.rijen = rijen

    def get_info(self, table_id: str) -> dict[str, Any]:
        if table_id != "83264NED":
            raise KeyError(table_id)
        return {"Title": "Wmo-clienten", "Modified": "2024-05-01T02:00:00"}

    def get_meta(self, table_id: str, name: str) -> list[dict[str, Any]]:
        return {
            "DataProperties": [
                {"Key": "RegioS", "Type": "GeoDimension"},
                {"Key": "Perioden", "Type": "TimeDimension"},
                {"Key": "Clienten_1", "Type": "Topic"},
            ],
            "RegioS": [{"Key": "GM0034    ", "Title": "Almere"}],
            "Perioden": [
                {"Key": "2022HJ01", "Title": "2022 1e halfjaar", "Status": "Definitief"},
                {"Key": "2023HJ01", "Title": "2023 1e halfjaar", "Status": "Voorlopig"},
            ],
        }[name]

    def get_data(self, table_id: str, *, typed: bool, filters: str | None) -> list[dict[str, Any]]:
        return self.rijen


RIJEN = [
    {"ID": 0, "RegioS": "Almere", "Perioden": "2022 1e halfjaar", "Clienten_1": 10645},
    {"ID": 1, "RegioS": "Almere", "Perioden": "2023 1e halfjaar", "Clienten_1": None},
]


def test_a_snapshot_keeps_codes_beside_titles_and_tells_not_published_from_a_figure(tmp_path: Path):
    opname = sources.fetch_cbs("83264NED", doel=tmp_path, opgehaald=date(2024, 6, 1), client=Memory(RIJEN))
    with opname.csv.open(encoding="utf-8", newline="") as handle:
        rijen = list(csv.DictReader(handle))
    assert [(r["RegioS_code"], r["Perioden_code"], r["waarde"], r["status"], r["stand"]) for r in rijen] == [
        ("GM0034", "2022HJ01", "10645", "ok", "definitief"),
        ("GM0034", "2023HJ01", "", "niet_gepubliceerd", "voorlopig"),
    ]


def test_the_manifest_says_what_was_asked_and_when_and_holds_the_hash(tmp_path: Path):
    opname = sources.fetch_cbs(
        "83264NED", doel=tmp_path, opgehaald=date(2024, 6, 1), filters="RegioS eq 'GM0034'", client=Memory(RIJEN)
    )
    manifest = json.loads(opname.manifest.read_text(encoding="utf-8"))
    assert manifest["sha256"] == hashlib.sha256(opname.csv.read_bytes()).hexdigest()
    assert (manifest["opgehaald"], manifest["gewijzigd"]) == ("2024-06-01", "2024-05-01T02:00:00")
    assert manifest["filter"] == "RegioS eq 'GM0034'"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["83264NED.csv", "83264NED.json"]


def test_a_table_that_does_not_exist_or_is_empty_is_refused_and_leaves_nothing(tmp_path: Path):
    with pytest.raises(InvoerFout, match=r"SDM-301 fout: tabel 1NED is niet op te halen"):
        sources.fetch_cbs("1NED", doel=tmp_path, opgehaald=date(2024, 6, 1), client=Memory(RIJEN))
    with pytest.raises(InvoerFout, match=r"SDM-302 fout: tabel 83264NED geeft geen rijen"):
        sources.fetch_cbs("83264NED", doel=tmp_path, opgehaald=date(2024, 6, 1), client=Memory([]))
    assert list(tmp_path.iterdir()) == []
