"""A small project of its own for every test: one delivery schema, one questionnaire, no demo data."""

from __future__ import annotations

from pathlib import Path

import pytest

PROEF = """\
levering: proef
label: Proeflevering
bestand: proef.csv
vorm: csv
sleutel: [persoon, begin]
einddatum: laatste_dag
persoonlijk: [persoon]
kolommen:
  persoon: {soort: persoonscode, verplicht: ja}
  gemeente: {soort: code, verplicht: ja, codes: ["0034", "0518", "0599"]}
  wijknaam: {soort: tekst}
  aantal: {soort: geheel, verplicht: ja, min: 0}
  score: {soort: getal}
  bedrag: {soort: bedrag, verplicht: ja}
  begin: {soort: datum, verplicht: ja}
  einde: {soort: datum}
regels:
  - {regel: volgorde, kolommen: [begin, einde], code: SDM-341, waarom: Wie eindigt is eerst begonnen.}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with the schema `proef`."""
    folder = tmp_path / "project"
    (folder / "params" / "leveringen").mkdir(parents=True)
    (folder / "params" / "vragenlijsten").mkdir()
    add_schema(folder, PROEF)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder in which a delivery arrives."""
    quarter = tmp_path / "leveringen" / "2015K2"
    quarter.mkdir(parents=True)
    return quarter


def add_schema(root: Path, tekst: str) -> None:
    naam = tekst.split("\n", 1)[0].removeprefix("levering: ")
    (root / "params" / "leveringen" / f"{naam}.yaml").write_text(tekst, encoding="utf-8")
