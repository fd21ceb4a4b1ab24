"""Outlines of areas from WKT or GeoJSON, as rings of points; enough to draw a map without a geographic library."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.sources.hashes import record

_POLYGOON = re.compile(r"\s*(MULTI)?POLYGON\s*(?:Z\s*)?(\(.*\))\s*", re.IGNORECASE | re.DOTALL)
_RING = re.compile(r"\(\s*([^()]+?)\s*\)")
Ring = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False, slots=True)
class Vlak:
    """A polygon: its outer ring and its holes, each an array of (x, y) that ends where it begins."""

    buiten: Ring
    gaten: tuple[Ring, ...] = ()


def parse_wkt(tekst: str) -> tuple[Vlak, ...]:
    """POLYGON or MULTIPOLYGON in WKT. Raises ValueError on anything else.

    >>> len(parse_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0))")[0].buiten)
    4
    """
    gevonden = _POLYGOON.fullmatch(tekst)
    if gevonden is None:
        raise ValueError("not a POLYGON or MULTIPOLYGON in WKT")
    delen = re.split(r"\)\s*\)\s*,\s*\(\s*\(", gevonden[2]) if gevonden[1] else [gevonden[2]]
    return tuple(_surface([_ring_text(ring) for ring in _RING.findall(f"({deel.strip('() ')})")]) for deel in delen)


def _ring_text(tekst: str) -> list[list[float]]:
    return [[float(getal) for getal in punt.split()] for punt in tekst.split(",")]


def _surface(ringen: Sequence[Sequence[Sequence[float]]]) -> Vlak:
    buiten, *gaten = [_closed(ring) for ring in ringen]
    return Vlak(buiten, tuple(gaten))


def _closed(punten: Sequence[Sequence[float]]) -> Ring:
    ring = np.array([punt[:2] for punt in punten], dtype=np.float64)
    if len(ring) < 4 or not np.isfinite(ring).all() or not (ring[0] == ring[-1]).all():
        raise ValueError("a ring needs four finite points and ends where it begins")
    return ring


def outlines(path: Path, *, code: str, jaar: int, wkt: str = "wkt_wgs84") -> pd.DataFrame:
    """Areas with their outlines: gebied_jaar, gebied, vlakken, and the file's other columns as text.

    path : .csv with a WKT column `wkt`, or .geojson/.json; code : the column or property with the area's code.
    Raises InvoerFout when a code or an outline is missing or cannot be read.
    """
    record(path)
    try:
        rijen = _from_geojson(path) if path.suffix in (".geojson", ".json") else _from_csv(path, wkt)
        frame = pd.DataFrame(rijen)
        codes = frame[code].astype("str")
    except (ValueError, KeyError, TypeError, IndexError):
        herstel = f"Controleer de kolom met de code ({code}) en de grenzen."
        raise InvoerFout(Melding("SDM-304", "grenzen zijn niet te lezen", herstel, bestand=path.name)) from None
    if codes.duplicated().any():
        raise InvoerFout(
            Melding("SDM-331", "een gebied staat er twee keer", "Voeg samen.", bestand=path.name, kolom=code)
        )
    return frame.drop(columns=code).assign(gebied_jaar=jaar, gebied=codes)


def _from_csv(path: Path, wkt: str) -> list[dict[str, Any]]:
    frame = pd.read_csv(path, dtype="str", encoding="utf-8", keep_default_na=False)
    rest = frame.drop(columns=wkt).to_dict("records")
    return [
        {str(naam): waarde for naam, waarde in rij.items()} | {"vlakken": parse_wkt(tekst)}
        for rij, tekst in zip(rest, frame[wkt], strict=True)
    ]


def _from_geojson(path: Path) -> list[dict[str, Any]]:
    return [
        {**kenmerk["properties"], "vlakken": parse_geometry(kenmerk["geometry"])}
        for kenmerk in json.loads(path.read_text(encoding="utf-8"))["features"]
    ]


def parse_geometry(geometrie: dict[str, Any]) -> tuple[Vlak, ...]:
    """Polygon or MultiPolygon of GeoJSON. Raises ValueError, KeyError or TypeError on anything else."""
    if geometrie["type"] == "Polygon":
        return (_surface(geometrie["coordinates"]),)
    if geometrie["type"] == "MultiPolygon":
        return tuple(_surface(ringen) for ringen in geometrie["coordinates"])
    raise ValueError(f"no outline: {geometrie['type']}")


def as_wkt(vlakken: Sequence[Vlak]) -> str:
    """Surfaces as WKT: a POLYGON, or a MULTIPOLYGON when there are more.

    >>> as_wkt(parse_wkt("polygon((0 0, 1 0, 1 1.5, 0 0))"))
    'POLYGON ((0 0, 1 0, 1 1.5, 0 0))'
    """
    delen = [f"({', '.join(_ring_wkt(ring) for ring in (vlak.buiten, *vlak.gaten))})" for vlak in vlakken]
    return f"POLYGON {delen[0]}" if len(delen) == 1 else f"MULTIPOLYGON ({', '.join(delen)})"


def _ring_wkt(ring: Ring) -> str:
    punten = (f"{_number(float(x))} {_number(float(y))}" for x, y in ring)
    return f"({', '.join(punten)})"


def _number(getal: float) -> str:
    return str(int(getal)) if getal.is_integer() else repr(getal)
