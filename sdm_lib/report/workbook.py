"""The quarter's numbers as an accessible workbook: cover, contents, notes, then one named table a sheet.

Numbers are real numbers with a format; a number that is not shown is its sign, explained on the notes sheet. No cell is
a formula, nothing is merged, and the same numbers give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sdm_lib.disclosure import Publishable
from sdm_lib.report.downloads import gepubliceerd
from sdm_lib.report.figures import EENHEDEN, Cijfer
from sdm_lib.report.gate import require
from sdm_lib.report.stuk import slug
from sdm_lib.report.tables import MATEN, csv_veld

VAST = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)  # a workbook must carry a date; no clock, so the start of the new laws
FORMATEN = {
    "aandeel": "0%", "procentpunt": "0%", "aantal": "#,##0", "euro": '"€" #,##0', "dagen": "#,##0",
    "per_1000": "#,##0.0", "cijfer": "0.0", "score": "0.0", "getal": "#,##0.0",
}  # fmt: skip
Cel = str | float | None


@dataclass(frozen=True, slots=True)
class Kolom:
    """A column of a sheet: heading, width in characters, content, and whether it follows the unit's number format."""

    kop: str
    breedte: int
    inhoud: Callable[[Cijfer], Cel]
    formaat: bool = False


KOLOMMEN = (
    Kolom("Kenmerk", 10, lambda rij: rij.indicator),
    Kolom("Indicator", 44, lambda rij: rij.naam),
    Kolom("Gebied", 18, lambda rij: rij.gebied_naam),
    Kolom("Groep", 30, lambda rij: rij.groep_naam or "iedereen"),
    Kolom("Periode", 18, lambda rij: rij.periode_naam),
    Kolom("Maat", 12, lambda rij: MATEN[rij.measure]),
    Kolom("Waarde", 14, lambda rij: rij.value if rij.zichtbaar else rij.teken, formaat=True),
    Kolom("Ondergrens", 12, lambda rij: _eindig(rij.lower), formaat=True),
    Kolom("Bovengrens", 12, lambda rij: _eindig(rij.upper), formaat=True),
    Kolom("n", 9, lambda rij: _eindig(rij.n) if rij.zichtbaar else None),
    Kolom("Eenheid", 14, lambda rij: EENHEDEN.get(rij.unit, rij.unit)),
    Kolom("Stand", 16, lambda rij: rij.stand.replace("_", " ")),
    Kolom("Bron", 16, lambda rij: rij.source),
)


def _eindig(waarde: float) -> float | None:
    return waarde if math.isfinite(waarde) else None


