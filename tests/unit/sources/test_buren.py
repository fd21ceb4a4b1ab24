"""Rules across files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdm_lib import sources
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
    [(wat, _, _)] = _found(folder, project, "SDM-373")  # what was not looked at is said
    assert wat == "niet gecontroleerd of de waarden in contracten voorkomen: die levering ontbreekt of is niet leesbaar"


def test_a_jump_beyond_the_control_limits_is_doubted(project: Path, folder: Path):
    _use(folder, begeleiding=200, vervoer=104)
    assert _found(folder, project, "SDM-356") == []  # nothing to compare with
    _use(folder.parent / "2015K1", begeleiding=100, vervoer=100)
    assert _found(folder, project, "SDM-356") == [("begeleiding: 200 regels, het kwartaal ervoor 100", (), None)]


def test_a_group_that_is_gone_is_a_jump(project: Path, folder: Path):
    _use(folder, begeleiding=100)
    _use(folder.parent / "2015K1", begeleiding=100, vervoer=50)
    assert _found(folder, project, "SDM-356") == [("vervoer: 0 regels, het kwartaal ervoor 50", (), None)]
