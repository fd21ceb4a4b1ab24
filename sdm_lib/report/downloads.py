"""Every published number once: as `cijfers.csv`, and its description for machines (CSV on the Web).

The same rows feed the workbook, so picture, table, CSV and workbook cannot disagree.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping

from sdm_lib.disclosure import Publishable
from sdm_lib.errors import Melding, PrivacyFout, RapportFout
from sdm_lib.report.figures import Cijfer, cijfers
from sdm_lib.report.gate import require
from sdm_lib.report.tables import als_csv, csv_getal, csv_veld

Kolom = tuple[str, str, Callable[[Cijfer], str]]  # datatype, description, text of a row


def _tekst(naam: str) -> Callable[[Cijfer], str]:
    return lambda rij: csv_veld(str(getattr(rij, naam)))


def _getal(naam: str) -> Callable[[Cijfer], str]:
    return lambda rij: csv_getal(getattr(rij, naam), rij.unit)


# Column -> datatype, what it holds, how it is written. The order is that of the file.
KOLOMMEN: Mapping[str, Kolom] = {
    "indicator": ("string", "kenmerk van de indicator in de catalogus", _tekst("indicator")),
    "naam": ("string", "naam van de indicator", _tekst("naam")),
    "definitie": ("string", "versie van de definitie", _tekst("definitie")),
    "periode": ("string", "kwartaal waarover gerapporteerd wordt, bijvoorbeeld 2015K2", _tekst("periode")),
    "meetperiode": ("string", "wanneer gemeten is", _tekst("meetperiode")),
    "gebied_soort": ("string", "gemeente, stadsdeel, wijk of wijkteam", _tekst("gebied_soort")),
    "gebied": ("string", "code van het gebied", _tekst("gebied")),
    "gebied_jaar": ("string", "jaar van de gebiedsindeling waarin de code geldt", _tekst("gebied_jaar")),
    "gebied_naam": ("string", "naam van het gebied", _tekst("gebied_naam")),
    "groep": ("string", "groep als sleutel=waarde, gescheiden door puntkomma; leeg is iedereen", _tekst("groep")),
    "maat": ("string", "level (stand), difference (verschil) of ratio (verhouding)", _tekst("measure")),
    "waarde": ("decimal", "de waarde; aandelen van 0 tot 1; leeg als het cijfer niet getoond wordt", _getal("value")),
    "ondergrens": ("decimal", "ondergrens van het 95%-betrouwbaarheidsinterval", _getal("lower")),
    "bovengrens": ("decimal", "bovengrens van het 95%-betrouwbaarheidsinterval", _getal("upper")),
    "referentie": ("decimal", "waarmee vergeleken is, bij een verschil", _getal("reference")),
    "p": ("decimal", "p-waarde van het verschil, gecorrigeerd voor het aantal vergelijkingen",
          lambda rij: csv_getal(rij.p_adj if math.isfinite(rij.p_adj) else rij.p, "", decimalen=4)),
    "n": ("integer", "aantal personen of registraties achter het cijfer",
          lambda rij: csv_getal(rij.n, "aantal") if rij.zichtbaar else ""),
    "eenheid": ("string", "aandeel, aantal, per_1000, cijfer, score, euro, dagen, coefficient, getal", _tekst("unit")),
    "methode": ("string", "hoe waarde en marge berekend zijn", _tekst("method")),
    "status": ("string", "ok, onderdrukt, te_klein, te_onzeker, niet_gemeten of niet_gepubliceerd", _tekst("status")),
    "stand": ("string", "voorlopig, nader_voorlopig of definitief", _tekst("stand")),
    "bron": ("string", "levering waar het cijfer uit komt", _tekst("source")),
}  # fmt: skip
Sleutel = tuple[str, ...]


def sleutel(rij: Cijfer) -> Sleutel:
    """What makes a published number one number, on whatever page it stands: the response to two surveys is two."""
    return (
        rij.indicator, rij.definitie, rij.periode, rij.gebied_soort, rij.gebied_jaar, rij.gebied, rij.groep,
        rij.measure, rij.source, _reference(rij),
    )  # fmt: skip


def _reference(rij: Cijfer) -> str:
    """Two differences of one figure with different references are two numbers."""
    return "" if rij.measure == "level" else csv_getal(rij.reference, "", decimalen=9)


def gepubliceerd(publishables: Iterable[Publishable]) -> tuple[Cijfer, ...]:
    """The rows of all pieces, each number once, sorted by indicator, period, area and group.

    Raises PrivacyFout (SDM-520) when a number is hidden in one piece and shown in another, and RapportFout (SDM-620)
    when one number has two values.
    """
    uniek: dict[Sleutel, Cijfer] = {}
    for publishable in publishables:
        for rij in cijfers(require(publishable)):
            _gelijk(uniek.setdefault(sleutel(rij), rij), rij)
    return tuple(uniek[key] for key in sorted(uniek))


def _gelijk(een: Cijfer, ander: Cijfer) -> None:
    if een.zichtbaar != ander.zichtbaar:
        raise PrivacyFout(
            _melding("SDM-520", een, "staat op de ene plek wel en op de andere niet", "Meld dit als fout.")
        )
    if een.zichtbaar and csv_getal(een.value, een.unit) != csv_getal(ander.value, ander.unit):
        raise RapportFout(
            _melding("SDM-620", een, "heeft twee verschillende waarden", "Geef de twee een eigen indicator of groep.")
        )


def _melding(code: str, rij: Cijfer, wat: str, herstel: str) -> Melding:
    groep = f" ({rij.groep})" if rij.groep else ""
    return Melding(code, f"{rij.indicator} in {rij.gebied}{groep}, {rij.periode}, {wat}", herstel)


def cijfers_csv(publishables: Mapping[str, Publishable]) -> bytes:
    """Every number of the quarter: semicolons, decimal comma, UTF-8 with byte order mark; columns as in `KOLOMMEN`."""
    rijen = [[tekst(rij) for _, _, tekst in KOLOMMEN.values()] for rij in gepubliceerd(publishables.values())]
    return als_csv(tuple(KOLOMMEN), rijen)


def cijfers_metadata(*, bestand: str = "cijfers.csv", titel: str, licentie: str = "") -> bytes:
    """The description of `cijfers.csv` beside it, as ``cijfers.csv-metadata.json``.

    Source: W3C, Metadata Vocabulary for Tabular Data (2015).
    """
    kolommen = [
        {"name": naam, "titles": naam, "dc:description": wat, "datatype": _datatype(soort)}
        for naam, (soort, wat, _) in KOLOMMEN.items()
    ]
    beschrijving: dict[str, object] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": bestand,
        "dc:title": titel,
        "dialect": {"delimiter": ";", "encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": kolommen},
    }
    if licentie:
        beschrijving["dc:license"] = licentie
    return (json.dumps(beschrijving, ensure_ascii=False, indent=1) + "\n").encode()


def _datatype(soort: str) -> object:
    return soort if soort == "string" else {"base": soort, "format": {"decimalChar": ",", "groupChar": "."}}
