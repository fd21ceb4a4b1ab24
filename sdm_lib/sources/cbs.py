"""Fetch a table of Statistics Netherlands (StatLine) as a snapshot: an explicit command, never part of a run.

A snapshot is two files: `<id>.csv` with codes beside titles and a status for every figure, and `<id>.json` with what
was asked, when, and the hash of the csv. Notebooks read the snapshot alone, so a run works without a network.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from sdm_lib.errors import InvoerFout, Melding, ParameterFout
from sdm_lib.sources.hashes import sha256

NIET_GEPUBLICEERD = ("", ".", "x")  # how StatLine writes a figure that it does not give; a zero is a figure
Rij = Mapping[str, Any]


class Client(Protocol):
    """What is asked of the package cbsodata; a test brings its own."""

    def get_info(self, table_id: str) -> Rij: ...
    def get_meta(self, table_id: str, name: str) -> Sequence[Rij]: ...
    def get_data(self, table_id: str, *, typed: bool, filters: str | None) -> Sequence[Rij]: ...


@dataclass(frozen=True, slots=True)
class Momentopname:
    """Where a snapshot lies, its rows, and when the table was last changed by its maker."""

    csv: Path
    manifest: Path
    rijen: int
    gewijzigd: str
    stand: str


def fetch_cbs(
    table_id: str, *, doel: Path, opgehaald: date, filters: str = "", client: Client | None = None
) -> Momentopname:
    """Write a snapshot of a StatLine table into folder `doel`.

    opgehaald : the day it was asked for; given, because nothing here looks at the clock.
    Raises ParameterFout without the package cbsodata, InvoerFout when the table does not exist or is empty.
    """
    bron = client or _cbsodata()
    try:
        info = bron.get_info(table_id)
        velden = bron.get_meta(table_id, "DataProperties")
        rijen = bron.get_data(table_id, typed=True, filters=filters or None)
        codes = {str(veld["Key"]): _codes(bron, table_id, str(veld["Key"])) for veld in velden if _is_dimension(veld)}
    except Exception as oorzaak:  # the package raises whatever requests does
        if isinstance(oorzaak, MemoryError):
            raise
        herstel = "Controleer het nummer van de tabel, het filter en de verbinding."
        raise InvoerFout(Melding("SDM-301", f"tabel {table_id} is niet op te halen", herstel)) from None
    if not rijen:
        raise InvoerFout(Melding("SDM-302", f"tabel {table_id} geeft geen rijen", "Maak het filter ruimer."))
    return _write(table_id, doel, info=info, tekst=_table(rijen, codes), rijen=len(rijen), vraag=(filters, opgehaald))


def _cbsodata() -> Client:
    try:
        client: Client = importlib.import_module("cbsodata")
    except ImportError:
        wat = "voor ophalen bij het CBS is het pakket cbsodata nodig"
        raise ParameterFout(Melding("SDM-256", wat, "Installeer het: python -m pip install cbsodata.")) from None
    return client


def _is_dimension(veld: Rij) -> bool:
    return "Dimension" in str(veld.get("Type", ""))


def _codes(bron: Client, table_id: str, naam: str) -> dict[str, tuple[str, str]]:
    """Title -> (code, status): the data come with titles, and keys have trailing blanks."""
    return {
        str(rij["Title"]).strip(): (str(rij["Key"]).strip(), str(rij.get("Status", "")).strip())
        for rij in bron.get_meta(table_id, naam)
    }


def _table(rijen: Sequence[Rij], codes: Mapping[str, Mapping[str, tuple[str, str]]]) -> str:
    """Long: every dimension as code and title, then measure, value, status and stand."""
    dimensies = [naam for naam in rijen[0] if naam in codes]
    maten = [naam for naam in rijen[0] if naam not in codes and naam != "ID"]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(
        [*(deel for naam in dimensies for deel in (f"{naam}_code", naam)), "maat", "waarde", "status", "stand"]
    )
    for rij in rijen:
        titels = [str(rij[naam]).strip() for naam in dimensies]
        paren = [codes[naam].get(titel, ("", "")) for naam, titel in zip(dimensies, titels, strict=True)]
        stand = next((status.casefold() for _, status in paren if status), "")
        vooraan = [deel for (code, _), titel in zip(paren, titels, strict=True) for deel in (code, titel)]
        for maat in maten:
            waarde = "" if rij[maat] is None else str(rij[maat]).strip()
            ok = waarde not in NIET_GEPUBLICEERD
            writer.writerow([*vooraan, maat, waarde if ok else "", "ok" if ok else "niet_gepubliceerd", stand])
    return buffer.getvalue()


def _write(table_id: str, doel: Path, *, info: Rij, tekst: str, rijen: int, vraag: tuple[str, date]) -> Momentopname:
    doel.mkdir(parents=True, exist_ok=True)
    pad, manifest = doel / f"{table_id}.csv", doel / f"{table_id}.json"
    _replace(pad, tekst)
    inhoud = {
        "id": table_id,
        "titel": str(info.get("Title", "")).strip(),
        "gewijzigd": str(info.get("Modified", "")),
        "opgehaald": vraag[1].isoformat(),
        "filter": vraag[0],
        "rijen": rijen,
        "sha256": sha256(pad),
        "licentie": "CC BY 4.0, bron: CBS",
    }
    _replace(manifest, json.dumps(inhoud, ensure_ascii=False, indent=1) + "\n")
    standen = {rij["stand"] for rij in csv.DictReader(io.StringIO(tekst)) if rij["stand"]}
    return Momentopname(pad, manifest, rijen, inhoud["gewijzigd"], ", ".join(sorted(standen)))  # type: ignore[arg-type]


def _replace(pad: Path, tekst: str) -> None:
    tijdelijk = pad.with_name(f".{pad.name}.nieuw")
    tijdelijk.write_bytes(tekst.encode())
    os.replace(tijdelijk, pad)
