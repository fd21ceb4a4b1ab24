"""A delivery of outlines: GeoJSON, or a CSV with a column of WKT; each outline is checked and kept as WKT.

The properties of a GeoJSON feature are its columns; the outline is the column `grens`. In a CSV the schema says with
`namen` how this party calls that column.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.sources import kop, lees_csv
from sdm_lib.sources.grenzen import as_wkt, parse_geometry, parse_wkt
from sdm_lib.sources.lees_excel import as_text
from sdm_lib.sources.levering import Schema
from sdm_lib.sources.ruw import Ruw, fill_columns
from sdm_lib.sources.woorden import NIETS, RIJ

GRENS = "grens"


def read(con: duckdb.DuckDBPyConnection, path: Path, schema: Schema) -> Ruw:
    """Fill the table `ruw`; row numbers count features from 1, or are the lines of the CSV."""
    if path.suffix.casefold() in (".geojson", ".json"):
        return _geojson(con, path)
    ruw = lees_csv.read(con, path, schema)
    if not ruw.rijen:
        return ruw
    plaats = kop.couple(ruw.namen, schema, bestand=ruw.bestand, blad="").plaats.get(GRENS)
    if plaats is None:
        return ruw
    cellen = con.execute(f"SELECT {RIJ}, c{plaats} FROM ruw ORDER BY {RIJ}").fetchall()
    fout = [rij for rij, tekst in cellen if tekst and tekst.strip() and not _readable(tekst)]
    meldingen = (*ruw.meldingen, *_wrong(fout, path.name))
    return Ruw(con, ruw.bestand, ruw.namen, ruw.tekst, meldingen=meldingen)


def _readable(tekst: str) -> bool:
    try:
        parse_wkt(tekst)
    except ValueError:
        return False
    return True


def _geojson(con: duckdb.DuckDBPyConnection, path: Path) -> Ruw:
    if not path.stat().st_size:
        leeg = Melding("SDM-302", "dit bestand is leeg", "Vraag het opnieuw.", bestand=path.name)
        return Ruw(con, path.name, (), NIETS, meldingen=(leeg,))
    try:
        kenmerken: list[dict[str, Any]] = list(json.loads(path.read_text(encoding="utf-8"))["features"])
        eigenschappen = [dict(kenmerk["properties"] or {}) for kenmerk in kenmerken]
    except (ValueError, KeyError, TypeError):
        herstel = "Vraag het als GeoJSON met een FeatureCollection, of als csv met WKT."
        fout = Melding("SDM-304", "dit is geen GeoJSON", herstel, bestand=path.name)
        return Ruw(con, path.name, (), NIETS, meldingen=(fout,))
    namen = tuple(dict.fromkeys(naam for rij in eigenschappen for naam in rij if naam != GRENS))
    grenzen = [_outline(kenmerk) for kenmerk in kenmerken]
    kolommen = [[as_text(rij.get(naam)) for rij in eigenschappen] for naam in namen]
    rijen = fill_columns(con, range(1, len(kenmerken) + 1), [*kolommen, grenzen])
    meldingen = _wrong([i for i, grens in enumerate(grenzen, start=1) if grens is None], path.name)
    if not rijen:
        meldingen.append(lees_csv.header_only(path.name))
    return Ruw(con, path.name, (*namen, GRENS), rijen, meldingen=tuple(meldingen))


def _outline(kenmerk: dict[str, Any]) -> str | None:
    try:
        return as_wkt(parse_geometry(kenmerk["geometry"]))
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _wrong(rijen: Sequence[int], bestand: str) -> list[Melding]:
    if not rijen:
        return []
    return [
        Melding(
            "SDM-371",
            "een grens is geen gesloten vlak",
            "Lever elke grens als POLYGON of MULTIPOLYGON die eindigt waar hij begint.",
            bestand=bestand,
            kolom=GRENS,
            regels=tuple(rijen[:MAX_VOORBEELDEN]),
            aantal=len(rijen),
            waarom="Een gebied zonder grens ontbreekt op de kaart.",
        )
    ]
