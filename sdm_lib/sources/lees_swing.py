"""Swing exports: areas down, periods across, the subject in a row above; or long, one figure a row.

The wide form becomes the long one: gebied, onderwerp, periode, waarde, status. What a portal writes for a figure that
it does not give (a dot, x, or nothing) goes to `status`; a zero stays a figure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from sdm_lib.errors import Melding
from sdm_lib.sources import codering, lees_csv, lees_excel
from sdm_lib.sources.levering import Schema
from sdm_lib.sources.ruw import Ruw, fill_rows

NAMEN = ("gebied", "onderwerp", "periode", "waarde", "status")
STATUS = {"": "niet_gemeten", ".": "niet_gepubliceerd", "x": "onderdrukt", "-": "niet_gemeten", "geheim": "onderdrukt"}
_PERIODE = re.compile(r"(19|20)\d{2}([ -]?([KQH] ?\d|[1-4]e kwartaal|(0[1-9]|1[0-2])))?(-(0[1-9]|[12]\d|3[01]))?")
Rijen = list[list[str]]


def read(con: duckdb.DuckDBPyConnection, path: Path, schema: Schema) -> Ruw:
    """Fill the table `ruw` with figures in long form; row numbers are those of the row the figure stood in."""
    rijen = _rows(path)
    kop = next((i for i, rij in enumerate(rijen[:30]) if _periods(rij)), None)
    if kop is None:  # long already, or nothing of the kind: an ordinary file says so itself
        lezer = lees_excel.read if path.suffix in (".xlsx", ".xls") else lees_csv.read
        return lezer(con, path, schema)
    lang = list(_long(rijen, kop))
    aantal = fill_rows(con, lang, breedte=len(NAMEN))
    meldingen = [_turned(path.name, kop)] if aantal else [lees_csv.header_only(path.name)]
    return Ruw(con, path.name, NAMEN, aantal, meldingen=tuple(meldingen))


def _turned(bestand: str, kop: int) -> Melding:
    wat = f"brede tabel met perioden in rij {kop + 1} gelezen als een cijfer per regel"
    return Melding("SDM-367", wat, "U hoeft niets te doen.", bestand=bestand, ernst="hersteld")


def _rows(path: Path) -> Rijen:
    """All cells as text; nothing when the file is not readable as such, for the ordinary reader says why."""
    if path.suffix in (".xlsx", ".xls"):
        try:
            with lees_excel.book(path) as boek:
                rijen = boek.worksheets[0].iter_rows(values_only=True)
                return [[lees_excel.as_text(cel) or "" for cel in rij] for rij in rijen]
        except Exception as oorzaak:  # whatever a broken workbook raises: lees_excel reports it
            if isinstance(oorzaak, MemoryError):
                raise
            return []
    code = codering.detect(path)
    if not code.naam:
        return []
    tekst = lees_csv.sample(path, code.naam, alles=True)
    kandidaten = (list(csv.reader(io.StringIO(tekst, newline=""), delimiter=teken)) for teken in lees_csv.SCHEIDINGEN)
    return max(kandidaten, key=lambda rijen: max((len(_periods(rij)) for rij in rijen[:30]), default=0))


def _periods(rij: Sequence[str]) -> dict[int, str]:
    """Where periods stand in a row; a header has two or more, and no other figures beside them."""
    gevonden = {i: cel.strip() for i, cel in enumerate(rij) if i and _PERIODE.fullmatch(cel.strip())}
    anders = [cel for i, cel in enumerate(rij) if i and cel.strip() and i not in gevonden]
    return gevonden if len(gevonden) >= 2 and not anders else {}


def _long(rijen: Rijen, kop: int) -> Iterator[tuple[int, list[str | None]]]:
    perioden = _periods(rijen[kop])
    onderwerpen = _subjects(rijen, kop, perioden)
    for nummer, rij in enumerate(rijen[kop + 1 :], start=kop + 2):
        gebied = rij[0].strip() if rij else ""
        if not gebied or not any(cel.strip() for cel in rij[1:]):
            continue  # a blank line, or a footnote in the first column
        for i, periode in perioden.items():
            cel = rij[i].strip() if i < len(rij) else ""
            status = STATUS.get(cel.casefold(), "ok")
            yield nummer, [gebied, onderwerpen[i], periode, cel if status == "ok" else None, status]


def _subjects(rijen: Rijen, kop: int, perioden: dict[int, str]) -> dict[int, str]:
    """The subject of each column: from merged cells in the row above, else the last title."""
    boven = rijen[kop - 1] if kop else []
    titel = next((rij[0].strip() for rij in reversed(rijen[:kop]) if rij and rij[0].strip()), "")
    onderwerp, uit = "", {}
    for i in range(1, max(perioden) + 1):
        onderwerp = (boven[i].strip() if i < len(boven) else "") or onderwerp
        uit[i] = onderwerp or titel
    return uit
