"""Read a delivery, or say everything that is wrong with it.

`read` returns a frame in which nothing needs to be recognised any more: words for answers, dates as dates, amounts as
whole cents, ends of support as the first day without. `check` says everything about all files at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sdm_lib import nl
from sdm_lib.aanroep import helpful
from sdm_lib.errors import InvoerFout, Melding, PrivacyFout, SdmFout, bedoelde_u
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.sources import (
    buren,
    hashes,
    lees_csv,
    lees_database,
    lees_excel,
    lees_grenzen,
    lees_parquet,
    lees_spss,
    lees_swing,
)
from sdm_lib.sources.brief import control
from sdm_lib.sources.frame import to_frame
from sdm_lib.sources.gebieden import gebieden
from sdm_lib.sources.keuring import Oordeel, judge
from sdm_lib.sources.levering import Regel, Schema, Vragenlijst, found, load_schema, load_vragenlijst
from sdm_lib.sources.ruw import Ruw, connection
from sdm_lib.sources.woorden import NIETS

_VOLGORDE = {"fout": 0, "waarschuwing": 1, "hersteld": 2}


@dataclass(frozen=True, eq=False, slots=True)
class Levering:
    """A delivery that was read.

    frame : one row a record. Texts and codes are `str` with a missing value when empty; dates `datetime64`;
        ``geheel`` int64, or float64 when the column may be empty; ``getal`` float64; an amount is whole cents in
        ``<kolom>_cent``, int64, or Int64 when it may be empty. With ``einddatum: laatste_dag`` the column `einde`
        holds the first day without support; an open end is NaT.
    rijen : number of rows; fictief : whether the delivery says that it describes nobody.
    meldingen : what was recognised, repaired or doubted. sleutel_id : the key of its pseudonyms, when it says so.
    """

    naam: str
    frame: pd.DataFrame
    bestand: str
    sha256: str
    rijen: int
    fictief: bool
    meldingen: tuple[Melding, ...] = ()
    sleutel_id: str = ""


@helpful
def read(naam: str, *, folder: Path, root: Path | None = None, kwartaal: Kwartaal | None = None) -> Levering:
    """Read one delivery. `kwartaal` follows from the folder's name when it is one.

    Raises ParameterFout when there is no such schema, InvoerFout with all problems of the file, and PrivacyFout
    instead when one of them is about persons.

    In a notebook: ``sources.read("clienten", folder=map_)``
    """
    schema = load_schema(naam, root=root, folder=folder)
    with _judged(schema, folder, root=root, kwartaal=kwartaal) as (ruw, oordeel):
        fout = failure(oordeel.meldingen)
        if fout:
            raise fout
        frame = to_frame(ruw.con, oordeel, schema)
    path = folder / schema.bestand
    hash_ = hashes.record(path) if path.is_file() else hashes.record_frame(schema.bestand, frame)
    uit = oordeel
    return Levering(naam, frame, schema.bestand, hash_, len(frame), uit.fictief, uit.meldingen, uit.sleutel_id)


def read_whole(naam: str, *, folder: Path, root: Path | None = None) -> pd.DataFrame:
    """A delivery with the columns that `read` leaves out (``vergroof: weg``), for who has to look at them.

    Nothing of it is kept: it goes as soon as the caller lets go of it. Raises as `read`.
    """
    schema = load_schema(naam, root=root, folder=folder)
    open_ = {
        kolom: dataclasses.replace(wat, vergroof=None) if wat.vergroof == "weg" else wat
        for kolom, wat in schema.kolommen.items()
    }
    schema = dataclasses.replace(schema, kolommen=open_)
    with _judged(schema, folder, root=root, kwartaal=None) as (ruw, oordeel):
        fout = failure(oordeel.meldingen)
        if fout:
            raise fout
        frame = to_frame(ruw.con, oordeel, schema)
    hashes.record(folder / schema.bestand)
    return frame


@helpful
def check(
    folder: Path, namen: Sequence[str], *, root: Path | None = None, kwartaal: Kwartaal | None = None
) -> tuple[Melding, ...]:
    """All problems and repairs of all these deliveries: by file, the worst first.

    In a notebook: ``sources.check(map_, ["clienten", "bewoners"])``
    """
    meldingen: list[Melding] = []
    for naam in namen:
        schema = load_schema(naam, root=root, folder=folder)
        with _judged(schema, folder, root=root, kwartaal=kwartaal) as (_, oordeel):
            meldingen += sorted(oordeel.meldingen, key=lambda melding: _VOLGORDE[melding.ernst])
    return tuple(meldingen)


def require(folder: Path, namen: Sequence[str], *, root: Path | None = None, kwartaal: Kwartaal | None = None) -> None:
    """Raise InvoerFout, or PrivacyFout, with every problem of these deliveries that blocks; else do nothing."""
    fout = failure(check(folder, namen, root=root, kwartaal=kwartaal))
    if fout:
        raise fout


def failure(meldingen: Sequence[Melding]) -> SdmFout | None:
    """The exception for messages of which some block: about persons goes before the rest. None when none blocks.

    >>> failure([Melding("SDM-361", "herkend", "", ernst="hersteld")]) is None
    True
    """
    fouten = [melding for melding in meldingen if melding.ernst == "fout"]
    if not fouten:
        return None
    privacy = [melding for melding in fouten if melding.code.startswith("SDM-4")]
    return PrivacyFout(*privacy, *(m for m in fouten if m not in privacy)) if privacy else InvoerFout(*fouten)


@contextmanager
def _judged(
    schema: Schema, folder: Path, *, root: Path | None, kwartaal: Kwartaal | None
) -> Iterator[tuple[Ruw, Oordeel]]:
    vragenlijst = load_vragenlijst(schema.vragenlijst, root=root) if schema.vragenlijst else None
    schema = _with_areas(schema, root, kwartaal or _quarter(folder))
    with connection() as con:
        path = folder / schema.bestand
        fout = _unreadable(path, schema)
        if fout:
            ruw = Ruw(con, schema.bestand, (), NIETS, meldingen=(fout,))
            yield ruw, Oordeel((fout,))
            return
        ruw = load_text(con, path, schema, vragenlijst=vragenlijst)
        oordeel = judge(ruw, schema, vragenlijst=vragenlijst, kwartaal=kwartaal or _quarter(folder))
        if ruw.namen and oordeel.kolommen:
            extra = [
                *control(ruw.con, folder, schema=schema, rijen=oordeel.rijen, root=root),
                *_neighbours(ruw, oordeel, schema, folder, root=root, kwartaal=kwartaal or _quarter(folder)),
            ]
            oordeel = dataclasses.replace(oordeel, meldingen=(*oordeel.meldingen, *extra))
        yield ruw, oordeel


def _neighbours(
    ruw: Ruw, oordeel: Oordeel, schema: Schema, folder: Path, *, root: Path | None, kwartaal: Kwartaal | None
) -> list[Melding]:
    """The rules that look at another file."""
    aanwezig = {kolom.naam for kolom in oordeel.kolommen}
    meldingen: list[Melding] = []
    for regel in schema.regels:
        if regel.regel in buren.REGELS and set(regel.kolommen) <= aanwezig:
            ander = _other_counts(schema, folder, regel, root=root, kwartaal=kwartaal)
            meldingen += buren.check(ruw.con, schema, ander=ander, regel=regel)
    return meldingen


def _other_counts(
    schema: Schema, folder: Path, regel: Regel, *, root: Path | None, kwartaal: Kwartaal | None
) -> buren.Tellingen | None:
    """Counts of the rule's columns in the other delivery; None when that one cannot be read."""
    map_ = buren.other_folder(folder, regel, kwartaal)
    if map_ is None:
        return None
    ander = load_schema(regel.levering or schema.levering, root=root, folder=map_)
    if not (map_ / ander.bestand).is_file() or not set(regel.kolommen) <= set(ander.kolommen):
        return None
    vragenlijst = load_vragenlijst(ander.vragenlijst, root=root) if ander.vragenlijst else None
    kaal = dataclasses.replace(
        _with_areas(ander, root, kwartaal or _quarter(map_)), regels=()
    )  # its own check judges it
    with connection() as con:
        ruw = load_text(con, map_ / ander.bestand, kaal, vragenlijst=vragenlijst)
        oordeel = judge(ruw, kaal, vragenlijst=vragenlijst, kwartaal=None)
        if not set(regel.kolommen) <= {kolom.naam for kolom in oordeel.kolommen}:
            return None
        return buren.tellingen(con, regel.kolommen)


