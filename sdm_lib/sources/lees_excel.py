"""Excel, .xlsx or legacy .xls: sheet and header are found, cells become text, totals below are left out later.

A number cell keeps its full value (not what its format shows), a date cell becomes ISO. A formula that was never
calculated has no value in the file: that blocks, for reading it as empty would be silent.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb

from sdm_lib.errors import MAX_VOORBEELDEN, Melding, bedoelde_u
from sdm_lib.sources import kop, lees_xls
from sdm_lib.sources.lees_csv import header_only
from sdm_lib.sources.levering import Schema
from sdm_lib.sources.ruw import Ruw, fill_rows
from sdm_lib.sources.woorden import NIETS

_FOUTWAARDEN = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
MAX_DEEL = 64 << 20  # bytes of a part that may be packed as tightly as it likes
MAX_KEER = 150  # times that a larger part may be packed: real sheets stay below 40
MAX_SAMEN = 2 << 30
MAX_CELLEN = 30_000_000  # rows times columns; a sheet beyond this is damaged or no table


def read(con: duckdb.DuckDBPyConnection, path: Path, schema: Schema) -> Ruw:
    """Fill the table `ruw` from the sheet that the schema names, or the only one with its columns."""
    fout = _not_xlsx(path)
    if fout:
        return Ruw(con, path.name, (), NIETS, meldingen=(fout,))
    try:
        with book(path) as boek:
            return _read_book(con, path, boek, schema)
    except lees_xls.Beveiligd:
        return Ruw(con, path.name, (), NIETS, meldingen=(_protected(path.name),))
    except Exception as oorzaak:  # openpyxl and xlrd raise whatever a broken part of the file makes them raise
        if isinstance(oorzaak, MemoryError):
            raise
        return Ruw(con, path.name, (), NIETS, meldingen=(_damaged(path.name),))


@contextmanager
def book(path: Path, *, formules: bool = False) -> Iterator[Any]:
    """An open workbook with the values (or formulas) of its cells, closed afterwards whatever happens."""
    if is_old(path):
        with lees_xls.book(path) as oud:
            yield oud
        return
    import openpyxl

    with path.open("rb") as handle, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on styles and validation lists, which no value depends on
        boek = openpyxl.load_workbook(handle, read_only=True, data_only=not formules)
        try:
            yield boek
        finally:
            boek.close()


def _not_xlsx(path: Path) -> Melding | None:
    with path.open("rb") as handle:
        begin = handle.read(8)
    if not begin:
        return Melding(
            "SDM-302", "dit bestand is leeg", "Vraag de leverancier het opnieuw te sturen.", bestand=path.name
        )
    if begin.startswith(lees_xls.OUD):
        return None
    if not begin.startswith(b"PK\x03\x04"):
        return Melding("SDM-304", "dit is geen Excel-bestand", "Sla het op als .xlsx.", bestand=path.name)
    return _bomb(path)


def _bomb(path: Path) -> Melding | None:
    """A zip that unpacks to far more than a workbook does is not opened: it would fill the memory."""
    try:
        with zipfile.ZipFile(path) as boek:
            groot = [d for d in boek.infolist() if d.file_size > max(MAX_DEEL, MAX_KEER * d.compress_size)]
            samen = sum(deel.file_size for deel in boek.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return _damaged(path.name)
    if not groot and samen <= MAX_SAMEN:
        return None
    wat = "dit bestand is uitgepakt veel groter dan een werkmap hoort te zijn"
    return Melding("SDM-316", wat, "Vraag het als csv, of vraag na of dit het goede bestand is.", bestand=path.name)


def is_old(path: Path) -> bool:
    """Whether this is a compound file: a legacy workbook, or a new one with a password."""
    with path.open("rb") as handle:
        return handle.read(4) == lees_xls.OUD


def _protected(bestand: str) -> Melding:
    herstel = "Open het in Excel, haal het wachtwoord weg en sla het opnieuw op."
    return Melding("SDM-305", "dit Excel-bestand heeft een wachtwoord", herstel, bestand=bestand)


def _damaged(bestand: str) -> Melding:
    herstel = "Open het in Excel en sla het opnieuw op, of vraag het opnieuw."
    return Melding("SDM-305", "dit Excel-bestand is beschadigd", herstel, bestand=bestand)


def _read_book(con: duckdb.DuckDBPyConnection, path: Path, boek: Any, schema: Schema) -> Ruw:
    bladen = {blad.title: blad for blad in boek.worksheets}
    if schema.blad and schema.blad not in bladen:
        return Ruw(con, path.name, (), NIETS, meldingen=(_no_sheet(schema.blad, list(bladen), path.name),))
    kandidaten = [schema.blad] if schema.blad else list(bladen)
    koppen = {naam: kop.find(first_rows(bladen[naam]), schema) for naam in kandidaten}
    score = max((gevonden.score for gevonden in koppen.values()), default=0)
    beste = [naam for naam, gevonden in koppen.items() if gevonden.score == score]
    if not score or len(beste) > 1:
        return Ruw(con, path.name, (), NIETS, meldingen=(_undecided(score, beste, kandidaten, path.name),))
    return _read_sheet(con, path, bladen[beste[0]], koppen[beste[0]])


def _no_sheet(gezocht: str, bladen: list[str], bestand: str) -> Melding:
    wat = f"werkblad '{gezocht}' ontbreekt"
    return Melding("SDM-313", wat, bedoelde_u(gezocht, bladen), bestand=bestand)


def _undecided(score: int, beste: list[str], bladen: list[str], bestand: str) -> Melding:
    if score:
        wat = f"{len(beste)} werkbladen hebben deze kolommen: {', '.join(beste)}"
        return Melding("SDM-313", wat, "Zet in het schema bij blad welk werkblad bedoeld is.", bestand=bestand)
    wat = f"de kolomnamen van het schema staan niet in de eerste {kop.ZOEK_REGELS} rijen"
    herstel = "Controleer of dit het goede bestand en werkblad is."
    return Melding("SDM-310", wat, herstel, bestand=bestand, blad=bladen[0] if len(bladen) == 1 else "")


def first_rows(blad: Any) -> list[list[str]]:
    rijen = blad.iter_rows(max_row=kop.ZOEK_REGELS, values_only=True)
    return [[as_text(cel) or "" for cel in rij] for rij in rijen]


def _read_sheet(con: duckdb.DuckDBPyConnection, path: Path, blad: Any, gevonden: kop.Kop) -> Ruw:
    breedte = max(len(gevonden.namen), 1)
    getypeerd = [True] * breedte
    fouten: list[int] = []
    rijen = fill_rows(con, _rows(blad, gevonden.rij + 2, breedte, getypeerd, fouten), breedte=breedte)
    meldingen = []
    if gevonden.rij:
        rij_of_rijen = "1 rij" if gevonden.rij == 1 else f"{gevonden.rij} rijen"
        wat = f"{rij_of_rijen} boven de kolomnamen overgeslagen"
        meldingen.append(
            Melding("SDM-367", wat, "U hoeft niets te doen.", bestand=path.name, blad=blad.title, ernst="hersteld")
        )
    if not rijen:
        meldingen.append(header_only(path.name, blad=blad.title))
    if fouten:
        meldingen.append(_error_cells(fouten, path.name, blad.title))
    formules = () if is_old(path) or not _has_formulas(path) else _uncalculated(path, blad.title)
    if formules:
        meldingen.append(_formula(formules, path.name, blad.title))
    canoniek = frozenset(i for i, soort in enumerate(getypeerd) if soort)
    return Ruw(con, path.name, gevonden.namen, rijen, blad=blad.title, canoniek=canoniek, meldingen=tuple(meldingen))


def _rows(
    blad: Any, vanaf: int, breedte: int, getypeerd: list[bool], fouten: list[int]
) -> Iterator[tuple[int, list[str | None]]]:
    """The rows under the header; `getypeerd` learns which columns hold typed cells only, `fouten` rows with errors."""
    for nummer, rij in enumerate(blad.iter_rows(min_row=vanaf, values_only=True), start=vanaf):
        if (nummer - vanaf) * breedte > MAX_CELLEN:
            raise ValueError("sheet too large")
        cellen = [*rij[:breedte], *([None] * (breedte - len(rij)))]
        if any(isinstance(cel, str) and cel in _FOUTWAARDEN for cel in cellen):
            fouten.append(nummer)
        for i, cel in enumerate(cellen):
            if isinstance(cel, str) and cel.strip():
                getypeerd[i] = False
        yield nummer, [as_text(cel) for cel in cellen]


def as_text(cel: object) -> str | None:
    """The value of a cell as text.

    >>> as_text(3.0), as_text(2.5), as_text(date(2015, 3, 31)), as_text(True)
    ('3', '2.5', '2015-03-31', 'ja')
    """
    if cel is None or isinstance(cel, str):
        return cel
    if isinstance(cel, bool):
        return "ja" if cel else "nee"
    if isinstance(cel, datetime):
        return cel.date().isoformat() if cel.time() == time() else cel.isoformat(sep=" ")
    if isinstance(cel, float) and cel.is_integer() and abs(cel) < 1e15:
        return str(int(cel))
    return cel.isoformat() if isinstance(cel, date) else str(cel)


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as boek:
        bladen = [naam for naam in boek.namelist() if naam.startswith("xl/worksheets/")]
        return any(_formula_in(boek, naam) for naam in bladen)


def _formula_in(boek: zipfile.ZipFile, naam: str) -> bool:
    """Whether a sheet holds a formula, read in pieces: as text it can be twenty times its size on disk."""
    staart = b""
    with boek.open(naam) as deel:
        while stuk := deel.read(1 << 20):
            stuk = staart + stuk
            if b"<f>" in stuk or b"<f " in stuk:
                return True
            staart = stuk[-2:]
    return False


def _uncalculated(path: Path, titel: str) -> tuple[int, ...]:
    """Rows with a formula whose outcome is not in the file."""
    with book(path, formules=True) as formules, book(path) as waarden:
        paren = zip(formules[titel].iter_rows(), waarden[titel].iter_rows(values_only=True), strict=True)
        return tuple(
            nummer
            for nummer, (rij, uitkomst) in enumerate(paren, start=1)
            if any(cel.data_type == "f" and waarde is None for cel, waarde in zip(rij, uitkomst, strict=False))
        )


def _error_cells(regels: list[int], bestand: str, blad: str) -> Melding:
    return Melding(
        "SDM-318",
        "cellen met een foutwaarde zoals #N/A of #DEEL/0!",
        "Laat de leverancier de formule of verwijzing herstellen.",
        bestand=bestand,
        blad=blad,
        regels=tuple(regels[:MAX_VOORBEELDEN]),
        aantal=len(regels),
        waarom="Een fout is geen waarde en ook niet leeg.",
    )


def _formula(regels: tuple[int, ...], bestand: str, blad: str) -> Melding:
    return Melding(
        "SDM-318",
        "formules waarvan de uitkomst niet in het bestand staat",
        "Open het bestand in Excel, laat het rekenen en sla het op, of plak de waarden.",
        bestand=bestand,
        blad=blad,
        regels=regels[:MAX_VOORBEELDEN],
        aantal=len(regels),
        waarom="Zonder uitkomst zou de cel als leeg gelden.",
    )