def workbook(
    publishables: Mapping[str, Publishable],
    *,
    titel: str,
    kwartaal: str,
    editie: str = "",
    fictief: bool = False,
    namen: Mapping[str, str] | None = None,
    notities: Sequence[str] = (),
) -> bytes:
    """All published numbers, a sheet per topic (the first word of a piece's id, whatever the area).

    titel, kwartaal : for the cover. editie : name of the release; empty says CONCEPT.
    namen : readable names of the topics. notities : further lines on the notes sheet.
    Raises as `cijfers_csv` does.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    opties = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    boek = xlsxwriter.Workbook(buffer, opties)
    boek.set_properties({"title": f"{titel}, {kwartaal}", "created": VAST.replace(tzinfo=None)})
    bladen = _per_onderwerp(publishables, namen or {})
    vet = boek.add_format({"bold": True, "font_size": 16})
    kop = boek.add_format({"bold": True})
    wrap = boek.add_format({"text_wrap": True, "valign": "top"})
    _voorblad(boek, vet, wrap, [titel, kwartaal, editie or "CONCEPT", *(["Fictieve gegevens"] if fictief else [])])
    _inhoud(boek, vet, kop, bladen)
    _toelichting(boek, vet, wrap, publishables, notities)
    for naam, rijen in bladen.items():
        _tabel(boek, vet, naam, rijen)
    boek.close()
    return buffer.getvalue()


def _per_onderwerp(publishables: Mapping[str, Publishable], namen: Mapping[str, str]) -> dict[str, tuple[Cijfer, ...]]:
    per: dict[str, list[Publishable]] = {}
    for publishable in publishables.values():
        onderwerp = re.split("[-/]", require(publishable).id)[0]
        per.setdefault(namen.get(onderwerp, onderwerp.capitalize()), []).append(publishable)
    gepubliceerd(publishables.values())  # one fate and one value over all topics together, before a cell is written
    return {naam[:31]: gepubliceerd(lijst) for naam, lijst in per.items()}


def _blad(boek: Any, naam: str) -> Any:
    blad = boek.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", naam))
    blad.hide_gridlines(2)
    return blad


def _voorblad(boek: Any, vet: Any, wrap: Any, regels: Sequence[str]) -> None:
    blad = _blad(boek, "Voorblad")
    blad.set_column(0, 0, 90)
    blad.write_string(0, 0, csv_veld(regels[0]), vet)
    for i, regel in enumerate(regels[1:], start=1):
        blad.write_string(i, 0, csv_veld(regel), wrap)
    blad.write_string(
        len(regels) + 1, 0, "De cijfers staan per onderwerp op een eigen blad. Zie Inhoud en Toelichting.", wrap
    )


def _inhoud(boek: Any, vet: Any, kop: Any, bladen: Mapping[str, tuple[Cijfer, ...]]) -> None:
    blad = _blad(boek, "Inhoud")
    blad.set_column(0, 0, 40)
    blad.set_column(1, 1, 20)
    blad.write_string(0, 0, "Inhoud", vet)
    blad.write_string(2, 0, "Blad", kop)
    blad.write_string(2, 1, "Aantal cijfers", kop)
    for i, (naam, rijen) in enumerate(bladen.items(), start=3):
        blad.write_url(i, 0, f"internal:'{naam}'!A1", string=csv_veld(naam))
        blad.write_number(i, 1, len(rijen))


def _toelichting(
    boek: Any, vet: Any, wrap: Any, publishables: Mapping[str, Publishable], notities: Sequence[str]
) -> None:
    blad = _blad(boek, "Toelichting")
    blad.set_column(0, 0, 110)
    blad.write_string(0, 0, "Toelichting", vet)
    tekens = {f"{teken} = {uitleg}" for p in publishables.values() for teken, uitleg in p.legenda.items()}
    regels = [
        "Ondergrens en bovengrens zijn die van het 95%-betrouwbaarheidsinterval. Tellingen uit een register: geen.",
        "Een aandeel staat in de cel als getal van 0 tot 1 en wordt als percentage getoond.",
        "n is het aantal personen of registraties achter het cijfer.",
        *sorted(tekens),
        *notities,
    ]
    for i, regel in enumerate(regels, start=2):
        blad.write_string(i, 0, csv_veld(regel), wrap)


def _tabel(boek: Any, vet: Any, naam: str, rijen: Sequence[Cijfer]) -> None:
    blad = _blad(boek, naam)
    blad.write_string(0, 0, csv_veld(naam), vet)
    formaten = {unit: boek.add_format({"num_format": formaat}) for unit, formaat in FORMATEN.items()}
    for k, kolom in enumerate(KOLOMMEN):
        blad.set_column(k, k, kolom.breedte)
    blad.add_table(
        2, 0, max(len(rijen), 1) + 2, len(KOLOMMEN) - 1,
        {
            "name": "tabel_" + slug(naam).replace("-", "_"),
            "columns": [{"header": kolom.kop} for kolom in KOLOMMEN],
            "style": "Table Style Light 1",
        },
    )  # fmt: skip
    for i, rij in enumerate(rijen, start=3):
        for k, kolom in enumerate(KOLOMMEN):
            _schrijf(blad, i, k, kolom.inhoud(rij), formaten.get(rij.unit) if kolom.formaat else None)
    blad.freeze_panes(3, 2)


def _schrijf(blad: Any, rij: int, kolom: int, cel: Cel, formaat: Any) -> None:
    if isinstance(cel, str):
        blad.write_string(rij, kolom, csv_veld(cel), formaat)
    elif cel is not None:
        blad.write_number(rij, kolom, cel, formaat)