def _with_areas(schema: Schema, root: Path | None, kwartaal: Kwartaal | None) -> Schema:
    """A column of areas gets its codes from a division: that of the year it names, or the one of its level that holds.

    A level without a division in the year of the delivery has no column then: wijken exist from 2022 on. A folder that
    is no quarter is judged by the oldest divisions.
    """
    gebiedskolommen = {
        naam: kolom for naam, kolom in schema.kolommen.items() if not kolom.codes and (kolom.indeling or kolom.niveau)
    }
    if not gebiedskolommen:
        return schema
    alle = gebieden(root=root)
    jaar = kwartaal.jaar if kwartaal else alle.eerste_jaar
    codes = {
        naam: alle.codes_van(kolom.indeling, niveau=kolom.niveau or "")
        if kolom.indeling
        else alle.geldende_codes(jaar, niveau=kolom.niveau or "")
        for naam, kolom in gebiedskolommen.items()
    }
    kolommen = {
        naam: dataclasses.replace(kolom, codes=codes[naam]) if naam in codes else kolom
        for naam, kolom in schema.kolommen.items()
        if codes.get(naam) != ()
    }
    sleutel = tuple(naam for naam in schema.sleutel if naam in kolommen)
    return dataclasses.replace(schema, kolommen=kolommen, sleutel=sleutel)


