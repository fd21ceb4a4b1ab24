"""The sender's own count: `leveringsbrief.csv` says how many rows each file has and what a column adds up to.

That is how a file cut off exactly between two records is found. A folder without the letter is not wrong; a letter
without a file that is read is doubted.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb

from sdm_lib.errors import Melding
from sdm_lib.sources import lees_csv
from sdm_lib.sources.keuring import judge
from sdm_lib.sources.levering import Schema, load_schema
from sdm_lib.sources.ruw import connection, ident

BRIEF = "leveringsbrief"
Regel = tuple[int, str, Decimal]  # rows, control column, control sum
_CENT = Decimal("0.01")
_PRECISIE = Decimal("1e-12")  # of a sum of floats


def control(
    con: duckdb.DuckDBPyConnection, folder: Path, *, schema: Schema, rijen: int, root: Path | None
) -> tuple[Melding, ...]:
    """Compare the typed table `t` with the letter in its folder; nothing when there is none."""
    if schema.levering == BRIEF:
        return ()
    regel = _line(folder, schema.bestand, root)
    if regel is None:
        return ()
    if isinstance(regel, Melding):
        return (regel,)
    meldingen = []
    if regel[0] != rijen:
        meldingen.append(_differs(schema.bestand, f"{rijen} regels, de leveringsbrief noemt er {regel[0]}"))
    kolom = regel[1]
    aanwezig = kolom in con.table("t").columns  # a missing column is told by its own message
    if aanwezig and kolom in schema.kolommen and schema.kolommen[kolom].soort in ("geheel", "getal", "bedrag"):
        som = _sum(con, kolom, bedrag=schema.kolommen[kolom].soort == "bedrag")
        if abs(som - regel[2]) > _CENT + abs(regel[2]) * _PRECISIE:
            wat = "de som van deze kolom is een andere dan die van de leveringsbrief"
            meldingen.append(_differs(schema.bestand, wat, kolom=kolom))
    return tuple(meldingen)


def _differs(bestand: str, wat: str, *, kolom: str = "") -> Melding:
    return Melding(
        "SDM-333",
        wat,
        "Vraag de afzender het bestand en de brief opnieuw te sturen.",
        bestand=bestand,
        kolom=kolom,
        waarom="Het bestand kan zijn afgekapt of veranderd.",
    )


def _sum(con: duckdb.DuckDBPyConnection, kolom: str, *, bedrag: bool) -> Decimal:
    rij = con.execute(f"SELECT CAST(coalesce(fsum({ident(kolom)}), 0) AS DOUBLE) FROM t").fetchone()
    som = Decimal(repr(rij[0])) if rij else Decimal(0)
    return som / 100 if bedrag else som


def _line(folder: Path, bestand: str, root: Path | None) -> Regel | Melding | None:
    """What the letter says of a file: rows, control column, control sum."""
    path = folder / f"{BRIEF}.csv"
    if not path.is_file():
        return None
    brief = _letter(path, path.stat().st_mtime_ns, load_schema(BRIEF, root=root))
    if isinstance(brief, Melding):
        return brief
    if bestand not in brief:
        wat = "dit bestand staat niet in de leveringsbrief"
        herstel = "Vraag de afzender om een volledige brief."
        return Melding("SDM-334", wat, herstel, bestand=bestand, ernst="waarschuwing")
    return brief[bestand]


_gelezen: dict[tuple[Path, int], dict[str, Regel] | Melding] = {}  # every file of a folder asks for the same letter


def _letter(path: Path, stamp: int, schema: Schema) -> dict[str, Regel] | Melding:
    if (path, stamp) not in _gelezen:
        with connection() as con:
            oordeel = judge(lees_csv.read(con, path, schema), schema, vragenlijst=None, kwartaal=None)
            fouten = [melding for melding in oordeel.meldingen if melding.ernst == "fout"]
            _gelezen[path, stamp] = fouten[0] if fouten else _lines(con)
    return _gelezen[path, stamp]


def _lines(con: duckdb.DuckDBPyConnection) -> dict[str, Regel]:
    rijen = con.execute("SELECT bestand, regels, controlekolom, controlesom FROM t").fetchall()
    return {bestand: (int(regels), str(kolom), Decimal(repr(som))) for bestand, regels, kolom, som in rijen}
