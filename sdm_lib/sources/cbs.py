"""Fetch a table of Statistics Netherlands (StatLine) as a snapshot: an explicit command, never part of a run.

A snapshot is two files: `<id>.csv` with codes beside titles and a status for every figure, and `<id>.json` with what
was asked, when, and the hash of the csv. Notebooks read the snapshot alone, so a run works without a network.
"""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from sdm_lib.errors import InvoerFout, Melding, ParameterFout, bedoelde_u
from sdm_lib.project import project_root
from sdm_lib.sources import odata
from sdm_lib.sources.hashes import record, sha256
from sdm_lib.sources.odata import GeenTabel, Tabel, Versie

MAP = Path("data") / "reference" / "cbs"


@dataclass(frozen=True, slots=True)
class Momentopname:
    """Where a snapshot lies, its figures, when the table was last changed by its maker, and how final it is.

    stand : the stands of the periods in it, such as ``definitief, voorlopig``; empty when the table gives none.
    """

    csv: Path
    manifest: Path
    rijen: int
    gewijzigd: str
    stand: str


def fetch_cbs(
    table_id: str, *, doel: Path, opgehaald: date, filters: str = "", versie: Versie = 4, adres: str = ""
) -> Momentopname:
    """Write a snapshot of a StatLine table into folder `doel`.

    opgehaald : the day it was asked for; given, because nothing here looks at the clock.
    filters : an OData filter, such as ``startswith(RegioS,'GM0034')``. versie : of OData. adres : of another server.
    Raises InvoerFout when the table does not exist, the server does not answer, or no row is left.
    """
    try:
        tabel = odata.fetch(table_id, versie=versie, adres=adres, filters=filters)
    except GeenTabel:
        herstel = f"Controleer het nummer, of vraag de andere vorm op met --odata {7 - versie}."
        raise InvoerFout(Melding("SDM-301", f"tabel {table_id} bestaat niet op deze server", herstel)) from None
    except (OSError, ValueError, KeyError, TypeError):
        herstel = "Controleer de verbinding, het adres en het filter, en probeer het later opnieuw."
        raise InvoerFout(Melding("SDM-305", f"tabel {table_id} is niet op te halen", herstel)) from None
    if not tabel.cijfers:
        raise InvoerFout(Melding("SDM-302", f"tabel {table_id} geeft geen rijen", "Maak het filter ruimer."))
    return _write(table_id, doel, tabel=tabel, vraag=(filters, opgehaald, versie))


def _table(tabel: Tabel) -> str:
    """Long: every dimension as code and title, then measure, unit, value, status and stand."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    vooraan = [deel for naam in tabel.dimensies for deel in (f"{naam}_code", naam)]
    writer.writerow([*vooraan, "maat_code", "maat", "eenheid", "waarde", "status", "stand"])
    for cijfer in tabel.cijfers:
        codes = [lijst.get(code) for lijst, code in zip(tabel.dimensies.values(), cijfer.codes, strict=True)]
        paren = [
            deel
            for code, gevonden in zip(cijfer.codes, codes, strict=True)
            for deel in (code, gevonden.titel if gevonden else "")
        ]
        maat = tabel.maten.get(cijfer.maat)
        titel, eenheid = (maat.titel, maat.eenheid) if maat else ("", "")
        status = "ok" if cijfer.waarde else "niet_gepubliceerd"
        writer.writerow([*paren, cijfer.maat, titel, eenheid, cijfer.waarde, status, _stand(codes)])
    return buffer.getvalue()


def _stand(codes: list[odata.Code | None]) -> str:
    return next((code.stand for code in codes if code and code.stand), "")


def _write(table_id: str, doel: Path, *, tabel: Tabel, vraag: tuple[str, date, int]) -> Momentopname:
    doel.mkdir(parents=True, exist_ok=True)
    pad, manifest = doel / f"{table_id}.csv", doel / f"{table_id}.json"
    tekst = _table(tabel)
    standen = sorted({rij["stand"] for rij in csv.DictReader(io.StringIO(tekst)) if rij["stand"]})
    _replace(pad, tekst)
    inhoud = {
        "id": table_id,
        "titel": tabel.titel,
        "gewijzigd": tabel.gewijzigd,
        "opgehaald": vraag[1].isoformat(),
        "filter": vraag[0],
        "odata": vraag[2],
        "rijen": len(tabel.cijfers),
        "stand": standen,
        "sha256": sha256(pad),
        "licentie": "CC BY 4.0, bron: CBS",
    }
    _replace(manifest, json.dumps(inhoud, ensure_ascii=False, indent=1) + "\n")
    return Momentopname(pad, manifest, len(tabel.cijfers), tabel.gewijzigd, ", ".join(standen))


def _replace(pad: Path, tekst: str) -> None:
    tijdelijk = pad.with_name(f".{pad.name}.nieuw")
    tijdelijk.write_bytes(tekst.encode())
    os.replace(tijdelijk, pad)


def snapshot(table_id: str, *, root: Path | None = None, folder: Path | None = None) -> pd.DataFrame:
    """The figures of a snapshot: codes and titles as text, `waarde` as float64 with NaN where not published.

    Raises ParameterFout when there is none, InvoerFout when the file is not the one that the manifest describes.
    """
    map_ = folder or (root or project_root()) / MAP
    pad, manifest = map_ / f"{table_id}.csv", map_ / f"{table_id}.json"
    if not pad.is_file() or not manifest.is_file():
        bekend = [bestand.stem for bestand in map_.glob("*.json")]
        wat = f"er is geen momentopname van tabel {table_id}"
        herstel = f"Haal haar op met: sdm fetch cbs {table_id}. {bedoelde_u(table_id, bekend)}"
        raise ParameterFout(Melding("SDM-255", wat, herstel))
    if record(pad) != json.loads(manifest.read_text(encoding="utf-8"))["sha256"]:
        herstel = f"Haal haar opnieuw op met: sdm fetch cbs {table_id}."
        wat = "deze momentopname is na het ophalen veranderd"
        raise InvoerFout(Melding("SDM-319", wat, herstel, bestand=pad.name))
    return pd.read_csv(pad, dtype="str", keep_default_na=False, encoding="utf-8").assign(
        waarde=lambda frame: pd.to_numeric(frame["waarde"].replace("", None))
    )