def _quarter(folder: Path) -> Kwartaal | None:
    try:
        return Kwartaal.parse(folder.name)
    except ValueError:
        return None


def _unreadable(path: Path, schema: Schema) -> Melding | None:
    if schema.bestand.startswith(lees_database.SERVERS):
        return None  # a server, no file
    if not path.parent.is_dir():
        return Melding(
            "SDM-301", f"de map {path.parent.name} bestaat niet", "Maak de map en zet de leveringen erin.",
            bestand=schema.bestand,
        )  # fmt: skip
    if len(found(schema, path.parent)) > 1:
        wat = f"deze levering ligt er meer dan eens: {nl.lijst(found(schema, path.parent))}"
        herstel = "Laat het bestand staan dat u bedoelt, en haal het andere uit de map."
        return Melding("SDM-374", wat, herstel, bestand=schema.bestand)
    if not path.is_file():
        aanwezig = [bestand.name for bestand in path.parent.iterdir() if bestand.is_file()]
        anders = f", of als {nl.lijst(schema.ook, 'of')}" if schema.ook else ""
        herstel = f"Zet het in de map {path.parent.name}{anders}. {bedoelde_u(schema.bestand, aanwezig)}"
        return Melding("SDM-301", "dit bestand ontbreekt", herstel, bestand=schema.bestand)
    try:
        with path.open("rb"):
            return None
    except OSError:
        herstel = "Sluit het in Excel of SPSS, of vraag leesrechten."
        return Melding(
            "SDM-317", "dit bestand is in gebruik of mag niet gelezen worden", herstel, bestand=schema.bestand
        )


def load_text(con: object, path: Path, schema: Schema, *, vragenlijst: Vragenlijst | None) -> Ruw:
    """A delivery as the text table `ruw`, by the form that its schema names."""
    if schema.vorm == "sav":
        return lees_spss.read(con, path, schema, vragenlijst=vragenlijst)  # type: ignore[arg-type]
    return LEZERS[schema.vorm](con, path, schema)  # type: ignore[arg-type]


LEZERS = {
    "csv": lees_csv.read,
    "xlsx": lees_excel.read,
    "xls": lees_excel.read,
    "parquet": lees_parquet.read,
    "database": lees_database.read,
    "swing": lees_swing.read,
    "grenzen": lees_grenzen.read,
}
